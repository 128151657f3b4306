package widget

import (
	"math/rand/v2"
	"testing"
)

// Ensure a window stays on the lines, wherever keys, texts and sizes lead it.
func TestScroll_Window(t *testing.T) {
	for _, c := range []struct {
		name         string
		do           func(s *Scroll)
		length, room int
		from, to     int
	}{
		{"at the top", func(*Scroll) {}, 30, 10, 0, 10},
		{"shorter than the room", func(s *Scroll) { s.By(5) }, 4, 10, 0, 4},
		{"a line on", func(s *Scroll) { s.By(1) }, 30, 10, 1, 11},
		{"up at the top", func(s *Scroll) { s.By(-3); s.By(1) }, 30, 10, 1, 11},
		{"past the end", func(s *Scroll) { s.By(99) }, 30, 10, 20, 30},
		{"the end", func(s *Scroll) { s.Last() }, 30, 10, 20, 30},
		{"past the end and back", func(s *Scroll) { s.Last(); s.Fit(30, 10); s.By(-1) }, 30, 10, 19, 29},
		{"beyond what can be counted", func(s *Scroll) { s.Last(); s.Last(); s.By(farAway); s.By(farAway) }, 30, 10, 20, 30},
		{"back to the top", func(s *Scroll) { s.Last(); s.First() }, 30, 10, 0, 10},
		{"a page", func(s *Scroll) { s.Fit(30, 10); s.Page(1, 1) }, 30, 10, 10, 20},
		{"half a page", func(s *Scroll) { s.Fit(30, 10); s.Page(1, 2) }, 30, 10, 5, 15},
		{"half a page of one line", func(s *Scroll) { s.Fit(30, 1); s.Page(1, 2) }, 30, 1, 1, 2},
		{"a text that shrank", func(s *Scroll) { s.Fit(30, 10); s.Last() }, 12, 10, 2, 12},
		{"a room that grew", func(s *Scroll) { s.Fit(30, 10); s.Last(); s.Fit(30, 10) }, 30, 25, 5, 30},
		{"no text", func(s *Scroll) { s.By(3) }, 0, 10, 0, 0},
		{"no room", func(s *Scroll) { s.By(3) }, 30, 0, 3, 3},
		{"line shown below", func(s *Scroll) { s.Fit(30, 10); s.Show(12) }, 30, 10, 3, 13},
		{"line shown above", func(s *Scroll) { s.Fit(30, 10); s.By(15); s.Show(12) }, 30, 10, 12, 22},
		{"line in view already", func(s *Scroll) { s.Fit(30, 10); s.By(5); s.Show(12) }, 30, 10, 5, 15},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s Scroll
			c.do(&s)
			s.Fit(c.length, c.room)
			if from, to := s.Window(); from != c.from || to != c.to || s.Below() != c.length-c.to {
				t.Errorf("lines %d to %d, %d below; want %d to %d", from, to, s.Below(), c.from, c.to)
			}
		})
	}
}

// Ensure a random walk shows what the simplest reader would: the line that the keys
// lead to comes first, unless that left room empty.
func TestScroll_RandomWalk(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var s Scroll
	first, length, room := 0, 40, 10
	s.Fit(length, room)
	for step := range 5000 {
		switch n := rnd.IntN(9) - 4; rnd.IntN(6) {
		case 0:
			length, room = rnd.IntN(60), 1+rnd.IntN(20)
		case 1:
			i := rnd.IntN(max(1, length))
			s.Show(i)
			for i < first {
				first--
			}
			for i >= first+room {
				first++
			}
		case 2:
			s.Page(n, 2)
			for range max(1, room/2) {
				first = max(0, first+n)
			}
		default:
			s.By(n)
			first = max(0, first+n)
		}
		s.Fit(length, room)
		for first > 0 && first+room > length {
			first--
		}
		from, to := s.Window()
		if from != first || to != min(length, first+room) {
			t.Fatalf("step %d: %d to %d of %d, want from %d", step, from, to, length, first)
		}
	}
}
