//go:build !linux

package ui

import (
	"context"
	"time"

	"patdesk/ui/kit"
)

func notifyForChange(ctx context.Context, path string, since filesState) bool {
	return pollForChange(ctx, path, since)
}

// wallSleep waits for d by the wall clock. The monotonic clock stands still while
// the computer sleeps, so a long wait looks at the wall clock twice a minute.
func wallSleep(ctx context.Context, d time.Duration) bool {
	const most = 30 * time.Second
	end := time.Now().Round(0).Add(d)
	for left := d; left > 0; left = end.Sub(time.Now().Round(0)) {
		if !kit.Sleep(ctx, min(left, most)) {
			return false
		}
	}
	return true
}
