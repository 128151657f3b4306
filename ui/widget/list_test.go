package widget

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// source is a list of numbers that is read in pieces, and what a reader of it would
// see who had it all in memory.
type source struct {
	n    int
	list *List[int, int]
	from int // of the source, the first row that the list holds
	want int // of the source, the row under the cursor
}

func newSource(n, most, height int) *source {
	s := &source{n: n, list: NewList(func(i int) int { return i })}
	s.list.Most = most
	s.list.SetHeight(height)
	s.around(0, 10)
	return s
}

// piece reads the rows from, and up to but not to.
func (s *source) piece(from, to int) Piece[int] {
	from, to = max(0, from), min(s.n, to)
	p := Piece[int]{AtStart: from == 0, AtEnd: to == s.n}
	for i := from; i < to; i++ {
		p.Rows = append(p.Rows, i)
	}
	return p
}

// around reads the neighbours of a row and puts the cursor there.
func (s *source) around(at, reach int) {
	p := s.piece(at-reach, at+reach)
	s.list.Replace(p, slices.Index(p.Rows, at))
	s.from, s.want = max(0, at-reach), at
}

// read reads what the list wants, as a room does.
func (s *source) read(size int) {
	before, after := s.list.Wants()
	if after {
		rows := s.list.Rows()
		s.list.Append(s.piece(rows[len(rows)-1]+1, rows[len(rows)-1]+1+size))
	}
	if before {
		first := s.list.Rows()[0]
		s.list.Prepend(s.piece(first-size, first))
	}
}

// Ensure a long source can be walked anywhere while only a bounded run of it is held,
// with the cursor where a reader of the whole would be, in the window, and each row
// beside its neighbours.
func TestList_RandomWalkOverPieces(t *testing.T) {
	const most, size = 120, 30
	rnd := rand.New(rand.NewPCG(3, 4))
	s := newSource(2000, most, 10)
	for step := range 6000 {
		n := rnd.IntN(15) - 7
		switch rnd.IntN(12) {
		case 0:
			s.list.Page(n, 2)
			n *= max(1, s.list.Height()/2)
		case 1:
			s.list.SetHeight(1 + rnd.IntN(15))
			n = 0
		case 2:
			s.around(rnd.IntN(s.n), 5+rnd.IntN(20))
			n = 0
		case 3: // the rows are read anew where the cursor is
			s.around(s.want, 20)
			n = 0
		default:
			s.list.By(n)
		}
		s.want = min(max(0, s.want+n), s.n-1)
		for s.read(size); s.list.owed != 0; { // rows that are not there yet stop it until then
			s.read(size)
		}
		rows, visible := s.list.Rows(), s.list.Visible()
		sel, ok := s.list.Selected()
		switch {
		case !ok || sel != s.want:
			t.Fatalf("step %d: the cursor is on %d, want %d", step, sel, s.want)
		case len(rows) > most:
			t.Fatalf("step %d: %d rows are held", step, len(rows))
		case !slices.Contains(visible, sel):
			t.Fatalf("step %d: the cursor on %d is not among %v", step, sel, visible)
		case rows[len(rows)-1]-rows[0] != len(rows)-1:
			t.Fatalf("step %d: not one run: %v", step, rows)
		case s.list.AtStart() != (rows[0] == 0) || s.list.AtEnd() != (rows[len(rows)-1] == s.n-1):
			t.Fatalf("step %d: rows %d to %d: start %v, end %v", step, rows[0], rows[len(rows)-1], s.list.AtStart(), s.list.AtEnd())
		}
		s.list.SetCount(int64(s.n), false)
		if !s.list.Located() {
			s.list.Locate(0, int64(rows[0]), false)
		}
		want := fmt.Sprintf("%s–%s of 2,000", Grouped(int64(visible[0]+1)), Grouped(int64(visible[len(visible)-1]+1)))
		if got := s.list.Place(false); got != want {
			t.Fatalf("step %d: %q, want %q", step, got, want)
		}
	}
}

