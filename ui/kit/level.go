package kit

import "time"

// Level is how good or bad a piece of news is.
type Level string

// The levels of a toast.
const (
	LevelInfo Level = "info"
	LevelGood Level = "good"
	LevelWarn Level = "warn"
	LevelBad  Level = "bad"
)

// Stays is how long a toast of a level is shown; 0 = until the next key, because
// an error must not go unread.
func (l Level) Stays() time.Duration {
	if l == LevelBad {
		return 0
	}
	return 6 * time.Second
}
