package term

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/atotto/clipboard"

	"patdesk/secret"
)

// The modes of a Clipboard; all but auto and off are also names of backends.
const (
	ModeAuto   = "auto"   // the first backend that works
	ModeNative = "native" // the desktop's clipboard, through its own tool
	ModeTmux   = "tmux"   // a tmux buffer, pasted with the prefix and ]
	ModeOSC52  = "osc52"  // an escape sequence to the terminal
	ModeFile   = "file"   // a private file
	ModeOff    = "off"    // nothing is ever copied
)

// Modes lists the values of the clipboard setting.
func Modes() []string {
	return []string{ModeAuto, ModeNative, ModeTmux, ModeOSC52, ModeFile, ModeOff}
}

// helperLimit is how long one call of a clipboard helper may take. A helper that
// waits for a dead display would otherwise hang for ever.
const helperLimit = 2 * time.Second

// Env is what a Clipboard knows of its surroundings.
type Env struct {
	// Getenv reads the environment; nil is os.Getenv. The native backend's
	// helper always inherits the environment of the process itself, so a
	// program that holds a secret there removes it at start.
	Getenv func(string) string
	// Out is the terminal for OSC 52. Each sequence is one Write. Nil, or a file
	// that is no terminal, means that there is none.
	Out io.Writer
	// Tmux is the tmux program; empty is "tmux", found in PATH.
	Tmux string
}

// ClipboardOptions configure a Clipboard.
type ClipboardOptions struct {
	Mode  string        // one of Modes; empty is auto
	Env   Env           // surroundings
	Clear time.Duration // how long a copy stays before it is cleared; 0 is for ever
	Dir   string        // directory for mode file; empty is a new private one per copy
}

// Clipboard copies secrets through one chain of backends and remembers, as keyed
// hashes only, what it put where, so that it can clear what is still its own.
// Its methods may be called from several goroutines; they run one at a time.
type Clipboard struct {
	mode  string
	env   Env
	clear time.Duration
	dir   string
	limit time.Duration // of one call of a helper

	mu       sync.Mutex
	key      []byte // random, for the hashes in marks
	marks    []mark // oldest first
	clearsAt time.Time
	blind    bool // may clear what cannot be read
}

// NewClipboard returns a Clipboard. It looks at nothing yet, so a backend that
// appears later is found.
func NewClipboard(o ClipboardOptions) *Clipboard {
	if o.Mode == "" {
		o.Mode = ModeAuto
	}
	if o.Env.Getenv == nil {
		o.Env.Getenv = os.Getenv
	}
	if o.Env.Tmux == "" {
		o.Env.Tmux = "tmux"
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails, see crypto/rand
	return &Clipboard{mode: o.Mode, env: o.Env, clear: o.Clear, dir: o.Dir, limit: helperLimit, key: key, blind: true}
}

// Certainty says how much is known of a copy that did not fail.
type Certainty string

// The two certainties.
const (
	Checked Certainty = "checked" // read back and found equal
	Sent    Certainty = "sent"    // handed over; nothing tells whether it arrived
)

// Copied describes a copy.
type Copied struct {
	Backend   string // native, tmux, osc52 or file
	Tool      string // the helper that was used, such as "wl-copy"; may be empty
	Certainty Certainty
	ClearsAt  time.Time // when to call ClearOurs, by the local clock; zero is never
	File      string    // path, for mode file only
	// How says what is known, to follow the name of what was copied: "copied with
	// xclip, checked by reading back". Hint is what else a person should know, or "".
	// Both are clean and hold no secret.
	How, Hint string
}

// ClipTry is one backend that was tried in vain.
type ClipTry struct {
	Backend string
	Reason  string // clean, without the secret
}

// ClipError says that nothing was copied, why, and what can be done instead.
type ClipError struct {
	Title string    // a few words
	Cause string    // one sentence without full stop
	Next  string    // what the person can do
	Tried []ClipTry // the backends in the order of the attempts
}

// Error returns the cause in lower case and the reasons of all backends.
func (e *ClipError) Error() string {
	var b strings.Builder
	b.WriteString(e.Cause)
	for i, t := range e.Tried {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		fmt.Fprintf(&b, "%s%s: %s", sep, t.Backend, t.Reason)
	}
	return b.String()
}

// Copy puts v on the clipboard by the first backend of the chain that works.
//
// In mode auto the chain is the native tool, tmux, OSC 52. Over SSH the person's
// clipboard is at the other end of the line, so there tmux passing on to its
// terminal and OSC 52 come before the tools of the remote host. The error is a
// *ClipError, or the context's error.
func (c *Clipboard) Copy(ctx context.Context, v secret.Text) (Copied, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v.IsZero() {
		return Copied{}, &ClipError{Title: "Nothing to copy", Cause: "there is nothing to copy", Next: "Choose an entry that holds a token"}
	}
	chain, err := c.chain()
	if err != nil {
		return Copied{}, err
	}
	text := v.Reveal(secret.ForClipboard)
	var tried []ClipTry
	for _, name := range chain {
		if err := ctx.Err(); err != nil {
			return Copied{}, err
		}
		done, err := c.put(ctx, name, text)
		if err == nil {
			if c.clear > 0 {
				c.clearsAt = time.Now().Round(0).Add(c.clear)
				done.ClearsAt = c.clearsAt
			}
			return done, nil
		}
		tried = append(tried, ClipTry{Backend: name, Reason: Clean(err.Error()).String()})
	}
	if err := ctx.Err(); err != nil {
		return Copied{}, err
	}
	return Copied{}, c.noBackend(tried)
}

// Keep forgets what was copied, so that it is not cleared any more.
func (c *Clipboard) Keep() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.marks, c.clearsAt = nil, time.Time{}
}

