package pat_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/pat"
)

// failure is a row of the catalogue, how to bring it about, and what a person
// must then read.
type failure struct {
	id      pat.ID
	options sandbox.Options
	fault   sandbox.Fault
	do      func(*testing.T, *rig) error // default: issue a token
	opts    []client.Option

	title   string
	cause   string // part of the cause
	next    string // part of the next step
	retry   pat.Retry
	exit    int
	sent    bool
	outcome pat.Outcome // of the row, if a token was asked for
}

func status(code int, body string) sandbox.Fault {
	return sandbox.Fault{Kind: sandbox.FaultStatus, Status: code, Body: body, Times: -1}
}

func html(code int) sandbox.Fault {
	return sandbox.Fault{Kind: sandbox.FaultStatus, Status: code, Body: "<html><body>nginx</body></html>", ContentType: "text/html", Times: -1}
}

// foreign is JSON of a gateway or of another program.
func foreign(code int, body string) sandbox.Fault {
	return sandbox.Fault{Kind: sandbox.FaultStatus, Status: code, Body: body, ContentType: "application/json", Times: -1}
}

// gate is a page of something in front of ToolJet, with its headers.
func gate(code int, headers ...string) sandbox.Fault {
	f := html(code)
	f.Body, f.Header = "<html><head><title>Blocked</title></head></html>", map[string]string{}
	for i := 0; i+1 < len(headers); i += 2 {
		f.Header[headers[i]] = headers[i+1]
	}
	return f
}

// verifyAt asks about a token while a fault is in the way.
func verifyAt(f sandbox.Fault) func(*testing.T, *rig) error {
	return func(t *testing.T, r *rig) error {
		g := r.issue(t, request())
		f.Match = "/users/session"
		r.server.Inject(f)
		v, err := r.Verify(t.Context(), g.Token.ID)
		if want := map[int]pat.Verdict{400: pat.Archived}[f.Status]; v.Verdict != want {
			t.Errorf("verdict %q, want %q", v.Verdict, want)
		}
		return err
	}
}

// listAt reads a list while a fault is in the way.
func listAt(f sandbox.Fault) func(*testing.T, *rig) error {
	return func(t *testing.T, r *rig) error {
		f.Match = "/api/ext/"
		r.server.Inject(f)
		_, err := r.Client.ListWorkspaces(t.Context())
		return err
	}
}

func listBusy(t *testing.T, r *rig) error {
	f := gate(503, "Retry-After", "9")
	return listAt(f)(t, r)
}

func always(kind string) sandbox.Fault { return sandbox.Fault{Kind: kind, Times: -1} }

func issueOne(t *testing.T, r *rig) error {
	_, err := r.Issue(t.Context(), request())
	return err
}

func wrongKey(t *testing.T, r *rig) error {
	r.Client = r.connect(t, "another-key-of-an-operator")
	return issueOne(t, r)
}

func verifyEnded(t *testing.T, r *rig) error {
	g := r.issue(t, request())
	r.server.Advance(2 * time.Hour)
	_, err := r.Verify(t.Context(), g.Token.ID)
	return err
}

func verifyForbidden(t *testing.T, r *rig) error {
	g := r.issue(t, request())
	if err := r.server.SetAccess("ana@example.com", "orders", false); err != nil {
		t.Fatal(err)
	}
	_, err := r.Verify(t.Context(), g.Token.ID)
	return err
}

func unknownUser(t *testing.T, r *rig) error {
	req := request()
	req.User = "nobody@example.com"
	_, err := r.Issue(t.Context(), req)
	return err
}

func unknownSlug(t *testing.T, r *rig) error {
	req := request()
	req.App = "no-such-app"
	_, err := r.Issue(t.Context(), req)
	return err
}

