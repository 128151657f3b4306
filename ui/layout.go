package ui

import (
	"image"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/widget"
)

// Everything in this file is pure arithmetic on cells.

// The sizes at which the console changes its shape.
const (
	leastWidth, leastHeight = 40, 12 // below: a notice only
	smallWidth, smallHeight = 60, 20 // below: list, status and hints only
	narrowWidth             = 80     // below: one line of detail
	lowHeight               = 24     // below: the six most used hints
	lowBody                 = 12     // body below: forms show one field at a time
	sideWidth               = 141    // from here on the detail stands at the right
	sidePanel               = 52     // its width
	listMost                = 120    // the list grows no further
)

// frame divides a screen into header, body and footer.
func frame(w, h int) (header, body, foot image.Rectangle) {
	head, feet := 3, 3
	if w < smallWidth || h < smallHeight {
		head, feet = 0, 2
	}
	feet = min(feet, h)
	head = min(head, h-feet)
	return image.Rect(0, 0, w, head), image.Rect(0, head, w, h-feet), image.Rect(0, h-feet, w, h)
}

// centre places a box of w times h cells in the middle of an area, not outside it.
func centre(area image.Rectangle, w, h int) image.Rectangle {
	w, h = min(w, area.Dx()), min(h, area.Dy())
	x, y := area.Min.X+(area.Dx()-w)/2, area.Min.Y+(area.Dy()-h)/2
	return image.Rect(x, y, x+w, y+h)
}

// col is a column of a list: its least width, how much of the room to spare it
// takes, the most it takes, and when it is dropped (1 first; 0 never).
type col struct {
	title              string
	width, share, most int
	drop               int
}

// columns shares width among cols, with a gap between them. Columns are dropped
// in their order until the rest fits; a dropped one has width 0. The columns that
// are never dropped shrink if they must.
func columns(width int, cols []col) []int {
	on := make([]bool, len(cols))
	for i := range on {
		on[i] = true
	}
	for drop := 1; need(cols, on) > width; drop++ {
		found := false
		for i, c := range cols {
			if c.drop >= drop {
				found = true
			}
			if c.drop == drop {
				on[i] = false
			}
		}
		if !found {
			break
		}
	}
	widths := make([]int, len(cols))
	for i, c := range cols {
		if on[i] {
			widths[i] = c.width
		}
	}
	spread(widths, cols, width-need(cols, on))
	return widths
}

func need(cols []col, on []bool) int {
	n, count := 0, 0
	for i, c := range cols {
		if on[i] {
			n += c.width
			count++
		}
	}
	return n + widget.Gap*max(0, count-1)
}

// spread hands out spare cells by share, or takes missing ones from the widest of
// those that have a share.
func spread(widths []int, cols []col, spare int) {
	for ; spare < 0; spare++ {
		widest := -1
		for i := range widths {
			if cols[i].share > 0 && widths[i] > 1 && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
	}
	for spare > 0 {
		given := 0
		for i, c := range cols {
			for n := 0; n < c.share && spare > 0 && widths[i] > 0 && widths[i] < c.most; n++ {
				widths[i]++
				spare--
				given++
			}
		}
		if given == 0 {
			return
		}
	}
}

func termWidth(s string) int { return ansi.StringWidth(s) }

// fit cuts or fills s, which may have styles, to exactly w cells.
func fit(s string, w int) string { return widget.Pad(s, max(0, w)) }

// block makes s exactly h lines of at most w cells.
func block(s string, w, h int) string {
	if h <= 0 {
		return ""
	}
	lines := strings.Split(s, "\n")
	if len(lines) > h {
		lines = lines[:h]
	}
	for i, l := range lines {
		if ansi.StringWidth(l) > w {
			lines[i] = ansi.Truncate(l, w, "")
		}
	}
	for len(lines) < h {
		lines = append(lines, "")
	}
	return strings.Join(lines, "\n")
}

// between writes left and right at the ends of w cells; left is cut before right
// goes, and right goes if nothing of left would be left.
func between(left, right string, w int) string {
	r := ansi.StringWidth(right)
	if r == 0 || w-r < 12 {
		return fit(left, w)
	}
	return fit(left, w-r-1) + " " + right
}
