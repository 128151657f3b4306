package term

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width is the number of terminal cells of s, by the same measure that lipgloss
// uses for layout. Escape sequences count as nothing.
func Width(s string) int {
	if n, ok := NarrowWidth(s); ok {
		return n
	}
	return ansi.StringWidth(s)
}

// NarrowWidth is the width of a text of narrow characters and styles; ok is false for
// others. Nearly all texts are, and the library looks each character up in tables.
func NarrowWidth(s string) (cells int, ok bool) {
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c < 0x7f {
			cells, i = cells+1, i+1
			continue
		}
		if n := StyleLength(s[i:]); n > 0 {
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r < ' ' || !Narrow(r) {
			return 0, false
		}
		cells, i = cells+1, i+n
	}
	return cells, true
}

// StyleLength is how long the sequence of a style is that a text begins with, as in
// "\x1b[1;31m"; 0 if there is none.
func StyleLength(text string) int {
	if !strings.HasPrefix(text, "\x1b[") {
		return 0
	}
	for n := 2; n < len(text); n++ {
		switch c := text[n]; {
		case c == 'm':
			return n + 1
		case c < '0' || c > ';':
			return 0
		}
	}
	return 0
}

// Narrow reports whether a character is one cell wide however it is measured: ASCII,
// letters with accents, and the signs of the console. See TestNarrow.
func Narrow(r rune) bool {
	switch {
	case r < 0x7f, r >= 'À' && r <= 'ſ', r >= '─' && r <= '▟':
		return true
	}
	return strings.ContainsRune("·…–—‹›“”‘’←↑→↓▸▲●○◐◌◍✓✗≠≤≥×␛°±", r)
}
