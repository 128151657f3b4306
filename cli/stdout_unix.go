//go:build unix && cgo

package cli

/*
#include <errno.h>
#include <fcntl.h>

static int patdesk_stdout_closed;

// Go opens /dev/null in place of a closed descriptor before any of its own code
// runs; only here can it be seen.
__attribute__((constructor)) static void patdesk_look(void) {
	patdesk_stdout_closed = fcntl(1, F_GETFD) == -1 && errno == EBADF;
}

static int patdesk_was_closed(void) { return patdesk_stdout_closed; }
*/
import "C"

// stdoutClosed reports whether the program was started without standard output,
// as in "patdesk list >&-".
func stdoutClosed() bool { return C.patdesk_was_closed() != 0 }
