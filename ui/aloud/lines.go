package aloud

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/cancelreader"
)

// maxLine bounds a line that is read, in bytes; what is beyond it is dropped.
const maxLine = 16 << 10

// lines reads what a person types, a line at a time and only when one is wanted, so
// that between two of them the input is free for somebody else: a key that is typed
// unseen.
type lines struct {
	in      io.Reader
	r       io.Reader // in, such that a read can be given up; nil before the first
	buf     []byte    // read and not yet given
	ended   bool
	got     chan line
	pending bool // a line is being read
	held    bool // a line was given back, and is the next one
}

// line is what was typed, or why there is nothing.
type line struct {
	text string
	err  error // io.EOF at the end of the input
}

func newLines(in io.Reader) *lines { return &lines{in: in, got: make(chan line, 1)} }

// next brings the next line. Asked again before it came, it is the same line.
func (l *lines) next() <-chan line {
	if !l.pending {
		l.pending = true
		if l.r == nil {
			l.r = l.in
			if c, err := cancelreader.NewReader(l.in); err == nil {
				l.r = c
			}
		}
		go func() { l.got <- l.read() }()
	}
	return l.got
}

// took notes that the line of next was taken.
func (l *lines) took() { l.pending, l.held = false, false }

// back gives a line back that was for somebody else.
func (l *lines) back(given line) {
	l.got <- given
	l.pending, l.held = true, true
}

// ahead reports whether the next line is one that was given back.
func (l *lines) ahead() bool { return l.held }

// free gives up the line that is being read. ok is false if one is here already, or
// if the input cannot be left alone.
func (l *lines) free() (ok bool) {
	if !l.pending {
		return len(l.buf) == 0 && !l.ended
	}
	c, can := l.r.(cancelreader.CancelReader)
	if l.held || !can || !c.Cancel() {
		return false
	}
	if got := <-l.got; !errors.Is(got.err, cancelreader.ErrCanceled) {
		l.got <- got
		return false
	}
	l.pending, l.r = false, nil
	_ = c.Close()
	return len(l.buf) == 0
}

func (l *lines) read() line {
	part := make([]byte, 4096)
	for {
		if i := bytes.IndexByte(l.buf, '\n'); i >= 0 {
			text := plain(l.buf[:i])
			l.buf = append(l.buf[:0], l.buf[i+1:]...)
			return line{text: text}
		}
		if len(l.buf) > maxLine {
			l.buf = l.buf[:maxLine]
		}
		if l.ended {
			text := plain(l.buf)
			if l.buf = nil; text != "" {
				return line{text: text}
			}
			return line{err: io.EOF}
		}
		n, err := l.r.Read(part)
		l.buf = append(l.buf, part[:n]...)
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) || isHangUp(err):
			l.ended = true
		case err != nil:
			return line{err: err}
		}
	}
}

// plain is a line without what keys of a terminal send beside text. A line of nothing
// but the escape key is its name.
func plain(b []byte) string {
	text := strings.Trim(string(b), "\r\n")
	if strings.Trim(text, "\x1b") == "" && text != "" {
		return escape
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, ansi.Strip(text)))
}

// escape is the name of the key that goes a step back.
const escape = "esc"
