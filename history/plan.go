package history

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// How a page of the list is read
//
// A history may hold a million rows, a key press has some milliseconds, and SQLite
// knows nothing of states: SOON, URGENT and EXPIRED depend on the present moment,
// and what a person types is looked for inside texts. So the way to the rows is
// chosen here and not left to SQLite, which sorts a million rows rather than walk
// an index if it guesses wrong. Four steps lead from a Query to rows:
//
//  1. Texts become numbers. Users, apps, roles and issuers stand once each in
//     tables of their own (distinct.go). A term is looked for there (search.go,
//     byname.go), in thousands of values instead of a million rows, and what
//     remains of it is "user_id IN (3, 17)". A value that nothing matches ends the
//     query before it began (never).
//
//  2. States become ranges. Each row keeps its class (newest of its pair, unsure,
//     older, failed), its two ends, and the moments at which it turns SOON and
//     URGENT; a state at a moment is then a comparison of columns with numbers
//     (state), and no row is written because time has passed.
//
//  3. One of two ways is chosen (choose). Either some condition leaves few rows: they
//     are fetched by an index and sorted (few). Or the order is walked from where
//     the last page ended, and rows that do not match are passed over: with
//     conditions that match much, a page is full soon. How few is few is measured,
//     see fewInIndex; the count that decides stops there, so that deciding costs no
//     more than reading would.
//
//  4. An order becomes segments (segment.go). "By time left" is no column: live rows go
//     by their documented end, ENDED? by the later one, EXPIRED backwards. Each of
//     these runs is one segment, and a segment is made of branches: ranges of one
//     index, one for each class and server, each of which yields its rows in order
//     and is left by a LIMIT. SQLite merges them (page.go). A place in the list (a
//     Cursor) is the segment's rank, the sorting number and the id, so that a page
//     goes on from any row without counting those before it.
//
// Every SELECT names its index (INDEXED BY): a plan that cannot be carried out as it
// was meant is an error in a test, not a slow evening. TestPage_WalksEqualTheSortedWhole
// compares both ways with a sorted whole, for random filters and orders.

// plan is a filter turned into conditions on rows. All of its SQL holds numbers
// only; texts were looked up before.
type plan struct {
	now     int64 // unix milliseconds, server's clock
	never   bool  // no row can match
	folded  bool  // FAILED rows are left out
	servers []int64
	allowed []State  // empty = all
	bounds  []string // on "ends"
	where   []string // on columns of entries_left, or on id
	sources [][]source

	// index finds the candidate rows when they are few, or source lists them;
	// when both are empty, rows are walked in their order.
	index, source string
}

// How many candidates are fetched and sorted rather than found by walking the
// order until a page is full. One index answers for its candidates by itself;
// those of several are looked up in the table one by one.
const (
	fewInIndex = 20_000
	fewInTable = 2_000
)

func (s *Records) plan(ctx context.Context, q Query) (*plan, error) {
	now := q.Now
	if now.IsZero() {
		now = time.Now()
	}
	p := &plan{now: now.UnixMilli()}
	var err error
	if p.servers, err = s.serversOf(ctx, q.Filter.Server); err != nil {
		return nil, err
	}
	p.never = len(p.servers) == 0
	p.folded = q.FoldFailed && !namesFailed(q.Filter)
	p.states(q.Filter.State)
	p.left(q.Filter)
	if err := p.exact(ctx, s.read, q.Filter); err != nil {
		return nil, err
	}
	for _, f := range []struct {
		terms []Term
		in    []lookup
	}{
		{q.Filter.User, []lookup{userText}},
		{q.Filter.App, []lookup{appText}},
		{q.Filter.Role, []lookup{roleText}},
		{q.Filter.By, []lookup{issuerText}},
	} {
		for _, t := range f.terms {
			if err := p.term(ctx, s.read, t, f.in...); err != nil {
				return nil, err
			}
		}
	}
	for _, t := range q.Filter.Word {
		if err := p.word(ctx, s.read, t); err != nil {
			return nil, err
		}
	}
	if p.never || s.far || s.opts.walkOnly {
		return p, nil
	}
	if p.allowed != nil {
		var parts []source
		for _, st := range p.allowed {
			parts = append(parts, p.inState(st).source)
		}
		p.sources = append(p.sources, parts)
	}
	return p, p.choose(ctx, s.read)
}

// states keeps the states that any plain term names and no negated one does.
func (p *plan) states(terms []StateTerm) {
	p.allowed = nil
	wanted := States()
	if slices.ContainsFunc(terms, func(t StateTerm) bool { return !t.Not }) {
		wanted = slices.DeleteFunc(wanted, func(s State) bool { return !slices.Contains(terms, StateTerm{State: s}) })
	}
	wanted = slices.DeleteFunc(wanted, func(s State) bool { return slices.Contains(terms, StateTerm{State: s, Not: true}) })
	p.never = p.never || len(wanted) == 0
	if len(wanted) < len(States()) {
		p.allowed = wanted
	}
}

