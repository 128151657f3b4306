package pat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"patdesk/client"
)

// PreviewResult is what a preview found. Its strings can hold foreign text.
type PreviewResult struct {
	// Verdict is one of the words that scripts and people know it by: loaded, may
	// not open, has ended, the name of a header, said nothing, and more.
	Verdict string
	// Title says what happened, in one sentence without its stop.
	Title string
	// Lines are what it was joined from.
	Lines []string
	// Do is what to do about it, one imperative each.
	Do []string
	// Message is for the person who can change it, or "". It holds no token.
	Message string
	// Page is where in ToolJet it is changed, or "".
	Page string
	// Exit is the exit code: 0 loaded, 6 refused, 5 blocked.
	Exit int
}

// told are the words that ToolJet has for 401 and 403 alike.
const told = "ToolJet says expired"

// refused explains an error that ToolJet told the page (errors by stage: load).
func (p *Preview) refused(ctx context.Context, status int) PreviewResult {
	switch status {
	case 400:
		return PreviewResult{
			Verdict: "no token", Title: "The URL lost its token: the page found no personal-access-token in it", Exit: ExitRejected,
			Do: []string{"Copy the snippet again; if it stays so, issue a new token"},
		}
	case 401:
		return p.notValid(ctx)
	case 403:
		return p.mayNotOpen(ctx)
	case 500:
		return PreviewResult{
			Verdict: "network error", Title: "The embed page could not reach its own API", Exit: ExitEdition,
			Lines:   []string{p.stillLives(), "It asks the address it came from: a proxy, a VPN, a firewall, or plain http inside https can be in the way"},
			Do:      []string{"Open the browser's console (F12) and look at the request to /api/ext/users/session"},
			Message: p.toAdmin(fmt.Sprintf("the embed page of ToolJet at %s cannot reach /api/ext/users/session from a browser. Please let the browsers of the portal's users reach it", p.framing.origin())),
		}
	}
	return PreviewResult{Verdict: "said nothing", Title: fmt.Sprintf("ToolJet told the page of an error %d that it does not use here", status), Lines: []string{p.stillLives()}, Do: []string{"Verify the token with ToolJet"}, Exit: ExitRejected}
}

// mayNotOpen joins a 403 with the clock and with the access list of the server.
func (p *Preview) mayNotOpen(ctx context.Context) PreviewResult {
	user, app := UserOf(p.token), AppOf(p.token)
	r := PreviewResult{
		Verdict: "may not open", Exit: ExitRejected,
		Title: fmt.Sprintf("%s. That is not what went wrong: %s; %s may not open %s", told, p.stillLives(), user, app),
	}
	if away := p.away(ctx); away != "" {
		return p.archived(r, away)
	}
	lines, groups := p.access(ctx)
	r.Lines = append([]string{"The embed page has the same words for 401 and 403; 403 means that the user may not open the app"}, lines...)
	where := "Workspace settings > Groups"
	if groups != "" {
		where += " > " + groups
	}
	r.Page = groupsPage(p.issuer, p.token)
	r.Do = []string{fmt.Sprintf("Give %s access to %s in ToolJet: %s", user, app, where), "Then load again: the token stays good, no new one is needed"}
	r.Message = p.toAdmin(fmt.Sprintf("%s cannot open the app %s: ToolJet answers 403, no access to the app. Please give them access (%s). Their token is good and need not be issued again", user, app, where))
	return r
}

// notValid joins a 401 with the clock, the user and newer tokens.
func (p *Preview) notValid(ctx context.Context) PreviewResult {
	t, now := p.token, p.issuer.Now()
	end := EndOf(t)
	r := PreviewResult{Verdict: "has ended", Exit: ExitRejected, Do: []string{"Issue a new token"}}
	if !now.Before(end.Latest) {
		r.Title = fmt.Sprintf("The token has ended, %s by the server's clock", Ago(now.Sub(end.Latest)))
		return r
	}
	if away := p.away(ctx); away != "" {
		r.Verdict = "may not open"
		r.Title = fmt.Sprintf("%s. That is not what went wrong: %s", told, p.stillLives())
		return p.archived(r, away)
	}
	if !now.Before(end.Likely) {
		r.Title = fmt.Sprintf("The token has ended, %s by its documented end: this server reads patExpiry in %s", Ago(now.Sub(end.Likely)), t.Unit)
		return r
	}
	r.Title = fmt.Sprintf("ToolJet does not know this token any more, although by our count %s", p.stillLives())
	if t.Newer != 0 {
		r.Lines = append(r.Lines, fmt.Sprintf("#%d is a newer token of the pair: builds of ToolJet exist that let one of them live", t.Newer))
	}
	if !t.UnitProven {
		r.Lines = append(r.Lines, "The unit of patExpiry is not proven on this server: it may read another one")
	}
	r.Lines = append(r.Lines, "It may be for another app, or never have been stored")
	r.Do = []string{"Verify it with ToolJet; issue a new one if it says the same"}
	return r
}

