package snippet

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"patdesk/secret"
)

// Masked returns the same data with the token replaced by its mask wherever it
// stands, so that a screen can show every snippet in its real shape.
func (d Data) Masked() Data {
	out := d
	out.masked = true
	token, raw := d.Token.Reveal(secret.ForChecking), d.URL.Reveal(secret.ForChecking)
	masked := maskURL(raw, token)
	out.URL = secret.New(masked)
	out.Token = secret.New(d.Token.Mask())
	if d.JSON != nil {
		object := d.JSON
		out.JSON = func() ([]byte, error) {
			b, err := object()
			if err != nil {
				return nil, err
			}
			return maskJSON(b, raw, masked, token, d.Token.Mask())
		}
	}
	return out
}

// maskURL replaces the token in an address: the text of the token itself, and
// whatever stands in the parameter for it.
func maskURL(raw, token string) string {
	if token != "" {
		raw = strings.ReplaceAll(raw, token, secret.New(token).Mask())
	}
	before, query, found := strings.Cut(raw, "?")
	if !found {
		return raw
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		if name == tokenParam && value != "" && !strings.Contains(value, "…") {
			pairs[i] = name + "=" + secret.New(value).Mask()
		}
	}
	raw = before + "?" + strings.Join(pairs, "&")
	if hasFragment {
		raw += "#" + fragment
	}
	return raw
}

// maskJSON replaces address and token in all strings of a JSON text, in whatever
// way they are escaped, and keeps the order of its keys.
func maskJSON(b []byte, raw, maskedURL, token, maskedToken string) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var out bytes.Buffer
	at := 0
	for {
		start := at
		t, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			// Never the rest as it is: the token may stand in it.
			return nil, errors.New("the token object is not JSON")
		}
		at = int(dec.InputOffset())
		piece := b[start:at]
		s, isString := t.(string)
		if !isString {
			out.Write(piece)
			continue
		}
		hidden := s
		if raw != "" {
			hidden = strings.ReplaceAll(hidden, raw, maskedURL)
		}
		if token != "" {
			hidden = strings.ReplaceAll(hidden, token, maskedToken)
		}
		if hidden == s {
			out.Write(piece)
			continue
		}
		out.Write(piece[:bytes.IndexByte(piece, '"')])
		quoted, err := json.Marshal(hidden)
		if err != nil {
			return nil, err
		}
		out.Write(bytes.ReplaceAll(quoted, []byte(`\u0026`), []byte("&")))
	}
	out.Write(b[at:])
	return out.Bytes(), nil
}
