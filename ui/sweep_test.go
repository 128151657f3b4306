package ui

import (
	"fmt"
	"image"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/kit"
)

// place is a screen of the console and the keys that lead to it from the list.
type place struct {
	name string
	keys []string
}

var places = []place{
	{"tokens", nil},
	{"filter", []string{"/", "a", "n"}},
	{"bad filter", []string{"/", "l", "e", "f", "t", ":", "x"}},
	{"help", []string{"?"}},
	{"palette", []string{":", "c", "o"}},
	{"confirm", []string{"r"}},
	{"note", []string{"e", "x"}},
	{"copy menu", []string{"Y"}},
	{"form", []string{"n", "a", "n", "a"}},
	{"detail", []string{"enter"}},
	{"profiles", []string{"P"}},
	{"doctor", []string{"5"}},
	{"bulk", []string{"B"}},
	{"users", []string{"3"}},
	{"users list", []string{"3", "a", "n", "esc"}},
	{"person", []string{"3", "a", "n", "a", "enter"}},
	{"exposure", []string{"3", "a", "n", "a", "enter", "x"}},
	{"hand-over", []string{"H"}},
	{"timeline", []string{"2"}},
	{"timeline later", []string{"2", "-", "right", "m"}},
	{"role", []string{"R"}},
	{"runs", []string{"W"}},
	{"revealed", []string{"v"}},
	{"toast", []string{"G", "i"}},
}

// within fails if the screen leaves its bounds.
func (d *driver) within(where string) {
	d.t.Helper()
	w, h := d.s.width, d.s.height
	v := d.s.View()
	if d.s.crash != nil {
		d.t.Fatalf("%s at %dx%d: %s\n%s", where, w, h, d.s.crash.what, d.s.crash.stack)
	}
	lines := strings.Split(v.Content, "\n")
	if len(lines) > h {
		d.t.Fatalf("%s at %dx%d draws %d lines", where, w, h, len(lines))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n > w {
			d.t.Fatalf("%s at %dx%d: line %d is %d cells wide: %q", where, w, h, i, n, ansi.Strip(l))
		}
	}
	if c := v.Cursor; c != nil && (c.X < 0 || c.Y < 0 || c.X >= w || c.Y >= h) {
		d.t.Fatalf("%s at %dx%d: the cursor is at %d,%d", where, w, h, c.X, c.Y)
	}
}

// sweepSizes are all sizes from 20x6 to 200x60 with PATDESK_LONG=full, and each
// fourth of them with PATDESK_LONG=1; otherwise those around which something
// changes, and some widths between with a height each.
func sweepSizes() []image.Point {
	var sizes []image.Point
	if step := effort(0, 0, 4); step > 0 {
		if full() {
			step = 1
		}
		for w := 20; w <= 200; w++ {
			for h := 6 + w%step; h <= 60; h += step {
				sizes = append(sizes, image.Pt(w, h))
			}
		}
		return sizes
	}
	for _, w := range []int{20, 39, 40, 59, 60, 61, 80, 100, 139, 140, 200} {
		for _, h := range []int{6, 12, 20, 60} {
			sizes = append(sizes, image.Pt(w, h))
		}
	}
	for w := 21; w <= 200; w += effort(30, 12, 1) {
		sizes = append(sizes, image.Pt(w, 12+w*13%49))
	}
	return sizes
}

// Ensure every screen draws inside its bounds at every size, and that nothing but
// the notice is shown where nothing fits.
func TestSweep_EverySizeDrawsInsideItsBounds(t *testing.T) {
	t.Parallel()
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			story(t, stage{seed: everyState}, func(d *driver) {
				d.press(p.keys...)
				d.rest()
				for _, size := range sweepSizes() {
					d.s.width, d.s.height = size.X, size.Y
					d.s.resize()
					d.within(p.name)
					if d.s.tooSmall() != (size.X < 40 || size.Y < 12) {
						t.Fatalf("%v", size)
					}
				}
				d.s.width, d.s.height = 60, 12
				d.s.resize()
				if strings.Contains(ansi.Strip(d.s.View().Content), "patdesk needs") {
					t.Error("60x12 shows the notice")
				}
				d.send(tea.WindowSizeMsg{Width: 32, Height: 10})
				d.sees("patdesk needs 40x12")
			})
		})
	}
}

// Ensure keys do nothing while the screen is too small, but ctrl+c leaves, and
// that nothing is lost by a resize.
func TestSweep_TooSmallMeansKeysAreOff(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		d.press("down", "space", "/")
		d.typeText("ana")
		d.rest()
		before := d.screen()
		d.send(tea.WindowSizeMsg{Width: 39, Height: 30})
		d.press("esc", "q", "r", "y", "n", "x")
		d.send(tea.PasteMsg{Content: "zzz"})
		d.settle()
		d.sees("Keys are off")
		d.send(tea.WindowSizeMsg{Width: 100, Height: 30})
		d.settle()
		if got := d.screen(); got != before {
			t.Errorf("the screen changed:\n%s\nwas\n%s", got, before)
		}
		d.send(tea.WindowSizeMsg{Width: 39, Height: 30})
		d.press("ctrl+c", "ctrl+c")
		if !d.quit {
			t.Error("ctrl+c does not leave")
		}
	})
}

