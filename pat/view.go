package pat

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"patdesk/secret"
)

// View is a token as the command line prints it in JSON. Its names are fixed:
// scripts rely on them. Times are the server's, in UTC.
type View struct {
	ID          int64        `json:"id"` // its number in the history
	Profile     string       `json:"profile"`
	State       State        `json:"state"`   // one of the states, in lower case
	Outcome     Outcome      `json:"outcome"` // of its request: pending, issued, rejected or unknown
	User        string       `json:"user"`    // e-mail address, or the id where that is all that is known
	AppID       string       `json:"app_id"`
	AppName     string       `json:"app_name"`
	AppSlug     string       `json:"app_slug"`
	Workspace   string       `json:"workspace"`
	Role        string       `json:"role"` // of the user in the workspace of the app, when it was issued
	IssuedAt    *time.Time   `json:"issued_at"`
	EndsAt      *time.Time   `json:"ends_at"`        // the likely end
	EndsLatest  *time.Time   `json:"ends_latest_at"` // the end in the longer unit; that of ends_at once the unit is proven
	LeftSeconds int64        `json:"left_seconds"`   // to that end; 0 once it has passed
	LifeSeconds int64        `json:"life_seconds"`   // what was asked for
	IdleMinutes int64        `json:"idle_minutes"`   // how long a session may rest
	SentExpiry  int64        `json:"sent_expiry"`    // the number that was sent as patExpiry
	Unit        string       `json:"unit"`           // what that number was taken for: seconds, minutes or milliseconds
	UnitProven  bool         `json:"unit_proven"`    // whether the server is known to read it so
	Note        string       `json:"note"`
	Last4       string       `json:"last4"`           // the end of the token, to recognise it by
	Fingerprint string       `json:"fingerprint"`     // to compare tokens by; empty unless its text is kept
	Host        string       `json:"host"`            // of the server
	IssuedBy    string       `json:"issued_by"`       // the user of the computer that issued it
	Error       *Explanation `json:"error"`           // why it was refused, or what is unknown
	Warnings    []string     `json:"warnings"`        // what to know before it is handed on
	Token       string       `json:"token,omitempty"` // only where a secret was asked for
	URL         string       `json:"url,omitempty"`   // only where a secret was asked for
}

// ViewOf describes a token at a moment of the server's clock, without secrets.
func ViewOf(t Token, now time.Time) View {
	end := EndOf(t)
	v := View{
		ID: t.ID, Profile: t.Profile, State: t.State(now), Outcome: t.Outcome, User: first(t.UserEmail, t.UserID),
		AppID: t.AppID, AppName: t.AppName, AppSlug: t.AppSlug, Workspace: t.Workspace, Role: t.Role,
		IssuedAt: moment(t.Issued), EndsAt: moment(end.Likely), EndsLatest: moment(end.Latest),
		LeftSeconds: secondsUp(t.Left(now)), LifeSeconds: int64(t.Life / time.Second), IdleMinutes: t.IdleMinutes,
		SentExpiry: t.SentExpiry, Unit: t.Unit, UnitProven: t.UnitProven, Note: t.Note,
		Last4: t.Last4, Fingerprint: t.Fingerprint, Host: t.Host, IssuedBy: t.By, Warnings: Warnings(t, now),
	}
	v.Error = StoredError(t)
	return v
}

// WithSecrets adds the token and the URL, because a person asked for them.
func (v View) WithSecrets(s Secrets) View {
	v.Token, v.URL = s.Token.Reveal(secret.ForOutput), s.URL.Reveal(secret.ForOutput)
	return v
}

// StoredError is the explanation that was recorded with a row, or nil.
func StoredError(t Token) *Explanation {
	if t.ErrorID == "" {
		return nil
	}
	x := known(ID(t.ErrorID)).with(t.ErrorTitle, "", "")
	if t.ErrorText != "" {
		_ = json.Unmarshal([]byte(t.ErrorText), &x) // the id and title alone will do
		x = x.restored()
	}
	return &x
}

// Warnings are the sentences a person should read beside a token.
func Warnings(t Token, now time.Time) []string {
	w := []string{}
	if t.State(now) == Drift {
		w = append(w, DriftWords(t))
	}
	w = append(w, URLFaults(t)...)
	if end := EndOf(t); end.Open() && end.Latest.After(now) {
		w = append(w, "the unit of patExpiry is not proven on this server: if it reads minutes, this token works until "+end.Latest.UTC().Format(time.RFC3339))
	}
	if power := Power(t); power != "" && t.State(now) != Expired {
		w = append(w, power)
	}
	switch t.State(now) {
	case Older:
		w = append(w, "a newer token exists for this pair; this one probably still works until its own end")
	case Unsure:
		w = append(w, "the outcome is unknown: a token may exist that nobody holds; it cannot be revoked")
	default: // the other states need no words beside their own
	}
	return w
}

// AfterEnd is the sentence for handing out a token whose end has passed on the
// server's clock (row C2 of the catalogue), or "" for any other.
func AfterEnd(t Token, now time.Time) string {
	state, end := t.State(now), EndOf(t)
	if t.Outcome != Issued || state != Expired && state != Ended {
		return ""
	}
	c := known(IDTokenEnded)
	at := end.Likely.UTC().Format(time.RFC3339)
	if state == Ended {
		return fmt.Sprintf("%s at %s, as documented; if this server reads minutes, it works until %s", strings.ToLower(c.Title), at, end.Latest.UTC().Format(time.RFC3339))
	}
	return fmt.Sprintf("%s %s, at %s; %s", strings.ToLower(c.Title), c.Cause, at, strings.ToLower(c.Next))
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	u := t.UTC().Truncate(time.Second)
	return &u
}
