package widget

// Flex is a column whose width depends on the room: its least width, how much of
// the room to spare it takes, the most it takes, and when it is dropped (1 first; 0
// never).
type Flex struct {
	Title              string
	Width, Share, Most int
	Drop               int
}

// Columns shares width among cols, with a gap between them. Columns are dropped
// in their order until the rest fits; a dropped one has width 0. The columns that
// are never dropped shrink if they must.
func Columns(width int, cols []Flex) []int {
	on := make([]bool, len(cols))
	for i := range on {
		on[i] = true
	}
	for drop := 1; need(cols, on) > width; drop++ {
		found := false
		for i, c := range cols {
			if c.Drop >= drop {
				found = true
			}
			if c.Drop == drop {
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
			widths[i] = c.Width
		}
	}
	spread(widths, cols, width-need(cols, on))
	return widths
}

func need(cols []Flex, on []bool) int {
	n, count := 0, 0
	for i, c := range cols {
		if on[i] {
			n += c.Width
			count++
		}
	}
	return n + Gap*max(0, count-1)
}

// spread hands out spare cells by share, or takes missing ones from the widest of
// those that have a share.
func spread(widths []int, cols []Flex, spare int) {
	for ; spare < 0; spare++ {
		widest := -1
		for i := range widths {
			if cols[i].Share > 0 && widths[i] > 1 && (widest < 0 || widths[i] > widths[widest]) {
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
			for n := 0; n < c.Share && spare > 0 && widths[i] > 0 && widths[i] < c.Most; n++ {
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

// Shown are the columns that were not dropped, and the place of one of them, -1 if it
// was.
func Shown(cols []Flex, widths []int, which int) (shown []Column, at int) {
	at = -1
	for i, c := range cols {
		if widths[i] == 0 {
			continue
		}
		if i == which {
			at = len(shown)
		}
		shown = append(shown, Column{Title: c.Title, Width: widths[i]})
	}
	return shown, at
}
