package config

import (
	"net"
	"net/url"
	"strings"
	"unicode"

	"patdesk/address"
)

// ProfileName returns a name for the profile of a server, made of its address:
// tooljet-example-com, localhost-3000. It is "tooljet" if nothing else is left.
func ProfileName(server string) string {
	base, err := address.Parse(server)
	if err != nil {
		return "tooljet"
	}
	u, err := url.Parse(base)
	if err != nil {
		return "tooljet"
	}
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return '-'
	}, net.JoinHostPort(u.Hostname(), u.Port())+u.Path)
	for strings.Contains(name, "--") {
		name = strings.ReplaceAll(name, "--", "-")
	}
	name = strings.Trim(name, "-")
	name = strings.TrimRight(name[:min(len(name), 40)], "-")
	if name == "" {
		return "tooljet"
	}
	return name
}
