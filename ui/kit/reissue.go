package kit

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/ui/term"
)

// issueToken asks for a token. It is a write: it outlives its screen. The client
// bounds each request, LongestWait what lies between them.
func issueToken(ctx context.Context, i *pat.Issuer, ticket int, again int64, req pat.Request) tea.Cmd {
	return func() tea.Msg {
		grant, err := i.Issue(ctx, req)
		return IssuedMsg{Ticket: ticket, again: again, Request: req, Grant: grant, Err: err}
	}
}

// RequestToken sends a request for a token and tells of its waits.
func RequestToken(s Shell, ticket int, again int64, req pat.Request) tea.Cmd {
	s.Requests().Begin(ticket)
	return WithWaits(s.Context(), ticket, func(ctx context.Context) tea.Cmd {
		return s.Write(issueToken(ctx, s.Issuer(), ticket, again, req))
	})
}

// Reissue asks for a fresh token for the pair of a row, with its settings, and opens a
// page for it. also are further sentences of the question.
func Reissue(s Shell, t pat.Token, also ...string) tea.Cmd { return reissue(s, t, s.Go, also...) }

// OthersAlive says what else of a pair keeps working beside a token, for the question
// before it is re-issued; nothing where nothing does.
func OthersAlive(a pat.PairAlive, now time.Time, zone *time.Location) []string {
	if a.Tokens == 0 || !a.Until.After(now) {
		return nil
	}
	words := "1 other token of this pair keeps working until %s at the latest."
	if a.Tokens > 1 {
		words = fmt.Sprint(a.Tokens, " other tokens of this pair keep working, the last until %s at the latest.")
	}
	return []string{fmt.Sprintf(words, ClockTime(a.Until, now, zone))}
}

// ReissueIn is Reissue from the page of a token: the new page takes its place.
func ReissueIn(s Shell, t pat.Token, page Screen, also ...string) tea.Cmd {
	return reissue(s, t, func(p Place) tea.Cmd { return s.Replace(page, p) }, also...)
}

func reissue(s Shell, t pat.Token, open func(Place) tea.Cmd, also ...string) tea.Cmd {
	switch {
	case s.Issuer().WhyNotChange() != "":
		s.Say(LevelWarn, s.Issuer().WhyNotChange())
		return nil
	case FirstOf(t.UserEmail, t.UserID) == "" || FirstOf(t.AppID, t.AppSlug) == "":
		s.Say(LevelWarn, "This row names no user and app to issue for.")
		return nil
	}
	req := pat.Again(t, 0)
	q := ReissueQuestion(t, s.Issuer().ListsAtHand(), s.Profile(), s.Now(), s.Zone())
	q.Lines = append(q.Lines, also...)
	return s.Ask(q, func() tea.Cmd {
		ticket := s.Requests().NewTicket()
		return tea.Batch(open(Reissuing{Old: t, Ticket: ticket}), RequestToken(s, ticket, t.ID, req))
	})
}

// ReissueQuestion is what is asked before a row is repeated. What is known against a new
// token, by the row or by lists, stands in it.
func ReissueQuestion(t pat.Token, l pat.Lists, p *config.Profile, now time.Time, zone *time.Location) Question {
	q := Question{
		Title: "Re-issue with the same settings?", Yes: "Re-issue", Go: true,
		Lines: []string{fmt.Sprintf("%s on %s, for %s, idle %d min.", Within(UserOf(t)), Within(AppOf(t)), pat.Span(t.Life), t.IdleMinutes)},
	}
	kind := pat.DriftKindOf(t)
	switch last, foreseen := pat.EndOf(t).Latest, pat.Foreseen(l, FirstOf(t.UserEmail, t.UserID), zone); {
	case foreseen != "":
		q.Lines, q.Danger = append(q.Lines, Sentence(foreseen)), true
	case t.Drift != "" && !kind.Reissue():
		q.Lines, q.Danger = append(q.Lines, Sentence(pat.DriftWords(t)), "No new token helps against that."), true
	case kind == pat.DriftRefused:
		q.Lines = append(q.Lines, Sentence(pat.DriftWords(t)))
	case t.Outcome == pat.Issued && last.After(now):
		q.Lines = append(q.Lines, fmt.Sprintf("The token of this row keeps working until %s%s: it cannot be revoked.", ClockTime(last, now, zone), AtLatest(t)))
	}
	if p != nil && p.Production {
		q.Typed, q.Danger = NameOf(pat.Again(t, 0)), true
	}
	return q
}

// ChangeRole opens the change of the role of a token's person.
func ChangeRole(s Shell, t pat.Token) tea.Cmd {
	return s.Go(RoleOf{User: FirstOf(t.UserEmail, t.UserID), Workspace: FirstOf(t.WorkspaceID, t.Workspace), Was: t.Role})
}

// NameOf is what a person types to confirm a request for a user: the part of the
// address before the @.
func NameOf(req pat.Request) string {
	name := req.User
	if req.UserInfo != nil && req.UserInfo.Email != "" {
		name = req.UserInfo.Email
	}
	name, _, _ = strings.Cut(name, "@")
	return term.CleanWidth(name, 40).String()
}

// IssueQuestion is what is asked before a request is sent; ask is false if nothing is. doubt
// says that the request before may have made a token, unlisted are the sentences of
// NotListed.
func IssueQuestion(p *config.Profile, req pat.Request, doubt bool, unlisted []string) (Question, bool) {
	q := Question{Title: "Issue a token?", Yes: "Issue", Danger: true}
	var ask bool
	if doubt {
		q.Title, ask = "Issue one more?", true
		q.Lines = append(q.Lines, "The request before may have made a token that nobody holds. It cannot be seen or revoked, and it works until its own end.")
	}
	if len(unlisted) > 0 {
		q.Title, q.Yes, ask = "Issue for a name that ToolJet does not list?", "Issue anyway", true
		q.Lines = append(q.Lines, unlisted...)
	}
	if p != nil && p.Production {
		q.Typed, ask = NameOf(req), true
		q.Lines = append(q.Lines, fmt.Sprintf("%s on %s, for %s, on the production server %s.", Within(req.User), Within(AppWord(req)), pat.Span(req.Life), p.Name))
	}
	return q, ask
}

// NotListed says that a name is none of those that the server listed, and what is near.
func NotListed(name string, n int, what string, near pat.Suggestion) string {
	text := fmt.Sprintf("%s is none of the %s of this server.", Within(name), PluralOf(n, what))
	if words := near.Words(); words != "" {
		text += " " + words + "."
	}
	return text
}

// AppWord names the app of a request, as foreign text.
func AppWord(req pat.Request) string {
	if req.AppInfo != nil {
		return FirstOf(req.AppInfo.Name, req.AppInfo.Slug)
	}
	return FirstOf(req.Names.AppName, req.Names.AppSlug, req.App)
}

// Within is a foreign name as a part of a sentence: what follows it must be read,
// too.
func Within(name string) string { return term.CleanWidth(name, 60).String() }
