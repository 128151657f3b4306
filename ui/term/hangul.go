package term

import "unicode"

// hangulLetters are the letters of which syllables are put together, those that
// are not in use any more among them. Terminals agree about the width of a
// syllable that is one character, and not about that of its letters.
var hangulLetters = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x1100, Hi: 0x11ff, Stride: 1}, {Lo: 0xa960, Hi: 0xa97c, Stride: 1}, {Lo: 0xd7b0, Hi: 0xd7fb, Stride: 1},
}}

// The letters of today's syllables and how many there are of each: leading
// consonants, vowels, and trailing consonants with none as the first. This is
// the arithmetic of the Unicode Standard, section 3.12.
const (
	leading, leadings   = 0x1100, 19
	vowel, vowels       = 0x1161, 21
	trailing, trailings = 0x11a7, 28
	syllable, syllables = 0xac00, leadings * vowels * trailings
)

// joinHangul returns what open, a leading consonant or a syllable, becomes with
// r behind it, or 0 if r does not join it. Without open, it returns r if that can
// be joined, or 0.
func joinHangul(open, r rune) rune {
	if r < leading || r >= syllable+syllables {
		return 0
	}
	l, v, t, s := r-leading, r-vowel, r-trailing, r-syllable
	switch {
	case open == 0 && (l < leadings || s >= 0 && s%trailings == 0):
		return r
	case v >= 0 && v < vowels && open >= leading && open < leading+leadings:
		return syllable + ((open-leading)*vowels+v)*trailings
	case t > 0 && t < trailings && open >= syllable && (open-syllable)%trailings == 0:
		return open + t
	}
	return 0
}
