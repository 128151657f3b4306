//go:build !linux

package cli_test

import "testing"

// tinyDisk needs a tmpfs of a given size.
func tinyDisk(t *testing.T) string {
	t.Helper()
	t.Skip("a small disk can be mounted on Linux only")
	return ""
}
