package cli

import (
	"os"
	"testing"

	"patdesk/history/historytest"
	"patdesk/ui/term"
)

// TestMain lets the binary of the tests be the child that clears the clipboard.
// Without it a copy in a test would start all tests anew, in a process that
// nobody waits for.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == term.ClearerCommand {
		os.Exit(Run())
	}
	os.Exit(historytest.Main(m))
}
