package widget

import (
	"fmt"
	"iter"
	"maps"
	"slices"
)

// List is the cursor in a list of rows, the window of it that is on the screen, and
// the marks. It draws nothing but what it is given to draw, and knows no key: a room
// keeps one, fills it, moves it in its Actions and asks it what to draw.
//
// A room whose rows are all in memory (users, people that can get in) sets them, and
// sets them anew whenever they changed; the cursor stays on its row, the marks on
// theirs, by the key of a row:
//
//	r.list = widget.NewList(func(u client.User) string { return u.ID })
//	r.list.SetAll(users)                              // what was loaded, filtered and sorted
//	r.list.SetHeight(h - 3)                           // in SetSize: the lines it has
//	actions := kit.MoveActions(keys, r.list, r.moved) // arrows, pages, first, last
//	user, ok := r.list.Selected()                     // in an Action
//	r.list.Toggle(); r.list.By(1)                   // space
//	hit, again := r.list.Click(y - 1)                 // in Click: again opens the row
//	lines := r.list.Lines(func(u client.User, at widget.At) string { … })
//	foot := r.list.Place(theme.ASCII)                 // 1–10 of 34
//
// A source that is too long for that is read in pieces. The list holds a run of
// neighbouring rows, says by Wants at which end it needs more, and lets go of what is
// far when it holds more than Most; the room reads, and hands over what it read:
//
//	r.list.Replace(piece, at)                         // another place, another order
//	before, after := r.list.Wants()                   // after each move and each piece
//	r.list.Append(piece); r.list.Prepend(piece)
//	r.list.SetCount(n, over); r.list.Locate(i, place, over) // where known; for Place
//	if !r.list.AtEnd() { … }                          // before Last: read the end first
type List[K comparable, R any] struct {
	// Most bounds the rows held of a source that is read in pieces; 0 = all are held.
	Most int

	key            func(R) K
	rows           []R
	atStart, atEnd bool
	start, count   int64 // place of the first row held in the whole list, rows of it; -1 = not known
	over           bool  // the list has more rows than count
	least, most    int64 // where start is not known: how many rows come before the first one held at least, and to how many they were counted; 0 = not counted
	at             int   // the cursor, among the rows held
	owed           int   // rows that the cursor has still to move, once those are held
	view           Scroll
	filled         bool
	marks          map[K]bool
}

// Piece is a run of neighbouring rows of a source that is read in pieces.
type Piece[R any] struct {
	Rows           []R
	AtStart, AtEnd bool // nothing comes before, after
}

// At says what a row on the screen is besides itself.
type At struct{ Selected, Marked bool }

// NewList returns an empty list. key names a row for as long as it exists.
func NewList[K comparable, R any](key func(R) K) *List[K, R] {
	return &List[K, R]{key: key, start: -1, count: -1, marks: map[K]bool{}}
}

// SetAll replaces the rows by all that there are. The cursor stays on its row and that
// in its line; if the row is gone, the cursor stays in its place.
func (l *List[K, R]) SetAll(rows []R) {
	at := l.at
	if was, ok := l.Selected(); ok {
		if i := index(rows, l.key, l.key(was)); i >= 0 {
			at = i
		}
	}
	l.Replace(Piece[R]{Rows: rows, AtStart: true, AtEnd: true}, at)
	l.count, l.over = int64(len(rows)), false
}

// Replace replaces the rows held by a piece. The cursor goes to one of them, by its
// index, and stays in its line of the screen where that can be.
func (l *List[K, R]) Replace(p Piece[R], at int) {
	line := l.at - l.view.top
	l.rows, l.atStart, l.atEnd, l.start = p.Rows, p.AtStart, p.AtEnd, -1
	l.least, l.most = 0, 0
	if p.AtStart {
		l.start = 0
	}
	l.at, l.owed = min(max(0, at), max(0, len(l.rows)-1)), 0
	l.view.top = 0
	if l.filled {
		l.view.top = l.at - line
	}
	l.filled = true
	l.settle()
}

// Append adds the piece that follows the rows held.
func (l *List[K, R]) Append(p Piece[R]) {
	l.rows, l.atEnd = slices.Concat(l.rows, p.Rows), p.AtEnd
	if cut := len(l.rows) - l.Most; l.Most > 0 && cut > 0 {
		l.rows, l.atStart = slices.Clone(l.rows[cut:]), false
		l.shift(-cut)
	}
	l.By(0)
}

