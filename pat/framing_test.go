package pat_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/pat"
	"patdesk/secret"
)

// sites answers for portals beside the sandbox, which answers for all other hosts.
type sites struct {
	sandbox http.RoundTripper
	portals map[string]http.HandlerFunc // by host
	asked   []*http.Request
}

func (s *sites) RoundTrip(r *http.Request) (*http.Response, error) {
	h, is := s.portals[r.URL.Host]
	if !is {
		return s.sandbox.RoundTrip(r)
	}
	s.asked = append(s.asked, r)
	w := httptest.NewRecorder()
	h(w, r)
	return w.Result(), nil
}

// framed is a rig whose embed page comes with these headers, and one portal.
func framed(t *testing.T, headers map[string]string, portal http.HandlerFunc) (*rig, *sites) {
	t.Helper()
	s := &sites{portals: map[string]http.HandlerFunc{"portal.example.com": portal}}
	r := newRig(t, sandbox.Options{}, client.WithTransport(s))
	s.sandbox = r.server.Transport()
	if headers != nil {
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Match: "/embed-apps/", Body: "<p>", Header: headers, Times: -1})
	}
	return r, s
}

// say writes an answer that may be missing.
func say(b *bool) string {
	switch {
	case b == nil:
		return "cannot tell"
	case *b:
		return "yes"
	}
	return "no"
}

// Ensure the headers of the embed page are read as browsers read them.
func TestFraming_Headers(t *testing.T) {
	t.Parallel()
	const xfo, csp = "X-Frame-Options", "Content-Security-Policy"
	for _, tt := range []struct {
		name    string
		headers map[string]string
		want    string
		reason  string
		setting string
		warning string
	}{
		{"as ToolJet sends it", nil, "yes", "frame-ancestors *", "", ""},
		{"no frames", map[string]string{csp: "", xfo: " deny "}, "no", "X-Frame-Options DENY", "DISABLE_APP_EMBED", ""},
		{"own pages alone", map[string]string{csp: "", xfo: "SameOrigin"}, "no", "X-Frame-Options SAMEORIGIN", "DISABLE_APP_EMBED", ""},
		{"frame-ancestors wins", map[string]string{csp: "frame-ancestors *", xfo: "DENY"}, "yes", "frame-ancestors *", "", ""},
		{"a word no browser reads", map[string]string{csp: "", xfo: "ALLOW-FROM https://a.example.com"}, "yes", "no browser reads", "", ""},
		{"two words", map[string]string{csp: "", xfo: "ALLOWALL, SAMEORIGIN"}, "no", "several values", "DISABLE_APP_EMBED", ""},
		{"nothing about frames", map[string]string{csp: "default-src 'self'; script-src *"}, "yes", "no frame-ancestors", "", ""},
		{"nobody", map[string]string{csp: "default-src 'self'; Frame-Ancestors 'none'"}, "no", "frame-ancestors 'none'", "", ""},
		{"no source at all", map[string]string{csp: "frame-ancestors"}, "no", "'none'", "", ""},
		{"itself", map[string]string{csp: "frame-ancestors 'self'", xfo: "ALLOWALL"}, "no", "'self'", "", ""},
		{"named hosts", map[string]string{csp: "frame-ancestors 'self' https://a.example.com"}, "cannot tell", "pages of 'self' https://a.example.com", "", ""},
		{"two policies in one header", map[string]string{csp: "frame-ancestors *, frame-ancestors 'none'"}, "no", "'none'", "", ""},
		{"the first of two directives", map[string]string{csp: "frame-ancestors https://a.example.com; frame-ancestors *"}, "cannot tell", "pages of https://a.example.com", "", ""},
		{"any https page", map[string]string{csp: "frame-ancestors https:"}, "yes", "any https page", "", ""},
		{"a cookie for its own site", map[string]string{"Set-Cookie": "gate=secret; SameSite=Lax; Secure"}, "yes", "frame-ancestors *", "", "leave out gate (SameSite=Lax)"},
		{"a cookie that says nothing", map[string]string{"Set-Cookie": "gate=secret"}, "yes", "frame-ancestors *", "", "gate (SameSite=Lax, as none is given)"},
		{"ToolJet's own cookie", map[string]string{"Set-Cookie": "tj_auth_token=secret; SameSite=Strict"}, "yes", "frame-ancestors *", "ENABLE_PRIVATE_APP_EMBED", "SameSite=Strict"},
		{"a cookie that is refused", map[string]string{"Set-Cookie": "gate=secret; SameSite=None"}, "yes", "frame-ancestors *", "", "refuse gate"},
		{"a third-party cookie", map[string]string{"Set-Cookie": "gate=secret; SameSite=None; Secure"}, "yes", "frame-ancestors *", "", "third-party cookie"},
		{"a cookie of the portal", map[string]string{"Set-Cookie": "gate=secret; SameSite=None; Secure; Partitioned"}, "yes", "frame-ancestors *", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, _ := framed(t, tt.headers, nil)
			got, err := r.Framing(t.Context(), "orders", "")
			if err != nil {
				t.Fatal(err)
			}
			if say(got.MayFrame) != tt.want || !strings.Contains(got.Reason, tt.reason) || got.ServerSetting != tt.setting {
				t.Errorf("%s, %q, setting %q; want %s, %q, %q", say(got.MayFrame), got.Reason, got.ServerSetting, tt.want, tt.reason, tt.setting)
			}
			if all := strings.Join(got.Warnings, "; "); tt.warning == "" && all != "" || !strings.Contains(all, tt.warning) || strings.Contains(all, "secret") {
				t.Errorf("warnings %q, want %q", all, tt.warning)
			}
			if got.PortalLine != "Content-Security-Policy: frame-src https://tooljet.example.com" || got.App != "Orders portal" {
				t.Errorf("%+v", got)
			}
			if want := map[string]int{"yes": 0, "no": 5, "cannot tell": 6}[tt.want]; got.Exit() != want {
				t.Errorf("exit %d, want %d", got.Exit(), want)
			}
			for _, h := range got.Headers {
				if strings.Contains(h.Value, "secret") {
					t.Errorf("a cookie's value is told: %+v", h)
				}
			}
		})
	}
}

