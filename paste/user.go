package paste

import (
	"net/mail"
	"net/url"
	"strings"

	"patdesk/pattern"
)

// label is the name of a field that was selected along with its value.
var label = pattern.New(`^(?i:e-?mail|user(?:[ _-]?id)?|to|from|cc|bcc)\s*[:=]\s*`)

// wrapped is an address behind a name, as mail programs, chats and pages write
// it: Ana <ana@example.com>, Ana (ana@example.com), [Ana](mailto:ana@example.com).
var wrapped = pattern.New(`[<(\[]\s*(?i:mailto:)?([^\s<>()\[\]]+@[^\s<>()\[\]]+)\s*[>)\]]`)

// User returns the e-mail address or id in what was pasted as a user. Text that
// holds no such thing, or several, comes back without its edges.
func User(s string) string {
	s = Trim(s)
	s = strings.TrimRight(label.ReplaceAllString(s, ""), ",;")
	s = Trim(s)
	if found := wrapped.FindAllStringSubmatch(s, -1); len(found) > 0 {
		if address := onlyOne(found); address != "" {
			s = address
		}
	} else if a, err := mail.ParseAddress(s); err == nil && a.Name != "" {
		s = a.Address
	}
	s = mailto(strings.Trim(s, "<>"))
	return Trim(strings.TrimRight(Trim(s), ",;."))
}

// onlyOne returns the address that all matches name, or "".
func onlyOne(found [][]string) string {
	address := ""
	for _, f := range found {
		one := mailto(f[1])
		if address != "" && !strings.EqualFold(address, one) {
			return ""
		}
		address = one
	}
	return address
}

// mailto returns the address of a mailto: link (RFC 6068), or s.
func mailto(s string) string {
	const scheme = "mailto:"
	if len(s) < len(scheme) || !strings.EqualFold(s[:len(scheme)], scheme) {
		return s
	}
	s, _, _ = strings.Cut(s[len(scheme):], "?")
	if plain, err := url.PathUnescape(s); err == nil {
		s = plain
	}
	return s
}
