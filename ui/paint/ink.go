package paint

import (
	"strings"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// ink is the number of a style; 0 is the terminal's own. A screen has a few dozen
// styles and thousands of cells, and what leads from one to another is always the same.
type ink uint16

// mostInks bounds what is remembered of styles.
const mostInks = 1 << 12

// inks are the styles that were met.
type inks struct {
	profile colorprofile.Profile
	styles  []uv.Style
	grounds []ink // what a blank of each looks like: the style with its background alone; noGround if more of it shows
	numbers map[uv.Style]ink
	turned  map[turn]ink
	ways    map[[2]ink]string
}

// turn is a sequence that comes to a style.
type turn struct {
	from ink
	by   string
}

// noGround is for styles that show on a blank, such as underlines.
const noGround ink = mostInks

func newInks(profile colorprofile.Profile) inks {
	i := inks{profile: profile, numbers: map[uv.Style]ink{}, turned: map[turn]ink{}, ways: map[[2]ink]string{}}
	i.number(uv.Style{})
	return i
}

// number is that of a style as the terminal can show it. ok is false if there are too
// many.
func (i *inks) number(s uv.Style) (n ink, ok bool) {
	s = uv.ConvertStyle(s, i.profile)
	if n, ok := i.numbers[s]; ok {
		return n, true
	}
	if len(i.styles) >= mostInks-1 { // and its ground
		return 0, false
	}
	n = ink(len(i.styles))
	i.numbers[s] = n
	i.styles, i.grounds = append(i.styles, s), append(i.grounds, noGround)
	if shown := uv.AttrReverse | uv.AttrStrikethrough | uv.AttrBlink | uv.AttrRapidBlink; s.Underline == uv.UnderlineNone && s.Attrs&uint8(shown) == 0 {
		i.grounds[n], _ = i.number(uv.Style{Bg: s.Bg})
	}
	return n, true
}

// after is the style that a sequence leads to. The library reads the sequence, once.
func (i *inks) after(from ink, sequence string) (to ink, ok bool) {
	if to, ok := i.turned[turn{from, sequence}]; ok {
		return to, true
	}
	cell := uv.NewScreenBuffer(1, 1)
	uv.NewStyledString(i.styles[from].String()+sequence+"x").Draw(cell, cell.Bounds())
	c := cell.CellAt(0, 0)
	if c == nil || c.Content != "x" || len(i.turned) >= mostInks {
		return 0, false
	}
	if to, ok = i.number(c.Style); ok {
		i.turned[turn{from, strings.Clone(sequence)}] = to
	}
	return to, ok
}

// way is what turns one style into another, as short as it can be.
func (i *inks) way(from, to ink) string {
	if from == to {
		return ""
	}
	w, ok := i.ways[[2]ink{from, to}]
	if !ok {
		a, b := &i.styles[from], &i.styles[to]
		w = uv.StyleDiff(a, b)
		if anew := ansi.ResetStyle + b.String(); to != 0 && len(anew) < len(w) {
			w = anew
		}
		i.ways[[2]ink{from, to}] = w
	}
	return w
}

// cell is a sign that is one cell wide.
type cell struct {
	sign rune
	ink  ink
}

// same reports whether two cells look the same: of a blank only the ground is seen.
func (i *inks) same(a, b cell) bool {
	return a == b || a.sign == ' ' && b.sign == ' ' && i.alike(a.ink, b.ink)
}

// alike reports whether a blank looks the same in two styles.
func (i *inks) alike(a, b ink) bool {
	return a == b || i.grounds[a] != noGround && i.grounds[a] == i.grounds[b]
}
