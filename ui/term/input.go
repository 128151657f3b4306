package term

import (
	"bytes"
	"io"
	"slices"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// The marks around a text that a person pastes (DEC mode 2004).
var (
	pasteBegins = []byte("\x1b[200~")
	pasteEnds   = []byte("\x1b[201~")
)

// Input is a terminal's input in which what is pasted is text only.
//
// Some terminals, and tmux, paste escape sequences as they are. A program that
// reads keys takes a sequence that is cut short, such as the beginning of an OSC,
// for one that goes on: it swallows the end of the paste, and then every key, for
// they all seem to be pasted. And of a sequence with more parameters than it has room
// for, which no terminal sends but anybody may, it panics; one without end it keeps, and
// reads from its beginning with each piece that comes.
type Input struct {
	from  io.Reader
	waits bool    // from is a file, which can be waited for
	fd    uintptr // its descriptor

	// A reader that was ended, for a suspension, may still be in its last Read
	// when the next one begins.
	mu      sync.Mutex
	pasting bool
	tail    []byte // of what was passed on outside of a paste: it may begin the mark
	held    []byte // of a paste: it may be part of a character or of the mark
	out     []byte // what is read already and had no room
	reading part   // of a sequence, outside of a paste
	params  int    // that it has
	inText  bool   // of a sequence that has a string
	length  int    // of that, or of a paste
	last    byte   // outside of a paste

	escWait, tornWait time.Duration
}

// How long the rest of an escape sequence may take. A slow line tears sequences,
// and a program that reads keys takes the torn beginning for the escape key, whose
// patience (50 ms in ultraviolet) cannot be set. An escape alone is most often the
// key, and may not wait longer than a person notices.
const (
	escWait  = 150 * time.Millisecond
	tornWait = 500 * time.Millisecond
)

// fileInput is an Input from a file. Its descriptor is that of the beginning: who
// reads may ask for it while the owner of the file closes it.
type fileInput struct {
	*Input
	file
	fd uintptr
}

// Fd is the file's descriptor.
func (f *fileInput) Fd() uintptr { return f.fd }

// file is what a program needs of a file to set a terminal up.
type file interface {
	io.WriteCloser
	Fd() uintptr
	Name() string
}

// NewInput returns the input of a terminal, an Input. If that is a file, so is what
// is returned, because a program needs it to set the terminal up.
func NewInput(from io.Reader) io.Reader {
	in := newInput(from)
	if f, ok := from.(file); ok {
		return &fileInput{in, f, in.fd}
	}
	return in
}

func newInput(from io.Reader) *Input {
	in := &Input{from: from, escWait: escWait, tornWait: tornWait}
	if f, ok := from.(fileLike); ok {
		in.waits, in.fd = true, f.Fd()
	}
	return in
}

// Read implements io.Reader. Control characters of a paste other than tab and
// line ends become what Clean shows in their place; all else stays. It returns
// nothing, without an error, while a character or the end of a paste is
// incomplete: whoever waits for the file goes on waiting. What ends in the
// beginning of an escape sequence is given out after its rest, or once that has
// not come for a while.
func (in *Input) Read(p []byte) (int, error) {
	if n := in.give(p, nil); n > 0 {
		return n, nil
	}
	// A picture has three bytes in place of one.
	raw := make([]byte, max(1, len(p)/3-len(pasteEnds)-utf8.UTFMax))
	n, err := in.from.Read(raw) // without the lock: it may take for ever
	if err != nil {
		in.give(nil, raw[:n])
		return 0, err
	}
	for in.give(nil, raw[:n]); ; in.give(nil, raw[:n]) {
		wait := in.patience(len(p))
		if wait <= 0 || !in.waits || !readable(in.fd, wait) {
			break
		}
		if n, _ = in.from.Read(raw); n == 0 { // the next call is told of an error again
			break
		}
	}
	return in.give(p, nil), nil
}

// patience is how long the rest of what is ready may take; 0 if it is whole, or
// fills room for room bytes.
func (in *Input) patience(room int) time.Duration {
	in.mu.Lock()
	defer in.mu.Unlock()
	switch begun := begunSequence(in.out); {
	case in.pasting || begun == 0 || len(in.out) >= room:
		return 0
	case begun == 1:
		return in.escWait
	default:
		return in.tornWait
	}
}

// begunSequence is how many bytes at the end of b begin an escape sequence (ECMA-48,
// section 5.4) that lacks its end; 0 if none do.
func begunSequence(b []byte) int {
	i := bytes.LastIndexByte(b, 0x1b)
	if i < 0 {
		return 0
	}
	begun, complete := b[i:], true
	if len(begun) == 1 {
		return 1
	}
	switch begun[1] {
	case '[': // control sequence; the Linux console's function keys have another [
		rest := bytes.TrimLeftFunc(begun[2:], func(r rune) bool { return r >= 0x20 && r <= 0x3f })
		complete = len(rest) > 0 && !bytes.Equal(begun, []byte("\x1b[["))
	case 'O': // function key
		complete = len(begun) > 2
	case ']', 'P', '_', '^', 'X': // string, which ends in BEL, or in the ESC of its end
		complete = bytes.IndexByte(begun, 0x07) > 0
	}
	if complete {
		return 0
	}
	return len(begun)
}

// give takes what was read and fills p with what is ready.
func (in *Input) give(p, read []byte) int {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.take(read)
	n := copy(p, in.out)
	in.out = in.out[n:]
	return n
}

// take adds what was read to what is given out.
func (in *Input) take(b []byte) {
	for len(b) > 0 {
		if in.pasting {
			b = in.paste(slices.Concat(in.held, b))
			continue
		}
		seen := slices.Concat(in.tail, b)
		i := bytes.Index(seen, pasteBegins)
		if i < 0 {
			in.keys(b)
			in.tail = bytes.Clone(seen[max(0, len(seen)-len(pasteBegins)+1):])
			return
		}
		n := i + len(pasteBegins) - len(in.tail)
		in.keys(b[:n])
		in.pasting, in.inText, in.length, in.tail, b = true, false, 0, nil, b[n:]
	}
}

// part is where in a sequence the input is.
type part int

const (
	elsewhere part = iota
	escaped        // after ESC
	numbers        // among the parameters of a control or device control sequence
)

// paramsMost is how many parameters of a sequence are passed on: as many as the library
// that reads keys has room for (ansi/parser.MaxParamsSize).
const paramsMost = 32

// How many bytes of a sequence's string and of a paste are passed on: terminals answer with
// some hundred, and the longest list that is of use here is some hundred thousand.
const (
	stringMost = 64 << 10
	pasteMost  = 4 << 20
)

// keys takes what is no paste.
func (in *Input) keys(b []byte) {
	for _, c := range b {
		if many, long := in.param(c), in.text(c); !many && !long {
			in.out = append(in.out, c)
		}
		in.last = c
	}
}

// param reports whether a byte belongs to a parameter too many.
func (in *Input) param(c byte) bool {
	const csi, dcs = 0x9b, 0x90 // in one byte
	switch {
	case c == 0x1b:
		in.reading = escaped
	case c == csi, c == dcs, in.reading == escaped && (c == '[' || c == 'P'):
		in.reading, in.params = numbers, 1
	case in.reading == numbers && c >= 0x30 && c <= 0x3f:
		if c == ';' || c == ':' {
			in.params++
		}
		return in.params > paramsMost
	default:
		in.reading = elsewhere
	}
	return false
}

// text reports whether a byte belongs to a string that is too long.
func (in *Input) text(c byte) bool {
	const bel, can, sub, st = 0x07, 0x18, 0x1a, 0x9c
	switch {
	case c == 0x1b, c == bel, c == can, c == sub, c == st:
		in.inText = false
	case in.inText:
		in.length++
		return in.length > stringMost
	case in.last == 0x1b && bytes.IndexByte([]byte("]P_^X"), c) >= 0,
		in.last < utf8.RuneSelf && bytes.IndexByte([]byte("\x9d\x90\x9f\x9e\x98"), c) >= 0: // and no part of a letter
		in.inText, in.length = true, 0
	}
	return false
}

// paste takes a piece of a paste and returns what follows its end.
func (in *Input) paste(b []byte) (rest []byte) {
	in.held = nil
	i := bytes.Index(b, pasteEnds)
	if i >= 0 {
		in.pasting = false
		in.pasted(b[:i])
		in.out = append(in.out, pasteEnds...)
		return b[i+len(pasteEnds):]
	}
	keep := 0
	for n := 1; n < len(pasteEnds) && n <= len(b); n++ {
		if bytes.HasSuffix(b, pasteEnds[:n]) {
			keep = n
		}
	}
	for n := 1; keep == 0 && n < utf8.UTFMax && n <= len(b); n++ {
		if last := b[len(b)-n:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				keep = n
			}
			break
		}
	}
	in.pasted(b[:len(b)-keep])
	in.held = bytes.Clone(b[len(b)-keep:])
	return nil
}

func (in *Input) pasted(b []byte) {
	for _, r := range string(b) {
		if in.length += utf8.RuneLen(r); in.length > pasteMost {
			return
		}
		if unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' {
			r = visible(r)
		}
		in.out = utf8.AppendRune(in.out, r)
	}
}
