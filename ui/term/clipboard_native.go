package term

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"time"

	"github.com/atotto/clipboard"
)

const (
	// readAgain is the pause before another look at a clipboard that does not hold
	// a fresh copy yet: an X11 tool returns before the display has changed hands.
	readAgain = 20 * time.Millisecond
	// readStuck is when a read counts as hanging.
	readStuck = 500 * time.Millisecond
)

// putNative copies through the desktop's own tool. The secret goes to the tool's
// standard input.
func (c *Clipboard) putNative(ctx context.Context, text string) (Copied, error) {
	tool, err := nativeTool(c.env.Getenv)
	if err != nil {
		return Copied{}, err
	}
	err = c.writeAll(ctx, text)
	if err == nil || isSlow(err) || ctx.Err() != nil {
		c.remember(mark{Backend: ModeNative}, text) // a slow tool may still succeed
	}
	if err != nil {
		return Copied{}, c.nativeError(tool, err)
	}
	done := Copied{Backend: ModeNative, Tool: tool, Certainty: Checked}
	done.How = Format("copied with %s, checked by reading back", tool).String()
	got, err := c.readUntil(ctx, func(got string, err error) bool { return err == nil && got == text })
	switch {
	case ctx.Err() != nil:
		return Copied{}, ctx.Err()
	case err != nil:
		done.Certainty = Sent
		done.How, done.Hint = Format("copied with %s, but it could not be read back", tool).String(), pasteIt
	case got != text:
		return Copied{}, fmt.Errorf("%s took the text, but the clipboard holds something else", tool)
	}
	return done, nil
}

// readUntil reads the clipboard until accept takes the result or the limit of
// a helper is over, and returns the last result. A read that does not return is left behind
// and another one started: an X11 tool waits for ever for an owner of the
// selection that went away after it was asked.
func (c *Clipboard) readUntil(ctx context.Context, accept func(text string, err error) bool) (string, error) {
	type result struct {
		text string
		err  error
	}
	ctx, cancel := c.within(ctx)
	defer cancel()
	results := make(chan result, 1)
	read := func() {
		text, err := clipboard.ReadAll()
		select {
		case results <- result{text, err}:
		case <-ctx.Done():
		}
	}
	last := result{err: slow(c.limit)}
	for {
		go read()
		select {
		case <-ctx.Done():
		case <-time.After(readStuck):
		case last = <-results:
			if accept(last.text, last.err) {
				return last.text, last.err
			}
			select {
			case <-ctx.Done():
			case <-time.After(readAgain):
			}
		}
		if ctx.Err() != nil {
			return last.text, last.err
		}
	}
}

// clearNative empties the desktop's clipboard if it still holds one of marks.
// A clipboard that cannot be read, such as one that holds a picture or nothing
// at all, is not ours.
func (c *Clipboard) clearNative(ctx context.Context, marks []mark) (bool, error) {
	tool, err := nativeTool(c.env.Getenv)
	if err != nil {
		return false, nil //nolint:nilerr // without a display there is no clipboard that could hold it
	}
	got, err := c.readUntil(ctx, func(string, error) bool { return true })
	switch {
	case isSlow(err) || ctx.Err() != nil:
		return false, c.nativeError(tool, err)
	case err != nil || !c.isOurs(marks, got):
		return false, nil //nolint:nilerr // what cannot be read is not ours
	}
	if err := c.writeAll(ctx, ""); err != nil {
		return false, c.nativeError(tool, err)
	}
	left, err := c.readUntil(ctx, func(left string, err error) bool { return err != nil || left != got })
	if err == nil && left == got {
		return false, fmt.Errorf("%s did not clear the clipboard", tool)
	}
	return true, nil
}

// nativeTool names the tool that the clipboard library has chosen, or says what
// is missing for it.
func nativeTool(getenv func(string) string) (string, error) {
	switch runtime.GOOS {
	case "darwin":
		return "pbcopy", nil
	case "windows":
		return "the Windows clipboard", nil
	}
	if clipboard.Unsupported {
		return "", errors.New("no clipboard tool is installed (wl-clipboard, xclip or xsel)")
	}
	has := func(names ...string) bool {
		for _, name := range names {
			if _, err := exec.LookPath(name); err != nil {
				return false
			}
		}
		return true
	}
	// The library reads the real environment once, at start, in this order.
	switch {
	case os.Getenv("WAYLAND_DISPLAY") != "" && has("wl-copy", "wl-paste"):
		if getenv("WAYLAND_DISPLAY") == "" {
			return "", errors.New("no display: WAYLAND_DISPLAY is not set")
		}
		return "wl-copy", nil
	case has("xclip"), has("xsel"):
		tool := "xsel"
		if has("xclip") {
			tool = "xclip"
		}
		switch {
		case getenv("DISPLAY") != "":
			return tool, nil
		case getenv("WAYLAND_DISPLAY") != "":
			return "", fmt.Errorf("%s does not work without DISPLAY; install wl-clipboard", tool)
		}
		return "", errors.New("no display: DISPLAY and WAYLAND_DISPLAY are not set")
	case has("termux-clipboard-set", "termux-clipboard-get"):
		return "termux-clipboard-set", nil
	}
	return "clip.exe", nil
}

// nativeError puts words to the bare exit status that the library returns.
func (c *Clipboard) nativeError(tool string, err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return fmt.Errorf("%s: %w", tool, err)
	}
	place := "its clipboard"
	switch tool {
	case "xclip", "xsel":
		place = "the display " + c.env.Getenv("DISPLAY")
	case "wl-copy":
		place = "the display " + c.env.Getenv("WAYLAND_DISPLAY")
	}
	return fmt.Errorf("%s could not reach %s: %w", tool, place, err)
}
