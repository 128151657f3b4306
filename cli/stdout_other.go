//go:build !unix || !cgo

package cli

// stdoutClosed cannot be told here.
func stdoutClosed() bool { return false }
