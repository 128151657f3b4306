package address

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"patdesk/pattern"
)

var uuidForm = pattern.New(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// pages are the parts of a path by which ToolJet's pages are known; what stands
// before them is SUB_PATH, or SUB_PATH and a workspace.
var pages = []struct {
	part      string
	workspace bool // a workspace's slug stands before it
	name      string
}{
	{"embed-apps", false, "an embedded app"},
	{"applications", false, "an app"},
	{"apps", true, "an app"},
	{"workspace-settings", true, "a page of ToolJet"},
	{"home", true, "a page of ToolJet"},
	{"login", false, "the log-in page"},
	{"api", false, "the API"},
}

// trimPage takes the path of a page off a base URL's path and says which page it
// is; page is "" for a path that may be a SUB_PATH.
func trimPage(path string) (short, page string) {
	parts := strings.Split(path, "/")
	for _, p := range pages {
		at := slices.Index(parts, p.part)
		for p.part == "apps" && slices.Contains(parts[at+1:], p.part) { // SUB_PATH may have one too
			at += 1 + slices.Index(parts[at+1:], p.part)
		}
		if at < 0 {
			continue
		}
		after := parts[at+1:]
		switch {
		case p.part == "apps" && !appFollows(parts, at), p.part == "api" && !apiFollows(after),
			p.part == "home" && (at < 2 || len(after) > 0), p.part == "login" && len(after) > 1:
			continue
		}
		if p.workspace && at > 1 {
			at--
		}
		return strings.Join(parts[:at], "/"), p.name
	}
	return path, ""
}

// appFollows tells /workspace/apps/orders/home from a SUB_PATH such as
// /apps/tooljet, which ToolJet's own documents use.
func appFollows(parts []string, at int) bool {
	after := parts[at+1:]
	return len(after) > 0 && (uuidForm.MatchString(after[0]) || at > 1 && len(after) > 1)
}

// apiFollows tells the API's paths from a SUB_PATH that begins in the same way.
func apiFollows(after []string) bool {
	return len(after) == 0 || after[0] == "ext" || after[0] == "v2" || after[0] == "health" || after[0] == "config"
}

// The ways in which the address of a page holds no app of a server.
var (
	ErrNoApp   = errors.New("the address holds no app: /applications/… or /apps/… is missing in it")
	ErrForeign = errors.New("the address belongs to another server than the profile")
)

// App returns the id or the slug of the app in the address of a page, as it was
// copied from a browser: /applications/:app, /:workspace/apps/:app and
// /embed-apps/:app, with whatever stands behind them. The address must be one of
// the server at base, or have no host. The error is ErrNoApp or ErrForeign;
// neither repeats the address, which may hold a token.
func App(page, base string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(page))
	if err != nil {
		return "", ErrNoApp
	}
	b, err := url.Parse(base)
	if err != nil {
		return "", ErrForeign
	}
	path := u.EscapedPath()
	if u.Host != "" && hostOf(u) != hostOf(b) {
		return "", ErrForeign
	}
	if rest, ok := strings.CutPrefix(path, strings.TrimRight(b.EscapedPath(), "/")+"/"); ok {
		path = "/" + rest
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for _, part := range []string{"embed-apps", "applications", "apps"} {
		at := slices.Index(parts, part)
		if at < 0 || at+1 >= len(parts) {
			continue
		}
		if part == "apps" && at+2 < len(parts) && parts[at+1] == part { // a workspace of that name
			at++
		}
		if app, err := url.PathUnescape(parts[at+1]); err == nil && app != "" {
			return app, nil
		}
	}
	return "", ErrNoApp
}

// hostOf is a host with its port. The scheme is left out: a page that a browser
// was sent to from http is the same page.
func hostOf(u *url.URL) string {
	host := ascii(u.Hostname())
	if Loopback(host) {
		host = "localhost"
	}
	if p := u.Port(); p != "443" && p != "80" {
		host = joinPort(host, p)
	}
	return host
}
