package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// session is one open embed. It ends when idle for too long, and never
// outlives the token it was opened with.
type session struct {
	id      string
	userID  string
	appID   string
	hash    string // of the token
	expires time.Time
}

// claims is the readable part of a signedPat. It has no exp: ToolJet asks its
// database instead.
type claims struct {
	SessionID       string   `json:"sessionId"`
	Username        string   `json:"username"` // the user's id
	Subject         string   `json:"sub"`      // the user's e-mail
	OrganizationIDs []string `json:"organizationIds"`
	IsPATLogin      bool     `json:"isPATLogin"`
	AppID           string   `json:"appId"`
	Scope           string   `json:"scope"`
	IssuedAt        int64    `json:"iat"`
}

// exchange is POST session, the call of the embed page: a token for a session.
// Here, and not at the issue, ToolJet asks whether the user may open the app.
func (s *Server) exchange(c *call) answer {
	f, a, readable := c.read()
	if !readable {
		return a
	}
	f.required("appId", "a UUID")
	f.required("accessToken", "a string")
	appID, plain := f.uuid("appId"), f.words("accessToken")
	if a, refused := f.refused(); refused {
		return a
	}
	t := s.tokens[hash(plain)]
	if t == nil || t.appID != appID || !t.expires.After(c.at) {
		return refuse(http.StatusUnauthorized, "Invalid or expired personal access token")
	}
	u, app := s.user(t.userID), s.app(t.appID)
	if a, refused := s.barred(u, app); refused {
		return a
	}
	se := &session{id: stableID("session", randomHex(16)), userID: u.ID, appID: app.ID, hash: t.hash, expires: c.at.Add(t.idle)}
	s.sessions[se.id] = se
	v := s.profile(u, app)
	v["signedPat"] = s.sign(claims{
		SessionID: se.id, Username: u.ID, Subject: u.Email, OrganizationIDs: []string{app.WorkspaceID},
		IsPATLogin: true, AppID: app.ID, Scope: "App", IssuedAt: c.at.Unix(),
	})
	return created(v)
}

// barred tells why somebody may not open an app with a valid token.
func (s *Server) barred(u *User, app *App) (answer, bool) {
	if u == nil || app == nil {
		return refuse(http.StatusUnauthorized, "Invalid PAT session"), true
	}
	if u.Status != "active" {
		return refuse(http.StatusUnauthorized, "User is not active"), true
	}
	if w := s.workspace(app.WorkspaceID); w.Status != "active" {
		return refuse(http.StatusBadRequest, "Organization is Archived"), true
	}
	m := u.member(app.WorkspaceID)
	if m == nil {
		return membershipError(app.WorkspaceID, "USER_NOT_EXISTED"), true
	}
	switch m.Status {
	case "archived":
		return membershipError(app.WorkspaceID, "USER_ARCHIVED_IN_ORGANIZATION"), true
	case "invited":
		return membershipError(app.WorkspaceID, "USER_INVITED_IN_ORGANIZATION"), true
	}
	if !s.access(u, m, app).view {
		return refuse(http.StatusForbidden, "You do not have access to this app"), true
	}
	return answer{}, false
}

// membershipError is a 401 whose message is JSON inside a string.
func membershipError(workspaceID, kind string) answer {
	return refuse(http.StatusUnauthorized,
		string(encode(object{"organizationId": workspaceID, "errorType": kind})))
}

// profile is the snake-cased payload ToolJet's log-ins share.
func (s *Server) profile(u *User, app *App) object {
	w, m := s.workspace(app.WorkspaceID), u.member(app.WorkspaceID)
	first, last, _ := strings.Cut(u.Name, " ")
	groups := []object{{"name": m.Role}}
	for _, g := range m.Groups {
		groups = append(groups, object{"name": g})
	}
	return object{
		"id": u.ID, "email": u.Email, "first_name": first, "last_name": last,
		"admin": m.Role == "admin", "super_admin": false, "role": object{"name": m.Role},
		"group_permissions":       groups,
		"current_organization_id": w.ID, "current_organization_slug": w.Slug,
		"current_organization_name": w.Name,
	}
}

// sign makes an HS256 JWT.
func (s *Server) sign(c claims) string {
	head := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))
	body := head + "." + base64.RawURLEncoding.EncodeToString(encode(c))
	return body + "." + base64.RawURLEncoding.EncodeToString(s.mac(body))
}

func (s *Server) mac(body string) []byte {
	m := hmac.New(sha256.New, s.secret)
	m.Write([]byte(body))
	return m.Sum(nil)
}

// verify reads a signedPat back; false if this instance did not sign it.
func (s *Server) verify(signed string) (claims, bool) {
	var c claims
	i := strings.LastIndexByte(signed, '.')
	if i < 0 {
		return c, false
	}
	sum, err := base64.RawURLEncoding.DecodeString(signed[i+1:])
	if err != nil || !hmac.Equal(sum, s.mac(signed[:i])) {
		return c, false
	}
	_, payload, _ := strings.Cut(signed[:i], ".")
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return c, false
	}
	return c, json.Unmarshal(raw, &c) == nil
}

// enterSession is what every request inside an embed passes: session, user,
// token and access are asked for again, then the idle time starts anew.
func (s *Server) enterSession(c *call) (*session, answer, bool) {
	cl, valid := s.verify(c.header.Get("tj_auth_token"))
	if !valid {
		return nil, refuse(http.StatusUnauthorized, msgUnauthorized), false
	}
	se := s.sessions[cl.SessionID]
	if se == nil {
		return nil, refuse(http.StatusUnauthorized, "Invalid PAT session"), false
	}
	t := s.tokens[se.hash]
	switch {
	case t == nil:
		return nil, refuse(http.StatusUnauthorized, "Invalid PAT session"), false
	case !t.expires.After(c.at):
		return nil, refuse(http.StatusUnauthorized, "PAT token expired"), false
	case !se.expires.After(c.at):
		return nil, refuse(http.StatusUnauthorized, "PAT session expired"), false
	}
	if a, refused := s.barred(s.user(se.userID), s.app(se.appID)); refused {
		return nil, a, false
	}
	se.expires = c.at.Add(t.idle)
	return se, answer{}, true
}

// session is GET session: who is signed in.
func (s *Server) session(c *call) answer {
	se, a, valid := s.enterSession(c)
	if !valid {
		return a
	}
	return ok(s.profile(s.user(se.userID), s.app(se.appID)))
}

// logout ends a session; its token can be exchanged again.
func (s *Server) logout(c *call) answer {
	cl, valid := s.verify(c.header.Get("tj_auth_token"))
	if !valid {
		return refuse(http.StatusUnauthorized, msgUnauthorized)
	}
	if s.sessions[cl.SessionID] == nil {
		return refuse(http.StatusUnauthorized, "Invalid PAT session")
	}
	delete(s.sessions, cl.SessionID)
	return answer{status: http.StatusOK}
}
