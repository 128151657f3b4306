package term

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"patdesk/ui/term/termtest"
)

func TestClean_Replaces(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "Ada Lovelace <ada@example.com>", "Ada Lovelace <ada@example.com>"},
		{"letters", "Zoë Łukasz Ω 漢字 مرحبا", "Zoë Łukasz Ω 漢字 مرحبا"},
		{"tab and line feed", "a\tb\nc", "a b c"},
		{"control pictures", "a\x00\x1b[2J\r\x07\x7f", "a␀␛[2J␍␇␡"},
		{"C1 as UTF-8", "a\u009b2J\u0085", "a\uFFFD2J\uFFFD"},
		{"C1 as bytes", "a\x9b2J", "a\uFFFD2J"},
		{"invalid", "\xff\xfe\xc0\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
		{"bidi", "\u202egnp.exe", "\uFFFDgnp.exe"},
		{"joiner", "👩\u200d💻", "👩\uFFFD💻"},
		{"tags", "x\U000e0041\U000e007f", "x\uFFFD\uFFFD"},
		{"private use", "\ue000\U000f0000", "\uFFFD\uFFFD"},
		{"separators", "a\u2028b\u2029c", "a\uFFFDb\uFFFDc"},
		{"noncharacters", "\ufdd0\uffff", "\uFFFD\uFFFD"},
		{"fillers", "\u3164\uffa0\u034f", "\uFFFD\uFFFD\uFFFD"},
		{"selectors go", "❤\ufe0f x\U000e0100", "❤ x"},
		{"four marks stay", "e\u0301\u0302\u0303\u0304", "e\u0301\u0302\u0303\u0304"},
		{"a fifth goes", "e\u0301\u0302\u0303\u0304\u0305\u0306f\u0301", "e\u0301\u0302\u0303\u0304f\u0301"},
		{"a mark without base", "\u0301\u0302a", "\uFFFD\u0302a"},
		{"devanagari stays", "राष्ट्रीय", "राष्ट्रीय"},
		{"endless skin tone", "👩" + strings.Repeat("\U0001f3fd", 30), "👩\U0001f3fd\U0001f3fd\uFFFD"},
		{"letters become syllables", "\u1112\u1161\u11ab\u1100\u1173\u11af\u1105\u1161", "한글라"},
		{"a letter joins a syllable", "가\u11a8 각\u11a8 가\u0301\u11a8", "각 각\uFFFD 가\u0301\uFFFD"},
		{"letters that spell no syllable", "\u1100\u1100\u1161\u1161\u11a8 \u1100", "\uFFFD가\uFFFD\uFFFD \uFFFD"},
		{"letters out of use", "\u1100\u11a2\u115a\ua960\ud7b0", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
		{"a long conjunct stays", "र्त्स्न्य", "र्त्स्न्य"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Clean(tt.in).String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCleanWidth_CutsByCells(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in    string
		cells int
		want  string
	}{
		{"abcdef", 6, "abcdef"},
		{"abcdef", 5, "abcd…"},
		{"abcdef", 1, "…"},
		{"a", 1, "a"},
		{"abcdef", 0, ""},
		{"abcdef", -1, ""},
		{"漢字漢字", 8, "漢字漢字"},
		{"漢字漢字", 7, "漢字漢…"},
		{"漢字漢字", 6, "漢字…"},
		{"漢", 1, "…"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
		// One cluster of a cell, or four cells where a terminal knows no clusters.
		{"ष्ट्रीष्ट्री", 8, "ष्ट्रीष्ट्री"},
		{"ष्ट्रीष्ट्री", 7, "ष्ट्री…"},
		{"\x1b[31mred", 4, "␛[3…"},
		{strings.Repeat("\u0301", 100), 2, "\uFFFD\u0301\u0301\u0301\u0301"},
	}
	for _, tt := range tests {
		got := CleanWidth(tt.in, tt.cells)
		if diff := cmp.Diff(tt.want, got.String()); diff != "" {
			t.Errorf("%q in %d cells: %s", tt.in, tt.cells, diff)
		}
	}
	if got := Clean(strings.Repeat("x", 5000)); got.Width() != maxCells || !strings.HasSuffix(got.String(), ellipsis) {
		t.Errorf("a text without a width of its own has %d cells", got.Width())
	}
}

func TestText_Helpers(t *testing.T) {
	t.Parallel()
	name := Clean("Ada\x1b")
	if got := Format("user %s, %d", name, 3).String(); got != "user Ada␛, 3" {
		t.Errorf("Format: %q", got)
	}
	if got := Format("%s", "\x1b]0;x\x07").String(); got != "␛]0;x␇" {
		t.Errorf("Format did not clean: %q", got)
	}
	if got := name.Cut(2).String(); got != "A…" {
		t.Errorf("Cut: %q", got)
	}
	if (Text{}) != Clean("") || !Clean("").IsZero() || name.IsZero() {
		t.Error("IsZero")
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in    string
		limit int
		want  []string
	}{
		{"", 5, nil},
		{"one", 5, []string{"one"}},
		{"one\ntwo\r\nthree\n", 5, []string{"one", "two", "three"}},
		{"one\n\n\x1bthree", 3, []string{"one", "", "␛three"}},
		{"1\n2\n3\n4", 3, []string{"1", "2", "… 2 more lines"}},
		{"1\n2", 1, []string{"… 2 more lines"}},
		{"1\n2\n3", 0, nil},
		{strings.Repeat("\n", 1000), 2, []string{"", "… 999 more lines"}},
	}
	for _, tt := range tests {
		var got []string
		for _, l := range Lines(tt.in, tt.limit) {
			got = append(got, l.String())
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%.20q at most %d: %s", tt.in, tt.limit, diff)
		}
	}
}

// problems lists what is wrong with a cleaned text of at most cells cells.
func problems(text Text, cells int) []string {
	s := text.String()
	var bad []string
	report := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	if !utf8.ValidString(s) {
		report("invalid UTF-8")
	}
	for _, r := range s {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) {
			report("holds %U", r)
		}
	}
	if found := termtest.ForeignControls([]byte(s), false); len(found) > 0 || strings.Contains(s, "\n") {
		report("controls: %v", found)
	}
	if w := text.Width(); w > cells || w != lipgloss.Width(s) {
		report("width %d, lipgloss %d, limit %d", w, lipgloss.Width(s), cells)
	}
	if again := CleanWidth(s, cells); again != text {
		report("not idempotent: %q then %q", s, again)
	}
	if w := ansi.StringWidthWc(s); w > cells {
		report("width %d without clusters, limit %d", w, cells)
	}
	// Clusters of no width would let rows shift, long ones let cells pile up.
	for rest := s; rest != ""; {
		cluster, w := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
		if n, apart := utf8.RuneCountInString(cluster), ansi.StringWidthWc(cluster); w < 1 || n > maxCluster || apart > maxSpread {
			report("cluster %q has %d code points and %d cells, %d one by one", cluster, n, w, apart)
		}
		rest = rest[len(cluster):]
	}
	marks := 0
	for _, r := range s {
		if marks++; !unicode.Is(unicode.M, r) {
			marks = 0
		}
		if marks > maxMarks {
			report("more than %d marks", maxMarks)
			break
		}
	}
	return bad
}

func TestClean_HostileCorpus(t *testing.T) {
	t.Parallel()
	for _, h := range termtest.Corpus() {
		for _, cells := range []int{maxCells, 40, 3, 1} {
			text := CleanWidth(h.Value, cells)
			for _, p := range problems(text, cells) {
				t.Errorf("%s at %d cells: %s", h.Name, cells, p)
			}
			if text.IsZero() {
				t.Errorf("%s at %d cells: nothing left", h.Name, cells)
			}
		}
		if len(h.Value) < 2000 && !strings.HasSuffix(Clean(h.Value).String(), termtest.Marker) {
			t.Errorf("%s: what follows disappeared: %q", h.Name, Clean(h.Value))
		}
	}
}

// A text is not read to its end once the cells must be full, or when next to
// nothing of it can be shown.
func TestCleanWidth_StopsReading(t *testing.T) {
	t.Parallel()
	const enough = 4*(maxCluster*80+maxCluster) - 1
	for n, want := range map[int]string{enough: "e\u0301\u0301\u0301\u0301", enough + 1: "e\u0301\u0301\u0301\u0301…"} {
		if got := CleanWidth("e"+strings.Repeat("\u0301", n), 80).String(); got != want {
			t.Errorf("%d marks: %q", n, got)
		}
	}
}

// The memory for a text of 1 MB is bounded by the width.
func TestCleanWidth_HugeTextsCostLittle(t *testing.T) {
	for _, h := range termtest.Corpus() {
		if !strings.HasPrefix(h.Name, "1mb-") {
			continue
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		CleanWidth(h.Value, 80)
		runtime.ReadMemStats(&after)
		if spent := after.TotalAlloc - before.TotalAlloc; spent > 64<<10 {
			t.Errorf("%s: %d bytes allocated for 80 cells", h.Name, spent)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, h := range termtest.Corpus() {
		if len(h.Value) < 200 {
			f.Add(h.Value, 40)
		}
	}
	f.Add("🇩🇪🇫", 3)
	f.Add("\u1100\u1161\u11a8\u1100", 5)
	f.Fuzz(func(t *testing.T, s string, cells int) {
		if cells > maxCells {
			cells = maxCells
		}
		for _, p := range problems(CleanWidth(s, cells), max(cells, 0)) {
			t.Error(p)
		}
		for _, p := range problems(Clean(s), maxCells) {
			t.Error(p)
		}
	})
}

func BenchmarkClean(b *testing.B) {
	for _, in := range []struct{ name, s string }{
		{"plain", "ada.lovelace@example.com"}, {"foreign", "Zoë 漢字 \x1b[2J"}, {"1mb marks", "e" + strings.Repeat("\u0301", 1<<19)},
	} {
		b.Run(in.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				CleanWidth(in.s, 40)
			}
		})
	}
}
