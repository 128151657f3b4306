package paint

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"
)

// Ensure a style is kept over moves of the cursor and over nothing else.
func TestKeepPen(t *testing.T) {
	const red, blue = "\x1b[38;5;210;1m", "\x1b[38;2;1;48;7m"
	for _, tt := range []struct{ name, frame, want string }{
		{"nothing", "", ""},
		{"text", "a frame\r\nof text", "a frame\r\nof text"},
		{"a column", red + "1s\x1b[m\n\b\b" + red + "2s\x1b[m\n\b" + red + "3\x1b[m", red + "1s\n\b\b2s\n\b3\x1b[m"},
		{"a jump", red + "1\x1b[m\x1b[7;30H" + red + "2\x1b[m\x1b[4d\x1b[9G\x1b[2C" + red + "3\x1b[m", red + "1\x1b[7;30H2\x1b[4d\x1b[9G\x1b[2C3\x1b[m"},
		{"colours in numbers", blue + "1\x1b[m\n" + blue + "2\x1b[m", blue + "1\n2\x1b[m"},
		{"another style", red + "1\x1b[m\n" + blue + "2\x1b[m", red + "1\x1b[m\n" + blue + "2\x1b[m"},
		{"text between", red + "1\x1b[mx" + red + "2\x1b[m", red + "1\x1b[mx" + red + "2\x1b[m"},
		{"an erased line between", red + "1\x1b[m\x1b[K\n" + red + "2\x1b[m", red + "1\x1b[m\x1b[K\n" + red + "2\x1b[m"},
		{"a background", "\x1b[38;5;1;48;5;2m1\x1b[m\n\x1b[38;5;1;48;5;2m2\x1b[m", "\x1b[38;5;1;48;5;2m1\x1b[m\n\x1b[38;5;1;48;5;2m2\x1b[m"},
		{"an underline", "\x1b[4m1\x1b[m\n\x1b[4m2\x1b[m", "\x1b[4m1\x1b[m\n\x1b[4m2\x1b[m"},
		{"a curly one", "\x1b[4:3m1\x1b[m\n\x1b[4:3m2\x1b[m", "\x1b[4:3m1\x1b[m\n\x1b[4:3m2\x1b[m"},
		{"two that add up", "\x1b[1m1" + red + "2\x1b[m\n" + red + "3\x1b[m", "\x1b[1m1" + red + "2\x1b[m\n" + red + "3\x1b[m"},
		{"two resets", red + "1\x1b[m\x1b[m\n" + red + "2\x1b[m", red + "1\x1b[m\x1b[m\n" + red + "2\x1b[m"},
		{"a sequence that is cut off", red + "1\x1b[m\n\x1b[38;5", red + "1\x1b[m\n\x1b[38;5"},
		{"keys, not colours", red + "1\x1b[m\x1b[>4m" + red + "2", red + "1\x1b[m\x1b[>4m" + red + "2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := string(keepPen([]byte(tt.frame))); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// Ensure a terminal shows the same, whatever a frame is made of.
func TestKeepPen_SameScreen(t *testing.T) {
	t.Parallel()
	parts := []string{
		"\x1b[m", "\x1b[m", "\x1b[m\n\b", "\x1b[38;5;210;1m", "\x1b[38;5;210;1m", "\x1b[31m", "\x1b[48;5;4m", "\x1b[7m", "\x1b[4m", "\x1b[1m",
		"a", "12s", "\n", "\r", "\b", "\x1b[3;4H", "\x1b[5G", "\x1b[2d", "\x1b[K", "\x1b[P", "\x1b[2;4r", "\x1b[r", "\x1b[L", "─",
	}
	shorter := 0
	term := vt.NewEmulator(20, 6)
	for seed := range uint64(1500) {
		r := rand.New(rand.NewPCG(seed, 1))
		var b strings.Builder
		for range 40 {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		frame := b.String() + "\x1b[m"
		kept := string(keepPen([]byte(frame)))
		if len(kept) < len(frame) {
			shorter++
		}
		if got, want := screenOf(term, kept), screenOf(term, frame); got != want {
			t.Fatalf("%q\nshows\n%s\n%q\nshows\n%s", kept, got, frame, want)
		}
	}
	if shorter < 40 {
		t.Errorf("only %d frames became shorter", shorter)
	}
}

// screenOf is what a terminal shows after a frame, with the style of each cell.
func screenOf(term *vt.Emulator, frame string) string {
	_, _ = term.WriteString("\x1b[m\x1b[r\x1b[2J\x1b[H" + frame)
	pos := term.CursorPosition()
	return fmt.Sprintf("%s\ncursor %d %d", term.Render(), pos.X, pos.Y)
}

// Ensure a second that passes on a screen of coloured times costs the digits, the way
// from each to the next, and their colour once.
func TestPainter_BytesOfATick(t *testing.T) {
	t.Parallel()
	const rows = 22
	in, keyboard := io.Pipe()
	defer func() { _ = keyboard.Close() }()
	var out bytes.Buffer
	p := NewPainter(Options{In: in, Out: &out, Environ: []string{"TERM=xterm-256color"}, Profile: colorprofile.TrueColor, Width: 80, Height: 24})
	if err := p.Take(); err != nil {
		t.Fatal(err)
	}
	at := func(second int) tea.View {
		return tea.NewView(strings.Repeat(fmt.Sprintf("  ana@example.com  \x1b[1;38;5;210m12m %02ds\x1b[m  Orders portal\n", second), rows))
	}
	for _, second := range []int{58, 57} {
		out.Reset()
		if written, err := p.Draw(at(second)); err != nil || !written {
			t.Fatal(written, err)
		}
	}
	// A jump, the colour and its end; for each row the line down, the column, and the cell.
	if most := 8 + 15 + 3 + 7*rows; out.Len() > most {
		t.Errorf("%d bytes for %d rows, at most %d: %q", out.Len(), rows, most, out.String())
	}
}