// namesFailed reports whether a filter asks for FAILED rows in so many words.
func namesFailed(f Filter) bool {
	return slices.Contains(f.State, StateTerm{State: Failed}) ||
		slices.ContainsFunc(f.Word, func(t Term) bool { return !t.Not && State(Fold(t.Text)) == Failed })
}

// takesAll reports whether nothing is left out but what is folded away.
func (p *plan) takesAll() bool {
	return p.allowed == nil && len(p.where) == 0 && len(p.bounds) == 0
}

// unfailed is a condition without the rows that are folded away. It says so by
// class, which every order of the rows has at hand.
func (p *plan) unfailed(where string) string {
	if !p.folded {
		return where
	}
	return where + fmt.Sprintf(` AND class < %d`, classFailed)
}

// left keeps rows that have not ended and whose time left is within bounds.
func (p *plan) left(f Filter) {
	if f.LeftUnder <= 0 && f.LeftOver <= 0 {
		return
	}
	if p.allowed == nil {
		p.allowed = States()
	}
	p.allowed = slices.DeleteFunc(p.allowed, func(s State) bool { return s == Expired || s == Failed })
	p.never = p.never || len(p.allowed) == 0
	if f.LeftUnder > 0 {
		p.bounds = append(p.bounds, `ends < `+number(p.now+f.LeftUnder.Milliseconds()))
	}
	if f.LeftOver > 0 {
		p.bounds = append(p.bounds, `ends > `+number(p.now+f.LeftOver.Milliseconds()))
	}
}

// cond is one way for a row to match.
type cond struct {
	sql string
	source
}

// source tells how to find the rows of a condition. It is zero if only a walk
// over all rows finds them.
type source struct {
	index string // that has them side by side
	where string // on that index; empty index: on the table
}

func (s source) list() string {
	if s.index == "" {
		return `SELECT id FROM entries WHERE ` + s.where
	}
	return `SELECT id FROM entries INDEXED BY ` + s.index + ` WHERE ` + s.where
}

func conds(found []hits) []cond {
	var all []cond
	for _, h := range found {
		if len(h.ids) == 0 {
			continue // SQLite finds no way to use an index for an empty list
		}
		c := cond{sql: h.sql()}
		if h.index != "" {
			c.source = source{h.index, h.where()}
		}
		all = append(all, c)
	}
	return all
}

func byID(ids []int64) cond {
	in := `id IN ` + list(ids)
	return cond{in, source{where: in}}
}

// exact takes the parts of a filter that name one thing.
func (p *plan) exact(ctx context.Context, db querier, f Filter) error {
	if f.ExactUser != "" {
		ids, err := numbers(ctx, db, samePerson, Fold(f.ExactUser), f.ExactUser)
		if err != nil {
			return err
		}
		p.any(conds([]hits{{lookup: userText, ids: ids}}))
	}
	if f.ExactApp != "" {
		ids, err := numbers(ctx, db, sameApp, f.ExactApp, f.ExactApp, true)
		if err != nil {
			return err
		}
		p.any(conds([]hits{{lookup: appText, ids: ids}}))
	}
	switch {
	case f.IDs == nil:
	case len(f.IDs) == 0:
		p.never = true // SQLite takes no partial index for a condition that is never true
	default:
		p.any([]cond{byID(f.IDs)})
	}
	return nil
}

// any asks for rows that match one way or another.
func (p *plan) any(ways []cond) {
	var sqls []string
	var sources []source
	for _, c := range ways {
		sqls = append(sqls, c.sql)
		if c.where != "" {
			sources = append(sources, c.source)
		}
	}
	if len(ways) == 0 {
		p.never = true
		return
	}
	p.where = append(p.where, `(`+strings.Join(sqls, ` OR `)+`)`)
	if len(sources) == len(ways) {
		p.sources = append(p.sources, sources)
	}
}

// none asks for rows that match in no way.
func (p *plan) none(ways []cond) {
	for _, c := range ways {
		p.where = append(p.where, `NOT (`+c.sql+`)`)
	}
}

// match asks for what a term says. A value that every row has decides alone.
func (p *plan) match(found []hits, not bool, more ...cond) {
	switch {
	case slices.ContainsFunc(found, func(h hits) bool { return h.all }):
		p.never = p.never || not
	case not:
		p.none(append(conds(found), more...))
	default:
		p.any(append(conds(found), more...))
	}
}

