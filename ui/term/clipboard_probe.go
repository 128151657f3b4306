package term

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
)

// Probe is what a trial of the clipboard found.
type Probe struct {
	Backend string // the first of the chain that can be used; empty if none can
	Tool    string // its helper, such as "wl-copy"; may be empty
	Checked bool   // a test word was written and read back
	Text    string // one clause for people
}

// Probe tries the backends of the chain in turn with a test word and leaves each
// clipboard as it was. A clipboard that holds something else than text, which
// could not be put back, is not touched. The error is a *ClipError, or the
// context's error.
func (c *Clipboard) Probe(ctx context.Context) (Probe, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	chain, err := c.chain()
	if err != nil {
		return Probe{}, err
	}
	word := "patdesk-test-" + strings.ToLower(rand.Text()[:8])
	var tried []ClipTry
	for _, name := range chain {
		if err := ctx.Err(); err != nil {
			return Probe{}, err
		}
		p, err := c.probe(ctx, name, word)
		if err == nil {
			p.Backend = name
			return p, nil
		}
		tried = append(tried, ClipTry{Backend: name, Reason: Clean(err.Error()).String()})
	}
	return Probe{}, c.noBackend(tried)
}

func (c *Clipboard) probe(ctx context.Context, backend, word string) (Probe, error) {
	switch backend {
	case ModeNative:
		return c.probeNative(ctx, word)
	case ModeTmux:
		return c.probeTmux(ctx, word)
	case ModeOSC52:
		if c.env.Out == nil || !IsTerminal(c.env.Out) {
			return Probe{}, errors.New("there is no terminal")
		}
		return Probe{Text: "the terminal is asked by OSC 52 and never answers, so a copy is only known as sent"}, nil
	default:
		return Probe{Text: "copies become private files"}, nil
	}
}

// probeNative writes and reads the desktop's clipboard, and puts back what was there.
func (c *Clipboard) probeNative(ctx context.Context, word string) (Probe, error) {
	tool, err := nativeTool(c.env.Getenv)
	if err != nil {
		return Probe{}, err
	}
	before, unread := c.readUntil(ctx, func(string, error) bool { return true })
	switch {
	case isSlow(unread):
		return Probe{Tool: tool, Text: tool + " is there; it was not tried, because reading the clipboard got " + unread.Error()}, nil
	case unread != nil: // an empty clipboard is read as an error
		return Probe{Tool: tool, Text: tool + " is there; it was not tried, because the clipboard holds nothing that could be put back"}, nil //nolint:nilerr // that is what the probe tells
	}
	if err := c.writeAll(ctx, word); err != nil {
		return Probe{}, c.nativeError(tool, err)
	}
	got, err := c.readUntil(ctx, func(got string, err error) bool { return err == nil && got == word })
	if back := c.writeAll(ctx, before); back != nil {
		err = errors.Join(err, back)
	}
	switch {
	case err != nil:
		return Probe{}, c.nativeError(tool, err)
	case got != word:
		return Probe{}, errors.New(tool + " took a test word, but the clipboard held something else")
	}
	return Probe{Tool: tool, Checked: true, Text: tool + " wrote and read back a test word"}, nil
}

// probeTmux uses a buffer of its own, which is not the newest one afterwards.
func (c *Clipboard) probeTmux(ctx context.Context, word string) (Probe, error) {
	if _, err := c.tmuxSocket(); err != nil {
		return Probe{}, err
	}
	if _, err := c.tmux(ctx, word, "load-buffer", "-b", word, "-"); err != nil {
		return Probe{}, err
	}
	got, err := c.tmux(ctx, "", "show-buffer", "-b", word)
	if _, gone := c.tmux(ctx, "", "delete-buffer", "-b", word); gone != nil {
		err = errors.Join(err, gone)
	}
	switch {
	case err != nil:
		return Probe{}, err
	case string(got) != word:
		return Probe{}, errors.New("tmux took a test word, but its buffer held something else")
	}
	return Probe{Tool: "tmux", Checked: true, Text: "tmux wrote and read back a test word"}, nil
}
