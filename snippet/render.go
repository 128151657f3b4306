package snippet

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"html"
	htmltemplate "html/template"
	"sync"
	texttemplate "text/template"
	"time"

	"patdesk/literal"
	"patdesk/secret"
)

//go:embed templates
var files embed.FS

// pages are the templates that html/template escapes.
var pages = sync.OnceValue(func() *htmltemplate.Template {
	return htmltemplate.Must(htmltemplate.ParseFS(files, "templates/iframe.tmpl"))
})

// texts are the templates that escape for themselves.
var texts = sync.OnceValue(func() *texttemplate.Template {
	return texttemplate.Must(texttemplate.New("").Funcs(texttemplate.FuncMap{
		"js": jsString, "py": plainString, "gostr": plainString, "php": phpString, "sh": literal.Shell, "envurl": envURL, "md": markdown, "html": html.EscapeString,
	}).ParseFS(files, "templates/*.tmpl"))
})

func renderURL(d Data) (string, error) { return d.URL.Reveal(secret.ForSnippet), nil }

func renderToken(d Data) (string, error) {
	if d.Token.IsZero() {
		return "", errors.New("the token is not kept")
	}
	return d.Token.Reveal(secret.ForSnippet), nil
}

// renderIframe writes the address itself as an attribute: html/template would
// rewrite some characters of it, and ToolJet's address is to be used as it is.
// The attribute is quoted and escaped here, and CheckURL has seen the address.
func renderIframe(d Data) (string, error) {
	src := `src="` + html.EscapeString(d.URL.Reveal(secret.ForSnippet)) + `"`
	var b bytes.Buffer
	err := pages().ExecuteTemplate(&b, "iframe.tmpl", map[string]any{
		"Notice": htmltemplate.HTML("<!-- " + commentHTML(d.notice()) + " -->"), //nolint:gosec // neutralised by commentHTML
		"Src":    htmltemplate.HTMLAttr(src),                                    //nolint:gosec // escaped above
		"Title":  d.title(),
		"Frame":  htmltemplate.HTMLAttr(d.Frame.attributes()), //nolint:gosec // each part was checked by ParseFrame
	})
	return b.String(), err
}

func renderJSON(d Data) (string, error) {
	object := d.JSON
	if object == nil {
		object = d.object
	}
	b, err := object()
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, bytes.TrimSpace(b), "", "  "); err != nil {
		return "", errors.New("the token object is not JSON")
	}
	if d.masked {
		return out.String() + "\n", nil // for a screen, where the mask shall be readable
	}
	return string(literal.JSON(out.Bytes())) + "\n", nil
}

// object is the token as JSON for callers that bring none of their own.
func (d Data) object() ([]byte, error) {
	ends := ""
	if !d.Ends.IsZero() {
		ends = d.Ends.UTC().Format(time.RFC3339)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // the address stays readable
	err := enc.Encode(struct {
		User        string `json:"user"`
		AppID       string `json:"app_id"`
		AppName     string `json:"app_name"`
		AppSlug     string `json:"app_slug"`
		EndsAt      string `json:"ends_at,omitempty"`
		LifeSeconds int64  `json:"life_seconds"`
		IdleMinutes int64  `json:"idle_minutes"`
		SentExpiry  int64  `json:"sent_expiry"`
		Unit        string `json:"unit"`
		Token       string `json:"token,omitempty"`
		URL         string `json:"url,omitempty"`
	}{
		d.User, d.AppID, d.AppName, d.AppSlug, ends, int64(d.Life / time.Second), d.IdleMinutes, d.SentExpiry, d.Unit,
		d.Token.Reveal(secret.ForSnippet), d.URL.Reveal(secret.ForSnippet),
	})
	return b.Bytes(), err
}
