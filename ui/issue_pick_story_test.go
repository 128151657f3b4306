package ui

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
)

// Ensure that what was chosen is not replaced by a key that strays into its field,
// whatever the way out of it.
func TestIssue_ChosenStaysAfterAStrayKey(t *testing.T) {
	t.Parallel()
	for name, stray := range map[string][]string{
		"letter and tab":         {"x", "tab"},
		"letter and shift+tab":   {"b", "shift+tab"},
		"letters of another":     {"b", "o", "tab"},
		"arrow and tab":          {"down", "tab"},
		"letter, deleted, tab":   {"x", "backspace", "tab"},
		"letter, deleted, enter": {"x", "backspace", "enter"},
		"end deleted and tab":    {"backspace", "tab"},
		"letter and curl":        {"b", "f3", "esc", "tab"},
	} {
		for row, back := range map[string][]string{"user": {"shift+tab", "shift+tab"}, "app": {"shift+tab"}} {
			t.Run(name+" in "+row, func(t *testing.T) {
				story(t, stage{}, func(d *driver) {
					d.fill("ana", "ord")
					d.press(back...)
					d.press(stray...)
					d.sees("ana@example.com", "Orders portal")
					d.press("ctrl+s")
					d.sees("› Issued")
					if got := d.box.Ledger(); len(got) != 1 || got[0].Email != "ana@example.com" {
						t.Errorf("issued %+v", got)
					}
				})
			})
		}
	}
}

// Ensure that leaving a search by tab says that nothing was chosen, and that a text which
// no choice has gives way to one that is surely meant.
func TestIssue_LeavingASearchByTab(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		app  string   // typed first
		keys []string // typed over it
		sees []string
		says bool // that nothing was chosen
	}{
		"another over a choice":        {"ord", []string{"r", "e", "t", "tab"}, []string{"slug orders"}, true},
		"a choice over a text":         {"zzz", []string{"o", "r", "d", "e", "r", "tab"}, []string{"slug orders"}, false},
		"another text over a text":     {"zzz", []string{"q", "q", "q", "tab"}, []string{"zzz"}, true},
		"a resemblance over a text":    {"zzz", []string{"o", "d", "r", "s", "tab"}, []string{"zzz"}, true},
		"back, where nothing is typed": {"ord", []string{"x", "backspace", "tab"}, []string{"slug orders"}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			story(t, stage{w: 120, h: 40}, func(d *driver) {
				d.fill("ana", tt.app)
				d.press("shift+tab")
				d.press(tt.keys...)
				d.sees(tt.sees...)
				said := "Nothing was chosen, so it stays as it was. enter takes a proposal."
				if tt.says {
					d.sees(said)
				} else {
					d.misses(said)
				}
			})
		})
	}
}

// Ensure that a token is not issued for what was chosen before by the same key that
// ends a search for another.
func TestIssue_SubmitDuringASearchSendsNothing(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.fill("ana", "ord")
		d.press("shift+tab", "shift+tab", "b", "o", "ctrl+s")
		d.sees("Nothing was chosen", "ana@example.com")
		if n := len(d.box.Ledger()); n != 0 {
			t.Fatalf("%d tokens issued", n)
		}
		d.press("ctrl+s")
		d.sees("› Issued")
	})
}

// Ensure that a user can still be taken away on purpose.
func TestIssue_ChosenCanBeDeleted(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.fill("ana", "ord")
		d.press("shift+tab", "shift+tab")
		for range len("ana@example.com") {
			d.press("backspace")
		}
		d.press("tab")
		d.misses("ana@example.com")
	})
}

// Ensure that what only resembles the letters is not taken by itself: it has them
// somewhere, and so do others.
func TestIssue_ScatteredLettersTakeNobody(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"enter", "tab", "ctrl+s"} {
		story(t, stage{}, func(d *driver) {
			d.press("n")
			d.typeText("xmpl") // in every address, at the start of no word
			d.sees("of 41, ↓ more")
			d.press(key)
			d.misses("user active", "rchived: a token would")
			if key == "enter" {
				d.sees("Several resemble it")
				d.press("down", "enter")
				d.sees("user active")
			}
			if n := len(d.box.Ledger()); n != 0 {
				t.Fatalf("%d tokens issued", n)
			}
		})
	}
}

// Ensure that the apps of the user's workspaces come first, the others below with
// the reason, and that it is told how many there are.
func TestIssue_AppsOfTheUserComeFirst(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.press("n")
		d.typeText("ana@example.com")
		d.press("enter")
		d.sees("of 17, ↓ more")
		d.press("down")
		first := strings.Index(d.screen(), "other workspace")
		for range 20 {
			d.press("down")
		}
		if first >= 0 || !strings.Contains(d.screen(), "other workspace: the user has no role in") {
			t.Errorf("others first (%d), or without the reason:\n%s", first, d.screen())
		}
	})
}

// Ensure that an app can be pasted as the address of its page, and a user as mail
// programs write it; what is foreign is told at once.
func TestIssue_TakesWhatWasPasted(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		app := d.box.Apps()[0]
		for _, a := range d.box.Apps() {
			if a.Name == "Orders portal" {
				app = a
			}
		}
		d.press("n")
		d.paste("Ana Ruiz <ANA@example.com>,\u00a0")
		d.press("enter")
		d.sees("user active")
		for _, page := range []string{
			"https://tooljet.example.com/applications/" + app.ID + "/home?env=production",
			"https://tooljet.example.com/acme/apps/" + url.PathEscape(app.Slug) + "/home",
			"\ufeff" + app.ID + "\u200b", "“" + app.Slug + "”",
		} {
			d.paste(page)
			d.press("enter")
			d.sees("Orders portal", "app in")
			d.press("shift+tab")
		}
		d.paste("https://elsewhere.example.com/applications/" + app.ID)
		d.sees("another server")
		d.press("tab")
		d.sees("Orders portal") // the earlier one is kept
	})
}

// Ensure that a name that the server does not know is answered with those that are
// near, to be chosen, and is not sent without a yes.
func TestIssue_UnknownNamesOfferTheClosest(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.press("n")
		d.typeText("anna@example.com")
		d.sees("ana@example.com", "as typed, or one of these")
		d.press("enter")
		d.typeText("ord")
		d.press("enter")
		d.says("anna@example.com is none of the 41 users of this server. Closest: ana@example.com")
		d.press("ctrl+s")
		d.sees("ToolJet does not list?", "Issue anyway")
		d.press("n")
		if n := len(d.box.Ledger()); n != 0 {
			t.Fatalf("%d tokens issued", n)
		}
		d.press("shift+tab", "shift+tab", "down", "up", "up", "up", "enter")
		d.sees("user active")
		d.press("ctrl+s")
		d.sees("› Issued", "ana@example.com")
	})
}

// Ensure that an error goes with the request that it came from.
func TestIssue_ErrorGoesWithItsDraft(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDropAfter})
		d.fill("ana", "ord")
		d.press("ctrl+s")
		d.sees("token may exist")
		d.press("shift+tab", "shift+tab")
		d.typeText("bo@")
		d.press("enter")
		d.sleep(7 * time.Second) // news of it go by themselves
		d.misses("UNSURE until its end")
		d.press("ctrl+s") // nothing is in doubt for this pair
		d.sees("› Issued")
	})
}
