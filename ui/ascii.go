package ui

import (
	"strings"

	"patdesk/ui/kit"
)

// The theme has a set of signs for terminals that show nothing beyond ASCII. It
// cannot reach the signs within texts: the end of one that was cut, the names of
// arrow keys, what stands in for a character that cannot be shown.

// plainSigns are those signs and what stands in their place. Each takes one cell.
var plainSigns = map[rune]rune{
	'…': '~', '“': '"', '”': '"', '→': '>', '←': '<', '↑': '^', '↓': 'v', '–': '-', '·': '-', '•': '.', '≤': '<', '\uFFFD': '?',
}

// inASCII draws the console's own signs in ASCII where the terminal asks for it.
// Names and notes keep their letters. A page for selecting text is left as it is:
// what is copied from it must be right.
func (s *shell) inASCII(screen string) string {
	if b, ok := s.Page().(kit.Bare); !s.theme.ASCII || ok && b.Bare() {
		return screen
	}
	return strings.Map(func(r rune) rune {
		switch plain, ours := plainSigns[r]; {
		case ours:
			return plain
		case r >= '\u2400' && r <= '\u243F': // pictures of control characters
			return '?'
		}
		return r
	}, screen)
}
