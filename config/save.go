package config

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"patdesk/secret"
)

// ErrChanged means that somebody else wrote the file after it was read: saving
// would throw their change away.
var ErrChanged = errors.New("the configuration was changed by another program since it was read")

// Save writes the configuration so that a reader and a crash see either the old
// file or the new one, both whole: temporary file of mode 0600 in the same
// directory, sync, rename, sync of the directory. A missing directory is made
// with mode 0700. A symbolic link stays, what it points to is replaced. Comments
// above the keys stay too.
//
// It refuses what Load would refuse, with an *Error, and with ErrChanged a file
// that is not as it was read.
func (c *Config) Save() error {
	if c.Path == "" {
		return errors.New("save configuration: it has no path")
	}
	for name, p := range c.Profiles {
		p.Name = name
	}
	c.fillDefaults()
	if err := c.Validate(); err != nil {
		return err
	}
	b := c.encode()
	// What was written has to be readable: a fault here must not cost the old file.
	again, err := parse(c.Path, b)
	if err != nil {
		return fmt.Errorf("save configuration: %w", err)
	}
	if err := replace(c.Path, !c.new, c.read, b); err != nil {
		return fmt.Errorf("save configuration: %w", err)
	}
	c.at, c.comments, c.read, c.new = again.at, again.comments, again.read, false
	return nil
}

// replace writes the file, or what a link of its name points to, unless it is not
// as it was read.
func replace(path string, existed bool, read [sha256.Size]byte, b []byte) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	now, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		// Deleted or never there: nothing of anybody else's can be lost.
	case err != nil:
		return err
	case !existed || sha256.Sum256(now) != read:
		return ErrChanged
	}
	return secret.WritePrivate(path, b)
}

// ReadText returns the file as it is, even if it cannot be used; nil if there is
// none. Errors are of type *Error.
func ReadText(path string) ([]byte, error) {
	b, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}

// Parse reads the text of a file that is to be at path. Errors are of type *Error.
func Parse(path string, text []byte) (*Config, error) { return parse(path, text) }

// Replace puts a text that can be used in place of the file that ReadText
// returned, as Save does. Errors: *Error, ErrChanged, what the system says.
func Replace(path string, was, now []byte) error {
	if _, err := parse(path, now); err != nil {
		return err
	}
	return replace(path, was != nil, sha256.Sum256(was), now)
}

// encode returns the file. A setting is written if it is not the default or
// stood in the file before.
func (c *Config) encode() []byte {
	w := writer{c: c}
	if c.new {
		w.b.WriteString("# patdesk configuration. No secret belongs into this file.\n\n")
	}
	rows(&w, globals, "", c, Default(""))
	if c.Colours != (Colours{}) || len(c.comments["[colours]"]) > 0 {
		w.table("colours")
		rows(&w, ofColours, "colours", &c.Colours, &Colours{})
	}
	if len(c.Keys) > 0 {
		w.table("keys")
		for _, action := range sortedKeys(c.Keys) {
			w.set("keys", action, c.Keys[action], false)
		}
	}
	if len(c.Snippets) > 0 {
		w.table("snippets")
		for _, name := range sortedKeys(c.Snippets) {
			w.set("snippets", name, c.Snippets[name], false)
		}
	}
	for _, name := range c.Names() {
		table := "profiles." + name
		w.table(table)
		rows(&w, ofProfile, table, c.Profiles[name], defaults())
	}
	for _, line := range c.comments[""] {
		w.b.WriteString(line + "\n")
	}
	return []byte(w.b.String())
}

// rows writes the settings of a table that differ from those of none, or stood in
// the file before.
func rows[T any](w *writer, settings []setting[T], table string, of, none *T) {
	for _, s := range settings {
		value := s.value(of)
		w.set(table, s.name, value, !s.always && value == s.value(none))
	}
}

// writer writes TOML as a person would.
type writer struct {
	c *Config
	b strings.Builder
}

func (w *writer) comment(key string) {
	for _, line := range w.c.comments[key] {
		w.b.WriteString(line + "\n")
	}
}

func (w *writer) table(name string) {
	if w.b.Len() > 0 && !strings.HasSuffix(w.b.String(), "\n\n") {
		w.b.WriteString("\n")
	}
	w.comment("[" + name + "]")
	parts := strings.Split(name, ".")
	for i := range parts {
		parts[i] = bareOrQuoted(parts[i])
	}
	w.b.WriteString("[" + strings.Join(parts, ".") + "]\n")
}

func (w *writer) set(table, name string, value any, isDefault bool) {
	key := join(table, name)
	if _, stood := w.c.at[key]; isDefault && !stood {
		return
	}
	var text string
	switch v := value.(type) {
	case string:
		if v == "" && isDefault {
			return
		}
		text = quote(v)
	case bool:
		text = fmt.Sprint(v)
	case Duration:
		text = quote(v.String())
	case []string:
		items := slices.Clone(v)
		for i := range items {
			items[i] = quote(items[i])
		}
		text = "[" + strings.Join(items, ", ") + "]"
		if len(v) == 1 {
			text = items[0]
		}
	}
	w.comment("[" + key + "]") // it was a table of its own
	w.comment(key)
	w.b.WriteString(bareOrQuoted(name) + " = " + text + "\n")
}

// bareOrQuoted returns a key as TOML writes it.
func bareOrQuoted(key string) string {
	if isProfileName(key) {
		return key
	}
	return basic(key)
}

// quote returns a TOML string: the three-quote form for templates of several
// lines, which reads as it was written, and the basic form for all else.
func quote(s string) string {
	plain := !strings.Contains(s, "'''") && !strings.HasSuffix(s, "'") && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '\n' && r != '\t' && (r < 0x20 || r == 0x7f)
	})
	if plain && strings.Contains(s, "\n") {
		return "'''\n" + s + "'''"
	}
	return basic(s)
}

// basic returns a TOML string on one line.
func basic(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// Clone returns a copy that can be changed and saved without touching c, so that
// a failed save leaves what is in use as it is.
func (c *Config) Clone() *Config {
	out := *c
	out.Keys = maps.Clone(c.Keys)
	out.Snippets = maps.Clone(c.Snippets)
	out.Profiles = make(map[string]*Profile, len(c.Profiles))
	for name, p := range c.Profiles {
		one := *p
		out.Profiles[name] = &one
	}
	return &out
}
