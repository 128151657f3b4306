package pat

import (
	"context"
	"slices"
	"strings"
	"time"

	"patdesk/history"
)

// Worth is what the holder of somebody's live tokens gets (contract 0a, 2.8).
type Worth string

// The worths, the least first.
const (
	// WorthNothing: the tokens open nothing, because the person is archived, or there
	// is none.
	WorthNothing Worth = "nothing"
	// WorthSession: what an end user may open.
	WorthSession Worth = "session"
	// WorthBuilder and WorthAdmin: to act as that person in the workspace.
	WorthBuilder Worth = "builder"
	WorthAdmin   Worth = "admin"
)

// Word is the worth as lists show it: what is more than one app is marked.
func (w Worth) Word() string {
	if w == WorthBuilder || w == WorthAdmin {
		return string(w) + "!"
	}
	return string(w)
}

func (w Worth) rank() int {
	return slices.Index([]Worth{WorthNothing, WorthSession, WorthBuilder, WorthAdmin}, w)
}

// LivePair is what may still work of a pair.
type LivePair = history.LivePair

// PairAlive is what may still work of a pair beside one of its rows.
type PairAlive = history.PairAlive

// Person is somebody with what patdesk issued for them that may still work.
type Person struct {
	User User // of somebody who is not listed: what their tokens say
	// Listed says that the server lists them, Known that there is a list at all.
	Listed, Known bool
	Pairs         []LivePair // what lives longest first
	// Tokens may still work; Older, Ended and Unsure are those of them in that state.
	Tokens, Older, Ended, Unsure int
	Until                        time.Time // worst case, zero if nothing lives
	Proven                       bool
	Worth                        Worth
}

// Name is how the person is named: by e-mail address, else by id.
func (p Person) Name() string { return first(p.User.Email, p.User.ID, "?") }

// Archived reports whether the server lets the person open nothing at all.
func (p Person) Archived() bool {
	return p.Known && (!p.Listed || p.User.Status != "" && p.User.Status != statusActive)
}

// People are the users of the lists, in their order, each with what may still work of
// theirs, and behind them those who have live tokens and are not listed.
func (i *Issuer) People(ctx context.Context, lists Lists) ([]Person, error) {
	pairs, err := i.History.LivePairs(ctx, i.Server(), i.Now())
	if err != nil {
		return nil, err
	}
	known := !lists.UsersAt.IsZero()
	people := make([]Person, len(lists.Users), len(lists.Users)+8)
	at := make(map[string]int, 2*len(lists.Users))
	for n, u := range lists.Users {
		people[n] = Person{User: u, Listed: true, Known: known}
		at[u.ID] = n
		if u.Email != "" {
			at[strings.ToLower(u.Email)] = n
		}
	}
	for _, pair := range pairs {
		n, found := at[pair.UserID]
		if !found || pair.UserID == "" {
			n, found = at[strings.ToLower(pair.UserEmail)]
		}
		if !found {
			n = len(people)
			people = append(people, Person{User: User{ID: pair.UserID, Email: pair.UserEmail, Name: pair.UserName}, Known: known})
			for _, name := range nonEmpty(pair.UserID, strings.ToLower(pair.UserEmail)) {
				at[name] = n
			}
		}
		people[n].Pairs = append(people[n].Pairs, pair)
	}
	apps := appsByName(lists.Apps)
	for n := range people {
		people[n].sum(apps)
	}
	return people, nil
}

// appsByName finds apps by id in lower case, and by slug.
func appsByName(apps []App) map[string]*App {
	found := make(map[string]*App, 2*len(apps))
	for n := range apps {
		found[apps[n].Slug] = &apps[n]
	}
	for n := range apps {
		found[strings.ToLower(apps[n].ID)] = &apps[n]
	}
	return found
}

// joinPairs makes one of pairs whose app was named in two ways, and adds what the
// list says of the app.
func joinPairs(pairs []LivePair, apps map[string]*App) []LivePair {
	at := map[string]int{}
	var out []LivePair
	for _, pair := range pairs {
		name := first(strings.ToLower(pair.AppID), pair.AppSlug)
		if a := apps[name]; a != nil {
			name = a.ID
			pair.AppID, pair.AppName, pair.AppSlug = a.ID, first(a.Name, pair.AppName), first(a.Slug, pair.AppSlug)
			pair.WorkspaceID, pair.Workspace = a.WorkspaceID, first(a.Workspace, pair.Workspace)
		}
		n, seen := at[name]
		if !seen {
			at[name] = len(out)
			out = append(out, pair)
			continue
		}
		have := &out[n]
		have.Tokens, have.Older, have.Ended, have.Unsure = have.Tokens+pair.Tokens, have.Older+pair.Older, have.Ended+pair.Ended, have.Unsure+pair.Unsure
		if pair.Until.After(have.Until) {
			have.Until, have.Proven, have.Role = pair.Until, pair.Proven, first(pair.Role, have.Role)
		}
	}
	return out
}

// sum adds up the pairs of a person.
func (p *Person) sum(apps map[string]*App) {
	p.Worth, p.Pairs = WorthNothing, joinPairs(p.Pairs, apps)
	slices.SortStableFunc(p.Pairs, func(a, b LivePair) int { return b.Until.Compare(a.Until) })
	for n := range p.Pairs {
		pair := &p.Pairs[n]
		p.Tokens, p.Older, p.Ended, p.Unsure = p.Tokens+pair.Tokens, p.Older+pair.Older, p.Ended+pair.Ended, p.Unsure+pair.Unsure
		if n == 0 {
			p.Until, p.Proven = pair.Until, pair.Proven
		}
		if w := p.WorthOf(*pair); w.rank() > p.Worth.rank() {
			p.Worth = w
		}
	}
}

// WorthOf is what the holder of a pair's tokens gets.
func (p Person) WorthOf(pair LivePair) Worth {
	if p.Archived() {
		return WorthNothing
	}
	role := pair.Role
	for _, m := range p.User.Memberships {
		if m.WorkspaceID != pair.WorkspaceID {
			continue
		}
		if m.Status != "" && m.Status != statusActive {
			return WorthNothing
		}
		role = first(m.Role, role)
	}
	switch role {
	case "admin":
		return WorthAdmin
	case "builder":
		return WorthBuilder
	default:
		return WorthSession
	}
}
