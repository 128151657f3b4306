// Package tty runs a program on a terminal that it draws itself: a pty with an
// emulated screen behind it that answers a program's questions as a modern
// terminal does. Pictures, tests and measurements of the console are made with
// it.
package tty

import (
	"fmt"
	"image/color"
	"io"
	"slices"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// Screen is what a terminal shows and the modes it is in. The drawing is done by
// an emulator of its own; what a test asks beyond that is noted here. It is fed
// with bytes and answers through Reply. The zero value is not usable: see
// NewScreen.
type Screen struct {
	// Reply takes the answers to queries; nil = the terminal is mute.
	Reply func(string)
	// Ground and Text are the terminal's own colours, as queries tell them.
	Ground, Text color.RGBA

	Title  string
	Copied []string // payloads of OSC 52, in base64, oldest first
	Bells  int
	Frames int // how often a synchronized frame was completed

	emulator *vt.Emulator
	modes    map[string]bool // what differs from a terminal that was just reset
	keyboard []string        // the stack of kitty keyboard flags
	pen      uv.Style
}

// Dark and Light are the two grounds that pictures are made on.
var (
	Dark  = [2]color.RGBA{{R: 0x16, G: 0x18, B: 0x1d, A: 0xff}, {R: 0xd8, G: 0xdb, B: 0xe2, A: 0xff}}
	Light = [2]color.RGBA{{R: 0xfb, G: 0xfb, B: 0xf9, A: 0xff}, {R: 0x24, G: 0x28, B: 0x30, A: 0xff}}
)

// NewScreen returns an empty dark screen. Close releases it.
func NewScreen(cols, rows int) *Screen {
	s := &Screen{Ground: Dark[0], Text: Dark[1], modes: map[string]bool{}, emulator: vt.NewEmulator(cols, rows)}
	s.emulator.SetScrollbackSize(1)
	s.emulator.SetCallbacks(vt.Callbacks{
		Bell:        func() { s.Bells++ },
		EnableMode:  func(m ansi.Mode) { s.mode(m, true) },
		DisableMode: func(m ansi.Mode) { s.mode(m, false) },
	})
	s.register()
	// Its own answers would stop it until somebody reads them; those that matter
	// are given by the handlers of register.
	go func() { _, _ = io.Copy(io.Discard, s.emulator) }()
	return s
}

// Close ends what NewScreen began: the reader of the emulator's own answers. Its
// Close would set a flag beside that reader.
func (s *Screen) Close() error {
	if pipe, ok := s.emulator.InputPipe().(io.Closer); ok {
		return pipe.Close()
	}
	return nil
}

// Write feeds the screen. It never fails.
func (s *Screen) Write(b []byte) (int, error) { return s.emulator.Write(b) }

// Resize changes the size; what is shown stays at its place.
func (s *Screen) Resize(cols, rows int) {
	s.emulator.Resize(cols, rows)
	s.modes["region"] = false
}

// Width is the number of columns, Height that of the rows.
func (s *Screen) Width() int { return s.emulator.Width() }

// Height is the number of rows.
func (s *Screen) Height() int { return s.emulator.Height() }

// Cell is what stands in a column of a row, nil outside of the screen. The cells
// that a wide character covers after its first have the width 0.
func (s *Screen) Cell(x, y int) *uv.Cell { return s.emulator.CellAt(x, y) }

// Cursor is where the cursor stands.
func (s *Screen) Cursor() (x, y int) {
	p := s.emulator.CursorPosition()
	return p.X, p.Y
}

// Line is a row, cell by cell.
func (s *Screen) Line(y int) uv.Line {
	line := uv.NewLine(s.Width())
	for x := range line {
		if c := s.Cell(x, y); c != nil {
			line[x] = *c
		}
	}
	return line
}

// Row is the text between two columns of a row, the second one exclusive.
func (s *Screen) Row(y, from, to int) string {
	var b strings.Builder
	for x := from; x < to; x++ {
		switch c := s.Cell(x, y); {
		case c == nil || c.Width == 1 && c.Content == "":
			b.WriteByte(' ')
		default:
			b.WriteString(c.Content)
		}
	}
	return b.String()
}

// Lines is the text of each row, without spaces at its end.
func (s *Screen) Lines() []string {
	lines := make([]string, s.Height())
	for y := range lines {
		lines[y] = strings.TrimRight(s.Row(y, 0, s.Width()), " ")
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
	if !s.pen.IsZero() {
		on = append(on, "style")
	}
	slices.Sort(on)
	return on
}

// mode notes a mode. Those that are on in a terminal that was just reset are kept
// as their opposite.
func (s *Screen) mode(m ansi.Mode, on bool) {
	dec, ok := m.(ansi.DECMode)
	if !ok {
		return
	}
	name := fmt.Sprintf("?%d", int(dec))
	if dec == ansi.ModeAutoWrap || dec == ansi.ModeTextCursorEnable {
		on = !on
	}
	if dec == ansi.ModeSynchronizedOutput && !on && s.modes[name] {
		s.Frames++
	}
	s.modes[name] = on
}

func (s *Screen) reply(format string, args ...any) {
	if s.Reply != nil {
		s.Reply(fmt.Sprintf(format, args...))
	}
}
