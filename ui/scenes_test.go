package ui

import (
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/client/sandbox"
	"patdesk/config"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// scene is a moment of a story that is looked at closely.
type scene struct {
	name  string
	stage func() stage
	play  func(d *driver)
}

// toTerminal lets copies go to a terminal that says nothing, so that no path of
// this computer is on the screen.
func toTerminal(_ *driver, o *Options) {
	o.Clipboard = term.NewClipboard(term.ClipboardOptions{
		Mode: term.ModeOSC52, Clear: 45 * time.Second, Env: term.Env{Out: io.Discard, Getenv: func(string) string { return "" }},
	})
}

func copying() stage { return stage{options: toTerminal} }

func twoProfiles() stage {
	return stage{options: func(_ *driver, o *Options) {
		o.Config.Profiles = map[string]*config.Profile{
			"acme":      {Name: "acme", URL: "https://tooljet.example.com", Key: "keyring"},
			"acme-prod": {Name: "acme-prod", URL: "https://prod.example.com", Key: "command", Production: true},
		}
	}}
}

func firstRunStage() stage {
	var saved []kit.Candidate
	return serverless(&saved, map[string]string{"TOOLJET_HOST": "https://tooljet.example.com"})
}

// exposed has people with live tokens, one of them re-issued, and an admin's.
func exposed() stage {
	return stage{options: toTerminal, seed: issuedFor("ana@example.com orders", "ana@example.com orders", "ana@example.com stock", "bo@partner.example orders", "kim@example.com tickets")}
}

// overnight has tokens that end while nobody is on shift.
func overnight() stage { return stage{seed: overNight, profile: nightly()} }

func filled(d *driver) { d.fill("ana", "ord") }

func fresh(d *driver) {
	filled(d)
	d.press("ctrl+s")
}

func fault(f sandbox.Fault) func(d *driver) {
	return func(d *driver) {
		filled(d)
		d.box.Inject(f)
		d.press("ctrl+s")
	}
}

// then presses keys after a scene.
func then(play func(d *driver), keys ...string) func(d *driver) {
	return func(d *driver) {
		play(d)
		d.press(keys...)
	}
}

// rolling is a person with three tokens whose role can be changed.
func rolling() stage { return stage{seed: anasThree, options: toTerminal} }

func changing(d *driver) {
	d.press("R")
	d.rest()
}

// refused is a change of a role for which the licence has no seat.
func refused(d *driver) {
	d.box.Reconfigure(func(o *sandbox.Options) { o.Builders = 8 })
	then(changing, "right", "enter", "enter")(d)
	d.sleep(3 * time.Second)
}

var scenes = []scene{
	{"form-empty", copying, func(d *driver) { d.press("n") }},
	{"form-picking", copying, func(d *driver) { d.press("n", "a", "n", "a") }},
	{"form-filled", copying, filled},
	{"form-older", copying, func(d *driver) { fresh(d); d.press("i", "esc"); filled(d) }},
	{"form-field", copying, fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 400, Body: `["patExpiry must not be less than 1"]`})},
	{"form-lost", copying, fault(sandbox.Fault{Kind: sandbox.FaultDropAfter})},
	{"form-busy", copying, fault(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 30 * time.Second})},
	{"form-waiting", copying, fault(sandbox.Fault{Kind: sandbox.FaultRateLimit, Delay: 41 * time.Second})},
	{"form-curl", copying, then(filled, "f3")},
	{"form-raw", copying, then(fault(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 404, Body: `"User not found"`}), "f2")},
	{"issued", copying, fresh},
	{"issued-copied", copying, then(fresh, "i")},
	{"issued-menu", copying, then(fresh, "Y")},
	{"issued-verified", copying, then(fresh, "V")},
	{"issued-leaving", copying, then(fresh, "esc")},
	{"issued-reissue", copying, then(fresh, "i", "r")},
	{"detail-waiting", copying, func(d *driver) {
		fresh(d)
		d.press("i")
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultRateLimit, Delay: 130 * time.Second})
		d.press("r", "enter")
	}},
	{"detail-unsure", copying, func(d *driver) {
		fault(sandbox.Fault{Kind: sandbox.FaultDropAfter})(d)
		d.press("esc", "enter")
	}},
	{"first-run", firstRunStage, func(d *driver) { d.sleep(time.Second) }},
	{"first-run-key", firstRunStage, func(d *driver) {
		d.sleep(time.Second)
		d.press("enter")
		d.paste("sandbox-key-0123456789")
		d.sleep(time.Second)
		d.press("enter")
	}},
	{"bulk", copying, func(d *driver) { d.press("B") }},
	{"bulk-faults", copying, func(d *driver) {
		d.press("B")
		d.send(tea.PasteMsg{Content: "user,app\nana@example.com,orders\nanna@example.com,orders\nana@example.com,nothing\n"})
		d.press("enter")
		d.rest()
	}},
	{"bulk-users", copying, func(d *driver) {
		d.run(d.s.Go(kit.BulkFor{Users: []string{"ana@example.com", "dana@example.com", "gil@example.com"}, App: "orders"}))
		d.settle()
	}},
	{"bulk-plan", copying, func(d *driver) {
		d.press("B")
		d.send(tea.PasteMsg{Content: "user,app,life\nana@example.com,orders,2h\nbo@partner.example,orders,2h\n"})
		d.press("enter")
		d.rest()
	}},
	{"activity", func() stage { return stage{seed: everyState} }, func(d *driver) { d.toTab(kit.Activity{}) }},
	{"activity-whole", func() stage { return stage{seed: everyState} }, func(d *driver) { d.toTab(kit.Activity{}); d.press("enter") }},
	{"activity-requests", copying, func(d *driver) {
		fault(sandbox.Fault{Kind: sandbox.FaultRateLimit, Delay: 41 * time.Second, Match: "POST /"})(d)
		d.press("esc")
		d.toTab(kit.Activity{})
		d.press("/")
		d.typeText("!get") // lists are read side by side: their order differs
		d.press("enter", "down")
	}},
	{"role", rolling, then(changing, "right")},
	{"role-refused", rolling, then(refused)},
	{"role-done", rolling, func(d *driver) {
		then(changing, "right", "enter", "enter")(d)
		d.sleep(5 * time.Second)
	}},
	{"runs", rolling, then(refused, "esc", "W")},
	{"profiles", twoProfiles, func(d *driver) { d.press("P", "down") }},
	{"doctor", copying, func(d *driver) { d.toTab(kit.Doctor{}) }},
	{"users", exposed, func(d *driver) { d.toTab(kit.Users{}) }},
	{"users-find", exposed, func(d *driver) { d.toTab(kit.Users{}); d.press("a", "n") }},
	{"person", exposed, func(d *driver) { d.toTab(kit.Users{}); d.press("a", "n", "a", "enter") }},
	{"exposure", exposed, func(d *driver) { d.toTab(kit.Users{}); d.press("a", "n", "a", "enter", "x") }},
	{"timeline", overnight, func(d *driver) { d.toTab(kit.Timeline{}) }},
	{"timeline-week", overnight, func(d *driver) { d.toTab(kit.Timeline{}); d.press("-", "m") }},
	{"timeline-later", overnight, func(d *driver) { d.toTab(kit.Timeline{}); d.press("-", "-", "right") }},
	{"preview", shown("cy@example.com", "invoices"), func(d *driver) { previewed(d) }},
	{"preview-refused", shown("cy@example.com", "invoices"), func(d *driver) { previewed(d, "kind=loaded", refusal) }},
	{"preview-loaded", shown("ana@example.com", "orders"), func(d *driver) { previewed(d, "kind=loaded"); d.sleep(11 * time.Second) }},
	{"preview-far", func() stage {
		st := shown("ana@example.com", "orders")()
		near := st.options
		st.options = func(d *driver, o *Options) {
			near(d, o)
			o.Browser.Far, o.Browser.User, o.Browser.Host = true, "kim", "desk.example.com"
		}
		return st
	}, func(d *driver) { d.press("p") }},
	{"handover", exposed, func(d *driver) { d.press("H") }},
}

