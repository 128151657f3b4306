package client

import (
	"bytes"
	"encoding/json"
)

// maxMessages bounds how many sentences of one answer are kept.
const maxMessages = 64

// message is what a server says in an error's body.
type message struct {
	messages []string
	object   bool
	title    string
	data     []string
	code     string
}

// body holds every field in which some server says something. ToolJet itself
// answers with statusCode, timestamp, path, message and sometimes code; message
// is a string, an array of strings, an object, or an object as text inside a
// string. Gateways in front of it use the other fields.
type body struct {
	Message, Error, Title, Detail, Data, Code, ErrorType json.RawMessage
}

// parseMessage reads an error's JSON body. What it cannot read it leaves out.
func parseMessage(b []byte) message {
	var o body
	if b = trim(b); scan(b, len(b)) != nil || !readObject(b, &o) {
		return message{}
	}
	m := message{code: text(o.Code)}
	for _, said := range []json.RawMessage{o.Message, o.Error, o.Detail, o.Title} {
		if m.read(said, true); len(m.messages) > 0 || m.object {
			return m
		}
	}
	return m
}

// readObject decodes a JSON object and reports whether b is one. Fields of other
// types than expected do no harm.
func readObject(b []byte, v any) bool {
	return first(b) == '{' && unmarshal(b, v) == nil
}

// read takes one message in. outer allows a string to hold JSON.
func (m *message) read(raw json.RawMessage, outer bool) {
	switch first(raw) {
	case '"':
		s := text(raw)
		inner := []byte(s)
		if outer && (first(inner) == '{' || first(inner) == '[') && json.Valid(inner) && scan(inner, len(inner)) == nil {
			if m.read(inner, false); len(m.messages) > 0 {
				return
			}
		}
		if s != "" {
			m.messages = []string{s}
		}
	case '[':
		m.messages = list(raw, maxMessages)
	case '{':
		m.readObject(raw)
	}
}

// readObject takes an object message in: title, error and data for a refused
// role change, organizationId and errorType for a session that ended.
func (m *message) readObject(raw json.RawMessage) {
	var o body
	if !readObject(raw, &o) {
		return
	}
	m.object = true
	m.title, m.data = text(o.Title), list(o.Data, maxMessages)
	if m.code == "" {
		m.code = text(o.ErrorType)
	}
	if first(o.Message) == '[' { // a validation's sentences; its error is the status in words
		m.messages = list(o.Message, maxMessages)
		o.Error, o.Message = nil, nil
	}
	for _, s := range []string{m.title, text(o.Error), text(o.Message), text(o.ErrorType)} {
		if s != "" {
			m.messages = append(m.messages, s)
		}
	}
	m.messages = append(m.messages, m.data...)
	m.messages = m.messages[:min(len(m.messages), maxMessages)]
}

// list reads up to most sentences of an array, or the one of anything else. The array
// is read element by element: a hostile one has hundreds of thousands.
func list(raw json.RawMessage, most int) []string {
	if first(raw) != '[' {
		if s := text(raw); s != "" {
			return []string{s}
		}
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return nil
	}
	var all []string
	for len(all) < most && d.More() {
		var one json.RawMessage
		if d.Decode(&one) != nil {
			break
		}
		if s := text(one); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// text is a JSON string, number or boolean as text, or the message of an object.
func text(raw json.RawMessage) string {
	switch first(raw) {
	case '"':
		var s string
		_ = json.Unmarshal(raw, &s)
		return cut(s, maxString)
	case '{':
		var o struct{ Message, Name json.RawMessage }
		if readObject(raw, &o); first(o.Message) == '"' {
			return text(o.Message)
		}
		if first(o.Name) == '"' {
			return text(o.Name)
		}
		return ""
	case '[', 'n', 0:
		return ""
	}
	return cut(string(raw), 64)
}

// first is the first byte of a JSON value, 0 of none.
func first(raw []byte) byte {
	raw = bytes.TrimLeft(raw, " \t\r\n")
	if len(raw) == 0 {
		return 0
	}
	return raw[0]
}
