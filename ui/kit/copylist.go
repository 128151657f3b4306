package kit

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/term"
)

// CopyList puts a snippet of several rows on the clipboard, one a line in their order,
// after one question where one is due for any of them. Rows without a text are left out,
// and counted in the question.
func CopyList(s Shell, tokens []pat.Token, kind string) tea.Cmd {
	var list []Handout
	var doubts, elsewhere []string
	for _, t := range tokens {
		if WhyNoText(s.Keys(), t) != "" {
			continue
		}
		h := HandoutOf(s, t, pat.Secrets{}, kind, true)
		list = append(list, h)
		if why := pat.WhyAskToHandOut(t, s.Now()); why != "" {
			doubts = append(doubts, Sentence(why))
		}
		if t.URLWarning != "" && kind != "token" && kind != snippet.Corrected {
			elsewhere = append(elsewhere, Sentence(fmt.Sprintf("#%d: %s", t.ID, strings.Join(pat.URLFaults(t), "; "))))
		}
	}
	if len(list) == 0 {
		s.Say(LevelWarn, "None of these rows has a token whose text is kept.")
		return nil
	}
	run := func() tea.Cmd { return copyList(s.Context(), s.Issuer(), s.Snippets(), s.Clipboard(), list) }
	q := Question{Yes: "Copy", Danger: true, Title: fmt.Sprintf("Copy %d of %s?", len(list), PluralOf(len(tokens), "row"))}
	if without := len(tokens) - len(list); without > 0 {
		q.Lines = append(q.Lines, fmt.Sprintf("Without a text to copy, left out: %d.", without))
	}
	if len(doubts) > 0 {
		q.Lines = append(q.Lines, fmt.Sprintf("Likely to open nothing: %d.", len(doubts)))
	}
	q.Lines = append(q.Lines, fewOf(append(doubts, elsewhere...))...)
	if len(q.Lines) > 0 {
		return s.Ask(q, run)
	}
	return run()
}

// fewOf are the first of many sentences, and how many more there are.
func fewOf(sentences []string) []string {
	const few = 3
	if len(sentences) <= few {
		return sentences
	}
	return append(sentences[:few:few], fmt.Sprintf("And %d more.", len(sentences)-few))
}

// copyList puts a snippet of each on the clipboard and records that.
func copyList(ctx context.Context, i *pat.Issuer, set *snippet.Set, clip *term.Clipboard, list []Handout) tea.Cmd {
	return func() tea.Msg {
		m := CopiedMsg{What: list[0].What + " of " + PluralOf(len(list), "token")}
		lines := make([]string, len(list))
		for n, h := range list {
			text, err := h.Text(ctx, i, set)
			if err != nil {
				m.Err = fmt.Errorf("#%d: %w", h.Token.ID, err)
				return m
			}
			lines[n] = oneLine(text.Reveal(secret.ForClipboard))
			m.IDs = append(m.IDs, h.Token.ID)
		}
		if m.Copied, m.Err = clip.Copy(ctx, secret.New(strings.Join(lines, "\n"))); m.Err != nil {
			return m
		}
		if !m.Copied.ClearsAt.IsZero() {
			m.Lasts = time.Until(m.Copied.ClearsAt)
		}
		markCopied(ctx, i, list)
		return m
	}
}

// markCopied records that rows were copied; writes that meet share a commit. The copy
// is done: a row that cannot be marked changes nothing about it.
func markCopied(ctx context.Context, i *pat.Issuer, list []Handout) {
	const together = 64
	for from := 0; from < len(list); from += together {
		var all sync.WaitGroup
		for _, h := range list[from:min(len(list), from+together)] {
			all.Go(func() { _ = i.History.MarkCopied(ctx, h.Token.ID, i.Now(), h.Kind+" in a list") })
		}
		all.Wait()
	}
}

// oneLine puts the lines of a snippet one behind the other, as HTML and shells read
// them alike.
func oneLine(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return strings.Join(lines, " ")
}
