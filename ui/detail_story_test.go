package ui

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/client/sandbox"
	"patdesk/history"
	"patdesk/pat"
	"patdesk/ui/term"
)

// issued opens the screen of a fresh token.
func (d *driver) issued() {
	d.t.Helper()
	d.fill("ana", "ord")
	d.press("ctrl+s")
	d.sees("› Issued")
}

// fullToken is the whole text of the newest token, as the clipboard got it.
func (d *driver) fullToken() string {
	d.t.Helper()
	d.press("t")
	return d.clipboard()
}

// Ensure that a token is masked everywhere until v, for ten seconds, and hidden
// when the window loses the focus.
func TestDetail_MaskedUntilRevealed(t *testing.T) {
	t.Parallel()
	story(t, stage{h: 40, w: 140}, func(d *driver) {
		d.issued()
		token := d.fullToken()
		flat := func() string { return strings.ReplaceAll(strings.ReplaceAll(d.screen(), "\n", ""), "  │ ", "") }
		for range d.s.opts.Snippets.KindsFor(false) {
			if strings.Contains(flat(), token[8:30]) {
				t.Fatalf("shown unasked:\n%s", d.screen())
			}
			d.press("right")
		}
		d.press("v")
		d.press("left", "right")
		if !strings.Contains(flat(), token) {
			t.Fatalf("not revealed:\n%s", d.screen())
		}
		d.sleep(9 * time.Second)
		if !strings.Contains(flat(), token) {
			t.Error("hidden before ten seconds")
		}
		d.sleep(2 * time.Second)
		if strings.Contains(flat(), token[8:30]) {
			t.Error("shown after ten seconds")
		}
		d.press("v")
		d.send(tea.BlurMsg{})
		d.send(tea.FocusMsg{})
		if strings.Contains(flat(), token[8:30]) {
			t.Error("shown after the window lost the focus")
		}
		d.press("v", "v")
		if strings.Contains(flat(), token[8:30]) {
			t.Error("v does not hide it")
		}
	})
}

// Ensure that Activity tells of a token's text on the screen when it stood there, and of
// none where it was masked: opening and walking the pages of a pair shows nobody a token.
func TestDetail_ShownIsRecordedWhenItIs(t *testing.T) {
	t.Parallel()
	story(t, stage{h: 40, w: 140, seed: issuedFor("ana@example.com orders", "ana@example.com orders")}, func(d *driver) {
		shown := func(want int) {
			t.Helper()
			d.settle()
			p, err := d.store.Events(d.ctx, pat.EventFilter{Actions: []history.Action{history.Revealed}}, 0, 100)
			if err != nil || len(p.Events) != want {
				t.Errorf("%d events tell that it was shown, want %d: %v", len(p.Events), want, err)
			}
		}
		d.press("enter")
		d.sees("› Token")
		d.press("J", "K", "right")
		shown(0)
		d.press("v")
		shown(1)
		d.press("v")
		shown(1)
		d.press("s")
		shown(2)
		d.press("esc", "esc")
		d.press("v") // in the list
		shown(3)
		d.issued()
		d.press("v")
		shown(4)
	})
}

// Ensure that what somebody can do who holds a builder's token stands once on its page.
func TestDetail_PowerIsToldOnce(t *testing.T) {
	t.Parallel()
	story(t, stage{h: 40, w: 140, seed: issuedFor("cy@example.com stock")}, func(d *driver) {
		d.press("enter")
		if n := strings.Count(d.screen(), "is a builder: whoever holds this token"); n != 1 {
			t.Errorf("told %d times:\n%s", n, d.screen())
		}
	})
}

// Ensure that every kind of the gallery can be seen and copied from the menu.
func TestDetail_GalleryAndCopyMenu(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.issued()
		kinds := d.s.opts.Snippets.KindsFor(false)
		for i := range kinds {
			d.sees(kinds[(i+1)%len(kinds)].Title) // it starts at the iframe
			d.press("right")
		}
		d.press("Y", "1")
		if got := d.clipboard(); !strings.HasPrefix(got, "https://tooljet.example.com/embed-apps/") {
			t.Errorf("copied %q", got)
		}
		d.press("c", "down", "down", "enter")
		if got := d.clipboard(); !strings.HasPrefix(got, "pat_") {
			t.Errorf("copied %q", got)
		}
		d.press("c", "esc")
		d.sees("› Issued")
	})
}

// brokenTerminal is an OSC 52 terminal that cannot be written to.
type brokenTerminal struct{}

func (brokenTerminal) Write([]byte) (int, error) { return 0, errors.New("input/output error") }

