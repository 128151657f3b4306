package pat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/agnivade/levenshtein"

	"patdesk/client"
)

// mostClosest is how many names are offered in place of one that is unknown.
const mostClosest = 3

// near is a name that may be meant, the nearest first.
type near struct {
	at    int // in its list
	class int // 0 differs in case alone, 1 in signs and endings, 2 in letters
	edits int
}

// ClosestUsers returns the users who may be meant by an e-mail address, id or name
// that no user has, the nearest first, at most three: first one that differs only
// in capitals, then one that continues it, then by typing errors.
func ClosestUsers(users []User, typed string) []User {
	return closest(users, typed, func(u User) []string {
		if strings.Contains(typed, "@") {
			return []string{u.Email}
		}
		local, _, _ := strings.Cut(u.Email, "@")
		return []string{u.Email, local, u.Name, u.ID}
	})
}

// ClosestApps returns the apps that may be meant by a slug, name or id that no app
// has, the nearest first, at most three.
func ClosestApps(apps []App, typed string) []App {
	return closest(apps, typed, func(a App) []string { return []string{a.Slug, a.Name, a.ID} })
}

func closest[T any](list []T, typed string, names func(T) []string) []T {
	typed = strings.TrimSpace(typed)
	const longest = 320 // an e-mail address, RFC 5321
	if typed == "" || len(typed) > longest {
		return nil
	}
	var found []near
	for i, one := range list {
		best, ok := near{}, false
		for _, name := range names(one) {
			if n, is := nearness(typed, name); is && (!ok || compareNear(n, best) < 0) {
				best, ok = n, true
			}
		}
		if best.at = i; ok {
			found = append(found, best)
		}
	}
	slices.SortStableFunc(found, compareNear)
	var out []T
	for _, n := range found[:min(len(found), mostClosest)] {
		// Beside a better match, what resembles the name less is noise.
		if n.class > found[0].class && found[0].class == 0 || n.class == 2 && n.edits >= found[0].edits+localWeight {
			break
		}
		out = append(out, list[n.at])
	}
	return out
}

func compareNear(a, b near) int {
	return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.edits, b.edits))
}

// nearness compares what was typed with a name.
func nearness(typed, name string) (near, bool) {
	if name == "" {
		return near{}, false
	}
	a, b := strings.ToLower(typed), strings.ToLower(name)
	if strings.Contains(a, "@") && strings.Contains(b, "@") {
		return nearEmail(a, b)
	}
	edits := levenshtein.ComputeDistance(a, b)
	pa, pb := plain(a), plain(b)
	const least = 3 // letters that a common beginning needs to mean anything
	switch {
	case edits == 0:
		return near{}, true
	case pa == "" || pb == "":
		return near{}, false
	case pa == pb, len(pa) >= least && strings.HasPrefix(pb, pa), len(pb) >= least && strings.HasPrefix(pa, pb):
		return near{class: 1, edits: edits}, true
	case len(pa) > least && strings.Contains(pb, pa):
		return near{class: 1, edits: edits}, true
	case edits <= allowedEdits(a) && edits < len([]rune(a)):
		return near{class: 2, edits: edits}, true
	}
	return near{}, false
}

// localWeight is how much more a letter in front of the @ tells than one behind it.
const localWeight = 3

// nearEmail compares e-mail addresses in lower case: the same person at another
// domain, or typing errors in either part.
func nearEmail(a, b string) (near, bool) {
	if a == b {
		return near{}, true
	}
	localA, domainA, _ := strings.Cut(a, "@")
	localB, domainB, _ := strings.Cut(b, "@")
	local, domain := levenshtein.ComputeDistance(localA, localB), levenshtein.ComputeDistance(domainA, domainB)
	const elsewhere = 6 // as far as two letters in front of the @
	switch {
	case local == 0 && len(localA) > 0:
		return near{class: 2, edits: min(domain, elsewhere)}, true
	case local <= allowedEdits(localA) && local < len([]rune(localA)) && domain <= allowedEdits(domainA):
		return near{class: 2, edits: localWeight*local + domain}, true
	}
	return near{}, false
}

// allowedEdits is how many letters may differ: two exchanged letters are two edits
// and happen in the shortest names, more needs a longer one.
func allowedEdits(s string) int { return min(4, max(2, len([]rune(s))/5)) }

// plain drops what is no letter or digit.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// userWords names a user so that nobody else can be meant.
func userWords(u User) string {
	if u.Name == "" || u.Email == "" {
		return first(u.Email, u.ID)
	}
	return fmt.Sprintf("%s (%s)", u.Email, u.Name)
}

// appWords names an app by its slug, with its name and workspace, since two apps
// can share a name.
func appWords(a App) string {
	return fmt.Sprintf("%s (%s)", first(a.Slug, a.ID), strings.Join(nonEmpty(a.Name, a.Workspace), ", "))
}

