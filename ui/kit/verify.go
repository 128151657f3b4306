package kit

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/config"
	"patdesk/pat"
)

// verifyToken asks ToolJet about a token.
func verifyToken(ctx context.Context, i *pat.Issuer, t pat.Token) tea.Cmd {
	return func() tea.Msg {
		v, err := i.Verify(ctx, t.ID)
		if v.Token.ID == 0 {
			v.Token = t
		}
		return VerifiedMsg{ID: t.ID, Result: v, Err: err}
	}
}

// ProveUnit finds out in which unit the server reads patExpiry, with a test pair,
// and keeps it with the profile. It is a write.
func ProveUnit(s Shell, user, app string) tea.Cmd {
	i, keep, name := s.Issuer(), s.Servers().KeepUnit, ""
	if s.Profile() != nil {
		name = s.Profile().Name
	}
	return func() tea.Msg {
		unit, _, err := i.ProveUnit(s.Context(), user, app)
		m := ProvedMsg{Unit: unit, Err: err}
		if err == nil && keep != nil {
			m.Unkept = keep(s.Context(), i, name, unit)
		}
		return m
	}
}

// ProofQuestion is what is asked before the unit of patExpiry is proven with a pair.
func ProofQuestion(p *config.Profile, req pat.Request) Question {
	q := Question{
		Title: "Issue a token of one unit?", Yes: "Prove the unit", Go: true,
		Lines: []string{
			fmt.Sprintf("%s on %s: patExpiry 1, tried at once and after five seconds.", Within(req.User), Within(req.App)),
			"It lives a second, or a minute if this server reads minutes, and is recorded like any other.",
		},
	}
	if p != nil && p.Production {
		q.Typed, q.Danger = pat.NameToType(req.User), true
	}
	return q
}

// Verify asks ToolJet about a row.
func Verify(s Shell, t pat.Token) tea.Cmd {
	if why := WhyNoText(s.Keys(), t); why != "" {
		s.Say(LevelWarn, why)
		return nil
	}
	s.Say(LevelInfo, "Asking ToolJet whether it opens the app for "+UserOf(t)+".")
	return WithWaits(s.Context(), NoTicket, func(ctx context.Context) tea.Cmd { return verifyToken(ctx, s.Issuer(), t) })
}

// Verdict says in words what ToolJet answered about a token.
func Verdict(v pat.Verification, err error) (Level, string) {
	said := ""
	if lost := pat.Unrecorded(err); lost != nil {
		said = " But " + lost.Words() + "."
	}
	who := fmt.Sprintf("%s on %s", UserOf(v.Token), AppOf(v.Token))
	switch v.Verdict {
	case pat.Valid:
		if v.Drift != "" {
			return LevelWarn, "ToolJet opens the app for " + who + ", but " + v.Drift + "." + said
		}
		if said != "" {
			return LevelWarn, "Verified: ToolJet opens the app for " + who + "." + said
		}
		return LevelGood, "Verified: ToolJet opens the app for " + who + "."
	case pat.Refused, pat.NoAccess, pat.Archived:
		x := pat.Explain(err)
		return LevelBad, fmt.Sprintf("%s: %s. %s.", x.Title, x.Cause, x.Next)
	default:
		x := pat.Explain(err)
		return LevelWarn, fmt.Sprintf("Not verified: %s. %s.", x.Title, x.Next)
	}
}

// WriteTimeout bounds a write to the history.
const WriteTimeout = 15 * time.Second
