package snippet

import (
	"bytes"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io"
	"maps"
	"slices"
	"strings"
	texttemplate "text/template"
	"time"

	"patdesk/pattern"
	"patdesk/secret"
)

// Fields is what a person's own template can use, as {{.URL}}. All values are
// as ToolJet or the history has them, not escaped; an HTML template escapes them
// itself, a text template with the functions below.
type Fields struct {
	URL         string // embed address, with the token
	Token       string // the token, pat_…
	BaseURL     string // address of the server
	IssueURL    string // where a backend asks for a token, "" if the server is not known
	Origin      string // scheme and host of the embed address, for frame-src and event.origin
	AppID       string // UUID of the app
	AppName     string // name of the app, one line
	AppSlug     string // slug of the app
	Title       string // name of the app, its slug or "ToolJet app": never empty
	User        string // e-mail address or id of the user
	Ends        Moment // end of the token, UTC, as in {{.Ends.Format "2006-01-02"}}
	EndsAt      string // the same as RFC 3339, "" if not known
	Life        string // life of the token, as 1h0m0s
	LifeSeconds int64  // the same in seconds
	IdleMinutes int64  // idle time
	SentExpiry  int64  // number sent as patExpiry
	Unit        string // its unit
	Notice      string // "holds a live token until …: do not commit", for a comment
	Allow       string // features for the attribute allow of a frame, as fullscreen
	// the style of a frame with the height or the ratio that was asked for
	Style htmltemplate.CSS
}

// The marks with which a template says what it is.
const (
	htmlMark = "{{/* html */}}"
	textMark = "{{/* text */}}"
)

// ownName is what a snippet of the person's own may be called.
var ownName = pattern.New(`^[a-z0-9][a-z0-9_-]{0,30}$`)

// TemplateError is what is wrong with a template of one's own that was read but
// cannot be used: a field that there is not, or a limit.
type TemplateError struct{ err error }

// Error implements error.
func (e *TemplateError) Error() string { return e.err.Error() }

// template is one of the person's own snippets.
type template struct {
	kind    Kind
	execute func(io.Writer, any) error
}

// NewSet returns the built-in kinds together with the person's own templates, by
// name. A template that starts with {{/* html */}}, or with a < if it says
// nothing, is escaped as HTML by html/template; one that starts with
// {{/* text */}}, and any other, is text and escapes for itself with the
// functions js, py, php, gostr, sh, json, md, html, urlquery, htmlcomment, envurl and
// line. See Fields for the values.
//
// No template is run here: what is wrong with its fields shows when it is used.
// The error names the template and, if it can be told, the line in it.
func NewSet(own map[string]string) (*Set, error) { return newSet(own, maxTime) }

// newSet is NewSet for templates that may take so long each.
func newSet(own map[string]string, most time.Duration) (*Set, error) {
	s := &Set{}
	for _, name := range slices.Sorted(maps.Keys(own)) {
		t, err := newTemplate(name, own[name], most)
		if err != nil {
			return nil, fmt.Errorf("snippet %q: %w", name, err)
		}
		s.own = append(s.own, t)
	}
	return s, nil
}

// fixedNames are the kinds that scripts rely on. A template may have the name of
// any other one, and takes its place: kinds are added from version to version, and
// none of them may make a configuration unreadable that had the name first.
func fixedNames() []string { return []string{"url", "iframe", "token", "json", "env", "curl"} }

func newTemplate(name, body string, most time.Duration) (*template, error) {
	if !ownName.MatchString(name) {
		return nil, errors.New("the name must be lower-case letters, digits, - and _")
	}
	if slices.Contains(fixedNames(), name) {
		return nil, errors.New("the name is taken by a built-in kind")
	}
	if len(body) > maxBody {
		return nil, errors.New("the template is larger than 64 KiB")
	}
	t := &template{kind: Kind{Name: name, Title: name, Note: "Your own template.", Secret: mayHold.MatchString(body)}}
	var err error
	if isHTML(body) {
		t.execute, err = htmlTemplate(name, body, most)
	} else {
		t.execute, err = textTemplate(name, body, most)
	}
	if err != nil {
		return nil, parseError(name, err)
	}
	return t, nil
}

