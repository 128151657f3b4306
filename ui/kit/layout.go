package kit

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// Everything in this file is pure arithmetic on cells.

// The sizes at which the console changes its shape.
const (
	LeastWidth  = 40  // below: a notice only
	LeastHeight = 12  // below: a notice only
	SmallWidth  = 60  // below: list, status and hints only
	SmallHeight = 20  // below: list, status and hints only
	NarrowWidth = 80  // below: one line of detail
	LowHeight   = 24  // below: the six most used hints
	LowBody     = 12  // body below: forms show one field at a time
	SideWidth   = 140 // from here on the detail stands at the right
	SidePanel   = 52  // its width
	ListMost    = 120 // the list grows no further
)

// Width is the number of cells that s takes on a screen.
func Width(s string) int { return term.Width(s) }

// Fit cuts or fills s, which may have styles, to exactly w cells.
func Fit(s string, w int) string { return widget.Pad(s, max(0, w)) }

// Block makes s exactly h lines of at most w cells.
func Block(s string, w, h int) string {
	if h <= 0 {
		return ""
	}
	lines := strings.Split(s, "\n")
	if len(lines) > h {
		lines = lines[:h]
	}
	for i, l := range lines {
		if term.Width(l) > w {
			lines[i] = ansi.Truncate(l, w, "")
		}
	}
	for len(lines) < h {
		lines = append(lines, "")
	}
	return strings.Join(lines, "\n")
}

// Between writes left and right at the ends of w cells; left is cut before right
// goes, and right goes if nothing of left would be left.
func Between(left, right string, w int) string {
	r := term.Width(right)
	if r == 0 || w-r < 12 {
		return Fit(left, w)
	}
	return Fit(left, w-r-1) + " " + right
}
