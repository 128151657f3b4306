package widget

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
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
	// Below says why it stands below the others, or is empty.
	Below string
}

// Picker is a field that proposes choices while a person types. Text of one's
// own is always possible, with or without choices.
type Picker struct {
	Field
	// Own reports whether a typed text means something by itself, such as an
	// e-mail address. It is never replaced by a choice that only resembles it.
	Own func(string) bool
	// Clean takes off what was pasted around a text; nil changes nothing.
	Clean func(string) string
	// Near proposes choices, by their index, for a text that fits none.
	Near func(string) []int

	choices   []Choice
	search    []string
	matches   []int // into choices, best first
	query     string
	cursor    int // into matches; len(matches) is the text as typed
	moved     bool
	chosen    int    // into choices; -1 = the text as typed
	taken     bool   // a choice or the text was accepted since the last edit
	earlier   string // what was taken before the search that is going on
	erased    bool   // that search began by deleting
	resembles bool   // the matches are those of Near
	meant     bool   // the text was accepted although something resembled it
	view      Scroll // over the matches
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
	if !p.meant && !p.Own(value) && p.obvious() && choices[p.matches[0]].Off == "" {
		p.take(p.matches[0])
		return
	}
	p.Field.SetValue(value) // a choice that is gone stood there by its name
}

// Value is what was picked: a choice's value, or the text as typed. While a search
// goes on it is what was picked before.
func (p *Picker) Value() string {
	switch {
	case p.chosen >= 0:
		return p.choices[p.chosen].Value
	case p.earlier != "":
		return p.earlier
	}
	return strings.TrimSpace(p.Field.Value())
}

// SetValue picks the choice with this value, or takes the text as it is.
func (p *Picker) SetValue(s string) {
	p.Field.SetValue(s)
	p.chosen, p.taken, p.earlier, p.erased = -1, s != "", "", false
	p.find()
	if i := slices.IndexFunc(p.choices, func(c Choice) bool { return strings.EqualFold(c.Value, s) }); i >= 0 {
		p.take(i)
	}
}

// Search opens the proposals for a text that was taken as it is.
func (p *Picker) Search() {
	p.taken, p.query = false, "\x00"
	p.find()
}

// Chosen is the index of the picked choice, or -1 for text as typed.
func (p *Picker) Chosen() int { return p.chosen }

// Open reports whether the proposals are shown: the picker has the focus and
// nothing is picked.
func (p *Picker) Open() bool { return p.Focused() && !p.taken }

// Update edits the text. Typing over something picked starts a new search, which
// Leave gives up if nothing was chosen in it.
func (p *Picker) Update(msg tea.Msg) bool {
	was := ""
	if p.taken {
		was = p.Value()
		if typed(msg) {
			p.Field.SetValue("")
		}
	}
	if m, ok := msg.(tea.PasteMsg); ok && p.Clean != nil {
		m.Content = p.Clean(m.Content)
		msg = m
	}
	changed := p.Field.Update(msg)
	if changed {
		if was != "" {
			p.earlier, p.erased = was, !typed(msg)
		}
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
		p.taken, p.earlier, p.erased = false, p.Value(), false
		if p.chosen >= 0 { // start from all, at the one that was picked
			at := p.chosen
			p.Field.SetValue("")
			p.chosen = -1
			p.find()
			p.cursor = slices.Index(p.matches, at)
		} else {
			p.query = "\x00"
			p.find()
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
	case p.taken:
		return ""
	case text == "" && !p.moved:
		p.keep()
	case p.cursor < 0:
		return "several resemble it: choose one, or type more"
	case p.cursor < len(p.matches):
		i := p.matches[p.cursor]
		if off := p.choices[i].Off; off != "" {
			return strings.ToUpper(off[:1]) + off[1:]
		}
		p.take(i)
	default:
		p.own()
	}
	return ""
}

// own takes the text as it is.
func (p *Picker) own() {
	if p.Clean != nil {
		p.Field.SetValue(p.Clean(p.Field.Value()))
	}
	text := strings.TrimSpace(p.Field.Value())
	p.chosen, p.taken, p.meant = -1, text != "", len(p.matches) > 0
	p.earlier, p.erased = "", false
}

// keep gives a search up: what was picked before stands again, unless it was
// deleted.
func (p *Picker) keep() {
	if p.earlier == "" {
		return
	}
	value := p.earlier
	if p.erased && strings.TrimSpace(p.Field.Value()) == "" {
		value = ""
	}
	p.SetValue(value)
}

// Leave ends a search without a choice in it: what was picked before is kept, unless that
// was a text which none of the choices has and what was typed now is surely one of them. Where
// nothing was picked, the text stands if it means something by itself, or else the
// proposal that is surely meant. It returns why that cannot be, or "", and whether
// something typed gave way to what was picked before.
func (p *Picker) Leave() (why string, kept bool) {
	text := strings.TrimSpace(p.Field.Value())
	switch {
	case p.taken:
		return "", false
	case p.earlier != "" && (p.known(p.earlier) || p.Own(text) || !p.obvious()):
		kept = text != ""
		p.keep()
		return "", kept
	case p.moved || text == "":
		return p.Accept(), false
	case !p.Own(text) && p.obvious():
		p.cursor = 0
		return p.Accept(), false
	case p.Own(text) && p.cursor < len(p.matches):
		return p.Accept(), false
	}
	p.own()
	p.meant = false // a list that comes later may know it
	return "", false
}

// known reports whether a value means something by itself or is one of the choices; of
// no choices nobody knows.
func (p *Picker) known(value string) bool {
	return len(p.choices) == 0 || p.Own(value) || slices.ContainsFunc(p.choices, func(c Choice) bool { return strings.EqualFold(c.Value, value) })
}

// obvious reports whether the best match is surely meant: it is the only one, or it
// begins with what was typed, or a word in it does.
func (p *Picker) obvious() bool {
	if len(p.matches) == 0 || p.resembles {
		return false
	}
	return len(p.matches) == 1 || p.rank(p.matches[0], p.query)/2 <= 1
}

func (p *Picker) take(i int) {
	p.chosen, p.taken, p.moved, p.meant = i, true, false, false
	p.earlier, p.erased = "", false
	p.Field.SetValue(p.choices[i].Cells[0])
}
