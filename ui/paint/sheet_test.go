package paint

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/vt"
)

// part returns a piece of a line: signs in a style, or in none.
func part(r *rand.Rand) string {
	styles := []string{
		"", "", "", "\x1b[1m", "\x1b[38;5;210;1m", "\x1b[38;2;151;161;186m", "\x1b[38;5;243m", "\x1b[38;5;231;48;2;43;55;96;1m", "\x1b[31;48;5;4m",
		"\x1b[7m", "\x1b[4m", "\x1b[9m", "\x1b[4:3m", "\x1b[2m", "\x1b[3m", "\x1b[48;5;4m", "\x1b[38;5;1m\x1b[1m\x1b[22m",
	}
	texts := []string{"", " ", "    ", "                    ", "ana@example.com", "12m 04s", "━━━━╸─────", "…", "▌", "é", "x", strings.Repeat("long ", 9)}
	style, text := styles[r.IntN(len(styles))], texts[r.IntN(len(texts))]
	if style == "" {
		return text
	}
	return style + text + "\x1b[m"
}

func someLine(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(6) {
		b.WriteString(part(r))
	}
	return b.String()
}

// changed returns other lines: some anew, some moved up or down, some in another style.
func changed(r *rand.Rand, lines []string) []string {
	lines = slices.Clone(lines)
	switch at := r.IntN(len(lines)); r.IntN(5) {
	case 0:
		lines = slices.Insert(slices.Delete(lines, at, at+1), r.IntN(len(lines)), someLine(r))
	case 1:
		n := r.IntN(len(lines) - at)
		rotate(lines[at:], n)
		lines[at] = someLine(r)
	case 2:
		lines[at] = strings.NewReplacer("04s", "03s", "x", "y", "48;2", "38;2").Replace(lines[at])
	case 3:
		lines[at] = someLine(r)
		lines[r.IntN(len(lines))] = someLine(r)
	default:
		for i := range lines {
			lines[i] = strings.ReplaceAll(lines[i], "04s", fmt.Sprintf("%02ds", r.IntN(10)))
		}
	}
	return lines
}

// Ensure a terminal shows cell by cell what the library lays out, whatever was shown
// before, whatever line feeds do, and with the cursor where it was sent.
func TestSheet_ShowsWhatTheLibraryLaysOut(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 5))
		w, h := 1+r.IntN(60), 2+r.IntN(14)
		var out bytes.Buffer
		feeds := []feeding{feedsNot, feedsDown, feedsHome}[seed%3]
		s := newSheet(Options{Width: w, Height: h, Profile: colorprofile.TrueColor}, &out, feeds, seed%5 > 0)
		term := vt.NewEmulator(w, h)
		lines := make([]string, h+1)
		for n := range 80 {
			out.Reset()
			lines = changed(r, lines)
			anew := n == 0 || r.IntN(40) == 0
			if !s.read(lines, anew) {
				t.Fatalf("%q is not usual", lines)
			}
			s.show(anew)
			x, y := r.IntN(w), r.IntN(h)
			s.goTo(x, y)
			frame := out.String()
			if feeds == feedsHome {
				frame = strings.ReplaceAll(frame, "\n", "\r\n")
			}
			_, _ = term.WriteString(frame)
			want := uv.NewScreenBuffer(w, h)
			uv.NewStyledString(strings.Join(lines, "\n")).Draw(want, want.Bounds())
			if d := difference(term, want); d != "" {
				t.Fatalf("seed %d, frame %d: %s after %q", seed, n, d, frame)
			}
			if p := term.CursorPosition(); p.X != x || p.Y != y {
				t.Fatalf("seed %d, frame %d: the cursor is at %d, %d, not at %d, %d after %q", seed, n, p.X, p.Y, x, y, frame)
			}
			out.Reset()
			if s.read(lines, false); true {
				s.show(false)
			}
			if out.Len() > 0 {
				t.Fatalf("seed %d, frame %d: nothing changed, and %q is written", seed, n, out.String())
			}
		}
	}
}

// difference says where a terminal shows something else; of a blank only what is seen
// of it counts.
func difference(term *vt.Emulator, want uv.ScreenBuffer) string {
	seen := func(c *uv.Cell) uv.Cell {
		v := uv.EmptyCell
		if c != nil && c.Content != "" {
			v = *c
		}
		if v.Content == " " && v.Style.Attrs&uv.AttrReverse == 0 {
			v.Style.Attrs &= uv.AttrStrikethrough
			v.Style.Fg = nil
		}
		return v
	}
	for y := range want.Height() {
		for x := range want.Width() {
			if got, want := seen(term.CellAt(x, y)), seen(want.CellAt(x, y)); !got.Equal(&want) {
				return fmt.Sprintf("column %d of row %d is %q%s, not %q%s", x, y, got.Content, got.Style.String(), want.Content, want.Style.String())
			}
		}
	}
	return ""
}

// Ensure lines that are not usual are left to the library, and nothing is drawn of them.
func TestSheet_Unusual(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"漢", "e\u0301", "👍", "\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x1b\\", "\x1b[7mgoes on", "\x1b[2J", "\x1b[4;4H", "tab\tbed", "\x7f", "\x1b", "\x1b[38", "\x1b[?25lm", "\u0085",
	} {
		var out bytes.Buffer
		s := newSheet(Options{Width: 20, Height: 3}, &out, feedsDown, true)
		if s.read([]string{"usual", line}, true) {
			t.Errorf("%q is usual", line)
		}
		if s.read([]string{"usual", "\x1b[1mbold\x1b[0m"}, true); out.Len() > 0 {
			t.Errorf("%q is written by reading", out.String())
		}
	}
}

