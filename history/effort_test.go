package history

import "os"

// effort is how much of a long test is run: a little by default, a part with
// PATDESK_LONG=1, which is what CI takes, and all of it with PATDESK_LONG=full.
func effort(some, part, all int) int {
	switch os.Getenv("PATDESK_LONG") {
	case "":
		return some
	case "full":
		return all
	default:
		return part
	}
}