// Ensure many keys at once lead to the same row however late the rows come, that those
// which go back count, and that a place which is asked for by itself is gone to at once.
func TestList_KeysBeforeRows(t *testing.T) {
	s := newSource(500, 120, 10)
	on := func(what string, want int) {
		t.Helper()
		if sel, _ := s.list.Selected(); sel != want {
			t.Errorf("%s: the cursor is on %d, want %d", what, sel, want)
		}
	}
	for range 100 {
		s.list.By(1)
	}
	on("at the last row held", 9)
	for range 5 {
		s.list.By(-1)
	}
	s.read(20)
	on("with some of the rows", 29)
	for range 4 {
		s.read(20)
	}
	on("with all of them", 95)
	s.read(20)
	on("with more", 95)
	s.list.By(-400)
	for range 10 {
		s.read(50)
	}
	on("beyond the first row", 0)
	s.list.By(1)
	on("no more than that", 1)
	for _, place := range []struct {
		what string
		to   func()
		row  func() int
	}{
		{"the first row held", s.list.First, func() int { return s.list.Rows()[0] }},
		{"a row by its key", func() { s.list.Select(s.list.Rows()[3]) }, func() int { return s.list.Rows()[3] }},
		{"another piece", func() { s.around(200, 20) }, func() int { return 200 }},
	} {
		s.list.By(300)
		place.to()
		want := place.row()
		s.read(30)
		on(place.what, want)
	}
}

// Ensure a list that was set whole keeps the cursor and the marks on their rows through
// filters, orders and rows that come and go.
func TestList_SetAllKeepsTheRow(t *testing.T) {
	all := []string{"ana", "bo", "cy", "dee", "eve", "fay"}
	for _, c := range []struct {
		name string
		rows []string
		want string
	}{
		{"as it was", all, "dee"},
		{"another order", []string{"fay", "eve", "dee", "cy", "bo", "ana"}, "dee"},
		{"filtered", []string{"bo", "dee"}, "dee"},
		{"one more before", []string{"abe", "ana", "bo", "cy", "dee"}, "dee"},
		{"gone", []string{"ana", "bo", "cy", "eve", "fay"}, "eve"},
		{"gone with all after it", []string{"ana"}, "ana"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := NewList(func(s string) string { return s })
			l.SetHeight(3)
			l.SetAll(all)
			l.By(3)
			l.Toggle()
			l.SetAll(c.rows)
			if got, _ := l.Selected(); got != c.want {
				t.Errorf("the cursor is on %q, want %q", got, c.want)
			}
			if marked := slices.Collect(l.Marks()); len(marked) != 1 || marked[0] != "dee" {
				t.Errorf("marked are %v", marked)
			}
			if want := fmt.Sprintf("of %d", len(c.rows)); !strings.HasSuffix(l.Place(true), want) {
				t.Errorf("%q does not end in %q", l.Place(true), want)
			}
		})
	}
}

// Ensure the cursor keeps its line of the screen when rows change around it.
func TestList_TheCursorKeepsItsLine(t *testing.T) {
	s := newSource(200, 0, 10)
	s.around(100, 40)
	s.list.By(-3)
	line := slices.Index(s.list.Visible(), 97)
	s.around(97, 20)
	if got := slices.Index(s.list.Visible(), 97); got != line || line < 0 {
		t.Errorf("the cursor went from line %d to line %d", line, got)
	}
}

