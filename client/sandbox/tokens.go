package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"time"
)

// token is a stored embed token: its hash, never itself.
type token struct {
	hash    string
	userID  string
	appID   string
	expires time.Time
	idle    time.Duration
}

// Issued is one line of the ledger: what the instance gave away for one
// request id. The token is told by its last four characters and its SHA-256.
type Issued struct {
	RequestID  string    `json:"request_id"`
	UserID     string    `json:"user_id"`
	Email      string    `json:"email"`
	AppID      string    `json:"app_id"`
	Last4      string    `json:"last4"`
	SHA256     string    `json:"sha256"` // hexadecimal, of the newest token for this request id
	At         time.Time `json:"at"`     // the instance's clock
	Expires    time.Time `json:"expires"`
	Executions int       `json:"executions"` // how often this request id was carried out
}

// Ledger returns what was issued, oldest first. Requests with the same
// X-Request-Id share a line and are counted in Executions; a request without
// one has a line of its own. A line exists before its answer is written.
func (s *Server) Ledger() []Issued {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Issued, 0, len(s.ledger))
	for _, e := range s.ledger {
		out = append(out, *e)
	}
	return out
}

// Defaults of ToolJet when a request leaves an expiry out.
const (
	defaultLife = 10 * 24 * time.Hour
	defaultIdle = 60 * time.Minute
)

// issue is POST personal-access-token.
func (s *Server) issue(c *call) answer {
	f, a, readable := c.read()
	if !readable {
		return a
	}
	email, userID := f.email("email"), f.uuid("userId")
	appID, appSlug := f.uuid("appId"), f.words("appSlug")
	idle, life := f.positive("sessionExpiry"), f.positive("patExpiry")
	if a, refused := f.refused(); refused {
		return a
	}
	if s.tooMany(c.at) {
		return refuse(http.StatusTooManyRequests, "ThrottlerException: Too Many Requests")
	}
	u, app, a, found := s.pair(userID, email, appID, appSlug)
	if !found {
		return a
	}
	if idle > math.MaxInt32 {
		a := refuse(http.StatusUnprocessableEntity, fmt.Sprintf("value %q is out of range for type integer", fmt.Sprint(int64(idle))))
		a.refusal.Code = "22003"
		return a
	}
	t := &token{userID: u.ID, appID: app.ID, idle: defaultIdle}
	if idle > 0 {
		t.idle = time.Duration(idle) * time.Minute
	}
	if t.expires, found = s.end(c.at, life); !found {
		a := refuse(http.StatusUnprocessableEntity, "date/time field value out of range")
		a.refusal.Code = "22008"
		return a
	}
	plain := "pat_" + randomHex(32)
	t.hash = hash(plain)
	s.store(t, c.at)
	s.enter(c, u, t, plain)
	return created(grant{Token: plain, URL: s.embedURL(c, app, plain)})
}

// grant is the whole of a successful answer: no id, no end.
type grant struct {
	Token string `json:"personalAccessToken"`
	URL   string `json:"redirectUrl"`
}

// pair finds who and what a token is for. The access of one to the other is
// not looked at here; ToolJet does that when the token is exchanged.
func (s *Server) pair(userID, email, appID, appSlug string) (*User, *App, answer, bool) {
	who, what := userID, appID
	if who == "" {
		who = email
	}
	if who == "" {
		return nil, nil, refuse(http.StatusBadRequest, msgNoUserKey), false
	}
	u := s.user(who)
	if u == nil {
		return nil, nil, refuse(http.StatusNotFound, msgNoUser), false
	}
	if what == "" {
		what = appSlug
	}
	if what == "" {
		return nil, nil, refuse(http.StatusInternalServerError, msgNoApp), false
	}
	a := s.app(what)
	if a == nil {
		return nil, nil, refuse(http.StatusBadRequest, msgBadApp), false
	}
	return u, a, answer{}, true
}

// tooMany counts an issue call against PerMinute in fixed windows of a minute.
func (s *Server) tooMany(now time.Time) bool {
	if s.opts.PerMinute <= 0 {
		return false
	}
	if now.Sub(s.window) >= time.Minute {
		s.window, s.inWindow = now, 0
	}
	if s.inWindow >= s.opts.PerMinute {
		return true
	}
	s.inWindow++
	return false
}

// end returns when a token of the given life ends; false if that is beyond
// what a calendar of four-digit years can hold.
func (s *Server) end(now time.Time, life float64) (time.Time, bool) {
	if life == 0 {
		return now.Add(defaultLife), true
	}
	millis := life * float64(s.opts.Unit.span().Milliseconds())
	if limit := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC); millis > float64(limit.UnixMilli()-now.UnixMilli()) {
		return time.Time{}, false
	}
	return time.UnixMilli(now.UnixMilli() + int64(millis)).UTC(), true
}

// store keeps a new token as this instance's build does.
func (s *Server) store(t *token, now time.Time) {
	samePair := func(old *token) bool { return old.userID == t.userID && old.appID == t.appID }
	switch s.opts.Reissue {
	case Adds, "":
	case Replaces:
		s.forget(samePair)
	case ReplacesApp:
		s.forget(func(old *token) bool { return old.appID == t.appID })
	case Dead:
		for _, old := range s.tokens {
			if samePair(old) && old.expires.After(now) {
				return
			}
		}
	}
	s.tokens[t.hash] = t
}

// enter writes the ledger.
func (s *Server) enter(c *call, u *User, t *token, plain string) {
	requestID := c.header.Get("X-Request-Id")
	line := s.executed[requestID]
	if line == nil || requestID == "" {
		line = &Issued{RequestID: requestID}
		s.ledger = append(s.ledger, line)
		s.executed[requestID] = line
	}
	line.UserID, line.Email, line.AppID = u.ID, u.Email, t.appID
	line.Last4, line.SHA256 = plain[len(plain)-4:], t.hash
	line.At, line.Expires = c.at.UTC(), t.expires.UTC()
	line.Executions++
}

// embedURL is the redirectUrl: the path always names the id, the query the slug.
func (s *Server) embedURL(c *call, a *App, plain string) string {
	return s.host(c) + s.prefix + "embed-apps/" + a.ID +
		"?personal-access-token=" + plain + "&appSlug=" + url.QueryEscape(a.Slug)
}

func hash(plain string) string {
	sum := sha256.Sum256([]byte(plain))
	return hex.EncodeToString(sum[:])
}
