package snippet

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"html"
	htmltemplate "html/template"
	texttemplate "text/template"
	"time"

	"patdesk/literal"
	"patdesk/secret"
)

//go:embed templates/*.tmpl
var files embed.FS

var (
	pages = htmltemplate.Must(htmltemplate.ParseFS(files, "templates/iframe.tmpl"))
	texts = texttemplate.Must(texttemplate.New("").Funcs(texttemplate.FuncMap{
		"js": jsString, "sh": literal.Shell, "envurl": envURL,
	}).ParseFS(files, "templates/env.tmpl", "templates/curl.tmpl", "templates/react.tmpl", "templates/express.tmpl"))
)

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
	err := pages.ExecuteTemplate(&b, "iframe.tmpl", map[string]any{
		"Notice": htmltemplate.HTML("<!-- " + commentHTML(d.notice()) + " -->"), //nolint:gosec // neutralised by commentHTML
		"Src":    htmltemplate.HTMLAttr(src),                                    //nolint:gosec // escaped above
		"Title":  d.title(),
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

func renderEnv(d Data) (string, error) {
	return execute("env.tmpl", map[string]any{
		"Notice": d.notice(), "URL": d.URL.Reveal(secret.ForSnippet), "Origin": d.origin(),
	})
}

func renderReact(d Data) (string, error) {
	return execute("react.tmpl", map[string]any{
		"Notice": d.notice(), "URL": d.URL.Reveal(secret.ForSnippet), "Title": d.title(),
	})
}

func renderCurl(d Data) (string, error) {
	base, err := d.base()
	if err != nil {
		return "", err
	}
	body, err := d.request()
	if err != nil {
		return "", err
	}
	return execute("curl.tmpl", map[string]any{"Address": base + issuePath, "Body": string(body)})
}

func renderExpress(d Data) (string, error) {
	base, err := d.base()
	if err != nil {
		return "", err
	}
	unit, life := d.Unit, d.SentExpiry
	if unit == "" {
		unit = "seconds"
	}
	if life < 1 {
		life, unit = 3600, "seconds"
	}
	idle := d.IdleMinutes
	if idle < 1 {
		idle = 60
	}
	appKey, app := "appId", d.AppID
	if app == "" {
		appKey, app = "appSlug", d.AppSlug
	}
	return execute("express.tmpl", map[string]any{
		"Base": base, "Path": issuePath, "AppKey": appKey, "App": app, "Life": life, "Unit": oneLine(unit), "Idle": idle,
	})
}

// issuePath is the call that issues an embed token, below the server's address.
const issuePath = "/api/ext/users/personal-access-token"

func execute(name string, fields map[string]any) (string, error) {
	var b bytes.Buffer
	err := texts.ExecuteTemplate(&b, name, fields)
	return b.String(), err
}
