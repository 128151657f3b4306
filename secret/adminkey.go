package secret

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"patdesk/paste"
	"patdesk/pattern"
)

// maxAdminKey is the longest admin key that can be sent: servers and proxies
// limit the size of all headers together, commonly to 8 KiB.
const maxAdminKey = 4 << 10

// embedToken is the form of the tokens that ToolJet issues for embedding.
var embedToken = pattern.New(`^pat_[a-f0-9]{8,}$`)

// signOf is what stands between a variable's name and its value, in words.
func signOf(assignment string) string {
	if at := strings.IndexAny(assignment, "=:"); at >= 0 && assignment[at] == ':' && !strings.HasPrefix(strings.ToLower(assignment), "$env:") {
		return "colon"
	}
	return "equals sign"
}

// scheme is what an Authorization header has before the key.
var scheme = pattern.New(`(?i)^(?:authorization\s*:\s*)?(basic|bearer|token)[\s\p{Z}]+`)

// keyVariable is a name of the admin key's variable, in any spelling.
var keyVariable = pattern.New(`(?i)(?:EXTERNAL_API_ACCESS_TOKEN|TOOLJET_API_TOKEN)["']?\s*[=:]`)

// CheckAdminKey says in a sentence why a key cannot be the admin key of a
// ToolJet server, which is the value of EXTERNAL_API_ACCESS_TOKEN, sent as it is
// after "Basic ". A key is judged and never changed: what is sent is what was
// given. The error never contains the key.
func CheckAdminKey(key Text) error {
	s := key.Reveal(ForChecking)
	bare := paste.Trim(s)
	word := ""
	if strings.ContainsFunc(bare, unicode.IsSpace) { // every start asks, and a pattern is to be made first
		if m := scheme.FindStringSubmatch(bare); m != nil {
			word = strings.ToUpper(m[1][:1]) + strings.ToLower(m[1][1:]) + " "
		}
	}
	switch {
	case bare == "":
		return errors.New("the admin key is empty: paste the value of EXTERNAL_API_ACCESS_TOKEN")
	case strings.HasPrefix(strings.ToLower(bare), "authorization"):
		return errors.New("leave out the name of the header and \"Basic \": patdesk adds them, the key is what follows")
	case word == "Basic ":
		return errors.New(`leave out "Basic ": patdesk adds it, the key is what follows`)
	case word != "":
		return errors.New(`leave out "` + word + `": ToolJet expects the bare value of EXTERNAL_API_ACCESS_TOKEN`)
	case strings.ContainsAny(bare, "=:") && (keyVariable.MatchString(bare) || paste.IsAssignment(bare)):
		return errors.New("leave out the name of the variable: the key is what follows the " + signOf(bare))
	case strings.ContainsAny(s, "\r\n"):
		return errors.New("the admin key has a line break in it: paste one line only")
	}
	if err := checkCharacters(s); err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(s, "tj_pat_"):
		return errors.New("this is a workspace token (tj_pat_…), another kind: the admin key is the server's EXTERNAL_API_ACCESS_TOKEN")
	case embedToken.MatchString(s):
		return errors.New("this is an embed token (pat_…), which patdesk issues: the admin key is the server's EXTERNAL_API_ACCESS_TOKEN")
	case strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://"):
		return errors.New("this is an address: the admin key is the value of EXTERNAL_API_ACCESS_TOKEN")
	case len(s) > maxAdminKey:
		return errors.New("the admin key is longer than 4096 characters: that is not a key")
	}
	return nil
}

// checkCharacters names the first character of a key that cannot be part of it,
// and where it stands.
func checkCharacters(s string) error {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	if paste.IsQuote(first) || paste.IsQuote(last) {
		return errors.New("the admin key has a quote at its start or end: leave the quotes out")
	}
	for i, r := range s {
		if r > ' ' && r < 0x7f {
			continue
		}
		where := "in it"
		switch {
		case i == 0:
			where = "at its start"
		case i+utf8.RuneLen(r) >= len(s):
			where = "at its end"
		}
		switch {
		case r == ' ':
			return fmt.Errorf("the admin key has a space %s: paste the key alone, one line, with nothing around it", where)
		case r == utf8.RuneError:
			return errors.New("the admin key has a character in it that cannot be sent: use printable ASCII only")
		case r >= '\uff01' && r <= '\uff5e':
			return fmt.Errorf("the admin key has a full-width character %s: type it with a Latin keyboard", where)
		case paste.Odd(string(r)) != "":
			// Its name tells nothing of the key: nobody chose to type it.
			return fmt.Errorf("the admin key has a character %s that cannot be sent, %s: leave it out", where, paste.Odd(string(r)))
		default:
			return fmt.Errorf("the admin key has a character %s that cannot be sent: use printable ASCII only", where)
		}
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
