package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/snippet"
	"patdesk/ui/term"
)

// kept is what outlives the screens that made it: the draft of the form and the
// copy on the clipboard.
type kept struct {
	draft   *draft
	tickets int             // of requests
	asked   map[int]bool    // tickets of requests for tokens that are under way
	waits   map[int]waiting // of requests, by their tickets
	copies  int             // of copies; the newest one may be cleared
	byHand  bool            // the last copy failed: other ways come first
}

// adopt takes care of facts whose screen may be gone: a token that could not be
// saved is shown, the time of a copy runs.
func (s *shell) adopt(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case issuedMsg:
		delete(s.kept.waits, m.ticket)
		delete(s.kept.asked, m.ticket)
		return s.adoptIssued(m)
	case waitingMsg:
		return s.adoptWaiting(m)
	case copiedMsg:
		return s.adoptCopied(m)
	case clearDueMsg:
		if m.seq == s.kept.copies {
			return clearCopy(s.ctx, s.opts.Clipboard)
		}
	case wroteMsg:
		if m.err == nil {
			s.copiedFresh(m.id)
		}
	case switchedMsg:
		return s.adoptSession(m)
	}
	return nil
}

// adoptIssued opens what nobody waits for any more and nobody may miss: a token
// whose row could not be finished is shown once, or it is lost for ever.
func (s *shell) adoptIssued(m issuedMsg) tea.Cmd {
	if d := s.kept.draft; d != nil && d.ticket == m.ticket {
		if d.ticket, d.problem = 0, m.err; m.err == nil || unsaved(m.err) {
			s.kept.draft = nil
		}
	}
	if m.err == nil {
		s.issuedFresh(m.grant.Token.ID, userOf(m.grant.Token))
		return nil
	}
	if !unsaved(m.err) {
		return nil
	}
	for _, l := range s.pages {
		if w, ok := l.Screen.(waiter); ok && w.waitsFor(m.ticket) {
			return nil // it shows the token itself
		}
	}
	return s.push(newIssued(s, m))
}

// waiter is a screen that asked for a token and shows what comes of it.
type waiter interface{ waitsFor(ticket int) bool }

// adoptCopied tells the truth about a copy and starts its time.
func (s *shell) adoptCopied(m copiedMsg) tea.Cmd {
	if s.kept.byHand = m.err != nil; m.err != nil {
		s.say(LevelBad, s.copyFailed(m.id, m.err, s.width < narrowWidth))
		return nil
	}
	s.copiedFresh(m.id)
	s.kept.copies++
	s.hush()
	level := LevelGood
	if m.copied.Certainty != term.Checked {
		level = LevelWarn
	}
	if m.lasts <= 0 {
		s.say(level, copyWords(m, s.width, ""))
		return nil
	}
	key := s.keys.Detail.Keep.Help().Key
	s.sayUntil(level, s.now.Add(m.lasts), func(left time.Duration) string {
		return copyWords(m, s.width, fmt.Sprintf("Clears in %ds (%s keeps it).", seconds(left), key))
	})
	return clearAfter(s.ctx, m.lasts, s.kept.copies)
}

// copyFailed says why nothing was copied and which keys hand the text of a token
// over without a clipboard. id is the token's, 0 for other text.
func (s *shell) copyFailed(id int64, err error, short bool) string {
	e, ok := errors.AsType[*term.ClipError](err)
	if !ok || id == 0 {
		return clipWords(err)
	}
	k := s.keys
	plain, file, open := k.Detail.Select.Help().Key, k.Detail.Write.Help().Key, k.List.Open.Help().Key
	_, here := s.page().(*detail)
	switch {
	case here && short:
		return fmt.Sprintf("%s: %s selects, %s writes a file.", e.Title, plain, file)
	case here:
		return fmt.Sprintf("%s. %s shows the text to select, %s writes a file.", e.Title, plain, file)
	case short:
		return fmt.Sprintf("%s: open it (%s), then %s or %s.", e.Title, open, plain, file)
	default:
		return fmt.Sprintf("%s. Open the token (%s): %s shows its text, %s writes a file.", e.Title, open, plain, file)
	}
}

