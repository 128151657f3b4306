package widget

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/sahilm/fuzzy"

	"patdesk/ui/term"
)

// Choice is one thing to pick. Its strings may be foreign.
type Choice struct {
	// Value is what picking it means.
	Value string
	// Cells are its columns. The first stands in the field once it is picked;
	// typing searches the first two.
	Cells []string
	// Off says why it cannot be picked, or is empty.
	Off string
}

// Picker is a field that proposes choices while a person types. Text of one's
// own is always possible, with or without choices.
type Picker struct {
	Field
	// Own reports whether a typed text means something by itself, such as an
	// e-mail address. It is never replaced by a choice that only resembles it.
	Own func(string) bool

	choices []Choice
	search  []string
	matches []int // into choices, best first
	query   string
	cursor  int // into matches; len(matches) is the text as typed
	moved   bool
	chosen  int  // into choices; -1 = the text as typed
	taken   bool // a choice or the text was accepted since the last edit
	meant   bool // the text was accepted although something resembled it
	first   int  // of the matches that were drawn last
	drawn   int  // how many of them
}

// NewPicker returns a picker without choices.
func NewPicker(styles Styles, placeholder string) *Picker {
	p := &Picker{Field: *NewField(styles, 200), chosen: -1, Own: func(string) bool { return false }}
	p.Placeholder = placeholder
	return p
}

// SetChoices replaces the choices. What was picked before stays picked, and a
// text that was typed ahead and means nothing by itself becomes its best match.
func (p *Picker) SetChoices(choices []Choice) {
	value, taken := p.Value(), p.taken
	p.choices, p.chosen = choices, -1
	p.search = make([]string, len(choices))
	for i, c := range choices {
		p.search[i] = strings.ToLower(strings.Join(c.Cells[:min(2, len(c.Cells))], " "))
	}
	p.query = "\x00" // nothing was searched in these
	p.find()
	if !taken || value == "" {
		return
	}
	if i := slices.IndexFunc(choices, func(c Choice) bool { return strings.EqualFold(c.Value, value) }); i >= 0 {
		p.take(i)
		return
	}
	if !p.meant && !p.Own(value) && len(p.matches) > 0 && choices[p.matches[0]].Off == "" {
		p.take(p.matches[0])
		return
	}
	p.Field.SetValue(value) // a choice that is gone stood there by its name
}

// Value is what was picked: a choice's value, or the text as typed.
func (p *Picker) Value() string {
	if p.chosen >= 0 {
		return p.choices[p.chosen].Value
	}
	return strings.TrimSpace(p.Field.Value())
}

// SetValue picks the choice with this value, or takes the text as it is.
func (p *Picker) SetValue(s string) {
	p.Field.SetValue(s)
	p.chosen, p.taken = -1, s != ""
	p.find()
	if i := slices.IndexFunc(p.choices, func(c Choice) bool { return strings.EqualFold(c.Value, s) }); i >= 0 {
		p.take(i)
	}
}

// Chosen is the index of the picked choice, or -1 for text as typed.
func (p *Picker) Chosen() int { return p.chosen }

// Open reports whether the proposals are shown: the picker has the focus and
// nothing is picked.
func (p *Picker) Open() bool { return p.Focused() && !p.taken }

// Update edits the text. Typing over something picked starts a new search.
func (p *Picker) Update(msg tea.Msg) bool {
	if p.taken && typed(msg) {
		p.Field.SetValue("")
	}
	changed := p.Field.Update(msg)
	if changed {
		p.chosen, p.taken = -1, false
		p.find()
	}
	return changed
}

// typed reports whether a message brings text.
func typed(msg tea.Msg) bool {
	switch m := msg.(type) {
	case tea.PasteMsg:
		return m.Content != ""
	case tea.KeyPressMsg:
		return m.Text != ""
	}
	return false
}

// Up and Down move among the proposals. On something picked they open them.
func (p *Picker) Up() { p.move(-1) }

// Down moves to the next proposal.
func (p *Picker) Down() { p.move(1) }

func (p *Picker) move(by int) {
	if p.taken {
		p.taken = false
		if p.chosen >= 0 { // start from all, at the one that was picked
			at := p.chosen
			p.Field.SetValue("")
			p.chosen = -1
			p.find()
			p.cursor = slices.Index(p.matches, at)
		}
	}
	p.moved = true
	p.cursor = max(0, min(p.cursor+by, p.last()))
}

// last is the highest place of the cursor: the text as typed, if there is one.
func (p *Picker) last() int {
	if strings.TrimSpace(p.Field.Value()) == "" {
		return max(0, len(p.matches)-1)
	}
	return len(p.matches)
}

// Accept picks the proposal under the cursor. It returns why that cannot be, or
// "". An empty field picks nothing unless the cursor was moved.
func (p *Picker) Accept() (why string) {
	text := strings.TrimSpace(p.Field.Value())
	switch {
	case p.taken || text == "" && !p.moved:
		return ""
	case p.cursor < len(p.matches):
		i := p.matches[p.cursor]
		if p.choices[i].Off != "" {
			return p.choices[i].Off
		}
		p.take(i)
	default:
		p.chosen, p.taken, p.meant = -1, text != "", len(p.matches) > 0
	}
	return ""
}

