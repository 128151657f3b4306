package ui

import (
	"image"

	"patdesk/ui/kit"
)

// frame divides a screen into header, body and footer.
func frame(w, h int) (header, body, foot image.Rectangle) {
	head, feet := 3, 3
	if w < kit.SmallWidth || h < kit.SmallHeight {
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
