package ui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/term"
)

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
func copyAs(s Shell, t pat.Token, kind string) tea.Cmd {
	if why := whyNoText(t); why != "" {
		s.Say(LevelWarn, why)
		return nil
	}
	return copyHandout(s, handoutOf(s, t, pat.Secrets{}, kind, true))
}

func copyHandout(s Shell, h handout) tea.Cmd {
	run := func() tea.Cmd { return copyOut(s.Context(), s.Issuer(), s.Snippets(), s.Clipboard(), h) }
	if h.token.URLWarning != "" && h.kind != "token" {
		return s.Ask(Question{
			Title: "Copy an address that leads elsewhere?", Lines: []string{h.token.URLWarning}, Yes: "Copy", Danger: true,
		}, run)
	}
	return run()
}

// handoutOf names a snippet of a token.
func handoutOf(s Shell, t pat.Token, secrets pat.Secrets, kind string, inHistory bool) handout {
	what := kind
	for _, k := range s.Snippets().Kinds() {
		if k.Name == kind {
			what = k.Title
		}
	}
	return handout{token: t, secrets: secrets, kind: kind, what: what, base: baseURL(s), kept: inHistory}
}

// baseURL is the address of the server, "" if there is none yet.
func baseURL(s Shell) string {
	if i := s.Issuer(); i != nil && i.Client != nil {
		return i.Client.BaseURL()
	}
	return ""
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

// revealToken opens the seal of a token.
func revealToken(ctx context.Context, i *pat.Issuer, id int64) tea.Cmd {
	return func() tea.Msg {
		s, err := i.Reveal(ctx, id)
		return secretsMsg{id: id, secrets: s, err: err}
	}
}

// revealFor is how long a secret stays readable.
const revealFor = 10 * time.Second

// copyFailed says why nothing was copied and which keys hand the text of a token
// over without a clipboard: here, or once the token is open. id is the token's, 0
// for other text.
func copyFailed(k *keys, id int64, err error, here, short bool) string {
	e, ok := errors.AsType[*term.ClipError](err)
	if !ok || id == 0 {
		return clipWords(err)
	}
	plain, file, open := k.Detail.Select.Help().Key, k.Detail.Write.Help().Key, k.List.Open.Help().Key
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
