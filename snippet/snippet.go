// Package snippet makes what a person pastes into a portal: the embed address
// as an iframe, a React component, lines for a .env file, and samples that let a
// backend issue the token itself.
//
// Each value is escaped for the place where it stands. What holds a live token is
// a secret.Text and carries a line that says so. Samples for a backend read the
// admin key from the environment and never hold it, nor a live token.
package snippet

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"patdesk/literal"
	"patdesk/secret"
)

// Kind is one form in which a token can be handed over.
type Kind struct {
	Name    string // as on the command line
	Title   string // as in a menu
	Note    string // one sentence for the person who picks it, or ""
	Secret  bool   // the result holds a live token
	Backend bool   // the result is a sample that issues tokens itself
}

// builtin are the kinds that patdesk brings along, in the order of the menu.
var builtin = []struct {
	Kind
	render func(Data) (string, error)
	seen   string // who can use the token of a static snippet, "" for others
}{
	{Kind{Name: "url", Title: "Embed URL", Note: "Works only inside an iframe: opened in a tab, ToolJet shows an error page.", Secret: true}, renderURL, ""},
	{Kind{Name: "iframe", Title: "HTML iframe", Note: "For a page that one person sees: the token stands in its source.", Secret: true}, renderIframe, pageSource},
	{Kind{Name: "token", Title: "Token alone", Secret: true}, renderToken, ""},
	{Kind{Name: "json", Title: "JSON", Note: "The token with all that is known about it.", Secret: true}, renderJSON, ""},
	{Kind{Name: "env", Title: ".env lines", Note: "For a file that is not committed.", Secret: true}, renderEnv, "anyone who can read this file"},
	{Kind{Name: "curl", Title: "curl request", Note: "Issues a new token; the admin key is read from TOOLJET_API_TOKEN.", Backend: true}, renderCurl, ""},
	{Kind{Name: "react", Title: "React component", Note: "For trying it out: the token stands in the code. Later, give it a URL from your backend.", Secret: true}, renderReact, pageSource},
	{Kind{Name: "express", Title: "Express backend", Note: "Issues a token for whoever is signed in, one per page view.", Backend: true}, renderExpress, ""},
}

// pageSource are those who can use a token that stands in a page.
const pageSource = "anyone who can view the page source"

// longLife is the life from which a static snippet gets a warning.
const longLife = 24 * time.Hour

// Kinds returns the kinds that patdesk brings along.
func Kinds() []Kind {
	kinds := make([]Kind, len(builtin))
	for i, b := range builtin {
		kinds[i] = b.Kind
	}
	return kinds
}

// Data is what a snippet may show.
type Data struct {
	URL, Token  secret.Text
	BaseURL     string // address of the ToolJet server, as the profile has it
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
	kinds := Kinds()
	for _, t := range s.own {
		kinds = append(kinds, t.kind)
	}
	return kinds
}

// Render makes the snippet. It refuses with an error an embed address that is
// not https (or http on this computer) or that is no address at all; what is
// only unusual is a warning.
func (s *Set) Render(kind string, d Data) (Snippet, error) {
	for _, b := range builtin {
		if b.Name == kind {
			return finish(b.Kind, b.seen, d, b.render)
		}
	}
	for _, t := range s.own {
		if t.kind.Name == kind {
			seen := ""
			if t.kind.Secret {
				seen = pageSource
			}
			return finish(t.kind, seen, d, t.render)
		}
	}
	return Snippet{}, fmt.Errorf("render snippet %q: %w", kind, ErrNoKind)
}

// finish checks the address, renders, and gathers the warnings.
func finish(k Kind, seen string, d Data, render func(Data) (string, error)) (Snippet, error) {
	out := Snippet{Kind: k}
	if k.Secret && k.Name != "token" && (k.Name != "json" || !d.URL.IsZero()) {
		warnings, err := CheckURL(d.URL, d.BaseURL)
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

// origin is scheme and host of the embed address, of the server if there is none.
func (d Data) origin() string {
	u, err := url.Parse(d.URL.Reveal(secret.ForChecking))
	if err != nil || u.Host == "" {
		if u, err = url.Parse(d.BaseURL); err != nil {
			return ""
		}
	}
	return u.Scheme + "://" + u.Host
}

// base is the address of the server, from the embed address if it is not known.
func (d Data) base() (string, error) {
	base := strings.TrimRight(d.BaseURL, "/")
	if base == "" {
		base = d.origin()
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || strings.ContainsFunc(base, unfit) {
		return "", errors.New("the address of the server is not known")
	}
	return base, nil
}

// FrameSource returns the header line that lets a portal show the frame.
func FrameSource(d Data) string {
	return "Content-Security-Policy: frame-src " + d.origin()
}

// request is the body of the call that issues a token: one key for the user, one
// for the app.
func (d Data) request() ([]byte, error) {
	type body struct {
		Email         string `json:"email,omitempty"`
		UserID        string `json:"userId,omitempty"`
		AppID         string `json:"appId,omitempty"`
		AppSlug       string `json:"appSlug,omitempty"`
		PatExpiry     int64  `json:"patExpiry,omitempty"`
		SessionExpiry int64  `json:"sessionExpiry,omitempty"`
	}
	b := body{AppID: d.AppID, PatExpiry: d.SentExpiry, SessionExpiry: d.IdleMinutes}
	if b.AppID == "" {
		b.AppSlug = d.AppSlug
	}
	if strings.Contains(d.User, "@") {
		b.Email = d.User
	} else {
		b.UserID = d.User
	}
	raw, err := json.Marshal(b)
	return literal.JSON(raw), err
}
