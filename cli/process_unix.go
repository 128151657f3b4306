//go:build unix

package cli

import "golang.org/x/sys/unix"

// hardenProcess sets what concerns files and core dumps on every unix.
func hardenProcess() {
	unix.Umask(0o077)
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	undumpable()
}