// Ensure what a row looks like follows from cursor and marks, that lines fill the
// height, and that a click hits what is there.
func TestList_LinesMarksAndClicks(t *testing.T) {
	l := NewList(func(s string) string { return s })
	l.SetHeight(4)
	look := func() string {
		return strings.Join(l.Lines(func(s string, at At) string {
			if at.Marked {
				s += "*"
			}
			if at.Selected {
				s = ">" + s
			}
			return s
		}), "|")
	}
	sees := func(want string) {
		t.Helper()
		if got := look(); got != want {
			t.Errorf("the list shows %q, want %q", got, want)
		}
	}
	sees("|||")
	l.Toggle()
	l.MarkMove(1)
	if _, ok := l.Selected(); ok || l.Marked() != 0 || l.Place(true) != "" {
		t.Error("an empty list has a row")
	}
	l.SetAll([]string{"ana", "bo", "cy"})
	sees(">ana|bo|cy|")
	l.MarkMove(1)
	sees("ana*|>bo*|cy|")
	l.Toggle()
	l.Last()
	sees("ana*|bo|>cy|")
	for _, c := range []struct {
		line       int
		hit, again bool
	}{{-1, false, false}, {3, false, false}, {4, false, false}, {0, true, false}, {0, true, true}} {
		if hit, again := l.Click(c.line); hit != c.hit || again != c.again {
			t.Errorf("a click on line %d: %v, %v", c.line, hit, again)
		}
	}
	sees(">ana*|bo|cy|")
	if !l.Select("cy") || l.Select("zoe") {
		t.Error("a row that is there is not found, or one that is not")
	}
	l.UnmarkAll()
	sees("ana|bo|>cy|")
}

// Ensure the place says what is known, and no more.
func TestList_Place(t *testing.T) {
	l := NewList(func(i int) int { return i })
	l.SetHeight(3)
	l.Replace(Piece[int]{Rows: []int{5, 6, 7, 8}, AtEnd: true}, 3)
	for _, c := range []struct {
		name string
		do   func()
		want string
	}{
		{"nothing", func() {}, "? of ?"},
		{"the place", func() { l.Locate(0, 1_233_996, false) }, "1,233,998-1,234,000 of ?"},
		{"both", func() { l.SetCount(1_234_000, false) }, "1,233,998-1,234,000 of 1,234,000"},
		{"the place only again", func() { l.Uncount() }, "1,233,998-1,234,000 of ?"},
		{"the place of more than were counted", func() { l.SetCount(10_000, true) }, "1,233,998-1,234,000 of over 10,000"},
		{"the end and the count", func() {
			l.Replace(Piece[int]{Rows: []int{7, 8}, AtEnd: true}, 1)
			l.SetCount(40, false)
		}, "39-40 of 40"},
		{"the end again, of the same count", func() {
			l.Replace(Piece[int]{Rows: []int{7, 8}, AtEnd: true}, 1)
			l.CountHolds()
		}, "39-40 of 40"},
		{"the end of more than were counted", func() {
			l.Replace(Piece[int]{Rows: []int{7, 8}, AtEnd: true}, 1)
			l.SetCount(10_000, true)
		}, "? of over 10,000"},
		{"too far to count as well", func() { l.Locate(1, 10_000, true) }, "beyond 10,000"},
		{"too far, of a number that is known", func() {
			l.Replace(Piece[int]{Rows: []int{7, 8}}, 1)
			l.SetCount(1_234_000, false)
			l.Locate(1, 10_000, true)
		}, "beyond 10,000 of 1,234,000"},
		{"rows above the one that was asked for", func() {
			l.Prepend(Piece[int]{Rows: []int{3, 4, 5, 6}})
			l.First()
		}, "beyond 9,996 of 1,234,000"},
		{"and back", func() { l.Last() }, "beyond 9,999 of 1,234,000"},
		{"elsewhere then", func() { l.Replace(Piece[int]{Rows: []int{7, 8}}, 1) }, "? of 1,234,000"},
		{"all rows there are", func() {
			l.SetCount(10_000, true)
			l.SetAll([]int{1, 2})
		}, "1-2 of 2"},
	} {
		if c.do(); l.Place(true) != c.want {
			t.Errorf("%s: %q, want %q", c.name, l.Place(true), c.want)
		}
	}
}
