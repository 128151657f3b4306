package config

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"patdesk/address"
)

// Entry is a setting by its path, as "theme", "profiles.acme.max_life",
// "keys.issue" or "snippets.portal".
type Entry struct {
	Key   string
	Value any    // string, bool, Duration, or []string for keys
	From  Origin // FromFile with its line, or FromDefault
	Doc   string // what it does, one sentence; "" in tables whose names people choose
	May   string // what may be written
}

// Text returns the value as it is written on a command line: keys parted by
// spaces, nothing else quoted.
func (e Entry) Text() string {
	switch v := e.Value.(type) {
	case bool:
		return strconv.FormatBool(v)
	case Duration:
		return v.String()
	case []string:
		return strings.Join(v, " ")
	case string:
		return strings.TrimPrefix(v, markOf(v))
	default:
		return ""
	}
}

// Entries returns all settings with their values, in the order in which they are
// written.
func (c *Config) Entries() []Entry {
	list := entries(c, globals, "", c, Default(""))
	list = append(list, entries(c, ofColours, "colours", &c.Colours, &Colours{})...)
	for _, action := range sortedKeys(c.Keys) {
		list = append(list, c.keyEntry(action))
	}
	for _, name := range sortedKeys(c.Snippets) {
		list = append(list, c.snippetEntry(name))
	}
	for _, name := range c.Names() {
		list = append(list, entries(c, ofProfile, "profiles."+name, c.Profiles[name], defaults())...)
	}
	return list
}

func entries[T any](c *Config, rows []setting[T], table string, of, none *T) []Entry {
	list := make([]Entry, 0, len(rows))
	for _, s := range rows {
		list = append(list, entry(c, s, table, of, none))
	}
	return list
}

func entry[T any](c *Config, s setting[T], table string, of, none *T) Entry {
	key, value := join(table, s.name), s.value(of)
	return Entry{Key: key, Value: value, From: c.origin(key, value != s.value(none)), Doc: s.doc, May: s.kind()}
}

func (c *Config) keyEntry(action string) Entry {
	return Entry{Key: "keys." + action, Value: c.Keys[action], From: c.origin("keys."+action, true), May: "keys, parted by spaces"}
}

func (c *Config) snippetEntry(name string) Entry {
	return Entry{Key: "snippets." + name, Value: c.Snippets[name], From: c.origin("snippets."+name, true), May: "a template"}
}

// origin is the file for a key that stands there or was set since.
func (c *Config) origin(key string, set bool) Origin {
	if at, ok := c.at[key]; ok {
		return Origin{Kind: FromFile, Line: at.line}
	}
	if set {
		return Origin{Kind: FromFile}
	}
	return Origin{Kind: FromDefault}
}

// Entry returns the setting of a path. Errors are of type *Error, without the
// file, and say which path may be meant.
func (c *Config) Entry(key string) (Entry, error) {
	table, name, _ := strings.Cut(key, ".")
	switch {
	case table == "profiles" && name != "":
		p, field, err := c.profileOf(key)
		if err != nil {
			return Entry{}, err
		}
		return entry(c, *field, "profiles."+p.Name, p, defaults()), nil
	case table == "colours" && name != "":
		s := row(ofColours, name)
		if s == nil {
			return Entry{}, noColour(name)
		}
		return entry(c, *s, table, &c.Colours, &Colours{}), nil
	case table == "keys" && name != "":
		name = ActionName(name)
		if _, ok := c.Keys[name]; !ok {
			return Entry{}, unset(key, sortedKeys(c.Keys))
		}
		return c.keyEntry(name), nil
	case table == "snippets" && name != "":
		if _, ok := c.Snippets[name]; !ok {
			return Entry{}, unset(key, sortedKeys(c.Snippets))
		}
		return c.snippetEntry(name), nil
	}
	s := row(globals, key)
	if s == nil {
		return Entry{}, c.noSetting(key)
	}
	return entry(c, *s, "", c, Default("")), nil
}

// unset is the error of a name that people choose and that does not stand in the
// file.
func unset(key string, known []string) *Error {
	table, name, _ := strings.Cut(key, ".")
	return &Error{Key: table + "." + printable(name), Msg: "is not set", Suggest: nearOrAll(name, known)}
}

// noSetting is the error of a path that leads to no setting.
func (c *Config) noSetting(key string) *Error {
	e := &Error{Key: printable(key), Msg: "there is no such setting"}
	if key == "" {
		e.Key = `""`
	}
	switch name := key[strings.LastIndex(key, ".")+1:]; {
	case holdsSecret(name):
		e.Suggest = noSecretHere
	case contains(tables, key):
		e.Msg = "is a table: name a setting in it"
		e.Suggest = map[string]string{"colours": "as colours.accent", "keys": "as keys.issue", "snippets": "as snippets.portal", "profiles": "as profiles.acme.max_life"}[key]
	case row(ofProfile, key) != nil:
		e.Suggest = "it belongs to a profile: profiles.NAME." + key
	default:
		e.Suggest = DidYouMean(key, slices.Concat(names(globals), tables))
	}
	return e
}

