package widget

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sahilm/fuzzy"
)

// find orders the choices by how well they fit the text: those that begin with
// it, those that contain it, those that have its letters in order. Those with a
// reason to stand below come after the others that fit as well.
func (p *Picker) find() {
	query := strings.ToLower(strings.TrimSpace(p.Field.Value()))
	p.moved, p.cursor = false, 0
	if query == p.query {
		p.point()
		return
	}
	// A longer text fits only what the shorter one fitted.
	within := p.matches
	if p.query == "" || p.resembles || !strings.HasPrefix(query, p.query) {
		within = p.all()
	}
	p.query, p.resembles = query, false
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
		return cmp.Or(cmp.Compare(min(a.rank/2, 2), min(b.rank/2, 2)), cmp.Compare(p.below(a.index), p.below(b.index)),
			cmp.Compare(a.rank, b.rank), cmp.Compare(a.score, b.score), cmp.Compare(a.index, b.index))
	})
	p.matches = make([]int, len(hits))
	for n, h := range hits {
		p.matches[n] = h.index
	}
	p.matches = p.exactFirst(query)
	if len(p.matches) == 0 && p.Near != nil {
		p.matches = p.Near(strings.TrimSpace(p.Field.Value()))
		p.resembles = len(p.matches) > 0
	}
	p.point()
}

// point puts the cursor on what enter takes: the best match if it is surely meant,
// the text if it means something by itself or fits nothing, else nothing yet.
func (p *Picker) point() {
	text := strings.TrimSpace(p.Field.Value())
	switch exact := len(p.matches) > 0 && !p.resembles && p.rank(p.matches[0], p.query)/2 == 0; {
	case text == "":
		p.cursor = 0
	case p.resembles || p.Own(text) && !exact:
		p.cursor = len(p.matches)
	case len(p.matches) > 0 && !p.obvious():
		p.cursor = -1
	}
}

// all are the choices in their order, those with a reason to stand below last.
func (p *Picker) all() []int {
	list := make([]int, 0, len(p.choices))
	for _, below := range []bool{false, true} {
		for i, c := range p.choices {
			if (c.Below != "") == below {
				list = append(list, i)
			}
		}
	}
	return list
}

// exactFirst puts the choice whose value is the query before the matches. It may be
// none of them: an id is not searched.
func (p *Picker) exactFirst(query string) []int {
	at := slices.IndexFunc(p.choices, func(c Choice) bool { return strings.EqualFold(c.Value, query) })
	if at < 0 {
		return p.matches
	}
	return append([]int{at}, slices.DeleteFunc(p.matches, func(i int) bool { return i == at })...)
}

// below is 1 for a choice that stands below the others.
func (p *Picker) below(i int) int {
	if p.choices[i].Below == "" {
		return 0
	}
	return 1
}

// rank orders matches before their score does. Equal is 0, the beginning of a word
// 1, a part 2, scattered letters 3; what cannot be picked comes after its like.
func (p *Picker) rank(i int, query string) int {
	s, rank := p.search[i], 3
	switch {
	case p.named(i, query):
		rank = 0
	case beginsWord(s, query):
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

// named reports whether a choice is named exactly, by its value or in one of the
// columns that are searched.
func (p *Picker) named(i int, query string) bool {
	c := p.choices[i]
	return strings.EqualFold(c.Value, query) || slices.ContainsFunc(c.Cells[:min(2, len(c.Cells))], func(s string) bool { return strings.EqualFold(s, query) })
}

// beginsWord reports whether a word of s begins with query.
func beginsWord(s, query string) bool {
	for at := 0; ; {
		n := strings.Index(s[at:], query)
		if n < 0 {
			return false
		}
		if at += n; at == 0 || strings.ContainsRune(" .-_@(/", rune(s[at-1])) {
			return true
		}
		at++
	}
}

type subset struct {
	all    []string
	within []int
}

func (s subset) String(i int) string { return s.all[s.within[i]] }
func (s subset) Len() int            { return len(s.within) }
