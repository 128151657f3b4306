//go:build unix

package console

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/term"
	"patdesk/ui/term/termtest"
)

// specimen is one text on its way through the console. Wherever it goes it has a
// label in front, a letter for what it was put in and its number, so that the
// screen shows which text stands where.
type specimen struct {
	n     int
	name  string
	value string
}

func (s specimen) label(field rune) string { return fmt.Sprintf("%c%03d.", field, s.n) }
func (s specimen) text(field rune) string  { return s.label(field) + s.value }

// cells is the width of a text with its label.
func (s specimen) cells() int { return term.Clean(s.text('a')).Width() }

// uneven texts have clusters that a terminal which knows none draws wider or
// narrower: what stands behind them in a line is not where it should be there.
func (s specimen) uneven() bool {
	clean := term.Clean(s.value)
	return clean.Width() != ansi.StringWidthWc(clean.String())
}

var labels = regexp.MustCompile(`[a-zA-Z][0-9]{3}\.`)

// longest is what the client takes of one string of a server.
const longest = 7000

// specimens are texts of the corpus; no names means all of it.
func specimens(t *testing.T, names ...string) []specimen {
	t.Helper()
	var all []specimen
	for n, h := range termtest.Corpus() {
		if len(names) == 0 || slices.Contains(names, h.Name) {
			all = append(all, specimen{n, h.Name, h.Value[:min(len(h.Value), longest)]})
		}
	}
	if len(names) > 0 && len(all) != len(names) || len(all) > 900 {
		t.Fatalf("there are %d texts of %v", len(all), names)
	}
	return all
}

// harmless are texts that ask a terminal for nothing, short and long.
func harmless() []specimen {
	var all []specimen
	for i, n := range []int{0, 1, 1, 2, 2, 3, 6, 8, 15, 40, 200, longest - 20} {
		all = append(all, specimen{900 + i, fmt.Sprintf("harmless-%d", n), "a" + strings.Repeat("x", n) + termtest.Marker})
	}
	return all
}

// only are the texts that can go where not all can.
func only(texts []specimen, can func(specimen) bool) []specimen {
	return slices.DeleteFunc(slices.Clone(texts), func(s specimen) bool { return !can(s) })
}

// batches puts texts together that fit side by side into so many cells and
// bytes, as they will be shown. What is too long stands alone, and what moves its
// neighbours.
func batches(texts []specimen, cells, bytes int, as func(string) string) [][]specimen {
	var all [][]specimen
	wide, size := cells, bytes
	for _, s := range texts {
		w, n := s.cells()+2, len(received(s.text('a')))+2
		if as != nil {
			w = term.Clean(as(s.text('a'))).Width() + 2
		}
		if s.uneven() {
			w = cells
		}
		if wide+w > cells || size+n > bytes {
			all, wide, size = append(all, nil), 0, 0
		}
		all[len(all)-1] = append(all[len(all)-1], s)
		wide, size = wide+w, size+n
	}
	return all
}

// joined are texts side by side.
func joined(texts []specimen, field rune, sep string) string {
	parts := make([]string, len(texts))
	for i, s := range texts {
		parts[i] = s.text(field)
	}
	return strings.Join(parts, sep)
}
