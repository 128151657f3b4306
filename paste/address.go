package paste

import (
	"strings"

	"patdesk/pattern"
)

// assignment is the name of a variable before its value, as it stands in a
// shell, an .env file, a unit file, a compose file or PowerShell.
var assignment = pattern.New(`^(?:(?i:export|set|setx|declare\s+-x|-e|--env|-)\s+|\$(?i:env:))?["']?[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]+["']?\s*(?:=|:\s)\s*`)

// Address returns what was pasted as the address of a server without what came
// along: quotes, angle brackets, the name of a variable before it, a comma or a
// stop behind it. Whether the rest is an address is for others to say.
func Address(s string) string {
	s = Trim(s)
	if name := assignment.FindString(s); name != "" {
		s = Trim(s[len(name):])
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "URL:"), "url:")
	s = Trim(strings.Trim(strings.TrimRight(Trim(s), ",;"), "<>"))
	return Trim(strings.TrimRight(s, ",;"))
}

// shouted is a variable in capitals of two words or more. What else stands before
// an equals sign may be part of a key.
var shouted = pattern.New(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+["']?\s*[=:]`)

// IsAssignment reports whether s begins with the name of a variable and an
// equals sign or a colon, as a line of a shell, an .env or a YAML file does. Only
// names in capitals count, and the padding of base64 is no value.
func IsAssignment(s string) bool {
	rest := s
	for _, word := range []string{"export ", "set ", "- ", "-e ", "$env:", "\"", "'"} {
		rest = strings.TrimLeft(strings.TrimPrefix(rest, word), " ")
	}
	name := shouted.FindString(rest)
	return len(name) >= 8 && strings.Trim(rest[len(name):], "= ") != ""
}
