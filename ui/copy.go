package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/snippet"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// kept is what outlives the screens that made it: the draft of the form and the
// copy on the clipboard.
type kept struct {
	draft   *draft
	tickets int             // of requests
	waits   map[int]waiting // of requests, by their tickets
	copies  int             // of copies; the newest one may be cleared
}

// adopt takes care of facts whose screen may be gone: a token that could not be
// saved is shown, the time of a copy runs.
func (s *shell) adopt(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case issuedMsg:
		delete(s.kept.waits, m.ticket)
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
	if m.err != nil {
		s.say(LevelBad, clipWords(m.err))
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

// copyWords says what is known of a copy, read back or only sent, and when it is
// cleared; on narrow screens only that.
func copyWords(m copiedMsg, width int, clears string) string {
	by := firstOf(m.copied.Tool, m.copied.Backend)
	var short, long, more string
	switch {
	case m.copied.File != "":
		short, long, more = "Written to a file, checked.", m.what+" written to a file, checked.", "It is "+m.copied.File
	case m.copied.Certainty == term.Checked:
		short, long = "Copied, checked.", fmt.Sprintf("%s copied with %s, checked by reading back.", m.what, by)
	default:
		short, long, more = "Sent, cannot be checked.", fmt.Sprintf("%s sent to the terminal (%s), cannot be checked.", m.what, by), "Paste it to see."
	}
	switch {
	case width < narrowWidth:
		long, more = short, ""
	case width < 110 && m.copied.File == "":
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
	s.say(LevelInfo, "Asking ToolJet whether it opens the app for "+userOf(t)+"…")
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

// copyMenu is the dialog with every kind of snippet.
type copyMenu struct {
	shell *shell
	token pat.Token
	pick  func(kind string) tea.Cmd
	kinds []snippet.Kind
	menu  *widget.Menu
	w, h  int
}

// newCopyMenu returns the menu for a token; pick does something with a kind.
func newCopyMenu(s *shell, t pat.Token, pick func(kind string) tea.Cmd) *copyMenu {
	m := &copyMenu{shell: s, token: t, kinds: s.opts.Snippets.Kinds(), pick: pick}
	entries := make([]widget.Entry, len(m.kinds))
	for i, k := range m.kinds {
		entries[i] = widget.Entry{Key: fmt.Sprint((i + 1) % 10), Title: k.Title, Note: k.Note}
		if i > 9 {
			entries[i].Key = ""
		}
	}
	m.menu = widget.NewMenu(s.theme.Form, entries)
	return m
}

// openCopyMenu opens the menu for a row of the history.
func openCopyMenu(s *shell, t pat.Token) tea.Cmd {
	if why := whyNoText(t); why != "" {
		s.say(LevelWarn, why)
		return nil
	}
	return s.open(newCopyMenu(s, t, func(kind string) tea.Cmd { return copyAs(s, t, kind) }))
}

// Title implements Screen.
func (m *copyMenu) Title() string { return "Copy as" }

// Init implements Screen.
func (m *copyMenu) Init(context.Context) tea.Cmd { return nil }

// Update implements Screen.
func (m *copyMenu) Update(tea.Msg) tea.Cmd { return nil }

// SetSize implements Screen.
func (m *copyMenu) SetSize(w, h int) { m.w, m.h = w, h }

// Typing implements Screen.
func (m *copyMenu) Typing() bool { return false }

// Actions implements Screen.
func (m *copyMenu) Actions() []Action {
	k := m.shell.keys
	list := []Action{
		{Key: k.Move.Up, Run: func() tea.Cmd { m.menu.Up(); return nil }},
		{Key: k.Move.Down, Run: func() tea.Cmd { m.menu.Down(); return nil }},
		{Key: k.Dialog.Choose, Title: "Copy this", Run: func() tea.Cmd { return m.take(m.menu.Index()) }},
		{Key: k.Dialog.Close, Run: func() tea.Cmd { m.shell.close(); return nil }},
	}
	for i := range min(10, len(m.kinds)) {
		name := fmt.Sprint((i + 1) % 10)
		list = append(list, Action{Key: key.NewBinding(key.WithKeys(name), key.WithHelp(name, m.kinds[i].Title)), Run: func() tea.Cmd { return m.take(i) }})
	}
	return list
}

func (m *copyMenu) take(i int) tea.Cmd {
	m.shell.close()
	return m.pick(m.kinds[i].Name)
}

// View implements Screen.
func (m *copyMenu) View() (string, *tea.Cursor) {
	th, width := m.shell.theme, min(84, m.w)
	lines := []string{th.Muted.Render(term.CleanWidth(userOf(m.token)+" on "+appOf(m.token), width).String()), ""}
	room := max(1, m.h-len(lines)-2)
	lines = append(lines, m.menu.Rows(width, room, true)...)
	if i := m.menu.Index(); i < len(m.kinds) && m.h >= len(lines)+2 {
		lines = append(lines, "", th.Dialog.Hint.Render(widget.Pad(kindNote(m.kinds[i]), width)))
	}
	return joinLines(lines), nil
}

// kindNote says whether a snippet holds the token.
func kindNote(k snippet.Kind) string {
	if k.Secret {
		return "Holds the live token: whoever has it can open the app until it ends."
	}
	return "Holds no token."
}
