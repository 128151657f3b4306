package client

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
	"patdesk/secret"

	"github.com/google/go-cmp/cmp"
)

// The bodies servers and what stands in front of them answer with.
var bodies = []struct {
	name, contentType, body string
	kind                    Body
	want                    message
}{
	{
		"string", "application/json", `{"statusCode":400,"timestamp":"x","path":"/p?secret","message":"Either userId or email must be provided"}`, BodyJSON,
		message{messages: []string{"Either userId or email must be provided"}},
	},
	{
		"array", "application/json; charset=utf-8", `{"statusCode":400,"message":["appId must be a UUID","patExpiry must not be less than 1"]}`, BodyJSON,
		message{messages: []string{"appId must be a UUID", "patExpiry must not be less than 1"}},
	},
	{
		"object", "application/json", `{"statusCode":400,"message":{"title":"Can not change user role","error":"cannot be an end-user","data":["App A","App B"]}}`, BodyJSON,
		message{messages: []string{"Can not change user role", "cannot be an end-user", "App A", "App B"}, object: true, title: "Can not change user role", data: []string{"App A", "App B"}},
	},
	{
		"JSON in a string", "application/json", `{"statusCode":401,"message":"{\"organizationId\":\"1\",\"errorType\":\"USER_ARCHIVED_IN_ORGANIZATION\"}"}`, BodyJSON,
		message{messages: []string{"USER_ARCHIVED_IN_ORGANIZATION"}, object: true, code: "USER_ARCHIVED_IN_ORGANIZATION"},
	},
	{"array in a string", "application/json", `{"message":"[\"a\",\"b\"]"}`, BodyJSON, message{messages: []string{"a", "b"}}},
	{"broken JSON in a string", "application/json", `{"message":"{\"a\":"}`, BodyJSON, message{messages: []string{`{"a":`}}},
	{
		"code", "application/json", `{"statusCode":422,"code":"22P02","message":"invalid input syntax for type uuid"}`, BodyJSON,
		message{messages: []string{"invalid input syntax for type uuid"}, code: "22P02"},
	},
	{"number as code", "application/json", `{"code":7,"message":"x"}`, BodyJSON, message{messages: []string{"x"}, code: "7"}},
	{"gateway", "application/json", `{"message":"no Route matched with those values"}`, BodyJSON, message{messages: []string{"no Route matched with those values"}}},
	{"error string", "application/json", `{"error":"forbidden"}`, BodyJSON, message{messages: []string{"forbidden"}}},
	{"object with an array", "application/json", `{"statusCode":400,"message":{"statusCode":400,"message":["appId must be a UUID","email must be an email"],"error":"Bad Request"}}`, BodyJSON, message{messages: []string{"appId must be a UUID", "email must be an email"}, object: true}},
	{"error object", "application/json", `{"error":{"message":"limit"}}`, BodyJSON, message{messages: []string{"limit"}, object: true}},
	{"problem details", "application/problem+json", `{"title":"Too Many","detail":"10 a minute"}`, BodyJSON, message{messages: []string{"10 a minute"}}},
	{"objects in an array", "application/json", `{"message":[{"message":"a"},{"x":1},null,"b",7]}`, BodyJSON, message{messages: []string{"a", "b", "7"}}},
	{"numbers for words", "application/json", `{"message":12}`, BodyJSON, message{}},
	{"no words", "application/json", `{}`, BodyJSON, message{}},
	{"an array", "application/json", `["a"]`, BodyJSON, message{}},
	{"byte order mark", "application/json", "\xef\xbb\xbf{\"message\":\"x\"}", BodyJSON, message{messages: []string{"x"}}},
	{"wrong type", "text/plain", `{"message":"x"}`, BodyJSON, message{messages: []string{"x"}}},
	{"broken", "application/json", `{"message":"x`, BodyJSON, message{}},
	{"too deep", "application/json", `{"message":"x","a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}", BodyJSON, message{}},
	{"page", "text/html", "<html><body>502 Bad Gateway secret</body></html>", BodyHTML, message{}},
	{"page without type", "", "\n<!doctype html>", BodyHTML, message{}},
	{"text", "text/plain", "upstream connect error secret", BodyText, message{}},
	{"empty", "application/json", "", BodyEmpty, message{}},
}

// Ensure each status with each body gives the same kind of error.
func TestErrors_StatusesAndBodies(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 405, 409, 413, 422, 451, 500, 501, 502, 504, 520, 599} {
		for _, b := range bodies {
			c := dial(t, answering(status, b.contentType, b.body))
			_, err := c.CreateToken(t.Context(), request1())
			e := failed(t, err)
			if e.Failure != FailStatus || e.Status != status || e.Body != b.kind || !e.Sent || e.ServerTime.IsZero() || e.RequestID == "" {
				t.Errorf("%d %s: %+v", status, b.name, e)
			}
			got := message{e.Messages, e.Object, e.Title, e.Data, e.Code}
			if d := cmp.Diff(b.want, got, cmp.AllowUnexported(message{})); d != "" {
				t.Errorf("%d %s: %s", status, b.name, d)
			}
			if want := status >= 500 && status != 501 || status == 409; e.MaybeExecuted() != want {
				t.Errorf("%d %s: maybe executed %v", status, b.name, !want)
			}
			for target, n := range map[error]int{ErrUnauthorized: 401, ErrForbidden: 403, ErrNotFound: 404, ErrConflict: 409, ErrRateLimited: 429} {
				if errors.Is(err, target) != (status == n) {
					t.Errorf("%d is %v", status, target)
				}
			}
			if want := fmt.Sprintf("create token: POST %s/api/ext/users/personal-access-token: status %d", c.Host(), status); !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("text %q", err)
			}
		}
	}
}

// Ensure a 2xx without a readable token leaves the outcome open.
func TestErrors_Success(t *testing.T) {
	const good = `{"personalAccessToken":"pat_0123456789abcdef"}`
	for _, tt := range []struct {
		name, contentType, body string
		want                    Failure // "" = accepted
		notes                   int
	}{
		{"good", "application/json", good, "", 0},
		{"text", "text/plain", good, "", 1},
		{"JSON called HTML", "text/html", good, "", 1},
		{"byte order mark", "application/json", "\xef\xbb\xbf" + good, "", 0},
		{"page", "text/html", "<html>log in</html>", FailHTML, 0},
		{"page called JSON", "application/json", "<html>log in</html>", FailHTML, 0},
		{"words called HTML", "text/html", "log in", FailHTML, 0},
		{"words", "text/plain", "OK", FailNotJSON, 0},
		{"nothing", "", "", FailNotJSON, 0},
		{"cut off", "application/json", good[:30], FailTruncated, 0},
		{"damaged", "application/json", `{"personalAccessToken":]`, FailNotJSON, 0},
		{"more behind it", "application/json", good + good, FailNotJSON, 0},
		{"array", "application/json", "[]", FailNoToken, 0},
		{"string", "application/json", `"pat_0123456789abcdef"`, FailNoToken, 0},
		{"no token", "application/json", `{"redirectUrl":"https://example.com"}`, FailNoToken, 0},
		{"null", "application/json", `{"personalAccessToken":null}`, FailNoToken, 0},
		{"number", "application/json", `{"personalAccessToken":7}`, FailNoToken, 0},
		{"another kind", "application/json", `{"personalAccessToken":"tj_pat_0123"}`, FailNoToken, 0},
		{"spaces", "application/json", `{"personalAccessToken":"pat_ 01"}`, FailNoToken, 0},
		{"long token", "application/json", `{"personalAccessToken":"pat_` + strings.Repeat("a", maxString) + `"}`, FailTooLarge, 0},
		{"too deep", "application/json", `{"a":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `,` + good[1:], FailTooLarge, 0},
	} {
		c := dial(t, answering(201, tt.contentType, tt.body))
		g, err := c.CreateToken(t.Context(), request1())
		if tt.want == "" {
			if err != nil || g.Token.IsZero() || len(g.Notes) != tt.notes {
				t.Errorf("%s: %v %q", tt.name, err, g.Notes)
			}
			continue
		}
		if e := failed(t, err); e.Failure != tt.want || e.Status != 201 || !e.MaybeExecuted() || !g.Token.IsZero() {
			t.Errorf("%s: %+v", tt.name, e)
		}
	}
}