// mayHold matches a template whose result can hold the token: it names it or the
// address with it, or uses the values as a whole. The template is not run for it.
var mayHold = pattern.New(`(?:^|[^A-Za-z])URL|Token|[{\s(|=-]\.[\s)}|-]|\$[\s)}|-]`)

// htmlTemplate reads a template that escapes for the place of each value.
func htmlTemplate(name, body string, most time.Duration) (func(io.Writer, any) error, error) {
	page, err := htmltemplate.New(name).Funcs(newBudget(most).htmlFuncs()).Option("missingkey=error").Parse(body)
	if err != nil {
		return nil, err
	}
	for _, t := range page.Templates() {
		if t.Tree != nil {
			if err := counted(t.Tree.Root); err != nil {
				return nil, err
			}
		}
	}
	return func(w io.Writer, v any) error {
		one, err := page.Clone()
		if err != nil {
			return err
		}
		return one.Funcs(newBudget(most).htmlFuncs()).Execute(w, v)
	}, nil
}

// textTemplate reads a template that escapes for itself.
func textTemplate(name, body string, most time.Duration) (func(io.Writer, any) error, error) {
	text, err := texttemplate.New(name).Funcs(newBudget(most).textFuncs()).Option("missingkey=error").Parse(body)
	if err != nil {
		return nil, err
	}
	for _, t := range text.Templates() {
		if t.Tree != nil {
			if err := counted(t.Root); err != nil {
				return nil, err
			}
		}
	}
	return func(w io.Writer, v any) error {
		one, err := text.Clone()
		if err != nil {
			return err
		}
		return one.Funcs(newBudget(most).textFuncs()).Execute(w, v)
	}, nil
}

// isHTML decides how a template is escaped. What looks like HTML is taken for
// it, because text would let an address break out of its attribute.
func isHTML(body string) bool {
	body = strings.TrimSpace(body)
	if strings.HasPrefix(body, textMark) {
		return false
	}
	return strings.HasPrefix(body, htmlMark) || strings.HasPrefix(body, "<")
}

// render fills the template.
func (t *template) render(d Data) (string, error) {
	f := Fields{
		URL: d.URL.Reveal(secret.ForSnippet), Token: d.Token.Reveal(secret.ForSnippet),
		BaseURL: d.BaseURL, Origin: d.origin(), AppID: d.AppID, AppName: oneLine(d.AppName), AppSlug: d.AppSlug, Title: d.title(),
		User: d.User, Ends: Moment{d.Ends.UTC()}, Life: d.Life.String(), LifeSeconds: int64(d.Life / time.Second),
		IdleMinutes: d.IdleMinutes, SentExpiry: d.SentExpiry, Unit: d.Unit, Notice: d.notice(),
		Allow: d.Frame.allow(), Style: htmltemplate.CSS(d.Frame.script()), //nolint:gosec // each part was checked by ParseFrame
	}
	if base, err := d.base(); err == nil {
		f.IssueURL = base + issuePath
	}
	if !d.Ends.IsZero() {
		f.EndsAt = d.Ends.UTC().Format(time.RFC3339)
	}
	b := capped{max: maxOwn}
	if err := t.execute(&b, f); err != nil {
		return "", &TemplateError{parseError(t.kind.Name, err)}
	}
	return b.b.String(), nil
}

// parseError drops the words "template: name:" that the reader has seen already.
func parseError(name string, err error) error {
	msg := err.Error()
	for _, prefix := range []string{"html/template:", "template: ", name + ":"} {
		msg = strings.TrimPrefix(msg, prefix)
	}
	return errors.New("template line " + strings.TrimSpace(msg))
}

// capped is a buffer that refuses to grow without end, as a template with a loop
// in it could make it.
type capped struct {
	b   bytes.Buffer
	max int
}

// Write implements io.Writer.
func (c *capped) Write(p []byte) (int, error) {
	if c.b.Len()+len(p) > c.max {
		return 0, errLarge
	}
	return c.b.Write(p)
}
