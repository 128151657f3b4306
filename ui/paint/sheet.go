package paint

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"patdesk/ui/term"
)

// sheet is what the terminal shows, for frames whose lines are all usual: styles, and
// signs that are one cell wide however they are measured. That is nearly every frame;
// others are the library's. It keeps eight bytes a cell, and writes what differs.
type sheet struct {
	brush
	rows    []row
	next    []row // that are to be shown; their cells are nil where nothing changed
	spare   [][]cell
	scrolls bool // the terminal may move lines
}

// row is a line of the screen.
type row struct {
	text  string
	cells []cell
}

// newSheet returns the sheet of a terminal that nothing is known of.
func newSheet(o Options, out *bytes.Buffer, feeds feeding, scrolls bool) *sheet {
	s := &sheet{brush: brush{inks: newInks(o.Profile), out: out, feeds: feeds}, scrolls: scrolls}
	s.resize(o.Width, o.Height)
	return s
}

// resize forgets what is shown.
func (s *sheet) resize(w, h int) {
	s.w, s.h, s.x = w, h, -1
	s.rows, s.next, s.spare = make([]row, max(0, h)), make([]row, max(0, h)), nil
	all := make([]cell, max(0, w*h))
	for y := range s.rows {
		s.rows[y].cells = all[y*w : (y+1)*w : (y+1)*w]
	}
	s.blank()
}

// blank says that all lines are empty.
func (s *sheet) blank() {
	for y := range s.rows {
		s.rows[y].text = ""
		empty(s.rows[y].cells)
	}
}

func empty(cells []cell) {
	for x := range cells {
		cells[x] = cell{sign: ' '}
	}
}

// read takes the lines that are to be shown. It reports whether all of them are usual;
// if not, nothing changes.
func (s *sheet) read(lines []string, anew bool) bool {
	for y := range s.next {
		text := lineAt(lines, y)
		s.next[y].text = text
		if !anew && text == s.rows[y].text {
			continue
		}
		cells := s.take()
		s.next[y].cells = cells
		if !s.parse(cells, text) {
			s.drop()
			return false
		}
	}
	return true
}

// take returns the room for a line.
func (s *sheet) take() []cell {
	if n := len(s.spare); n > 0 {
		c := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return c
	}
	return make([]cell, s.w)
}

// drop forgets what was read.
func (s *sheet) drop() {
	for y := range s.next {
		if c := s.next[y].cells; c != nil {
			s.spare = append(s.spare, c)
		}
		s.next[y] = row{}
	}
}

// parse lays a line out and reports whether it is usual.
func (s *sheet) parse(cells []cell, text string) bool {
	x, now := 0, ink(0)
	for len(text) > 0 {
		if text[0] == '\x1b' {
			n := term.StyleLength(text)
			if n == 0 {
				return false
			}
			to, ok := s.after(now, text[:n])
			if !ok {
				return false
			}
			now, text = to, text[n:]
			continue
		}
		r, n := utf8.DecodeRuneInString(text)
		if r < ' ' || !term.Narrow(r) {
			return false
		}
		if text = text[n:]; x < len(cells) {
			cells[x] = cell{r, now}
			x++
		}
	}
	empty(cells[x:])
	return now == 0 // otherwise it goes on in the next line
}

// show brings the terminal to what was read; anew after it was emptied.
func (s *sheet) show(anew bool) {
	if anew {
		s.x = -1
		s.clear()
		s.blank()
	} else if s.scrolls {
		s.move()
	}
	for y := range s.next {
		n := &s.next[y]
		if n.cells != nil {
			s.draw(y, s.rows[y].cells, n.cells)
			s.rows[y].cells, n.cells = n.cells, s.rows[y].cells
		}
		s.rows[y].text = n.text
	}
	s.drop()
	s.turn(0)
}

// draw writes what differs in a line.
func (s *sheet) draw(y int, was, now []cell) {
	last := len(now) - 1
	for last >= 0 && s.same(was[last], now[last]) {
		last--
	}
	end, ground := len(now), now[len(now)-1].ink // behind end are blanks that can be erased
	if s.grounds[ground] != noGround {
		for end > 0 && s.same(now[end-1], cell{' ', ground}) {
			end--
		}
	}
	stop := last + 1
	erases := stop-end > 3
	if erases {
		stop = end
	}
	for x := 0; x < stop; x++ {
		if s.same(was[x], now[x]) {
			continue
		}
		s.approach(x, y, now)
		s.put(now[x])
	}
	if erases {
		s.approach(end, y, now)
		s.erase(ground)
	}
}

// approach brings the cursor to a cell. What lies between on its line and is shown
// already is written again where that is shorter than to jump over it.
func (s *sheet) approach(x, y int, now []cell) {
	const most = 8 // a jump and two styles take no more than that many signs
	if from := s.x; s.y == y && from >= 0 && from < x && x-from <= most && x < s.w {
		n, pen := s.cost(now[from:x])
		if n+len(s.way(pen, now[x].ink)) <= len("\x1b[9C")+len(s.way(s.pen, now[x].ink)) {
			for _, c := range now[from:x] {
				s.put(c)
			}
			return
		}
	}
	s.goTo(x, y)
}

// fewest is how many lines must have moved for the terminal to be told so.
const fewest = 3

// move scrolls where most lines of a part of the screen are now some lines further up
// or down.
func (s *sheet) move() {
	var best, by, top, bottom int
	for n := 1 - s.h; n < s.h; n++ {
		count, from, to := 0, 0, 0
		for y := max(0, -n); n != 0 && y < min(s.h, s.h-n); y++ {
			if s.next[y].cells != nil && s.next[y].text == s.rows[y+n].text && s.next[y].text != "" {
				if count == 0 {
					from = y
				}
				count, to = count+1, y
			}
		}
		if count > best {
			best, by, top, bottom = count, n, from, to
		}
	}
	if best < fewest || 2*best <= bottom-top {
		return
	}
	if by > 0 {
		bottom += by
	} else {
		top += by
	}
	s.scroll(top, bottom, by)
	part := s.rows[top : bottom+1]
	if by > 0 {
		rotate(part, by)
		part = part[len(part)-by:]
	} else {
		rotate(part, len(part)+by)
		part = part[:-by]
	}
	for i := range part {
		part[i].text = ""
		empty(part[i].cells)
	}
	for y := top; y <= bottom; y++ { // what did not change may have moved, and the other way round
		n := &s.next[y]
		switch same := n.text == s.rows[y].text; {
		case same && n.cells != nil:
			s.spare, n.cells = append(s.spare, n.cells), nil
		case !same && n.cells == nil:
			n.cells = s.take()
			s.parse(n.cells, n.text) // it was usual before
		}
	}
}

// rotate moves the first n rows behind the others.
func rotate[R any](rows []R, n int) {
	slices.Reverse(rows[:n])
	slices.Reverse(rows[n:])
	slices.Reverse(rows)
}