// Ensure that each result of a copy is told as it is: read back, only sent,
// failed with what to do.
func TestCopy_EachResultIsToldTruthfully(t *testing.T) {
	t.Parallel()
	var sent strings.Builder
	for name, c := range map[string]struct {
		o    term.ClipboardOptions
		sees []string
	}{
		"sent":   {term.ClipboardOptions{Mode: term.ModeOSC52, Env: term.Env{Out: &sent}, Clear: 45 * time.Second}, []string{"HTML iframe", "cannot be checked", "Clears in 45s", "z keeps it"}},
		"failed": {term.ClipboardOptions{Mode: term.ModeOSC52, Env: term.Env{Out: brokenTerminal{}}}, []string{"✗", "osc52", "Run it in a terminal"}},
		"off":    {term.ClipboardOptions{Mode: term.ModeOff}, []string{"Copying is switched off", "Set clipboard"}},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, stage{w: 140, h: 45, options: func(_ *driver, o *Options) {
				c.o.Env.Getenv = func(string) string { return "" }
				o.Clipboard = term.NewClipboard(c.o)
			}}, func(d *driver) {
				d.issued()
				d.press("i")
				d.sees(c.sees...)
				if name != "sent" {
					d.press("esc")
					d.sees("Leave without copying?")
				}
			})
		})
	}
	if !strings.Contains(sent.String(), "\x1b]52;") {
		t.Error("nothing was sent to the terminal")
	}
}

// Ensure that a copy is cleared after its time, counted down, and kept by z.
func TestCopy_ClearsAfterItsTimeUnlessKept(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 140, h: 30}, func(d *driver) {
		d.issued()
		d.press("i")
		d.sees("Clears in 45s", "z keeps it")
		d.sleep(20 * time.Second)
		d.sees("Clears in 25s")
		d.sleep(26 * time.Second)
		if got := d.clipboard(); got != "" {
			t.Errorf("still there: %q", got)
		}
		d.press("i", "z")
		d.sees("stays on the clipboard")
		d.sleep(2 * time.Minute)
		if got := d.clipboard(); got == "" {
			t.Error("cleared although kept")
		}
		// An older copy's time does not clear a newer one.
		d.press("y")
		d.sleep(30 * time.Second)
		d.press("t")
		d.sleep(30 * time.Second)
		if got := d.clipboard(); !strings.HasPrefix(got, "pat_") {
			t.Errorf("the newer copy is gone: %q", got)
		}
	})
}

// Ensure that esc asks once for each token when nothing was copied, whatever was
// answered, and not after a copy. The question is harmless: enter means yes.
func TestDetail_EscAsksOnceIfNeverCopied(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		press []string
		asks  bool // after these keys on the issued page
		left  bool
	}{
		{"esc", []string{"esc"}, true, false},
		{"answered yes", []string{"esc", "y"}, false, true},
		{"enter means yes", []string{"esc", "enter"}, false, true},
		{"answered no", []string{"esc", "n"}, false, false},
		{"esc again and again", []string{"esc", "esc", "esc"}, false, true},
		{"answered no, then a new one", []string{"esc", "n", "n"}, false, true},
		{"the next token asks anew", []string{"esc", "n", "r", "y", "esc"}, true, false},
		{"copied", []string{"y", "esc"}, false, true},
		{"copied after the question", []string{"esc", "n", "i", "esc"}, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			story(t, stage{}, func(d *driver) {
				d.issued()
				d.sleep(10 * time.Second)
				d.sees("Nothing copied yet.")
				for _, key := range c.press {
					d.press(key)
					d.rest()
				}
				if asks := strings.Contains(d.screen(), "Leave without copying?"); asks != c.asks {
					t.Errorf("asks: %v\n%s", asks, d.screen())
				}
				if left := !strings.Contains(d.screen(), "Tokens › Issued"); left != c.left {
					t.Errorf("left: %v\n%s", left, d.screen())
				}
			})
		})
	}
}

// Ensure pages do not pile up on re-issue, from the issued page, from the detail of a
// row, and after a failure: one esc leads to the list, after the one question.
func TestDetail_ReissueReplacesThePage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		open func(d *driver)
		asks bool // what is in view at the end was never copied
	}{
		{"issued", func(d *driver) { d.issued() }, true},
		{"issued and copied", func(d *driver) { d.issued(); d.press("i") }, true},
		{"detail", func(d *driver) { d.issued(); d.press("i", "esc", "enter") }, true},
		{"copied at the end", func(d *driver) { d.issued() }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			story(t, stage{}, func(d *driver) {
				c.open(d)
				for n := range 3 {
					d.press("r")
					d.sees("Re-issue with the same settings?")
					if shown := strings.Contains(d.screen(), "It was never copied"); shown != (n > 0 || c.name == "issued" || !c.asks) {
						t.Errorf("re-issue %d: a token that was never copied is told: %v", n+1, shown)
					}
					d.press("y")
					d.rest()
					d.sees("Tokens › Issued")
				}
				d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 404, Body: `"User not found"`})
				d.press("r", "y")
				d.rest()
				d.sees("Tokens › Not issued")
				d.press("r", "y")
				d.rest()
				if !c.asks {
					d.press("y")
				}
				d.press("esc")
				if c.asks {
					d.sees("Leave without copying?")
					d.press("y")
				}
				d.sees("1 Tokens")
				if n := len(d.s.pages); n != 1 {
					t.Errorf("%d pages are open", n)
				}
			})
		})
	}
}

