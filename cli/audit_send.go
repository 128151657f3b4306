package cli

import (
	"context"
	"time"

	"patdesk/pat"
	"patdesk/secret"
)

// unsent is the error of a head that could not be sent; nil stays nil.
func unsent(err error) error {
	if err == nil {
		return nil
	}
	return &pat.Problem{ID: pat.IDOutput, Cause: "audit_head_command did not take the head: " + err.Error(), Next: "Mend the command, then run: patdesk audit head", Err: err}
}

// sendTime bounds sealing and sending a head at the end of a run.
const sendTime = 15 * time.Second

// sendHead seals what was done in a session and gives the new head to the command
// that keeps it elsewhere, if there is one. What fails is told: the events are in
// the history all the same, and the next head holds them too.
func (a *app) sendHead(ctx context.Context, s *session) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTime)
	defer cancel()
	h, err := s.issuer.AuditHead(ctx)
	if err == nil && h.New {
		err = unsent(secret.Feed(ctx, s.config.AuditHeadCommand, h.Note))
	}
	if err != nil {
		a.say("warning: the head of the audit was not sent (%s); send it with: patdesk audit head", pat.Explain(err).Cause)
	}
}