// Ensure a program that shows ever new styles is left to the library after a while.
func TestSheet_TooManyStyles(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := newSheet(Options{Width: 20, Height: 3, Profile: colorprofile.TrueColor}, &out, feedsDown, true)
	for n := range 2 * mostInks {
		if !s.read([]string{fmt.Sprintf("\x1b[38;2;%d;%d;9mx\x1b[m", n>>8, n&255)}, false) {
			return
		}
		s.show(false)
	}
	t.Errorf("%d styles are kept", len(s.styles))
}

// Ensure what is written is what changed, and the shortest way to it.
func TestSheet_Bytes(t *testing.T) {
	t.Parallel()
	const red, grey, over = "\x1b[38;5;210;1m", "\x1b[38;5;243m", "\x1b[38;5;231;48;5;17;1m"
	for _, tt := range []struct {
		name        string
		was, is     []string
		feeds       feeding
		want        string
		noScrolling bool
	}{
		{name: "a letter", was: []string{"", "abc def"}, is: []string{"", "abc dxf"}, feeds: feedsDown, want: "\n\x1b[5Cx"},
		{name: "a column", was: []string{red + "11s\x1b[m", red + "12s\x1b[m", red + "13s\x1b[m"}, is: []string{red + "10s\x1b[m", red + "11s\x1b[m", red + "12s\x1b[m"}, feeds: feedsDown, want: red + "10\n\b1\n\b2\x1b[m"},
		{name: "a column across a line", was: []string{"  11s", "  12s"}, is: []string{"  10s", "  11s"}, feeds: feedsHome, want: "  10\n\x1b[3C1"},
		{name: "a blank in another colour", was: []string{red + "a \x1b[m" + "b"}, is: []string{red + "a\x1b[m" + grey + " \x1b[mb"}, feeds: feedsDown, want: ""},
		{name: "blanks between colours", was: []string{""}, is: []string{red + "a\x1b[m    " + grey + "b\x1b[m"}, feeds: feedsDown, want: red + "a    \x1b[38;5;243;22mb\x1b[m"},
		{name: "the end of a line", was: []string{"a long line", "x"}, is: []string{"a", "x"}, feeds: feedsDown, want: "a\x1b[K"},
		{name: "the ground behind a text", was: []string{"one", "two"}, is: []string{over + "one         \x1b[m", "two"}, feeds: feedsDown, want: over + "one\x1b[K\x1b[m"},
		{name: "a gap that is shorter than its jump", was: []string{"a1bcd1e"}, is: []string{"a2bcd2e"}, feeds: feedsDown, want: "a2bcd2"},
		{name: "the last cell", was: []string{"", "", "", ""}, is: []string{"", "", "", "           x"}, feeds: feedsDown, want: "\x1b[4;12H\x1b[?7lx\x1b[?7h"},
		{name: "lines that move", was: []string{"head", "first", "second", "third"}, is: []string{"head", "zero", "first", "second"}, feeds: feedsDown, want: "\nzero \r\nfirst \r\nsecond", noScrolling: true},
		{name: "lines that scroll", was: []string{"first", "second", "third", "fourth"}, is: []string{"second", "third", "fourth", "fifth"}, feeds: feedsDown, want: "\x1b[4H\nfifth"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			s := newSheet(Options{Width: 12, Height: 4, Profile: colorprofile.TrueColor}, &out, tt.feeds, !tt.noScrolling)
			for n, lines := range [][]string{tt.was, tt.is} {
				if !s.read(lines, n == 0) {
					t.Fatal("not usual")
				}
				out.Reset()
				s.show(n == 0)
				if n == 0 {
					s.goTo(0, 0)
				}
			}
			if got := out.String(); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// Ensure the library draws from a frame with a wide character on until another screen
// comes, and a terminal shows each of them whole.
func TestPainter_LibraryAndBack(t *testing.T) {
	t.Parallel()
	in, keyboard := io.Pipe()
	defer func() { _ = keyboard.Close() }()
	var out bytes.Buffer
	p := NewPainter(Options{In: in, Out: &out, Environ: []string{"TERM=xterm-256color", "TERM_PROGRAM=Apple_Terminal"}, Profile: colorprofile.TrueColor, Width: 20, Height: 4}) // the emulator would wait for a reader of its answers
	if err := p.Take(); err != nil {
		t.Fatal(err)
	}
	term := vt.NewEmulator(20, 4)
	for n, frame := range []struct {
		content string
		library bool
	}{
		{"one\ntwo\nthree\nfour", false},
		{"one\ntwo\n漢\nfour", true},
		{"one\ntwo\nthree\nfour", true}, // most of it is there already
		{"\x1b[1ma\x1b[m\nb\nc\nfour", false},
		{"\x1b[1ma\x1b[m\nb\nc\n👍", true},
		{"x\ny\nz\n漢", true},
		{"one\ntwo\nthree\nfour", false},
	} {
		out.Reset()
		if _, err := p.Draw(tea.NewView(frame.content)); err != nil {
			t.Fatal(err)
		}
		_, _ = term.WriteString(strings.ReplaceAll(out.String(), "\n", "\r\n"))
		want := uv.NewScreenBuffer(20, 4)
		uv.NewStyledString(frame.content).Draw(want, want.Bounds())
		if d := difference(term, want); d != "" {
			t.Errorf("frame %d: %s after %q", n, d, out.String())
		}
		if library := p.sheet == nil; library != frame.library || library != (p.screen != nil) {
			t.Errorf("frame %d: the library draws: %v", n, library)
		}
	}
}