// Prepend adds the piece that comes before the rows held.
func (l *List[K, R]) Prepend(p Piece[R]) {
	l.rows, l.atStart = slices.Concat(p.Rows, l.rows), p.AtStart
	if l.Most > 0 && len(l.rows) > l.Most {
		l.rows, l.atEnd = slices.Clone(l.rows[:l.Most]), false
	}
	l.shift(len(p.Rows))
	if l.atStart {
		l.start = 0
	}
	l.By(0)
}

// shift follows the rows when the first one held became another.
func (l *List[K, R]) shift(by int) {
	l.at, l.view.top, l.least = l.at+by, l.view.top+by, l.least-int64(by)
	if l.start >= 0 {
		l.start = max(0, l.start-int64(by))
	}
}

// SetHeight tells how many lines there are for rows.
func (l *List[K, R]) SetHeight(lines int) {
	l.view.height = max(0, lines)
	l.settle()
}

// settle keeps the cursor on the rows, the window on them and the cursor in it. Behind
// the last row held may be room for those that are still being read.
func (l *List[K, R]) settle() {
	l.at = min(max(0, l.at), max(0, len(l.rows)-1))
	length := len(l.rows)
	if !l.atEnd {
		length += l.view.height
	}
	if l.view.height > 0 {
		l.view.Show(l.at)
		l.view.Fit(length, l.view.height)
	}
}

// By moves the cursor by n rows: down, or up if n is negative. Where the rows held end
// and the list does not, it goes the rest of the way when more are handed over, so that
// many keys at once lead to the same row however quickly that is.
func (l *List[K, R]) By(n int) {
	to := l.at + l.owed + n
	l.to(to)
	if l.at < to && !l.atEnd || l.at > to && !l.atStart {
		l.owed = to - l.at
	}
}

// Stay gives up the rest of the way that By left: the rows do not come.
func (l *List[K, R]) Stay() { l.owed = 0 }

// to moves the cursor to a row held, or the nearest one.
func (l *List[K, R]) to(i int) {
	l.at, l.owed = min(max(0, i), max(0, len(l.rows)-1)), 0
	l.settle()
}

// Page moves the cursor by as many screens, or by parts of one: Page(-1, 2) is half a
// screen up.
func (l *List[K, R]) Page(screens, part int) {
	l.By(screens * max(1, l.view.height/max(1, part)))
}

// First moves the cursor to the first row held.
func (l *List[K, R]) First() { l.to(0) }

// Last moves the cursor to the last row held.
func (l *List[K, R]) Last() { l.to(len(l.rows)) }

// Select moves the cursor to the row of a key, and reports whether it is held.
func (l *List[K, R]) Select(k K) bool {
	i := l.Index(k)
	if i >= 0 {
		l.to(i)
	}
	return i >= 0
}

// Click moves the cursor to the row in a line of the window. hit reports whether there
// is one, again whether it had the cursor already.
func (l *List[K, R]) Click(line int) (hit, again bool) {
	i := l.view.top + line
	if line < 0 || line >= l.view.height || i >= len(l.rows) {
		return false, false
	}
	again = i == l.at
	l.to(i)
	return true, again
}

// Selected is the row under the cursor, if there is one.
func (l *List[K, R]) Selected() (row R, ok bool) {
	if l.at >= len(l.rows) {
		return row, false
	}
	return l.rows[l.at], true
}

// Rows are those held. They are not to be changed.
func (l *List[K, R]) Rows() []R { return l.rows }

// Len is the number of rows held.
func (l *List[K, R]) Len() int { return len(l.rows) }

// Cursor is the index of the row under the cursor among those held.
func (l *List[K, R]) Cursor() int { return l.at }

// Height is the number of lines for rows.
func (l *List[K, R]) Height() int { return l.view.height }

// Index is the place of a key's row among the rows held, or -1.
func (l *List[K, R]) Index(k K) int { return index(l.rows, l.key, k) }

func index[K comparable, R any](rows []R, key func(R) K, k K) int {
	return slices.IndexFunc(rows, func(r R) bool { return key(r) == k })
}

// Visible are the rows on the screen.
func (l *List[K, R]) Visible() []R {
	from := min(l.view.top, len(l.rows))
	return l.rows[from:min(len(l.rows), from+l.view.height)]
}

// Lines draws the rows on the screen, one a line, and fills up to the height.
func (l *List[K, R]) Lines(draw func(R, At) string) []string {
	lines := make([]string, l.view.height)
	for i, r := range l.Visible() {
		lines[i] = draw(r, At{Selected: l.view.top+i == l.at, Marked: l.marks[l.key(r)]})
	}
	return lines
}

