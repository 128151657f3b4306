package pat

import (
	"fmt"
	"slices"
	"strings"

	"patdesk/history"
)

// DriftKind is what kind of thing differs now from what was true when a token was
// issued.
type DriftKind string

// The kinds of drift, the weightiest first.
const (
	// DriftRefused: ToolJet refused the token when it was asked, for no reason that
	// can be read.
	DriftRefused DriftKind = "refused"
	// DriftArchived: the user, or the workspace, is archived or gone.
	DriftArchived DriftKind = "archived"
	// DriftApp: the app is gone.
	DriftApp DriftKind = "app"
	// DriftMembership: the user has no active place in the app's workspace.
	DriftMembership DriftKind = "membership"
	// DriftAccess: the user may not open the app.
	DriftAccess DriftKind = "access"
	// DriftRole: the user has another role in the app's workspace.
	DriftRole DriftKind = "role"
	// DriftUnit: the server reads patExpiry in another unit than was thought.
	DriftUnit DriftKind = "unit"
	// DriftHost: the server has another public address.
	DriftHost DriftKind = "host"
	// DriftSlug: the app has another slug.
	DriftSlug DriftKind = "slug"
)

// driftWords say what a kind of drift means for the token, and whether a new token
// helps (contract 2.8).
var driftWords = map[DriftKind]struct {
	means   string
	reissue bool
}{
	DriftRefused:    {"it opens nothing now, as far as ToolJet says", true},
	DriftArchived:   {"it opens nothing until that is undone in ToolJet", false},
	DriftApp:        {"it opens nothing; ToolJet has dropped it with the app", false},
	DriftMembership: {"it opens nothing until the user is active in that workspace again", false},
	DriftAccess:     {"it opens nothing until the user is let into the app", false},
	DriftRole:       {"it opens the app with the role of now: permissions are read at each request", true},
	DriftUnit:       {"its end is not the one that was asked for", true},
	DriftHost:       {"its embed URL holds the address of before", true},
	DriftSlug:       {"it works; its embed URL holds the slug of before", true},
}

// Means says what the drift means for the token, in one clause.
func (k DriftKind) Means() string { return driftWords[k].means }

// Reissue reports whether a new token for the pair helps.
func (k DriftKind) Reissue() bool { return driftWords[k].reissue }

// DriftWords says what differs for a token and what that means for it.
func DriftWords(t Token) string {
	return strings.Join(nonEmpty(t.Drift, DriftKindOf(t).Means()), "; ")
}

// DriftHelp says what helps against the drift of a token, or "" where nothing is known
// to differ: reissue and verify are what a face calls these two.
func DriftHelp(t Token, reissue, verify string) string {
	switch kind := DriftKindOf(t); {
	case t.Drift == "" || kind.Means() == "":
		return ""
	case kind == DriftRefused: // it stands until ToolJet accepts the token
		return "a new token helps: " + reissue + " issues one; " + verify + " asks again"
	case kind.Reissue():
		return "a new token helps: " + reissue + " issues it for the same pair"
	}
	return "no new token helps; " + verify + " asks again when that is mended"
}

// DriftKindOf is the kind of a token's drift, "" for none.
func DriftKindOf(t Token) DriftKind { return DriftKind(t.DriftKind) }

// note is one thing that differs.
type note struct {
	kind DriftKind
	text string // may be foreign
}

// closes reports whether a token opens nothing for this reason.
func (n note) closes() bool { return !n.kind.Reissue() }

// joined is what a row says of its notes: the kind of the weightiest, and all of
// them in one sentence.
func joined(notes []note) (DriftKind, string) {
	if len(notes) == 0 {
		return "", ""
	}
	texts := make([]string, len(notes))
	for n := range notes {
		texts[n] = notes[n].text
	}
	return notes[0].kind, strings.Join(texts, "; ")
}

// standing is what is true on the server now. What is not known is empty, and
// nothing is said about it.
type standing struct {
	users     map[string]*User // by id, and by e-mail address in lower case
	apps      map[string]*App  // by id in lower case
	spaces    map[string]Workspace
	allSpaces bool                       // archived ones are listed, too
	access    map[string]map[string]bool // who may open an app: by its id, then by the user's
	hosts     []history.SeenHost
	unit      Unit
	proven    bool
	pairs     map[[3]int64]pairNotes
}

