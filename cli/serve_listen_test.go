package cli

import (
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"patdesk/config"
	"patdesk/pat"
)

// Ensure it is told why nothing can listen where the team wants it, and what helps: not
// each time something else that listens there.
func TestServe_Unheard(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, taken := (&net.ListenConfig{}).Listen(t.Context(), "tcp", l.Addr().String())
	of := func(n syscall.Errno) error {
		return &net.OpError{Op: "listen", Net: "tcp", Err: os.NewSyscallError("bind", n)}
	}
	for _, tt := range []struct {
		err  error
		next string
	}{
		{taken, "End what listens there"},
		{of(syscall.EADDRNOTAVAIL), "an address that this computer has"},
		{of(syscall.EACCES), "a port from 1024 on"},
		{of(syscall.EAFNOSUPPORT), "Name another listen"},
	} {
		x := pat.Explain(unheard(tt.err, &config.Team{Path: "/etc/desk/team.toml"}))
		if x.Exit != pat.ExitSetup || !strings.Contains(fmt.Sprint(x.Next), tt.next) || !strings.Contains(fmt.Sprint(x.Next), "/etc/desk/team.toml") {
			t.Errorf("%v: exit %d, %s, want %q", tt.err, x.Exit, x.Next, tt.next)
		}
	}
}
