package client

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"patdesk/pattern"
	"patdesk/secret"
)

const redacted = "[redacted]"

// leastKey is the length in bytes from which a key is looked for, and leastPart
// that of a beginning of it at the end of a text that was cut off.
const (
	leastKey  = 4
	leastPart = 6
)

// layers is how many encodings may lie over one another, as in %2541 or
// &amp;lt;.
const layers = 3

// secretShapes are an embed token, a workspace token's rest, a JWT, and the
// query in which a token travels.
var secretShapes = pattern.New(`pat_[A-Za-z0-9_-]{6,}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_.-]+|(?i:personal-access-token=)[^\s"'&]+`)

// clean takes secrets out of a server's words, since a server, or a proxy that
// explains what it refused, may repeat what we sent. The admin key is found in
// every usual spelling: as it is, percent-encoded, as HTML entities, with escapes
// of JSON and JavaScript, each of them for all characters or for some, one over
// the other, and in hexadecimal and base64 at any place of a longer text. Control
// characters stay: they are the caller's to clean.
func (c *Client) clean(s string) string {
	if s == "" {
		return ""
	}
	if key := c.key.Reveal(secret.ForChecking); len(key) >= leastKey {
		for _, n := range needles(key) {
			s = n.redact(s)
		}
	}
	return secretShapes.ReplaceAllString(s, redacted)
}

// plainKey is the length from which a key is taken for one in what a person wrote: a
// shorter one may be a word of theirs.
const plainKey = 8

// HoldsKey reports whether the admin key stands in a text, in any usual spelling.
func (c *Client) HoldsKey(s string) bool {
	key := c.key.Reveal(secret.ForChecking)
	if len(key) < plainKey || len(s) < plainKey {
		return false
	}
	for _, n := range needles(key) {
		if n.redact(s) != s {
			return true
		}
	}
	return false
}

func (c *Client) cleanAll(all []string) []string {
	for i := range all {
		all[i] = c.clean(all[i])
	}
	return all
}

// needle is one spelling of a secret that is looked for.
type needle struct {
	text  string
	fold  func(byte) byte // makes bytes equal that mean the same
	loose bool            // white space and separators may stand between the bytes
	edge  int             // bytes on either side that hold bits of the secret too
}

func needles(key string) []needle {
	all := []needle{{text: key, fold: same}, {text: hex.EncodeToString([]byte(key)), fold: lower, loose: true}}
	for before := range 3 {
		enc := base64.StdEncoding.EncodeToString(append(make([]byte, before), key...))
		// Only these characters depend on the key alone.
		core := enc[(before*8+5)/6 : (before+len(key))*8/6]
		all = append(all, needle{text: core, fold: alphabet, loose: true, edge: 1})
	}
	return all
}

func same(b byte) byte { return b }

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		b += 'a' - 'A'
	}
	return b
}

// alphabet maps base64url (RFC 4648, 5) to base64.
func alphabet(b byte) byte {
	switch b {
	case '-':
		return '+'
	case '_':
		return '/'
	}
	return b
}

// redact replaces each occurrence in s.
func (n needle) redact(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		end := n.match(s, i)
		if end < 0 {
			b.WriteByte(s[i])
			i++
			continue
		}
		kept := b.String()
		for range n.edge {
			if len(kept) > 0 && isBase64(kept[len(kept)-1]) {
				kept = kept[:len(kept)-1]
			}
			if end < len(s) && isBase64(s[end]) {
				end++
			}
		}
		for n.edge > 0 && end < len(s) && s[end] == '=' {
			end++
		}
		b.Reset()
		b.WriteString(kept + redacted)
		i = end
	}
	return b.String()
}

func isBase64(b byte) bool {
	return b == '+' || b == '/' || b == '-' || b == '_' || '0' <= b && b <= '9' || 'a' <= lower(b) && lower(b) <= 'z'
}

// place is a byte of a text, and the byte of the needle that is expected there.
type place struct{ in, at int }

