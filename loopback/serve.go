package loopback

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"patdesk/secret"
)

//go:embed page.html
var pageSource string

// toldPath is below which the page tells what happens.
const toldPath = "/told/"

// ServeHTTP answers the one address, and the reports of the page behind it. All
// else gets a status and nothing more.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for name, value := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	} {
		h.Set(name, value)
	}
	switch status := s.refused(r); {
	case status != 0:
		w.WriteHeader(status)
	case strings.HasPrefix(r.URL.Path, toldPath):
		w.WriteHeader(s.told(r))
	default:
		s.page(w, r)
	}
}

// refused is the status for a request that no browser makes for a page that
// somebody opened here, or 0.
func (s *Server) refused(r *http.Request) int {
	local := "localhost:" + s.Port()
	switch site := r.Header.Get("Sec-Fetch-Site"); {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return http.StatusMethodNotAllowed
	case r.Host != s.host && r.Host != local:
		return http.StatusMisdirectedRequest // a name that was bent to this computer
	case site != "" && site != "none" && site != "same-origin":
		return http.StatusForbidden
	case r.Header.Get("Origin") != "" && r.Header.Get("Origin") != "http://"+r.Host:
		return http.StatusForbidden
	case r.Header.Get("Sec-Purpose") != "" || r.Header.Get("Purpose") != "" || r.Header.Get("X-Moz") != "":
		return http.StatusForbidden // looked up ahead, by nobody
	case r.ContentLength != 0 || len(r.TransferEncoding) > 0 || r.URL.User != nil || r.Header.Get("Upgrade") != "":
		return http.StatusBadRequest
	case r.URL.EscapedPath() != r.URL.Path || r.URL.IsAbs():
		return http.StatusNotFound
	}
	return 0
}

// page shows the page, once.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	o, status := s.open(r)
	if status != http.StatusOK || r.Method == http.MethodHead {
		w.WriteHeader(status)
		return
	}
	nonce := string(random())
	var b bytes.Buffer
	err := template.Must(template.New("page").Parse(pageSource)).Execute(&b, map[string]any{
		"Title": s.options.Title, "Nonce": nonce, "Origin": s.origin, "Report": toldPath + string(o.report),
		"Snippet": template.HTML(s.options.Snippet.Reveal(secret.ForSnippet)), //nolint:gosec // made by package snippet, and the page is there to try it as it is
	})
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// Attributes of style stand in the snippet; nothing else is let in without the nonce.
	w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-src "+s.origin+"; script-src 'nonce-"+nonce+"'; style-src 'nonce-"+nonce+
		"'; style-src-attr 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	s.tell(Event{Kind: Opened})
	_, _ = w.Write(b.Bytes())
}

// open spends the address.
func (s *Server) open(r *http.Request) (*opening, int) {
	path := strings.TrimPrefix(r.URL.Path, "/")
	dest := r.Header.Get("Sec-Fetch-Dest")
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.current
	switch {
	case !same(o.path, path):
		for _, used := range s.used {
			if same(used, path) {
				return nil, http.StatusGone
			}
		}
		return nil, http.StatusNotFound
	case r.URL.RawQuery != "" || dest != "" && dest != "document":
		return nil, http.StatusForbidden
	case !o.opened.IsZero() || time.Since(o.made) > ToOpen:
		return nil, http.StatusGone
	case r.Method == http.MethodGet:
		o.opened = time.Now()
	}
	return o, http.StatusOK
}

// told takes a report of the page that is open.
func (s *Server) told(r *http.Request) int {
	s.mu.Lock()
	o := s.current
	known := same(o.report, strings.TrimPrefix(r.URL.Path, toldPath)) && !o.opened.IsZero()
	if known {
		o.reports++
	}
	over := o.reports > maxReports || time.Since(o.opened) > ToTell
	s.mu.Unlock()
	q := r.URL.Query()
	kind := Kind(q.Get("kind"))
	switch {
	case !known || r.Method != http.MethodGet:
		return http.StatusNotFound
	case over:
		return http.StatusGone
	case kind != Loaded && kind != Message && kind != Stranger && kind != Elsewhere && kind != Closed:
		return http.StatusBadRequest
	}
	code, _ := strconv.Atoi(q.Get("error"))
	if code < 0 || code > 999 {
		code = 0
	}
	s.tell(Event{Kind: kind, Error: code, Text: cut(q.Get("text"), 300)})
	return http.StatusNoContent
}

func cut(s string, n int) string { return strings.ToValidUTF8(s[:min(len(s), n)], "") }
