package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// node is a JSON value that knows its line, which encoding/json does not tell.
type node struct {
	line    int
	value   json.Token       // of a string, number or literal; else the opening delimiter
	members map[string]*node // of an object
	list    []*node          // of an array
}

// maxNesting bounds how deep a seed goes; a real one has five levels.
const maxNesting = 16

// readNode reads one JSON value and nothing after it. Errors name the line.
func readNode(b []byte) (*node, error) {
	r := &nodeReader{text: b, d: json.NewDecoder(bytes.NewReader(b))}
	n, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := r.d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("line %d: something stands after the end", r.line())
	}
	return n, nil
}

type nodeReader struct {
	text []byte
	d    *json.Decoder
}

// line is the line that was read last.
func (r *nodeReader) line() int {
	return 1 + bytes.Count(r.text[:min(int(r.d.InputOffset()), len(r.text))], []byte("\n"))
}

// next is the next token, or an error that names its line.
func (r *nodeReader) next() (json.Token, error) {
	t, err := r.d.Token()
	if err == nil {
		return t, nil
	}
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
		at := min(int(wrong.Offset), len(r.text))
		return nil, fmt.Errorf("line %d: no JSON: %w", 1+bytes.Count(r.text[:at], []byte("\n")), err)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("line %d: the text ends too early", 1+bytes.Count(bytes.TrimSpace(r.text), []byte("\n")))
	}
	return nil, fmt.Errorf("line %d: no JSON: %w", r.line(), err)
}

func (r *nodeReader) value(depth int) (*node, error) {
	t, err := r.next()
	if err != nil {
		return nil, err
	}
	n := &node{line: r.line(), value: t}
	if depth == maxNesting {
		return nil, fmt.Errorf("line %d: nested too deep", n.line)
	}
	switch t {
	case json.Delim('{'):
		err = r.object(n, depth)
	case json.Delim('['):
		for err == nil && r.d.More() {
			var item *node
			item, err = r.value(depth + 1)
			n.list = append(n.list, item)
		}
	default:
		return n, nil
	}
	if err == nil {
		_, err = r.next() // the closing delimiter
	}
	return n, err
}

func (r *nodeReader) object(n *node, depth int) error {
	n.members = map[string]*node{}
	for r.d.More() {
		t, err := r.next()
		if err != nil {
			return err
		}
		name, line := fmt.Sprint(t), r.line()
		if _, twice := n.members[name]; twice {
			return fmt.Errorf("line %d: %q is there twice", line, name)
		}
		if n.members[name], err = r.value(depth + 1); err != nil {
			return err
		}
	}
	return nil
}

// path is the name of a member of a field.
func path(field, name string) string {
	return strings.TrimPrefix(field+"."+name, ".")
}

// object wants an object that has no other members than these.
func (r *seedReader) object(n *node, field string, names ...string) *node {
	if n.members == nil {
		r.fail(n, first(field, "the seed"), "must be an object")
		return n
	}
	var unknown []string
	for name := range n.members {
		if !slices.Contains(names, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		name := slices.Min(unknown)
		r.fail(n.members[name], path(field, name), "unknown; known are %s", strings.Join(names, ", "))
	}
	return n
}

// each calls fn for each item of a list, with the name of its field; no list is an
// empty one.
func (r *seedReader) each(n *node, name string, fn func(n *node, field string)) {
	list := n.members[name]
	if list == nil {
		return
	}
	if list.value != json.Delim('[') {
		r.fail(list, name, "must be a list")
		return
	}
	for i, item := range list.list {
		fn(item, fmt.Sprintf("%s[%d]", name, i))
	}
}

// text is a member that is a text, or what it is without one.
func (r *seedReader) text(n *node, field, name, otherwise string) string {
	m := n.members[name]
	if m == nil {
		return otherwise
	}
	s, ok := m.value.(string)
	if !ok || strings.TrimSpace(s) == "" {
		r.fail(m, path(field, name), "must be a text that is not empty")
	}
	return s
}

// required is a text that must be there.
func (r *seedReader) required(n *node, field, name string) string {
	s := r.text(n, field, name, "")
	if n.members[name] == nil {
		r.fail(n, path(field, name), "is missing")
	}
	return s
}

// oneOf is one of some words; without it, the first one.
func (r *seedReader) oneOf(n *node, field, name string, words ...string) string {
	s := r.text(n, field, name, words[0])
	if !slices.Contains(words, s) {
		r.fail(n.members[name], path(field, name), "must be one of %s", strings.Join(words, ", "))
	}
	return s
}

func (r *seedReader) truth(n *node, field, name string, otherwise bool) bool {
	m := n.members[name]
	if m == nil {
		return otherwise
	}
	b, ok := m.value.(bool)
	if !ok {
		r.fail(m, path(field, name), "must be true or false")
	}
	return b
}

// texts is a list of texts, empty without one.
func (r *seedReader) texts(n *node, field, name string) []string {
	out := []string{}
	r.each(n, name, func(item *node, place string) {
		s, ok := item.value.(string)
		if !ok || s == "" {
			r.fail(item, path(field, place), "must be a text that is not empty")
		}
		out = append(out, s)
	})
	return out
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
