package snippet

import "strings"

// Kind is one form in which a token can be handed over.
type Kind struct {
	Name    string // as on the command line
	Title   string // as in a menu
	Note    string // one sentence for the person who picks it, or ""
	Secret  bool   // the result holds a live token
	Backend bool   // the result is a sample that issues tokens itself
	Framed  bool   // a page that uses the result needs FrameSource in a Content-Security-Policy
	Parser  string // the program that reads the result in the tests, "" where a library does
}

// Corrected is the kind whose address is that of the profile. It says more than the
// kind url only where the two differ.
const Corrected = "corrected"

// kind is a Kind with what makes it.
type kind struct {
	Kind
	render func(Data) (string, error)
	seen   string // who can use the token of a static snippet, "" for others
}

// pageSource are those who can use a token that stands in a page.
const pageSource = "anyone who can view the page source"

// What front ends and backends are for; each front end fits each backend.
const (
	fetches = "Fetches the address from your backend, renews it when the session ends, and says what went wrong."
	issues  = "Issues a token for whoever is signed in, one per page view."
)

// builtin are the kinds that patdesk brings along, in the order of the menu.
func builtin() []kind {
	return []kind{
		{Kind{Name: "url", Title: "Embed URL", Note: "Works only inside an iframe: opened in a tab, ToolJet shows an error page.", Secret: true}, renderURL, ""},
		{Kind{Name: Corrected, Title: "Corrected URL", Note: "The embed URL at the address of the profile, where the server's TOOLJET_HOST names another.", Secret: true}, renderURL, ""},
		{Kind{Name: "iframe", Title: "HTML iframe", Note: "For a page that one person sees: the token stands in its source.", Secret: true, Framed: true}, renderIframe, pageSource},
		{Kind{Name: "token", Title: "Token alone", Secret: true}, renderToken, ""},
		{Kind{Name: "json", Title: "JSON", Note: "The token with all that is known about it.", Secret: true}, renderJSON, ""},
		{Kind{Name: "env", Title: ".env lines", Note: "For a file that is not committed.", Secret: true, Parser: "sh"}, text("env.tmpl"), "anyone who can read this file"},
		{Kind{Name: "curl", Title: "curl request", Note: "Issues a new token; the admin key is read from TOOLJET_API_TOKEN.", Backend: true, Parser: "sh"}, text("curl.tmpl"), ""},
		{Kind{Name: "markdown", Title: "Hand-over note", Note: "For whoever builds the portal: all but the token, as Markdown."}, text("markdown.tmpl"), ""},
		{Kind{Name: "csp", Title: "CSP header", Note: "If your portal sends a Content-Security-Policy, it needs this line."}, text("csp.tmpl"), ""},
		{Kind{Name: "html", Title: "HTML page", Note: fetches, Framed: true, Parser: "esbuild"}, text("html.tmpl"), ""},
		{Kind{Name: "react", Title: "React component", Note: fetches, Framed: true, Parser: "esbuild"}, text("react.tmpl"), ""},
		{Kind{Name: "vue", Title: "Vue component", Note: fetches, Framed: true, Parser: "esbuild"}, text("vue.tmpl"), ""},
		{Kind{Name: "angular", Title: "Angular component", Note: fetches, Framed: true, Parser: "esbuild"}, text("angular.tmpl"), ""},
		{Kind{Name: "express", Title: "Express backend", Note: issues, Backend: true, Parser: "node"}, text("express.tmpl"), ""},
		{Kind{Name: "flask", Title: "Flask backend", Note: issues, Backend: true, Parser: "python3"}, text("flask.tmpl"), ""},
		{Kind{Name: "fastapi", Title: "FastAPI backend", Note: issues, Backend: true, Parser: "python3"}, text("fastapi.tmpl"), ""},
		{Kind{Name: "laravel", Title: "Laravel backend", Note: issues, Backend: true, Parser: "php"}, text("laravel.tmpl"), ""},
		{Kind{Name: "go", Title: "Go backend", Note: issues, Backend: true, Parser: "go"}, text("go.tmpl"), ""},
	}
}

// Kinds returns the kinds that patdesk brings along.
func Kinds() []Kind {
	var kinds []Kind
	for _, b := range builtin() {
		kinds = append(kinds, b.Kind)
	}
	return kinds
}

// Names are the names of kinds with a space between each two, for a sentence.
func Names(kinds []Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Name
	}
	return strings.Join(names, " ")
}
