package pat

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Exposure is what still opens for a person, token by token, what lives longest
// first.
type Exposure struct {
	Person
	Alive []Token
}

// Exposures are the exposures of the people who have live tokens, who is exposed
// longest first; of one person, named by e-mail address or id, if who is not empty,
// also if nothing is alive of theirs. Lists may be old or empty: then roles are
// those of the time of issue. Errors: Problem for somebody whom neither the lists
// nor the history know, history.Error.
func (i *Issuer) Exposures(ctx context.Context, lists Lists, who string) ([]Exposure, error) {
	people, err := i.People(ctx, lists)
	if err != nil {
		return nil, err
	}
	people = slices.DeleteFunc(people, func(p Person) bool {
		if who != "" {
			return p.User.ID != who && !strings.EqualFold(p.User.Email, who)
		}
		return p.Tokens == 0
	})
	if who != "" && len(people) == 0 {
		return nil, unknownPerson(lists, who)
	}
	slices.SortStableFunc(people, func(a, b Person) int { return b.Until.Compare(a.Until) })
	alive, err := i.History.Alive(ctx, i.Server(), who, i.Now())
	if err != nil {
		return nil, err
	}
	out := make([]Exposure, len(people))
	at := map[string]int{}
	for n, p := range people {
		out[n].Person = p
		for _, name := range nonEmpty(p.User.ID, strings.ToLower(p.User.Email)) {
			at[name] = n
		}
	}
	for _, t := range alive {
		n, found := at[t.UserID]
		if !found || t.UserID == "" {
			n, found = at[strings.ToLower(t.UserEmail)]
		}
		if found {
			out[n].Alive = append(out[n].Alive, t)
		}
	}
	return out, nil
}

// unknownPerson says that nobody is called so, and who may be meant.
func unknownPerson(lists Lists, who string) error {
	p := &Problem{ID: IDNoSuchRow, Cause: fmt.Sprintf("nobody here is %q, and the history has no live token of theirs", who)}
	if words := (Suggestion{Field: FieldUser, Users: ClosestUsers(lists.Users, who)}).Words(); words != "" {
		p.Next = words
	}
	return p
}

// Words is the exposure of a person in one sentence: until when something of theirs
// opens, in the worst case.
func (p Person) Words(now time.Time, zone *time.Location) string {
	sep := ": "
	if p.Tokens > 0 && p.Worth == WorthNothing {
		sep = " "
	}
	return p.Name() + sep + p.Says(now, zone)
}

// Says is Words without the person's name.
func (p Person) Says(now time.Time, zone *time.Location) string {
	switch {
	case p.Tokens == 0:
		return "nothing that patdesk issued for them works any more"
	case p.Archived() && !p.Listed:
		return fmt.Sprintf("is gone from the server: %s of theirs open nothing", Plural(p.Tokens, "token"))
	case p.Archived():
		return fmt.Sprintf("is %s in ToolJet: %s of theirs open nothing as long as that stays so", p.User.Status, Plural(p.Tokens, "token"))
	case p.Worth == WorthNothing:
		return fmt.Sprintf("has no active place in the workspaces of %s: they open nothing as long as that stays so", Plural(p.Tokens, "live token"))
	}
	return fmt.Sprintf("something of theirs works until %s %s", ClockTime(p.Until, now, zone), UnitProof(p.Proven))
}

// UnitProof says how sure an end is.
func UnitProof(proven bool) string {
	if proven {
		return "(proven unit)"
	}
	return "at the latest (unit not proven)"
}

// Stop says what ends the exposure of a person, or "" where nothing is to be ended.
func (p Person) Stop() string {
	if p.Worth == WorthNothing {
		return ""
	}
	return "Tokens cannot be revoked: archive them in ToolJet to stop it now"
}

// ExposureView is an exposure as the command line prints it in JSON. Its names are
// fixed: scripts rely on them.
type ExposureView struct {
	User   string      `json:"user"`
	Until  *time.Time  `json:"until"` // worst case; null if nothing is alive
	Proven bool        `json:"proven"`
	Worth  Worth       `json:"worth"`
	Alive  []AliveView `json:"alive"`
}

// ExposureViewOf describes an exposure.
func ExposureViewOf(e Exposure) ExposureView {
	v := ExposureView{User: e.Name(), Until: moment(e.Until), Proven: e.Proven, Worth: e.Worth, Alive: []AliveView{}}
	for _, t := range e.Alive {
		v.Alive = append(v.Alive, AliveViewOf(t))
	}
	return v
}

// AskedWords says when ToolJet was asked about a token last, and what it said.
func AskedWords(t Token, now time.Time, zone *time.Location) string {
	if t.Verified.IsZero() {
		return "never"
	}
	word := CheckedWord(t)
	said := map[string]string{string(Valid): "works", string(NoAccess): "may not open it", string(Archived): "refused"}[word]
	return ClockTime(t.Verified, now, zone) + " " + first(said, word)
}
