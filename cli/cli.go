// Package cli is the command line of patdesk: every action of the console as a
// command, for people and for scripts.
//
// Data goes to stdout, messages and progress to stderr. A secret reaches stdout
// only when the chosen format asks for one. With --json the output is stable,
// holds nothing outside printable ASCII, and nothing is ever asked.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"patdesk/paste"
	"patdesk/pat"
	"patdesk/pattern"
	"patdesk/secret"
	"patdesk/serve"
)

// app carries what the flags of all commands share.
type app struct {
	env       *Env
	profile   string
	url       string
	keyStdin  bool
	allowHTTP bool
	json      bool
	demo      bool
	aloud     bool
	version   bool
	// yes answers every question with yes.
	yes bool
	// quiet writes no messages, noAsk asks nothing: the console has the terminal.
	quiet, noAsk bool
	// via is the face of the program that writes to the history; empty is the command line.
	via string
	// requests are those of a console at a desk, whose client others have too; nil elsewhere.
	requests *pat.RequestLog
	// seat is where whoever comes from elsewhere sits; nil = this is their own computer.
	seat *seat
	// desk is what this seat shares with the others of this process; nil = there are none.
	desk *desk
	// session is an admin key that was typed and is kept until the end.
	session secret.Text
}

// exitError ends a command with an exit code after everything was said.
type exitError struct{ code int }

// Error implements error.
func (e *exitError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// Run is the whole program: it hardens this process, runs its arguments until
// they are done or a signal ends them, and returns the exit code.
func Run() int {
	harden()
	setZone()
	ctx, stop := signalContext()
	defer stop()
	return Main(ctx, os.Args[1:], system())
}

// Main runs the command line and returns the exit code: 0 ok, 2 usage, 3 local
// set-up, 4 admin key, 5 edition, licence or route, 6 rejected, 7 outcome
// unknown, 8 network and nothing was sent, 9 storage.
func Main(ctx context.Context, args []string, env *Env) int {
	out := &stdout{w: env.Out}
	inner := *env
	inner.Out = out
	if _, file := env.Err.(interface{ Fd() uintptr }); !file && env.Err != nil {
		inner.Err = &serial{w: env.Err} // files are written one after the other by themselves
	}
	a := &app{env: &inner}
	code := a.run(ctx, args)
	if err := out.flush(); err != nil && code == pat.ExitOK {
		return a.fail(unwritten(err))
	}
	return code
}

// run runs one command and returns its exit code.
func (a *app) run(ctx context.Context, args []string) int {
	root := a.treeFor(args)
	root.SetArgs(append([]string{}, args...)) // of nil it would take those of the process
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		a.json = a.json || wantsJSON(args) // parsing ended before it, perhaps
		return flagError(cmd, err)
	})
	root.SetIn(a.env.In)
	root.SetOut(a.env.Out)
	root.SetErr(a.env.Err)
	if err := secretInArgs(args, a.env.Getenv("TOOLJET_API_TOKEN")); err != nil {
		a.json = wantsJSON(args)
		return a.fail(err)
	}
	ctx = pat.WithGrace(ctx, answerWait, func() {
		a.say("a request is under way; waiting for its answer (a second signal ends at once)")
	})
	err := root.ExecuteContext(pat.WithWaits(ctx, a.sayWait))
	if a.seat != nil {
		err = pat.RecordDenied(context.WithoutCancel(ctx), a.seat.ledger, err)
	}
	if out, ok := a.env.Out.(*stdout); ok && out.first() != nil && errors.Is(err, out.first()) {
		return pat.ExitOK // the end of the output explains it
	}
	if ctx.Err() != nil && pat.IsGone(err) && !outcomeUnknown(err) {
		// Stopped by a signal before anything can have happened; main knows which.
		return a.ended(ctx, err)
	}
	return a.fail(err)
}

// answerWait is how long a command that is asked to end waits for the answer to
// a request that was sent: without it, a token may exist that nobody holds.
const answerWait = 5 * time.Second

// outcomeUnknown reports whether a token may exist that nobody holds.
func outcomeUnknown(err error) bool { return pat.Explain(err).Exit == pat.ExitUnknown }

// ended says why a run was ended, and returns its exit code.
func (a *app) ended(ctx context.Context, err error) int {
	if d, ok := errors.AsType[*serve.Dismissal](context.Cause(ctx)); ok {
		line(a.env.Err, "%s", d.Sentence)
		return d.Code
	}
	x := explain(err)
	x.Exit = signalled(ctx) // what it says is what the process ends with
	return a.failAs(x)
}

