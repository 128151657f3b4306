// Package secret holds values that must never be shown by accident: the admin
// key of a ToolJet server, embed tokens and the URLs that contain them, and the
// key that seals them on disk.
//
// It imports nothing of patdesk but the names of characters (paste), and every
// other package may import it. A secret travels as a Text and leaves it only through Reveal, so
// that all places where a secret becomes readable are found by one search.
package secret

import (
	"fmt"
	"io"
	"log/slog"
	"unicode/utf8"
)

// redacted is what every print verb and every encoder shows instead of a secret.
const redacted = "[redacted]"

// Text is a secret string.
//
// The value sits behind a closure, because fmt, encoders, panics and debuggers
// of structs look through unexported string fields (and call no methods on
// them), but cannot look into a function. For the same reason a Text cannot be
// compared and cannot be a map key. The zero Text is empty.
type Text struct {
	f func() []byte
}

// New returns s as a secret.
func New(s string) Text {
	if s == "" {
		return Text{}
	}
	b := []byte(s)
	return Text{f: func() []byte { return b }}
}

// FromBytes returns a copy of b as a secret.
func FromBytes(b []byte) Text {
	return New(string(b))
}

// Reason says why a secret is revealed. Each use names one, which makes the
// list of all exits readable.
type Reason string

// The reasons for which patdesk reveals a secret.
const (
	ForRequest   Reason = "sent to the ToolJet server it belongs to"
	ForDatabase  Reason = "sent to the database of the history"
	ForSealing   Reason = "encrypted before it is stored"
	ForStorage   Reason = "kept where the person chose to keep it"
	ForClipboard Reason = "copied because the person asked"
	ForOutput    Reason = "printed because the person asked"
	ForScreen    Reason = "shown because the person asked"
	ForSnippet   Reason = "put into a snippet that is itself a secret"
	ForChecking  Reason = "looked at for its form or compared, not kept"
)

// Reveal returns the secret itself. It is the only way out of a Text.
func (t Text) Reveal(_ Reason) string {
	if t.f == nil {
		return ""
	}
	return string(t.f())
}

// IsZero reports whether the secret is empty.
func (t Text) IsZero() bool { return t.f == nil }

// Len is the length of the secret in bytes.
func (t Text) Len() int {
	if t.f == nil {
		return 0
	}
	return len(t.f())
}

// Last4 returns the last four characters, enough for a person to tell two tokens
// apart. A secret shorter than 16 bytes gives none: four characters of it would
// be too much of it.
func (t Text) Last4() string {
	if t.Len() < 16 {
		return ""
	}
	b := t.f()
	for i, n := len(b), 0; i > 0; {
		_, size := utf8.DecodeLastRune(b[:i])
		i -= size
		if n++; n == 4 {
			return string(b[i:])
		}
	}
	return ""
}

// Mask returns the form that screens show: the public prefix of an embed token,
// an ellipsis and the last four characters, as in "pat_…9f3c".
func (t Text) Mask() string {
	if t.Len() == 0 {
		return ""
	}
	prefix := ""
	if b := t.f(); len(b) >= 16 && string(b[:4]) == "pat_" {
		prefix = "pat_"
	}
	return prefix + "…" + t.Last4()
}

// String implements fmt.Stringer and hides the secret.
func (Text) String() string { return redacted }

// GoString implements fmt.GoStringer and hides the secret.
func (Text) GoString() string { return redacted }

// Format implements fmt.Formatter and hides the secret for every verb and flag.
func (Text) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, redacted) }

// LogValue implements slog.LogValuer and hides the secret.
func (Text) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler and hides the secret, also in XML.
func (Text) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON implements json.Marshaler and hides the secret.
func (Text) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalBinary implements encoding.BinaryMarshaler, which gob uses too, and
// hides the secret.
func (Text) MarshalBinary() ([]byte, error) { return []byte(redacted), nil }