// Ensure that the screens of a token's life draw inside their bounds at every size.
func TestScenes_EverySizeDrawsInsideItsBounds(t *testing.T) {
	t.Parallel()
	for _, sc := range append(scenes, scene{"select", copying, then(fresh, "s")}, scene{"revealed", copying, then(fresh, "v")}) {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			story(t, sc.stage(), func(d *driver) {
				sc.play(d)
				for _, size := range sweepSizes() {
					d.s.width, d.s.height = size.X, size.Y
					d.s.resize()
					d.within(sc.name)
				}
			})
		})
	}
}

// Ensure that no sequence of keys in the screens of a token's life makes the
// console panic, leave its bounds, or issue below 40x12. Every third screen is tried, and
// each by make sweep.
func TestScenes_RandomKeys(t *testing.T) {
	names := []string{
		"enter", "enter", "esc", "tab", "shift+tab", "up", "down", "left", "right", "space", "backspace", "f2", "f5",
		"ctrl+s", "ctrl+s", "ctrl+e", "f3", "ctrl+r", "ctrl+x", "i", "y", "t", "Y", "v", "s", "w", "V", "r", "n", "z", "1", "2", "P", "a", "o", "R", "W", "B", "m", "x", "+", "-", "0", "4",
	}
	t.Setenv("TMPDIR", t.TempDir())
	kinds := []string{sandbox.FaultDelay, sandbox.FaultDropAfter, sandbox.FaultStatus, sandbox.FaultNoToken, sandbox.FaultForeignURL, sandbox.FaultTruncate, sandbox.FaultRateLimit}
	for n, sc := range scenes {
		if n%effort(3, 3, 1) != 0 {
			continue
		}
		t.Run(sc.name, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(uint64(n), 7))
			story(t, sc.stage(), func(d *driver) {
				sc.play(d)
				for step := range effort(20, 25, 150) {
					switch rnd.IntN(20) {
					case 0:
						d.send(tea.WindowSizeMsg{Width: 20 + rnd.IntN(150), Height: 6 + rnd.IntN(44)})
					case 1:
						d.sleep(time.Duration(rnd.IntN(30)) * time.Second)
					case 2:
						d.box.Inject(sandbox.Fault{Kind: kinds[rnd.IntN(len(kinds))], Delay: 3 * time.Second})
					default:
						small, issued := d.s.tooSmall(), len(d.box.Ledger())
						d.send(keyMsg(names[rnd.IntN(len(names))]))
						if small && len(d.box.Ledger()) != issued {
							t.Fatal("a key did something below 40x12")
						}
					}
					if d.quit {
						return
					}
					d.settle()
					d.within(fmt.Sprintf("%s, step %d", sc.name, step))
				}
				d.sleep(5 * time.Minute) // whatever was under way is over
			})
		})
	}
}
