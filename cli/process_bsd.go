//go:build unix && !linux

package cli

// undumpable has no counterpart here.
func undumpable() {}
