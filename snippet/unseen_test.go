package snippet

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"patdesk/secret"
	"patdesk/ui/term/termtest"
)

// Ensure that a JSON parser reads back the values as they are, and that nothing
// but printable ASCII stands in the text.
func TestRender_JSONWithHostileValues(t *testing.T) {
	t.Parallel()
	for _, name := range hostileNames() {
		d := sample()
		d.AppName, d.AppSlug, d.User = name, name+"x", "ana+"+name+"@example.com"
		if u := fakeURL + "&n=" + name; accepted(u) {
			d.URL = secret.New(u)
		}
		text := render(t, "json", d)
		if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }) {
			t.Errorf("%q: the text is not plain: %q", name, text)
		}
		var got struct {
			User    string
			AppName string `json:"app_name"`
			AppSlug string `json:"app_slug"`
			URL     string
		}
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		// JSON has no bytes that are no UTF-8: each becomes U+FFFD.
		want := got
		want.User, want.AppName, want.AppSlug, want.URL = string([]rune(d.User)), string([]rune(name)), string([]rune(d.AppSlug)), d.URL.Reveal(secret.ForChecking)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
}

// Ensure that a title and a script hold nothing that cannot be seen, whatever the
// app is called.
func TestRender_NothingUnseen(t *testing.T) {
	t.Parallel()
	for _, h := range termtest.Corpus() {
		d := sample()
		d.AppName, d.AppID, d.AppSlug = h.Value, "", h.Value[:min(len(h.Value), 2000)]
		for _, kind := range []string{"iframe", "react", "express"} {
			text := render(t, kind, d)
			if found := termtest.ForeignControls([]byte(text), false); len(found) > 0 {
				t.Errorf("%s of %s holds %v", kind, h.Name, found[:min(len(found), 3)])
			}
			for _, r := range text {
				if unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) {
					t.Errorf("%s of %s holds the filler %U", kind, h.Name, r)
				}
			}
		}
	}
}
