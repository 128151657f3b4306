// Package tty runs a program on a terminal that it draws itself: a pty with an
// emulated screen behind it that answers a program's questions as a modern
// terminal does. Pictures, tests and measurements of the console are made with
// it. It knows what current terminals know and Bubble Tea uses, not all of VT100.
package tty

import (
	"fmt"
	"image/color"
	"slices"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// Screen is what a terminal shows and the modes it is in. It is fed with bytes
// and answers through Reply. The zero value is not usable: see NewScreen.
type Screen struct {
	// Reply takes the answers to queries; nil = the terminal is mute.
	Reply func(string)
	// Ground and Text are the terminal's own colours, as queries tell them.
	Ground, Text color.RGBA

	Title     string
	Copied    []string // payloads of OSC 52, in base64, oldest first
	Bells     int
	Frames    int // how often a synchronized frame was completed
	X, Y      int // the cursor
	Shape     int // DECSCUSR
	Link      string
	modes     map[string]bool // what differs from a terminal that was just reset
	keyboard  []string        // the stack of kitty keyboard flags
	main, alt *uv.Buffer
	buf       *uv.Buffer
	pen       uv.Style
	wrapping  bool // the next rune goes to the next line
	top, end  int  // the scrolling region, end exclusive
	saved     [2]int
	last      rune
	parser    *ansi.Parser
}

// Dark and Light are the two grounds that pictures are made on.
var (
	Dark  = [2]color.RGBA{{R: 0x16, G: 0x18, B: 0x1d, A: 0xff}, {R: 0xd8, G: 0xdb, B: 0xe2, A: 0xff}}
	Light = [2]color.RGBA{{R: 0xfb, G: 0xfb, B: 0xf9, A: 0xff}, {R: 0x24, G: 0x28, B: 0x30, A: 0xff}}
)

// NewScreen returns an empty dark screen.
func NewScreen(cols, rows int) *Screen {
	s := &Screen{Ground: Dark[0], Text: Dark[1], modes: map[string]bool{}, main: uv.NewBuffer(cols, rows), alt: uv.NewBuffer(cols, rows), end: rows}
	s.buf = s.main
	s.parser = ansi.NewParser()
	s.parser.SetDataSize(4 << 20)
	s.parser.SetParamsSize(64)
	s.parser.SetHandler(ansi.Handler{
		Print: s.print, Execute: s.execute, HandleCsi: s.csi, HandleEsc: s.esc, HandleOsc: s.osc, HandleDcs: s.dcs,
	})
	return s
}

// Write feeds the screen. It never fails.
func (s *Screen) Write(b []byte) (int, error) {
	s.parser.Parse(b)
	return len(b), nil
}

// Resize changes the size; what is shown stays at its place.
func (s *Screen) Resize(cols, rows int) {
	s.main.Resize(cols, rows)
	s.alt.Resize(cols, rows)
	s.top, s.end = 0, rows
	s.X, s.Y = min(s.X, cols-1), min(s.Y, rows-1)
	s.wrapping = false
}

// Cells is what is shown.
func (s *Screen) Cells() *uv.Buffer { return s.buf }

// Lines is the text of each row, without spaces at its end.
func (s *Screen) Lines() []string {
	lines := make([]string, s.buf.Height())
	for y := range lines {
		lines[y] = strings.TrimRight(s.buf.Line(y).String(), " ")
	}
	return lines
}

// String is the text that is shown.
func (s *Screen) String() string { return strings.TrimRight(strings.Join(s.Lines(), "\n"), "\n") }

// Syncing reports whether a synchronized frame has begun and is not complete.
func (s *Screen) Syncing() bool { return s.modes["?2026"] }

// Modes are the names of all modes that differ from those of a terminal that was
// just reset, in order: "?1049" is the alternate screen, "?25" a hidden cursor,
// "kitty 1" a pushed keyboard, "region" a scrolling region.
func (s *Screen) Modes() []string {
	var on []string
	for name, v := range s.modes {
		if v {
			on = append(on, name)
		}
	}
	for _, k := range s.keyboard {
		on = append(on, "kitty "+k)
	}
	if s.top != 0 || s.end != s.buf.Height() {
		on = append(on, "region")
	}
	if !s.pen.IsZero() {
		on = append(on, "style")
	}
	slices.Sort(on)
	return on
}

func (s *Screen) blank() *uv.Cell {
	return &uv.Cell{Content: " ", Width: 1, Style: uv.Style{Bg: s.pen.Bg}}
}

func (s *Screen) width() int { return s.buf.Width() }

func (s *Screen) print(r rune) {
	w := ansi.StringWidthWc(string(r))
	if w == 0 {
		if c := s.buf.CellAt(max(0, s.X-1), s.Y); c != nil && c.Width > 0 {
			c.Content += string(r)
		}
		return
	}
	if s.wrapping || s.X+w > s.width() {
		s.X, s.wrapping = 0, false
		s.down()
	}
	s.buf.SetCell(s.X, s.Y, &uv.Cell{Content: string(r), Width: w, Style: s.pen, Link: uv.Link{URL: s.Link}})
	s.last = r
	if s.X += w; s.X >= s.width() {
		s.X, s.wrapping = s.width()-1, true
	}
}

// down goes one line down and scrolls at the end of the region.
func (s *Screen) down() {
	switch {
	case s.Y == s.end-1:
		s.scroll(1)
	case s.Y < s.buf.Height()-1:
		s.Y++
	}
}

// scroll moves the region up by n lines, down by -n.
func (s *Screen) scroll(n int) {
	area := uv.Rect(0, s.top, s.width(), s.end-s.top)
	if n > 0 {
		s.buf.DeleteLineArea(s.top, min(n, s.end-s.top), s.blank(), area)
	} else {
		s.buf.InsertLineArea(s.top, min(-n, s.end-s.top), s.blank(), area)
	}
}

func (s *Screen) execute(b byte) {
	switch b {
	case '\a':
		s.Bells++
	case '\b':
		s.move(s.X-1, s.Y)
	case '\t':
		s.move((s.X/8+1)*8, s.Y)
	case '\n', '\v', '\f', 0x84:
		s.wrapping = false
		s.down()
	case '\r':
		s.move(0, s.Y)
	case 0x85:
		s.move(0, s.Y)
		s.down()
	case 0x8d:
		s.up()
	}
}

func (s *Screen) up() {
	if s.Y == s.top {
		s.scroll(-1)
	} else {
		s.move(s.X, s.Y-1)
	}
}

// move sets the cursor, inside the screen.
func (s *Screen) move(x, y int) {
	s.X, s.Y = max(0, min(x, s.width()-1)), max(0, min(y, s.buf.Height()-1))
	s.wrapping = false
}

func (s *Screen) esc(cmd ansi.Cmd) {
	switch cmd.Final() {
	case '7':
		s.saved = [2]int{s.X, s.Y}
	case '8':
		s.move(s.saved[0], s.saved[1])
	case 'D':
		s.down()
	case 'E':
		s.move(0, s.Y)
		s.down()
	case 'M':
		s.up()
	case 'c':
		*s = *NewScreen(s.width(), s.buf.Height())
	}
}

func (s *Screen) reply(format string, args ...any) {
	if s.Reply != nil {
		s.Reply(fmt.Sprintf(format, args...))
	}
}

func (s *Screen) dcs(cmd ansi.Cmd, _ ansi.Params, _ []byte) {
	if cmd.Intermediate() == '$' && cmd.Final() == 'q' {
		s.reply("\x1bP0$r\x1b\\")
	}
}

func (s *Screen) osc(cmd int, data []byte) {
	_, text, _ := strings.Cut(string(data), ";")
	rgb := func(c color.RGBA) string {
		return fmt.Sprintf("rgb:%02x%02x/%02x%02x/%02x%02x", c.R, c.R, c.G, c.G, c.B, c.B)
	}
	switch {
	case cmd == 0 || cmd == 2:
		s.Title = text
	case cmd == 8:
		_, s.Link, _ = strings.Cut(text, ";")
	case cmd == 10 && text == "?" || cmd == 12 && text == "?":
		s.reply("\x1b]%d;%s\x1b\\", cmd, rgb(s.Text))
	case cmd == 11 && text == "?":
		s.reply("\x1b]11;%s\x1b\\", rgb(s.Ground))
	case cmd >= 10 && cmd <= 12:
		s.modes[fmt.Sprintf("colour %d", cmd)] = true
	case cmd >= 110 && cmd <= 112:
		s.modes[fmt.Sprintf("colour %d", cmd-100)] = false
	case cmd == 9 && strings.HasPrefix(text, "4;"):
		s.modes["progress"] = !strings.HasPrefix(text, "4;0")
	case cmd == 52:
		if _, payload, ok := strings.Cut(text, ";"); ok && payload != "?" {
			s.Copied = append(s.Copied, payload)
		}
	}
}