func (p *Picker) take(i int) {
	p.chosen, p.taken, p.moved, p.meant = i, true, false, false
	p.Field.SetValue(p.choices[i].Cells[0])
}

// find orders the choices by how well they fit the text: those that begin with
// it, those that contain it, those that have its letters in order.
func (p *Picker) find() {
	query := strings.ToLower(strings.TrimSpace(p.Field.Value()))
	p.moved, p.cursor = false, 0
	if query == p.query {
		return
	}
	// A longer text fits only what the shorter one fitted.
	within := p.matches
	if p.query == "" || !strings.HasPrefix(query, p.query) {
		within = make([]int, len(p.choices))
		for i := range within {
			within[i] = i
		}
	}
	p.query = query
	if query == "" {
		p.matches = within
		return
	}
	type hit struct{ index, rank, score int }
	var hits []hit
	for _, m := range fuzzy.FindFromNoSort(query, subset{p.search, within}) {
		i := within[m.Index]
		hits = append(hits, hit{i, p.rank(i, query), -m.Score})
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.score, b.score), cmp.Compare(a.index, b.index))
	})
	p.matches = make([]int, len(hits))
	for n, h := range hits {
		p.matches[n] = h.index
	}
	if p.Own(p.Field.Value()) && (len(hits) == 0 || hits[0].rank > 1) {
		p.cursor = len(p.matches)
	}
}

// rank orders matches before their score does. Equal is 0, a beginning 1, a
// part 2, scattered letters 3; what cannot be picked comes after its like.
func (p *Picker) rank(i int, query string) int {
	s, rank := p.search[i], 3
	switch {
	case strings.EqualFold(p.choices[i].Value, query):
		rank = 0
	case strings.HasPrefix(s, query) || strings.Contains(s, " "+query):
		rank = 1
	case strings.Contains(s, query):
		rank = 2
	}
	rank *= 2
	if p.choices[i].Off != "" {
		rank++
	}
	return rank
}

type subset struct {
	all    []string
	within []int
}

func (s subset) String(i int) string { return s.all[s.within[i]] }
func (s subset) Len() int            { return len(s.within) }

// Point puts the cursor on a line that Rows drew.
func (p *Picker) Point(line int) {
	p.moved, p.cursor = true, p.first+line
	if line >= p.drawn {
		p.cursor = len(p.matches)
	}
}

// Rows draws the proposals, at most limit lines of width cells: a window around
// the cursor, and the text as typed last.
func (p *Picker) Rows(width, limit int) []string {
	text := strings.TrimSpace(p.Field.Value())
	own := 0
	if text != "" {
		own = 1
	}
	room := max(0, limit-own)
	if room == 0 && own == 1 && p.cursor < len(p.matches) {
		room, own = 1, 0
	}
	first := 0
	if at := min(p.cursor, len(p.matches)-1); at >= room {
		first = at - room + 1
	}
	shown := p.matches[min(first, len(p.matches)):min(first+room, len(p.matches))]
	p.first, p.drawn = first, len(shown)
	columns := p.columns(shown, width-4)
	var out []string
	for n, i := range shown {
		out = append(out, p.row(p.choices[i], columns, width, first+n == p.cursor))
	}
	if own == 1 {
		line := `"` + term.Clean(text).Cut(max(4, width/2)).String() + `" as typed`
		out = append(out, p.line(line, width, p.cursor >= len(p.matches), p.styles.Muted))
	}
	return out[:min(len(out), limit)]
}

// columns measures the cells of the rows that are drawn.
func (p *Picker) columns(rows []int, width int) []int {
	var w []int
	for _, i := range rows {
		for n, c := range p.choices[i].Cells {
			for len(w) <= n {
				w = append(w, 0)
			}
			w[n] = max(w[n], term.CleanWidth(c, 40).Width())
		}
	}
	// The last columns give way first, the first keeps at least its half.
	total := func() (sum int) {
		for _, n := range w {
			sum += n + 2
		}
		return sum
	}
	for n := len(w) - 1; n > 0 && total() > width; n-- {
		w[n] = max(0, w[n]-(total()-width))
		if w[n] < 10 {
			w = w[:n]
		}
	}
	return w
}

func (p *Picker) row(c Choice, columns []int, width int, selected bool) string {
	var cells []string
	for n, w := range columns {
		if n < len(c.Cells) {
			cells = append(cells, Pad(term.CleanWidth(c.Cells[n], w).String(), w))
		}
	}
	if c.Off != "" { // the reason comes before everything but the name
		why, _, _ := strings.Cut(c.Off, ":")
		return p.line(cells[0]+"  "+FitWords(width-4-term.Width(cells[0]), c.Off, why), width, selected, p.styles.Faint)
	}
	return p.line(strings.Join(cells, "  "), width, selected, p.styles.Text)
}

// line draws one proposal with its mark.
func (p *Picker) line(text string, width int, selected bool, style lipgloss.Style) string {
	text = ansi.Truncate(text, max(0, width-2), "…")
	if selected {
		return p.styles.Selected.Render(Pad(p.styles.cursor()+" "+text, width))
	}
	return style.Render(Pad("  "+text, width))
}
