package pat

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"

	"patdesk/address"
	"patdesk/client"
	"patdesk/csp"
)

// Framing is what is known of showing an app in a frame: who may, and what a
// portal and the server need for it. Its strings can hold foreign text.
type Framing struct {
	// App is the app's name, slug or id.
	App string `json:"app"`
	// URL is the address that portals load, without a token.
	URL string `json:"url"`
	// MayFrame says whether pages may show it; nil where that cannot be told.
	MayFrame *bool `json:"may_frame"`
	// Reason says why, in a sentence without its stop.
	Reason string `json:"reason"`
	// Headers are those that decide, as sent; of a cookie its attributes alone.
	Headers []Header `json:"headers"`
	// PortalLine is the header line that a portal needs if it sends a
	// Content-Security-Policy at all.
	PortalLine string `json:"portal_line"`
	// ServerSetting is what to change on the ToolJet server, or "".
	ServerSetting string `json:"server_setting"`
	// Next is what to do, or "".
	Next string `json:"next"`
	// Warnings are sentences about what does not decide it but may hurt.
	Warnings []string `json:"warnings"`
	// Page is the page of a portal that was asked about, or nil.
	Page *PageFraming `json:"page"`

	read bool // the embed page could be read
}

// PageFraming is what is known of one page of a portal.
type PageFraming struct {
	URL      string `json:"url"`
	MayFrame *bool  `json:"may_frame"`
	Reason   string `json:"reason"`

	next string
}

// Header is one header of an answer.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Verdict is the answer that counts: that for the page which was asked about, else
// that for pages in general.
func (f Framing) Verdict() *bool {
	if f.Page != nil {
		return f.Page.MayFrame
	}
	return f.MayFrame
}

// Exit is the exit code: 0 it may be framed, 5 it may not, 6 it cannot be told.
func (f Framing) Exit() int {
	switch v := f.Verdict(); {
	case v == nil:
		return ExitRejected
	case *v:
		return ExitOK
	default:
		return ExitEdition
	}
}

// Level is how a framing counts as a check. That only named hosts may frame it is
// as somebody wanted it.
func (f Framing) Level() Level {
	if v := f.Verdict(); v == nil && f.read || v != nil && *v {
		return Good
	}
	return Warn
}

// Beside is the verdict in one line for where a snippet stands, with how it counts:
// what the server's headers let pages do, and what to do about it.
func (f Framing) Beside() (Level, string) {
	switch {
	case !f.read:
		return NotSure, "whether pages may frame it cannot be told: " + f.Reason
	case f.Level() == Good:
		return Good, f.Reason
	}
	return Warn, f.Reason + ". " + f.Next
}

// NextWords is what to do about it for people: about the page where one was asked
// about, else about the server.
func (f Framing) NextWords() string {
	if f.Page != nil && f.Page.next != "" {
		return f.Page.next
	}
	return f.Next
}

// Framing looks at the headers of an app's embed page, and of a page of a portal
// if page is not "". app is what Clean takes, an exact name, or "" for any app. No
// token and no admin key is sent to either page. Errors: InvalidError, Problem,
// StageError.
func (i *Issuer) Framing(ctx context.Context, app, page string) (Framing, error) {
	a, err := i.appToFrame(ctx, app)
	if err != nil {
		return Framing{}, err
	}
	f := i.frameApp(ctx, a, i.publicAddress(ctx))
	if page == "" {
		return f.Framing, nil
	}
	asked, err := i.Client.GetPortalPage(ctx, page)
	if e := inputOf(err); e != nil {
		return Framing{}, &Problem{ID: IDUsage, Cause: e.Err.Error(), Err: err}
	}
	f.judgePage(page, asked, err)
	return f.Framing, nil
}

// FramingOf is the framing of the app of a token, for pages in general, to stand
// beside its snippets. A verdict of the last minutes counts; no token and no admin key
// is sent. ok is false where there is nobody to ask, or no app to ask about.
func (i *Issuer) FramingOf(ctx context.Context, t Token) (f Framing, ok bool) {
	if i.Client == nil || !IsID(t.AppID) {
		return Framing{}, false
	}
	if known, is := i.learned().framings.recall(t.AppID); is {
		return known, true
	}
	ctx, cancel := context.WithTimeout(unwatched(ctx), healthTimeout)
	defer cancel()
	f = i.frameApp(ctx, App{ID: t.AppID, Name: t.AppName, Slug: t.AppSlug}, i.publicAddress(ctx)).Framing
	if f.read {
		i.learned().framings.keep(t.AppID, f)
	}
	return f, true
}

// framingAge is how long the verdict on an app counts, and framingsKept of how many.
const (
	framingAge   = 5 * time.Minute
	framingsKept = 256
)

// framings are the verdicts of the last minutes, by app.
type framings struct {
	mu    sync.Mutex
	known map[string]knownFraming
}

type knownFraming struct {
	Framing
	at time.Time
}

func (k *framings) recall(app string) (Framing, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f, is := k.known[app]
	return f.Framing, is && time.Since(f.at) < framingAge
}

