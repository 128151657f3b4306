package sandbox

import (
	"crypto/subtle"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// gate is what a route asks for before its body is looked at.
type gate int

const (
	open     gate = iota // nothing
	licensed             // the External API licence only: the embed page's exchange
	admin                // licence, switch and admin key
)

// edition is where a route exists.
type edition int

const (
	everywhere edition = iota
	stubbed            // Community Edition has a stub that refuses
	enterprise         // Community Edition has no such route
	version2           // Enterprise, and only in builds with the v2 API
	version1           // stubbed, and gone where NoV1Role says so
)

// route is one address. Segments that start with a colon match anything.
type route struct {
	method  string
	pattern string // below "<sub-path>api/"
	edition edition
	gate    gate
	handle  func(*Server, *call) answer
}

// call is one request, read in full, on its way through the instance.
type call struct {
	method  string
	path    string // as sent, with query
	escaped string // as sent, without query
	query   url.Values
	header  http.Header
	body    []byte
	base    string // scheme and host the caller used
	vars    map[string]string
	at      time.Time // the instance's clock when it was carried out
	request *http.Request
}

// receive reads a request and writes it down.
func (s *Server) receive(r *http.Request) *call {
	var body []byte
	if r.Body != nil {
		// What could be read of a broken or oversized body is all there is to judge.
		body, _ = io.ReadAll(io.LimitReader(r.Body, maxBody))
	}
	c := &call{
		method:  r.Method,
		path:    r.URL.RequestURI(),
		escaped: r.URL.EscapedPath(),
		query:   r.URL.Query(),
		header:  r.Header,
		body:    body,
		base:    "http://" + r.Host,
		vars:    map[string]string{},
		request: r,
	}
	if r.TLS != nil || connOf(r).secure {
		c.base = "https://" + r.Host
	}
	_, authorized := r.Header["Authorization"]
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.requests) >= maxRequests {
		s.requests = s.requests[len(s.requests)-maxRequests/2:]
	}
	s.requests = append(s.requests, Request{
		Method: c.method, Path: c.path, RequestID: r.Header.Get("X-Request-Id"),
		Body: string(body), HasAuthorization: authorized, Referer: r.Header.Get("Referer"), At: s.now(),
	})
	return c
}

// respond carries a request out: route, then licence, then switch and key,
// then the body. The order decides which of two errors is seen.
func (s *Server) respond(c *call) *response {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.at = s.now()
	a := s.dispatch(c)
	return s.render(c, a)
}

func (s *Server) dispatch(c *call) answer {
	if c.escaped == "/api/health" || c.escaped == "/health" {
		// Both stay outside SUB_PATH.
		return ok(map[string]string{"works": "yeah"})
	}
	rest, inside := strings.CutPrefix(c.escaped, s.prefix+"api/")
	if !inside {
		return s.page(c)
	}
	rt, found := s.find(c, rest)
	if !found || s.missing(rt) {
		return cannot(c)
	}
	if a, refused := s.guard(c, rt); refused {
		return a
	}
	return rt.handle(s, c)
}

// missing reports whether this edition and version lacks the route.
func (s *Server) missing(rt route) bool {
	switch rt.edition {
	case enterprise:
		return s.opts.Community
	case version2:
		return s.opts.Community || s.opts.NoV2
	case version1:
		return s.opts.NoV1Role
	default:
		return false
	}
}

// guard is the licence gate and the External API guard, in this order.
func (s *Server) guard(c *call, rt route) (answer, bool) {
	if (rt.edition == stubbed || rt.edition == version1) && s.opts.Community {
		return refuse(http.StatusForbidden, msgCommunity), true
	}
	if rt.gate != open && s.opts.Unlicensed {
		return refuse(http.StatusUnavailableForLegalReasons, msgUnlicensed), true
	}
	if rt.gate != admin {
		return answer{}, false
	}
	if s.opts.APIDisabled {
		return refuse(http.StatusForbidden, msgDisabled), true
	}
	// One literal string, no base64: that is ToolJet's rule, not RFC 7617.
	want := "Basic " + s.opts.Key
	if subtle.ConstantTimeCompare([]byte(c.header.Get("Authorization")), []byte(want)) != 1 {
		return refuse(http.StatusForbidden, msgUnauthorized), true
	}
	return answer{}, false
}

// find looks a route up and fills in the call's variables.
func (s *Server) find(c *call, rest string) (route, bool) {
	got := strings.Split(rest, "/")
	for _, rt := range s.routes {
		if rt.method == c.method && c.match(strings.Split(rt.pattern, "/"), got) {
			return rt, true
		}
	}
	return route{}, false
}

func (c *call) match(want, got []string) bool {
	if len(want) != len(got) {
		return false
	}
	vars := map[string]string{}
	for i, w := range want {
		// Escaped slashes belong to a name, so segments are unescaped one by one.
		g, err := url.PathUnescape(got[i])
		if err != nil || g == "" {
			return false
		}
		if name, variable := strings.CutPrefix(w, ":"); variable {
			vars[name] = g
		} else if w != g {
			return false
		}
	}
	c.vars = vars
	return true
}

