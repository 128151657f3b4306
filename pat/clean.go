package pat

import (
	"strings"

	"patdesk/paste"
	"patdesk/secret"
)

// Clean returns r without what came along when user and app were pasted, and
// with the app's id or slug in place of the address of one of its pages on this
// server; ids are written small. What is kept in clear may hold no secret. The error is
// an InvalidError.
func (i *Issuer) Clean(r Request) (Request, error) {
	r.User = paste.User(r.User)
	if odd := paste.Odd(r.User); odd != "" {
		return r, &InvalidError{FieldUser, "it has " + odd + " inside, which is easily overlooked: type it again"}
	}
	app, err := paste.App(r.App, i.baseURL())
	if err != nil {
		return r, &InvalidError{FieldApp, err.Error()}
	}
	if odd := paste.Odd(app); odd != "" {
		return r, &InvalidError{FieldApp, "it has " + odd + " inside, which is easily overlooked: type it again"}
	}
	r.User, r.UserID, r.App = smallID(r.User), smallID(r.UserID), smallID(app)
	for _, f := range []struct {
		name Field
		text string
	}{{FieldUser, r.User}, {FieldApp, r.App}, {FieldNote, r.Note}} {
		if err := i.noSecret(f.name, f.text); err != nil {
			return r, err
		}
	}
	return r, nil
}

// noSecret refuses a secret in a field: history and exports keep it in clear. The
// error is an InvalidError, which does not repeat it.
func (i *Issuer) noSecret(f Field, text string) error {
	what := secret.Within(text)
	if what == "" && i.Client != nil && i.Client.HoldsKey(text) {
		what = "the admin key"
	}
	if what == "" {
		return nil
	}
	return &InvalidError{f, what + " stands in it, and it would be kept in clear text: take it out"}
}

// smallID writes an id as ToolJet does, which compares them without regard to
// case, and leaves any other text as it is.
func smallID(s string) string {
	if IsID(s) {
		return strings.ToLower(s)
	}
	return s
}

// baseURL is the address of the server in use, "" without one.
func (i *Issuer) baseURL() string {
	if i.Client == nil {
		return ""
	}
	return i.Client.BaseURL()
}
