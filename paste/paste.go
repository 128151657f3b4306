// Package paste takes off what comes along when people paste: the edges that
// nobody sees (a no-break space of a spreadsheet, the byte order mark of a file,
// a zero width space of a mail), and the wrapping that everybody sees (quotes,
// "Ana <ana@example.com>", mailto:, the address of a page around an app's id).
//
// Console and command line use it for users, apps and addresses, so that what
// one of them takes the other takes too. An admin key is judged and never
// changed: see secret.CheckAdminKey.
package paste

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Trim returns s without white space, invisible characters and quotes at its
// edges. What stands inside stays: see Odd.
func Trim(s string) string {
	for {
		short := unquote(strings.TrimFunc(s, blank))
		if short == s {
			return s
		}
		s = short
	}
}

// blank reports whether nobody sees r at the edge of a word.
func blank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError || hollow(r)
}

// hollow reports whether r has a width or none but never ink, although Unicode
// counts it as a letter, a mark or a symbol.
func hollow(r rune) bool {
	switch {
	case r == '\u034f', r == '\u115f', r == '\u1160', r == '\u17b4', r == '\u17b5', r == '\u2800', r == '\u3164', r == '\uffa0', r == '\ufffc':
		return true
	}
	return r >= '\ufe00' && r <= '\ufe0f' || r >= '\U000e0100' && r <= '\U000e01ef' || r >= '\u180b' && r <= '\u180f'
}

// quotes are the characters that stand around a quotation, in any language.
const quotes = "\"'`´‘’‚‛“”„‟«»‹›〝〞〟＂＇"

// IsQuote reports whether r is a quotation mark, straight or curly.
func IsQuote(r rune) bool { return strings.ContainsRune(quotes, r) }

// unquote takes quotes off both ends. One alone goes too: half of a quotation is
// what a hasty selection leaves.
func unquote(s string) string { return strings.TrimFunc(s, IsQuote) }

// Odd names the first character in s that nobody sees or that looks like
// another, as "a zero width space (U+200B)", or returns "". A plain space is not
// odd.
func Odd(s string) string {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return "a byte that is not UTF-8"
			}
		}
		if r != ' ' && (blank(r) || fullWidth(r)) {
			return Name(r)
		}
	}
	return ""
}

// fullWidth reports whether r is the wide form of an ASCII character, as East
// Asian keyboards give it (Unicode, Halfwidth and Fullwidth Forms).
func fullWidth(r rune) bool { return r >= '\uff01' && r <= '\uff5e' }
