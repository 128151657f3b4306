package pat

import (
	"patdesk/paste"
)

// Clean returns r without what came along when user and app were pasted, and
// with the app's id or slug in place of the address of one of its pages on this
// server. The error is an InvalidError.
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
	r.App = app
	return r, nil
}

// baseURL is the address of the server in use, "" without one.
func (i *Issuer) baseURL() string {
	if i.Client == nil {
		return ""
	}
	return i.Client.BaseURL()
}