// Ensure no error, however it is printed, repeats a secret or a query, even if
// the server sends everything back.
func TestErrors_Canaries(t *testing.T) {
	const token, query = "pat_cafe0000cafe1111", "canary-query"
	secrets := []string{testKey, url.QueryEscape(testKey), base64.StdEncoding.EncodeToString([]byte(testKey)), token}
	all := strings.Join(secrets, " ") + " /x?personal-access-token=" + query
	said, _ := json.Marshal(all)
	secrets = append(secrets, query)
	check := func(t *testing.T, err error) {
		t.Helper()
		if err == nil {
			return
		}
		e := failed(t, err)
		// The whole value with everything below it, as a careless log would show it.
		printed := fmt.Sprintf("%+v", *e)
		for link := err; link != nil; link = errors.Unwrap(link) {
			printed += fmt.Sprintf("\n%v %+v %#v", link, link, link)
			if strings.Contains(link.Error(), "?") {
				t.Errorf("a query in %q", link)
			}
		}
		for _, canary := range secrets {
			if strings.Contains(printed, canary) {
				t.Errorf("%q in %.500s", canary, printed)
			}
		}
		if e.Failure == FailInput {
			t.Errorf("nothing was tried: %v", err)
		}
	}
	calls := map[string]func(*Client, context.Context) error{
		"issue": func(c *Client, ctx context.Context) error { _, err := c.CreateToken(ctx, request1()); return err },
		"exchange": func(c *Client, ctx context.Context) error {
			_, err := c.CreateSession(ctx, testApp, tokenOf(token))
			return err
		},
		"end": func(c *Client, ctx context.Context) error {
			return c.EndSession(ctx, Session{SignedPAT: tokenOf(token)})
		},
		"v2":    func(c *Client, ctx context.Context) error { _, err := c.HasV2(ctx); return err },
		"users": func(c *Client, ctx context.Context) error { _, err := c.ListUsers(ctx); return err },
	}
	var faults []sandbox.Fault
	for _, kind := range []string{
		"drop-after", "reset-after", "reset-headers", "truncate", "goaway", "hang", "drip", "malformed", "html", "no-token", "huge", "gzip-bomb", "huge-header",
		"refuse", "unreachable", "dial-timeout", "name-unknown", "name-temporary", "cert-unknown", "cert-expired", "cert-not-yet", "cert-name", "plain-http", "proxy-refused", "proxy-auth",
	} {
		faults = append(faults, sandbox.Fault{Kind: kind, Size: 2 << 20})
	}
	faults = append(faults, sandbox.Fault{Kind: "redirect", Target: "https://elsewhere.example/?" + query + testKey})
	for _, status := range []int{200, 201, 400, 401, 403, 404, 407, 409, 422, 429, 451, 500, 502, 503} {
		for _, body := range []string{
			all, "<html>" + all, `{"message":` + string(said) + `}`, `{"message":[` + string(said) + `]}`, `["` + testKey, `{"` + token,
			`{"message":{"title":` + string(said) + `,"error":` + string(said) + `,"data":[` + string(said) + `]},"code":` + string(said) + `}`,
		} {
			faults = append(faults, sandbox.Fault{Kind: "status", Status: status, Body: body, ContentType: "application/json", Header: map[string]string{
				"WWW-Authenticate": testKey, "Proxy-Authenticate": testKey, "Retry-After": testKey, "Date": testKey,
			}})
		}
	}
	for _, f := range faults {
		f.Match, f.Times = "/", -1
		for name, call := range calls {
			t.Run(fmt.Sprint(f.Kind, " ", f.Status, " ", name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, c := play(t, sandbox.Options{})
					s.Inject(f)
					check(t, call(c, t.Context()))
				})
			})
		}
	}
	for name, answer := range map[string]string{
		"status line": "HTTP/1.1 " + all + "\r\n\r\n",
		"protocol":    testKey + " " + token + "\r\n\r\n",
		"header":      "HTTP/1.1 201 Created\r\n" + testKey + "\r\n\r\n",
		"chunk":       "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n" + token + "\r\n",
		"encoding":    "HTTP/1.1 201 Created\r\nTransfer-Encoding: " + testKey + "\r\n\r\n",
	} {
		c := open(t, "http://"+raw(t, saying(answer)))
		_, err := c.CreateToken(t.Context(), request1())
		if err == nil {
			t.Error(name, "was accepted")
		}
		check(t, err)
	}
}