func (s *Server) table() []route {
	return []route{
		{"GET", "config", everywhere, open, (*Server).config},
		{"GET", "session/logout", everywhere, open, (*Server).logout},
		{"GET", "session", everywhere, open, (*Server).session},
		{"GET", "apps/:app", everywhere, open, (*Server).viewApp},

		{"POST", "ext/users/personal-access-token", enterprise, admin, (*Server).issue},
		{"POST", "ext/users/session", enterprise, licensed, (*Server).exchange},

		{"GET", "ext/users", stubbed, admin, (*Server).listUsers},
		{"GET", "ext/user/:user", stubbed, admin, (*Server).getUser},
		{"GET", "ext/workspaces", stubbed, admin, (*Server).listWorkspaces},
		{"GET", "ext/workspace/:workspace/apps", stubbed, admin, (*Server).listApps},
		{"PUT", "ext/update-user-role/workspace/:workspace", version1, admin, (*Server).updateRole},

		{"GET", "v2/ext/users", version2, admin, (*Server).v2Users},
		{"GET", "v2/ext/users/:user", version2, admin, (*Server).v2User},
		{"POST", "v2/ext/users/:user/archive", version2, admin, (*Server).v2ArchiveUser},
		{"POST", "v2/ext/users/:user/unarchive", version2, admin, (*Server).v2UnarchiveUser},
		{"GET", "v2/ext/users/:user/workspaces", version2, admin, (*Server).v2UserWorkspaces},
		{"GET", "v2/ext/workspaces", version2, admin, (*Server).v2Workspaces},
		{"GET", "v2/ext/workspaces/:workspace", version2, admin, (*Server).v2Workspace},
		{"GET", "v2/ext/workspaces/:workspace/users", version2, admin, (*Server).v2Members},
		{"GET", "v2/ext/workspaces/:workspace/users/:user", version2, admin, (*Server).v2Member},
		{"PATCH", "v2/ext/workspaces/:workspace/users/:user", version2, admin, (*Server).v2ChangeMember},
		{"POST", "v2/ext/workspaces/:workspace/users/:user/archive", version2, admin, (*Server).v2ArchiveMember},
		{"POST", "v2/ext/workspaces/:workspace/users/:user/unarchive", version2, admin, (*Server).v2UnarchiveMember},
		{"GET", "v2/ext/workspaces/:workspace/apps", version2, admin, (*Server).v2Apps},
		{"GET", "v2/ext/workspaces/:workspace/apps/:app", version2, admin, (*Server).v2App},
		{"GET", "v2/ext/workspaces/:workspace/apps/:app/users", version2, admin, (*Server).v2AppUsers},
		{"GET", "v2/ext/workspaces/:workspace/users/:user/apps", version2, admin, (*Server).v2UserApps},
	}
}

// config is what the web client reads before a log-in.
func (s *Server) config(c *call) answer {
	v := map[string]string{
		"RELEASE_VERSION":            s.opts.Version,
		"TOOLJET_HOST":               s.host(c),
		"ENABLE_PRIVATE_APP_EMBED":   "false",
		"ENABLE_MULTIPLAYER_EDITING": "true",
	}
	if s.prefix != "/" {
		v["SUB_PATH"] = s.prefix
	}
	return ok(v)
}

// host is TOOLJET_HOST, or the address this caller used.
func (s *Server) host(c *call) string {
	if s.opts.Host != "" {
		return strings.TrimRight(s.opts.Host, "/")
	}
	return c.base
}

// response is an answer ready for the wire; faults change it before it goes.
type response struct {
	status int
	header http.Header
	body   []byte
}

// render gives an answer its bytes and the headers ToolJet sets on everything.
func (s *Server) render(c *call, a answer) *response {
	r := &response{status: a.status, header: a.header}
	if r.header == nil {
		r.header = http.Header{}
	}
	r.header.Set("Date", c.at.UTC().Format(http.TimeFormat))
	r.header.Set("X-Powered-By", "ToolJet")
	r.header.Set("Content-Security-Policy", "frame-ancestors *")
	r.header.Set("Referrer-Policy", "no-referrer")
	r.header.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(self)")
	r.header.Set("Cache-Control", "no-cache, no-store, must-revalidate")
	switch {
	case a.refusal != nil:
		full := *a.refusal
		full.Timestamp, full.Path = stamp(c.at), c.path
		r.json(full)
	case a.html != "":
		r.header.Set("Content-Type", "text/html; charset=utf-8")
		r.body = []byte(a.html)
	case a.value != nil:
		r.json(a.value)
	}
	return r
}

func (r *response) json(v any) {
	r.header.Set("Content-Type", "application/json; charset=utf-8")
	r.body = encode(v)
}

// head puts status and headers on the wire.
func (r *response) head(w http.ResponseWriter) {
	for k, v := range r.header {
		w.Header()[k] = v
	}
	w.WriteHeader(r.status)
}

// write puts the whole response on the wire. A caller that has gone away is
// its own affair.
func (r *response) write(w http.ResponseWriter) {
	r.head(w)
	_, _ = w.Write(r.body) //nolint:gosec // static pages and JSON, or what a test asked for
}

// shift moves the response's Date header.
func (r *response) shift(d time.Duration) {
	if t, err := http.ParseTime(r.header.Get("Date")); err == nil {
		r.header.Set("Date", t.Add(d).UTC().Format(http.TimeFormat))
	}
}
