package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
)

// The limits of a list, which is read element by element and is never in memory
// as a whole. ToolJet sends all users of an instance in one array.
const (
	listTime    = 120 * time.Second
	maxList     = 64 << 20 // bytes, after decompression
	maxElement  = 1 << 20  // bytes of one element
	maxElements = 250_000
)

var errTooLong = errors.New("list too long")

// list sends r and calls take for each element of the array in the answer, which
// take must not keep; names are the fields in which the array may be. reset is called before each try.
func (c *Client) list(ctx context.Context, r request, names []string, reset func(), take func(json.RawMessage)) error {
	c.long(&r, listTime)
	return c.do(ctx, r, func(r *response) *failure {
		reset()
		return r.each(names, take)
	})
}

// each reads a list.
func (r *response) each(names []string, take func(json.RawMessage)) *failure {
	head := make([]byte, 512)
	n, err := io.ReadFull(r.resp.Body, head)
	if head = head[:n]; err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return r.broken(err)
	}
	if f := r.shape(head); f != nil {
		return f
	}
	w := &window{r: io.MultiReader(bytes.NewReader(bytes.TrimPrefix(head, bom)), r.resp.Body), left: maxElement}
	l := listReader{d: json.NewDecoder(w), w: w, take: take}
	if err = l.value(names); err == nil {
		_, err = l.d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			return fail(FailNotJSON, "")
		}
	}
	return r.badList(err)
}

// badList explains an error while a list is read.
func (r *response) badList(err error) *failure {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, errTooLong):
		return fail(FailTooLarge, "")
	case errors.Is(err, errNoList):
		return fail(FailNotJSON, "the answer is not a list")
	case errors.As(err, &syntax) && strings.Contains(syntax.Error(), "max depth"):
		return fail(FailTooLarge, "the answer is nested deeper than allowed")
	case errors.As(err, &syntax):
		return fail(FailNotJSON, "")
	}
	return r.broken(err)
}

var errNoList = errors.New("not a list")

// window bounds how much of a body is read in all and for one element.
type window struct {
	r           io.Reader
	total, left int
}

func (w *window) Read(p []byte) (int, error) {
	if w.left <= 0 || w.total > maxList {
		return 0, errTooLong
	}
	n, err := w.r.Read(p[:min(len(p), 32<<10)])
	w.total += n
	w.left -= n
	return n, err
}

type listReader struct {
	d    *json.Decoder
	w    *window
	take func(json.RawMessage)
	n    int
}

// value reads the top of the answer: an array, or an object with one in it.
func (l *listReader) value(names []string) error {
	t, err := l.d.Token()
	switch {
	case err != nil:
		return err
	case t == json.Delim('['):
		return l.array()
	case t != json.Delim('{'):
		return errNoList
	}
	found := false
	for l.d.More() {
		name, err := l.d.Token()
		if err != nil {
			return err
		}
		if s, _ := name.(string); !found && slices.Contains(names, s) {
			if t, err = l.d.Token(); err != nil {
				return err
			}
			if t != json.Delim('[') {
				return errNoList
			}
			if err = l.array(); err != nil {
				return err
			}
			found = true
			continue
		}
		var other json.RawMessage
		if err = l.d.Decode(&other); err != nil {
			return err
		}
		l.w.left = maxElement
	}
	if _, err = l.d.Token(); err == nil && !found {
		return errNoList
	}
	return err
}

// array reads elements up to the closing bracket.
func (l *listReader) array() error {
	var one json.RawMessage // its memory is used again for each element
	for l.d.More() {
		if l.n++; l.n > maxElements {
			return errTooLong
		}
		if err := l.d.Decode(&one); err != nil {
			return err
		}
		l.w.left = maxElement
		if scan(one, maxElement) != nil {
			return errTooLong
		}
		l.take(one)
	}
	_, err := l.d.Token()
	return err
}
