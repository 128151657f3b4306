package term

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const (
	// maxCells bounds a text that was given no width of its own.
	maxCells = 4096
	// maxMarks is how many combining marks one base character may carry. No
	// living orthography needs more; a pile of them paints over other lines.
	maxMarks = 4
	// maxCluster is how many code points one cluster may have. It is generous to
	// Indic conjuncts and ends endless runs of Hangul jamo or skin tones, which
	// are one cluster of two cells to us and many cells to some terminals.
	maxCluster = 16
	// maxSpread is how many cells the code points of one cluster may have one by
	// one. Terminals that know no clusters draw them so, and what stands behind
	// moves to the right, in the end off the screen.
	maxSpread = 6

	ellipsis    = "…"
	replacement = "\uFFFD"
)

// Text is one line that is safe to show: valid UTF-8 without control, format,
// private-use, surrogate, line-separator or invisible characters, and of bounded
// width. The zero Text is empty. Texts can be compared.
type Text struct{ s string }

// Clean returns s as a Text of at most 4096 cells.
//
// Invalid UTF-8 becomes U+FFFD. Tab and line feed become a space, other C0
// controls and DEL their control pictures, so that the reader sees that
// something was there. C1 controls, format characters (among them bidi controls,
// zero-width joiners and tags), private-use characters, line and paragraph
// separators, noncharacters and invisible fillers become U+FFFD. Variation
// selectors are dropped: they are invisible, can smuggle bytes, and make
// terminals disagree about widths. So do the single letters of Hangul syllables:
// they become the syllable they spell, or U+FFFD. At most four combining marks
// stay on a base character, and a mark without a base becomes U+FFFD. Clean is
// idempotent.
func Clean(s string) Text { return CleanWidth(s, maxCells) }

// CleanWidth is Clean with a limit in terminal cells, which holds for terminals
// that draw clusters and for those that draw code points one by one. A longer
// text is cut and ends in "…", which is part of the limit. A limit of zero or
// less gives the empty Text. The work is bounded by the limit, however long s is.
func CleanWidth(s string, cells int) Text {
	if cells <= 0 || s == "" {
		return Text{}
	}
	if len(s) <= cells && isPlain(s) {
		return Text{s: s}
	}
	kept, more := replaceRunes(s, maxCluster*cells+maxCluster)
	return Text{s: fit(kept, cells, more)}
}

// Format returns the cleaned result of fmt.Sprintf.
func Format(format string, args ...any) Text {
	return Clean(fmt.Sprintf(format, args...))
}

// String returns the text.
func (t Text) String() string { return t.s }

// IsZero reports whether the text is empty.
func (t Text) IsZero() bool { return t.s == "" }

// Width is the number of terminal cells of the text, by the same measure that
// lipgloss uses for layout.
func (t Text) Width() int { return Width(t.s) }

// Cut returns the text cut to at most cells terminal cells, with "…" at the end
// if something was left out.
func (t Text) Cut(cells int) Text { return CleanWidth(t.s, cells) }

// Lines splits s at line feeds (with or without a carriage return before them)
// and cleans each line. There are at most limit lines; if s has more, the last
// one says how many were left out. One line feed at the end starts no new line.
func Lines(s string, limit int) []Text {
	s = strings.TrimSuffix(s, "\n")
	if limit <= 0 || s == "" {
		return nil
	}
	total := strings.Count(s, "\n") + 1
	keep := total
	if total > limit {
		keep = limit - 1
	}
	lines := make([]Text, 0, min(total, limit))
	for range keep {
		line, rest, _ := strings.Cut(s, "\n")
		lines = append(lines, Clean(strings.TrimSuffix(line, "\r")))
		s = rest
	}
	if total > limit {
		unit := "lines"
		if total-keep == 1 {
			unit = "line"
		}
		lines = append(lines, Format("%s %d more %s", ellipsis, total-keep, unit))
	}
	return lines
}

// isPlain reports whether s is printable ASCII only, as most texts are.
func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}

// replaceRunes maps each code point of s to what may be shown. It stops after
// limit code points, or after having read four times as many, most of them
// dropped. more tells that s was not read to its end.
func replaceRunes(s string, limit int) (kept string, more bool) {
	var b strings.Builder
	b.Grow(min(len(s), limit) + utf8.UTFMax)
	read, n, marks, based := 0, 0, 0, false
	var open rune // Hangul that the next letter may join, not written yet
	for _, r := range s {
		if read++; n >= limit || read > 4*limit {
			more = true
			break
		}
		if joined := joinHangul(open, r); joined != 0 {
			open = joined
			continue
		}
		if open != 0 {
			b.WriteRune(visible(open))
			open, marks, based = 0, 0, true
			n++
		}
		switch {
		case unicode.Is(unicode.Variation_Selector, r):
			continue
		case unicode.Is(unicode.M, r) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
			if marks++; marks > maxMarks {
				continue
			}
			if !based {
				r, marks = utf8.RuneError, 0
			}
		default:
			if open = joinHangul(0, r); open != 0 {
				continue
			}
			r, marks = visible(r), 0
		}
		b.WriteRune(r)
		based = true
		n++
	}
	if open != 0 {
		b.WriteRune(visible(open))
	}
	return b.String(), more
}

// visible returns what is shown for r, which is no combining mark.
func visible(r rune) rune {
	switch {
	case r == '\t' || r == '\n':
		return ' '
	case r < 0x20:
		return '\u2400' + r
	case r < 0x7f:
		return r
	case r == 0x7f:
		return '\u2421'
	case unicode.Is(hangulLetters, r), unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp,
		unicode.Noncharacter_Code_Point, unicode.Other_Default_Ignorable_Code_Point):
		return utf8.RuneError
	}
	return r
}

// fit keeps the clusters of s that fit into cells. A cluster that is too long is
// cut, with U+FFFD for its rest. more forces the ellipsis.
func fit(s string, cells int, more bool) string {
	var b strings.Builder
	b.Grow(min(len(s), 4*cells) + len(ellipsis))
	used, spread, room := 0, 0, 0 // cells in b, also one by one; bytes of b that leave a cell for the ellipsis
	add := func(cluster string, width, apart int) bool {
		if max(used+width, spread+apart) > cells {
			more = true
			return false
		}
		b.WriteString(cluster)
		used, spread = used+width, spread+apart
		if max(used, spread) < cells {
			room = b.Len()
		}
		return true
	}
	for s != "" {
		cluster, width := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(cluster):]
		head, apart := takeApart(cluster)
		if len(head) < len(cluster) {
			_, width = ansi.FirstGraphemeCluster(head, ansi.GraphemeWidth)
		}
		if !add(head, width, apart) || len(head) < len(cluster) && !add(replacement, 1, 1) {
			break
		}
	}
	if more {
		return b.String()[:room] + ellipsis
	}
	return b.String()
}

// takeApart returns the code points that a cluster may have, at least the first,
// and how many cells they have one by one.
func takeApart(cluster string) (head string, cells int) {
	runes := 0
	for rest := cluster; rest != ""; runes++ {
		_, size := utf8.DecodeRuneInString(rest)
		width := ansi.StringWidthWc(rest[:size])
		if runes == maxCluster || runes > 0 && cells+width > maxSpread {
			return cluster[:len(cluster)-len(rest)], cells
		}
		cells, rest = cells+width, rest[size:]
	}
	return cluster, cells
}