var failures = []failure{
	{id: "H400", fault: status(400, `["patExpiry must not be less than 1","email must be an email"]`), title: "Some fields were refused", cause: "life: must not be less than 1", next: "values named above", retry: pat.RetryDont, exit: 6, sent: true, outcome: pat.Rejected},
	{id: "H400", do: unknownSlug, title: "Some fields were refused", cause: "Invalid appId or appSlug", next: "values named above", retry: pat.RetryDont, exit: 6, sent: true, outcome: pat.Rejected},
	{id: "H400", fault: status(400, `{"statusCode":400,"message":{"title":"Cannot","error":"no","data":["App A"]}}`), title: "Some fields were refused", cause: "App A", next: "values named above", retry: pat.RetryDont, exit: 6, sent: true, outcome: pat.Rejected},
	{id: "H400u", fault: html(400), title: "The server could not read the request", cause: "proxy", next: "base URL", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H401", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 401, Header: map[string]string{"WWW-Authenticate": "Negotiate"}}, title: "Sign-in required in front of ToolJet", cause: "Negotiate", next: "direct address", retry: pat.RetryDont, exit: 4, sent: true, outcome: pat.Rejected},
	{id: "H403t", do: wrongKey, title: "Admin key not accepted", cause: "env TOOLJET_API_TOKEN", next: "profile test", retry: pat.RetryDont, exit: 4, sent: true, outcome: pat.Rejected},
	{id: "H403d", options: sandbox.Options{APIDisabled: true}, title: "External API is switched off", cause: "ENABLE_EXTERNAL_API", next: "restart", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H403l", fault: status(403, `"You do not have access to this resource"`), title: "Licence does not include this, or no access", cause: "licence", next: "Check the licence", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H403c", fault: status(403, `"Forbidden resource"`), title: "Not available on this server", cause: "Community", next: "Enterprise", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H403o", fault: status(403, `{"statusCode":403,"message":"Origin not allowed"}`), title: "Blocked by the domain check", cause: "Origin header", next: "direct address", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H403u", fault: status(403, `"Not on a Sunday"`), title: "Refused by the server", cause: "words", next: "access", retry: pat.RetryDont, exit: 6, sent: true, outcome: pat.Rejected},
	{id: "V401", do: verifyEnded, title: "Token is not valid (any more)", cause: "expired", next: "issue again", retry: pat.RetryDont, exit: 6, sent: true},
	{id: "V403", do: verifyForbidden, title: "The user may not open this app", cause: "ana@example.com may not open Orders portal", next: "no new token", retry: pat.RetryYouMay, exit: 6, sent: true},
	{id: "H404r", options: sandbox.Options{Community: true}, title: "This server has no token API here", cause: "Community", next: "doctor", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H404r", fault: status(501, ""), title: "This server has no token API here", cause: "SUB_PATH", next: "doctor", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H404h", fault: foreign(404, `{"message":"no Route matched with those values"}`), title: "Nothing answers here", cause: "not ToolJet's", next: "base URL", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H404h", fault: foreign(404, `{"timestamp":"2026-11-29","status":404,"error":"Not Found","path":"/x"}`), title: "Nothing answers here", cause: "not ToolJet's", next: "base URL", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H404h", fault: foreign(404, `{}`), title: "Nothing answers here", cause: "not ToolJet's", next: "base URL", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H400u", fault: foreign(400, `{"message":"Invalid hostname"}`), title: "The server could not read the request", cause: "not ToolJet's", next: "base URL", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H4xp", fault: foreign(451, `{"error":"region"}`), title: "Something in front of ToolJet refused this (451)", cause: "not ToolJet's", next: "/api/ext", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H4xp", fault: foreign(422, `{"error":"schema"}`), title: "Something in front of ToolJet refused this (422)", cause: "not ToolJet's", next: "/api/ext", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H5p", fault: foreign(502, `{"message":"An invalid response was received from the upstream server"}`), title: "Gateway error; token may exist", cause: "proxy got no usable answer", next: "decide", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "H5p", fault: foreign(504, `{"message":"Endpoint request timed out"}`), title: "Gateway error; token may exist", cause: "proxy got no usable answer", next: "decide", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "H5p", fault: foreign(500, `{"errors":[{"detail":"boom"}]}`), title: "Gateway error; token may exist", cause: "in front of ToolJet failed", next: "decide", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "H5p", fault: gate(500, "Server", "nginx"), title: "Gateway error; token may exist", cause: `nginx answered with the page "Blocked": something in front`, next: "decide", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "H5p", fault: gate(504, "Server", "awselb/2.0"), title: "Gateway error; token may exist", cause: `awselb/2.0 answered with the page "Blocked": the proxy got`, next: "decide", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "H404u", do: unknownUser, title: "User or app not found", cause: "nobody@example.com", next: "spelling", retry: pat.RetryDont, exit: 6, sent: true, outcome: pat.Rejected},
	{id: "H404h", fault: html(404), title: "Nothing answers here", cause: "web server", next: "base URL", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H405", fault: status(405, ""), title: "Address exists, but not for this", cause: "another API", next: "base URL", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H409", fault: status(409, `"conflict"`), title: "Conflict with existing data", cause: "competing", next: "current token", retry: pat.RetryDont, exit: 6, sent: true, outcome: pat.Rejected},
	{id: "H413", fault: html(413), title: "Request too large", cause: "proxy", next: "limit", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H422", fault: status(422, `"Already exists!"`), title: "Server refused the data", cause: "Already exists!", next: "pair", retry: pat.RetryDont, exit: 6, sent: true, outcome: pat.Rejected},
	{id: "H429", fault: sandbox.Fault{Kind: sandbox.FaultRateLimit, Delay: 7 * time.Second, Times: -1}, title: "Server asks us to slow down", cause: "10 a minute", next: "Wait 7s", retry: pat.RetryAuto, exit: 8, sent: true, outcome: pat.Rejected},
	{id: "H451", options: sandbox.Options{Unlicensed: true}, title: "Plan does not include the External API", cause: "licence field", next: "Upgrade", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H500a", fault: status(500, `"Cannot read properties of undefined (reading 'id')"`), title: "The app did not reach the server", cause: "defect", next: "Pick the app again", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "H5j", fault: status(500, `"boom"`), title: "Server error; token may exist", cause: "ToolJet failed", next: "log", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "H5p", fault: html(502), title: "Gateway error; token may exist", cause: "proxy", next: "decide", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "H503", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 503, Body: "maintenance", ContentType: "text/plain", Header: map[string]string{"Retry-After": "9"}, Times: -1}, title: "Server is busy; token may exist", cause: "passed the request on", next: "then decide", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "H503", do: listBusy, title: "Server is busy or in maintenance", cause: "come back later", next: "Wait 9s", retry: pat.RetryAuto, exit: 8, sent: true},
	{id: "H4xp", fault: gate(403, "Server", "cloudflare", "CF-RAY", "1-FRA"), title: "Something in front of ToolJet refused this (403)", cause: `Cloudflare answered with the page "Blocked"`, next: "/api/ext", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H4xp", fault: gate(404, "X-Iinfo", "1-2"), title: "Something in front of ToolJet refused this (404)", cause: "Imperva", next: "/api/ext", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H4xp", fault: gate(451), title: "Something in front of ToolJet refused this (451)", cause: `the page "Blocked"`, next: "/api/ext", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H4xp", fault: gate(422, "Server", "nginx"), title: "Something in front of ToolJet refused this (422)", cause: "nginx", next: "/api/ext", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H4xp", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403, Body: "error code: 1020", ContentType: "text/plain", Times: -1}, title: "Something in front of ToolJet refused this (403)", cause: "firewall", next: "/api/ext", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H4xp", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403, Body: `{"message":"Forbidden"}`, ContentType: "application/json", Times: -1}, title: "Something in front of ToolJet refused this (403)", cause: "firewall", next: "/api/ext", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H4xp", do: verifyAt(gate(403, "CF-RAY", "1")), title: "Something in front of ToolJet refused this (403)", cause: "nothing is known about the token", next: "/api/ext", retry: pat.RetryDont, exit: 5, sent: true},
	{id: "H4xg", fault: gate(409), title: "A gateway answered; token may exist", cause: "passed the request on", next: "then decide", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "H4xg", fault: gate(429, "Retry-After", "1"), title: "A gateway answered; token may exist", cause: "passed the request on", next: "then decide", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "H511", fault: gate(511), title: "This network wants a sign-in first", cause: "did not arrive", next: "Sign in to the network", retry: pat.RetryYouMay, exit: 8, sent: true, outcome: pat.Rejected},
	{id: "H401", do: verifyAt(gate(401)), title: "Sign-in required in front of ToolJet", cause: "nothing is known about the token", next: "direct address", retry: pat.RetryDont, exit: 5, sent: true},
	{id: "H401", fault: gate(401, "WWW-Authenticate", "Negotiate"), title: "Sign-in required in front of ToolJet", cause: "Blocked", next: "direct address", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "H403d", do: verifyAt(status(403, `"External API is disabled"`)), title: "External API is switched off", cause: "nothing is known about the token", next: "restart", retry: pat.RetryDont, exit: 5, sent: true},
	{id: "H403l", do: verifyAt(status(403, `"You do not have access to this resource"`)), title: "Licence does not include this, or no access", cause: "nothing is known about the token", next: "Check the licence", retry: pat.RetryDont, exit: 5, sent: true},
	{id: "H403c", do: verifyAt(status(403, `"Forbidden resource"`)), title: "Not available on this server", cause: "nothing is known about the token", next: "Enterprise", retry: pat.RetryDont, exit: 5, sent: true},
	{id: "H451", do: verifyAt(status(451, `"Oops!"`)), title: "Plan does not include the External API", cause: "nothing is known about the token", next: "Upgrade", retry: pat.RetryDont, exit: 5, sent: true},
	{id: "H403u", do: verifyAt(status(403, `"Unauthorized"`)), title: "Refused by the server", cause: "embedding pages send none", next: "users/session", retry: pat.RetryDont, exit: 6, sent: true},
	{id: "V403", do: verifyAt(status(400, `"Organization is Archived"`)), title: "The user may not open this app", cause: "archived", next: "Activate", retry: pat.RetryYouMay, exit: 6, sent: true},
	{id: "H5p", do: verifyAt(html(502)), title: "Gateway error", cause: "nothing is known about the token", next: "ToolJet is up", retry: pat.RetryYouMay, exit: 8, sent: true},
	{id: "N6", do: verifyAt(always(sandbox.FaultDropAfter)), title: "Connection lost", cause: "nothing is known about the token", next: "Try again", retry: pat.RetryYouMay, exit: 8, sent: true},
	{id: "R2h", do: listAt(always(sandbox.FaultHTML)), title: "A web page came back, not the API", cause: `the page "Sign in" came back`, next: "browser", retry: pat.RetryYouMay, exit: 5, sent: true},
	{id: "H5j", do: listAt(status(500, `"boom"`)), title: "Server error", cause: "ToolJet failed", next: "log", retry: pat.RetryYouMay, exit: 6, sent: true},
	{id: "Rt", do: listAt(always(sandbox.FaultTruncate)), title: "Answer was cut off", cause: "broke", next: "Try again", retry: pat.RetryYouMay, exit: 8, sent: true},
	{id: "R2h", fault: always(sandbox.FaultHTML), title: "A web page came back, not the API", cause: "portal", next: "browser", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "H4xp", fault: gate(501, "Server", "squid"), title: "Something in front of ToolJet refused this (501)", cause: "squid", next: "/api/ext", retry: pat.RetryDont, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "N8", fault: gate(407), title: "Proxy wants a log-in", cause: "no proxy of your settings", next: "/api/ext", retry: pat.RetryYouMay, exit: 8, sent: true, outcome: pat.Rejected},
	{id: "R3", fault: sandbox.Fault{Kind: sandbox.FaultRedirect, Target: "/login?next=x"}, title: "Server redirects; not followed", cause: "another page of the same address", next: "base path", retry: pat.RetryYouMay, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "R3", fault: sandbox.Fault{Kind: sandbox.FaultRedirect, Status: 304, Target: "%zz"}, title: "Server redirects; not followed", cause: "never sent on", next: "Check the base URL", retry: pat.RetryYouMay, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "R3", fault: sandbox.Fault{Kind: sandbox.FaultRedirect, Target: "https://login.example.net/sso?next=x"}, title: "Server redirects; not followed", cause: "https://login.example.net;", next: "base URL", retry: pat.RetryYouMay, exit: 5, sent: true, outcome: pat.Rejected},
	{id: "Rj", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 201, Body: `{"personalAccessToken": oops}`, ContentType: "application/json"}, title: "Answer could not be read", cause: "damaged", next: "possibly issued", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "Rt", fault: always(sandbox.FaultTruncate), title: "Answer was cut off", cause: "broke", next: "possibly issued", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "Rf", fault: always(sandbox.FaultNoToken), title: "Answer lacks the token", cause: "version", next: "possibly issued", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "Rb", fault: sandbox.Fault{Kind: sandbox.FaultHuge, Size: 3 << 20}, title: "Answer too large, stopped reading", cause: "not a ToolJet answer", next: "base URL", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "T1", fault: always(sandbox.FaultCertUnknown), title: "Certificate not trusted", cause: "private CA", next: "ca_file", retry: pat.RetryYouMay, exit: 8, outcome: pat.Rejected},
	{id: "T2", fault: always(sandbox.FaultCertExpired), title: "Certificate has expired", cause: "clock says", next: "Renew", retry: pat.RetryYouMay, exit: 8, outcome: pat.Rejected},
	{id: "T3", fault: always(sandbox.FaultCertNotYet), title: "Certificate not valid yet", cause: "it begins", next: "clock", retry: pat.RetryYouMay, exit: 8, outcome: pat.Rejected},
	{id: "T4", fault: always(sandbox.FaultCertName), title: "Certificate is for another name", cause: "names in it: ", next: "those names", retry: pat.RetryYouMay, exit: 8, outcome: pat.Rejected},
	{id: "T5", fault: always(sandbox.FaultPlainHTTP), title: "Plain HTTP on an https address", cause: "scheme", next: "base URL", retry: pat.RetryYouMay, exit: 8, outcome: pat.Rejected},
	{id: "N1", fault: always(sandbox.FaultNameUnknown), title: "Name unknown", cause: "typo", next: "VPN", retry: pat.RetryYouMay, exit: 8, outcome: pat.Rejected},
	{id: "N2", fault: always(sandbox.FaultNameTemporary), title: "Name service does not answer", cause: "network", next: "network", retry: pat.RetryAuto, exit: 8, outcome: pat.Rejected},
	{id: "N3", fault: always(sandbox.FaultRefuse), title: "Nobody listens there", cause: "ToolJet is down", next: "port", retry: pat.RetryAuto, exit: 8, outcome: pat.Rejected},
	{id: "N4", fault: always(sandbox.FaultDialTimeout), title: "No connection in time", cause: "firewall", next: "network", retry: pat.RetryAuto, exit: 8, outcome: pat.Rejected},
	{id: "N4", fault: always(sandbox.FaultUnreachable), title: "No connection", cause: "unreachable", next: "network", retry: pat.RetryAuto, exit: 8, outcome: pat.Rejected},
	{id: "N5", fault: always(sandbox.FaultHang), title: "No answer in time; token may exist", cause: "left this computer", next: "Look before", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "N6", fault: always(sandbox.FaultDropAfter), title: "Connection lost; token may exist", cause: "closed it", next: "Look before", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
	{id: "N7", fault: always(sandbox.FaultProxyRefused), title: "Proxy not reachable", cause: "proxy", next: "NO_PROXY", retry: pat.RetryAuto, exit: 8, outcome: pat.Rejected},
	{id: "N8", fault: always(sandbox.FaultProxyAuth), title: "Proxy wants a log-in", cause: "credentials", next: "HTTPS_PROXY", retry: pat.RetryYouMay, exit: 8, outcome: pat.Rejected},
	{id: "N9", fault: always(sandbox.FaultMalformed), title: "Not an HTTP server", cause: "another service", next: "port", retry: pat.RetryAsk, exit: 7, sent: true, outcome: pat.Unknown},
}

// Ensure every failure that a server or a network can cause is told with its
// title, cause, next step, retry word and exit code, and leaves the right row.
func TestExplain_Server(t *testing.T) {
	t.Parallel()
	for _, f := range failures {
		t.Run(string(f.id)+" "+f.title, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { checkFailure(t, f) })
		})
	}
}

