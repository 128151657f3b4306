package config

import (
	"fmt"
	"strings"
)

// Error is a fault of the configuration that a person can mend. It names the
// place, and never repeats a value, which may be a key in the wrong place.
type Error struct {
	Path    string // the file, "" if the fault is not in it
	Line    int    // from 1; 0 = not known
	Column  int    // from 1, in bytes; 0 = not known
	Key     string // dotted key, as profiles.acme.url
	Msg     string // what is wrong, one clause
	Suggest string // what to do or what was probably meant, a clause that follows a semicolon
	Err     error  // cause, or nil
}

// Error implements error: path:line:column: key: what is wrong; what to do.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Path != "" {
		b.WriteString(e.Path)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
		}
		b.WriteString(": ")
	}
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	b.WriteString(e.Msg)
	if e.Suggest != "" {
		b.WriteString("; " + e.Suggest)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// position is a place in the file, from 1.
type position struct{ line, column int }

// positions maps dotted keys to the place of their value.
type positions map[string]position

// Problem returns an error that points at the place of a dotted key, for checks
// that others have to make, as "snippets.portal" or "keys.issue".
func (c *Config) Problem(key, msg, suggest string) *Error {
	e := &Error{Path: c.Path, Key: key, Msg: msg, Suggest: suggest}
	if at, ok := c.at[key]; ok {
		e.Line, e.Column = at.line, at.column
	}
	return e
}
