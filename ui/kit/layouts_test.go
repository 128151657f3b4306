package kit

import (
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// Ensure that each letter of a layout has a place of its own.
func TestByPlace(t *testing.T) {
	for _, l := range layouts {
		if a, b := utf8.RuneCountInString(l.letters), len(l.keys); a != b {
			t.Errorf("%d letters for %d places: %s", a, b, l.letters)
		}
	}
	for typed, want := range map[string]string{
		"т": "n", "Т": "N", "н": "y", "Н": "Y", "ж": ";", "Ж": ":", "і": "s", "ї": "]", "ў": "o", "Ю": ">",
		"ν": "n", "Ν": "N", "ς": "w", "θ": "u", "מ": "n", "ט": "y", "ｎ": "n", "？": "?", "：": ":",
		"n": "n", "é": "é", "ñ": "ñ", "漢": "漢", "ض": "ض", "": "", "привет": "привет", "ß": "ß",
	} {
		got, placed := ByPlace(tea.KeyPressMsg{Text: typed})
		if got.Text != want || placed != (typed != want) {
			t.Errorf("%q: %q, %v", typed, got.Text, placed)
		}
		if placed && got.String() != want {
			t.Errorf("%q is bound as %q", typed, got)
		}
	}
	if got, ok := ByPlace(tea.KeyPressMsg{Text: "ض", Code: 'ض', BaseCode: 'q'}); !ok || got.Text != "q" {
		t.Errorf("the place that the terminal tells: %q", got)
	}
}

// Ensure that ctrl with a key is the letter that the key says, and the one in its
// place only if it says none that can be bound.
func TestOwnLayout(t *testing.T) {
	for _, tt := range []struct {
		code, base rune
		want       string
	}{
		{'a', 'q', "ctrl+a"}, // French
		{'c', 'i', "ctrl+c"}, // Dvorak
		{'с', 'c', "ctrl+c"}, // Russian
		{'ψ', 'c', "ctrl+c"}, // Greek
		{'ش', 'a', "ctrl+a"}, // Arabic
		{'c', 0, "ctrl+c"},   // no alternate keys
		{tea.KeyUp, 0, "ctrl+up"},
	} {
		if got := OwnLayout(tea.KeyPressMsg{Code: tt.code, BaseCode: tt.base, Mod: tea.ModCtrl}).String(); got != tt.want {
			t.Errorf("%c in the place of %c: %s", tt.code, tt.base, got)
		}
	}
}
