package client

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"patdesk/secret"
)

// sessionTime is the limit of an exchange: ToolJet compares the token with every
// stored hash, one by one.
const sessionTime = 60 * time.Second

// Session is what an embed token was exchanged for, as the embed page does it.
// The server keeps it until EndSession or until it has been idle too long.
type Session struct {
	SignedPAT secret.Text // the JWT that stands for the session

	// What the JWT, or the answer around it, says about the token. All may be
	// empty.
	UserID, Email, AppID string
	WorkspaceIDs         []string

	ServerTime time.Time // Date header, UTC; zero without one
}

// CreateSession exchanges an embed token, which is the only way to find out
// whether it works. It needs no admin key and sends none, takes up to 60 s, and
// leaves a session on the server. A 401 means that the token is not valid for
// the app, a 403 that its user may not open the app.
func (c *Client) CreateSession(ctx context.Context, appID string, token secret.Text) (Session, error) {
	const op = "exchange token"
	switch {
	case !uuidForm.MatchString(appID):
		return Session{}, inputError(op, "the app id is not a UUID")
	case token.IsZero():
		return Session{}, inputError(op, "there is no token")
	}
	r, e := c.newRequest(op, http.MethodPost, "api", "ext", "users", "session")
	if e != nil {
		return Session{}, e
	}
	body, err := json.Marshal(map[string]string{"appId": appID, "accessToken": token.Reveal(secret.ForRequest)})
	if err != nil {
		return Session{}, inputError(op, "the request cannot be written as JSON")
	}
	r.body, r.auth, r.once = body, false, true
	c.long(&r, sessionTime)
	var s Session
	err = c.do(ctx, r, func(res *response) (f *failure) {
		s, f = readSession(res)
		return f
	})
	if err != nil {
		return Session{}, err
	}
	return s, nil
}

// readSession reads the answer to an exchange. The embed page reads signedPat;
// the log-in code it shares writes its own keys in snake case.
func readSession(res *response) (Session, *failure) {
	var in struct {
		SignedPat hidden `json:"signedPat"`
		SnakeCase hidden `json:"signed_pat"`
		ID, Email string
	}
	if f := res.decode(&in, maxSession); f != nil {
		return Session{}, f
	}
	s := Session{SignedPAT: in.SignedPat.Text, UserID: cut(in.ID, maxString), Email: cut(in.Email, maxString), ServerTime: res.date}
	if s.SignedPAT.IsZero() {
		s.SignedPAT = in.SnakeCase.Text
	}
	if s.SignedPAT.IsZero() || !printable(s.SignedPAT.Reveal(secret.ForChecking)) {
		return Session{}, fail(FailNoToken, "the answer lacks the signed token")
	}
	s.readClaims()
	return s, nil
}

// readClaims reads the JWT's payload. Its signature is the server's own and is
// not checked: nothing here depends on the claims but what a person is shown.
func (s *Session) readClaims() {
	parts := strings.Split(s.SignedPAT.Reveal(secret.ForChecking), ".")
	if len(parts) != 3 {
		return
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil || scan(payload, maxString) != nil {
		return
	}
	var claims struct {
		Username, Sub, AppID string
		OrganizationIDs      []string
	}
	if !readObject(payload, &claims) {
		return
	}
	s.AppID, s.WorkspaceIDs = claims.AppID, claims.OrganizationIDs
	if claims.Username != "" {
		s.UserID = claims.Username
	}
	if claims.Sub != "" {
		s.Email = claims.Sub
	}
}

// EndSession ends a session on the server, as the embed page does when its user
// logs out. The token itself stays valid.
func (c *Client) EndSession(ctx context.Context, s Session) error {
	const op = "end session"
	if s.SignedPAT.IsZero() {
		return inputError(op, "there is no session")
	}
	r, e := c.newRequest(op, http.MethodGet, "api", "session", "logout")
	if e != nil {
		return e
	}
	r.auth = false
	r.header = map[string]string{"tj_auth_token": s.SignedPAT.Reveal(secret.ForRequest)}
	return c.do(ctx, r, (*response).done)
}

// done reads an answer that needs no content: ToolJet's are empty.
func (r *response) done() *failure {
	b, f := r.all()
	if f == nil && kindOf(b, r.resp.Header) == BodyHTML {
		return fail(FailHTML, "")
	}
	return f
}
