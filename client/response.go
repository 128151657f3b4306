package client

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// The limits of an answer, after decompression.
const (
	maxBody    = 1 << 20
	maxString  = 8 << 10
	maxSession = 64 << 10 // a string in the answer to an exchange: its JWT names every workspace
	maxDepth   = 32
)

// response is a 2xx answer that is being read.
type response struct {
	resp        *http.Response
	parent, ctx context.Context // of the call, and of this attempt

	received time.Time // local, without monotonic clock
	date     time.Time // server's Date, zero without one
	wrote    time.Time // when the request was written, on the server's clock; zero if unknown
	clock    Clock
	kind     Body
	head     []byte // beginning of a body that is a web page
	notes    []string
}

// note adds a remark for a person.
func (r *response) note(s string) { r.notes = append(r.notes, s) }

// decode reads a JSON body of at most 1 MiB into v. Fields of an unexpected type
// are left empty, because ToolJet's versions differ.
func (r *response) decode(v any, longest int) *failure {
	b, f := r.all()
	if f != nil {
		return f
	}
	if f := r.shape(b); f != nil {
		return f
	}
	if f := scan(b, longest); f != nil {
		return f
	}
	return unmarshal(b, v)
}

// all reads the body.
func (r *response) all() ([]byte, *failure) {
	b, err := io.ReadAll(io.LimitReader(r.resp.Body, maxBody+1))
	size := len(b)
	b = trim(b)
	r.kind = kindOf(b, r.resp.Header)
	switch {
	case err != nil:
		return nil, r.broken(err)
	case size > maxBody:
		return nil, fail(FailTooLarge, "")
	}
	return b, nil
}

// shape refuses what is not JSON, and notes JSON that says it is something else.
func (r *response) shape(b []byte) *failure {
	switch r.kind = kindOf(b, r.resp.Header); r.kind {
	case BodyHTML:
		r.head = b
		return fail(FailHTML, "")
	case BodyEmpty:
		return fail(FailNotJSON, "the answer is empty")
	case BodyText:
		return fail(FailNotJSON, "")
	case BodyJSON:
		if !jsonType(r.resp.Header) {
			r.note("The answer is JSON but is not marked as such.")
		}
	}
	return nil
}

// broken explains an error while a 2xx body is read.
func (r *response) broken(err error) *failure {
	if f := expired(r.parent, r.ctx, err); f != nil {
		return f
	}
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) {
		return fail(FailNotJSON, "the answer's compression is damaged")
	}
	return over(FailTruncated, "", io.ErrUnexpectedEOF)
}

// unmarshal is json.Unmarshal whose failures repeat nothing of b.
func unmarshal(b []byte, v any) *failure {
	err := json.Unmarshal(b, v)
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return nil // or a field of another type; the others are filled
	}
	if syntax.Error() == "unexpected end of JSON input" {
		return over(FailTruncated, "", io.ErrUnexpectedEOF)
	}
	return fail(FailNotJSON, "")
}

// scan bounds depth and strings of JSON before a decoder sees it. It does not
// check the syntax.
func scan(b []byte, longest int) *failure {
	depth, start := 0, -1
	for i := 0; i < len(b); i++ {
		if start >= 0 {
			switch b[i] {
			case '\\':
				i++
			case '"':
				start = -1
			}
			if start >= 0 && i-start > longest {
				return fail(FailTooLarge, "a string in the answer is longer than allowed")
			}
			continue
		}
		switch b[i] {
		case '"':
			start = i
		case '{', '[':
			if depth++; depth > maxDepth {
				return fail(FailTooLarge, "the answer is nested deeper than allowed")
			}
		case '}', ']':
			depth--
		}
	}
	return nil
}

// kindOf says what a body looks like. What starts like JSON counts as JSON, even
// if it breaks off.
func kindOf(b []byte, h http.Header) Body {
	t := trim(b)
	media, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	switch {
	case len(t) == 0:
		return BodyEmpty
	case t[0] == '{' || t[0] == '[':
		return BodyJSON
	case t[0] == '<', media == "text/html":
		return BodyHTML
	case jsonType(h) && json.Valid(t):
		return BodyJSON
	}
	return BodyText
}

// jsonType reports whether the content type is JSON of some kind.
func jsonType(h http.Header) bool {
	media, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
}

// bom is the byte order mark that some gateways prepend.
var bom = []byte("\xef\xbb\xbf")

// trim drops a byte order mark and white space around.
func trim(b []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(b, bom))
}

// cut shortens s to at most n bytes without breaking a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
