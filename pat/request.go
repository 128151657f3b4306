package pat

import (
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"patdesk/client"
	"patdesk/history"
	"patdesk/pattern"
)

// maxNote bounds a note, in characters.
const maxNote = 500

// Request asks for one token.
type Request struct {
	// User is an e-mail address or a user id (UUID).
	User string
	// UserID is the id under which the server knows the user, if that is known
	// beside an address. The request is then sent with it: an address may have been
	// given to somebody else since.
	UserID string
	// App is an app id (UUID) or a slug.
	App string
	// Life is how long the token shall be valid, Idle after how long without
	// use the open app signs out (whole minutes).
	Life, Idle time.Duration
	// Note says what the token is for.
	Note string
	// Again allows a token for a pair that has a live one.
	Again bool
	// AfterUnknown allows a row of a run to be sent once more although its earlier
	// request may have made a token.
	AfterUnknown bool
	// UserInfo and AppInfo are what the lists said about them, if they were
	// picked from a list. They spare the look-up after issuing.
	UserInfo *User
	AppInfo  *App
	// Names are what an earlier row of the pair knows of it. A row that comes to
	// nothing is known by them.
	Names history.Details
}

// Field names a part of a Request, for errors that belong to one.
type Field string

// The fields of a Request.
const (
	FieldUser Field = "user"
	FieldApp  Field = "app"
	FieldLife Field = "life"
	FieldIdle Field = "idle"
	FieldNote Field = "note"
)

// InvalidError says which field of a Request cannot be sent and why.
type InvalidError struct {
	Field  Field
	Reason string
}

// Error implements error.
func (e *InvalidError) Error() string { return string(e.Field) + ": " + e.Reason }

var uuid = pattern.New(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// IsID reports whether s has the form of a ToolJet id (a UUID).
func IsID(s string) bool { return uuid.MatchString(s) }

// IsEmail reports whether s is a plain e-mail address.
func IsEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == ""
}

// Validate reports the first thing that ToolJet would refuse, or that it would
// misunderstand: a missing app, for one, ends in a server error there instead
// of a refusal.
func (r Request) Validate(s Settings) error {
	switch {
	case r.User == "":
		return &InvalidError{FieldUser, "name a user by e-mail address or id"}
	case !IsEmail(r.User) && !IsID(r.User):
		return &InvalidError{FieldUser, "this is neither an e-mail address nor a user id"}
	case r.UserID != "" && !IsID(r.UserID):
		return &InvalidError{FieldUser, "the user id of the earlier row is none: name the user anew"}
	case r.App == "":
		return &InvalidError{FieldApp, "name an app by id or slug"}
	case len(r.App) > 200 || strings.ContainsFunc(r.App, func(c rune) bool { return c <= ' ' || c == utf8.RuneError }):
		return &InvalidError{FieldApp, "an app is sent by its id or its slug, without spaces"}
	case strings.HasPrefix(r.App, "pat_") || strings.HasPrefix(r.App, "tj_pat_"):
		return &InvalidError{FieldApp, "this looks like a token, not like an app"}
	case utf8.RuneCountInString(r.Note) > maxNote:
		return &InvalidError{FieldNote, fmt.Sprintf("keep the note within %d characters", maxNote)}
	}
	return r.validateTimes(s)
}

func (r Request) validateTimes(s Settings) error {
	switch {
	case r.Life < MinLife || r.Life > MaxLife:
		return &InvalidError{FieldLife, "between 1 second and 10 years"}
	case s.MaxLife > 0 && r.Life > s.MaxLife:
		who := "profile " + s.Profile
		if r := s.Rights; r != nil && r.MaxLife == s.MaxLife {
			who = "the team of this desk"
		}
		return &InvalidError{FieldLife, fmt.Sprintf("%s allows at most %s", who, Span(s.MaxLife))}
	case r.Life < s.Unit.Duration():
		return &InvalidError{FieldLife, fmt.Sprintf("this server counts in %s: at least one", s.Unit)}
	case r.Idle < MinIdle || r.Idle > MaxIdle:
		return &InvalidError{FieldIdle, "between 1 minute and 10 years"}
	case r.Idle%time.Minute != 0:
		return &InvalidError{FieldIdle, "whole minutes"}
	}
	return nil
}

// Wire is the request as the client sends it, with exactly one user key, one
// app key and both expiries.
func (r Request) Wire(s Settings) client.TokenRequest {
	n, _ := s.Unit.Number(r.Life)
	w := client.TokenRequest{Expiry: n, IdleMinutes: int64(r.Idle / time.Minute)}
	if id := first(r.UserID, r.User); IsID(id) {
		w.UserID = id
	} else {
		w.Email = r.User
	}
	if IsID(r.App) {
		w.AppID = r.App
	} else {
		w.AppSlug = r.App
	}
	return w
}

// Span writes a duration in at most two units, as in "2h 30m" or "7d". It is
// meant for settings, not for countdowns.
func Span(d time.Duration) string {
	if d < time.Second {
		return d.String()
	}
	units := []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}}
	var parts []string
	for _, u := range units {
		if n := d / u.size; n > 0 {
			parts = append(parts, fmt.Sprintf("%d%s", n, u.name))
			d -= n * u.size
		}
		if len(parts) == 2 {
			break
		}
	}
	return strings.Join(parts, " ")
}
