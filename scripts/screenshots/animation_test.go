//go:build unix

package main

import (
	"encoding/xml"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"patdesk/e2e/e2etest"
	"patdesk/e2e/tty"
)

func TestMain(m *testing.M) { e2etest.Main(m, nil) }

// written are the pieces of a page that this program wrote: what was said of each
// take, and the screen at its end.
var written = regexp.MustCompile("(?ms)^## (.*?)\n\n```\n(.*?)\n```$")

// told reads the screens of the README's animation as text.
func told(t *testing.T) (says, screens []string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/screens/first-token.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range written.FindAllStringSubmatch(string(text), -1) {
		says, screens = append(says, m[1]), append(screens, m[2])
	}
	return says, screens
}

// Ensure the README's animation shows the program as it is: the same keys bring the
// same screens, but for times, random digits and what is measured by them.
func TestAnimation_InStep(t *testing.T) {
	t.Parallel()
	says, screens := told(t)
	if len(screens) != len(firstToken) {
		t.Fatalf("%d screens of %d: make screenshots", len(screens), len(firstToken))
	}
	bin, err := exec.LookPath("patdesk")
	if err != nil {
		t.Fatal(err)
	}
	term, err := startDemo(bin, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	for i, tk := range firstToken {
		if says[i] != tk.says {
			t.Errorf("%q is told as %q", tk.says, says[i])
		}
		want := lasting(screens[i])
		for _, k := range tk.keys {
			term.Type(k)
		}
		if _, err := term.Wait(patience, func(s *tty.Screen) bool { return lasting(s.String()) == want }); err != nil {
			t.Fatalf("%s: make screenshots, or mend it: want\n%s\n%v", tk.says, screens[i], err)
		}
	}
}

// passing is what differs from run to run: times and spans, the days they fall on,
// what is random, and bars.
var passing = regexp.MustCompile(`pat_…[0-9a-f]+|\b[0-9a-f]{16}\b|[━╸╺─]+|((Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?≤?\d[\d:.dhmsZT-]*( \d+[hms])?( (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b( \d[\d:]*Z?)?)?`)

// lasting is a screen without what passes and without its gaps.
func lasting(screen string) string {
	return strings.Join(strings.Fields(passing.ReplaceAllString(screen, "~")), " ")
}

// Ensure the moving picture and its text are of one run.
func TestAnimation_PictureIsItsText(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/screens/first-token.svg")
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		Defs struct {
			G []struct {
				ID   string   `xml:"id,attr"`
				Text []string `xml:"text"`
			} `xml:"g"`
		} `xml:"defs"`
		Strip struct {
			G []struct {
				Use []struct {
					Href string `xml:"href,attr"`
				} `xml:"use"`
				Says string `xml:"text"`
			} `xml:"g"`
		} `xml:"g"`
	}
	if err := xml.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	lines := map[string][]string{}
	for _, g := range p.Defs.G {
		lines["#"+g.ID] = g.Text
	}
	seen := map[string]string{} // the letters of the last moment of each take
	for _, g := range p.Strip.G {
		var letters strings.Builder
		for _, u := range g.Use {
			letters.WriteString(strings.Join(lines[u.Href], ""))
		}
		seen[g.Says] = solid(letters.String())
	}
	says, screens := told(t)
	for i, s := range says {
		if want := solid(drawn.ReplaceAllString(screens[i], "")); seen[s] != want {
			t.Errorf("%s: the picture has\n%q, the text\n%q", s, seen[s], want)
		}
	}
}

// drawn are the signs that a picture has as lines and blocks.
var drawn = regexp.MustCompile(`[─-╿▀-▟]`)

// solid is a text without its gaps.
func solid(text string) string { return strings.Join(strings.Fields(text), "") }
