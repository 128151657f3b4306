package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/client/sandbox"
	"patdesk/config"
	"patdesk/ui/kit"
)

// Ensure a list that is pasted is checked whole, shown as a plan, confirmed once and
// carried out; at every size, and as terminals paste it.
func TestBulk_PastedList(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{100, 30}, {60, 20}, {140, 45}} {
		story(t, stage{w: size[0], h: size[1]}, func(d *driver) {
			d.press("B")
			d.sees("Issue for a list", "user,app")
			d.press("enter")
			d.sees("Paste a list first")
			d.send(tea.PasteMsg{Content: "user\tapp\rana@example.com\torders\ranna@example.com\torders\rdana@example.com\tnothing\r"})
			d.settle()
			d.sees("4 lines")
			d.press("enter")
			d.rest()
			d.sees("The list has faults; nothing was sent", "line 3: user: nobody here is called anna@example.com", "line 4: app: no app")
			d.send(tea.PasteMsg{Content: "user,app,life\r\nana@example.com,orders,8h\r\ndana@example.com,Price list,\r\ngil@example.com,stock,1d\r\n"})
			d.settle()
			d.misses("faults")
			d.press("enter")
			d.rest()
			d.sees("Issue 3 tokens", "3 requests, 2 a second", "Nothing is sent yet.")
			if n := len(d.box.Ledger()); n != 0 {
				t.Fatalf("%d tokens before yes", n)
			}
			d.press("enter", "y")
			d.sleep(4 * time.Second)
			d.sees("3 issued, 0 failed")
			if n := len(d.box.Ledger()); n != 3 {
				t.Errorf("%d tokens", n)
			}
		})
	}
}

// Ensure people who were chosen get a token each for one app and one life, and that a
// stop leaves a run that waits.
func TestBulk_ForUsers(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.run(d.s.Go(kit.BulkFor{Users: []string{"ana@example.com", "dana@example.com", "gil@example.com"}}))
		d.settle()
		d.sees("Issue for 3 users", "ana@example.com, dana@example.com", "1h")
		d.typeText("ordres")
		d.press("enter", "enter")
		d.rest()
		d.sees("closest: orders")
		d.press("tab")
		for range len("ordres") {
			d.press("backspace")
		}
		d.typeText("orders")
		d.press("tab", "backspace", "backspace")
		d.typeText("8h")
		d.press("enter")
		d.rest()
		d.sees("Issue 3 tokens", "8h")
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 2 * time.Second, Times: -1})
		d.press("enter", "y")
		d.sleep(time.Second)
		d.press("esc")
		d.sleep(5 * time.Second)
		d.sees("1 issued, 0 failed, 0 unsure, 2 not sent")
		d.press("r")
		d.sees("2 requests")
		d.press("enter", "y")
		d.sleep(9 * time.Second)
		d.sees("2 issued, 0 failed", "0 not sent")
		if n := len(d.box.Ledger()); n != 3 {
			t.Errorf("%d tokens", n)
		}
	})
}

// Ensure production wants a name, and a read-only profile refuses.
func TestBulk_Guards(t *testing.T) {
	t.Parallel()
	list := "user,app\nana@example.com,orders\ndana@example.com,orders\n"
	prod := &config.Profile{Name: "acme-prod", URL: "https://tooljet.example.com", Production: true}
	story(t, stage{profile: prod}, func(d *driver) {
		d.press("B")
		d.send(tea.PasteMsg{Content: list})
		d.press("enter")
		d.rest()
		d.press("enter", "enter")
		d.sees("Type acme-prod to go on")
		if len(d.box.Ledger()) != 0 {
			t.Error("issued without the name")
		}
	})
	readOnly := &config.Profile{Name: "acme", URL: "https://tooljet.example.com", ReadOnly: true}
	story(t, stage{profile: readOnly}, func(d *driver) {
		d.press("B")
		d.sees("This profile is read-only")
		if strings.Contains(d.screen(), "Issue for a list") {
			t.Error("the list was opened")
		}
	})
}
