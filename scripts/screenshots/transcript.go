//go:build unix

package main

import (
	"fmt"
	"strings"
)

// transcript is an animation for those who do not see it: what was typed, and the
// screen that answered.
func transcript(takes []take, screens []string) string {
	var b strings.Builder
	b.WriteString("# A first token, as text\n\nMade by `make screenshots` from the program on its sandbox, together with the\n[moving picture](first-token.svg). Times, tokens and counts differ from run to run.\n")
	for i, tk := range takes {
		fmt.Fprintf(&b, "\n## %s\n\n```\n%s\n```\n", tk.says, trimmed(screens[i]))
	}
	return b.String()
}

// trimmed is a screen without the blanks at the ends of its lines and below it.
func trimmed(screen string) string {
	lines := strings.Split(screen, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}
