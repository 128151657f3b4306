package snippet

import (
	"encoding/xml"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patdesk/ui/term/termtest"
)

// parsed are the elements of a Markdown text as its parser sees them, and the
// texts of its code spans.
func parsed(t *testing.T, cmark, text string) (elements, spans []string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), cmark, "--to", "xml")
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	dec := xml.NewDecoder(strings.NewReader(string(out)))
	for {
		tok, err := dec.Token()
		if err != nil {
			break
		}
		if e, ok := tok.(xml.StartElement); ok {
			elements = append(elements, e.Name.Local)
			if e.Name.Local == "code" {
				var span string
				if err := dec.DecodeElement(&span, &e); err != nil {
					t.Fatal(err)
				}
				spans = append(spans, span)
			}
		}
	}
	return elements, spans
}

// Ensure that a name in the hand-over note makes nothing of its own and is read
// back as it is.
func TestRender_MarkdownWithHostileValues(t *testing.T) {
	t.Parallel()
	cmark := termtest.Need(t, "cmark")
	d := sample()
	want, _ := parsed(t, cmark, render(t, "markdown", d))
	names := append(hostileNames(), "`", "``", "a`b", "` `", "[x](https://evil.example)", "![x](https://evil.example/p)", "<https://evil.example>", "www.evil.example", "# x #", "1. x", "- x", "***", "&copy;", "a|b", "$x$")
	for _, name := range names {
		d.AppName, d.AppSlug, d.User = name, "s"+name, "ana+"+name+"@example.com"
		elements, spans := parsed(t, cmark, render(t, "markdown", d))
		if diff := cmp.Diff(want, elements); diff != "" {
			t.Errorf("%q: elements (-want +got):\n%s", name, diff)
		}
		for _, value := range []string{d.title(), oneLine(d.AppSlug), oneLine(d.User)} {
			if !slices.Contains(spans, value) {
				t.Errorf("%q: no %q in %q", name, value, spans)
			}
		}
	}
}
