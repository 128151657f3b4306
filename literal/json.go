package literal

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON returns the JSON text b in printable ASCII and line feeds: every
// other character becomes a \u escape, as a surrogate pair where needed, and
// invalid UTF-8 becomes \ufffd. A decoder reads the same value from the result.
// Tabs and carriage returns between values become spaces.
func JSON(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/8)
	inString, escaped := false, false
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		b = b[size:]
		switch {
		case !inString && r == '\n':
			out = append(out, '\n')
		case !inString && (r == '\t' || r == '\r'):
			out = append(out, ' ')
		case r < 0x20 || r > 0x7e:
			out = appendEscaped(out, r)
		default:
			out = append(out, byte(r))
		}
		switch {
		case escaped:
			escaped = false
		case inString && r == '\\':
			escaped = true
		case r == '"':
			inString = !inString
		}
	}
	return out
}

func appendEscaped(out []byte, r rune) []byte {
	if r > 0xffff {
		hi, lo := utf16.EncodeRune(r)
		return fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
	}
	return fmt.Appendf(out, `\u%04x`, r)
}