// match returns where the needle ends in s, if it begins at start; -1 if it does
// not. A needle that s cuts off counts.
func (n needle) match(s string, start int) int {
	if !n.starts(s, start) {
		return -1
	}
	open, been := []place{{in: start}}, map[place]bool{}
	for len(open) > 0 {
		p := open[len(open)-1]
		open = open[:len(open)-1]
		switch {
		case p.at == len(n.text):
			return p.in
		case p.at >= leastPart && brokenOff(s[p.in:]):
			return len(s)
		case p.in >= len(s), been[p]:
			continue
		}
		been[p] = true
		if n.loose && p.at > 0 && strings.IndexByte(" \t\r\n:", s[p.in]) >= 0 {
			open = append(open, place{p.in + 1, p.at})
		}
		for _, u := range units(s, p.in, layers) {
			if n.begins(u.text, p.at) {
				open = append(open, place{p.in + u.size, p.at + len(u.text)})
			}
		}
	}
	return -1
}

// brokenOff reports whether a text ends here, or in the middle of an escape.
func brokenOff(rest string) bool {
	return rest == "" || len(rest) <= 12 && strings.IndexByte(`%&\\`, rest[0]) >= 0 && !strings.ContainsAny(rest, " \t\r\n")
}

// starts rules most places out before anything is allocated.
func (n needle) starts(s string, i int) bool {
	return n.fold(s[i]) == n.fold(n.text[0]) || strings.IndexByte(`%&\+`, s[i]) >= 0
}

// begins reports whether text goes on with the needle at a byte.
func (n needle) begins(text string, at int) bool {
	if len(text) == 0 || at+len(text) > len(n.text) {
		return false
	}
	for k := range len(text) {
		if n.fold(text[k]) != n.fold(n.text[at+k]) {
			return false
		}
	}
	return true
}

// unit is one way to read what stands at a place: the bytes it means and how
// many bytes it takes.
type unit struct {
	text string
	size int
}

// units are the ways to read what stands in s at i: the byte itself, and what it
// means as the beginning of an escape under up to depth layers.
func units(s string, i, depth int) []unit {
	all := []unit{{s[i : i+1], 1}}
	if depth == 0 || strings.IndexByte(`%&\+`, s[i]) < 0 {
		return all
	}
	for _, u := range units(s, i, depth-1) {
		rest := s[i+u.size:]
		var text string
		var size int
		switch u.text {
		case "%":
			text, size = hexByte(rest, 2)
		case "&":
			text, size = entity(rest)
		case `\`:
			text, size = escape(rest)
		case "+":
			text, size = " ", 0
		}
		if read := (unit{text, u.size + size}); text != "" && !slices.Contains(all, read) {
			all = append(all, read)
		}
		if !slices.Contains(all, u) {
			all = append(all, u)
		}
	}
	return all
}

// hexByte reads digits of a byte in hexadecimal.
func hexByte(s string, digits int) (text string, size int) {
	if len(s) < digits {
		return "", 0
	}
	v, err := strconv.ParseUint(s[:digits], 16, 8)
	if err != nil {
		return "", 0
	}
	return string([]byte{byte(v)}), digits
}

// entityForm is an HTML entity behind its ampersand; browsers need no semicolon.
var entityForm = pattern.New(`^(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});?`)

func entity(s string) (text string, size int) {
	form := entityForm.FindString(s[:min(len(s), 40)])
	if form == "" {
		return "", 0
	}
	text = html.UnescapeString("&" + strings.TrimSuffix(form, ";") + ";")
	if strings.HasPrefix(text, "&") && len(text) > 1 {
		return "", 0
	}
	return text, len(form)
}

// plainEscapes are escapes of one character.
var plainEscapes = map[byte]string{'n': "\n", 'r': "\r", 't': "\t", 'b': "\b", 'f': "\f"}

// escape reads an escape of JSON or JavaScript behind its backslash.
func escape(s string) (text string, size int) {
	switch {
	case s == "":
		return "", 0
	case s[0] == 'x':
		text, size = hexByte(s[1:], 2)
		return text, size + 1
	case s[0] == 'u' && len(s) >= 5:
		v, err := strconv.ParseUint(s[1:5], 16, 16)
		if err != nil {
			return "", 0
		}
		return string(rune(v)), 5
	case plainEscapes[s[0]] != "":
		return plainEscapes[s[0]], 1
	case s[0] < utf8.RuneSelf:
		return s[:1], 1
	}
	return "", 0
}
