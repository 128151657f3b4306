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

// notSent is what is true of a request that was not confirmed.
const notSent = "nothing was sent"

// confirm asks a question before something is done. --yes answers it; where
// nobody can be asked, nothing is done, which undone says. Errors: pat.Problem with the row usage
// (nobody could be asked) or canceled (a person said no).
func (a *app) confirm(ctx context.Context, question, undone string) error {
	if a.yes {
		return nil
	}
	if !a.mayAsk() {
		return unasked(question, undone)
	}
	yes, err := term.Confirm(ctx, a.env.In, a.env.Err, question)
	return declined(yes, err, undone)
}

// unasked is the refusal where a question cannot be put.
func unasked(question, undone string) error {
	return &pat.Problem{
		ID: pat.IDUsage, Cause: "this asks first, and there is no terminal to ask on: " + question,
		Next: "Add --yes if that is so; " + undone,
	}
}

// declined is the end of a command whose question was not answered by yes.
func declined(yes bool, err error, undone string) error {
	if err == nil && yes {
		return nil
	}
	return errors.Join(&pat.Problem{ID: pat.IDCanceled, Cause: "you said no; " + undone}, err)
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
	return a.guardName(ctx, s, name)
}

// guardName asks for a name to be typed on a production server.
func (a *app) guardName(ctx context.Context, s *session, name string) error {
	if a.yes {
		return nil
	}
	name = term.CleanWidth(name, 40).String()
	question := fmt.Sprintf("%s is a production server (%s). Type %q to go on:", s.profile.Name, s.issuer.Client.BaseURL(), name)
	if !a.mayAsk() {
		return unasked(fmt.Sprintf("%s is a production server", s.profile.Name), notSent)
	}
	typed, err := term.Ask(ctx, a.env.In, a.env.Err, question)
	return declined(strings.TrimSpace(typed) == name, err, notSent)
}
