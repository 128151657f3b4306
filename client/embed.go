package client

import (
	"fmt"
	"net/url"
	"strings"

	"patdesk/address"
	"patdesk/secret"
)

// tokenParam is the query parameter in which the embed page finds its token.
const tokenParam = "personal-access-token"

// EmbedURL builds the embed URL of a token from the base address of the server
// and the app's id, as ToolJet does (its path holds the id, never the slug:
// contract, 2.1). It is zero if the two make no address.
func EmbedURL(base, appID string, token secret.Text) secret.Text {
	b, err := url.Parse(base)
	if err != nil || b.Host == "" {
		return secret.Text{}
	}
	u, err := join(b, "embed-apps", appID)
	if err != nil {
		return secret.Text{}
	}
	u.RawQuery = url.Values{tokenParam: {token.Reveal(secret.ForRequest)}}.Encode()
	return secret.New(u.String())
}

// takeURL puts the embed URL of an answer into g, with what makes it fail later,
// or builds one if there is none that a browser can open.
func (c *Client) takeURL(g *TokenGrant, raw secret.Text, asked TokenRequest) {
	g.URLMissing = "the server sent no embed address"
	if !raw.IsZero() {
		u, err := url.Parse(raw.Reveal(secret.ForChecking))
		why := unusable(u, err)
		if len(why) == 0 {
			g.URL, g.URLMissing = raw, ""
			c.judgeURL(g, u, asked)
			return
		}
		g.URLMissing = "the embed address in the answer cannot be used: " + strings.Join(why, ", ")
	}
	if asked.AppID != "" {
		g.URL, g.AppID = EmbedURL(c.BaseURL(), asked.AppID, g.Token), asked.AppID
	}
}

// unusable says why a browser cannot load an embed URL at all, or nothing. None of it
// repeats the URL, which holds a token.
func unusable(u *url.URL, err error) (why []string) {
	if err != nil {
		return []string{"it is no address"}
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		why = append(why, "it does not begin with https://")
	}
	if u.Hostname() == "" {
		why = append(why, "it names no server")
	}
	if u.User != nil {
		why = append(why, "it holds a user name or a password")
	}
	return why
}

// judgeURL finds what is wrong with an embed URL. The app of the request stays
// that of the token, whatever the URL says.
func (c *Client) judgeURL(g *TokenGrant, u *url.URL, asked TokenRequest) {
	odd := func(format string, args ...any) { g.URLProblems = append(g.URLProblems, fmt.Sprintf(format, args...)) }
	own := hostPort(address.OriginOf(u)) == hostPort(address.OriginOf(c.base)) || strings.EqualFold(u.Host, c.base.Host)
	if !own {
		g.ForeignHost = cut(u.Host, 300)
	}
	if address.InClear(u.String()) && (!address.InClear(c.BaseURL()) || !own) {
		odd("the embed URL is plain http: browsers block it in an https page, and the token can be read on the way")
	}
	before, app, found := strings.Cut(u.Path, "/embed-apps/")
	switch app = strings.Trim(app, "/"); {
	case !found || !uuidForm.MatchString(app):
		odd("the embed URL leads to no embed page (/embed-apps/ and the app's id are missing)")
	case asked.AppID != "" && !strings.EqualFold(app, asked.AppID):
		odd("%s", OtherApp(app))
	case asked.AppSlug != "" && otherSlug(u, asked.AppSlug):
		odd("the embed URL names another app than the one asked for (%s)", app)
	default:
		g.AppID = app
	}
	if found && own && before != c.base.Path {
		odd("the embed URL lacks the path of the base URL (SUB_PATH %s)", c.base.Path)
	}
	switch token := u.Query().Get(tokenParam); {
	case token == "":
		odd("the embed URL carries no token: the page refuses to open")
	case token != g.Token.Reveal(secret.ForChecking):
		odd("the embed URL carries another token than the one that was issued")
	}
	if g.AppID == "" {
		g.AppID = asked.AppID
	}
}

// OtherApp says that an embed URL opens the app of an id that was not asked for.
func OtherApp(id string) string {
	return fmt.Sprintf("the embed URL opens another app than the one asked for (%s)", id)
}

// otherSlug reports whether the URL names a slug, and not the one asked for.
// ToolJet takes an id in place of a slug too, so an id proves nothing.
func otherSlug(u *url.URL, slug string) bool {
	named := u.Query().Get("appSlug")
	return named != "" && !strings.EqualFold(named, slug) && !uuidForm.MatchString(named)
}

func hostPort(origin string) string {
	_, host, _ := strings.Cut(origin, "://")
	return host
}
