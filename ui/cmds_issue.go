package ui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/term"
)

// loadUsers and loadApps read the lists of the server.
func loadUsers(ctx context.Context, i *pat.Issuer, seq int, fresh bool) tea.Cmd {
	return func() tea.Msg {
		users, err := i.Users(ctx, fresh)
		return usersMsg{seq: seq, users: users, err: err}
	}
}

func loadApps(ctx context.Context, i *pat.Issuer, seq int, fresh bool) tea.Cmd {
	return func() tea.Msg {
		apps, err := i.Apps(ctx, fresh)
		return appsMsg{seq: seq, apps: apps, err: err}
	}
}

// loadLive looks up what may still work of a pair.
func loadLive(ctx context.Context, i *pat.Issuer, seq int, user, app string) tea.Cmd {
	return func() tea.Msg {
		tokens, err := i.LivePair(ctx, user, app)
		return liveMsg{seq: seq, tokens: tokens, err: err}
	}
}

// issueToken asks for a token. It is a write: it outlives its screen. The client
// bounds each request, longestWait what lies between them.
func issueToken(ctx context.Context, i *pat.Issuer, ticket int, again int64, req pat.Request) tea.Cmd {
	return func() tea.Msg {
		grant, err := i.Issue(ctx, req)
		return issuedMsg{ticket: ticket, again: again, req: req, grant: grant, err: err}
	}
}

// loadToken reads a row anew.
func loadToken(ctx context.Context, i *pat.Issuer, id int64) tea.Cmd {
	return func() tea.Msg {
		t, err := i.History.Get(ctx, id)
		return tokenMsg{id: id, token: t, err: err}
	}
}

// revealToken opens the seal of a token.
func revealToken(ctx context.Context, i *pat.Issuer, id int64) tea.Cmd {
	return func() tea.Msg {
		s, err := i.Reveal(ctx, id)
		return secretsMsg{id: id, secrets: s, err: err}
	}
}

// handout is one snippet of one token on its way to somewhere.
type handout struct {
	token   pat.Token
	secrets pat.Secrets // empty: to be revealed first
	kind    string
	what    string // how people call it
	base    string
	kept    bool // the row is in the history
}

// text makes the snippet.
func (h handout) text(ctx context.Context, i *pat.Issuer, set *snippet.Set) (secret.Text, error) {
	s := h.secrets
	if s.Token.IsZero() && s.URL.IsZero() {
		var err error
		if s, err = i.Reveal(ctx, h.token.ID); err != nil {
			return secret.Text{}, err
		}
	}
	out, err := set.Render(h.kind, snippetData(h.token, s, h.base, i.Now()))
	return out.Text, err
}

// copyOut puts a snippet on the clipboard and records that.
func copyOut(ctx context.Context, i *pat.Issuer, set *snippet.Set, clip *term.Clipboard, h handout) tea.Cmd {
	return func() tea.Msg {
		m := copiedMsg{id: h.token.ID, what: h.what}
		text, err := h.text(ctx, i, set)
		if err == nil {
			m.copied, err = clip.Copy(ctx, text)
		}
		if m.err = err; err != nil {
			return m
		}
		if !m.copied.ClearsAt.IsZero() {
			m.lasts = time.Until(m.copied.ClearsAt)
		}
		if h.kept {
			// The copy is done; a row that cannot be marked changes nothing about it.
			_ = i.History.MarkCopied(ctx, h.token.ID, i.Now())
		}
		return m
	}
}

// copyPlain puts text without a secret on the clipboard.
func copyPlain(ctx context.Context, clip *term.Clipboard, what, text string) tea.Cmd {
	return func() tea.Msg {
		m := copiedMsg{what: what}
		m.copied, m.err = clip.Copy(ctx, secret.New(text))
		if !m.copied.ClearsAt.IsZero() {
			m.lasts = time.Until(m.copied.ClearsAt)
		}
		return m
	}
}

// writeOut writes a snippet into a new private file.
func writeOut(ctx context.Context, i *pat.Issuer, set *snippet.Set, h handout) tea.Cmd {
	return func() tea.Msg {
		m := wroteMsg{id: h.token.ID, what: h.what}
		text, err := h.text(ctx, i, set)
		if err != nil {
			m.err = err
			return m
		}
		// The clipboard's file backend writes exactly such a file; a Clipboard
		// of its own is never cleared, so the file stays.
		file := term.NewClipboard(term.ClipboardOptions{Mode: term.ModeFile})
		done, err := file.Copy(ctx, text)
		if m.path, m.err = done.File, err; err == nil && h.kept {
			_ = i.History.MarkCopied(ctx, h.token.ID, i.Now())
		}
		return m
	}
}

// clearAfter waits until a copy is to be cleared.
func clearAfter(ctx context.Context, lasts time.Duration, seq int) tea.Cmd {
	return func() tea.Msg {
		if !plainSleep(ctx, lasts) {
			return nil
		}
		return clearDueMsg{seq}
	}
}

// clearCopy removes from the clipboard what is still ours.
func clearCopy(ctx context.Context, clip *term.Clipboard) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, writeTimeout)
		defer cancel()
		done, err := clip.ClearNow(ctx)
		return clearedMsg{cleared: done, err: err}
	}
}

// verifyToken asks ToolJet about a token.
func verifyToken(ctx context.Context, i *pat.Issuer, t pat.Token) tea.Cmd {
	return func() tea.Msg {
		v, err := i.Verify(ctx, t.ID)
		if v.Token.ID == 0 {
			v.Token = t
		}
		return verifiedMsg{id: t.ID, result: v, err: err}
	}
}

// clipWords says in a sentence why something could not be handed over, and what
// to do instead.
func clipWords(err error) string {
	if e, ok := errors.AsType[*term.ClipError](err); ok {
		return e.Title + ". " + e.Next + "."
	}
	x := pat.Explain(err)
	if x.ID == "other" {
		return "Nothing was copied: " + x.Cause + "."
	}
	return x.Title + ": " + x.Cause + ". " + x.Next + "."
}

// clipCause is the rest of it: what was tried and how that failed.
func clipCause(err error) string {
	e, ok := errors.AsType[*term.ClipError](err)
	if !ok {
		return ""
	}
	return sentence(e.Error())
}
