package paste

import (
	"fmt"
	"unicode"
)

// names are the characters that people paste without seeing them, or take for
// another one, as Unicode calls them.
var names = map[rune]string{
	'\t': "a tab", '\n': "a line break", '\r': "a carriage return", '\v': "a line tabulation", '\f': "a form feed",
	0: "a NUL", 0x7f: "a delete character", 0x1b: "an escape character",
	'\u0085': "a next line", '\u00a0': "a no-break space", '\u00ad': "a soft hyphen", '\u034f': "a grapheme joiner",
	'\u061c': "an Arabic letter mark", '\u1680': "an Ogham space", '\u180e': "a Mongolian vowel separator",
	'\u2000': "an en quad", '\u2001': "an em quad", '\u2002': "an en space", '\u2003': "an em space",
	'\u2004': "a three-per-em space", '\u2005': "a four-per-em space", '\u2006': "a six-per-em space",
	'\u2007': "a figure space", '\u2008': "a punctuation space", '\u2009': "a thin space", '\u200a': "a hair space",
	'\u200b': "a zero width space", '\u200c': "a zero width non-joiner", '\u200d': "a zero width joiner",
	'\u200e': "a left-to-right mark", '\u200f': "a right-to-left mark",
	'\u2028': "a line separator", '\u2029': "a paragraph separator",
	'\u202a': "a left-to-right embedding", '\u202b': "a right-to-left embedding", '\u202c': "a pop of directional formatting",
	'\u202d': "a left-to-right override", '\u202e': "a right-to-left override", '\u202f': "a narrow no-break space",
	'\u205f': "a mathematical space", '\u2060': "a word joiner", '\u2066': "a left-to-right isolate",
	'\u2067': "a right-to-left isolate", '\u2068': "a first strong isolate", '\u2069': "a pop of directional isolate",
	'\u2800': "a blank Braille pattern", '\u3000': "an ideographic space", '\u3164': "a Hangul filler",
	'\ufeff': "a byte order mark", '\ufffc': "an object replacement character", '\ufffd': "a replacement character",
	'‘': "a curly quote", '’': "a curly quote", '‚': "a low curly quote", '‛': "a curly quote",
	'“': "a curly quote", '”': "a curly quote", '„': "a low curly quote", '‟': "a curly quote",
	'«': "an angle quote", '»': "an angle quote", '‹': "an angle quote", '›': "an angle quote",
	'´': "an acute accent", '–': "an en dash", '—': "an em dash", '‐': "a hyphen that is not the ASCII one",
	'‑': "a no-break hyphen", '−': "a minus sign", '…': "an ellipsis", '＝': "a full-width equals sign",
}

// Name names a character for a message: what it is called or, if one can see it,
// the character itself, and its number, as "a no-break space (U+00A0)" or
// "'é' (U+00E9)". The result is printable.
func Name(r rune) string {
	name, known := names[r]
	switch {
	case known && unicode.IsPrint(r) && !blank(r):
		return fmt.Sprintf("%s %c (U+%04X)", name, r, r)
	case known:
		return fmt.Sprintf("%s (U+%04X)", name, r)
	case fullWidth(r):
		return fmt.Sprintf("a full-width %c (U+%04X)", r-0xfee0, r)
	case blank(r) && unicode.IsSpace(r):
		return fmt.Sprintf("an unusual space (U+%04X)", r)
	case blank(r) && unicode.IsControl(r):
		return fmt.Sprintf("a control character (U+%04X)", r)
	case blank(r) || !unicode.IsPrint(r):
		return fmt.Sprintf("an invisible character (U+%04X)", r)
	default:
		return fmt.Sprintf("%q (U+%04X)", r, r)
	}
}