func checkFailure(t *testing.T, f failure) {
	r := newRig(t, f.options, f.opts...)
	defer r.History.Close()
	if f.fault.Kind != "" {
		r.server.Inject(f.fault)
	}
	do := f.do
	if do == nil {
		do = issueOne
	}
	err := do(t, r)
	if err == nil {
		t.Fatal("no error")
	}
	x := pat.Explain(err)
	if x.ID != f.id || x.Title != f.title || x.Retry != f.retry || x.Exit != f.exit || x.Sent != f.sent {
		t.Errorf("got %s %q retry %s exit %d sent %t", x.ID, x.Title, x.Retry, x.Exit, x.Sent)
	}
	if !strings.Contains(x.Cause, f.cause) || !strings.Contains(x.Next, f.next) {
		t.Errorf("cause %q, next %q", x.Cause, x.Next)
	}
	if utf8.RuneCountInString(x.Title) > 50 {
		t.Errorf("title %q is longer than 50 characters", x.Title)
	}
	if x.RequestID == "" {
		t.Error("no request id")
	}
	all := x.Title + x.Cause + x.Next + x.ServerSays + err.Error()
	for _, secret := range []string{r.server.Key(), "pat_", "personal-access-token=", "<html", "next=x"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q is told in %q", secret, all)
		}
	}
	checkRow(t, r, f)
}

