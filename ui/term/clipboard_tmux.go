package term

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// putTmux copies into a tmux buffer, through standard input. In mode auto tmux is
// also asked to pass the text on to the clipboard of its own terminal (tmux 3.2
// and newer), which works whatever its set-clipboard option says.
func (c *Clipboard) putTmux(ctx context.Context, text string) (Copied, error) {
	if _, err := c.tmuxSocket(); err != nil {
		return Copied{}, err
	}
	passedOn := false
	if c.mode == ModeAuto {
		_, err := c.tmux(ctx, text, "load-buffer", "-w", "-")
		passedOn = err == nil
		if err != nil && c.env.remote() {
			// A buffer on the remote host alone would be of no use here.
			return Copied{}, fmt.Errorf("pass on through tmux: %w", err)
		}
	}
	if !passedOn {
		if _, err := c.tmux(ctx, text, "load-buffer", "-"); err != nil {
			return Copied{}, err
		}
	}
	c.remember(mark{Backend: ModeTmux, passedOn: passedOn}, text)
	got, err := c.tmux(ctx, "", "show-buffer")
	if err != nil {
		return Copied{}, fmt.Errorf("read back: %w", err)
	}
	if string(got) != text {
		return Copied{}, errors.New("tmux took the text, but its newest buffer holds something else")
	}
	done := Copied{Backend: ModeTmux, Tool: "tmux", Certainty: Checked, How: "copied with tmux, checked by reading back", Hint: "Paste it with the tmux prefix and ]"}
	if passedOn {
		done.Hint = "It was passed on to the terminal, too, which cannot be checked"
	}
	return done, nil
}

// clearTmux deletes every buffer that holds one of marks, old ones too. If the
// newest mark was passed on to the terminal, its clipboard is overwritten as
// well, provided that its buffer was still there.
func (c *Clipboard) clearTmux(ctx context.Context, marks []mark, passedOn bool) (int, error) {
	list, err := c.tmux(ctx, "", "list-buffers", "-F", "#{buffer_size} #{buffer_name}")
	if err != nil {
		return 0, err
	}
	sizes := map[int]bool{}
	for _, m := range marks {
		sizes[m.Size] = true
	}
	deleted := 0
	for line := range strings.Lines(string(list)) {
		size, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if n, err := strconv.Atoi(size); err != nil || !ok || !sizes[n] {
			continue
		}
		content, err := c.tmux(ctx, "", "show-buffer", "-b", name)
		if err != nil || !c.isOurs(marks, string(content)) {
			continue // gone in the meantime, or not ours
		}
		if _, err := c.tmux(ctx, "", "delete-buffer", "-b", name); err != nil {
			return deleted, err
		}
		deleted++
	}
	if deleted > 0 && passedOn {
		return deleted, c.blankTmuxTerminal(ctx)
	}
	return deleted, nil
}

// blankTmuxTerminal has tmux send a space to the clipboard of its terminal: tmux
// sends nothing at all for an empty text.
func (c *Clipboard) blankTmuxTerminal(ctx context.Context) error {
	const name = "patdesk-clear"
	if _, err := c.tmux(ctx, " ", "load-buffer", "-w", "-b", name, "-"); err != nil {
		return err
	}
	_, err := c.tmux(ctx, "", "delete-buffer", "-b", name)
	return err
}

// tmuxSocket is the socket of the tmux server around this process.
func (c *Clipboard) tmuxSocket() (string, error) {
	socket, _, _ := strings.Cut(c.env.Getenv("TMUX"), ",")
	if socket == "" {
		return "", errors.New("not inside tmux")
	}
	return socket, nil
}

// tmux runs one tmux command with input on its standard input and returns its
// output.
func (c *Clipboard) tmux(ctx context.Context, input string, args ...string) ([]byte, error) {
	socket, err := c.tmuxSocket()
	if err != nil {
		return nil, err
	}
	ctx, cancel := c.within(ctx)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, c.env.Tmux, append([]string{"-S", socket}, args...)...)
	cmd.Env = helperEnv(c.env.Getenv)
	cmd.Stdin = strings.NewReader(input)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		switch words := CleanWidth(strings.TrimSpace(stderr.String()), 200).String(); {
		case ctx.Err() != nil:
			err = context.Cause(ctx)
		case words != "":
			err = errors.New(words)
		}
		return nil, fmt.Errorf("tmux %s: %w", args[0], err)
	}
	return stdout.Bytes(), nil
}
