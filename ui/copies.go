package ui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/token"
)

// copies is the account of what was put on the clipboard.
type copies struct {
	count  int  // the newest one may be cleared
	failed bool // the last one: other ways come first
}

// onCopied tells the truth about a copy and starts its time.
func (s *shell) onCopied(m kit.CopiedMsg) tea.Cmd {
	if s.copies.failed = m.Err != nil; m.Err != nil {
		_, here := s.Page().(*token.Detail)
		s.Say(kit.LevelBad, kit.CopyFailed(s, m.ID, m.Err, here, s.width < kit.NarrowWidth))
		return nil
	}
	for _, id := range append(m.IDs, m.ID) {
		s.copiedFresh(id)
	}
	s.copies.count++
	s.hush()
	level := kit.LevelGood
	if m.Copied.Certainty != term.Checked {
		level = kit.LevelWarn
	}
	if m.Lasts <= 0 {
		s.Say(level, copyWords(m, s.width, ""))
		return nil
	}
	key := s.keys.Detail.Keep.Help().Key
	until := s.now.Add(m.Lasts)
	s.sayUntil(level, until, func() string {
		return copyWords(m, s.width, fmt.Sprintf("Clears %s (%s keeps it).", kit.UntilWords(s, until), key))
	})
	return clearAfter(s.ctx, m.Lasts, s.copies.count)
}

// copyWords says what is known of a copy, read back or only sent, and when it is
// cleared; on narrow screens only that.
func copyWords(m kit.CopiedMsg, width int, clears string) string {
	short, long, more := m.Copied.Short()+".", m.Copied.Words(m.What)+".", ""
	if m.Copied.File != "" && term.Width(long)+term.Width(clears)+6 >= width {
		long = m.What + " written to a file, checked."
	}
	if m.Copied.Hint != "" {
		more = m.Copied.Hint + "."
	}
	if n := len(m.IDs); n > 0 {
		short = fmt.Sprintf("%d: %s", n, short)
	}
	switch {
	case width < kit.NarrowWidth:
		long, more = short, ""
	case width < 110:
		more = ""
	}
	return strings.TrimSpace(strings.Join([]string{long, clears, more}, " "))
}

// keepCopy lets the newest copy stay on the clipboard.
func (s *shell) keepCopy() tea.Cmd {
	s.opts.Clipboard.Keep()
	s.copies.count++ // the clear that is due belongs to no copy now
	s.hush()
	s.Say(kit.LevelInfo, "The copy stays on the clipboard.")
	return nil
}

// keepAction is the key that keeps a copy, while one is about to be cleared.
func (s *shell) keepAction() kit.Action {
	return kit.Action{Key: s.keys.Detail.Keep, Title: "Keep the copy on the clipboard", Run: s.keepCopy, Why: func() string {
		if t, ok := s.news(); ok && t.live {
			return ""
		}
		return "Nothing on the clipboard is about to be cleared."
	}}
}

// clearAfter waits until a copy is to be cleared.
func clearAfter(ctx context.Context, lasts time.Duration, seq int) tea.Cmd {
	return func() tea.Msg {
		if !kit.Sleep(ctx, lasts) {
			return nil
		}
		return clearDueMsg{seq}
	}
}

// clearCopy removes from the clipboard what is still ours.
func clearCopy(ctx context.Context, clip *term.Clipboard) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, kit.WriteTimeout)
		defer cancel()
		done, err := clip.ClearNow(ctx)
		return clearedMsg{cleared: done, err: err}
	}
}
