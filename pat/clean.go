package pat

import (
	"strings"

	"patdesk/paste"
)

// Clean returns r without what came along when user and app were pasted, and
// with the app's id or slug in place of the address of one of its pages on this
// server; ids are written small. The error is an InvalidError.
func (i *Issuer) Clean(r Request) (Request, error) {
	r.User = paste.User(r.User)
	if odd := paste.Odd(r.User); odd != "" {
		return r, &InvalidError{FieldUser, "it has " + odd + " inside, which nobody sees: type it again"}
	}
	app, err := paste.App(r.App, i.baseURL())
	if err != nil {
		return r, &InvalidError{FieldApp, err.Error()}
	}
	if odd := paste.Odd(app); odd != "" {
		return r, &InvalidError{FieldApp, "it has " + odd + " inside, which nobody sees: type it again"}
	}
	r.User, r.UserID, r.App = smallID(r.User), smallID(r.UserID), smallID(app)
	return r, nil
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
