package term_test

import (
	"strings"
	"testing"

	"patdesk/ui/term"
	"patdesk/ui/term/termtest"
)

func TestNotice_ByTerminal(t *testing.T) {
	t.Parallel()
	const title, text = "patdesk", "2 tokens are urgent; look"
	for _, tt := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"TERM": "xterm-kitty"}, "\x1b]99;i=patdesk;patdesk: 2 tokens are urgent, look\a"},
		{map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "\x1b]777;notify;patdesk;2 tokens are urgent, look\a"},
		{map[string]string{"TERM": "foot"}, "\x1b]777;notify;patdesk;2 tokens are urgent, look\a"},
		{map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "\x1b]9;patdesk: 2 tokens are urgent, look\a"},
		{map[string]string{"TERM": "xterm-256color"}, term.Bell},
		{map[string]string{"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-1/default,1,0"}, term.Bell},
		{map[string]string{"TERM": "screen-256color", "TERM_PROGRAM": "WezTerm"}, term.Bell},
	} {
		if got := term.Notice(func(n string) string { return tt.env[n] }, title, text); got != tt.want {
			t.Errorf("%v: %q, not %q", tt.env, got, tt.want)
		}
	}
}

// Ensure that a hostile name ends no sequence and begins none.
func TestNotice_HostileTextStaysInside(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"xterm-kitty", "foot", "xterm"} {
		getenv := func(n string) string { return map[string]string{"TERM": kind, "TERM_PROGRAM": "WezTerm"}[n] }
		for _, h := range termtest.Corpus() {
			got := term.Notice(getenv, "patdesk", h.Value)
			inside := strings.TrimSuffix(strings.TrimPrefix(got, "\x1b]"), term.Bell)
			if !strings.HasPrefix(got, "\x1b]") || strings.ContainsFunc(inside, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) {
				t.Fatalf("%s: %q", kind, got)
			}
		}
	}
}
