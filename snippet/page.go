package snippet

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"patdesk/literal"
	"patdesk/secret"
)

// issuePath is the call that issues an embed token, below the server's address.
const issuePath = "/api/ext/users/personal-access-token"

// page is what the templates of this package use, as {{.URL}}. Nothing in it is
// escaped: a template names for each value the function that fits its place. The
// methods with an error end a template that needs what is not known.
type page struct {
	d     Data
	typed bool
}

// text returns what makes a kind from a template of this package.
func text(file string) func(Data) (string, error) {
	return func(d Data) (string, error) {
		var b bytes.Buffer
		err := texts().ExecuteTemplate(&b, file, page{d: d})
		if errors.Is(err, errUnknownServer) { // without the words of the template around it
			err = errUnknownServer
		}
		return b.String(), err
	}
}

var errUnknownServer = errors.New("the address of the server is not known")

func (p page) URL() string         { return p.d.URL.Reveal(secret.ForSnippet) }
func (p page) Notice() string      { return p.d.notice() }
func (p page) Title() string       { return p.d.title() }
func (p page) AppName() string     { return p.d.AppName }
func (p page) AppSlug() string     { return p.d.AppSlug }
func (p page) AppID() string       { return p.d.AppID }
func (p page) User() string        { return p.d.User }
func (p page) Path() string        { return issuePath }
func (p page) Style() string       { return p.d.Frame.script() }
func (p page) Allow() string       { return p.d.Frame.allow() }
func (p page) FrameSource() string { return FrameSource(p.d) }

// Typed is the same page for TypeScript.
func (p page) Typed() page {
	p.typed = true
	return p
}

// Of is the note of a type, for TypeScript alone.
func (p page) Of(name string) string {
	if !p.typed {
		return ""
	}
	return ": " + name
}

// Ends is the end of the token, "" if it is not known.
func (p page) Ends() string {
	if p.d.Ends.IsZero() {
		return ""
	}
	return p.d.Ends.UTC().Format(time.RFC3339)
}

// Origin is scheme and host of the embed address.
func (p page) Origin() (string, error) {
	if o := p.d.origin(); o != "" && !strings.ContainsFunc(o, unfit) {
		return o, nil
	}
	return "", errUnknownServer
}

// Base is the address of the server.
func (p page) Base() (string, error) { return p.d.base() }

// Body is what a request sends that issues the same token again.
func (p page) Body() (string, error) {
	b, err := p.d.request()
	return string(b), err
}

// AppKey is the field of a request that names the app: one of the two (contract
// 2.2).
func (p page) AppKey() string {
	if p.d.AppID == "" {
		return "appSlug"
	}
	return "appId"
}

// App is the value of the field AppKey.
func (p page) App() string {
	if p.d.AppID == "" {
		return p.d.AppSlug
	}
	return p.d.AppID
}

// Life is the number for patExpiry, in Unit.
func (p page) Life() int64 {
	if p.d.SentExpiry < 1 {
		return 3600
	}
	return p.d.SentExpiry
}

// Unit is the unit of Life.
func (p page) Unit() string {
	if p.d.Unit == "" || p.d.SentExpiry < 1 {
		return "seconds"
	}
	if strings.Trim(p.d.Unit, "abcdefghijklmnopqrstuvwxyz") != "" {
		return "the unit of the server" // it stands in comments, which a text could end
	}
	return p.d.Unit
}

// Idle is the number for sessionExpiry, in minutes.
func (p page) Idle() int64 {
	if p.d.IdleMinutes < 1 {
		return 60
	}
	return p.d.IdleMinutes
}

// What a backend says to the person at the portal, by what came of asking ToolJet.
// A 403 is about the admin key or the licence, a 404 about the person (contract
// 2.2).
func (p page) SaySignIn() string { return "Sign in to the portal first." }

func (p page) SayKey() string {
	return "The portal is not allowed to open this app. Please tell its operator."
}
func (p page) SayUnknown() string { return "ToolJet does not know you yet. Please ask for access." }
func (p page) SayBusy() string    { return "Too many requests at once. Please try again in a minute." }
func (p page) SayDown() string    { return "The app cannot be opened now." }

// origin is scheme and host of the embed address, of the server if there is
// none, as a browser writes it: a host of other letters stands in Punycode.
func (d Data) origin() string {
	u, err := url.Parse(d.URL.Reveal(secret.ForChecking))
	if err != nil || u.Host == "" {
		if u, err = url.Parse(d.BaseURL); err != nil || u.Host == "" {
			return ""
		}
	}
	host := u.Host
	if ascii, err := idna.Lookup.ToASCII(u.Hostname()); err == nil && ascii != u.Hostname() {
		host = strings.Replace(host, u.Hostname(), ascii, 1)
	}
	return u.Scheme + "://" + host
}

// embedPath is what stands before the app's id in the path of an embed address.
const embedPath = "/embed-apps/"

// corrected is the embed address below the address of the server, with its own app and
// query; as it is where it leads to no embed page.
func (d Data) corrected() secret.Text {
	if d.BaseURL == "" {
		return d.URL
	}
	base, err := d.base()
	before, query, _ := strings.Cut(d.URL.Reveal(secret.ForChecking), "?")
	at := strings.Index(before, embedPath)
	if err != nil || at < 0 {
		return d.URL
	}
	out := base + before[at:]
	if query != "" {
		out += "?" + query
	}
	return secret.New(out)
}

// base is the address of the server, from the embed address if it is not known.
func (d Data) base() (string, error) {
	base := strings.TrimRight(d.BaseURL, "/")
	if base == "" {
		base = d.origin()
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || strings.ContainsFunc(base, unfit) {
		return "", errUnknownServer
	}
	return base, nil
}

// FrameSource returns the header line that lets a portal show the frame, if the
// portal sends a Content-Security-Policy at all.
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
