package paste

import (
	"errors"
	"strings"

	"patdesk/address"
)

// App returns the id or slug of an app in what was pasted: the id or slug
// itself, or the address of one of its pages on the server at base, with or
// without its scheme (see address.App). The error never repeats an address,
// which may hold a token.
func App(s, base string) (string, error) {
	s = Address(s)
	if alone := strings.Trim(s, "/"); !strings.Contains(alone, "/") {
		return alone, nil
	}
	first, _, _ := strings.Cut(s, "/")
	if !strings.Contains(s, "://") && (strings.ContainsAny(first, ".:") || first == "localhost") {
		s = "https://" + s
	}
	app, err := address.App(s, base)
	if errors.Is(err, address.ErrForeign) && base == "" {
		app, err = address.App(s, s)
	}
	if app = Trim(app); err == nil && app == "" {
		err = address.ErrNoApp
	}
	return app, err
}
