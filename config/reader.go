package config

import "strings"

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
				suggest = didYouMean(name, sortedKeys(fields))
			}
			r.fail(r.keys, join(prefix, printable(name)), key, "there is no such setting", suggest)
			continue
		}
		set(key, m[name])
	}
}

func (r *reader) root(tree map[string]any) {
	c := r.c
	r.table("", tree, map[string]setter{
		"profile":         r.text(&c.Profile),
		"theme":           r.text(&c.Theme),
		"clipboard":       r.text(&c.Clipboard),
		"clipboard_clear": r.span(&c.ClipboardClear),
		"notify":          r.flag(&c.Notify),
		"keep_tokens":     r.text(&c.KeepTokens),
		"history_keep":    r.span(&c.HistoryKeep),
		"keys":            r.bindings,
		"snippets":        r.templates,
		"profiles":        r.profiles,
	}, func(name string) string {
		if holdsSecret(name) {
			return noSecretHere
		}
		if _, ok := r.profileFields(&Profile{})[name]; ok {
			return "it belongs into a profile, below a line [profiles.NAME]"
		}
		return ""
	})
}

func (r *reader) profiles(key string, v any) {
	m, ok := v.(map[string]any)
	if !ok {
		r.wrong(key, "a table: start each profile with a line [profiles.NAME]")
		return
	}
	for _, name := range sortedKeys(m) {
		key := join(key, name)
		if !profileName.MatchString(name) {
			r.fail(r.keys, join("profiles", printable(name)), key, "this cannot be the name of a profile", "use up to 40 letters, digits, - and _")
			continue
		}
		fields, ok := m[name].(map[string]any)
		if !ok {
			r.wrong(key, "a table: start the profile with a line [profiles."+name+"]")
			continue
		}
		p := &Profile{Name: name}
		r.c.Profiles[name] = p
		r.table(key, fields, r.profileFields(p), func(field string) string {
			if holdsSecret(field) {
				return noSecretHere
			}
			if contains(globalKeys, field) {
				return "it holds for all profiles and belongs above the first [table]"
			}
			return ""
		})
	}
}

func (r *reader) profileFields(p *Profile) map[string]setter {
	return map[string]setter{
		"url":                 r.text(&p.URL),
		"key":                 r.text(&p.Key),
		"key_command":         r.text(&p.KeyCommand),
		"key_file":            r.text(&p.KeyFile),
		"production":          r.flag(&p.Production),
		"read_only":           r.flag(&p.ReadOnly),
		"max_life":            r.span(&p.MaxLife),
		"default_life":        r.span(&p.DefaultLife),
		"default_idle":        r.span(&p.DefaultIdle),
		"pat_expiry_unit":     r.text(&p.Unit),
		"unit_proven_at":      r.text(&p.UnitProvenAt),
		"unit_proven_version": r.text(&p.UnitProvenVersion),
		"allow_http":          r.flag(&p.AllowHTTP),
		"ca_file":             r.text(&p.CAFile),
		"quiet_hours":         r.text(&p.QuietHours),
	}
}

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
	for _, action := range sortedKeys(m) {
		key := join(key, action)
		switch v := m[action].(type) {
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
				r.fail(r.c.at, join(key, "kind"), join(key, "kind"), `must be "html" or "text"`, didYouMean(kind, []string{"html", "text"}))
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
