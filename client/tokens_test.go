package client

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"patdesk/client/sandbox"
	"patdesk/secret"
)

const testToken = "pat_0123456789abcdef9f3c"

// Ensure every form of embed address is judged, and only a usable one is kept.
func TestCreateToken_EmbedAddress(t *testing.T) {
	const base = "https://tooljet.example.com"
	query := "?personal-access-token=" + testToken
	for _, tt := range []struct {
		name, sub, url string
		slug           bool
		want           string // "" = none, "same" = as sent
		app, foreign   string
		problem        string // the only one, "" = none
		missing        string // part of why the URL of the answer is not used
	}{
		{name: "usual", url: base + "/embed-apps/" + testApp + query + "&appSlug=orders", want: "same", app: testApp},
		{name: "by slug", slug: true, url: base + "/embed-apps/" + testApp + query, want: "same", app: testApp},
		{name: "port written", url: "https://ToolJet.example.com:443/embed-apps/" + testApp + query, want: "same", app: testApp},
		{name: "id in capitals", url: base + "/embed-apps/" + strings.ToUpper(testApp) + query, want: "same", app: strings.ToUpper(testApp)},
		{name: "sub-path", sub: "/apps", url: base + "/apps/embed-apps/" + testApp + query, want: "same", app: testApp},
		{name: "sub-path missing", sub: "/apps", url: base + "/embed-apps/" + testApp + query, want: "same", app: testApp, problem: "lacks the path of the base URL (SUB_PATH /apps)"},
		{name: "another sub-path", sub: "/apps", url: base + "/appsX/embed-apps/" + testApp + query, want: "same", app: testApp, problem: "lacks the path"},
		{name: "another host", url: "https://elsewhere.example/embed-apps/" + testApp + query, want: "same", app: testApp, foreign: "elsewhere.example"},
		{name: "another port", url: base + ":8082/embed-apps/" + testApp + query, want: "same", app: testApp, foreign: "tooljet.example.com:8082"},
		{name: "loopback", url: "http://localhost:8082/embed-apps/" + testApp + query, want: "same", app: testApp, foreign: "localhost:8082"},
		{name: "http", url: "http://tooljet.example.com/embed-apps/" + testApp + query, want: "same", app: testApp, problem: "plain http"},
		{name: "http elsewhere", url: "http://elsewhere.example/embed-apps/" + testApp + query, want: "same", app: testApp, foreign: "elsewhere.example", problem: "plain http"},
		{name: "another token", url: base + "/embed-apps/" + testApp + "?personal-access-token=pat_1", want: "same", app: testApp, problem: "another token"},
		{name: "no token", url: base + "/embed-apps/" + testApp + "?appSlug=orders", want: "same", app: testApp, problem: "carries no token"},
		{name: "empty token", url: base + "/embed-apps/" + testApp + "?personal-access-token=", want: "same", app: testApp, problem: "carries no token"},
		{name: "another app", url: base + "/embed-apps/" + testUser + query, want: "same", app: testApp, problem: "opens another app than the one asked for"},
		{name: "another app, by slug", slug: true, url: base + "/embed-apps/" + testUser + query + "&appSlug=billing", want: "same", problem: "names another app"},
		{name: "renamed since, by slug", slug: true, url: base + "/embed-apps/" + testApp + query + "&appSlug=" + testApp, want: "same", app: testApp},
		{name: "slug in the path", url: base + "/embed-apps/orders" + query, want: "same", app: testApp, problem: "no embed page"},
		{name: "no embed page", url: base + "/applications/" + testApp + query, want: "same", app: testApp, problem: "no embed page"},
		{name: "no embed page, by slug", slug: true, url: base + "/" + query, want: "same", problem: "no embed page"},
		{name: "missing", want: base + "/embed-apps/" + testApp + query, app: testApp, missing: "sent no embed address"},
		{name: "missing below a sub-path", sub: "/a%20b", want: base + "/a%20b/embed-apps/" + testApp + query, app: testApp, missing: "sent no embed address"},
		{name: "missing, by slug", slug: true, missing: "sent no embed address"},
		{name: "script", url: "javascript:alert(1)", want: base + "/embed-apps/" + testApp + query, app: testApp, missing: "cannot be used: it does not begin with https://, it names no server"},
		{name: "relative", url: "/embed-apps/x", want: base + "/embed-apps/" + testApp + query, app: testApp, missing: "cannot be used: it does not begin with https://, it names no server"},
		{name: "user in it", url: "https://a:b@tooljet.example.com/embed-apps/x", want: base + "/embed-apps/" + testApp + query, app: testApp, missing: "cannot be used: it holds a user name or a password"},
		{name: "user alone", url: "ftp://a@/embed-apps/x", want: base + "/embed-apps/" + testApp + query, app: testApp, missing: "cannot be used: it does not begin with https://, it names no server, it holds a user name or a password"},
		{name: "no server", url: "https:///embed-apps/x", want: base + "/embed-apps/" + testApp + query, app: testApp, missing: "cannot be used: it names no server"},
		{name: "no URL", url: "https://[::1/%zz", want: base + "/embed-apps/" + testApp + query, app: testApp, missing: "cannot be used: it is no address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := fmt.Sprintf(`{"personalAccessToken":%q,"redirectUrl":%q}`, testToken, tt.url)
			c := open(t, base+tt.sub, WithTransport(fixed(201, "application/json", []byte(body))))
			r := request1()
			if tt.slug {
				r.AppID, r.AppSlug = "", "orders"
			}
			g, err := c.CreateToken(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			want := tt.want
			if want == "same" {
				want = tt.url
			}
			if got := g.URL.Reveal(secret.ForChecking); got != want {
				t.Errorf("URL %q, want %q", got, want)
			}
			if g.AppID != tt.app || g.ForeignHost != tt.foreign || len(g.Notes) != 0 {
				t.Errorf("app %q, foreign %q, notes %q", g.AppID, g.ForeignHost, g.Notes)
			}
			if (g.URLMissing == "") != (tt.missing == "") || !strings.HasSuffix(g.URLMissing, tt.missing) {
				t.Errorf("the URL is missing: %q, want %q", g.URLMissing, tt.missing)
			}
			if all := strings.Join(g.URLProblems, "; "); (all == "") != (tt.problem == "") || len(g.URLProblems) > 1 || !strings.Contains(all, tt.problem) || strings.Contains(all, "pat_") {
				t.Errorf("problems %q", all)
			}
			if text := fmt.Sprintf("%v %+v %#v", g, g, g); strings.Contains(text, testToken) {
				t.Errorf("the token shows in %s", text)
			}
		})
	}
}