// checkRow looks at what the history says of the request.
func checkRow(t *testing.T, r *rig, f failure) {
	if f.outcome == "" {
		return
	}
	p, err := r.History.Page(t.Context(), pat.Query{Now: r.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Entries) != 1 {
		t.Fatalf("%d rows", len(p.Entries))
	}
	e := p.Entries[0]
	if e.Outcome != f.outcome || pat.ID(e.ErrorID) != f.id || e.ErrorTitle == "" {
		t.Errorf("row is %s because of %q %q", e.Outcome, e.ErrorID, e.ErrorTitle)
	}
	if x := pat.StoredError(e); x == nil || x.ID != f.id || x.RequestID != e.RequestID {
		t.Errorf("stored error %+v, row has request id %s", x, e.RequestID)
	}
	// Nothing that may have been executed is ever sent again.
	executed := 0
	for _, i := range r.server.Ledger() {
		executed += i.Executions
	}
	if executed > 1 {
		t.Errorf("executed %d times", executed)
	}
	if f.outcome == pat.Unknown && (e.State(r.Now()) != pat.Unsure || !e.Expires.After(r.Now())) {
		t.Errorf("state %s, worst case end %s", e.State(r.Now()), e.Expires)
	}
	if f.outcome == pat.Rejected && executed != 0 {
		t.Error("a rejected row was executed")
	}
}

// Ensure the answers that are odd but usable come with a warning and a token.
// Ensure what never left this computer is told as such: no exit code of a lost outcome,
// no word of a token, and no time limit where none was reached.
func TestExplain_NothingSent(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		failure client.Failure
		sent    bool
		exit    int
		title   string
	}{
		{client.FailMalformed, false, pat.ExitEdition, "Not an HTTP server"},
		{client.FailMalformed, true, pat.ExitUnknown, "Not an HTTP server"},
		{client.FailTooLarge, false, pat.ExitEdition, "Answer too large, stopped reading"},
		{client.FailUnreachable, false, pat.ExitNetwork, "No connection"},
		{client.FailTimeout, false, pat.ExitNetwork, "No connection in time"},
		{client.FailLost, true, pat.ExitUnknown, "Connection lost; token may exist"},
	} {
		x := pat.Explain(&pat.StageError{Stage: pat.StageIssue, Err: &client.Error{Failure: tt.failure, Sent: tt.sent}})
		if x.Exit != tt.exit || x.Title != tt.title || (x.Retry == pat.RetryAsk) != tt.sent {
			t.Errorf("%s, sent %t: %d %q %s", tt.failure, tt.sent, x.Exit, x.Title, x.Retry)
		}
	}
}

