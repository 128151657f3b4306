package config

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"patdesk/paste"
)

// checkEncoding refuses text that is not UTF-8 (TOML 1.0, "Spec") by the encoding
// that it has, or by the place of its first wrong byte.
func checkEncoding(path string, text []byte) *Error {
	const fix = "save the file as UTF-8"
	switch {
	case bytes.HasPrefix(text, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(text, []byte{0, 0, 0xfe, 0xff}):
		return &Error{Path: path, Msg: "the file is UTF-32, and TOML is UTF-8", Suggest: fix}
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}), bytes.HasPrefix(text, []byte{0xfe, 0xff}), everyOtherIsNUL(text):
		return &Error{Path: path, Msg: "the file is UTF-16, and TOML is UTF-8", Suggest: fix}
	}
	for n, line := range bytes.Split(text, []byte("\n")) {
		for i := 0; i < len(line); {
			r, size := utf8.DecodeRune(line[i:])
			if r == utf8.RuneError && size == 1 {
				return &Error{Path: path, Line: n + 1, Column: i + 1, Msg: "a character here is not UTF-8 (the file may be in Latin-1 or Windows-1252)", Suggest: fix}
			}
			i += size
		}
	}
	return nil
}

// everyOtherIsNUL reports whether text is UTF-16 without a mark.
func everyOtherIsNUL(text []byte) bool {
	if len(text) < 4 || len(text)%2 != 0 {
		return false
	}
	return text[0] == 0 && text[2] == 0 || text[1] == 0 && text[3] == 0
}

// oddCharacter names the character at a place of the file, if it is one that no
// TOML begins with, and says what to write in its place.
func oddCharacter(text []byte, line, column int) (msg, fix string) {
	lines := strings.Split(string(text), "\n")
	if line < 1 || line > len(lines) || column < 1 || column > len(lines[line-1]) {
		return "", ""
	}
	s, at := lines[line-1], column-1
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	r, _ := utf8.DecodeRuneInString(s[at:])
	if r > ' ' && r < 0x7f || r == '\n' {
		return "", ""
	}
	msg = paste.Name(r) + " stands where TOML does not take it"
	switch {
	case paste.IsQuote(r):
		fix = `write the straight quote " in its place`
	case r >= '\uff01' && r <= '\uff5e':
		fix = "write " + string(r-0xfee0) + " in its place"
	case paste.Odd(string(r)) != "":
		fix = "put a plain space in its place, or nothing"
	case r == '–' || r == '—' || r == '‑' || r == '‐' || r == '−':
		fix = "write - in its place"
	}
	return msg, fix
}
