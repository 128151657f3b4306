package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/config"
	"patdesk/ui/kit"
)

// click presses the left button on the first place where the screen shows a text,
// below line from.
func (d *driver) click(text string, from int) {
	d.t.Helper()
	d.screen() // drawn, as the person sees it
	for y, l := range strings.Split(d.screen(), "\n") {
		if before, _, found := strings.Cut(l, text); found && y >= from {
			d.send(tea.MouseClickMsg{X: ansi.StringWidth(before), Y: y, Button: tea.MouseLeft})
			d.settle()
			return
		}
	}
	d.t.Fatalf("nothing to click: %q is not on the screen\n%s", text, d.screen())
}

func (d *driver) wheel(b tea.MouseButton) {
	d.t.Helper()
	d.send(tea.MouseWheelMsg{X: 20, Y: 10, Button: b})
	d.settle()
}

// Ensure a token can be issued and copied with the mouse and the letters of two
// names, and that the mouse does nothing before it is asked for.
func TestMouse_IssuesAToken(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState, options: toTerminal}, func(d *driver) {
		d.click("n new", 0)
		d.misses("New token")
		d.press("M")
		d.sees("The mouse works here now.")
		d.click("new", 25)
		d.sees("New token")
		d.typeText("ana")
		d.wheel(tea.MouseWheelDown)
		d.click("dana@example.com", 0)
		d.typeText("ret")
		d.click("Returns", 0)
		d.click("Used at", 0)
		d.typeText("portal")
		d.click("1 User", 0)
		d.sees("dana@example.com", "Dana Ode")
		d.click("Issue token", 0)
		d.sees("Issued", "dana@example.com", "Returns")
		d.click("JSON", 0)
		d.sees(`"user"`)
		d.click("copy as", 25)
		d.click("Embed URL", 5)
		d.sees("Embed URL sent to the terminal")
		d.click("Tokens ›", 0)
		d.sees("1 Tokens")
	})
}

// Ensure rows, the wheel, tabs, profiles and dialogs take the mouse.
func TestMouse_EverywhereElse(t *testing.T) {
	t.Parallel()
	profiles := func(_ *driver, o *Options) {
		o.Config.Profiles = map[string]*config.Profile{"acme": o.Profile, "other": {Name: "other", URL: "https://other.example.com"}}
	}
	story(t, stage{seed: everyState, options: profiles}, func(d *driver) {
		d.press("M")
		d.click("cy@example.com", 0)
		if row := d.cursorRow(); !strings.Contains(row, "cy@example.com") {
			t.Errorf("the cursor is on %q", row)
		}
		d.wheel(tea.MouseWheelDown)
		if row := d.cursorRow(); !strings.Contains(row, "eve@example.com") {
			t.Errorf("three rows on is %q", row)
		}
		d.wheel(tea.MouseWheelUp)
		d.click("cy@example.com", 0)
		d.sees("Tokens › ")
		d.click("Tokens", 0)
		d.click("5 Doctor", 0)
		d.sees("Clock")
		d.click("1 Tokens", 0)
		d.sees("STATE")
		d.press("P")
		d.click("other", 3)
		d.sees("https://other.example.com")
		d.click("other", 3)
		d.sees("Profiles cannot be switched here.")
		d.press("esc")
		d.click("? keys", 25)
		d.sees("Everywhere")
		d.press("esc")
		d.click("r re-issue", 25)
		d.sees("Re-issue")
		d.click("No      Re-issue", 5)
		d.misses("Re-issue with the same")
	})
}

// Ensure the first run can be clicked through.
func TestMouse_FirstRun(t *testing.T) {
	t.Parallel()
	var saved []kit.Candidate
	story(t, serverless(&saved, map[string]string{"TOOLJET_HOST": "https://tooljet.example.com"}), func(d *driver) {
		d.s.mouse = true
		d.click("2 Admin key", 0)
		d.send(tea.PasteMsg{Content: d.box.Key()})
		d.rest()
		d.click("3 Keep the key", 0)
		d.click("only until I quit", 0)
		d.click("5 Guard", 0)
		d.sees("[x]")
		d.click("Save and issue", 0)
		d.rest()
		if len(saved) != 1 || !saved[0].Production || saved[0].Keep != "session" {
			t.Fatalf("saved: %+v\n%s", saved, d.screen())
		}
	})
}
