// Package snippet makes what a person pastes into a portal: the embed address
// as an iframe, lines for a .env file, front ends that fetch the address from the
// portal's own backend, and backends that issue the token themselves.
//
// Each value is escaped for the place where it stands. What holds a live token is
// a secret.Text and carries a line that says so. Samples for a backend read the
// admin key from the environment and never hold it, nor a live token.
package snippet

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"patdesk/secret"
)

// longLife is the life from which a static snippet gets a warning.
const longLife = 24 * time.Hour

// Data is what a snippet may show.
type Data struct {
	URL, Token  secret.Text
	BaseURL     string // address of the ToolJet server, as the profile has it
	Judged      bool   // what is wrong with the URL was found, and is told, elsewhere
	AppID       string // UUID of the app
	AppName     string
	AppSlug     string
	User        string        // e-mail address or id
	Ends        time.Time     // end of the token by the server's clock; zero if not known
	Life        time.Duration // whole life of the token
	IdleMinutes int64
	SentExpiry  int64                  // number that was sent as patExpiry
	Unit        string                 // unit in which the server reads it
	JSON        func() ([]byte, error) // the token object, for kind json; nil gives a smaller one

	Frame Frame // how the frame looks; its zero value is 600 pixels high

	// Notes are sentences for the person who pastes what holds a live token.
	Notes []string

	masked bool // made by Masked, for a screen
}

// Snippet is a finished snippet.
type Snippet struct {
	Text     secret.Text
	Kind     Kind
	Warnings []string // sentences to show beside it
}

// ErrNoKind means that there is no kind of this name.
var ErrNoKind = errors.New("no such kind of snippet")

// Set is the built-in kinds together with a person's own.
type Set struct{ own []*template }

// Kinds returns the built-in kinds, then the person's own by name.
func (s *Set) Kinds() []Kind {
	own := func(name string) bool {
		return slices.ContainsFunc(s.own, func(t *template) bool { return t.kind.Name == name })
	}
	kinds := slices.DeleteFunc(Kinds(), func(k Kind) bool { return own(k.Name) })
	for _, t := range s.own {
		kinds = append(kinds, t.kind)
	}
	return kinds
}

// KindsFor are the kinds to offer for a token: all but one for what needs no
// correction.
func (s *Set) KindsFor(corrects bool) []Kind {
	return slices.DeleteFunc(s.Kinds(), func(k Kind) bool { return k.Name == Corrected && !corrects })
}

// Render makes the snippet. It refuses with an error an embed address that is
// not https (or http on this computer) or that is no address at all; what is
// only unusual is a warning.
func (s *Set) Render(kind string, d Data) (Snippet, error) {
	for _, t := range s.own {
		if t.kind.Name == kind {
			seen := ""
			if t.kind.Secret {
				seen = pageSource
			}
			return finish(t.kind, seen, d, t.render)
		}
	}
	for _, b := range builtin() {
		if b.Name == kind {
			return finish(b.Kind, b.seen, d, b.render)
		}
	}
	return Snippet{}, fmt.Errorf("render snippet %q: %w", kind, ErrNoKind)
}

// finish checks the address, renders, and gathers the warnings.
func finish(k Kind, seen string, d Data, render func(Data) (string, error)) (Snippet, error) {
	out := Snippet{Kind: k}
	if k.Name == Corrected {
		d.URL = d.corrected()
	}
	if k.Secret && k.Name != "token" && (k.Name != "json" || !d.URL.IsZero()) {
		warnings, err := checkURL(d.URL, d.BaseURL, d.Judged)
		if err != nil && k.Name == "json" { // data for a program, which opens nothing
			warnings, err = []string{err.Error()}, nil
		}
		if err != nil {
			return Snippet{}, fmt.Errorf("render snippet %q: %w", k.Name, err)
		}
		out.Warnings = warnings
	}
	if k.Secret {
		out.Warnings = append(out.Warnings, d.Notes...)
	}
	text, err := render(d)
	if err != nil {
		return Snippet{}, fmt.Errorf("render snippet %q: %w", k.Name, err)
	}
	if seen != "" && d.Life > longLife {
		until := "it ends"
		if !d.Ends.IsZero() {
			until = d.Ends.UTC().Format(time.RFC3339)
		}
		out.Warnings = append(out.Warnings, seen+" can use this token until "+until)
	}
	out.Text = secret.New(text)
	return out, nil
}

// notice is the line that marks what holds a live token.
func (d Data) notice() string {
	if d.Ends.IsZero() {
		return "holds a live token: do not commit"
	}
	return "holds a live token until " + d.Ends.UTC().Format(time.RFC3339) + ": do not commit"
}

// title names the app for people, in the frame's title.
func (d Data) title() string {
	if t := oneLine(d.AppName); t != "" {
		return t
	}
	if t := oneLine(d.AppSlug); t != "" {
		return t
	}
	return "ToolJet app"
}
