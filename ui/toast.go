package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// toast is a line of news with an end of its own, so that no timer of an older
// one can wipe a newer one.
type toast struct {
	level kit.Level
	text  func() string
	until time.Time  // on the shell's clock; zero = until the next key
	live  bool       // text counts down
	of    kit.Screen // on show when it was said; nil until then
}

func (t toast) over(now time.Time) bool { return !t.until.IsZero() && !t.until.After(now) }

// Say shows one line of news. Text may be foreign: it is cleaned when drawn.
func (s *shell) Say(level kit.Level, text string) {
	t := toast{level: level, text: func() string { return text }}
	if stays := level.Stays(); stays > 0 {
		t.until = s.now.Add(stays)
	}
	s.toasts = append(s.toasts, t)
	s.trimToasts()
}

// sayProblems tells at start what is wrong with the person's keys, and which of their
// colours cannot be read well: the first, and how many more config list tells.
func (s *shell) sayProblems(ofKeys []string) {
	for _, p := range ofKeys {
		s.Say(kit.LevelWarn, p)
	}
	if dim := kit.ColourWarnings(s.theme.Look); len(dim) == 1 {
		s.Say(kit.LevelWarn, dim[0])
	} else if len(dim) > 1 {
		s.Say(kit.LevelWarn, fmt.Sprintf("%s (%d more)", dim[0], len(dim)-1))
	}
}

// sayUntil shows a line of news that tells of its end.
func (s *shell) sayUntil(level kit.Level, until time.Time, text func() string) {
	s.toasts = append(s.toasts, toast{level: level, text: text, until: until, live: true})
	s.trimToasts()
}

// hush drops the toasts that count down, because what they told of is over.
func (s *shell) hush() {
	kept := s.toasts[:0]
	for _, t := range s.toasts {
		if !t.live {
			kept = append(kept, t)
		}
	}
	s.toasts = kept
}

// heedKey drops the toasts that were there to be read until a key was pressed.
func (s *shell) heedKey() {
	s.toasts = slices.DeleteFunc(s.toasts, func(t toast) bool { return t.until.IsZero() })
}

// settleToasts drops the toasts whose screen was left, but those that count down:
// they tell of the clipboard, not of a screen. What was said while screens changed
// belongs to the one that is on show after it.
func (s *shell) settleToasts() {
	top := s.top()
	if top == nil {
		return
	}
	s.toasts = slices.DeleteFunc(s.toasts, func(t toast) bool { return t.of != nil && !t.live && !s.shows(t.of) })
	for i := range s.toasts {
		if s.toasts[i].of == nil {
			s.toasts[i].of = top
		}
	}
}

// shows reports whether a screen is the page on show or a dialog over it.
func (s *shell) shows(sc kit.Screen) bool {
	return sc == s.Page() || slices.ContainsFunc(s.dialogs, func(l layer) bool { return l.Screen == sc })
}

// maxToasts bounds what a storm of news can hold.
const maxToasts = 20

func (s *shell) trimToasts() {
	s.toasts = slices.DeleteFunc(s.toasts, func(t toast) bool { return t.over(s.now) })
	s.toasts = s.toasts[max(0, len(s.toasts)-maxToasts):]
}

// news is the toast on show: the newest that has not ended.
func (s *shell) news() (toast, bool) {
	for _, t := range slices.Backward(s.toasts) {
		if !t.over(s.now) {
			return t, true
		}
	}
	return toast{}, false
}

// toastChange is when the toast on show changes next.
func (s *shell) toastChange() time.Time {
	t, ok := s.news()
	if !ok {
		return time.Time{}
	}
	if t.live {
		return kit.PaceOf(s).EndChange(t.until, s.now)
	}
	return t.until
}

// longToast is the toast on show in two lines, where it does not fit into one: what is
// to be done next stands at its end.
func (s *shell) longToast() []string {
	t, ok := s.news()
	if !ok || s.Small() { // there a badge stands at its end
		return nil
	}
	first, rest, _ := strings.Cut(lipgloss.Wrap(term.Clean(t.text()).String(), s.width-6, ""), "\n")
	if rest == "" {
		return nil
	}
	second := term.CleanWidth(strings.ReplaceAll(rest, "\n", " "), s.width-6).String()
	return []string{s.toastText(t, first), "   " + s.theme.Toast[t.level].Bold(t.level == kit.LevelBad).Render(second)}
}

// toastLine is a toast in one line.
func (s *shell) toastLine(t toast, width int) string {
	return s.toastText(t, term.CleanWidth(t.text(), max(1, width-4)).String())
}

// toastText draws a line of a toast that was cleaned.
func (s *shell) toastText(t toast, text string) string {
	sign := map[kit.Level]string{kit.LevelInfo: s.theme.Glyphs.Dot, kit.LevelGood: s.theme.Glyphs.Good, kit.LevelWarn: s.theme.Glyphs.Warn, kit.LevelBad: s.theme.Glyphs.Bad}[t.level]
	style := s.theme.Toast[t.level]
	return " " + style.Render(sign) + " " + style.Bold(t.level == kit.LevelBad).Render(text)
}
