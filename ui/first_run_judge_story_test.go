package ui

import (
	"strings"
	"testing"
	"time"

	"patdesk/ui/kit"
)

// Ensure that a key is judged as soon as there is a value, by the rules of the
// command line, and that nothing of it is sent: the address alone is tried.
func TestFirstRun_JudgesTheKeyWhileItIsTyped(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ before, after, says string }{
		"byte order mark":   {"\ufeff", "", "a byte order mark (U+FEFF)"},
		"no-break space":    {"", "\u00a0", "a no-break space (U+00A0)"},
		"zero width space":  {"", "\u200b", "a zero width space (U+200B)"},
		"space":             {" ", "", "a space at its start"},
		"tab":               {"", "\t", "a tab (U+0009)"},
		"curly quotes":      {"“", "”", "a quote at its start or end"},
		"straight quotes":   {"\"", "\"", "a quote at its start or end"},
		"scheme":            {"Basic ", "", "leave out \"Basic \""},
		"other scheme":      {"bearer ", "", "leave out \"Bearer \""},
		"header":            {"Authorization: Basic ", "", "leave out the name of the header"},
		"variable":          {"TOOLJET_API_TOKEN=", "", "leave out the name of the variable"},
		"exported variable": {"export EXTERNAL_API_ACCESS_TOKEN=", "", "leave out the name of the variable"},
		"two lines":         {"", "\nsecond line", "one line only"},
		"full width":        {"", "Ａ", "a full-width character"},
		"NUL":               {"", "\x00", "a NUL (U+0000)"},
		"address":           {"https://", "", "this is an address"},
	} {
		t.Run(name, func(t *testing.T) {
			var saved []kit.Candidate
			story(t, serverless(&saved, nil), func(d *driver) {
				d.paste("https://tooljet.example.com")
				d.press("enter")
				d.paste(c.before + "0123456789abcdef-key" + c.after)
				d.says(c.says)
				d.sleep(time.Second)
				d.sees("answers in") // the address is tried in any case
				d.misses("Admin key not accepted", "accepted, from", "0123456789abcdef-key")
				for _, r := range d.box.Requests() {
					if r.HasAuthorization {
						t.Errorf("a key was sent to %s", r.Path)
					}
				}
			})
		})
	}
}

// Ensure that what came along with an address is left out, that an address of a page
// is explained while it is typed, and that enter takes what is offered.
func TestFirstRun_TakesTheAddressThatIsMeant(t *testing.T) {
	t.Parallel()
	const server = "https://tooljet.example.com"
	for pasted, says := range map[string]string{
		"export TOOLJET_HOST=" + server: "",
		"“" + server + "/”":             "",
		"\ufeff" + server + "\u200b":    "",
		"<" + server + ">,":             "",
		server + "/applications/8ba8bf0e-6b8f-4e07-abb9-6fd2d816fabc/home": "is that of an app",
		server + "/acme/apps/orders/home":                                  "is that of an app",
		server + "/login":                                                  "the log-in page",
		server + "/api/ext/users":                                          "is that of the API",
		server + "/?token=1":                                               "must end before ? and #",
	} {
		t.Run(pasted, func(t *testing.T) {
			var saved []kit.Candidate
			story(t, serverless(&saved, nil), func(d *driver) {
				d.paste(pasted)
				if says != "" {
					d.sees("enter takes it")
					d.says(says)
				}
				d.press("enter")
				d.paste(d.box.Key())
				d.sleep(2 * time.Second)
				d.sees(server, "accepted, from")
				d.press("enter", "enter", "ctrl+s")
			})
			if len(saved) != 1 || saved[0].URL != server {
				t.Errorf("saved %v", saved)
			}
		})
	}
}

// Ensure that an address is judged when typing pauses, not at each letter.
func TestFirstRun_JudgesTheAddressWhenTypingPauses(t *testing.T) {
	t.Parallel()
	var saved []kit.Candidate
	story(t, serverless(&saved, nil), func(d *driver) {
		d.typeText("https//tooljet")
		d.misses("stands ://")
		d.sleep(time.Second)
		d.sees("stands ://")
		d.press("tab")
		d.paste("tj_pat_0123456789abcdef") // and each field alone
		d.sees("stands ://", "workspace token")
	})
}

// says fails unless the screen says words, in any case and over any lines.
func (d *driver) says(words ...string) {
	d.t.Helper()
	screen := strings.ToLower(strings.Join(strings.Fields(d.screen()), " "))
	for _, w := range words {
		if !strings.Contains(screen, strings.ToLower(w)) {
			d.t.Errorf("the screen does not say %q:\n%s", w, d.screen())
		}
	}
}