func FuzzErrorBody(f *testing.F) {
	for _, b := range bodies {
		f.Add(400, b.contentType, []byte(b.body))
	}
	f.Add(503, "application/json", []byte(strings.Repeat("[", 2000)))
	f.Add(500, "text/html", []byte("\xff\xfe\x00"))
	f.Add(201, "application/json", []byte(`{"personalAccessToken":"pat_0123456789abcdef","redirectUrl":"https://e.example/embed-apps/1?personal-access-token=pat_0123456789abcdef"}`))
	f.Fuzz(func(t *testing.T, status int, contentType string, body []byte) {
		status = 200 + (status%400+400)%400
		c, err := New("https://tooljet.example.com", secret.New(testKey), WithTransport(fixed(status, contentType, body)))
		if err != nil {
			t.Fatal(err)
		}
		c.budget = spent() // no waits
		g, err := c.CreateToken(t.Context(), request1())
		if err == nil {
			if status >= 300 || !tokenForm.MatchString(g.Token.Reveal(secret.ForChecking)) || g.URL.IsZero() {
				t.Errorf("%d was accepted: %+v", status, g)
			}
			return
		}
		e := failed(t, err)
		if e.Status != status || !e.Sent || (status < 300) != (e.Failure != FailStatus && e.Failure != FailRedirect && e.Failure != FailProxyAuth) {
			t.Errorf("%+v", e)
		}
		if len(e.Messages) > maxMessages || len(e.Data) > maxMessages {
			t.Errorf("%d messages, %d data", len(e.Messages), len(e.Data))
		}
		for _, s := range append(append([]string{e.Title, e.Code}, e.Messages...), e.Data...) {
			if len(s) > maxString+64 || strings.Contains(s, testKey) {
				t.Errorf("%d bytes: %.100q", len(s), s)
			}
		}
		if strings.Contains(err.Error(), "\n") || len(err.Error()) > 300 {
			t.Errorf("text %q", err)
		}
	})
}

// spent is a budget without a repetition left.
func spent() (b budget) {
	for i := range b.repeated {
		b.repeated[i] = true
	}
	return b
}

// fixed is a wire with one answer on it.
type wire func(*http.Request) (*http.Response, error)

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }

func fixed(status int, contentType string, body []byte) wire {
	return func(r *http.Request) (*http.Response, error) {
		if t := httptrace.ContextClientTrace(r.Context()); t != nil { // net/http tells it of every request
			t.WroteHeaders()
			t.WroteRequest(httptrace.WroteRequestInfo{})
		}
		h := http.Header{"Content-Type": {contentType}, "Date": {time.Now().UTC().Format(http.TimeFormat)}}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(string(body))), Request: r}, nil
	}
}