// Ensure each table of Actions has every key once, that each Action can be
// explained, and that the shell's keys do not hide behind a screen's by accident.
func TestKeys_OneMeaningEachAndAllExplained(t *testing.T) {
	t.Parallel()
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			story(t, stage{seed: everyState}, func(d *driver) {
				d.press(p.keys...)
				d.rest()
				tables := map[string][]kit.Action{p.name: d.s.top().Actions()}
				if len(d.s.dialogs) == 0 {
					tables["shell over "+p.name] = d.s.actions()
				}
				for name, table := range tables {
					seen := map[string]string{}
					for _, a := range table {
						h := a.Key.Help()
						if h.Key == "" || h.Desc == "" {
							t.Errorf("%s: %q %v has no help", name, a.Title, a.Key.Keys())
						}
						if a.Run == nil {
							t.Errorf("%s: %q does nothing", name, h.Key)
						}
						for _, k := range a.Key.Keys() {
							if other, twice := seen[k]; twice {
								t.Errorf("%s: %s means %q and %q", name, k, other, h.Desc)
							}
							seen[k] = h.Desc
						}
					}
				}
			})
		})
	}
}

// Ensure every printable key is text while a field has the focus.
func TestKeys_PrintableKeysAreFreeWhileTyping(t *testing.T) {
	t.Parallel()
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			story(t, stage{seed: everyState}, func(d *driver) {
				d.press(p.keys...)
				if !d.s.top().Typing() {
					return
				}
				pages, dialogs := len(d.s.pages), len(d.s.dialogs)
				for r := ' '; r < 0x7f; r++ {
					name := string(r)
					if r == ' ' {
						name = "space"
					}
					d.press(name)
					if d.quit || len(d.s.pages) != pages || len(d.s.dialogs) != dialogs || !d.s.top().Typing() {
						t.Fatalf("%s: %q is no text", p.name, name)
					}
				}
			})
		})
	}
}

// Ensure keys of the configuration work, that the help follows them, and that
// conflicts are told at start and change nothing.
func TestKeys_Remapping(t *testing.T) {
	t.Parallel()
	remap := map[string][]string{"issue": {"ctrl+n", "N"}, "filter": {"x"}, "sort": {"n"}, "mark": {"r"}, "verify": {}, "fly": {"w"}, "quit": {"esc"}}
	k, problems := kit.NewKeys(remap)
	if got := strings.Join(problems, "\n"); !strings.Contains(got, "[keys] fly is no action") || !strings.Contains(got, "mark = r is taken by reissue") ||
		!strings.Contains(got, "verify has no key") || !strings.Contains(got, "quit = esc is taken by a key that stays") || len(problems) != 4 {
		t.Errorf("problems:\n%s", got)
	}
	if !key.Matches(keyMsg("x"), k.List.Filter) || key.Matches(keyMsg("/"), k.List.Filter) || !key.Matches(keyMsg("n"), k.List.Sort) || !key.Matches(keyMsg("space"), k.List.Mark) {
		t.Error("the bindings do not follow the configuration")
	}
	story(t, stage{seed: everyState, options: func(_ *driver, o *Options) { o.Config.Keys = remap }}, func(d *driver) {
		d.sees("[keys]", "ctrl+n N new", "x filter")
		d.press("x")
		if !d.s.top().Typing() {
			t.Error("x does not filter")
		}
	})
}

// mashed are the keys that a cat on the keyboard may hit.
func mashed() []string {
	names := []string{
		"enter", "esc", "tab", "shift+tab", "up", "down", "left", "right", "shift+up", "shift+down", "pgup", "pgdown", "home", "end",
		"space", "backspace", "delete", "f1", "f5", "ctrl+s", "ctrl+e", "f3", "ctrl+r", "ctrl+p", "ctrl+d", "ctrl+u", "ctrl+o", "ctrl+a", "ctrl+k", "ctrl+t",
	}
	for r := '!'; r < 0x7f; r++ {
		names = append(names, string(r))
	}
	return names
}

// Ensure no sequence of keys, sizes and moments makes the console panic or leave
// its bounds, and that below 40x12 nothing is ever done.
func TestMash_RandomKeysAndSizes(t *testing.T) {
	t.Parallel()
	names := mashed()
	for seed := range uint64(effort(1, 2, 20)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 42))
			story(t, stage{seed: everyState}, func(d *driver) {
				for n := range 700 {
					switch rnd.IntN(24) {
					case 0:
						d.send(tea.WindowSizeMsg{Width: 20 + rnd.IntN(180), Height: 6 + rnd.IntN(54)})
					case 1:
						d.sleep(time.Duration(rnd.IntN(4000)) * time.Millisecond)
					case 2:
						d.send(tea.PasteMsg{Content: "pasted\x1b[31m \n\u202e text"})
					case 3:
						d.send([]tea.Msg{tea.BlurMsg{}, tea.FocusMsg{}, tea.ResumeMsg{}}[rnd.IntN(3)])
					case 4:
						d.send(tea.MouseClickMsg{X: rnd.IntN(200), Y: rnd.IntN(60), Button: tea.MouseLeft})
						d.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
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
					d.within(fmt.Sprintf("step %d, %s", n, d.s.top().Title()))
				}
			})
		})
	}
}
