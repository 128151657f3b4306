package config

import (
	"slices"
	"strings"
)

// reader turns the tree of the file into a Config and collects what is wrong.
type reader struct {
	c    *Config
	keys positions // where each key starts; c.at has where its value starts
	bad  []*Error
}

// setter takes the value of one key.
type setter func(key string, v any)

// table gives each key of a table to its setter. whose names the table in a
// message; other says where a key belongs that is known, but not here.
func (r *reader) table(prefix string, m map[string]any, fields map[string]setter, other func(string) string) {
	for _, name := range sortedKeys(m) {
		key := join(prefix, name)
		set, ok := fields[name]
		if !ok {
			suggest := other(name)
			if suggest == "" {
				suggest = DidYouMean(name, sortedKeys(fields))
			}
			r.fail(r.keys, join(prefix, printable(name)), key, "there is no such setting", suggest)
			continue
		}
		set(key, m[name])
	}
}

func (r *reader) root(tree map[string]any) {
	c := r.c
	fields := setters(r, globals, c)
	fields["colours"] = r.colours
	fields["keys"], fields["snippets"], fields["profiles"] = r.bindings, r.templates, r.profiles
	r.table("", tree, fields, func(name string) string {
		if holdsSecret(name) {
			return noSecretHere
		}
		if row(ofProfile, name) != nil {
			return inProfile
		}
		return ""
	})
}

func (r *reader) colours(key string, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		r.wrong(key, "a table: start it with a line [colours]")
		return
	}
	r.table(key, m, setters(r, ofColours, &r.c.Colours), func(string) string { return "" })
}

func (r *reader) profiles(key string, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		r.wrong(key, "a table: start each profile with a line [profiles.NAME]")
		return
	}
	for _, name := range sortedKeys(m) {
		key := join(key, name)
		if e := CheckProfileName(name); e != nil {
			r.fail(r.keys, e.Key, key, e.Msg, e.Suggest)
			continue
		}
		fields, ok := m[name].(map[string]any)
		if !ok {
			r.wrong(key, "a table: start the profile with a line [profiles."+name+"]")
			continue
		}
		p := &Profile{Name: name}
		r.c.Profiles[name] = p
		r.table(key, fields, setters(r, ofProfile, p), func(field string) string {
			if holdsSecret(field) {
				return noSecretHere
			}
			if contains(slices.Concat(names(globals), tables), field) {
				return inGlobals
			}
			return ""
		})
	}
}

// setters are the setters of all rows.
func setters[T any](r *reader, rows []setting[T], of *T) map[string]setter {
	out := make(map[string]setter, len(rows))
	for _, s := range rows {
		switch to := s.field(of).(type) {
		case *string:
			out[s.name] = r.text(to)
		case *bool:
			out[s.name] = r.flag(to)
		case *Duration:
			out[s.name] = r.span(to)
		}
	}
	return out
}

// Where a setting belongs that stands in the wrong table.
const (
	inProfile = "it belongs into a profile, below a line [profiles.NAME]"
	inGlobals = "it holds for all profiles and belongs above the first [table]"
)

func (r *reader) text(to *string) setter {
	return func(key string, v any) {
		s, ok := v.(string)
		if !ok {
			want := "text in quotes"
			if _, table := v.(map[string]any); table && key == "profile" {
				want += ": the name of the profile to use; profiles themselves start with [profiles.NAME]"
			}
			r.wrong(key, want)
			return
		}
		*to = s
	}
}

func (r *reader) flag(to *bool) setter {
	return func(key string, v any) {
		b, ok := v.(bool)
		if !ok {
			r.wrong(key, "true or false, without quotes")
			return
		}
		*to = b
	}
}

func (r *reader) span(to *Duration) setter {
	return func(key string, v any) {
		if n, ok := v.(int64); ok && n == 0 {
			to.Duration = 0
			return
		}
		s, ok := v.(string)
		if !ok {
			r.wrong(key, `a duration in quotes, as "45s", "90m", "2h30m" or "7d"`)
			return
		}
		if err := to.UnmarshalText([]byte(s)); err != nil {
			r.fail(r.c.at, key, key, "this is not a duration", err.Error())
		}
	}
}

func (r *reader) bindings(key string, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		r.wrong(key, "a table: start it with a line [keys]")
		return
	}
	for _, written := range sortedKeys(m) {
		action, key := ActionName(written), join(key, written)
		if action != written {
			if _, both := m[action]; both {
				r.fail(r.keys, key, key, "is another name of keys."+action+", which stands here too", "remove one of the two")
				continue
			}
			r.rename(key, "keys."+action)
		}
		switch v := m[written].(type) {
		case string:
			r.c.Keys[action] = []string{v}
		case []any:
			list := make([]string, 0, len(v))
			for _, item := range v {
				if s, ok := item.(string); ok {
					list = append(list, s)
				}
			}
			if len(list) != len(v) {
				r.wrong(key, `a key or a list of keys, as "n" or ["n", "ctrl+n"]`)
				continue
			}
			r.c.Keys[action] = list
		default:
			r.wrong(key, `a key or a list of keys, as "n" or ["n", "ctrl+n"]`)
		}
	}
}

// ActionName is the name of an action in [keys]: that of an earlier version of
// patdesk stands for the one of today.
func ActionName(written string) string {
	if written == "new" {
		return "issue"
	}
	return written
}

// rename lets a key have its place and its comments under another name.
func (r *reader) rename(from, to string) {
	if at, ok := r.c.at[from]; ok {
		r.c.at[to] = at
	}
	if lines, ok := r.c.comments[from]; ok {
		r.c.comments[to] = lines
	}
}

// htmlMark starts a template that is rendered as HTML; it is a comment of the
// template language, so it leaves no trace in the result.
const htmlMark, textMark = "{{/* html */}}", "{{/* text */}}"

func (r *reader) templates(key string, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		r.wrong(key, "a table: start it with a line [snippets]")
		return
	}
	for _, name := range sortedKeys(m) {
		key := join(key, name)
		switch v := m[name].(type) {
		case string:
			r.c.Snippets[name] = v
		case map[string]any:
			var body, kind string
			r.table(key, v, map[string]setter{"template": r.text(&body), "kind": r.text(&kind)},
				func(string) string { return "" })
			switch kind {
			case "html":
				body = htmlMark + body
			case "text", "":
				body = textMark + body
			default:
				r.fail(r.c.at, join(key, "kind"), join(key, "kind"), `must be "html" or "text"`, DidYouMean(kind, []string{"html", "text"}))
			}
			r.c.Snippets[name] = body
		default:
			r.wrong(key, `a template in quotes, or {template = "…", kind = "html"}`)
		}
	}
}

// wrong reports a value of the wrong type.
func (r *reader) wrong(key, want string) {
	r.fail(r.c.at, key, key, "must be "+want, "")
}

func (r *reader) fail(at positions, shown, key, msg, suggest string) {
	e := &Error{Path: r.c.Path, Key: shown, Msg: msg, Suggest: suggest}
	p := at[key]
	e.Line, e.Column = p.line, p.column
	r.bad = append(r.bad, e)
}

// noSecretHere answers those who look for a place for the key itself.
const noSecretHere = `secrets never stand in this file: say where the key is with key = "keyring", "command", "file", "env" or "session"`

// holdsSecret reports whether somebody meant to write the admin key itself.
func holdsSecret(name string) bool {
	n := strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))
	for _, s := range []string{"token", "apitoken", "accesstoken", "adminkey", "admintoken", "apikey", "secret", "password", "keyvalue", "externalapiaccesstoken", "tooljetapitoken"} {
		if n == s {
			return true
		}
	}
	return false
}