// copyWords says what is known of a copy, read back or only sent, and when it is
// cleared; on narrow screens only that.
func copyWords(m copiedMsg, width int, clears string) string {
	by := firstOf(m.copied.Tool, m.copied.Backend)
	var short, long, more string
	switch {
	case m.copied.File != "":
		short, long = "Written to a file, checked.", m.what+" written to a file, checked."
		if whole := m.what + " is in " + m.copied.File + ", checked."; term.Width(whole)+term.Width(clears)+6 < width {
			long = whole
		}
	case m.copied.Certainty == term.Checked:
		short, long = "Copied, checked.", fmt.Sprintf("%s copied with %s, checked by reading back.", m.what, by)
	default:
		short, long, more = "Sent, cannot be checked.", fmt.Sprintf("%s sent to the terminal (%s), cannot be checked.", m.what, by), "Paste it to see."
	}
	switch {
	case width < narrowWidth:
		long, more = short, ""
	case width < 110:
		more = ""
	}
	return strings.TrimSpace(strings.Join([]string{long, clears, more}, " "))
}

// keepCopy lets the newest copy stay on the clipboard.
func (s *shell) keepCopy() tea.Cmd {
	s.opts.Clipboard.Keep()
	s.kept.copies++ // the clear that is due belongs to no copy now
	s.hush()
	s.say(LevelInfo, "The copy stays on the clipboard.")
	return nil
}

// keepAction is the key that keeps a copy, while one is about to be cleared.
func (s *shell) keepAction() Action {
	return Action{Key: s.keys.Detail.Keep, Title: "Keep the copy on the clipboard", Run: s.keepCopy, Why: func() string {
		if t, ok := s.news(); ok && t.live {
			return ""
		}
		return "Nothing on the clipboard is about to be cleared."
	}}
}

// whyNoText says why the text of a token cannot be had, or "".
func whyNoText(t pat.Token) string {
	switch {
	case t.HasSecret:
		return ""
	case t.Outcome == pat.Rejected:
		return "ToolJet refused this request: there is no token."
	case t.Outcome != pat.Issued:
		return "Nobody holds this token: its answer never came."
	default:
		return "The text of this token is not kept. r issues a new one."
	}
}

// copyAs puts a snippet of a row on the clipboard.
func copyAs(s *shell, t pat.Token, kind string) tea.Cmd {
	if why := whyNoText(t); why != "" {
		s.say(LevelWarn, why)
		return nil
	}
	return copyHandout(s, s.handout(t, pat.Secrets{}, kind, true))
}

func copyHandout(s *shell, h handout) tea.Cmd {
	run := func() tea.Cmd { return copyOut(s.ctx, s.issuer, s.opts.Snippets, s.opts.Clipboard, h) }
	if h.token.URLWarning != "" && h.kind != "token" {
		return s.ask(question{
			Title: "Copy an address that leads elsewhere?", Lines: []string{h.token.URLWarning}, Yes: "Copy", Danger: true,
		}, run)
	}
	return run()
}

// handout names a snippet of a token.
func (s *shell) handout(t pat.Token, secrets pat.Secrets, kind string, inHistory bool) handout {
	what := kind
	for _, k := range s.opts.Snippets.Kinds() {
		if k.Name == kind {
			what = k.Title
		}
	}
	return handout{token: t, secrets: secrets, kind: kind, what: what, base: s.baseURL(), kept: inHistory}
}

func (s *shell) baseURL() string {
	if s.issuer != nil && s.issuer.Client != nil {
		return s.issuer.Client.BaseURL()
	}
	return ""
}

// verify asks ToolJet about a row.
func verify(s *shell, t pat.Token) tea.Cmd {
	if why := whyNoText(t); why != "" {
		s.say(LevelWarn, why)
		return nil
	}
	s.say(LevelInfo, "Asking ToolJet whether it opens the app for "+userOf(t)+".")
	return withWaits(s.ctx, noTicket, func(ctx context.Context) tea.Cmd { return verifyToken(ctx, s.issuer, t) })
}

// snippetData is what a snippet may show of a token.
func snippetData(t pat.Token, sec pat.Secrets, base string, now time.Time) snippet.Data {
	return snippet.Data{
		URL: sec.URL, Token: sec.Token, BaseURL: base, AppID: t.AppID, AppName: t.AppName, AppSlug: t.AppSlug,
		User: firstOf(t.UserEmail, t.UserID), Ends: t.Expires, Life: t.Life, IdleMinutes: t.IdleMinutes,
		SentExpiry: t.SentExpiry, Unit: t.Unit,
		JSON: func() ([]byte, error) { return json.Marshal(pat.ViewOf(t, now).WithSecrets(sec)) },
	}
}
