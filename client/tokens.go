package client

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"patdesk/literal"
	"patdesk/pattern"
	"patdesk/secret"
)

// TokenRequest asks for an embed token of one user for one app.
type TokenRequest struct {
	Email, UserID  string // exactly one of them
	AppID, AppSlug string // exactly one of them
	Expiry         int64  // patExpiry as it is sent, from 1; its unit depends on the server
	IdleMinutes    int64  // sessionExpiry in minutes, from 1
	RequestID      string // X-Request-Id, by which the server's log can be searched; empty makes one
}

// TokenGrant is an embed token that was issued.
type TokenGrant struct {
	Token secret.Text
	URL   secret.Text // holds the token; zero if the server sent none and the app's id is not known

	URLMissing  string    // why the server's URL is not used, as a clause; URL was put together here then, or is zero
	AppID       string    // as asked for, or from the URL's path if a slug was
	ForeignHost string    // host[:port] of the URL when it is not the server's
	Received    time.Time // local clock
	ServerTime  time.Time // Date header, UTC; zero without one
	Wrote       time.Time // when the request was written, on the server's clock; zero if unknown
	Clock       Clock     // best measurement of the server's clock so far
	Status      int       // 201 from ToolJet
	RequestID   string
	Notes       []string // what was unusual, in sentences
	URLProblems []string // what is wrong with the server's URL, in sentences without a token
}

// The largest expiries: ten years of milliseconds, and of minutes.
const (
	maxExpiry = 3653 * 24 * 3600 * 1000
	maxIdle   = 3653 * 24 * 60
)

var (
	uuidForm  = pattern.New(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	tokenForm = pattern.New(`^pat_[A-Za-z0-9_-]+$`)
)

// issueBody is what ToolJet reads. Both expiries are always sent, since what the
// server puts in their place differs between versions.
type issueBody struct {
	Email         string `json:"email,omitempty"`
	UserID        string `json:"userId,omitempty"`
	AppID         string `json:"appId,omitempty"`
	AppSlug       string `json:"appSlug,omitempty"`
	PatExpiry     int64  `json:"patExpiry"`
	SessionExpiry int64  `json:"sessionExpiry"`
}

// CreateToken issues an embed token. It is sent once: after a failure whose
// MaybeExecuted is true, a token may exist that nobody holds.
func (c *Client) CreateToken(ctx context.Context, t TokenRequest) (TokenGrant, error) {
	const op = "create token"
	if problem := t.problem(); problem != "" {
		return TokenGrant{}, inputError(op, problem)
	}
	r, e := c.newRequest(op, http.MethodPost, "api", "ext", "users", "personal-access-token")
	if e != nil {
		return TokenGrant{}, e
	}
	body, err := json.Marshal(issueBody{
		Email: t.Email, UserID: t.UserID, AppID: t.AppID, AppSlug: t.AppSlug,
		PatExpiry: t.Expiry, SessionExpiry: t.IdleMinutes,
	})
	if err != nil {
		return TokenGrant{}, inputError(op, "the request cannot be written as JSON")
	}
	if r.id = t.RequestID; r.id == "" {
		r.id = literal.UUID()
	}
	r.body, r.once = body, true
	var grant TokenGrant
	err = c.do(ctx, r, func(res *response) (f *failure) {
		grant, f = c.readGrant(res, t)
		grant.RequestID = r.id
		return f
	})
	if err != nil {
		return TokenGrant{}, err
	}
	return grant, nil
}

// problem says what is wrong with a request, or nothing. ToolJet drops what it
// does not understand and answers a request without an app with a 500.
func (t TokenRequest) problem() string {
	switch {
	case (t.Email == "") == (t.UserID == ""):
		return "exactly one of e-mail and user id is needed"
	case (t.AppID == "") == (t.AppSlug == ""):
		return "exactly one of app id and app slug is needed"
	case t.UserID != "" && !uuidForm.MatchString(t.UserID):
		return "the user id is not a UUID"
	case t.AppID != "" && !uuidForm.MatchString(t.AppID):
		return "the app id is not a UUID"
	case t.Email != "" && !email(t.Email):
		return "the e-mail address cannot be right"
	case t.Expiry < 1 || t.Expiry > maxExpiry:
		return "the expiry is not between 1 and ten years"
	case t.IdleMinutes < 1 || t.IdleMinutes > maxIdle:
		return "the idle time is not between 1 minute and ten years"
	case len(t.RequestID) > 128 || strings.ContainsFunc(t.RequestID, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "the request id cannot be sent"
	case len(t.Email) > 320 || len(t.AppSlug) > 1024:
		return "a field is too long"
	}
	return ""
}

// email refuses only what no server can take for an address.
func email(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// readGrant reads the answer to an issue: personalAccessToken and redirectUrl,
// and neither an id nor an expiry.
func (c *Client) readGrant(res *response, asked TokenRequest) (TokenGrant, *failure) {
	var in struct{ PersonalAccessToken, RedirectURL hidden }
	if f := res.decode(&in, maxString); f != nil {
		return TokenGrant{}, f
	}
	token := in.PersonalAccessToken.Text
	if !tokenForm.MatchString(token.Reveal(secret.ForChecking)) {
		return TokenGrant{}, fail(FailNoToken, "")
	}
	g := TokenGrant{
		Token: token, Received: res.received, ServerTime: res.date, Wrote: res.wrote, Clock: res.clock, Status: res.resp.StatusCode,
	}
	c.takeURL(&g, in.RedirectURL.Text, asked)
	g.Notes = res.notes
	return g, nil
}

// hidden is a JSON string that is a secret from the moment it is read. Anything
// but a string is no secret and reads as none.
type hidden struct{ secret.Text }

// UnmarshalJSON implements json.Unmarshaler.
func (h *hidden) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		h.Text = secret.New(s)
	}
	return nil
}