// pairNotes is what was found of a pair.
type pairNotes struct {
	notes []note
	// untold says that everything else would let the user open the app, and that it is
	// not known now whether they may: what a row says of that still stands.
	untold bool
}

// noAccess is a note that only an access list, or ToolJet when it is asked, takes back.
const noAccess = "the user may not open the app"

func newStanding(l Lists, s Settings) *standing {
	now := &standing{
		users: map[string]*User{}, apps: map[string]*App{}, spaces: map[string]Workspace{}, access: map[string]map[string]bool{},
		unit: s.Unit, proven: s.UnitProven, pairs: map[[3]int64]pairNotes{},
	}
	for n := range l.Users {
		u := &l.Users[n]
		now.users[strings.ToLower(u.ID)] = u
		if u.Email != "" {
			now.users[strings.ToLower(u.Email)] = u
		}
	}
	for n := range l.Apps {
		now.apps[strings.ToLower(l.Apps[n].ID)] = &l.Apps[n]
	}
	for _, w := range l.Workspaces {
		now.spaces[w.ID] = w
		now.allSpaces = now.allSpaces || w.Status == statusArchived
	}
	return now
}

func (s *standing) user(r history.DriftRow) *User {
	if u := s.users[strings.ToLower(r.UserID)]; u != nil && r.UserID != "" {
		return u
	}
	return s.users[strings.ToLower(r.UserEmail)]
}

// of is what differs for a row.
func (s *standing) of(r history.DriftRow) []note {
	found, known := s.pairs[r.Pair]
	if !known {
		found = s.ofPair(r)
		s.pairs[r.Pair] = found
	}
	notes := found.notes
	if found.untold && strings.Contains(r.Drift, noAccess) {
		notes = append([]note{{DriftAccess, noAccess}}, notes...)
	}
	if !r.Newest {
		// What a new token mends is over once there is one: an older token drifts
		// only where it opens nothing any more.
		return slices.DeleteFunc(slices.Clone(notes), func(n note) bool { return n.kind.Reissue() })
	}
	return append(slices.Clone(notes), s.ofRow(r)...)
}

// ofPair is what differs for all rows of a pair and a role.
func (s *standing) ofPair(r history.DriftRow) pairNotes {
	var notes []note
	u := s.user(r)
	if len(s.users) > 0 && r.UserID+r.UserEmail != "" {
		if text := userGone(u); text != "" {
			notes = append(notes, note{DriftArchived, text})
		}
	}
	app := s.apps[strings.ToLower(r.AppID)]
	space := r.WorkspaceID
	if space == "" && app != nil {
		space = app.WorkspaceID
	}
	if n, gone := s.appGone(r, app, space); gone {
		return pairNotes{notes: append(notes, n)}
	}
	if u == nil || len(notes) > 0 {
		return pairNotes{notes: notes}
	}
	if n, left := leftWorkspace(u, space, r); left {
		return pairNotes{notes: append(notes, n)}
	}
	may, told := s.mayOpen(r.AppID, u)
	if told && !may {
		notes = append(notes, note{DriftAccess, noAccess})
	}
	if role := RoleIn(u, space); role != "" && r.Role != "" && role != r.Role {
		notes = append(notes, note{DriftRole, fmt.Sprintf("the role was %s at issue and is %s now", r.Role, role)})
	}
	if app != nil && r.AppSlug != "" && app.Slug != "" && app.Slug != r.AppSlug {
		notes = append(notes, note{DriftSlug, fmt.Sprintf("the app's slug was %s at issue and is %s now", r.AppSlug, app.Slug)})
	}
	return pairNotes{notes: notes, untold: !told}
}

// userGone says why a user can open nothing at all, or "".
func userGone(u *User) string {
	switch {
	case u == nil:
		return "the user is gone from the server"
	case u.Status == "" || u.Status == statusActive:
		return ""
	default:
		return "the user is " + u.Status
	}
}

