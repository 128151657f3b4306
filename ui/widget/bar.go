package widget

import "strings"

// BarGlyphs are the signs a bar is made of. Steps are the parts of one filled
// cell from least to full; Empty is a cell without filling.
type BarGlyphs struct {
	Steps []string
	Empty string
}

// Bar draws how much of width cells share (0 to 1) fills, and returns the filled
// and the empty part, so that each can have its own style. Anything more than
// nothing shows at least the smallest step, and only the whole fills it all.
func Bar(g BarGlyphs, share float64, width int) (filled, empty string) {
	n := len(g.Steps)
	if width <= 0 || n == 0 {
		return "", ""
	}
	steps := BarSteps(g, share, width)
	filled = strings.Repeat(g.Steps[n-1], steps/n)
	cells := steps / n
	if r := steps % n; r > 0 {
		filled += g.Steps[r-1]
		cells++
	}
	return filled, strings.Repeat(g.Empty, width-cells)
}

// BarSteps is the number of filled steps of a bar of width cells.
func BarSteps(g BarGlyphs, share float64, width int) int {
	most := width * len(g.Steps)
	switch steps := int(share * float64(most)); {
	case share <= 0 || most <= 0:
		return 0
	case share >= 1:
		return most
	default:
		return min(max(1, steps), most)
	}
}
