package cli

import "golang.org/x/sys/unix"

// undumpable makes /proc/self/{environ,mem,maps} unreadable for other programs
// of the same user (prctl(2), PR_SET_DUMPABLE).
func undumpable() { _ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) }
