//go:build unix

package console

import (
	"fmt"
	"image"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"patdesk/e2e/tty"
	"patdesk/ui/term"
)

// place is where on the screen texts are drawn.
type place struct {
	name string
	// area is the part of the screen; nil is what lies between header and footer.
	area func(*tty.Screen) image.Rectangle
	// sign is a text of the console's own that tells it from other places.
	sign string
	// wraps says that a text may go on in the next line.
	wraps bool
	// room is how many cells a text may have to be seen here among others; longer
	// ones are left out. 0 is any.
	room int
	// can reports whether a text can come here at all; nil is any.
	can func(specimen) bool
	// some says that not all texts come here.
	some bool
	// as is what becomes of a text before it is drawn, such as escapes; nil is
	// nothing.
	as func(string) string
}

// want says that these fields of these texts must be seen at a place.
type want struct {
	place
	fields string
	of     []specimen
}

func (p place) shows(fields string, of ...specimen) want {
	if p.can != nil && !slices.ContainsFunc(of, p.can) {
		return want{place: place{name: p.name}} // nothing comes here
	}
	of = only(of, p.fits)
	if p.area != nil && slices.ContainsFunc(of, specimen.uneven) {
		p.area, p.wraps = everywhere, true // boxes and columns are not where they should be
	}
	return want{p, fields, of}
}

func (p place) fits(s specimen) bool {
	return (p.room == 0 || s.cells() <= p.room) && (p.can == nil || p.can(s))
}

// cell is one text in one field at one place.
type cell struct {
	place string
	field rune
	n     int
}

// walk is a console that shows many texts, or several one after the other.
type walk struct {
	*console
	written [][]byte // what consoles wrote that have ended
	texts   map[int]specimen
	asked   map[string]place // where texts were wanted, and in which fields
	drawn   map[cell]bool
	titles  map[string]bool
	bare    bool // the page has no header
	wrong   int
}

func newWalk(c *console, texts []specimen) *walk {
	w := &walk{console: c, texts: map[int]specimen{}, asked: map[string]place{}, drawn: map[cell]bool{}, titles: map[string]bool{}}
	for _, s := range texts {
		w.texts[s.n] = s
	}
	return w
}

// does types keys and waits until everything that is wanted is seen; then it
// looks at all texts in these places. The screen may show half of a frame at that
// moment: what is wrong must still be so when nothing more comes.
func (w *walk) does(keys string, wants ...want) {
	w.t.Helper()
	if keys != "" {
		w.Type(keys)
	}
	missing := ""
	_, err := w.Wait(patience, func(s *tty.Screen) bool {
		missing = lacks(s, wants)
		return missing == ""
	})
	if err != nil {
		w.t.Fatalf("after %q: no %s: %v", keys, missing, err)
	}
	wrong := w.look(keys, wants)
	if len(wrong) > 0 {
		w.Settle(settled, patience)
		wrong = w.look(keys, wants)
	}
	for _, what := range wrong {
		w.fails("%s", what)
	}
}

// settled is how long nothing comes from a console that has drawn all there is.
const settled = 500 * time.Millisecond

// look returns what is wrong on the screen.
func (w *walk) look(keys string, wants []want) (wrong []string) {
	w.Look(func(s *tty.Screen) {
		w.titles[s.Title] = true
		if !w.bare && !strings.HasPrefix(s.String(), " patdesk") {
			wrong = append(wrong, fmt.Sprintf("after %q the header is not where it was:\n%s", keys, s))
		}
		for _, p := range wants {
			wrong = append(wrong, w.read(s, p)...)
		}
	})
	return wrong
}

// lists waits for the lists of the form: as many workspaces as texts are asked for
// their apps, one after the other.
func (w *walk) lists(n int) {
	w.t.Helper()
	users, apps := fmt.Sprintf("%d users", n), fmt.Sprintf("%d apps", n)
	if _, err := w.Wait(6*patience, func(s *tty.Screen) bool {
		text := s.String()
		return strings.Contains(text, users) && strings.Contains(text, apps)
	}); err != nil {
		w.t.Fatalf("%s and %s: %v", users, apps, err)
	}
}

// after types keys and waits until the screen shows a text of the console's own.
func (w *walk) after(keys, text string) {
	w.t.Helper()
	w.Type(keys)
	w.sees(text)
}

// confirms says yes until the question is gone and a text is there: a key that comes
// while the question is drawn anew may be one for the screen before it.
func (w *walk) confirms(text string) {
	w.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if w.WaitText(2*time.Second, text) == nil {
			return
		}
		asked := false
		w.Look(func(s *tty.Screen) { asked = strings.Contains(s.String(), "y issue") })
		if asked {
			w.Type("y")
		}
	}
}

func (w *walk) fails(format string, args ...any) {
	w.t.Helper()
	if w.wrong++; w.wrong <= 5 {
		w.t.Errorf(format, args...)
	}
}

// leave ends the console.
func (w *walk) leave() *walk {
	w.t.Helper()
	w.Type(ctrlC + ctrlC)
	w.ends(0)
	w.restored()
	w.written = append(w.written, w.Output())
	w.Close()
	return w
}

// lacks names the first label that is not in its place.
func lacks(s *tty.Screen, wants []want) string {
	for _, p := range wants {
		seen := strings.Join(p.crop(s), "\n")
		if !strings.Contains(seen, p.sign) {
			return p.sign + " at " + p.name
		}
		for _, text := range p.of {
			for _, f := range p.fields {
				if !strings.Contains(seen, text.label(f)) {
					return text.label(f) + " at " + p.name
				}
			}
		}
	}
	return ""
}