// Ensure a page of a portal is judged by its own headers and by those of ToolJet,
// with the line that it needs.
func TestFraming_Page(t *testing.T) {
	t.Parallel()
	const own, csp = "frame-src https://tooljet.example.com", "Content-Security-Policy"
	const https, plain = "https://portal.example.com/orders?session=secret", "http://portal.example.com/"
	for _, tt := range []struct {
		name    string
		embed   string // frame-ancestors of ToolJet, "" as it sends it
		page    string
		headers map[string]string
		body    string
		status  int
		want    string
		reason  string
		line    string // of the portal
	}{
		{"no policy", "", https, nil, "", 200, "yes", "nothing on either side forbids it", own},
		{"the line it needs", "", https, map[string]string{csp: own}, "", 200, "yes", "nothing", own},
		{"a wildcard", "", https, map[string]string{csp: "frame-src https://*.example.com"}, "", 200, "yes", "nothing", own},
		{"other frames alone", "", https, map[string]string{csp: "default-src *; frame-src 'self' https://maps.example.com"}, "", 200, "no", "frame-src 'self' https://maps.example.com", "frame-src 'self' https://maps.example.com https://tooljet.example.com"},
		{"no frames", "", https, map[string]string{csp: "frame-src 'none'"}, "", 200, "no", "frame-src 'none'", own},
		{"workers and frames", "", https, map[string]string{csp: "default-src *; child-src blob:"}, "", 200, "no", "child-src blob:", "frame-src blob: https://tooljet.example.com"},
		{"default-src alone", "", https, map[string]string{csp: "default-src 'self' 'unsafe-inline'"}, "", 200, "no", "default-src 'self' 'unsafe-inline'", "frame-src 'self' https://tooljet.example.com"},
		{"another port", "", https, map[string]string{csp: "frame-src https://tooljet.example.com:8443"}, "", 200, "no", "8443", "frame-src https://tooljet.example.com:8443 https://tooljet.example.com"},
		{"the second of two policies", "", https, map[string]string{csp: "frame-src *, frame-src 'self'"}, "", 200, "no", "frame-src 'self'", "frame-src 'self' https://tooljet.example.com"},
		{"scripts alone", "", https, map[string]string{csp: "script-src 'self'"}, "", 200, "yes", "nothing", own},
		{"report alone", "", https, map[string]string{csp + "-Report-Only": "frame-src 'none'"}, "", 200, "yes", "nothing", own},
		{"in a meta element", "", https, nil, `<head><meta HTTP-EQUIV=content-security-policy content="frame-src 'self'"></head>`, 200, "no", "frame-src 'self'", "frame-src 'self' https://tooljet.example.com"},
		{"no policy in the text", "", https, nil, `<body>&lt;meta http-equiv=content-security-policy content="frame-src 'self'"&gt;<meta http-equiv=content-security-policy content="frame-src 'none'">`, 200, "yes", "nothing", own},
		{"isolated", "", https, map[string]string{"Cross-Origin-Embedder-Policy": "require-corp"}, "", 200, "no", "Cross-Origin-Embedder-Policy require-corp", own},
		{"named by ToolJet", "frame-ancestors https://*.example.com", https, nil, "", 200, "yes", "names the page", own},
		{"not named by ToolJet", "frame-ancestors https://a.example.com 'self'", https, nil, "", 200, "no", "does not name https://portal.example.com", own},
		{"named with another scheme", "frame-ancestors https://portal.example.com", plain, nil, "", 200, "no", "does not name http://portal.example.com", own},
		{"refused", "", https, nil, "", 403, "cannot tell", "status 403", own},
		{"sent elsewhere", "", https, map[string]string{"Location": "https://sso.example.com/?x"}, "", 302, "cannot tell", "redirects to https://sso.example.com", own},
		{"refused, and by ToolJet too", "frame-ancestors 'none'", https, nil, "", 403, "no", "frame-ancestors 'none'", own},
		{"sent elsewhere, and not named by ToolJet", "frame-ancestors https://a.example.com", https, map[string]string{"Location": "https://sso.example.com/?x"}, "", 302, "no", "does not name https://portal.example.com", own},
		{"refused, although named by ToolJet", "frame-ancestors https://portal.example.com", https, nil, "", 401, "cannot tell", "status 401", own},
		{"in a template", "", https, nil, `<head><template><meta http-equiv=content-security-policy content="frame-src 'none'"></template></head>`, 200, "yes", "nothing", own},
		{"behind a template", "", https, nil, `<head><template></template><meta http-equiv=content-security-policy content="frame-src 'none'"></head>`, 200, "no", "frame-src 'none'", own},
		{"http on its usual port, upgraded", "", https, map[string]string{csp: "frame-src http://tooljet.example.com:80"}, "", 200, "yes", "nothing", own},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var embed map[string]string
			if tt.embed != "" {
				embed = map[string]string{csp: tt.embed}
			}
			r, s := framed(t, embed, func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range tt.headers {
					w.Header().Set(k, v)
				}
				w.WriteHeader(tt.status)
				_, _ = w.Write([]byte(tt.body))
			})
			got, err := r.Framing(t.Context(), "Orders Portal", tt.page)
			if err != nil {
				t.Fatal(err)
			}
			line := strings.TrimPrefix(got.PortalLine, "Content-Security-Policy: ")
			if say(got.Page.MayFrame) != tt.want || !strings.Contains(got.Page.Reason, tt.reason) || line != tt.line {
				t.Errorf("%s, %q, line %q; want %s, %q, %q", say(got.Page.MayFrame), got.Page.Reason, line, tt.want, tt.reason, tt.line)
			}
			if strings.Contains(got.Page.URL+got.Page.Reason, "secret") || got.Exit() != map[string]int{"yes": 0, "no": 5, "cannot tell": 6}[tt.want] {
				t.Errorf("exit %d, %+v", got.Exit(), got.Page)
			}
			for _, r := range s.asked {
				if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" || r.URL.RequestURI() == "" {
					t.Errorf("the portal was asked with %v", r.Header)
				}
			}
			if len(s.asked) != 1 || tt.page == https && s.asked[0].URL.RawQuery != "session=secret" {
				t.Errorf("the portal was asked %d times", len(s.asked))
			}
		})
	}
}