func TestIssue_Warnings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		id, part string
		fault    sandbox.Fault
	}{
		{"Rc", "not marked", always(sandbox.FaultWrongType)},
		{"Rw", "the embed URL points to", sandbox.Fault{Kind: sandbox.FaultForeignURL, Target: "https://elsewhere.example"}},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			r := newRig(t, sandbox.Options{})
			r.server.Inject(tt.fault)
			g := r.issue(t, request())
			if all := strings.Join(g.Warnings, "|"); !strings.Contains(all, tt.part) {
				t.Errorf("warnings %q", all)
			}
			if g.Token.Outcome != pat.Issued {
				t.Errorf("outcome %s", g.Token.Outcome)
			}
		})
	}
}

// Ensure doctor tells of clocks that differ by more than a minute (C1), and of no
// difference that the whole seconds of a Date header alone can make.
func TestDiagnose_Clock(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		skew     time.Duration
		problem  pat.ID
		text     string
		unwanted string
	}{
		{-26 * time.Hour, pat.IDClockOff, "1d 2h", "agrees"},
		{0, "", "agrees with the server's", "differs"},
		{20 * time.Second, "", "differs by", "agrees"},
		{-20 * time.Second, "", "differs by", "agrees"},
	} {
		r := newRig(t, sandbox.Options{Now: func() time.Time { return time.Now().Add(tt.skew) }})
		found := false
		for c := range r.Diagnose(t.Context()) {
			if c.Name != "Clock" {
				continue
			}
			found = true
			if (c.Problem != nil) != (tt.problem != "") || c.Problem != nil && c.Problem.ID != tt.problem ||
				!strings.Contains(c.Text, tt.text) || strings.Contains(c.Text, tt.unwanted) {
				t.Errorf("%s: %+v", tt.skew, c)
			}
		}
		if !found {
			t.Errorf("%s: the clock was not checked", tt.skew)
		}
	}
}