// away says that the user is no active user, or "". It asks the server.
func (p *Preview) away(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(unwatched(ctx), enrichTimeout)
	defer cancel()
	u, err := p.issuer.Client.GetUser(ctx, first(p.token.UserID, p.token.UserEmail))
	if err != nil {
		return ""
	}
	return awayWords(p.token, u)
}

// archived is a refusal that no access and no new token mends.
func (p *Preview) archived(r PreviewResult, away string) PreviewResult {
	r.Title += "; " + away
	r.Page = usersPage(p.issuer, p.token)
	r.Do = []string{"Activate the user in ToolJet, then load again; no new token is needed while this one lives"}
	r.Message = p.toAdmin(fmt.Sprintf("%s: the app %s does not open for them. Please activate them, or tell me that it is meant so", away, AppOf(p.token)))
	return r
}

// awayWords say that a user is archived or not active yet, as a whole or in the
// workspace of a token, or are "".
func awayWords(t Token, u User) string {
	if u.Status != "" && u.Status != "active" {
		return fmt.Sprintf("%s is %s in ToolJet", UserOf(t), u.Status)
	}
	for _, m := range u.Memberships {
		if m.WorkspaceID == t.WorkspaceID && m.Status != "" && m.Status != "active" {
			return fmt.Sprintf("%s is %s in the workspace %s", UserOf(t), m.Status, first(m.Workspace, t.Workspace))
		}
	}
	return ""
}

// access asks who may open the app, where the server tells that (API version 2).
// groups are those through which others may.
func (p *Preview) access(ctx context.Context) (lines []string, groups string) {
	ctx, cancel := context.WithTimeout(unwatched(ctx), enrichTimeout)
	defer cancel()
	t := p.token
	if t.WorkspaceID == "" || t.AppID == "" {
		return nil, ""
	}
	list, err := p.issuer.Client.ListAppUsers(ctx, t.WorkspaceID, t.AppID)
	if err != nil {
		return nil, ""
	}
	var through []string
	for _, a := range list {
		if a.UserID == t.UserID && t.UserID != "" || strings.EqualFold(a.Email, t.UserEmail) && t.UserEmail != "" {
			return []string{fmt.Sprintf("ToolJet's access list says that %s may open it: the permission came meanwhile, or something else refuses", UserOf(t))}, ""
		}
		for _, s := range a.Sources {
			if s.Group != "" && s.Group != "admin" && !slices.Contains(through, s.Group) { // nobody is made an admin for that
				through = append(through, s.Group)
			}
		}
	}
	slices.Sort(through)
	groups = strings.Join(through[:min(len(through), 4)], ", ")
	line := fmt.Sprintf("Asked ToolJet (access list): %s has no entry", UserOf(t))
	if groups != "" {
		line += fmt.Sprintf("; %s is open to %s", AppOf(t), groups)
	}
	return []string{line}, groups
}

// blockedByHeader is the verdict of the headers.
func (p *Preview) blockedByHeader() PreviewResult {
	f := p.framing
	name, _, _ := strings.Cut(f.Reason, " ")
	r := PreviewResult{
		Verdict: name, Title: "The browser blocked the frame: " + f.Reason, Exit: ExitEdition,
		Lines: []string{p.stillLives()}, Do: []string{f.Next},
		Message: p.toAdmin(fmt.Sprintf("the embed page %s cannot be shown in a frame: %s. %s", f.URL, f.Reason, f.Next)),
	}
	if name == "frame-ancestors" {
		r.Lines = append(r.Lines, "This page is not your portal's: patdesk framing --page URL asks for that one")
	}
	return r
}

// wentElsewhere is a frame that was sent to another site.
func (p *Preview) wentElsewhere(target string) PreviewResult {
	return PreviewResult{
		Verdict: "sent elsewhere", Title: fmt.Sprintf("The frame was sent to %s, not to the app", first(target, "another site")), Exit: ExitEdition,
		Lines: []string{p.stillLives(), "A sign-on page or a gate stands before ToolJet; in a frame it shows nothing"},
		Do:    []string{"Ask whoever runs it to let /embed-apps, /applications and /api through"},
	}
}

// signedOut is a sign-out or an idle end inside the app.
func (p *Preview) signedOut() PreviewResult {
	return PreviewResult{
		Verdict: "signed out", Title: "The person signed out inside the app, or was idle for too long", Exit: ExitOK,
		Lines: []string{"The token is still good: " + p.stillLives()}, Do: []string{"Load again to open a new session"},
	}
}

