package tty

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// register sets the handlers for what the emulator does not keep or answers
// otherwise than the terminals of today. A handler that returns false lets the
// emulator act as well.
func (s *Screen) register() {
	e := s.emulator
	param := func(p ansi.Params, i, def int) int {
		v, _, ok := p.Param(i, def)
		if !ok {
			return def
		}
		return v
	}
	e.RegisterCsiHandler(ansi.Command('?', '$', 'p'), func(p ansi.Params) bool {
		s.askMode(param(p, 0, 0))
		return true
	})
	for _, how := range []byte("?><=") {
		e.RegisterCsiHandler(ansi.Command(how, 0, 'u'), func(p ansi.Params) bool {
			s.kitty(how, param(p, 0, 0), max(1, param(p, 0, 1)))
			return true
		})
	}
	e.RegisterCsiHandler(ansi.Command('>', 0, 'm'), func(p ansi.Params) bool {
		s.modes["modify keys"] = param(p, 1, 0) != 0
		return true
	})
	e.RegisterCsiHandler(ansi.Command('>', 0, 'q'), func(ansi.Params) bool {
		s.reply("\x1bP>|patdesk test terminal\x1b\\")
		return true
	})
	e.RegisterCsiHandler('c', func(ansi.Params) bool {
		s.reply("\x1b[?62;22c")
		return true
	})
	e.RegisterCsiHandler('n', func(p ansi.Params) bool {
		if param(p, 0, 0) != 6 {
			return false
		}
		x, y := s.Cursor()
		s.reply("\x1b[%d;%dR", y+1, x+1)
		return true
	})
	e.RegisterCsiHandler('r', func(p ansi.Params) bool {
		top, bottom := max(1, param(p, 0, 1)), param(p, 1, s.Height())
		s.modes["region"] = top != 1 || bottom != 0 && bottom < s.Height()
		// One of a size that was just left is ignored, as terminals do (VT510, DECSTBM);
		// the emulator would scroll rows that it has not.
		return bottom > s.Height()
	})
	e.RegisterCsiHandler('m', func(p ansi.Params) bool {
		uv.ReadStyle(p, &s.pen)
		return false
	})
	e.RegisterDcsHandler(ansi.Command(0, '$', 'q'), func(ansi.Params, []byte) bool {
		s.reply("\x1bP0$r\x1b\\")
		return true
	})
	for _, cmd := range []int{0, 2, 9, 10, 11, 12, 52, 110, 111, 112} {
		e.RegisterOscHandler(cmd, func(data []byte) bool {
			_, text, _ := strings.Cut(string(data), ";")
			s.osc(cmd, text)
			return true
		})
	}
}

// askMode answers that synchronized frames are known and off, other modes unknown.
func (s *Screen) askMode(mode int) {
	state := 0
	if mode == int(ansi.ModeSynchronizedOutput) {
		state = 2
	}
	s.reply("\x1b[?%d;%d$y", mode, state)
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
		s.keyboard[len(s.keyboard)-1] = strconv.Itoa(flags)
	}
}

func (s *Screen) flags() string {
	if len(s.keyboard) == 0 {
		return "0"
	}
	return s.keyboard[len(s.keyboard)-1]
}

// osc takes a title, a colour, progress or a copy.
func (s *Screen) osc(cmd int, text string) {
	rgb := func(c color.RGBA) string {
		return fmt.Sprintf("rgb:%02x%02x/%02x%02x/%02x%02x", c.R, c.R, c.G, c.G, c.B, c.B)
	}
	switch {
	case cmd == 0 || cmd == 2:
		s.Title = text
	case cmd == 11 && text == "?":
		s.reply("\x1b]11;%s\x1b\\", rgb(s.Ground))
	case (cmd == 10 || cmd == 12) && text == "?":
		s.reply("\x1b]%d;%s\x1b\\", cmd, rgb(s.Text))
	case cmd >= 10 && cmd <= 12:
		s.modes[fmt.Sprintf("colour %d", cmd)] = true
	case cmd >= 110 && cmd <= 112:
		s.modes[fmt.Sprintf("colour %d", cmd-100)] = false
	case cmd == 9 && strings.HasPrefix(text, "4;"):
		s.modes["progress"] = !strings.HasPrefix(text, "4;0")
	case cmd == 52:
		if _, payload, ok := strings.Cut(text, ";"); ok && payload != "?" {
			s.Copied = append(s.Copied, payload)
		}
	}
}