// closing is a transport that closes the history as the answer comes in: the
// moment at which a second commit can fail.
type closing struct {
	http.RoundTripper
	r **rig
}

func (c closing) RoundTrip(q *http.Request) (*http.Response, error) {
	res, err := c.RoundTripper.RoundTrip(q)
	_ = (*c.r).History.Close()
	return res, err
}

// Ensure a token that cannot be saved is handed out, with row L3.
func TestIssue_UnsavedTokenIsShown(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	r.Client = r.connect(t, r.server.Key(), client.WithTransport(closing{r.server.Transport(), &r}))
	_, err := r.Issue(t.Context(), request())
	unsaved, ok := errors.AsType[*pat.UnsavedError](err)
	if !ok {
		t.Fatalf("error %v", err)
	}
	if unsaved.Grant.Secrets.Token.IsZero() || unsaved.Grant.Secrets.URL.IsZero() {
		t.Error("the token is lost")
	}
	if x := pat.Explain(err); x.ID != "L3" || x.Exit != 9 || x.Title != "Issued, but not saved" {
		t.Errorf("explanation %+v", x)
	}
	// After the program is gone, the row says that the outcome is unknown.
	r.History = r.open(t)
	p, err := r.History.Page(t.Context(), pat.Query{Now: r.Now()})
	if err != nil || len(p.Entries) != 1 || p.Entries[0].Outcome != pat.Unknown {
		t.Errorf("rows %+v, %v", p.Entries, err)
	}
}
