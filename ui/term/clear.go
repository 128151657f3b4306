package term

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// mark remembers one copy without its text. Its exported fields are what the
// clearing child is told.
type mark struct {
	Backend string `json:"backend"`
	Sum     []byte `json:"sum"`  // HMAC-SHA-256 of the text
	Size    int    `json:"size"` // bytes of the text
	Path    string `json:"path,omitempty"`
	OwnDir  bool   `json:"own_dir,omitempty"`

	passedOn bool // tmux was asked to hand it to its terminal
}

// Cleared says what ClearNow did.
type Cleared struct {
	Backends []string // where our text was found and removed
	Asked    bool     // a terminal was asked to clear, which cannot be checked
	Note     string   // one clean sentence for people; empty if there was nothing to do
}

// ClearOurs removes what Copy put somewhere and is still there; content of anyone
// else is left alone. cleared tells whether something was removed, or a terminal
// was asked to. ClearNow says more.
func (c *Clipboard) ClearOurs(ctx context.Context) (cleared bool, err error) {
	done, err := c.ClearNow(ctx)
	return len(done.Backends) > 0 || done.Asked, err
}

// ClearNow is ClearOurs with a description of what was done.
//
// The desktop's clipboard and files are read and compared first. In tmux every
// buffer with our text is deleted. A terminal cannot be read: it is asked to
// clear only if its copy is the newest one of this Clipboard, and may then lose
// a text that was copied elsewhere since. What could not be cleared because of
// an error is tried again by the next call.
func (c *Clipboard) ClearNow(ctx context.Context) (Cleared, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.marks) == 0 {
		return Cleared{}, nil
	}
	newest := c.marks[len(c.marks)-1]
	var done Cleared
	var left []mark
	var errs []error
	settle := func(backend string, marks []mark, n int, err error) {
		if n > 0 {
			done.Backends = append(done.Backends, backend)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("clear %s: %w", backend, err))
			left = append(left, marks...)
		}
	}

	if native := c.marksOf(ModeNative); len(native) > 0 {
		ok, err := c.clearNative(ctx, native)
		settle(ModeNative, native, count(ok), err)
	}
	if buffers := c.marksOf(ModeTmux, ModeOSC52); len(buffers) > 0 && c.env.Getenv("TMUX") != "" {
		passedOn := c.blind && newest.passedOn
		n, err := c.clearTmux(ctx, buffers, passedOn)
		done.Asked = passedOn && n > 0 && err == nil
		settle(ModeTmux, c.marksOf(ModeTmux), n, err)
	}
	if c.blind && newest.Backend == ModeOSC52 {
		err := c.clearOSC52()
		done.Asked = err == nil
		settle(ModeOSC52, []mark{newest}, 0, err)
	}
	for _, m := range c.marksOf(ModeFile) {
		ok, err := c.clearFile(m)
		settle(ModeFile, []mark{m}, count(ok), err)
	}

	c.marks = left
	if len(left) == 0 {
		c.clearsAt = time.Time{}
	}
	done.Backends = slices.Compact(done.Backends)
	done.Note = done.note(len(errs) > 0)
	return done, errors.Join(errs...)
}

// note tells in a sentence what was done.
func (d Cleared) note(failed bool) string {
	names := map[string]string{ModeNative: "clipboard", ModeTmux: "tmux buffer", ModeFile: "private file"}
	var places []string
	for _, b := range d.Backends {
		places = append(places, names[b])
	}
	switch {
	case len(places) > 0 && d.Asked:
		return "Cleared the " + strings.Join(places, " and the ") + "; asked the terminal to clear its clipboard too."
	case len(places) > 0:
		return "Cleared the " + strings.Join(places, " and the ") + "."
	case d.Asked:
		return "Asked the terminal to clear its clipboard, which cannot be checked."
	case failed:
		return "The clipboard could not be cleared."
	}
	return "Nothing cleared: the clipboard holds something else by now."
}

// remember keeps a keyed hash of text. Two copies of the same text in one place
// are one mark, the newer one.
func (c *Clipboard) remember(m mark, text string) {
	m.Sum, m.Size = c.sum(text), len(text)
	c.marks = slices.DeleteFunc(c.marks, func(old mark) bool {
		return old.Backend == m.Backend && old.Path == m.Path && hmac.Equal(old.Sum, m.Sum)
	})
	c.marks = append(c.marks, m)
}

func (c *Clipboard) sum(text string) []byte {
	h := hmac.New(sha256.New, c.key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// isOurs reports whether content is the text of one of marks.
func (c *Clipboard) isOurs(marks []mark, content string) bool {
	sum := c.sum(content)
	return slices.ContainsFunc(marks, func(m mark) bool { return hmac.Equal(m.Sum, sum) })
}

func (c *Clipboard) marksOf(backends ...string) []mark {
	var some []mark
	for _, m := range c.marks {
		if slices.Contains(backends, m.Backend) {
			some = append(some, m)
		}
	}
	return some
}

func count(ok bool) int {
	if ok {
		return 1
	}
	return 0
}
