package term_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/term"
)

// Ensure that what is laid out without looking its width up is as wide either way.
func TestNarrow(t *testing.T) {
	t.Parallel()
	for r := rune(0x20); r <= utf8.MaxRune; r++ {
		if !term.Narrow(r) {
			continue
		}
		if s := string(r); ansi.WcWidth.StringWidth(s) != 1 || ansi.GraphemeWidth.StringWidth(s) != 1 {
			t.Errorf("%U is %d or %d cells wide", r, ansi.WcWidth.StringWidth(s), ansi.GraphemeWidth.StringWidth(s))
		}
	}
	for _, r := range "▌ ● 04m 12s ╸━━━───┫ ○ ◐ ◌ ▲ ≠ ana@example.com › Bestände …4f2a │ ✓ ✗" {
		if !term.Narrow(r) {
			t.Errorf("%q is looked up", r)
		}
	}
	for _, r := range []rune{'漢', '\u0301', '\u200d', '👍', '\u00ad', '\ufe0f', '\u20e3'} {
		if term.Narrow(r) {
			t.Errorf("%U is not looked up", r)
		}
	}
}

// Ensure a text is as wide as the library says, whatever it is made of.
func TestWidth(t *testing.T) {
	t.Parallel()
	parts := []string{
		"", "a", " ", "é", "─", "…", "漢", "e\u0301", "\u0301", "👩‍👧", "\u200d", "\ufe0f", "#\ufe0f\u20e3", "\t", "\n", "\x00", "\x7f", "\u0085", "\u009b1m", "\xff", "\x1b", "\x1b[", "\x1b[1",
		"\x1b[m", "\x1b[1;38;5;210m", "\x1b[4:3m", "\x1b[2J", "\x1b]8;;https://example.com\x1b\\", "\x1b]0;title\a", "m", ";", "\x1bP1$r\x1b\\",
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var b strings.Builder
		for range r.IntN(6) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		if got, want := term.Width(b.String()), ansi.StringWidth(b.String()); got != want {
			t.Fatalf("%q is %d cells wide, not %d", b.String(), got, want)
		}
	}
}

// Ensure the width of a usual text costs nothing but looking at it.
func TestWidth_Allocates(t *testing.T) {
	line := strings.Repeat("\x1b[38;5;210;1m▲ URGENT\x1b[m  ana@example.com  ", 4)
	if n := testing.AllocsPerRun(100, func() { term.Width(line) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
