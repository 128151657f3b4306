package pat

import (
	"fmt"
	"strings"
	"time"

	"patdesk/span"
)

// LifeWords says what a life means that was typed as a date without a time, to be
// told before anything is sent: "2026-12-01 is the end of that day, 23:59:59 CET".
// It is empty for every other life. now is read in the zone of the person.
func LifeWords(typed string, now time.Time) string {
	end, ok := span.EndOfDay(typed, now)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s is the end of that day, %s", strings.TrimSpace(typed), end.Format("15:04:05 MST"))
}