// Ensure an address that ToolJet gives out differs from the profile's is told, with
// the one that is meant, and that an app that is not there is no guess.
func TestFraming_Address(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		config, app string
		url, part   string
		setting     string
	}{
		{`{"TOOLJET_HOST":"https://tooljet.example.com/"}`, "orders", rigURL + "/embed-apps/", "", ""},
		{`{"TOOLJET_HOST":"http://localhost:8082"}`, "orders", "http://localhost:8082/apps/embed-apps/", "(patdesk copy ID --as corrected): " + rigURL + "/embed-apps/", "TOOLJET_HOST"},
		{`{"TOOLJET_HOST":"https://apps.example.org"}`, "orders", "https://apps.example.org/apps/embed-apps/", "the profile to " + rigURL, "TOOLJET_HOST"},
		{`{"SUB_PATH":"/tools/"}`, "orders", rigURL + "/embed-apps/", "/tools (SUB_PATH)", "SUB_PATH"},
		{`{"SUB_PATH":"/apps/"}`, "orders", rigURL + "/embed-apps/", "", ""},
		{`{"TOOLJET_HOST":"https://a.example.com;script-src"}`, "orders", rigURL + "/embed-apps/", "", ""},
		{`{}`, "", rigURL + "/embed-apps/", "", ""},
	} {
		r, _ := framed(t, nil, nil)
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 200, Match: "/api/config", Body: tt.config, ContentType: "application/json", Times: -1})
		got, err := r.Framing(t.Context(), tt.app, "")
		if err != nil {
			t.Fatal(err)
		}
		all := strings.Join(got.Warnings, "; ")
		if !strings.HasPrefix(got.URL, tt.url) || !strings.Contains(all, tt.part) || tt.part == "" && all != "" || got.ServerSetting != tt.setting {
			t.Errorf("%s: %s, setting %q, warnings %q", tt.config, got.URL, got.ServerSetting, all)
		}
	}
	r, _ := framed(t, nil, nil)
	if _, err := r.Framing(t.Context(), "ordres", ""); err == nil || !strings.Contains(err.Error(), "Closest: orders") {
		t.Errorf("an app that is not there: %v", err)
	}
	for _, page := range []string{"portal.example.com", "ftp://portal.example.com/", "https://kim:hunter2@portal.example.com/", "https://"} {
		if _, err := r.Framing(t.Context(), "orders", page); err == nil || pat.Explain(err).Exit != pat.ExitUsage || strings.Contains(err.Error(), "hunter2") || strings.Contains(page, "@") != strings.Contains(err.Error(), "no name and no password") {
			t.Errorf("%s: %v", page, err)
		}
	}
	r.server.Inject(sandbox.Fault{Kind: sandbox.FaultHTML, Status: 404, Match: "/embed-apps/", Times: -1})
	if got, err := r.Framing(t.Context(), "orders", ""); err != nil || got.MayFrame != nil || got.Exit() != pat.ExitRejected || !strings.Contains(got.Reason, "cannot be read from here") {
		t.Errorf("a page that is not there: %+v, %v", got, err)
	}
}

