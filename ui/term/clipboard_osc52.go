package term

import (
	"errors"
	"fmt"
	"io"

	"github.com/charmbracelet/x/ansi"
)

// maxOSC52 is the longest text in bytes that terminals with a limit still take:
// 100,000 bytes of sequence, of which a base64 text uses four for each three.
const maxOSC52 = 74_994

// putOSC52 writes the escape sequence that asks the terminal to copy. No terminal
// confirms it, and some ignore it.
func (c *Clipboard) putOSC52(text string) (Copied, error) {
	if c.env.Out == nil {
		return Copied{}, errors.New("there is no terminal to send it to")
	}
	if f, ok := c.env.Out.(fileLike); ok && !IsTerminal(f) {
		return Copied{}, errors.New("the output is no terminal")
	}
	if c.mode == ModeAuto {
		switch kind := c.env.Getenv("TERM"); kind {
		case "", "dumb", "linux":
			return Copied{}, fmt.Errorf("the terminal type %q has no clipboard", kind)
		}
	}
	if len(text) > maxOSC52 {
		return Copied{}, fmt.Errorf("the text is longer than %d bytes", maxOSC52)
	}
	c.remember(mark{Backend: ModeOSC52}, text)
	if _, err := io.WriteString(c.env.Out, ansi.SetSystemClipboard(text)); err != nil {
		return Copied{}, fmt.Errorf("write to the terminal: %w", err)
	}
	note := "Sent to the terminal (OSC 52), which cannot be checked."
	if c.env.Getenv("TMUX") != "" {
		note += " tmux takes it only with set-clipboard on."
	}
	return Copied{Backend: ModeOSC52, Certainty: Sent, Note: note}, nil
}

// clearOSC52 asks the terminal to empty its clipboard, whatever it holds.
func (c *Clipboard) clearOSC52() error {
	if c.env.Out == nil {
		return errors.New("there is no terminal any more")
	}
	if _, err := io.WriteString(c.env.Out, ansi.ResetSystemClipboard); err != nil {
		return fmt.Errorf("write to the terminal: %w", err)
	}
	return nil
}