// appGone says why nobody can open an app.
func (s *standing) appGone(r history.DriftRow, app *App, space string) (note, bool) {
	w, listed := s.spaces[space]
	switch {
	case listed && w.Status == statusArchived:
		return note{DriftArchived, "workspace " + first(w.Name, r.Workspace) + " is archived"}, true
	case len(s.apps) == 0 || app != nil || r.AppID == "":
		return note{}, false
	case !listed && space != "" && !s.allSpaces && len(s.spaces) > 0:
		return note{DriftArchived, "workspace " + first(r.Workspace, space) + " is archived or gone"}, true
	}
	return note{DriftApp, "the app is gone"}, true
}

// leftWorkspace says why a user can open nothing in the app's workspace. Who had no
// role there at issue is not taken to have lost one.
func leftWorkspace(u *User, space string, r history.DriftRow) (note, bool) {
	if space == "" || len(u.Memberships) == 0 && r.Role == "" {
		return note{}, false
	}
	for _, m := range u.Memberships {
		if m.WorkspaceID != space {
			continue
		}
		if m.Status == "" || m.Status == statusActive {
			return note{}, false
		}
		return note{DriftMembership, fmt.Sprintf("the user is %s in workspace %s", m.Status, m.Workspace)}, true
	}
	return note{DriftMembership, "the user has no place in workspace " + first(r.Workspace, space) + " any more"}, r.Role != ""
}

// mayOpen reports whether a user may open an app, where that is known.
func (s *standing) mayOpen(app string, u *User) (may, known bool) {
	who, known := s.access[strings.ToLower(app)]
	return who[u.ID] || who[strings.ToLower(u.Email)], known
}

// ofRow is what differs for a row by itself.
func (s *standing) ofRow(r history.DriftRow) []note {
	var notes []note
	if r.Unit != "" && s.unit != "" && r.Unit != string(s.unit) && (s.proven || r.UnitProven) {
		notes = append(notes, note{DriftUnit, fmt.Sprintf("patExpiry was sent in %s and this server reads %s", r.Unit, s.unit)})
	}
	if was, is := s.hostAt(r); was != is {
		notes = append(notes, note{DriftHost, fmt.Sprintf("the server's address was %s at issue and is %s now", was, is)})
	}
	return notes
}

// hostAt is the public address of the server when a row was begun, or the first one
// that was seen, and that of now.
func (s *standing) hostAt(r history.DriftRow) (was, is string) {
	for n, h := range s.hosts {
		if n == 0 || !h.From.After(r.Begun) {
			was = h.Host
		}
		is = h.Host
	}
	return was, is
}

// change is what a row shall say in place of what it says, if that is another thing.
// That ToolJet refused the token, which was proved by asking, stays beside what a
// comparison finds.
func (s *standing) change(r history.DriftRow) (history.DriftChange, bool) {
	notes := s.of(r)
	kind, text := joined(notes)
	switch v := verdictRead(r.VerifyResult); {
	case s.stands(v, r, notes):
		kind, text = refusal(v, r.Verified, notes)
	case DriftKind(r.Kind) == DriftRefused:
		return history.DriftChange{}, false // only an acceptance takes it back
	}
	if r.Drift == text && r.Kind == string(kind) {
		return history.DriftChange{}, false
	}
	return history.DriftChange{ID: r.ID, Was: r.Drift, Kind: string(kind), Now: text}, true
}

// stands reports whether a refusal that a row tells of is still true: one with a
// reason while a token opens nothing for that, one of the user until the server tells
// that they may open the app, any other until the token is accepted.
func (s *standing) stands(v Verdict, r history.DriftRow, notes []note) bool {
	said := refusedWords(v, r.Verified)
	if said == "" || !strings.HasPrefix(r.Drift, said) {
		return false
	}
	switch u := s.user(r); {
	case v == Archived:
		return slices.ContainsFunc(notes, note.closes)
	case v == NoAccess && u != nil:
		may, known := s.mayOpen(r.AppID, u)
		return !known || !may
	}
	return true
}
