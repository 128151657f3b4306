package aloud

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// list reads the tokens in their order: at first, the one that ends next first.
func (t *talk) list(ctx context.Context, _ string) error {
	f, err := pat.ParseFilter(t.filter)
	if err != nil {
		return err
	}
	f.Server = t.i.Server()
	q := pat.Query{Filter: f, Sort: orders()[t.order].sort, FoldFailed: !t.failing, Now: t.i.Now()}
	n, err := t.i.CountOf(ctx, q)
	if err != nil {
		return err
	}
	k := t.keys
	switch {
	case n.N == 0 && t.filter != "":
		t.say("No token matches the filter %s. %s alone clears it.", t.filter, kit.Name(k.List.Filter))
	case n.N == 0:
		t.say("There is no token yet. %s issues one.", kit.Name(k.List.New))
	case t.filter != "":
		t.say("%s with the filter %s, %s.", tokens(n), t.filter, orders()[t.order].says)
	default:
		t.say("%s, %s.", tokens(n), orders()[t.order].says)
	}
	t.shown = shown{}
	if err := t.page(q)(ctx, pageOf); err != nil {
		return err
	}
	return t.elsewhere(ctx)
}

// tokens says how many there are, as far as they were counted.
func tokens(n pat.Number) string {
	if n.Over {
		return fmt.Sprintf("Over %d tokens", n.N)
	}
	return pat.Plural(int(n.N), "token")
}

// page reads the rows of a query from where it is.
func (t *talk) page(q pat.Query) func(context.Context, int) error {
	return func(ctx context.Context, n int) error {
		q.Limit = n
		p, err := t.i.History.Page(ctx, q)
		if err != nil {
			return err
		}
		for _, token := range p.Entries {
			t.number(row{token: token, user: pat.UserOf(token)}, pat.Aloud(token, t.i.Now())+".")
		}
		if t.shown.next = nil; p.More && len(p.Entries) > 0 {
			on := q
			on.After = p.Cursor(len(p.Entries) - 1)
			t.shown.next = t.page(on)
			t.say("There are more: next reads on, next 20 as many.")
		}
		return nil
	}
}

// elsewhere tells of tokens that are left out because they are of other servers.
func (t *talk) elsewhere(ctx context.Context) error {
	n, err := t.i.Elsewhere(ctx)
	if err == nil && n > 0 {
		t.say("%s.", kit.Sentence(pat.ElsewhereWords(n)))
	}
	return err
}

// filterBy keeps the list to what matches, or shows all again.
func (t *talk) filterBy(ctx context.Context, words string) error {
	if _, err := pat.ParseFilter(words); err != nil {
		t.say("%s", kit.Sentence(err.Error()))
		return nil
	}
	t.filter = words
	return t.list(ctx, "")
}

func (t *talk) turnFailed(ctx context.Context, _ string) error {
	t.failing = !t.failing
	return t.list(ctx, "")
}

// order is an order of the list.
type order struct {
	word string // as a person gives it
	sort pat.Sort
	says string
}

// orders are those of the console, which the key without a word goes through.
func orders() []order {
	return []order{
		{"left", pat.SortLeft, "the one that ends next first"},
		{"newest", pat.SortIssued, "the newest first"},
		{"user", pat.SortUser, "by user"},
		{"app", pat.SortApp, "by app"},
		{"state", pat.SortState, "by state"},
	}
}

// sortBy reads the list in another order: that of a word, or the next one.
func (t *talk) sortBy(ctx context.Context, word string) error {
	all := orders()
	at := (t.order + 1) % len(all)
	if word != "" {
		at = slices.IndexFunc(all, func(o order) bool { return strings.EqualFold(o.word, word) })
	}
	if at < 0 {
		t.say("There is no such order: left, newest, user, app or state.")
		return nil
	}
	t.order = at
	return t.list(ctx, "")
}