func (k *framings) keep(app string, f Framing) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known == nil || len(k.known) >= framingsKept {
		k.known = map[string]knownFraming{}
	}
	k.known[app] = knownFraming{f, time.Now()}
}

// appToFrame finds the app. An id is taken as it is, which needs no admin key.
func (i *Issuer) appToFrame(ctx context.Context, app string) (App, error) {
	r, err := i.Clean(Request{App: app})
	if err != nil {
		return App{}, err
	}
	if IsID(r.App) {
		return App{ID: r.App}, nil
	}
	apps, err := i.Apps(ctx, false)
	if err != nil {
		return App{}, err
	}
	switch {
	case r.App == "" && len(apps) > 0:
		return apps[0], nil
	case r.App == "":
		return App{}, &InvalidError{FieldApp, "this server has no app yet"}
	}
	return appOf(apps, r.App)
}

// framing is a Framing while it is made.
type framing struct {
	Framing
	page     client.Page
	policies []csp.Policy
	address  *url.URL // of URL
}

// frameApp judges the embed page of an app for pages in general.
func (i *Issuer) frameApp(ctx context.Context, a App, public client.ServerConfig) framing {
	f := framing{Framing: Framing{App: first(a.Name, a.Slug, a.ID), Headers: []Header{}, Warnings: []string{}}}
	f.compareAddress(i.Client.BaseURL(), public, a.ID)
	f.address, _ = url.Parse(f.URL)
	f.PortalLine = "Content-Security-Policy: frame-src " + f.origin()
	page, err := i.Client.GetEmbedPage(ctx, a.ID)
	if err != nil {
		f.Reason = "the page that portals load cannot be read from here: " + Explain(i.stage(StageRead, "", "", err)).Title
		f.Next = "Open an embed URL in a browser"
		return f
	}
	f.took(page)
	f.Headers = headersOf(page)
	f.judgeEmbed(nil)
	f.judgeCookies(page.Cookies)
	return f
}

// took takes the headers of the embed page.
func (f *framing) took(page client.Page) {
	f.page, f.policies, f.read = page, csp.Parse(page.Policies...), true
}

// publicAddress is what the server tells of its own address; all of it may be
// missing.
func (i *Issuer) publicAddress(ctx context.Context) client.ServerConfig {
	ctx, cancel := context.WithTimeout(unwatched(ctx), healthTimeout)
	defer cancel()
	c, _ := i.Client.GetConfig(ctx) // a hint, which a server need not give
	return c
}

// compareAddress sets the address that portals load, and tells where it differs
// from that of the profile: ToolJet builds it from TOOLJET_HOST (contract, 6).
func (f *framing) compareAddress(base string, c client.ServerConfig, app string) {
	own := base + "/embed-apps/" + app
	f.URL = own
	b, err := url.Parse(base)
	if err != nil {
		return
	}
	host, _ := address.Parse(c.Host) // what is no address there gives nothing out
	if public, err := url.Parse(host); err == nil && public.Host != "" && !strings.ContainsAny(public.Host, ";,") && address.OriginOf(public) != address.OriginOf(b) {
		f.URL = public.Scheme + "://" + public.Host + strings.TrimRight(b.Path, "/") + "/embed-apps/" + app
		f.set("TOOLJET_HOST")
		f.warn("embed URLs point to %s (TOOLJET_HOST), the profile to %s; the headers were read at the profile's address. Where portals reach only that, set TOOLJET_HOST to %s, or take the corrected URL (patdesk copy ID --as corrected): %s", host, base, b.Scheme+"://"+b.Host, own)
	}
	if path := strings.Trim(c.SubPath, "/"); path != "" && path != strings.Trim(b.Path, "/") {
		f.set("SUB_PATH")
		f.warn("the server lies at the path /%s (SUB_PATH), the profile at %s: an embed URL without it opens nothing", path, first(b.Path, "/"))
	}
	if u, err := url.Parse(f.URL); err == nil && address.Loopback(u.Hostname()) {
		f.warn("%s is reached by browsers on this computer alone", u.Scheme+"://"+u.Host)
	}
}

// origin is scheme and host of the embed page, as a CSP names it.
func (f *framing) origin() string { return f.address.Scheme + "://" + f.address.Host }

// headersOf are the headers of a page that decide who may frame it.
func headersOf(p client.Page) []Header {
	all := []Header{}
	add := func(name string, values ...string) {
		for _, v := range values {
			if v != "" {
				all = append(all, Header{name, v})
			}
		}
	}
	add("X-Frame-Options", p.FrameOptions...)
	add("Content-Security-Policy", p.Policies...)
	add("Cross-Origin-Embedder-Policy", p.Embedder)
	add("Cross-Origin-Resource-Policy", p.Resource)
	for _, c := range p.Cookies {
		add("Set-Cookie", cookieWords(c))
	}
	return all
}

func cookieWords(c client.Cookie) string {
	words := c.Name
	if c.SameSite != "" {
		words += "; SameSite=" + c.SameSite
	}
	if c.Secure {
		words += "; Secure"
	}
	if c.Parts {
		words += "; Partitioned"
	}
	return words
}
