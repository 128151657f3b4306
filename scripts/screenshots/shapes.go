//go:build unix

package main

import (
	"fmt"
	"image/color"
	"strings"
)

// strokes are the light lines of box drawing from the middle of a cell: up,
// right, down, left.
var strokes = map[string]string{
	"─": "rl", "│": "ud", "┌": "rd", "┐": "dl", "└": "ur", "┘": "ul", "├": "urd", "┤": "udl", "┬": "rdl", "┴": "url", "┼": "urdl",
	"╭": "rd", "╮": "dl", "╰": "ur", "╯": "ul", "╴": "l", "╵": "u", "╶": "r", "╷": "d",
	"━": "RL", "┃": "UD", "╺": "R", "╸": "L", "╹": "U", "╻": "D", "╼": "lR", "╾": "Lr",
}

// round are the corners that are drawn as arcs.
const round = "╭╮╰╯"

// shape draws block elements and lines exactly, so that neighbours touch
// whatever the font; "" = it is a letter.
func shape(content string, fg, bg color.RGBA) string {
	if how, ok := strokes[content]; ok {
		return lines(content, how, fg)
	}
	r := []rune(content)
	if len(r) != 1 {
		return ""
	}
	rect := func(x, y, w, h float64, c color.RGBA) string {
		return fmt.Sprintf(`<rect x="%.2f" y="%.2f" width="%.2f" height="%.2f" fill="%s" shape-rendering="crispEdges"/>`, x, y, w, h, hex(c))
	}
	switch c := r[0]; {
	case c >= '▁' && c <= '█': // lower eighths
		h := cellH * float64(c-'▁'+1) / 8
		return rect(0, cellH-h, cellW, h, fg)
	case c >= '▉' && c <= '▏': // left eighths, 7 down to 1
		return rect(0, 0, cellW*float64('▏'-c+1)/8, cellH, fg)
	case c == '▐':
		return rect(cellW/2, 0, cellW/2, cellH, fg)
	case c == '▀':
		return rect(0, 0, cellW, cellH/2, fg)
	case c >= '░' && c <= '▓':
		return rect(0, 0, cellW, cellH, mix(bg, fg, .25*float64(c-'░'+1)))
	case c == '▔':
		return rect(0, 0, cellW, cellH/8, fg)
	case c == '▕':
		return rect(cellW*7/8, 0, cellW/8, cellH, fg)
	}
	return ""
}

func lines(content, how string, fg color.RGBA) string {
	const mx, my = cellW / 2, cellH / 2
	if strings.Contains(round, content) {
		end := map[string][2]float64{"╭": {cellW, cellH}, "╮": {0, cellH}, "╰": {cellW, 0}, "╯": {0, 0}}[content]
		const radius = cellW / 2
		y := my + radius
		if end[1] == 0 {
			y = my - radius
		}
		return fmt.Sprintf(`<path d="M%.2f %.2fL%.2f %.2fQ%.2f %.2f %.2f %.2f" fill="none" stroke="%s"/>`, mx, end[1], mx, y, mx, my, end[0], my, hex(fg))
	}
	var b strings.Builder
	for _, d := range how {
		x, y, width := mx, my, 1.0
		switch d {
		case 'u', 'U':
			y = 0
		case 'd', 'D':
			y = cellH
		case 'l', 'L':
			x = 0
		case 'r', 'R':
			x = cellW
		}
		if d < 'a' {
			width = 2
		}
		fmt.Fprintf(&b, `<path d="M%.2f %.2fL%.2f %.2f" stroke="%s" stroke-width="%g"/>`, mx, my, x, y, hex(fg), width)
	}
	return b.String()
}
