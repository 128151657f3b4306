package kit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/term"
)

// Handout is one snippet of one token on its way to somewhere.
type Handout struct {
	Token   pat.Token
	secrets pat.Secrets // empty: to be revealed first
	Kind    string
	What    string // how people call it
	base    string
	kept    bool // the row is in the history
}

// Text makes the snippet.
func (h Handout) Text(ctx context.Context, i *pat.Issuer, set *snippet.Set) (secret.Text, error) {
	s := h.secrets
	if s.Token.IsZero() && s.URL.IsZero() {
		var err error
		if s, err = i.Reveal(ctx, h.Token.ID); err != nil {
			return secret.Text{}, err
		}
	}
	out, err := set.Render(h.Kind, pat.SnippetData(h.Token, s, h.base, i.Now()))
	return out.Text, err
}

// copyOut puts a snippet on the clipboard and records that.
func copyOut(ctx context.Context, i *pat.Issuer, set *snippet.Set, clip *term.Clipboard, h Handout) tea.Cmd {
	return func() tea.Msg {
		m := CopiedMsg{ID: h.Token.ID, What: h.What}
		text, err := h.Text(ctx, i, set)
		if err == nil {
			m.Copied, err = clip.Copy(ctx, text)
		}
		if m.Err = err; err != nil {
			return m
		}
		if !m.Copied.ClearsAt.IsZero() {
			m.Lasts = time.Until(m.Copied.ClearsAt)
		}
		if h.kept {
			// The copy is done; a row that cannot be marked changes nothing about it.
			_ = i.History.MarkCopied(ctx, h.Token.ID, i.Now(), h.Kind)
		}
		return m
	}
}

// copyPlain puts text without a secret on the clipboard.
func copyPlain(ctx context.Context, clip *term.Clipboard, what, text string) tea.Cmd {
	return func() tea.Msg {
		m := CopiedMsg{What: what}
		m.Copied, m.Err = clip.Copy(ctx, secret.New(text))
		if !m.Copied.ClearsAt.IsZero() {
			m.Lasts = time.Until(m.Copied.ClearsAt)
		}
		return m
	}
}

// CopyPlain puts text without a secret on the clipboard.
func CopyPlain(s Shell, what, text string) tea.Cmd {
	return copyPlain(s.Context(), s.Clipboard(), what, text)
}

// WriteOut writes a snippet into a new private file.
func WriteOut(ctx context.Context, i *pat.Issuer, set *snippet.Set, h Handout) tea.Cmd {
	return func() tea.Msg {
		m := WroteMsg{ID: h.Token.ID, What: h.What}
		text, err := h.Text(ctx, i, set)
		if err != nil {
			m.Err = err
			return m
		}
		// The clipboard's file backend writes exactly such a file; a Clipboard
		// of its own is never cleared, so the file stays.
		file := term.NewClipboard(term.ClipboardOptions{Mode: term.ModeFile})
		done, err := file.Copy(ctx, text)
		if m.Path, m.Err = done.File, err; err == nil && h.kept {
			_ = i.History.MarkCopied(ctx, h.Token.ID, i.Now(), h.Kind+" in a file")
		}
		return m
	}
}

// ClipWords says in a sentence why something could not be handed over, and what
// to do instead; at a seat nothing of that is a door on the computer.
func ClipWords(err error, seat bool) string {
	if e, ok := errors.AsType[*term.ClipError](err); ok {
		return e.Title + ". " + ClipNext(e, seat) + "."
	}
	x := pat.Explain(err)
	if x.ID == "other" {
		return "Nothing was copied: " + x.Cause + "."
	}
	return x.Title + ": " + x.Cause + ". " + x.Next + "."
}

// ClipNext is what can be done instead of a copy that failed. The settings and files of
// the computer are not for whoever sits at a seat.
func ClipNext(e *term.ClipError, seat bool) string {
	if seat {
		return "Show the text and select it by hand"
	}
	return e.Next
}

// ClipCause is the rest of it: what was tried and how that failed.
func ClipCause(err error) string {
	e, ok := errors.AsType[*term.ClipError](err)
	if !ok {
		return ""
	}
	return Sentence(e.Error())
}

// WhyNoText says why the text of a token cannot be had, or "".
func WhyNoText(k *Keys, t pat.Token) string {
	switch {
	case t.HasSecret:
		return ""
	case t.Outcome == pat.Rejected:
		return "ToolJet refused this request: there is no token."
	case t.Outcome != pat.Issued:
		return "Nobody holds this token: its answer never came."
	default:
		return "The text of this token is not kept. " + Name(k.Token.Reissue) + " issues a new one."
	}
}

