package history

import (
	"slices"
	"time"
)

// Filter narrows a query. All parts must hold; the zero Filter holds for every row.
//
// A term matches when its text is part of a value, without regard to case. When
// no value at all has it as a part, values that contain its letters in order
// match instead, so that "oprtl" still finds "Orders portal".
type Filter struct {
	Server string // a base URL, compared as address.Server does; empty = all servers
	User   []Term // e-mail, name or id
	App    []Term // name, slug or id
	Role   []Term // role at issue
	By     []Term // who issued, or on which machine
	// Word matches user, app, workspace, note, who issued, the last four
	// characters of the token (three or more typed), or a state's whole word.
	Word []Term
	// State: any of the plain terms and none of the negated ones.
	State []StateTerm
	// LeftUnder and LeftOver bound the time left of rows that have not ended; 0 = no bound.
	LeftUnder, LeftOver time.Duration
	ExactUser           string // e-mail (any case) or id
	ExactApp            string // id or slug
	IDs                 []int64
}

// Empty reports whether a filter asks for nothing.
func (f Filter) Empty() bool {
	for _, terms := range [][]Term{f.User, f.App, f.Role, f.By, f.Word} {
		if slices.ContainsFunc(terms, func(t Term) bool { return Fold(t.Text) != "" }) {
			return false
		}
	}
	return f.Server == "" && len(f.State) == 0 && f.LeftUnder <= 0 && f.LeftOver <= 0 && f.ExactUser == "" && f.ExactApp == "" && f.IDs == nil
}

// Term is one word of a filter. Not excludes what matches.
type Term struct {
	Text string
	Not  bool
}

// StateTerm is one state of a filter. Not excludes it.
type StateTerm struct {
	State State
	Not   bool
}
