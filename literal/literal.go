// Package literal writes values for other programs to read to the letter: words
// of a shell, JSON in plain ASCII, random identifiers.
package literal

import (
	"crypto/rand"
	"fmt"
	"strings"
)

// Shell makes s one word of a POSIX shell command that a person may paste.
func Shell(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// UUID returns a random UUID (RFC 9562, version 4).
func UUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
