package token

import (
	"context"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// mostOfPair bounds the tokens of a pair that can be walked.
const mostOfPair = 10000

// pairMsg is the tokens of the pair of a token, newest first, and what may still work
// of them beside it.
type pairMsg struct {
	id    int64
	ids   []int64
	alive pat.PairAlive
	err   error
}

// loadPair lists the tokens of the pair of a token, those that are over among them.
// What was refused is no token.
func loadPair(ctx context.Context, i *pat.Issuer, t pat.Token) tea.Cmd {
	user, app := kit.FirstOf(t.UserEmail, t.UserID), kit.FirstOf(t.AppID, t.AppSlug)
	if t.ID == 0 || user == "" || app == "" {
		return nil
	}
	q := pat.Query{Filter: pat.Filter{Server: i.Server(), ExactUser: user, ExactApp: app}, Sort: pat.SortIssued, FoldFailed: true, Now: i.Now()}
	return func() tea.Msg {
		ids, err := i.History.IDs(ctx, q, mostOfPair)
		if err != nil {
			return pairMsg{id: t.ID, err: err}
		}
		alive, err := i.History.PairAlive(ctx, i.Server(), t, q.Now)
		return pairMsg{id: t.ID, ids: ids, alive: alive, err: err}
	}
}

// place says which of the tokens of its pair this one is, from 1; 0 = none of several.
func (d *Detail) place() (n, of int) {
	if len(d.pair) < 2 || d.ticket != 0 {
		return 0, 0
	}
	return slices.Index(d.pair, d.token.ID) + 1, len(d.pair)
}

// placeWords is the place as it is shown, "" for the only one.
func (d *Detail) placeWords() string {
	n, of := d.place()
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d", n, of)
}

// pairActions walk the tokens of the pair.
func (d *Detail) pairActions() []kit.Action {
	k := d.shell.Keys().Detail
	hint := 0
	if _, of := d.place(); of > 1 {
		hint = 18
	}
	return []kit.Action{
		{Key: k.Older, Title: "Older token of this pair", Hint: hint, Run: func() tea.Cmd { return d.walk(1) }, Why: d.whyNoWalk},
		{Key: k.Newer, Title: "Newer token of this pair", Run: func() tea.Cmd { return d.walk(-1) }, Why: d.whyNoWalk},
	}
}

func (d *Detail) whyNoWalk() string {
	switch _, of := d.place(); {
	case d.ticket != 0:
		return "A request is under way."
	case of < 2:
		return "No other token of this pair is in the history."
	}
	return ""
}

// walk goes to another token of the pair, round and round, after the question that
// leaving this one has.
func (d *Detail) walk(by int) tea.Cmd {
	at := slices.Index(d.pair, d.token.ID)
	d.wanted = d.pair[(max(at, 0)+by+len(d.pair))%len(d.pair)]
	load := func() tea.Cmd { return loadToken(d.ctx, d.shell.Issuer(), d.wanted) }
	if q, ask := d.Leaving(); ask {
		return d.shell.Ask(q, load)
	}
	return load()
}
