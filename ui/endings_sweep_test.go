//go:build linux

package ui

import (
	"os"
	"testing"
)

// Ensure that the terminal is restored every time, not most times.
func TestEndings_Sweep(t *testing.T) {
	t.Parallel()
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("set PATDESK_LONG=1")
	}
	rounds := 5
	if full() {
		rounds = 20
	}
	for range rounds {
		t.Run("restored", TestEndings_TerminalIsRestored)
		t.Run("suspended", TestEndings_SuspendAndComeBack)
	}
}
