//go:build unix

package main

import (
	"fmt"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"

	"patdesk/e2e/tty"
)

// The measures of a picture, in pixels. A cell is as wide as a letter of most
// monospaced fonts at this size.
const (
	fontSize = 14.0
	cellW    = 8.43
	cellH    = 18.0
	baseline = 13.5
	margin   = 14.0
)

// fonts are in every system's default set; the first is what the pictures were
// looked at with.
const fonts = "'DejaVu Sans Mono','SF Mono',Menlo,Consolas,'Liberation Mono',monospace"

// picture draws a screen as SVG.
type picture struct {
	strings.Builder
	ground, text color.RGBA
}

// svg is the picture of a screen.
func svg(s *tty.Screen) string {
	p := &picture{ground: s.Ground, text: s.Text}
	w, h := float64(s.Width())*cellW+2*margin, float64(s.Height())*cellH+2*margin
	p.add(`<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.2f %.2f" font-family="%s" font-size="%g" xml:space="preserve">`+"\n", w, h, w, h, fonts, fontSize)
	p.add(`<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", hex(p.ground))
	p.add(`<g transform="translate(%g %g)">`+"\n", margin, margin)
	for y := range s.Height() {
		p.grounds(s.Line(y), y)
	}
	for y := range s.Height() {
		p.line(s.Line(y), y)
	}
	p.cursor(s)
	p.WriteString("</g>\n</svg>\n")
	return p.String()
}

// cursor draws the cursor, where it is shown.
func (p *picture) cursor(s *tty.Screen) {
	if hidden(s) {
		return
	}
	x, y := s.Cursor()
	p.add(`<rect x="%.2f" y="%.2f" width="%.2f" height="%.2f" fill="%s" opacity=".55"/>`+"\n", float64(x)*cellW, float64(y)*cellH, cellW, cellH, hex(p.text))
}

func hidden(s *tty.Screen) bool {
	for _, m := range s.Modes() {
		if m == "?25" {
			return true
		}
	}
	return false
}

func (p *picture) add(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// colours are what a cell is drawn in: reverse and faint are resolved.
func (p *picture) colours(c *uv.Cell) (fg, bg color.RGBA) {
	fg, bg = rgba(c.Style.Fg, p.text), rgba(c.Style.Bg, p.ground)
	if c.Style.Attrs&uv.AttrReverse != 0 {
		fg, bg = bg, fg
	}
	if c.Style.Attrs&uv.AttrFaint != 0 {
		fg = mix(fg, bg, .45)
	}
	if c.Style.Attrs&uv.AttrConceal != 0 {
		fg = bg
	}
	return fg, bg
}

func rgba(c, def color.Color) color.RGBA {
	if c == nil {
		c = def
	}
	r, g, b, _ := c.RGBA()
	return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0xff}
}

func mix(a, b color.RGBA, share float64) color.RGBA {
	m := func(x, y uint8) uint8 { return uint8(float64(x)*(1-share) + float64(y)*share) }
	return color.RGBA{m(a.R, b.R), m(a.G, b.G), m(a.B, b.B), 0xff}
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// grounds paints the backgrounds of a line, neighbours of one colour together.
func (p *picture) grounds(line uv.Line, y int) {
	for x := 0; x < len(line); {
		_, bg := p.colours(&line[x])
		n := 1
		for x+n < len(line) {
			if _, next := p.colours(&line[x+n]); line[x+n].Width > 0 && next != bg {
				break
			}
			n++
		}
		if bg != p.ground {
			p.add(`<rect x="%.2f" y="%.2f" width="%.2f" height="%.2f" fill="%s" shape-rendering="crispEdges"/>`+"\n", float64(x)*cellW, float64(y)*cellH, float64(n)*cellW, cellH, hex(bg))
		}
		x += n
	}
}

// line writes the text of a line, cells of one style together. What fonts draw
// with gaps between the cells is drawn as shapes.
func (p *picture) line(line uv.Line, y int) {
	for x := 0; x < len(line); {
		c := &line[x]
		if c.Width == 0 || c.Content == " " && c.Style.Underline == uv.UnderlineNone {
			x++
			continue
		}
		fg, bg := p.colours(c)
		if n := rule(line, x); n > 1 {
			width := map[string]int{"─": 1, "━": 2}[c.Content]
			p.add(`<path d="M%.2f %.2fh%.2f" stroke="%s" stroke-width="%d"/>`+"\n", float64(x)*cellW, (float64(y)+.5)*cellH, float64(n)*cellW, hex(fg), width)
			x += n
			continue
		}
		if d := shape(c.Content, fg, bg); d != "" {
			p.add(`<g transform="translate(%.2f %.2f)">%s</g>`+"\n", float64(x)*cellW, float64(y)*cellH, d)
			x++
			continue
		}
		n := p.run(line, x)
		p.words(line[x:x+n], x, y, fg)
		x += n
	}
}

// rule is how many cells from x on are one horizontal line.
func rule(line uv.Line, x int) (n int) {
	first := &line[x]
	if first.Content != "─" && first.Content != "━" {
		return 0
	}
	for x+n < len(line) && line[x+n].Equal(first) {
		n++
	}
	return n
}

// run is how many cells from x on can be written as one text.
func (p *picture) run(line uv.Line, x int) int {
	first := &line[x]
	n, used := 1, 1
	for ; x+n < len(line) && n-used < 2; n++ {
		c := &line[x+n]
		plain := c.Content == " " && c.Style.Underline == uv.UnderlineNone
		if c.Width > 1 || first.Width > 1 && c.Width > 0 || c.Width > 0 && !plain && (!c.Style.Equal(&first.Style) || shape(c.Content, p.text, p.ground) != "") {
			break
		}
		if !plain {
			used = n + 1
		}
	}
	return used
}

func (p *picture) words(cells uv.Line, x, y int, fg color.RGBA) {
	var text strings.Builder
	width := 0
	for i := range cells {
		text.WriteString(cells[i].Content)
		width += cells[i].Width
	}
	style := ""
	if a := cells[0].Style.Attrs; a&uv.AttrBold != 0 {
		style += ` font-weight="bold"`
	}
	if a := cells[0].Style.Attrs; a&uv.AttrItalic != 0 {
		style += ` font-style="italic"`
	}
	switch {
	case cells[0].Style.Underline != uv.UnderlineNone:
		style += ` text-decoration="underline"`
	case cells[0].Style.Attrs&uv.AttrStrikethrough != 0:
		style += ` text-decoration="line-through"`
	}
	p.add(`<text x="%.2f" y="%.2f" fill="%s" textLength="%.2f"%s>%s</text>`+"\n",
		float64(x)*cellW, float64(y)*cellH+baseline, hex(fg), float64(width)*cellW, style, plain(text.String()))
}
