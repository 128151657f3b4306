package cli

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

// harden makes the process a bad place to find secrets in, before it reads any:
// new files are private, there is no core dump, other programs of the same user
// cannot read its memory or environment (where the system allows to forbid it),
// a crash prints no values, and the framework's two debug switches, which write
// screens and panics to files, are off.
func harden() {
	hardenProcess()
	debug.SetTraceback("none")
	_ = os.Unsetenv("TEA_DEBUG")
	_ = os.Unsetenv("TEA_TRACE")
}

// echo is how soon after a signal another one is the same wish: timeout(1) and
// others send it to the process and to its group.
const echo = 150 * time.Millisecond

// signalContext returns a context that ends with the first of the signals that
// ask a program to end. Its cause is a *Signal. A second signal, unless it is an echo,
// ends the process at once.
func signalContext() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	ch := make(chan os.Signal, 2)
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(sig) { // nohup, or a job in the background
			signal.Notify(ch, sig)
		}
	}
	go func() {
		sig, ok := <-ch
		if !ok {
			return
		}
		n := 2
		if s, ok := sig.(syscall.Signal); ok {
			n = int(s)
		}
		cancel(&Signal{Number: n})
		time.Sleep(echo)
		signal.Reset()
	}()
	return ctx, func() { signal.Stop(ch); cancel(nil) }
}
