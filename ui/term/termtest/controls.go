package termtest

import (
	"bytes"
	"fmt"
	"regexp"
	"unicode"
	"unicode/utf8"
)

// maxFindings bounds the result of ForeignControls.
const maxFindings = 1000

var (
	// plainSGR are colours and attributes. Parameter 8 hides the text and is not
	// plain, except as the 38;5;8 or 48;5;8 of a colour, which hidden looks into.
	plainSGR = regexp.MustCompile(`^\x1b\[[0-9;:]*m`)
	// The introducers of strings and what ends them; unterminated ones run to the
	// end of the output, as they do on a terminal.
	stringSeq = regexp.MustCompile(`^(?:\x1b[\]PX^_]|[\x{90}\x{98}\x{9d}-\x{9f}])(?s:.*?)(?:\x07|\x1b\\|\x{9c}|$)`)
	csiSeq    = regexp.MustCompile(`^(?:\x1b\[|\x{9b})[0-?]*[ -/]*[@-~]?`)
	escSeq    = regexp.MustCompile(`^\x1b[ -/]*[0-~]?`)
)

// ForeignControls returns what in out is more than text and line feeds: control
// and format characters, escape sequences (a whole one is one finding) and
// invalid UTF-8, each quoted, at most 1000. With allowSGR, colours and attributes
// are no findings, except the one that hides text.
func ForeignControls(out []byte, allowSGR bool) []string {
	var found []string
	for len(out) > 0 && len(found) < maxFindings {
		n, foreign := next(out, allowSGR)
		if foreign {
			shown := out[:n]
			if len(shown) > 60 {
				shown = append(bytes.Clone(shown[:60]), "..."...)
			}
			found = append(found, fmt.Sprintf("%+q", shown))
		}
		out = out[n:]
	}
	return found
}

// next measures what out starts with: a sequence, or one character.
func next(out []byte, allowSGR bool) (n int, foreign bool) {
	if c := out[0]; c >= 0x20 && c < 0x7f || c == '\n' {
		return 1, false
	}
	if seq := plainSGR.Find(out); seq != nil && allowSGR {
		return len(seq), hides(seq)
	}
	for _, re := range []*regexp.Regexp{stringSeq, csiSeq, escSeq} {
		if out[0] != 0x1b && out[0] != 0xc2 {
			break
		}
		if seq := re.Find(out); len(seq) > 0 {
			return len(seq), true
		}
	}
	r, size := utf8.DecodeRune(out)
	if r == utf8.RuneError && size == 1 {
		return 1, true
	}
	return size, unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp,
		unicode.Noncharacter_Code_Point, unicode.Variation_Selector)
}

// hides reports whether an SGR sequence switches concealing on.
func hides(seq []byte) bool {
	params := bytes.Split(seq[2:len(seq)-1], []byte(";"))
	for i := 0; i < len(params); i++ {
		switch string(params[i]) {
		case "38", "48", "58": // a colour: skip its own parameters
			if i+1 < len(params) && string(params[i+1]) == "5" {
				i += 2
			} else {
				i += 4
			}
		case "8", "08":
			return true
		}
	}
	return false
}