func TestDetail_WritesAPrivateFileAndSaysWhere(t *testing.T) {
	dir, err := os.MkdirTemp("", "w") //nolint:usetesting // short, so that its path stands on one line
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	t.Setenv("TMPDIR", dir)
	story(t, stage{w: 140, h: 30}, func(d *driver) {
		d.issued()
		d.press("w")
		d.sees("written to")
		screen := strings.Join(strings.Fields(d.screen()), " ") // where a line breaks depends on the path
		if !strings.Contains(screen, "until you delete it") {
			t.Errorf("nothing says that the file stays:\n%s", screen)
		}
		_, rest, _ := strings.Cut(screen, "HTML iframe is in ")
		path, _, _ := strings.Cut(rest, " (0600)")
		st, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if st.Mode().Perm() != 0o600 {
			t.Errorf("mode %v", st.Mode())
		}
		d.sleep(time.Hour)
		if _, err := os.Stat(path); err != nil {
			t.Error("the file was cleared:", err)
		}
		_ = os.RemoveAll(path)
	})
}

// Ensure that the select view is nothing but the snippet.
func TestDetail_SelectViewIsTheSnippetAlone(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 80, h: 24}, func(d *driver) {
		d.issued()
		token := d.fullToken()
		d.press("right", "s") // the token alone was in view: JSON is next
		d.misses("Tokens ›", "│", "patdesk  acme")
		d.press("esc", "left", "left", "s")
		joined := strings.ReplaceAll(d.screen(), "\n", "")
		if !strings.Contains(joined, token) || !strings.HasPrefix(d.screen(), "<!--") {
			t.Errorf("not selectable:\n%s", d.screen())
		}
		d.send(tea.BlurMsg{})
		d.misses(token[:20])
	})
}

// Ensure that verdicts come in words.
func TestDetail_VerifyInWords(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 140, h: 30}, func(d *driver) {
		d.issued()
		d.press("V")
		d.sees("Verified: ToolJet opens the app for ana@example.com on Orders portal.")
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403, Match: "session", Body: `"Forbidden"`})
		d.press("V")
		d.sees("may not open this app", "the permission is missing", "no new token is needed")
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultRefuse, Match: "session", Times: -1})
		d.press("V")
		d.sleep(time.Minute)
		d.sees("Not verified")
	})
}

// Ensure that a static snippet with a long life comes with a warning.
func TestDetail_LongLifeWarnsBesideStaticSnippets(t *testing.T) {
	t.Parallel()
	story(t, stage{w: 100, h: 30}, func(d *driver) {
		d.fill("ana", "ord")
		d.typeText("30d")
		d.press("ctrl+s")
		d.sees("Anyone who can view the page source can use this token until")
		d.press("right", "right")
		d.misses("page source can use")
	})
}

// Ensure that what is odd about the address is asked before it is copied.
func TestDetail_ForeignAddressAsksBeforeCopying(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultForeignURL})
		d.issued()
		d.press("i")
		d.sees("leads elsewhere", "elsewhere.example")
		d.press("enter") // the safe default
		if got := d.clipboard(); got != "" {
			t.Errorf("copied %q", got)
		}
		d.press("i", "y")
		if got := d.clipboard(); !strings.Contains(got, "elsewhere.example") {
			t.Errorf("copied %q", got)
		}
	})
}

func TestDetail_FromTheListShowsEveryState(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState, w: 100, h: 30}, func(d *driver) {
		d.press("g")
		for i := range 11 {
			d.press("enter")
			d.sees("on")
			for _, key := range []string{"i", "y", "t", "v", "w", "s", "Y", "right", "V", "z"} {
				d.press(key)
				if len(d.s.dialogs) > 0 || len(d.s.pages) > 2 {
					d.press("esc")
				}
			}
			if len(d.s.pages) != 2 {
				t.Fatalf("row %d: %d pages:\n%s", i, len(d.s.pages), d.screen())
			}
			d.press("esc")
			if len(d.s.dialogs) > 0 {
				t.Fatalf("row %d: asked although old:\n%s", i, d.screen())
			}
			d.press("j")
		}
	})
}
