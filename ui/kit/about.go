package kit

import "strings"

// About tells of a program, of the terminal it is used at and of the clipboard it copies
// to, in one line, for reports. Program is that and what it was built with, size what is
// known of the terminal's, clipboard the setting.
func About(program string, getenv func(string) string, size, clipboard string) string {
	var kind []string
	for _, name := range []string{"TERM", "TERM_PROGRAM", "COLORTERM"} {
		if v := getenv(name); v != "" {
			kind = append(kind, v)
		}
	}
	terminal := FirstOf(strings.Join(kind, " "), "of unknown kind") + size
	return strings.TrimPrefix(program+"; terminal "+terminal+"; clipboard "+clipboard, "; ")
}