// asked is the verdict on a frame that said nothing for ten seconds: patdesk makes
// the exchange itself, because ToolJet keeps quiet about most of its refusals.
func (p *Preview) asked(ctx context.Context, loaded bool) PreviewResult {
	ctx, cancel := context.WithTimeout(unwatched(ctx), enrichTimeout)
	defer cancel()
	t := p.token
	session, err := p.issuer.Client.CreateSession(ctx, t.AppID, p.secrets.Token)
	if ce, _ := errors.AsType[*client.Error](err); ce != nil && verdictOf(ce) != "" {
		r := p.refused(ctx, ce.Status)
		r.Lines = append(r.Lines, "The frame said nothing of it; patdesk asked ToolJet itself")
		return r
	} else if err != nil {
		return p.silent(err)
	}
	released, known := p.issuer.Client.GetReleased(ctx, session, t.AppID)
	_ = p.issuer.Client.EndSession(ctx, session) // it is idle and ends by itself
	switch {
	case known && !released:
		return PreviewResult{
			Verdict: "not released", Title: fmt.Sprintf("%s is not released: ToolJet shows “App URL Unavailable”", AppOf(t)), Exit: ExitRejected,
			Page:  editorPage(p.issuer, t),
			Lines: []string{"The token is good: " + p.stillLives()}, Do: []string{"Release a version of the app in ToolJet, then load again"},
			Message: p.toAdmin(fmt.Sprintf("the app %s has no released version, so nobody can open it. Please release one", AppOf(t))),
		}
	case !loaded:
		return PreviewResult{
			Verdict: "said nothing", Title: "The frame loaded nothing within 10 seconds, although the token is good", Exit: ExitEdition,
			Lines: []string{p.stillLives(), "The headers say: " + p.framing.Reason},
			Do:    []string{"Check that this browser reaches " + p.framing.origin() + " (proxy, VPN, certificate)"},
		}
	}
	return PreviewResult{
		Verdict: "loaded", Title: fmt.Sprintf("%s opens for %s: the frame loaded, and ToolJet complained of nothing for 10 seconds", AppOf(t), UserOf(t)), Exit: ExitOK,
		Lines: []string{"ToolJet opens a session for this token: " + p.stillLives()},
	}
}

// silent is a refusal of which the embed page tells nothing: its frame stays at
// its first line.
func (p *Preview) silent(err error) PreviewResult {
	r := PreviewResult{Verdict: "said nothing", Lines: []string{p.stillLives(), "The headers say: " + p.framing.Reason}, Exit: ExitEdition}
	ce, _ := errors.AsType[*client.Error](err)
	x := Explain(&StageError{Stage: StageVerify, User: UserOf(p.token), App: AppOf(p.token), Clock: p.issuer.Clock(), Token: &p.token, Err: err})
	r.Title = "The frame said nothing. Asked by patdesk, ToolJet answers: " + x.Title
	if ce != nil && ce.Status != 0 {
		r.Title += fmt.Sprintf(" (%d)", ce.Status)
	}
	if x.Cause != "" {
		r.Lines = append(r.Lines, x.Cause)
	}
	if x.Next != "" {
		r.Do = []string{x.Next}
	}
	if x.Exit == ExitRejected {
		r.Exit = ExitRejected
	}
	return r
}

func (p *Preview) stillLives() string { return stillLives(p.token, p.issuer.Now()) }

// stillLives says what is left of a token: "32 minutes are left".
func stillLives(t Token, now time.Time) string {
	end := EndOf(t)
	left := end.Likely.Sub(now)
	switch {
	case left > 0:
		return leftWords(left)
	case end.Latest.After(now):
		return "in the longer unit " + leftWords(end.Latest.Sub(now))
	default:
		return "the token has ended, " + Ago(now.Sub(end.Latest))
	}
}

// leftWords writes a time left in a sentence, rounded down.
func leftWords(d time.Duration) string {
	n, unit := int(d/time.Second), "second"
	for _, u := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if d >= 2*u.size || u.size == time.Minute && d >= u.size {
			n, unit = int(d/u.size), u.name
			break
		}
	}
	if n == 1 {
		return "1 " + unit + " is left"
	}
	return fmt.Sprintf("%d %ss are left", n, unit)
}

// toAdmin is a message for the person who can change it, without a token.
func (p *Preview) toAdmin(what string) string {
	t := p.token
	return fmt.Sprintf("Hello, %s. Server %s, user %s, app %s, token #%d until %s. Seen with patdesk at %s.",
		what, t.Host, UserOf(t), AppOf(t), t.ID, EndOf(t).Likely.UTC().Format(time.RFC3339), p.issuer.Now().Format(time.RFC3339))
}