func (p *plan) term(ctx context.Context, db querier, t Term, in ...lookup) error {
	text := Fold(t.Text)
	if text == "" {
		return nil
	}
	found, err := find(ctx, db, text, t.Not, in...)
	if err != nil {
		return err
	}
	p.match(found, t.Not)
	return nil
}

// word takes a bare word, which may be about anything.
func (p *plan) word(ctx context.Context, db querier, t Term) error {
	text := Fold(t.Text)
	if text == "" {
		return nil
	}
	var more []cond
	if state := State(text); slices.Contains(States(), state) {
		more = append(more, p.inState(state))
	}
	tokens, err := lastFour(ctx, db, text)
	if err != nil {
		return err
	}
	if len(tokens) > 0 {
		more = append(more, byID(tokens))
	}
	found, err := find(ctx, db, text, t.Not || len(more) > 0, userText, appText, placeText, issuerText, noteText)
	if err != nil {
		return err
	}
	p.match(found, t.Not, more...)
	return nil
}

// inState is a state as a condition that needs no walk.
func (p *plan) inState(s State) cond {
	index := `entries_left`
	switch s {
	case Drift:
		index = `entries_drift`
	case Ended:
		index = `entries_last`
	default:
	}
	where := p.state(s)
	return cond{`(` + where + `)`, source{index, `server_id IN ` + list(p.servers) + ` AND ` + where}}
}

// lastFour finds rows by the end of their token, once enough of it is typed.
func lastFour(ctx context.Context, db querier, text string) ([]int64, error) {
	if len(text) < 3 || len(text) > 4 || text[len(text)-1] >= 0x7f {
		return nil, nil
	}
	end := text[:len(text)-1] + string(text[len(text)-1]+1)
	return numbers(ctx, db, `SELECT id FROM entries INDEXED BY entries_last4
		WHERE last4 <> '' AND last4 COLLATE NOCASE >= ? AND last4 COLLATE NOCASE < ? LIMIT ?`, text, end, fewInTable)
}

// state is the condition for one state at p.now.
func (p *plan) state(s State) string {
	switch s {
	case OK:
		return fmt.Sprintf(`class = 0 AND ends > %d AND drifted = 0 AND soon_at > %[1]d AND urgent_at > %[1]d`, p.now)
	case Soon:
		return fmt.Sprintf(`class = 0 AND ends > %d AND ends <= %d AND drifted = 0 AND soon_at <= %[1]d AND urgent_at > %[1]d`,
			p.now, p.now+soonestSoon.Milliseconds())
	case Urgent:
		return fmt.Sprintf(`class = 0 AND ends > %d AND ends <= %d AND drifted = 0 AND urgent_at <= %[1]d`,
			p.now, p.now+soonestUrgent.Milliseconds())
	case Drift:
		return fmt.Sprintf(`class IN (0, 2) AND last > %d AND drifted = 1`, p.now)
	case Ended:
		return fmt.Sprintf(`class IN (0, 2) AND forked = 1 AND last > %d AND ends <= %[1]d AND drifted = 0`, p.now)
	case Unsure:
		return fmt.Sprintf(`class = 1 AND ends > %d`, p.now)
	case Older:
		return fmt.Sprintf(`class = 2 AND ends > %d AND drifted = 0`, p.now)
	case Expired:
		return fmt.Sprintf(`class < 3 AND ends <= %d AND last <= %[1]d`, p.now)
	case Failed:
		return `class = 3`
	}
	return `false`
}

// inStates is the condition for some states.
func (p *plan) inStates(states []State) string {
	var parts []string
	for _, s := range states {
		parts = append(parts, p.inState(s).sql)
	}
	return `(` + strings.Join(parts, ` OR `) + `)`
}

// choose decides between the two ways of reading: when some condition leaves few
// rows, those are fetched and sorted; else rows are walked in their order and
// those that do not match are passed over.
func (p *plan) choose(ctx context.Context, db querier) error {
	var best int64 = fewInIndex + 1
	for _, parts := range p.sources {
		few := int64(fewInTable)
		if len(parts) == 1 {
			few = fewInIndex
		}
		var lists []string
		for _, part := range parts {
			lists = append(lists, part.list())
		}
		n, err := one(ctx, db, `SELECT count(*) FROM (`+strings.Join(lists, ` UNION ALL `)+` LIMIT `+number(few+1)+`) e`)
		if err != nil {
			return err
		}
		if n > few || n >= best {
			continue
		}
		best, p.index, p.source = n, parts[0].index, ``
		if len(parts) > 1 || p.index == "" {
			p.index, p.source = ``, strings.Join(lists, ` UNION `)
		}
	}
	return nil
}

// few reports whether candidates are fetched and sorted.
func (p *plan) few() bool { return p.index != "" || p.source != "" }
