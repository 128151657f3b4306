package config

import (
	"bytes"
	"sort"

	"github.com/pelletier/go-toml/v2/unstable"
)

// surveyor notes where the keys and values of a file stand, and which comments
// stand above them. The decoder of the TOML library tells places only for the
// faults that it knows itself.
type surveyor struct {
	p        unstable.Parser
	lines    []int // offset of the start of each line
	keys     positions
	values   positions
	comments map[string][]string
	waiting  []string // comment lines that belong to what comes next
}

// maxKey is the length from which a dotted key is not followed any further: none
// that is known is that long.
const maxKey = 1024

// survey reads text that is known to be TOML.
func survey(text []byte) (keys, values positions, comments map[string][]string) {
	s := &surveyor{keys: positions{}, values: positions{}, comments: map[string][]string{}}
	s.lines = []int{0}
	for i, b := range text {
		if b == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	s.p.KeepComments = true
	s.p.Reset(text)
	table := ""
	for s.p.NextExpression() {
		e := s.p.Expression()
		switch e.Kind {
		case unstable.Comment:
			s.waiting = append(s.waiting, string(bytes.TrimRight(e.Data, "\r\n")))
		case unstable.Table, unstable.ArrayTable:
			table = s.note("", e)
			s.claim("["+table+"]", e)
		case unstable.KeyValue:
			s.claim(s.pair(table, e), e)
		default:
			// Nothing else stands at the top of a document.
		}
	}
	if len(s.waiting) > 0 {
		s.comments[""] = s.waiting
	}
	return s.keys, s.values, s.comments
}

// claim gives the comments that wait, and one at the end of the line, to a key.
func (s *surveyor) claim(key string, e *unstable.Node) {
	if n := e.Next(); n != nil && n.Kind == unstable.Comment {
		s.waiting = append(s.waiting, string(bytes.TrimRight(n.Data, "\r\n")))
	}
	if len(s.waiting) > 0 {
		s.comments[key] = append(s.comments[key], s.waiting...)
	}
	s.waiting = nil
}

// note records the parts of a key and returns it whole.
func (s *surveyor) note(prefix string, e *unstable.Node) string {
	it := e.Key()
	for it.Next() {
		n := it.Node()
		if n.Kind != unstable.Key {
			break // a comment at the end of the line
		}
		prefix = join(prefix, string(n.Data))
		if len(prefix) > maxKey {
			return prefix[:maxKey]
		}
		if _, seen := s.keys[prefix]; !seen {
			s.keys[prefix] = s.place(n.Raw)
			s.values[prefix] = s.keys[prefix]
		}
	}
	return prefix
}

// pair records a key with its value and all keys of inline tables in it.
func (s *surveyor) pair(prefix string, e *unstable.Node) string {
	key := s.note(prefix, e)
	v := e.Value()
	if v.Raw.Length > 0 {
		s.values[key] = s.place(v.Raw)
	}
	if v.Kind == unstable.Array {
		s.within(v)
	}
	if v.Kind == unstable.InlineTable {
		it := v.Children()
		for it.Next() {
			if n := it.Node(); n.Kind == unstable.KeyValue {
				s.pair(key, n)
			}
		}
	}
	return key
}

// within lets the comments in a list wait for the key of the list.
func (s *surveyor) within(list *unstable.Node) {
	for it := list.Children(); it.Next(); {
		n := it.Node()
		if n.Kind == unstable.Comment && len(n.Data) > 0 {
			s.waiting = append(s.waiting, string(bytes.TrimRight(n.Data, "\r\n")))
		}
		if n.Kind == unstable.Comment || n.Kind == unstable.Array {
			s.within(n)
		}
	}
}

func (s *surveyor) place(r unstable.Range) position {
	at := int(r.Offset)
	line := sort.SearchInts(s.lines, at+1) - 1
	return position{line: line + 1, column: at - s.lines[line] + 1}
}