// CopyAs puts a snippet of a row on the clipboard.
func CopyAs(s Shell, t pat.Token, kind string) tea.Cmd {
	if why := WhyNoText(s.Keys(), t); why != "" {
		s.Say(LevelWarn, why)
		return nil
	}
	return CopyHandout(s, HandoutOf(s, t, pat.Secrets{}, kind, true))
}

// CopyHandout copies what is handed out, after a question where one is due.
func CopyHandout(s Shell, h Handout) tea.Cmd {
	run := func() tea.Cmd { return copyOut(s.Context(), s.Issuer(), s.Snippets(), s.Clipboard(), h) }
	if q, ask := HandoutQuestion(h.Token, h.Kind, s.Now()); ask {
		return s.Ask(q, run)
	}
	return run()
}

// HandoutQuestion is what is asked before a token is handed out that probably opens
// nothing, or leads elsewhere.
func HandoutQuestion(t pat.Token, kind string, now time.Time) (q Question, ask bool) {
	q = Question{Yes: "Copy", Danger: true}
	if why := pat.WhyAskToHandOut(t, now); why != "" {
		q.Title, q.Lines = "Copy a token that probably opens nothing?", []string{Sentence(why)}
	}
	if t.URLWarning != "" && kind != "token" && kind != snippet.Corrected {
		q.Title, q.Lines = FirstOf(q.Title, "Copy an address that leads elsewhere?"), append(q.Lines, pat.URLFaults(t)...)
	}
	return q, q.Title != ""
}

// HandoutOf names a snippet of a token.
func HandoutOf(s Shell, t pat.Token, secrets pat.Secrets, kind string, inHistory bool) Handout {
	what := kind
	for _, k := range s.Snippets().Kinds() {
		if k.Name == kind {
			what = k.Title
		}
	}
	return Handout{Token: t, secrets: secrets, Kind: kind, What: what, base: BaseURL(s), kept: inHistory}
}

// Secret reports whether its text holds the token.
func (h Handout) Secret(s Shell) bool {
	return slices.ContainsFunc(s.Snippets().Kinds(), func(k snippet.Kind) bool { return k.Name == h.Kind && k.Secret })
}

// BaseURL is the address of the server, "" if there is none yet.
func BaseURL(s Shell) string {
	if i := s.Issuer(); i != nil && i.Client != nil {
		return i.Client.BaseURL()
	}
	return ""
}

// OpenSeal reads the text of a token, which is shown to nobody by that.
func OpenSeal(ctx context.Context, i *pat.Issuer, id int64) tea.Cmd {
	return func() tea.Msg {
		s, err := i.Reveal(ctx, id)
		return SecretsMsg{ID: id, Secrets: s, Err: err}
	}
}

// RevealToken reads the text of a token that is shown as soon as it is there.
func RevealToken(ctx context.Context, i *pat.Issuer, id int64) tea.Cmd {
	open, shown := OpenSeal(ctx, i, id), MarkShown(ctx, i, id)
	return func() tea.Msg {
		m, _ := open().(SecretsMsg)
		if m.Err == nil {
			shown()
		}
		return m
	}
}

// MarkShown records that the text of a token stands on the screen. Whoever asked sees
// it; that it cannot be recorded changes nothing about it. A token without a row (0) has
// no events.
func MarkShown(ctx context.Context, i *pat.Issuer, id int64) tea.Cmd {
	return func() tea.Msg {
		if id != 0 {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), WriteTimeout)
			defer cancel()
			_ = i.History.MarkRevealed(ctx, "on the screen", id)
		}
		return nil
	}
}

// RevealFor is how long a secret stays readable.
const RevealFor = 10 * time.Second

// CopyFailed says why nothing was copied and which keys hand the text of a token
// over without a clipboard: here, or once the token is open. id is the token's, 0
// for other text.
func CopyFailed(s Shell, id int64, err error, here, short bool) string {
	e, ok := errors.AsType[*term.ClipError](err)
	if !ok || id == 0 {
		return ClipWords(err, s.Seat())
	}
	k := s.Keys()
	plain, file, open := k.Detail.Select.Help().Key, k.Detail.Write.Help().Key, k.List.Open.Help().Key
	switch {
	case s.Seat() && here:
		return fmt.Sprintf("%s. %s shows the text to select.", e.Title, plain)
	case s.Seat() && short:
		return fmt.Sprintf("%s: open it (%s), then %s.", e.Title, open, plain)
	case s.Seat():
		return fmt.Sprintf("%s. Open the token (%s): %s shows its text.", e.Title, open, plain)
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
