//go:build unix

package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"patdesk/ui"
)

// sizes are the size of a terminal, and each new one until the context ends.
func sizes(ctx context.Context, f *os.File) (ui.Size, <-chan ui.Size) {
	size := func() ui.Size {
		w, h, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return ui.Size{}
		}
		return ui.Size{Width: w, Height: h}
	}
	resized, changed := make(chan ui.Size), make(chan os.Signal, 1)
	signal.Notify(changed, syscall.SIGWINCH)
	go func() {
		defer signal.Stop(changed)
		for {
			select {
			case <-ctx.Done():
				return
			case <-changed:
			}
			select {
			case <-ctx.Done():
				return
			case resized <- size():
			}
		}
	}()
	return size(), resized
}
