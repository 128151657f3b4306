package pat

import (
	"context"
	"fmt"
	"strings"

	"patdesk/pattern"
)

// slugForm is what ToolJet makes slugs of.
var slugForm = pattern.New(`^[a-z0-9_-]+$`)

// NamedApp puts the app of an exact name into a request. What can be a slug, and an id
// or an address, stays as it is and needs no list; so does a word of none of the apps.
// Errors: InvalidError for what Clean refuses, for a name of several apps, and for one
// with spaces that no app has; what kept the lists from being read, where only they
// could tell.
func (i *Issuer) NamedApp(ctx context.Context, r Request) (Request, error) {
	clean, err := i.Clean(r)
	if err != nil || clean.App == "" || IsID(clean.App) || slugForm.MatchString(clean.App) {
		return r, err
	}
	var a App
	apps, err := i.Apps(ctx, false)
	if err == nil {
		a, err = appOf(apps, clean.App)
	}
	switch {
	case err == nil:
		r.App, r.AppInfo = a.ID, &a
	case !strings.ContainsRune(clean.App, ' ') && len(appsCalled(apps, clean.App)) == 0:
		err = nil // ToolJet knows best
	}
	return r, err
}

// appOf is the app of an id, a slug or an exact name. Errors: InvalidError for none and
// for several, with what is near.
func appOf(apps []App, name string) (App, error) {
	if found := FindApp(apps, name); found != nil {
		return *found, nil
	}
	called := appsCalled(apps, name)
	switch len(called) {
	case 1:
		return called[0], nil
	case 0:
		reason := "no such app here"
		if words := (Suggestion{Apps: ClosestApps(apps, name)}).Words(); words != "" {
			reason += ". " + words
		}
		return App{}, &InvalidError{FieldApp, reason}
	}
	words := make([]string, len(called))
	for n, a := range called {
		words[n] = appWords(a)
	}
	return App{}, &InvalidError{FieldApp, fmt.Sprintf("%d apps have this name; use the slug of one: %s", len(called), strings.Join(words, "; "))}
}

// appsCalled are the apps of a name: in this spelling, or else in any case.
func appsCalled(apps []App, name string) (called []App) {
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		for _, a := range apps {
			if same(a.Name, name) {
				called = append(called, a)
			}
		}
		if len(called) > 0 {
			return called
		}
	}
	return nil
}
