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

// Stays is how long a toast of a level is shown.
func (l Level) Stays() time.Duration {
	switch l {
	case LevelBad:
		return 20 * time.Second
	case LevelWarn:
		return 10 * time.Second
	case LevelInfo, LevelGood:
	}
	return 6 * time.Second
}
