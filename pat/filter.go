package pat

import (
	"fmt"
	"strings"

	"patdesk/secret"
	"patdesk/span"
)

// ParseFilter reads the filter language of both faces: words separated by
// spaces, each a fuzzy text or a field condition, each negated by a leading "!":
//
//	user:ana  app:orders  state:soon  left:<1h  role:builder  by:kim  !demo
//
// A value with spaces is quoted: user:"ana maria". A word that cannot be read
// as its field is an error that names it; unknown fields are searched as text,
// because addresses such as "http://x" hold a colon too.
func ParseFilter(s string) (Filter, error) {
	var f Filter
	if what := secret.Within(s); what != "" {
		return f, fmt.Errorf("%s stands in it: tokens are kept sealed and are not searched; name the user or the app", what)
	}
	for _, w := range words(s) {
		not := strings.HasPrefix(w, "!") && len(w) > 1
		if not {
			w = w[1:]
		}
		name, value, isField := cutField(w)
		value = strings.Trim(value, `"`)
		if isField && value == "" && fields[name] {
			continue // being typed
		}
		if err := addTerm(&f, name, value, strings.Trim(w, `"`), isField, not); err != nil {
			return Filter{}, err
		}
	}
	return f, nil
}

// ParseFilterWords is ParseFilter for words that a shell has taken apart: a space
// inside one belongs to it.
func ParseFilterWords(args []string) (Filter, error) { return ParseFilter(fromShell(args)) }

// fromShell are words that a shell has taken apart in the notation of the filter.
func fromShell(args []string) string {
	list := make([]string, len(args))
	for i, arg := range args {
		list[i] = arg
		if strings.ContainsAny(arg, " \t") && !strings.Contains(arg, `"`) {
			name, value, isField := cutField(arg)
			list[i] = `"` + arg + `"`
			if isField && fields[strings.TrimPrefix(name, "!")] {
				list[i] = name + `:"` + value + `"`
			} else if rest, not := strings.CutPrefix(arg, "!"); not {
				list[i] = `!"` + rest + `"`
			}
		}
	}
	return strings.Join(list, " ")
}

// cutField takes a word apart at its colon. The name of a field is one in any case, as
// a keyboard that begins a line with a capital writes it.
func cutField(w string) (name, value string, isField bool) {
	name, value, isField = strings.Cut(w, ":")
	return strings.ToLower(name), value, isField
}

// FilterField is a field of the filter language.
type FilterField struct {
	Name    string // as it is written before the colon
	Meaning string // in a few words
	Example string
}

// FilterFields are the fields of the filter language, in the order of its help.
func FilterFields() []FilterField {
	return []FilterField{
		{"user", "part of the address or name of the user", "user:ana"},
		{"app", "part of the name or slug of the app, or its id", "app:orders"},
		{"state", "the state, or the beginning of its word", "state:soon"},
		{"left", "less time left than this, or more with >", "left:<1h"},
		{"role", "the user's role when it was issued", "role:builder"},
		{"by", "who issued it", "by:kim"},
	}
}

var fields = fieldNames()

func fieldNames() map[string]bool {
	names := map[string]bool{}
	for _, f := range FilterFields() {
		names[f.Name] = true
	}
	return names
}

func addTerm(f *Filter, name, value, whole string, isField, not bool) error {
	if !isField || !fields[name] {
		f.Word = append(f.Word, Term{Text: whole, Not: not})
		return nil
	}
	t := Term{Text: value, Not: not}
	switch name {
	case "user":
		f.User = append(f.User, t)
	case "app":
		f.App = append(f.App, t)
	case "role":
		f.Role = append(f.Role, t)
	case "by":
		f.By = append(f.By, t)
	case "state":
		st, err := ParseState(value)
		if err != nil {
			return err
		}
		f.State = append(f.State, StateTerm{State: st, Not: not})
	case "left":
		return parseLeft(f, value, not)
	}
	return nil
}

// ParseState reads a state by its word in any case, as in JSON or as shown, or by
// the start of one.
func ParseState(s string) (State, error) {
	word := strings.ToLower(strings.TrimSuffix(s, "?"))
	for _, st := range []State{OK, Soon, Urgent, Ended, Expired, Older, Unsure, Drift, Failed} {
		if word != "" && strings.HasPrefix(string(st), word) {
			return st, nil
		}
	}
	return "", fmt.Errorf("state:%s is no state; use ok, soon, urgent, ended, expired, older, unsure, drift or failed", s)
}

// parseLeft reads "<1h" or ">7d"; without a sign it means less than.
func parseLeft(f *Filter, value string, not bool) error {
	over := strings.HasPrefix(value, ">")
	text := strings.TrimLeft(value, "<>=")
	d, ok := span.Parse(text)
	if !ok {
		return fmt.Errorf("left:%s: %q: use 90m, 2h30m or 7d", value, text)
	}
	if over != not {
		f.LeftOver = d
	} else {
		f.LeftUnder = d
	}
	return nil
}

// words splits at spaces outside double quotes.
func words(s string) []string {
	var out []string
	var b strings.Builder
	quoted := false
	for _, r := range s {
		if r == '"' {
			quoted = !quoted
		}
		if (r == ' ' || r == '\t') && !quoted {
			if b.Len() > 0 {
				out = append(out, b.String())
			}
			b.Reset()
			continue
		}
		b.WriteRune(r)
	}
	if b.Len() > 0 {
		out = append(out, b.String())
	}
	return out
}
