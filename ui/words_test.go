package ui

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"patdesk/client/sandbox"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// cut is a text that was cut: an ellipsis right behind a letter. Masks such as
// pat_…beef are none.
var cut = regexp.MustCompile(`[^\s_]…`)

// Ensure nothing that has room is cut at the usual size, nor any words of ours
// where the screen is small.
func TestWords_NotCut(t *testing.T) {
	t.Parallel()
	for _, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			story(t, sc.stage(), func(d *driver) {
				sc.play(d)
				for _, size := range [][2]int{{100, 30}, {60, 20}} {
					d.resize(size[0], size[1])
					for _, l := range strings.Split(d.screen(), "\n") {
						if box := strings.LastIndex(l, "│"); strings.Count(l, "│") > 1 {
							l = l[:box] // what follows is behind the dialog
						}
						named := strings.Contains(l, "@") || strings.Contains(l, "maximiliane") || strings.HasPrefix(sc.name, "timeline") || sc.name == "activity-requests" // names of people, and paths, may be longer than any screen
						if cut.MatchString(l) && !(named && (size[0] < 100 || hasColumns(sc.name))) {
							t.Errorf("%dx%d: %s", size[0], size[1], l)
						}
					}
				}
			})
		})
	}
}

// hasColumns reports whether a scene is a list whose rows are cut to columns; enter
// shows the whole of one.
func hasColumns(scene string) bool {
	return slices.ContainsFunc([]string{"users", "timeline", "activity", "bulk-plan"}, func(p string) bool { return strings.HasPrefix(scene, p) })
}

// Ensure the dialogs name their keys at the foot.
func TestWords_CopyMenuNamesItsKeys(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{100, 30}, {60, 20}, {40, 12}} {
		story(t, stage{w: size[0], h: size[1]}, func(d *driver) {
			d.fill("ana", "ord")
			d.press("ctrl+s", "Y")
			d.sees("enter copy", "1-0 copy that one")
			for _, kind := range d.s.opts.Snippets.KindsFor(false) {
				if size[1] > 12 { // what a kind is for is read in full
					box, _ := d.s.top().View()
					text := strings.Join(strings.Fields(ansi.Strip(box)), " ")
					holds := "Holds no token."
					if kind.Secret {
						holds = "Holds the live token: whoever has it can open the app until it ends."
					}
					if !strings.Contains(text, strings.TrimSpace(kind.Note+" "+holds)) {
						t.Errorf("%s is not said in full:\n%s", kind.Name, d.screen())
					}
				}
				d.press("down")
			}
		})
	}
}

// Ensure a copy that failed names the keys that hand the text over without a
// clipboard, where they work and where they are a step away.
func TestWords_NoClipboardNamesTheWaysOut(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{100, 30}, {60, 20}} {
		story(t, stage{w: size[0], h: size[1], options: func(_ *driver, o *Options) {
			o.Clipboard = term.NewClipboard(term.ClipboardOptions{Mode: term.ModeOff})
		}}, func(d *driver) {
			d.issued()
			d.misses("s select  w write file  i copy")
			d.press("i")
			d.sees("Copying is switched off", "s select  w write file  i copy")
			if !regexp.MustCompile(`s (shows the text to select, w writes a file|selects, w writes a file)`).MatchString(d.screen()) {
				t.Errorf("no way out:\n%s", d.screen())
			}
			d.press("esc", "y")
			d.sees("1 Tokens")
			d.press("y")
			if !regexp.MustCompile(`Open the token \(enter\): s shows its text, w writes a file\.|: open it \(enter\), then s or w\.`).MatchString(d.screen()) {
				t.Errorf("no way out:\n%s", d.screen())
			}
			d.press("enter")
			d.sees("s select  w write file  i copy")
			d.press("s")
			d.sees("<iframe src=")
		})
	}
}

// Ensure small screens show one field at a time, with all that can be chosen, and
// the gravest of the checks.
func TestWords_SmallForms(t *testing.T) {
	t.Parallel()
	var saved []kit.Candidate
	st := serverless(&saved, nil)
	for _, size := range [][2]int{{60, 20}, {40, 12}} {
		st.w, st.h = size[0], size[1]
		story(t, st, func(d *driver) {
			if size[0] == 60 {
				d.sees("Nothing is written until step 3.", "ctrl+o tries it")
			}
			d.paste("https://tooljet.example.com")
			d.press("enter", "enter")
			d.sees("✗ The admin key is empty")
			d.press("tab")
			d.sees("system keyring", "a command each time", "plain file, mode 0600", "only until I quit")
			if size[0] == 40 {
				d.sees("3 of 5")
			}
		})
		story(t, stage{w: size[0], h: size[1]}, func(d *driver) {
			d.fill("ana", "ord")
			d.press("ctrl+s", "i", "esc")
			d.fill("ana", "ord")
			d.sees("! 1 older token keeps", "cannot be revoked", "Issue token")
			if size[0] == 40 {
				d.sees("3 Life", "3 of 5")
			}
		})
	}
}

// Ensure failures are read in full at the usual size: on the form, beside the
// token, and as news where neither is in view.
func TestWords_FailuresAreReadInFull(t *testing.T) {
	t.Parallel()
	whole := func(d *driver, where string, lines []string) {
		d.t.Helper()
		for _, l := range lines {
			if where == "form" && strings.HasSuffix(strings.TrimRight(l, " "), "…”") {
				continue // a server's own words have a limit there; the dialog of f2 has them whole
			}
			if cut.MatchString(l) {
				d.t.Errorf("%s: %s", where, l)
			}
		}
	}
	status := func(n int, body string) sandbox.Fault {
		return sandbox.Fault{Kind: sandbox.FaultStatus, Status: n, Body: body, Times: -1}
	}
	long := `"` + strings.Repeat("the server goes on and on ", 15) + `"`
	for name, f := range map[string]sandbox.Fault{
		"licence": status(403, `"You do not have access to this resource"`), "key": status(403, `"Unauthorized"`), "words": status(403, long),
		"sign-in": status(401, ""), "certificate": {Kind: sandbox.FaultCertName, Times: -1}, "lost": {Kind: sandbox.FaultDropAfter, Times: -1},
		"slow": {Kind: sandbox.FaultRateLimit, Delay: 20 * time.Minute, Times: -1},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, stage{}, func(d *driver) {
				d.box.Inject(f)
				d.fill("ana", "ord")
				d.press("ctrl+s")
				d.misses("› Issued")
				screen := func() []string { return strings.Split(d.screen(), "\n") }
				whole(d, "form", screen())
				d.press("f2")
				whole(d, "raw", screen())
				d.press("esc", "esc")
				whole(d, "news", screen()[28:])
				d.press("enter")
				whole(d, "row", screen())
			})
			story(t, stage{}, func(d *driver) {
				d.issued()
				d.press("i")
				f.Match = "session"
				d.box.Inject(f)
				screen := func() []string { return strings.Split(d.screen(), "\n") }
				d.press("V")
				whole(d, "verdict", screen())
				d.press("esc", "V")
				whole(d, "verdict in the list", screen()[28:])
			})
			story(t, stage{}, func(d *driver) {
				f.Match = "GET /api/ext"
				d.box.Inject(f)
				d.press("n")
				d.sleep(time.Minute)
				screen := func() []string { return strings.Split(d.screen(), "\n") }
				whole(d, "lists", screen())
				d.press("esc")
				d.toTab(kit.Doctor{})
				d.sleep(time.Minute)
				whole(d, "doctor", screen())
			})
		})
	}
}
