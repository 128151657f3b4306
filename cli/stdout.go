package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"

	"patdesk/pat"
)

// stdout is where data goes. It remembers the first write that failed, so that a
// script never takes half of a snippet, or an empty file, for all of it.
type stdout struct {
	w io.Writer

	mu  sync.Mutex
	err error
}

// Write implements io.Writer.
func (o *stdout) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	o.note(err)
	return n, err
}

// Fd is the descriptor of the file behind, for those who ask whether it is a
// terminal; of anything else it is none that exists.
func (o *stdout) Fd() uintptr {
	if f, ok := o.w.(*os.File); ok {
		return f.Fd()
	}
	return ^uintptr(0)
}

func (o *stdout) note(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = err
	}
}

// flush makes the system say what it did not say while writing: a quota, a disk
// or a network file that is full shows when the file is closed. It returns the
// first failure of all writes.
func (o *stdout) flush() error {
	if f, ok := o.w.(*os.File); ok && f == os.Stdout && o.first() == nil {
		if stdoutClosed() {
			o.note(errors.New("it is closed"))
		} else {
			o.note(f.Close())
		}
	}
	return o.first()
}

func (o *stdout) first() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// unwritten explains that data did not reach stdout.
func unwritten(err error) error {
	reason := err
	var pe *fs.PathError
	if errors.As(err, &pe) {
		reason = pe.Err
	}
	return &pat.Problem{ID: pat.IDOutput, Cause: "what should go to standard output is not complete: " + reason.Error(), Err: err}
}
