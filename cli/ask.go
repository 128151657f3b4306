package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"patdesk/pat"
	"patdesk/ui/term"
)

// mayAsk reports whether a question can be put to a person.
func (a *app) mayAsk() bool {
	return a.env.InTTY && !a.json && !a.keyStdin && !a.noAsk && !a.yes
}

// confirm asks a question before something is done. --yes answers it; where
// nobody can be asked, nothing is done. Errors: pat.Problem with the row usage
// (nobody could be asked) or canceled (a person said no).
func (a *app) confirm(ctx context.Context, question string) error {
	if a.yes {
		return nil
	}
	if !a.mayAsk() {
		return unasked(question)
	}
	yes, err := term.Confirm(ctx, a.env.In, a.env.Err, question)
	return declined(yes, err)
}

// unasked is the refusal where a question cannot be put.
func unasked(question string) error {
	return &pat.Problem{
		ID: pat.IDUsage, Cause: "this asks first, and there is no terminal to ask on: " + question,
		Next: "Add --yes if that is so; nothing was sent",
	}
}

// declined is the end of a command whose question was not answered by yes.
func declined(yes bool, err error) error {
	if err == nil && yes {
		return nil
	}
	return errors.Join(&pat.Problem{ID: pat.IDCanceled, Cause: "you said no; nothing was sent"}, err)
}

// guard asks for a name to be typed before something changes on a production
// server, as the console does: the user's, or the profile's if there are several.
func (a *app) guard(ctx context.Context, s *session, users ...string) error {
	if s.profile == nil || !s.profile.Production || a.yes {
		return nil
	}
	name := s.profile.Name
	if len(users) == 1 {
		name = pat.NameToType(users[0])
	}
	name = term.CleanWidth(name, 40).String()
	question := fmt.Sprintf("%s is a production server (%s). Type %q to go on:", s.profile.Name, s.issuer.Client.BaseURL(), name)
	if !a.mayAsk() {
		return unasked(fmt.Sprintf("%s is a production server", s.profile.Name))
	}
	typed, err := term.Ask(ctx, a.env.In, a.env.Err, question)
	return declined(strings.TrimSpace(typed) == name, err)
}
