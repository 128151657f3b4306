package termtest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCorpus_IsLargeAndNamed(t *testing.T) {
	all := Corpus()
	if len(all) < 400 {
		t.Errorf("%d hostile texts, want 400", len(all))
	}
	names, values := map[string]bool{}, map[string]string{}
	for _, h := range all {
		if names[h.Name] || h.Name == "" || strings.ContainsFunc(h.Name, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("bad or repeated name %q", h.Name)
		}
		names[h.Name] = true
		if other := values[h.Value]; other != "" && len(h.Value) < 60 {
			t.Logf("%s equals %s", h.Name, other)
		}
		values[h.Value] = h.Name
		if !strings.HasSuffix(h.Value, Marker) {
			t.Errorf("%s has no end marker", h.Name)
		}
	}
	if diff := cmp.Diff(all, Corpus()); diff != "" {
		t.Error("not the same twice")
	}
	t.Logf("%d texts, %d different", len(all), len(values))
}

func TestForeignControls(t *testing.T) {
	tests := []struct {
		name, in string
		sgr      bool
		want     []string
	}{
		{"text", "Zoë 漢字 e\u0301\n", false, nil},
		{"colours not allowed", "\x1b[31mx", false, []string{`"\x1b[31m"`}},
		{"colours allowed", "\x1b[1;38;5;8mx\x1b[38:5:8;48;2;8;8;8my\x1b[mz", true, nil},
		{"concealed", "\x1b[0;8mx", true, []string{`"\x1b[0;8m"`}},
		{"other CSI", "a\x1b[2Jb\x1b[?25l", true, []string{`"\x1b[2J"`, `"\x1b[?25l"`}},
		{"OSC ended by BEL and ST", "\x1b]0;x\x07a\x1b]52;c;eA==\x1b\\b", true, []string{`"\x1b]0;x\a"`, `"\x1b]52;c;eA==\x1b\\"`}},
		{"OSC without end", "a\x1b]0;rest", true, []string{`"\x1b]0;rest"`}},
		{"DCS", "\x1bPq#0\x1b\\a", true, []string{`"\x1bPq#0\x1b\\"`}},
		{"single escape", "\x1bc\x1b#8\x1b", true, []string{`"\x1bc"`, `"\x1b#8"`, `"\x1b"`}},
		{"controls", "a\rb\tc\x00\x7f", false, []string{`"\r"`, `"\t"`, `"\x00"`, `"\x7f"`}},
		{"C1", "\u009b2J\u0085", false, []string{`"\u009b2J"`, `"\u0085"`}},
		{"raw C1 and invalid", "\x9b2J\xff", false, []string{`"\x9b"`, `"\xff"`}},
		{"bidi and tags", "\u202ex\U000e0041\u2028", false, []string{`"\u202e"`, `"\U000e0041"`, `"\u2028"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ForeignControls([]byte(tt.in), tt.sgr)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The finder must see something in every text of the corpus that holds a control
// or an invisible character, or it could not bite anywhere else.
func TestForeignControls_SeesTheCorpus(t *testing.T) {
	harmless := map[string]bool{
		"c0-0a": true, "lf": true, "many-lf": true, "1mb-newlines": true, "wide": true, "flags": true, "ideographic-space": true, "no-break-space": true,
		"tall-tibetan": true, "basmala": true, "cuneiform": true, "devanagari": true, "arabic": true, "hebrew": true, "only-a-mark": true, "starts-with-mark": true,
		"1mb-text": true, "1mb-wide": true, "1mb-marks": true, "1mb-jamo": true, "1mb-vowels": true, "1mb-skin": true, "1mb-virama": true,
		"10k-marks": true, "10k-marks-stacked": true, "10k-jamo": true,
		"invisible-115f": true, "invisible-1160": true, "invisible-3164": true, "invisible-ffa0": true, "invisible-034f": true, "invisible-17b4": true,
		"invisible-2800": true, "invisible-2065": true,
	}
	for _, h := range Corpus() {
		if found := ForeignControls([]byte(h.Value), false); len(found) == 0 != harmless[h.Name] {
			t.Errorf("%s: %v", h.Name, found)
		}
	}
}
