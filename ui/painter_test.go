//go:build linux

package ui

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/paint/painttest"
)

// shot is what the console showed at some moment.
type shot struct {
	view tea.View
	w, h int
}

// shots presses random keys, and returns what was shown after each.
func shots(t *testing.T, seed uint64, keys int) (list []shot) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 7))
	names := slices.DeleteFunc(mashed(), func(name string) bool { return name == "q" })
	story(t, stage{seed: everyState}, func(d *driver) {
		for range keys {
			switch rnd.IntN(24) {
			case 0:
				d.send(tea.WindowSizeMsg{Width: 20 + rnd.IntN(140), Height: 6 + rnd.IntN(44)})
			case 1:
				d.sleep(time.Duration(rnd.IntN(4000)) * time.Millisecond)
			case 2: // without marks that combine: the emulator takes them in one piece only
				d.send(tea.PasteMsg{Content: "pasted 漢字 👍\x1b[31m \n\u202e text"})
			default:
				d.send(keyMsg(names[rnd.IntN(len(names))]))
			}
			if d.quit {
				return
			}
			d.settle()
			list = append(list, shot{d.s.View(), d.s.width, d.s.height})
		}
	})
	return list
}

// Ensure the painter shows cell by cell what the framework's own renderer shows of
// the same views, whichever frames each of them leaves out.
func TestPainter_ShowsWhatTheFrameworkShows(t *testing.T) {
	t.Parallel()
	for seed := range uint64(effort(1, 1, 25)) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			list := shots(t, seed, 400)
			if len(list) < 10 {
				t.Fatalf("only %d frames", len(list))
			}
			w, h := list[0].w, list[0].h
			a := painttest.Framework(t, w, h)
			b, _ := painttest.Painted(t, w, h, painttest.Prompt)
			for n, s := range list {
				if s.w != w || s.h != h {
					w, h = s.w, s.h
					a.Resize(w, h)
					b.Resize(w, h)
				}
				s.view.WindowTitle = fmt.Sprint("frame ", n)
				a.Tea.Send(s.view)
				b.Tea.Send(s.view)
				last := n == len(list)-1 || list[n+1].w != w || list[n+1].h != h
				if n%20 != 0 && !last {
					continue
				}
				a.WaitTitle(s.view.WindowTitle)
				b.WaitTitle(s.view.WindowTitle)
				if d := painttest.Difference(a, b); d != "" {
					t.Fatalf("%s: %s", s.view.WindowTitle, d)
				}
			}
		})
	}
}