func nonEmpty(s ...string) []string {
	return slices.DeleteFunc(s, func(v string) bool { return v == "" })
}

// Suggestion is what may have been meant by a user or an app that the server does
// not know.
type Suggestion struct {
	Field Field
	Users []User
	Apps  []App
	// Known is what the lists say of that very name, as a sentence without its stop, or "".
	Known string
}

// Words is the suggestion as one sentence without its full stop, or "".
func (s Suggestion) Words() string {
	var names []string
	for _, u := range s.Users {
		names = append(names, userWords(u))
	}
	for _, a := range s.Apps {
		names = append(names, appWords(a))
	}
	if len(names) == 0 {
		return ""
	}
	return "Closest: " + strings.Join(names, "; ")
}

// suggestTimeout bounds the look-ups after a refusal, which is told in any case.
const suggestTimeout = 10 * time.Second

// suggest adds to a refusal of ToolJet, for a user or app that it does not know,
// what may have been meant by the lists that were read last; only where there are
// none is the server asked. Without lists the refusal stays as it is.
func (i *Issuer) suggest(ctx context.Context, r Request, cause error) error {
	at, ok := errors.AsType[*StageError](cause)
	if !ok || ctx.Err() != nil {
		return cause
	}
	field := unknownField(cause)
	ctx, cancel := context.WithTimeout(unwatched(ctx), suggestTimeout)
	defer cancel()
	switch field {
	case FieldUser:
		users, err := i.namedUsers(ctx)
		if err != nil {
			return cause
		}
		at.Suggestion = Suggestion{Field: field}
		for _, u := range ClosestUsers(users, r.User) {
			if u.Email == r.User || u.ID == r.User { // refused for another reason
				at.Suggestion.Known = knownUser(u, r.User)
			} else {
				at.Suggestion.Users = append(at.Suggestion.Users, u)
			}
		}
	case FieldApp:
		apps, err := i.namedApps(ctx)
		if err != nil {
			return cause
		}
		at.Suggestion = Suggestion{Field: field}
		for _, a := range ClosestApps(apps, r.App) {
			if a.Slug == r.App || a.ID == r.App {
				at.Suggestion.Known = fmt.Sprintf("The lists that were read last have %s; it may have been removed or renamed since", appWords(a))
			} else {
				at.Suggestion.Apps = append(at.Suggestion.Apps, a)
			}
		}
	default: // refused for another reason
	}
	return cause
}

// knownUser is what the lists say of a user whom the server does not find.
func knownUser(u User, asked string) string {
	if u.Status != "" && u.Status != "active" {
		return fmt.Sprintf("The lists that were read last have %s, %s, which may be why", asked, u.Status)
	}
	return fmt.Sprintf("The lists that were read last have %s, active; they may have been removed since", asked)
}

func (i *Issuer) namedUsers(ctx context.Context) ([]User, error) {
	if last, err := i.LastLists(ctx); err == nil && !last.UsersAt.IsZero() {
		return last.Users, nil
	}
	return i.Users(ctx, false)
}

func (i *Issuer) namedApps(ctx context.Context) ([]App, error) {
	if last, err := i.LastLists(ctx); err == nil && !last.AppsAt.IsZero() {
		return last.Apps, nil
	}
	return i.Apps(ctx, false)
}

// unknownField is the part of a request that the server does not know, or "": 400
// "Invalid appId or appSlug", 404 "User not found" (contract 5).
func unknownField(cause error) Field {
	e, ok := errors.AsType[*client.Error](cause)
	if !ok || e.Failure != client.FailStatus || e.Body != client.BodyJSON {
		return ""
	}
	says := strings.ToLower(strings.Join(e.Messages, " "))
	switch {
	case e.Status == 400 && strings.Contains(says, "appid or appslug"):
		return FieldApp
	case e.Status == 404 && strings.Contains(says, "user"):
		return FieldUser
	case e.Status == 404 && strings.Contains(says, "app") && !strings.HasPrefix(says, "cannot "):
		return FieldApp
	}
	return ""
}

// withSuggestion puts what may have been meant into an explanation.
func withSuggestion(x Explanation, at *StageError) Explanation {
	field := at.Suggestion.Field
	words := at.Suggestion.Words()
	switch {
	case at.Suggestion.Known != "":
		x.Cause = at.Suggestion.Known
		return x.with("", "", "Read the lists anew, and see what that person or app is there")
	case words == "":
		return x
	}
	said := map[Field]string{FieldUser: "No such user here", FieldApp: "No such app here"}[field]
	x.Title, x.Cause, x.Details = said, words, nil
	x = x.with("", "", "Use that one, or check spelling and workspace")
	fields := map[Field]string{}
	for f, reason := range x.Fields {
		fields[f] = reason
	}
	fields[field] = strings.ToLower(said[:1]) + said[1:] + ". " + words
	x.Fields = fields
	return x
}
