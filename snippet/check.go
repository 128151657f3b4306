package snippet

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"patdesk/address"
	"patdesk/secret"
)

// maxURL is the longest embed address, in bytes; ToolJet's have about 250.
const maxURL = 8 << 10

// tokenParam is the query parameter in which the embed page finds its token.
const tokenParam = "personal-access-token"

// URLError says why an embed address cannot be put anywhere. It holds nothing of
// the address.
type URLError string

// Error implements error.
func (e URLError) Error() string { return string(e) }

// CheckURL looks at an embed address before it is put anywhere. Only https is
// accepted, or http on this computer or where the server itself was allowed to be
// reached by it; anything that is not plainly an address is
// an error. An address that is usable but unusual gives warnings, one sentence
// each: another host than the server's, its sub-path missing, no token in it.
// Neither ever contains more of the address than its host.
func CheckURL(raw secret.Text, base string) (warnings []string, err error) {
	return checkURL(raw, base, false)
}

// checkURL is CheckURL; judged leaves out what was found when the address was stored.
func checkURL(raw secret.Text, base string, judged bool) (warnings []string, err error) {
	s := raw.Reveal(secret.ForChecking)
	if s == "" {
		return nil, URLError("the embed address is not kept")
	}
	if len(s) > maxURL {
		return nil, URLError("the embed address is longer than 8192 characters")
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, unfit) {
		return nil, URLError("the embed address has a character that no address has")
	}
	// The errors of net/url repeat the address and so the token.
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" {
		return nil, URLError("the embed address cannot be read")
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, URLError("the embed address does not start with https://")
	case u.User != nil:
		return nil, URLError("the embed address holds a user name or password")
	case u.Hostname() == "" || !plainHost(u):
		return nil, URLError("the embed address has no proper host")
	case address.InClear(s) && address.Origin(s) != address.Origin(base):
		return nil, URLError("the embed address is http, which would send the token in clear")
	}
	if address.InClear(s) {
		warnings = append(warnings, "the embed address is http: the token can be read on the way, and an https page blocks it")
	}
	if address.Loopback(u.Hostname()) {
		warnings = append(warnings, "the embed address works on this computer only: ToolJet builds it from its TOOLJET_HOST")
	}
	if judged {
		return warnings, nil
	}
	if u.Query().Get(tokenParam) == "" {
		warnings = append(warnings, "the embed address carries no token: the page would refuse to open")
	}
	return append(warnings, compare(u, base)...), nil
}

// compare says how an address differs from the server it should belong to.
func compare(u *url.URL, base string) []string {
	b, err := url.Parse(base)
	if err != nil || b.Host == "" {
		return nil
	}
	if hostOf(u) != hostOf(b) || u.Scheme != b.Scheme {
		return []string{fmt.Sprintf(
			"the embed address points to %s://%s, not to %s://%s: check TOOLJET_HOST on the server before publishing it, or take the format corrected",
			u.Scheme, hostOf(u), b.Scheme, hostOf(b),
		)}
	}
	if sub := strings.Trim(b.EscapedPath(), "/"); sub != "" && !strings.HasPrefix(strings.TrimLeft(u.EscapedPath(), "/")+"/", sub+"/") {
		return []string{"the embed address lacks the sub-path of this server: it may show a page that is not found; the format corrected has it"}
	}
	return nil
}

// plainHost reports whether a host is written as it is looked up: a name, or an
// address, with a possible port. Browsers and net/url read anything else in
// different ways, which is how one host is passed off as another.
func plainHost(u *url.URL) bool {
	host := u.Hostname()
	if strings.HasPrefix(u.Host, "[") {
		ip, err := netip.ParseAddr(host)
		if err != nil || !ip.Is6() || ip.Zone() != "" {
			return false
		}
	} else if strings.ContainsFunc(host, func(r rune) bool { return r < 0x80 && !isNameByte(r) }) {
		return false
	}
	if strings.HasSuffix(u.Host, ":") {
		return false
	}
	n, err := strconv.Atoi(u.Port())
	return u.Port() == "" || err == nil && n >= 1 && n <= 65535
}

func isNameByte(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '.' || r == '_'
}

// hostOf is the host in lower case with its port, unless that is the usual one.
func hostOf(u *url.URL) string {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" || (u.Scheme == "https" && port == "443") || (u.Scheme == "http" && port == "80") {
		if strings.Contains(host, ":") {
			return "[" + host + "]"
		}
		return host
	}
	return net.JoinHostPort(host, port)
}
