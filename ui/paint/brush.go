package paint

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// brush writes signs in styles at places, with as few bytes as that takes.
type brush struct {
	inks
	out    *bytes.Buffer
	w, h   int
	x, y   int // where the cursor stands; x < 0: nobody knows, x == w: behind the last column
	pen    ink
	feeds  feeding
	places []byte // for the shortest of several ways
}

// feeding is what a line feed does on the way to the terminal.
type feeding int

const (
	feedsNot  feeding = iota // it is not to be used
	feedsDown                // it goes down a line and stays in its column: a raw terminal
	feedsHome                // it goes to the beginning of the next line
)

// turn takes another pen.
func (b *brush) turn(to ink) {
	_, _ = b.out.WriteString(b.way(b.pen, to))
	b.pen = to
}

// put writes a cell where the cursor stands. A blank is written in whatever pen makes it
// look the same.
func (b *brush) put(c cell) {
	if c.sign != ' ' || !b.alike(b.pen, c.ink) {
		b.turn(c.ink)
	}
	if b.x == b.w-1 && b.y == b.h-1 { // a terminal that wraps at once would scroll
		_, _ = b.out.WriteString(ansi.ResetModeAutoWrap)
		_, _ = b.out.WriteRune(c.sign)
		_, _ = b.out.WriteString(ansi.SetModeAutoWrap)
	} else {
		_, _ = b.out.WriteRune(c.sign)
	}
	b.x++
}

// cost is how many bytes some cells take, and the pen that is on after them.
func (b *brush) cost(cells []cell) (n int, pen ink) {
	pen = b.pen
	for _, c := range cells {
		if c.sign != ' ' || !b.alike(pen, c.ink) {
			n += len(b.way(pen, c.ink))
			pen = c.ink
		}
		n += utf8.RuneLen(c.sign)
	}
	return n, pen
}

// goTo moves the cursor.
func (b *brush) goTo(x, y int) {
	if b.x == x && b.y == y {
		return
	}
	best := b.absolute(b.places[:0], x, y)
	mark := len(best)
	for _, try := range [...]func([]byte, int, int) ([]byte, bool){b.relative, b.fromStart} {
		if more, ok := try(best, x, y); ok && len(more)-mark < mark {
			best = append(best[:0], more[mark:]...)
			mark = len(best)
		}
	}
	b.places = best[:0]
	_, _ = b.out.Write(best[:mark])
	b.x, b.y = x, y
}

func (b *brush) absolute(to []byte, x, y int) []byte {
	to = append(to, "\x1b["...)
	if x > 0 || y > 0 {
		to = strconv.AppendInt(to, int64(y+1), 10)
	}
	if x > 0 {
		to = strconv.AppendInt(append(to, ';'), int64(x+1), 10)
	}
	return append(to, 'H')
}

// relative goes down, and along the line, from where the cursor stands.
func (b *brush) relative(to []byte, x, y int) ([]byte, bool) {
	if b.x < 0 || b.x >= b.w || y != b.y && b.feeds != feedsDown || y < b.y || y-b.y > 4 {
		return to, false
	}
	for range y - b.y {
		to = append(to, '\n')
	}
	return b.along(to, b.x, x), true
}

// fromStart goes to the beginning of the line, down, and along it.
func (b *brush) fromStart(to []byte, x, y int) ([]byte, bool) {
	if b.x < 0 || b.feeds == feedsNot || y < b.y || y-b.y > 4 {
		return to, false
	}
	if y == b.y || b.feeds == feedsDown {
		to = append(to, '\r')
	}
	for range y - b.y {
		to = append(to, '\n')
	}
	return b.along(to, 0, x), true
}

// along moves along a line.
func (b *brush) along(to []byte, from, x int) []byte {
	switch n := x - from; {
	case n > 0:
		return sequence(to, n, 'C')
	case n < 0 && n >= -4 && b.feeds == feedsDown:
		return append(to, "\b\b\b\b"[:-n]...)
	case n < 0:
		return sequence(to, -n, 'D')
	}
	return to
}

// sequence is one whose number is 1 if it is left out.
func sequence(to []byte, n int, end byte) []byte {
	to = append(to, "\x1b["...)
	if n != 1 {
		to = strconv.AppendInt(to, int64(n), 10)
	}
	return append(to, end)
}

// erase empties the line from the cursor on, in the ground of a style.
func (b *brush) erase(in ink) {
	if !b.alike(b.pen, in) {
		b.turn(in)
	}
	_, _ = b.out.WriteString(ansi.EraseLineRight)
}

// clear empties the screen.
func (b *brush) clear() {
	b.turn(0)
	_, _ = b.out.WriteString("\x1b[H\x1b[2J")
	b.x, b.y = 0, 0
}

// scroll moves the lines from top to bottom, both inclusive, up by n; or down.
func (b *brush) scroll(top, bottom, n int) {
	if !b.alike(b.pen, 0) { // lines that come in have the ground of the pen
		b.turn(0)
	}
	part := top > 0 || bottom < b.h-1
	if part {
		_, _ = b.out.WriteString(ansi.SetTopBottomMargins(top+1, bottom+1))
		b.x, b.y = 0, 0 // setting a region goes there
	}
	from := top
	if n > 0 {
		from = bottom
	}
	if b.y != from || b.x < 0 {
		_, _ = b.out.Write(b.absolute(b.places[:0], 0, from))
		b.x, b.y = 0, from
	}
	for range max(n, -n) {
		if n > 0 {
			_ = b.out.WriteByte('\n')
		} else {
			_, _ = b.out.WriteString(ansi.ReverseIndex)
		}
	}
	if part {
		_, _ = b.out.WriteString(wholeRegion)
		b.x, b.y = 0, 0
	} else if n > 0 && b.feeds == feedsHome {
		b.x = 0
	}
}

// wholeRegion lets all lines scroll again.
const wholeRegion = "\x1b[r"
