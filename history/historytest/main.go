package historytest

import (
	"os"

	"patdesk/history/historytest/wide"
)

// Main runs the tests of a package, wide, with their temporary folders in memory where
// the system has such a place, and returns their exit code. It is for packages
// whose tests open many histories and prove nothing about the disk: a commit
// waits for the disk several times, which made up half of the time they took.
//
// A place that TMPDIR names is kept, which is that of the parent in a child.
func Main(m interface{ Run() int }) int {
	if os.Getenv("TMPDIR") != "" {
		return wide.Run(m)
	}
	dir, ok := inMemory()
	if !ok {
		return wide.Run(m)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.Setenv("TMPDIR", dir); err != nil {
		return wide.Run(m)
	}
	return wide.Run(m)
}
