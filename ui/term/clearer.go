package term

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// ClearerCommand is the hidden command word under which the program must call
// RunClearer with its standard input.
const ClearerCommand = "__clear-clipboard"

// maxOrder bounds what RunClearer reads.
const maxOrder = 1 << 20

// order is what the child is told: hashes and a key that opens nothing else. The
// secret itself is never handed over.
type order struct {
	Key   []byte    `json:"key"`
	At    time.Time `json:"at"`
	Marks []mark    `json:"marks"`
}

// SpawnClearer starts a small detached child that clears what Copy put somewhere
// once its time is over, for programs that end before. It returns whether a child
// was started: there is none without a clearing time, and none for a terminal's
// clipboard (OSC 52), which nobody could compare before clearing it; the copy
// then stays until something else is copied.
//
// The child is this executable with ClearerCommand as its only argument. It gets
// keyed hashes on its standard input, and an environment of display, terminal
// and path settings only.
func (c *Clipboard) SpawnClearer() (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	marks := c.marksOf(ModeNative, ModeTmux, ModeFile)
	if c.env.Getenv("TMUX") != "" {
		marks = append(marks, c.marksOf(ModeOSC52)...) // tmux may have made a buffer of it
	}
	if c.clearsAt.IsZero() || len(marks) == 0 {
		return false, nil
	}
	input, err := json.Marshal(order{Key: c.key, At: c.clearsAt, Marks: marks})
	if err != nil {
		return false, fmt.Errorf("start the clearing of the clipboard: %w", err)
	}
	if err := spawn(input, helperEnv(c.env.Getenv)); err != nil {
		return false, fmt.Errorf("start the clearing of the clipboard: %w", err)
	}
	return true, nil
}

func spawn(input []byte, env []string) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	// Not bound to a context: the child outlives its parent.
	cmd := exec.Command(exe, ClearerCommand) //nolint:noctx // see above
	cmd.Env, cmd.Stdin = env, r
	detach(cmd)
	err = errors.Join(cmd.Start(), r.Close())
	if err == nil {
		// The pipe takes it all at once, so nobody has to wait for the child.
		_, err = w.Write(input)
	}
	err = errors.Join(err, w.Close())
	if err == nil {
		err = cmd.Process.Release()
	}
	return err
}

// RunClearer is the child's side: it reads an order from in, waits for its time
// by the wall clock (so that sleep of the computer counts), and clears what is
// still ours. It ignores hang-ups, and clears at once when ctx ends or the
// process is asked to terminate. It ends at once if there is nothing to do.
func RunClearer(ctx context.Context, in io.Reader, getenv func(string) string) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, os.Interrupt)
	defer stop()
	signal.Ignore(syscall.SIGHUP)
	var o order
	if err := json.NewDecoder(io.LimitReader(in, maxOrder)).Decode(&o); err != nil {
		return fmt.Errorf("read what to clear: %w", err)
	}
	if len(o.Marks) == 0 || len(o.Key) == 0 || o.At.IsZero() {
		return nil
	}
	c := NewClipboard(ClipboardOptions{Env: Env{Getenv: getenv}})
	c.key, c.marks, c.blind, c.limit = o.Key, o.Marks, false, clearLimit
	waitUntil(ctx, o.At)
	// Nobody else will clear it, so a display that hangs, or a desktop that is
	// locked, is asked again, less and less often.
	var err error
	for pause := clearPause; ; pause = min(2*pause, clearPauseMost) {
		if _, err = c.ClearOurs(context.WithoutCancel(ctx)); err == nil {
			return nil
		}
		if time.Since(o.At) > clearTrials {
			return fmt.Errorf("the clipboard could not be cleared: %w", err)
		}
		select {
		case <-ctx.Done(): // asked to end: once more, without waiting
			_, err = c.ClearOurs(context.WithoutCancel(ctx))
			return err
		case <-time.After(pause):
		}
	}
}

// How often clearing is tried again, and for how long after its time.
const (
	clearPause     = time.Second
	clearPauseMost = time.Minute
	clearTrials    = 30 * time.Minute
	// clearLimit is the helperLimit of a child, for which nobody waits.
	clearLimit = 5 * time.Second
)

// waitUntil returns at the wall-clock time at, or when ctx ends.
func waitUntil(ctx context.Context, at time.Time) {
	for {
		left := at.Sub(time.Now().Round(0))
		if left <= 0 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(min(left, time.Second)):
		}
	}
}
