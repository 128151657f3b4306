package ui

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"patdesk/ui/kit"
)

// notifyForChange waits until the kernel says that a file in the history's folder
// was written. Nothing wakes up meanwhile.
func notifyForChange(ctx context.Context, path string, since filesState) bool {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return pollForChange(ctx, path, since)
	}
	f := os.NewFile(uintptr(fd), "inotify")
	defer func() { _ = f.Close() }()
	if _, err := unix.InotifyAddWatch(fd, filepath.Dir(path), unix.IN_MODIFY|unix.IN_CREATE|unix.IN_MOVED_TO); err != nil {
		return pollForChange(ctx, path, since)
	}
	defer context.AfterFunc(ctx, func() { _ = f.SetReadDeadline(time.Unix(1, 0)) })()
	buf := make([]byte, 4096)
	for touched(path) == since { // other files of the folder do not count
		if _, err := f.Read(buf); err != nil {
			return false
		}
	}
	return true
}

// wallSleep waits for d by the wall clock: a timer that also ends when the clock
// is set or the computer wakes up from sleep, because the monotonic clock stands
// still while it sleeps.
func wallSleep(ctx context.Context, d time.Duration) bool {
	if d <= 2*time.Second {
		return kit.Sleep(ctx, d)
	}
	fd, err := unix.TimerfdCreate(unix.CLOCK_REALTIME, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK)
	if err != nil {
		return kit.Sleep(ctx, d)
	}
	f := os.NewFile(uintptr(fd), "timerfd")
	defer func() { _ = f.Close() }()
	at := unix.ItimerSpec{Value: unix.NsecToTimespec(time.Now().Add(d).UnixNano())}
	if err := unix.TimerfdSettime(fd, unix.TFD_TIMER_ABSTIME|unix.TFD_TIMER_CANCEL_ON_SET, &at, nil); err != nil {
		return kit.Sleep(ctx, d)
	}
	defer context.AfterFunc(ctx, func() { _ = f.SetReadDeadline(time.Unix(1, 0)) })()
	_, _ = f.Read(make([]byte, 8)) // ECANCELED means that the clock was set
	return ctx.Err() == nil
}
