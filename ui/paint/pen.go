package paint

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// keepPen takes out of a frame what puts the pen down only to take the same one up
// again: the cell renderer ends every run of cells with a reset, also where the next
// run, on the next line, looks the same. A column that counts down is mostly that.
func keepPen(frame []byte) []byte {
	const reset = ansi.ResetStyle
	var pen string    // the style that is on: "" none, "?" one that came in steps
	was, at := "", -1 // the style before a reset behind which the cursor only moved, and its place
	kept := frame[:0]
	for rest := frame; len(rest) > 0; {
		n := length(rest)
		part := rest[:n]
		rest = rest[n:]
		switch {
		case string(part) == reset:
			if at, was = -1, pen; movesBlank(was) {
				at = len(kept)
			}
			pen = ""
		case isStyle(part):
			if at >= 0 && string(part) == was {
				kept = slices.Delete(kept, at, at+len(reset))
				pen, at, part = was, -1, nil
			} else if at, was = -1, ""; pen == "" {
				pen = string(part)
			} else {
				pen = "?" // of two that add up
			}
		case !moves(part):
			at = -1
		}
		kept = append(kept, part...)
	}
	return kept
}

// length is how long the first part of b is: a sequence, a control, or text.
func length(b []byte) int {
	switch {
	case bytes.HasPrefix(b, []byte("\x1b[")):
		if end := bytes.IndexFunc(b[2:], func(r rune) bool { return r >= 0x40 && r <= 0x7e }); end >= 0 {
			return 2 + end + 1
		}
		return len(b)
	case b[0] < ' ':
		return 1
	}
	if end := bytes.IndexFunc(b, func(r rune) bool { return r < ' ' }); end >= 0 {
		return end
	}
	return len(b)
}

func isStyle(part []byte) bool {
	return bytes.HasPrefix(part, []byte("\x1b[")) && part[len(part)-1] == 'm' && part[2] != '>' && part[2] != '?'
}

// moves reports whether a part of a frame moves the cursor and does nothing else.
func moves(part []byte) bool {
	if len(part) == 1 {
		return part[0] == '\r' || part[0] == '\n' || part[0] == '\b'
	}
	return bytes.HasPrefix(part, []byte("\x1b[")) && strings.IndexByte("ABCDEFGHad`e", part[len(part)-1]) >= 0
}

// movesBlank reports whether a line that scrolls in under a style is blank all the
// same: it has the background of the pen, and on some terminals its underline.
func movesBlank(style string) bool {
	codes := strings.Split(strings.TrimSuffix(strings.TrimPrefix(style, "\x1b["), "m"), ";")
	for i := 0; i < len(codes); i++ {
		n, err := strconv.Atoi(codes[i])
		switch {
		case err != nil:
			return false
		case n == 38 && i+1 < len(codes) && codes[i+1] == "5":
			i += 2
		case n == 38 && i+1 < len(codes) && codes[i+1] == "2":
			i += 4
		case n < 1 || n > 3 && n < 30 || n > 37 && n < 90 || n > 97:
			return false
		}
	}
	return true
}