func TestCreateToken_SandboxURLs(t *testing.T) {
	s, c := play(t, sandbox.Options{})
	s.Inject(sandbox.Fault{Kind: "foreign-url", Target: "https://elsewhere.example"})
	if g, err := c.CreateToken(t.Context(), issueOf(s)); err != nil || g.ForeignHost != "elsewhere.example" {
		t.Errorf("%v %+v", err, g)
	}
	s.Inject(sandbox.Fault{Kind: "no-url"})
	if g, err := c.CreateToken(t.Context(), issueOf(s)); err != nil || g.URLMissing == "" || g.AppID != s.Apps()[0].ID {
		t.Errorf("%v %+v", err, g)
	}
	s.Inject(sandbox.Fault{Kind: "wrong-type"})
	if g, err := c.CreateToken(t.Context(), issueOf(s)); err != nil || len(g.Notes) != 1 {
		t.Errorf("%v %+v", err, g)
	}
}

func jwt(payload string) string {
	return "eyJhbGciOiJIUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2ln"
}

func TestCreateSession_Answers(t *testing.T) {
	full := jwt(`{"sessionId":"s","username":"u1","sub":"ana@example.com","organizationIds":["w1","w2"],"isPATLogin":true,"appId":"a1","scope":"App"}`)
	for _, tt := range []struct {
		name, body string
		want       Session
		fails      Failure
	}{
		{name: "camel", body: `{"signedPat":"` + full + `","id":"other"}`, want: Session{UserID: "u1", Email: "ana@example.com", AppID: "a1", WorkspaceIDs: []string{"w1", "w2"}}},
		{name: "snake", body: `{"signed_pat":"` + full + `"}`, want: Session{UserID: "u1", Email: "ana@example.com", AppID: "a1", WorkspaceIDs: []string{"w1", "w2"}}},
		{name: "around it", body: `{"signedPat":"opaque","id":"u2","email":"b@example.com"}`, want: Session{UserID: "u2", Email: "b@example.com"}},
		{name: "odd claims", body: `{"signedPat":"` + jwt(`{"username":7,"organizationIds":"w"}`) + `"}`},
		{name: "broken claims", body: `{"signedPat":"a.!!.c"}`},
		{name: "200 workspaces", body: `{"signedPat":"` + jwt(`{"organizationIds":["`+strings.Repeat(testApp+`","`, 299)+`"]}`) + `"}`},
		{name: "none", body: `{"id":"u"}`, fails: FailNoToken},
		{name: "header splitting", body: `{"signedPat":"a\r\nb"}`, fails: FailNoToken},
	} {
		c := dial(t, answering(201, "application/json", tt.body))
		s, err := c.CreateSession(t.Context(), testApp, tokenOf(testToken))
		if tt.fails != "" {
			if failed(t, err).Failure != tt.fails {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		if err != nil || s.SignedPAT.IsZero() || s.ServerTime.IsZero() || s.UserID != tt.want.UserID || s.Email != tt.want.Email || s.AppID != tt.want.AppID {
			t.Errorf("%s: %v %+v", tt.name, err, s)
		}
		if want := len(tt.want.WorkspaceIDs); want > 0 && len(s.WorkspaceIDs) != want {
			t.Errorf("%s: workspaces %v", tt.name, s.WorkspaceIDs)
		}
	}
}

func TestSession_Wire(t *testing.T) {
	var got []*http.Request
	c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r)
		if r.Method == http.MethodPost {
			answering(201, "application/json", `{"signedPat":"opaque"}`).ServeHTTP(w, r)
		}
	}))
	s, err := c.CreateSession(t.Context(), testApp, tokenOf(testToken))
	if err != nil {
		t.Fatal(err)
	}
	if err = c.EndSession(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if r := got[0]; r.URL.Path != "/api/ext/users/session" || r.Header.Get("Authorization") != "" {
		t.Errorf("%s %v", r.URL, r.Header)
	}
	if r := got[1]; r.Method != "GET" || r.URL.Path != "/api/session/logout" || r.Header.Get("tj_auth_token") != "opaque" || r.Header.Get("Authorization") != "" {
		t.Errorf("%s %v", r.URL, r.Header)
	}
	for _, bad := range []func() error{
		func() error { _, err := c.CreateSession(t.Context(), "orders", tokenOf(testToken)); return err },
		func() error { _, err := c.CreateSession(t.Context(), testApp, secret.Text{}); return err },
		func() error { return c.EndSession(t.Context(), Session{}) },
	} {
		if failed(t, bad()).Failure != FailInput {
			t.Error("accepted")
		}
	}
	if len(got) != 2 {
		t.Errorf("%d requests", len(got))
	}
}
