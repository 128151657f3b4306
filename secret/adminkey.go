package secret

import (
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxAdminKey is the longest admin key that can be sent: servers and proxies
// limit the size of all headers together, commonly to 8 KiB.
const maxAdminKey = 4 << 10

// embedToken is the form of the tokens that ToolJet issues for embedding.
var embedToken = regexp.MustCompile(`^pat_[a-f0-9]{8,}$`)

// CheckAdminKey says in a sentence why a key cannot be the admin key of a
// ToolJet server, which is the value of EXTERNAL_API_ACCESS_TOKEN, sent as it is
// after "Basic ". The error never contains the key.
func CheckAdminKey(key Text) error {
	s := key.Reveal(ForChecking)
	switch {
	case strings.TrimSpace(s) == "":
		return errors.New("the admin key is empty: paste the value of EXTERNAL_API_ACCESS_TOKEN")
	case hasPrefixFold(s, "Basic "):
		return errors.New(`leave out "Basic ": patdesk adds it, the key is what follows`)
	case hasPrefixFold(s, "Bearer "):
		return errors.New(`leave out "Bearer ": ToolJet expects the bare value of EXTERNAL_API_ACCESS_TOKEN`)
	case hasPrefixFold(s, "EXTERNAL_API_ACCESS_TOKEN="):
		return errors.New("leave out the name of the variable: the key is what follows the equals sign")
	case strings.ContainsAny(s, "\r\n"):
		return errors.New("the admin key has a line break in it: paste one line only")
	case strings.ContainsFunc(s, unicode.IsSpace):
		return errors.New("the admin key has a space in it: it was probably copied with something around it")
	case strings.ContainsAny(s[:1]+s[len(s)-1:], "\"'`"):
		return errors.New("the admin key has a quote at its start or end: leave the quotes out")
	case strings.HasPrefix(s, "tj_pat_"):
		return errors.New("this is a workspace token (tj_pat_…), another kind: the admin key is the server's EXTERNAL_API_ACCESS_TOKEN")
	case embedToken.MatchString(s):
		return errors.New("this is an embed token (pat_…), which patdesk issues: the admin key is the server's EXTERNAL_API_ACCESS_TOKEN")
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < 0x21 || r > 0x7e }):
		return errors.New("the admin key has a character in it that cannot be sent: use printable ASCII only")
	case len(s) > maxAdminKey:
		return errors.New("the admin key is longer than 4096 characters: that is not a key")
	}
	return nil
}

// AdminKeyHint returns a sentence about a key that may be right but looks like a
// common mistake, or "". The hint never contains the key.
func AdminKeyHint(key Text) string {
	s := key.Reveal(ForChecking)
	if looksLikeBasicAuth(s) {
		return `this looks like a name and password in base64: ToolJet compares the bare value of EXTERNAL_API_ACCESS_TOKEN`
	}
	if s != "" && len(s) < 16 {
		return "this key is short: whoever guesses it has full power over the server"
	}
	return ""
}

// looksLikeBasicAuth reports whether s is the base64 form of "user:password" as
// HTTP Basic authentication has it (RFC 7617).
func looksLikeBasicAuth(s string) bool {
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding} {
		b, err := enc.DecodeString(s)
		if err != nil || !utf8.Valid(b) {
			continue
		}
		name, password, found := strings.Cut(string(b), ":")
		if found && name+password != "" && !strings.ContainsFunc(string(b), unicode.IsControl) {
			return true
		}
	}
	return false
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