// signalled is the exit code of a run that a signal ended.
func signalled(ctx context.Context) int {
	if s, ok := errors.AsType[*Signal](context.Cause(ctx)); ok {
		return 128 + s.Number
	}
	return 130
}

// Signal is the cause of a context that a signal cancelled.
type Signal struct{ Number int }

// Error implements error.
func (s *Signal) Error() string { return fmt.Sprintf("signal %d", s.Number) }

// plainWord is what an error may repeat of an argument that is no command: it
// could be a secret in the wrong place.
var plainWord = pattern.New(`^[a-z-]{1,16}$`)

// noArgs is cobra.NoArgs with our words.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasParent() && !cmd.HasSubCommands() {
		return &pat.Problem{ID: pat.IDUsage, Cause: cmd.CommandPath() + " takes no words beside its flags", Next: "See: " + cmd.CommandPath() + " --help"}
	}
	hint := "Run: patdesk help"
	if args[0] == "" {
		return &pat.Problem{ID: pat.IDUsage, Cause: "the command is empty", Next: hint}
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		slices.Sort(near)
		hint = "Did you mean: " + cmd.CommandPath() + " " + strings.Join(near, ", ") + "?"
	}
	if !plainWord.MatchString(args[0]) {
		return &pat.Problem{ID: pat.IDUsage, Cause: "there is no such command", Next: hint}
	}
	return &pat.Problem{ID: pat.IDUsage, Cause: fmt.Sprintf("there is no command %q", args[0]), Next: hint}
}

// exactly wants n arguments, named in words for the error.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return &pat.Problem{ID: pat.IDUsage, Cause: fmt.Sprintf("%s wants %s", cmd.CommandPath(), what), Next: "See: " + cmd.CommandPath() + " --help"}
	}
}

// oneAtMost wants one argument or none, named in words for the error.
func oneAtMost(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return exactly(1, what)(cmd, args)
	}
}

// usage is a mistake in the command as it was written.
func usage(format string, args ...any) error {
	return &pat.Problem{ID: pat.IDUsage, Cause: fmt.Sprintf(format, args...)}
}

// secretFlags are flags that people try to pass a secret with.
var secretFlags = []string{"token", "key", "secret", "password", "api-key", "apikey", "access-token", "admin-key", "admin-token", "pat", "t", "k"}

// secretInArgs refuses secrets as arguments, because other users of the machine
// can read them, and does so before any parser could repeat one in an error.
func secretInArgs(args []string, key string) error {
	for _, arg := range args {
		arg = paste.Trim(arg)
		if strings.Contains(arg, "personal-access-token=") {
			return &pat.Problem{ID: pat.IDSecretArgument, Cause: "this address has a token in it, and arguments are visible to others", Next: "Give the address without the ? and what follows; replace that token"}
		}
		if strings.HasPrefix(arg, "pat_") || pat.OtherToken(arg) != "" {
			return &pat.Problem{ID: pat.IDSecretArgument, Cause: otherSecret(arg)}
		}
		if what := secret.Within(arg); what != "" || holdsKey(arg, key) {
			return &pat.Problem{ID: pat.IDSecretArgument, Cause: first(what, "the admin key") + " stands in an argument, and arguments are visible to others (the value is not repeated)"}
		}
		if !strings.HasPrefix(arg, "-") {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		for _, s := range secretFlags {
			if name == s || (len(s) == 1 && !strings.HasPrefix(arg, "--") && strings.HasPrefix(name, s)) {
				return &pat.Problem{ID: pat.IDSecretArgument}
			}
		}
	}
	return nil
}

// holdsKey reports whether the admin key of the environment stands in an argument. A
// short one may be a word of the command.
func holdsKey(arg, key string) bool {
	const plain = 8
	return len(key) >= plain && strings.Contains(arg, key)
}

// otherSecret adds to why no secret may be an argument what kind of token it is, ""
// for one of the usual kind.
func otherSecret(arg string) string {
	if other := pat.OtherToken(arg); other != "" {
		return other + "; and arguments are visible to others"
	}
	return ""
}

func wantsJSON(args []string) bool {
	for _, arg := range args {
		if arg == "--json" {
			return true
		}
	}
	return false
}
