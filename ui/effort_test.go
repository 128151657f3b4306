package ui

import (
	"os"
	"testing"
)

// effort chooses how much a test tries: little under -short, as the race
// detector runs, more by default, and all of it with PATDESK_LONG.
func effort(short, normal, long int) int {
	switch {
	case os.Getenv("PATDESK_LONG") != "":
		return long
	case testing.Short():
		return short
	default:
		return normal
	}
}

// full says that nothing may be left out, which takes minutes.
func full() bool { return os.Getenv("PATDESK_LONG") == "full" }