// Remote reports whether the process runs at the far end of an SSH connection.
func (e Env) remote() bool {
	return e.Getenv("SSH_TTY") != "" || e.Getenv("SSH_CONNECTION") != ""
}

func (c *Clipboard) chain() ([]string, error) {
	switch c.mode {
	case ModeAuto:
		if c.env.remote() {
			return []string{ModeTmux, ModeOSC52, ModeNative}, nil
		}
		return []string{ModeNative, ModeTmux, ModeOSC52}, nil
	case ModeNative, ModeTmux, ModeOSC52, ModeFile:
		return []string{c.mode}, nil
	case ModeOff:
		return nil, &ClipError{
			Title: "Copying is switched off", Cause: "the clipboard is switched off in the configuration",
			Next: `Set clipboard = "auto" to copy, or show the secret and select it by hand`,
		}
	}
	return nil, &ClipError{
		Title: "Unknown clipboard setting", Cause: Format("%q is no clipboard setting", c.mode).String(),
		Next: "Use one of " + strings.Join(Modes(), ", "),
	}
}

// put copies text through one backend and remembers it.
func (c *Clipboard) put(ctx context.Context, backend, text string) (Copied, error) {
	switch backend {
	case ModeNative:
		return c.putNative(ctx, text)
	case ModeTmux:
		return c.putTmux(ctx, text)
	case ModeOSC52:
		return c.putOSC52(text)
	default:
		return c.putFile(text)
	}
}

func (c *Clipboard) noBackend(tried []ClipTry) *ClipError {
	e := &ClipError{
		Title: "No clipboard here", Cause: "no clipboard could be reached", Tried: tried,
		Next: `Show the secret and select it by hand, print it, or set clipboard = "osc52" or "file"`,
	}
	switch c.mode {
	case ModeOSC52:
		e.Next = `Run it in a terminal, or set clipboard = "file"`
	case ModeFile:
		e.Title, e.Cause = "File could not be written", "the private file could not be written"
		e.Next = `Correct that, or set clipboard = "auto"`
	}
	return e
}

// helperNames are the variables that clipboard helpers and the clearing child
// need. All others stay out of them, whatever secret they may hold.
var helperNames = []string{
	"PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TERM",
	"DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "XDG_SESSION_TYPE",
	"TMUX", "TMUX_PANE", "TMUX_TMPDIR", "SSH_TTY", "SSH_CONNECTION",
	"WSL_DISTRO_NAME", "WSL_INTEROP", "WSLENV", "PREFIX", "LD_LIBRARY_PATH", "TERMUX_VERSION",
	"SystemRoot", "SystemDrive", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
}

// helperEnv is the environment of helpers: a short list, no secret in it.
func helperEnv(getenv func(string) string) []string {
	var env []string
	for _, name := range helperNames {
		if v := getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// slow is the error of a helper that took longer than this.
type slow time.Duration

func (s slow) Error() string { return "no answer within " + time.Duration(s).String() }

func isSlow(err error) bool {
	var s slow
	return errors.As(err, &s)
}

// within bounds a call of a helper.
func (c *Clipboard) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, c.limit, slow(c.limit))
}

// writeAll gives text to the desktop's own tool and waits for it within the
// limit. A call that does not return is left behind; there is no way to end it.
func (c *Clipboard) writeAll(ctx context.Context, text string) error {
	ctx, cancel := c.within(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- clipboard.WriteAll(text) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Words is what is known of a copy, as a sentence without its full stop: read back,
// or only sent.
func (c Copied) Words(what string) string { return what + " " + c.How }

// Short says the same as Words in a few words.
func (c Copied) Short() string {
	switch {
	case c.File != "":
		return "Written to a file, checked"
	case c.Certainty == Checked:
		return "Copied, checked"
	default:
		return "Sent, cannot be checked"
	}
}
