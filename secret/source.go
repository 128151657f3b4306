package secret

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// The kinds of places an admin key can come from.
const (
	KindKeyring = "keyring" // the operating system's key store, under service "patdesk"
	KindCommand = "command" // what a shell command prints
	KindFile    = "file"    // a file that only its owner can read
	KindEnv     = "env"     // an environment variable
	KindStdin   = "stdin"   // standard input, read to its end
	KindSession = "session" // typed by the person, kept until the program ends
)

// TokenVar is the environment variable that holds an admin key for scripts. It
// is never passed on to a command that patdesk starts.
const TokenVar = "TOOLJET_API_TOKEN" //nolint:gosec // a name, not a key

// HistoryPasswordVar is the environment variable that holds the password of the
// database of the history. It is never passed on either.
const HistoryPasswordVar = "PATDESK_HISTORY_PASSWORD"

// maxSecret is the largest admin key that any source may give, in bytes.
const maxSecret = 64 << 10

// commandTimeout is how long a key command may take.
const commandTimeout = 10 * time.Second

// Source says where an admin key is kept. It holds no secret itself, except for
// the key of a session.
type Source struct {
	Kind    string              // one of the Kind constants
	What    string              // what it is, for messages; "" means the admin key
	Profile string              // name of the entry in the keyring
	Command string              // shell command whose output is the key
	Path    string              // key file
	Var     string              // environment variable; "" means TokenVar
	Stdin   io.Reader           // where KindStdin reads; nil means there is none
	Getenv  func(string) string // nil means os.Getenv
	Session Text                // the key of KindSession
}

// SourceReason tells in one word why a source gave no key.
type SourceReason string

// The reasons of a SourceError.
const (
	ReasonMissing     SourceReason = "missing"     // the place exists, the key is not there
	ReasonUnavailable SourceReason = "unavailable" // there is no such place here: no key store, no terminal
	ReasonTimeout     SourceReason = "timeout"     // no answer in time
	ReasonFailed      SourceReason = "failed"      // the command or the read failed
	ReasonNotPrivate  SourceReason = "not private" // others could read or replace the key; Fix tells how to mend it
	ReasonTooLarge    SourceReason = "too large"   // more than 64 KiB
	ReasonCanceled    SourceReason = "canceled"    // the caller gave up
	ReasonUnknown     SourceReason = "unknown"     // no such kind of source
)

// SourceError says why a source gave no key. Its text never holds a secret and
// never holds what a command printed; what it said to stderr is Detail.
type SourceError struct {
	Kind   string       // kind of the source
	What   string       // what was looked for, "" = the admin key
	Reason SourceReason // why, for programs
	Msg    string       // why, for people: one clause, lower case
	Fix    string       // exact command that mends it, or ""
	Detail string       // start of what the command wrote to stderr, at most 200 bytes, without what looks like a secret: foreign text, clean it before showing
	Err    error        // cause, or nil
}

// Error implements error.
func (e *SourceError) Error() string {
	what := e.What
	if what == "" {
		what = "the admin key"
	}
	s := fmt.Sprintf("read %s (%s): %s", what, e.Kind, e.Msg)
	if e.Fix != "" {
		s += "; to mend it: " + e.Fix
	}
	return s
}

// Unwrap returns the cause.
func (e *SourceError) Unwrap() error { return e.Err }

// Resolve reads the key. One newline at its end is not part of it. Every error
// is a *SourceError. It does not check the form of the key: see CheckAdminKey.
func (s Source) Resolve(ctx context.Context) (Text, error) {
	if err := ctx.Err(); err != nil {
		return Text{}, s.interrupted(err)
	}
	var value Text
	var err error
	switch s.Kind {
	case KindKeyring:
		value, err = s.fromKeyring(ctx)
	case KindCommand:
		value, err = s.fromCommand(ctx)
	case KindFile:
		value, err = s.fromFile()
	case KindEnv:
		value, err = s.fromEnv()
	case KindStdin:
		value, err = s.fromStdin(ctx)
	case KindSession:
		if s.Session.IsZero() {
			return Text{}, s.fail(ReasonMissing, "it is kept for one session only and has not been entered yet", nil)
		}
		return s.Session, nil
	default:
		return Text{}, s.fail(ReasonUnknown, "no such kind of source; use keyring, command, file, env, stdin or session", nil)
	}
	if err != nil {
		return Text{}, err
	}
	if value.IsZero() {
		return Text{}, s.fail(ReasonMissing, s.emptyMsg(), nil)
	}
	return value, nil
}

// emptyMsg says that the place was there and held nothing.
func (s Source) emptyMsg() string {
	switch s.Kind {
	case KindCommand:
		return "the command printed nothing"
	case KindFile:
		return "the key file is empty"
	case KindStdin:
		return "standard input was empty"
	default:
		return "the stored key is empty"
	}
}

func (s Source) fail(reason SourceReason, msg string, cause error) *SourceError {
	return &SourceError{Kind: s.Kind, What: s.What, Reason: reason, Msg: msg, Err: cause}
}

// interrupted tells a deadline from a person who gave up.
func (s Source) interrupted(cause error) *SourceError {
	if errors.Is(cause, context.DeadlineExceeded) {
		return s.fail(ReasonTimeout, "no answer in time", cause)
	}
	return s.fail(ReasonCanceled, "stopped before it was read", cause)
}

func (s Source) getenv(name string) string {
	if s.Getenv == nil {
		return os.Getenv(name)
	}
	return s.Getenv(name)
}

func (s Source) fromEnv() (Text, error) {
	name := s.Var
	if name == "" {
		name = TokenVar
	}
	v := s.getenv(name)
	if v == "" {
		return Text{}, s.fail(ReasonMissing, "the environment variable "+name+" is not set", nil)
	}
	if len(v) > maxSecret {
		return Text{}, s.fail(ReasonTooLarge, "the value is larger than 64 KiB", nil)
	}
	return New(trimNewline(v)), nil
}

// trimNewline drops the one newline with which editors and commands end a line.
func trimNewline(s string) string {
	s, found := strings.CutSuffix(s, "\n")
	if found {
		s = strings.TrimSuffix(s, "\r")
	}
	return s
}
