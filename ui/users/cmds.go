package users

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
)

// peopleMsg are the people of the lists that were read last, with what may still work
// of theirs.
type peopleMsg struct {
	seq    int
	lists  pat.Lists
	people []pat.Person
	err    error
}

// listsMsg says that the lists were read from the server.
type listsMsg struct {
	ticket int
	anew   bool // and what was issued was compared with them
	report pat.DriftReport
	err    error
}

// personMsg is one person with everything of theirs that may still work, and what was
// done with their tokens last.
type personMsg struct {
	seq      int
	exposure pat.Exposure
	events   []pat.Event
	err      error
}

// loadPeople reads the lists as they are known and the history. It asks nothing of
// the server.
func loadPeople(ctx context.Context, i *pat.Issuer, seq int) tea.Cmd {
	return func() tea.Msg {
		lists, err := i.LastLists(ctx)
		if err != nil {
			return peopleMsg{seq: seq, err: err}
		}
		people, err := i.People(ctx, lists)
		return peopleMsg{seq: seq, lists: lists, people: people, err: err}
	}
}

// loadLists reads the lists from the server.
func loadLists(ctx context.Context, i *pat.Issuer, ticket int, anew bool) tea.Cmd {
	return func() tea.Msg {
		m := listsMsg{ticket: ticket, anew: anew}
		if anew {
			m.report, m.err = i.CompareDrift(ctx, true)
		} else {
			_, m.err = i.Lists(ctx, false)
		}
		return m
	}
}

// mostEvents is how many of the last events of a person are shown.
const mostEvents = 30

// loadPerson reads what is known of a person, without the server.
func loadPerson(ctx context.Context, i *pat.Issuer, seq int, user string) tea.Cmd {
	return func() tea.Msg {
		lists, err := i.LastLists(ctx)
		if err != nil {
			return personMsg{seq: seq, err: err}
		}
		found, err := i.Exposures(ctx, lists, user)
		if err != nil {
			return personMsg{seq: seq, err: err}
		}
		p, err := i.History.Events(ctx, pat.EventFilter{Tokens: pat.Filter{Server: i.Server(), ExactUser: user}, Now: i.Now()}, 0, mostEvents)
		return personMsg{seq: seq, exposure: found[0], events: p.Events, err: err}
	}
}