// profileOf is the profile and the row of a path as profiles.NAME.SETTING.
func (c *Config) profileOf(key string) (*Profile, *setting[Profile], error) {
	part := strings.SplitN(key, ".", 3)
	p, ok := c.Profiles[part[1]]
	if !ok {
		return nil, nil, &Error{Key: "profiles." + printable(part[1]), Msg: noProfile, Suggest: nearOrAll(part[1], c.Names())}
	}
	table := "profiles." + p.Name
	if len(part) < 3 {
		return nil, nil, &Error{Key: table, Msg: "is a table: name a setting in it", Suggest: "as " + table + ".max_life"}
	}
	if s := row(ofProfile, part[2]); s != nil {
		return p, s, nil
	}
	e := &Error{Key: join(table, printable(part[2])), Msg: "there is no such setting", Suggest: DidYouMean(part[2], names(ofProfile))}
	switch {
	case holdsSecret(part[2]):
		e.Suggest = noSecretHere
	case row(globals, part[2]) != nil:
		e.Suggest = "it holds for all profiles: " + part[2]
	}
	return nil, nil, e
}

// Set changes the setting of a path to what a person typed, as Entry.Text writes
// it, and checks the whole configuration; saving it is left to Save. A profile
// that changes its server forgets what was proven there. Errors are of type
// *Error, without the file; c is then not to be used any more.
func (c *Config) Set(key, text string) error {
	table, name, _ := strings.Cut(key, ".")
	switch {
	case table == "colours" && name != "":
		s := row(ofColours, name)
		if s == nil {
			return noColour(name)
		}
		if err := assign(s.field(&c.Colours), key, text); err != nil {
			return err
		}
	case table == "keys" && name != "":
		if c.Keys[ActionName(name)] = strings.Fields(text); strings.TrimSpace(text) == "" {
			return &Error{Key: key, Msg: "has no key", Suggest: `write it as "n" or "ctrl+n"`}
		}
	case table == "snippets" && name != "":
		c.Snippets[name] = markOf(c.Snippets[name]) + text
		if strings.TrimSpace(text) == "" {
			c.Snippets[name] = "" // so that the check refuses it
		}
	case table == "profiles" && name != "":
		p, s, err := c.profileOf(key)
		if err == nil {
			err = c.setField(p, s, key, text)
		}
		if err != nil {
			return err
		}
	default:
		s := row(globals, key)
		if s == nil {
			return c.noSetting(key)
		}
		if err := assign(s.field(c), key, text); err != nil {
			return err
		}
	}
	c.fillDefaults()
	if e, ok := errors.AsType[*Error](c.Validate()); ok && e != nil {
		e.Path, e.Line, e.Column = "", 0, 0
		return e
	}
	return nil
}

// markOf is the mark of the kind that a template starts with, "" = none.
func markOf(template string) string {
	for _, mark := range []string{htmlMark, textMark} {
		if strings.HasPrefix(template, mark) {
			return mark
		}
	}
	return ""
}

// setField changes a setting of a profile.
func (c *Config) setField(p *Profile, s *setting[Profile], key, text string) error {
	was := p.URL
	if err := assign(s.field(p), key, text); err != nil {
		return err
	}
	// What the file leaves out follows from the rest, as it does when it is read.
	stands := func(field string) bool { return s.name == field || c.at["profiles."+p.Name+"."+field] != (position{}) }
	if !stands("default_life") {
		p.DefaultLife.Duration = 0
	}
	if !stands("key") {
		p.Key = ""
	}
	if before, err := address.Parse(was); s.name == "url" && err == nil {
		if now, err := address.Parse(p.URL); err != nil || now != before {
			p.UnitProvenAt, p.UnitProvenVersion, p.AllowHTTP = "", "", false
		}
	}
	return nil
}

// assign reads a text into a field.
func assign(to any, key, text string) error {
	switch to := to.(type) {
	case *string:
		*to = text
	case *bool:
		v := strings.ToLower(text)
		if v != "true" && v != "false" {
			return &Error{Key: key, Msg: "must be true or false"}
		}
		*to = v == "true"
	case *Duration:
		if err := to.UnmarshalText([]byte(text)); err != nil {
			return &Error{Key: key, Msg: "this is not a duration", Suggest: err.Error()}
		}
	}
	return nil
}
