package tokens

import "patdesk/ui/widget"

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
