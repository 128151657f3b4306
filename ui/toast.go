package ui

import (
	"time"

	"patdesk/ui/kit"
)

// toast is a line of news with an end of its own, so that no timer of an older
// one can wipe a newer one.
type toast struct {
	level kit.Level
	text  func(left time.Duration) string
	until time.Time // on the shell's clock
	live  bool      // text counts down
}

// Say shows one line of news. Text may be foreign: it is cleaned when drawn.
func (s *shell) Say(level kit.Level, text string) {
	s.toasts = append(s.toasts, toast{level: level, text: func(time.Duration) string { return text }, until: s.now.Add(level.Stays())})
	s.trimToasts()
}

// sayUntil shows a line of news that counts the seconds down to its end.
func (s *shell) sayUntil(level kit.Level, until time.Time, text func(left time.Duration) string) {
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

// maxToasts bounds what a storm of news can hold.
const maxToasts = 20

func (s *shell) trimToasts() {
	kept := s.toasts[:0]
	for _, t := range s.toasts {
		if t.until.After(s.now) {
			kept = append(kept, t)
		}
	}
	s.toasts = kept[max(0, len(kept)-maxToasts):]
}

// news is the toast on show: the newest that has not ended.
func (s *shell) news() (toast, bool) {
	for i := len(s.toasts) - 1; i >= 0; i-- {
		if s.toasts[i].until.After(s.now) {
			return s.toasts[i], true
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
		return kit.CountdownChange(t.until, s.now, time.Second)
	}
	return t.until
}