// AtStart and AtEnd report whether nothing comes before, after the rows held.
func (l *List[K, R]) AtStart() bool { return l.atStart }

// AtEnd reports whether nothing comes after the rows held.
func (l *List[K, R]) AtEnd() bool { return l.atEnd }

// Wants reports at which ends more rows are to be read, because the cursor is nearer to
// them than two screens.
func (l *List[K, R]) Wants() (before, after bool) {
	n, near := len(l.rows), 2*l.view.height
	return n > 0 && !l.atStart && l.at <= near, n > 0 && !l.atEnd && n-l.at <= near
}

// SetCount tells how many rows the whole list has, over = more than n. The number of all,
// with the end in hand, says where the rows held are, too.
func (l *List[K, R]) SetCount(n int64, over bool) {
	l.count, l.over = n, over
	l.CountHolds()
}

// CountHolds says that the number of rows is still the one that was told last, after the
// rows held were replaced.
func (l *List[K, R]) CountHolds() {
	if l.atEnd && l.start < 0 && l.count >= 0 && !l.over {
		l.start = max(0, l.count-int64(len(l.rows)))
	}
}

// Uncount says that nobody knows any more how many rows the whole list has.
func (l *List[K, R]) Uncount() { l.count, l.over = -1, false }

// Locate tells the place in the whole list, from 0, of a row that is held; over = it is
// further from the beginning than that.
func (l *List[K, R]) Locate(i int, place int64, over bool) {
	if over {
		l.least, l.most = place+1-int64(i), place
		return
	}
	l.start = max(0, place-int64(i))
}

// Located reports whether the place of the rows held is known.
func (l *List[K, R]) Located() bool { return l.start >= 0 }

// Place says which of how many rows are on the screen: "1–10 of 34", "1–10 of over
// 10,000", "beyond 10,000 of 1,000,000". What is not known yet is a question mark; an
// empty list says nothing.
func (l *List[K, R]) Place(ascii bool) string {
	n := len(l.Visible())
	if n == 0 {
		return ""
	}
	from, count, dash := "?", "?", "–"
	if ascii {
		dash = "-"
	}
	// More than were counted come before the row that was asked for, not before those above it.
	beyond := min(l.most, l.least+int64(l.view.top))
	switch {
	case l.start >= 0:
		first := l.start + int64(l.view.top)
		from = Grouped(first+1) + dash + Grouped(first+int64(n))
	case beyond > 0 && l.over:
		return "beyond " + Grouped(beyond)
	case beyond > 0:
		from = "beyond " + Grouped(beyond)
	}
	if l.count >= 0 {
		count = Counted(l.count, l.over)
	}
	return from + " of " + count
}

// ShareMarks lets the list have its marks in a map that others have, too.
func (l *List[K, R]) ShareMarks(marks map[K]bool) { l.marks = marks }

// Mark marks the rows of keys, held or not.
func (l *List[K, R]) Mark(keys ...K) {
	for _, k := range keys {
		l.marks[k] = true
	}
}

// Unmark takes marks away.
func (l *List[K, R]) Unmark(keys ...K) {
	for _, k := range keys {
		delete(l.marks, k)
	}
}

// UnmarkAll takes all marks away.
func (l *List[K, R]) UnmarkAll() { clear(l.marks) }

// Toggle marks the row under the cursor, or takes its mark away.
func (l *List[K, R]) Toggle() {
	r, ok := l.Selected()
	if !ok {
		return
	}
	if k := l.key(r); l.marks[k] {
		l.Unmark(k)
	} else {
		l.Mark(k)
	}
}

// MarkMove marks the row under the cursor, moves on by n rows, and marks that one.
func (l *List[K, R]) MarkMove(n int) {
	for _, by := range []int{0, n} {
		l.to(l.at + by)
		if r, ok := l.Selected(); ok {
			l.Mark(l.key(r))
		}
	}
}

// IsMarked reports whether the row of a key is marked.
func (l *List[K, R]) IsMarked(k K) bool { return l.marks[k] }

// Marked is the number of marks.
func (l *List[K, R]) Marked() int { return len(l.marks) }

// Marks are the keys of the marked rows, held or not, in no order.
func (l *List[K, R]) Marks() iter.Seq[K] { return maps.Keys(l.marks) }

// Counted writes how many there are, as far as they were counted: 34, over 10,000.
func Counted(n int64, over bool) string {
	if over {
		return "over " + Grouped(n)
	}
	return Grouped(n)
}

// Grouped writes a count with thin groups: 1,000,000.
func Grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