// crop is the text of a place, line by line.
func (p place) crop(s *tty.Screen) []string {
	r := body(s)
	if p.area != nil {
		r = p.area(s)
	}
	return crop(s, r)
}

func crop(s *tty.Screen, r image.Rectangle) []string {
	r = r.Intersect(everywhere(s))
	lines := make([]string, 0, r.Dy())
	for y := r.Min.Y; y < r.Max.Y; y++ {
		lines = append(lines, s.Row(y, r.Min.X, r.Max.X))
	}
	return lines
}

func everywhere(s *tty.Screen) image.Rectangle {
	return image.Rect(0, 0, s.Width(), s.Height())
}

// body is what lies between header and footer.
func body(s *tty.Screen) image.Rectangle {
	return image.Rect(0, 3, s.Width(), s.Height()-3)
}

// news are the lines of news: the second from below, and one more if that is too
// short; it takes the place of a rule.
func news(s *tty.Screen) image.Rectangle {
	h := s.Height()
	return image.Rect(0, h-3, s.Width(), h-1)
}

// dialog is the inside of the box that has a line with this beginning.
func dialog(words string) func(*tty.Screen) image.Rectangle {
	return func(s *tty.Screen) image.Rectangle {
		w, h := s.Width(), s.Height()
		is := func(x, y int, sign string) bool { return s.Row(y, x, x+1) == sign }
		for y := range h - 2 {
			x := w - 1
			for x >= 0 && !is(x, y, "╭") {
				x--
			}
			if x < 0 {
				continue
			}
			right, bottom := x, y
			for right < w-1 && !is(right, y, "╮") {
				right++
			}
			for bottom < h-1 && !is(x, bottom, "╰") {
				bottom++
			}
			inside := image.Rect(x+1, y+1, right, bottom)
			if slices.ContainsFunc(crop(s, inside), func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), words) }) {
				return inside
			}
		}
		return image.Rectangle{}
	}
}

// read looks at each text that is drawn at a place: it must be there as itself,
// whole or cut, and nothing else. It returns what is not.
func (w *walk) read(s *tty.Screen, p want) (all []string) {
	for _, f := range p.fields {
		w.asked[p.name+"\x00"+string(f)] = p.place
	}
	lines, wrong := p.crop(s), map[cell]string{}
	for y, line := range lines {
		for _, at := range labels.FindAllStringIndex(line, -1) {
			field, n := rune(line[at[0]]), 0
			_, _ = fmt.Sscanf(line[at[0]+1:at[1]], "%d", &n)
			text, known := w.texts[n]
			key := cell{p.name, field, n}
			if !known || !p.fits(text) || !strings.ContainsRune(p.fields, field) || w.drawn[key] {
				continue
			}
			full := text.text(field)
			if p.as != nil {
				full = p.as(full)
			}
			got, ok := p.holds(lines, y, at[0], full, text.uneven())
			if w.drawn[key] = ok; !ok {
				wrong[key] = fmt.Sprintf("%s: %s is drawn at %s as %q, want %q", text.name, text.label(field), p.name, got, p.bare(term.CleanWidth(full, 300).String()))
			}
		}
	}
	for key, what := range wrong {
		if !w.drawn[key] {
			all = append(all, what)
		}
	}
	return all
}

// holds compares what begins at a place of a line with a text.
func (p place) holds(lines []string, y, x int, full string, uneven bool) (got string, ok bool) {
	want := []rune(p.bare(term.Clean(full).String()))
	line := lines[y]
	have := []rune(p.bare(strings.TrimRight(line[x:], "│ ")))
	for k := 0; ; {
		for k < len(have) && k < len(want) && have[k] == want[k] {
			k++
		}
		switch {
		case k == len(want), k >= len("a000.") && k < len(have) && have[k] == '…':
			return "", true
		case k < len(have):
			return string(have), false
		case p.wraps && y+1 < len(lines):
			y++
			more := []rune(p.bare(strings.Trim(lines[y], "│ ")))
			if len(more) == 0 || more[0] != want[k] {
				return "", true // there was room for no more lines
			}
			have = append(have, more...)
		default: // it may be cut at the edge, but not anywhere else
			return string(have), p.wraps || uneven || !strings.HasSuffix(line, " ")
		}
	}
}

// bare is a text without what may differ between two ways to draw it: marks,
// which an emulated screen joins to their base only loosely, and spaces where
// lines are wrapped.
func (p place) bare(s string) string {
	return strings.Map(func(r rune) rune {
		if p.wraps && unicode.IsSpace(r) || unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, strings.TrimRight(s, " "))
}

// complete fails for texts that were never drawn where others were.
func (w *walk) complete() {
	w.t.Helper()
	for _, id := range slices.Sorted(maps.Keys(w.asked)) {
		p := w.asked[id]
		field := []rune(id)[len([]rune(id))-1]
		var lost []string
		for _, text := range w.texts {
			if !p.some && !w.drawn[cell{p.name, field, text.n}] && p.fits(text) {
				lost = append(lost, text.name)
			}
		}
		if len(lost) > 0 {
			slices.Sort(lost)
			w.t.Errorf("%d texts were never drawn as %c at %s: %v", len(lost), field, p.name, lost[:min(10, len(lost))])
		}
	}
}
