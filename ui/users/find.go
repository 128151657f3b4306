package users

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
)

// order is an order of the list.
type order int

// The orders of the list.
const (
	byUntil order = iota // who is exposed longest first, then by name
	byName
	orders // how many there are
)

// wordsOf are the words that a person is found by, in lower case. A line end goes
// between, which nobody types.
func wordsOf(p pat.Person) string {
	words := []string{p.User.Email, p.User.Name, p.User.Status}
	for _, m := range p.User.Memberships {
		words = append(words, m.Workspace+" "+m.Role)
	}
	return strings.ToLower(strings.Join(append(words, p.User.Groups...), "\n"))
}

// arrange puts the people into the order of the page, and narrows them.
func (p *Page) arrange() {
	slices.SortStableFunc(p.rows, func(a, b row) int {
		names := cmp.Compare(strings.ToLower(a.Name()), strings.ToLower(b.Name()))
		if p.sort == byName {
			return names
		}
		return cmp.Or(b.Until.Compare(a.Until), names)
	})
	p.narrow()
}

// narrow leaves the people who have every word that was typed; those whose address
// or name begins with the first one come first.
func (p *Page) narrow() {
	typed := strings.Fields(strings.ToLower(p.find.Value()))
	if len(typed) == 0 {
		p.list.SetAll(p.rows)
		return
	}
	var begins, others []row
	for _, r := range p.rows {
		if slices.ContainsFunc(typed, func(w string) bool { return !strings.Contains(r.words, w) }) {
			continue
		}
		if strings.HasPrefix(r.words, typed[0]) || strings.HasPrefix(strings.ToLower(r.User.Name), typed[0]) {
			begins = append(begins, r)
		} else {
			others = append(others, r)
		}
	}
	p.list.SetAll(append(begins, others...))
}

// nextOrder turns to the next order; the cursor stays on its person.
func (p *Page) nextOrder() tea.Cmd {
	p.sort = (p.sort + 1) % orders
	p.arrange()
	return nil
}
