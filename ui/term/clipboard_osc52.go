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

// pasteIt is how a person finds out what the program cannot.
const pasteIt = "Paste it to see"

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
	if err := c.sendOSC52(ansi.SetSystemClipboard(text)); err != nil {
		return Copied{}, err
	}
	done := Copied{Backend: ModeOSC52, Certainty: Sent, How: "sent to the terminal (OSC 52), cannot be checked", Hint: pasteIt}
	switch {
	case c.env.Getenv("TMUX") != "":
		done.Hint = "tmux takes it only with set-clipboard on"
	case c.env.inScreen():
		done.How = "sent through GNU screen to the terminal (OSC 52), cannot be checked"
	}
	return done, nil
}

// clearOSC52 asks the terminal to empty its clipboard, whatever it holds.
func (c *Clipboard) clearOSC52() error {
	if c.env.Out == nil {
		return errors.New("there is no terminal any more")
	}
	return c.sendOSC52(ansi.ResetSystemClipboard)
}

// screenString is how many bytes of a sequence go through GNU screen in one
// string: versions before 4.2 hold 256 bytes, later ones 768, and both drop what
// is longer.
const screenString = 250

// sendOSC52 writes a sequence for the terminal, in one Write. GNU screen swallows
// OSC 52 and passes on what stands in a device control string.
func (c *Clipboard) sendOSC52(seq string) error {
	if c.env.inScreen() {
		seq = ansi.ScreenPassthrough(seq, screenString)
	}
	if _, err := io.WriteString(c.env.Out, seq); err != nil {
		return fmt.Errorf("write to the terminal: %w", err)
	}
	return nil
}

// inScreen reports whether GNU screen is the terminal. Inside tmux it may be
// around that, and then tmux speaks to it.
func (e Env) inScreen() bool { return e.Getenv("STY") != "" && e.Getenv("TMUX") == "" }
