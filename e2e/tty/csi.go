package tty

import (
	"fmt"
	"strconv"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// csi acts on one control sequence.
func (s *Screen) csi(cmd ansi.Cmd, params ansi.Params) {
	n := func(i, def int) int {
		v, _, ok := params.Param(i, def)
		if !ok || v == 0 && def == 1 {
			return def
		}
		return v
	}
	switch {
	case cmd.Prefix() == '?' && cmd.Intermediate() == '$':
		s.askMode(n(0, 0))
	case cmd.Prefix() == '?' && (cmd.Final() == 'h' || cmd.Final() == 'l'):
		for i := range params {
			s.setMode(n(i, 0), cmd.Final() == 'h')
		}
	case cmd.Final() == 'u' && cmd.Prefix() != 0:
		s.kitty(cmd.Prefix(), n(0, 0), n(0, 1))
	case cmd.Prefix() == '>' && cmd.Final() == 'm':
		s.modes["modify keys"] = n(1, 0) != 0
	case cmd.Prefix() == '>' && cmd.Final() == 'q':
		s.reply("\x1bP>|patdesk test terminal\x1b\\")
	case cmd.Final() == 'c' && cmd.Prefix() == 0:
		s.reply("\x1b[?62;22c")
	case cmd.Intermediate() == ' ' && cmd.Final() == 'q':
		s.Shape = n(0, 0)
	case cmd.Final() == 'n' && n(0, 0) == 6:
		s.reply("\x1b[%d;%dR", s.Y+1, s.X+1)
	case cmd.Prefix() == 0 && cmd.Intermediate() == 0:
		s.plain(cmd.Final(), n, params)
	}
}

// plain acts on a sequence without prefix and intermediate.
func (s *Screen) plain(final byte, n func(i, def int) int, params ansi.Params) {
	switch final {
	case 'm':
		uv.ReadStyle(params, &s.pen)
	case 'H', 'f':
		s.move(n(1, 1)-1, n(0, 1)-1)
	case 'A':
		s.move(s.X, s.Y-n(0, 1))
	case 'B', 'e':
		s.move(s.X, s.Y+n(0, 1))
	case 'C', 'a':
		s.move(s.X+n(0, 1), s.Y)
	case 'D':
		s.move(s.X-n(0, 1), s.Y)
	case 'E':
		s.move(0, s.Y+n(0, 1))
	case 'F':
		s.move(0, s.Y-n(0, 1))
	case 'G', '`':
		s.move(n(0, 1)-1, s.Y)
	case 'd':
		s.move(s.X, n(0, 1)-1)
	case 'I':
		s.move((s.X/8+n(0, 1))*8, s.Y)
	case 'Z':
		s.move(((s.X+7)/8-n(0, 1))*8, s.Y)
	case 's':
		s.saved = [2]int{s.X, s.Y}
	case 'u':
		s.move(s.saved[0], s.saved[1])
	case 'r':
		s.top, s.end = n(0, 1)-1, min(n(1, s.buf.Height()), s.buf.Height())
		s.move(0, 0)
	case 'b':
		for range n(0, 1) {
			s.print(s.last)
		}
	default:
		s.edit(final, n)
	}
}

// edit erases, inserts and deletes.
func (s *Screen) edit(final byte, n func(i, def int) int) {
	x, y, w, h := s.X, s.Y, s.width(), s.buf.Height()
	fill := func(x, y, w, h int) { s.buf.FillArea(s.blank(), uv.Rect(x, y, w, h)) }
	region := uv.Rect(0, s.top, w, s.end-s.top)
	switch final {
	case 'J':
		switch n(0, 0) {
		case 0:
			fill(x, y, w-x, 1)
			fill(0, y+1, w, h-y-1)
		case 1:
			fill(0, 0, w, y)
			fill(0, y, x+1, 1)
		default:
			fill(0, 0, w, h)
		}
	case 'K':
		switch n(0, 0) {
		case 0:
			fill(x, y, w-x, 1)
		case 1:
			fill(0, y, x+1, 1)
		default:
			fill(0, y, w, 1)
		}
	case 'X':
		fill(x, y, min(n(0, 1), w-x), 1)
	case '@':
		s.buf.InsertCell(x, y, n(0, 1), s.blank())
	case 'P':
		s.buf.DeleteCell(x, y, n(0, 1), s.blank())
	case 'L':
		s.buf.InsertLineArea(y, n(0, 1), s.blank(), region)
	case 'M':
		s.buf.DeleteLineArea(y, n(0, 1), s.blank(), region)
	case 'S':
		s.scroll(n(0, 1))
	case 'T':
		s.scroll(-n(0, 1))
	}
}

// askMode answers that synchronized frames are known and off, other modes unknown.
func (s *Screen) askMode(mode int) {
	state := 0
	if mode == 2026 {
		state = 2
	}
	s.reply("\x1b[?%d;%d$y", mode, state)
}

// setMode switches a DEC mode. Those that are on by default are kept as their
// opposite.
func (s *Screen) setMode(mode int, on bool) {
	name := "?" + strconv.Itoa(mode)
	switch mode {
	case 7, 25:
		s.modes[name] = !on
		return
	case 1049, 1047, 47:
		if on == s.modes[name] {
			return
		}
		if on {
			s.saved = [2]int{s.X, s.Y}
			s.alt.Clear()
			s.buf = s.alt
		} else {
			s.buf = s.main
			s.move(s.saved[0], s.saved[1])
		}
	case 2026:
		if !on && s.modes[name] {
			s.Frames++
		}
	}
	s.modes[name] = on
}

// kitty changes or tells the flags of the keyboard protocol.
func (s *Screen) kitty(how byte, flags, count int) {
	switch how {
	case '?':
		s.reply("\x1b[?%su", s.flags())
	case '>':
		s.keyboard = append(s.keyboard, strconv.Itoa(flags))
	case '<':
		s.keyboard = s.keyboard[:max(0, len(s.keyboard)-count)]
	case '=':
		if len(s.keyboard) == 0 {
			s.modes["kitty"] = flags != 0
			return
		}
		s.keyboard[len(s.keyboard)-1] = fmt.Sprint(flags)
	}
}

func (s *Screen) flags() string {
	if len(s.keyboard) == 0 {
		return "0"
	}
	return s.keyboard[len(s.keyboard)-1]
}
