package cli

import (
	"context"
	"os"

	"golang.org/x/term"

	"patdesk/ui"
)

// sizes are the size of a terminal. Windows tells nobody of a new one.
func sizes(_ context.Context, f *os.File) (ui.Size, <-chan ui.Size) {
	w, h, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return ui.Size{}, nil
	}
	return ui.Size{Width: w, Height: h}, nil
}