// Ensure an http frame in an https page is told before anything else could be.
func TestFraming_MixedContent(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		page, policy, want, reason string
	}{
		"in an https page":    {"https://portal.example.com/", "", "no", "mixed content"},
		"in an http page":     {"http://portal.example.com/", "", "yes", "nothing"},
		"asked for by https":  {"https://portal.example.com/", "upgrade-insecure-requests", "yes", "nothing"},
		"of the portal alone": {"", "", "cannot tell", "plain http"},
	} {
		s := &sites{portals: map[string]http.HandlerFunc{"portal.example.com": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Security-Policy", tt.policy)
		}}}
		server := sandbox.New(sandbox.Options{})
		s.sandbox = server.Transport()
		c, err := client.New("http://tooljet.example.com", secret.New(server.Key()), client.WithTransport(s), client.AllowHTTP())
		if err != nil {
			t.Fatal(err)
		}
		got, err := pat.NewIssuer(c, nil, pat.Settings{}).Framing(t.Context(), "orders", tt.page)
		if err != nil {
			t.Fatal(err)
		}
		reason := got.Reason
		if got.Page != nil {
			reason = got.Page.Reason
		}
		if say(got.Verdict()) != tt.want || !strings.Contains(reason, tt.reason) {
			t.Errorf("%s: %s, %q; want %s, %q", name, say(got.Verdict()), reason, tt.want, tt.reason)
		}
	}
}
