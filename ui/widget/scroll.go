package widget

// Scroll is the place of a window over lines that are more than the screen has room
// for. Texts have one by itself; a List has one under its cursor.
//
// A screen moves it by keys and the wheel, and tells it while it draws how many lines
// there are and how many have room: only then is known where the end is.
//
//	s.Fit(len(lines), room)
//	from, to := s.Window()
//	draw(lines[from:to])
//
// The zero Scroll is at the top.
type Scroll struct {
	top, length, height int
}

// farAway is beyond the end of whatever is scrolled.
const farAway = 1 << 30

// By moves the window by n lines: down, or up if n is negative. Past the end it is
// taken back by the next Fit.
func (s *Scroll) By(n int) { s.top = min(max(0, s.top+n), farAway) }

// Page moves it by as many screens, or by parts of one: Page(-1, 2) is half a screen
// up.
func (s *Scroll) Page(screens, part int) { s.By(screens * max(1, s.height/max(1, part))) }

// First and Last move it to the ends.
func (s *Scroll) First() { s.top = 0 }

// Last moves it to the end.
func (s *Scroll) Last() { s.top = farAway }

// Fit tells how many lines there are and how many have room, and keeps the window on
// the lines.
func (s *Scroll) Fit(length, height int) {
	s.length, s.height = max(0, length), max(0, height)
	s.top = max(0, min(s.top, s.length-s.height))
}

// Show moves the window as little as it must so that line i is in it.
func (s *Scroll) Show(i int) {
	if s.height > 0 {
		s.top = max(0, i-s.height+1, min(s.top, i))
	}
}

// Window is the lines that are seen: from, and up to but not to.
func (s *Scroll) Window() (from, to int) {
	from = min(s.top, s.length)
	return from, min(s.length, from+s.height)
}

// Below is the number of lines after the window.
func (s *Scroll) Below() int {
	_, to := s.Window()
	return s.length - to
}
