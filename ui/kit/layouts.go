package kit

import (
	"strings"
	"unicode"

	tea "charm.land/bubbletea/v2"
)

// The keyboard layouts without Latin letters whose letters act by their place: the
// letters of each row, and the keys of the US layout in the same places. Letters
// on one line may be of several languages.
var layouts = [...]struct{ letters, keys string }{
	// Russian, and what Ukrainian and Belarusian have in other places.
	{"йцукенгшщзхъ" + "фывапролджэ" + "ячсмитьбю" + "іїєўґ", "qwertyuiop[]" + "asdfghjkl;'" + "zxcvbnm,." + "s]'o\\"},
	{"ςερτυθιοπ" + "ασδφγηξκλ" + "ζχψωβνμ", "wertyuiop" + "asdfghjkl" + "zxcvbnm"},     // Greek
	{"קראטוןםפ" + "שדגכעיחלךף" + "זסבהנמצתץ", "ertyuiop" + "asdfghjkl;" + "zxcvbnm,."}, // Hebrew
}

// shifted are the keys of the US layout that are no letters, with shift.
var shifted = map[rune]rune{'[': '{', ']': '}', ';': ':', '\'': '"', ',': '<', '.': '>', '\\': '|'}

// ByPlace returns the key of the US layout in the place of a letter of another one,
// and true; or msg as it is. Full-width letters are those that they look like.
func ByPlace(msg tea.KeyPressMsg) (tea.KeyPressMsg, bool) {
	typed := []rune(msg.Text)
	if len(typed) != 1 || typed[0] < unicode.MaxLatin1 {
		return msg, false
	}
	if wide := typed[0]; wide >= '！' && wide <= '～' {
		return press(wide - '！' + '!'), true
	}
	lower := unicode.ToLower(typed[0])
	if base := msg.BaseCode; base > ' ' && base < unicode.MaxASCII && lower == typed[0] {
		return press(base), true // the terminal tells
	}
	for _, l := range layouts {
		i := strings.IndexRune(l.letters, lower)
		if i < 0 {
			continue
		}
		place := []rune(l.keys)[len([]rune(l.letters[:i]))]
		if lower != typed[0] {
			if other, ok := shifted[place]; ok {
				return press(other), true
			}
			place = unicode.ToUpper(place)
		}
		return press(place), true
	}
	return msg, false
}

func press(r rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: r, Text: string(r)} }

// IsForeign reports whether a key types a letter of another script than Latin.
func IsForeign(msg tea.KeyPressMsg) bool {
	for _, r := range msg.Text {
		return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r)
	}
	return false
}

// OwnLayout is a key without its place on the US layout, if its own letter can be
// bound: on a French or Dvorak keyboard ctrl+a is the key that says a. Terminals
// that tell the place (alternate keys of the Kitty protocol) would have it be
// another.
func OwnLayout(msg tea.KeyPressMsg) tea.KeyPressMsg {
	if msg.Code < unicode.MaxASCII && unicode.IsPrint(msg.Code) {
		msg.BaseCode = 0
	}
	return msg
}
