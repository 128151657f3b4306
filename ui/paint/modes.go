package paint

import (
	"image/color"
	"strings"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/lucasb-eyer/go-colorful"
)

// mode is something of the terminal beside its cells that a view may want.
type mode struct {
	// on returns what switches it on as v wants it, "" if it stays as it was found.
	on func(v *tea.View) string
	// off switches it off.
	off string
	// replaces says that what switches it on takes the place of what was on.
	replaces bool
}

// table has all modes in the order in which they are switched on. It is a function,
// for nothing may change it.
func table() [modeCount]mode {
	return [modeCount]mode{
		modePaste:      {on: paste, off: ansi.ResetModeBracketedPaste},
		modeFocus:      {on: focus, off: ansi.ResetModeFocusEvent},
		modeMouse:      {on: mouse, off: ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseAnyEvent + ansi.ResetModeMouseExtSgr},
		modeTitle:      {on: title, off: ansi.SetWindowTitle(""), replaces: true},
		modeKeyboard:   {on: keyboard, off: ansi.ResetModifyOtherKeys + ansi.PopKittyKeyboard(1)},
		modeCursor:     {on: cursorColour, off: ansi.ResetCursorColor, replaces: true},
		modeForeground: {on: foreground, off: ansi.ResetForegroundColor, replaces: true},
		modeBackground: {on: background, off: ansi.ResetBackgroundColor, replaces: true},
		modeShape:      {on: shape, off: ansi.SetCursorStyle(0), replaces: true},
		modeProgress:   {on: progress, off: ansi.ResetProgressBar, replaces: true},
		modeWidth:      {on: func(*tea.View) string { return "" }, off: ansi.ResetModeUnicodeCore}, // no view wants it, the terminal allows it
	}
}

const (
	modePaste = iota
	modeFocus
	modeMouse
	modeTitle
	modeKeyboard
	modeCursor
	modeForeground
	modeBackground
	modeShape
	modeProgress
	modeWidth
	modeCount
)

// modes are what is switched on, mode by mode; "" is off.
type modes [modeCount]string

// wanted is what v wants.
func (p *Painter) wanted(v *tea.View) (w modes) {
	for i, m := range table() {
		w[i] = m.on(v)
	}
	if p.whole {
		w[modeWidth] = ansi.SetModeUnicodeCore
	}
	return w
}

// become returns what leads from m to w, and takes w over.
func (m *modes) become(w modes) string {
	if *m == w {
		return ""
	}
	var b strings.Builder
	for i, t := range table() {
		if m[i] == w[i] {
			continue
		}
		if m[i] != "" && (w[i] == "" || !t.replaces) {
			_, _ = b.WriteString(t.off)
		}
		_, _ = b.WriteString(w[i])
	}
	*m = w
	return b.String()
}

// leave returns what switches off all that is on.
func (m *modes) leave() string { return m.become(modes{}) }

func paste(v *tea.View) string {
	if v.DisableBracketedPasteMode {
		return ""
	}
	return ansi.SetModeBracketedPaste
}

func focus(v *tea.View) string {
	if !v.ReportFocus {
		return ""
	}
	return ansi.SetModeFocusEvent
}

func mouse(v *tea.View) string {
	switch v.MouseMode {
	case tea.MouseModeCellMotion:
		return ansi.SetModeMouseButtonEvent + ansi.SetModeMouseExtSgr
	case tea.MouseModeAllMotion:
		return ansi.SetModeMouseAnyEvent + ansi.SetModeMouseExtSgr
	default:
		return ""
	}
}

func title(v *tea.View) string {
	if v.WindowTitle == "" {
		return ""
	}
	return ansi.SetWindowTitle(v.WindowTitle)
}

// keyboard asks for keys that can be told apart, in xterm's way and in kitty's;
// terminals ignore what they do not know.
func keyboard(v *tea.View) string {
	wants, flags := v.KeyboardEnhancements, ansi.KittyDisambiguateEscapeCodes
	if wants.ReportEventTypes {
		flags |= ansi.KittyReportEventTypes
	}
	if wants.ReportAlternateKeys {
		flags |= ansi.KittyReportAlternateKeys
	}
	if wants.ReportAllKeysAsEscapeCodes {
		flags |= ansi.KittyReportAllKeysAsEscapeCodes
	}
	if wants.ReportAssociatedText {
		flags |= ansi.KittyReportAssociatedKeys
	}
	return ansi.SetModifyOtherKeys2 + ansi.PushKittyKeyboard(flags)
}

func cursorColour(v *tea.View) string {
	if v.Cursor == nil {
		return ""
	}
	return coloured(v.Cursor.Color, ansi.SetCursorColor)
}

func foreground(v *tea.View) string { return coloured(v.ForegroundColor, ansi.SetForegroundColor) }
func background(v *tea.View) string { return coloured(v.BackgroundColor, ansi.SetBackgroundColor) }

func coloured(c color.Color, set func(string) string) string {
	if c == nil {
		return ""
	}
	solid, ok := colorful.MakeColor(c)
	if !ok {
		return ""
	}
	return set(solid.Hex())
}

// shape is DECSCUSR: odd numbers blink, block before underline before bar.
func shape(v *tea.View) string {
	if v.Cursor == nil {
		return ""
	}
	style := 2*int(v.Cursor.Shape) + 1
	if !v.Cursor.Blink {
		style++
	}
	return ansi.SetCursorStyle(style)
}

func progress(v *tea.View) string {
	if v.ProgressBar == nil {
		return ""
	}
	switch value := v.ProgressBar.Value; v.ProgressBar.State {
	case tea.ProgressBarDefault:
		return ansi.SetProgressBar(value)
	case tea.ProgressBarError:
		return ansi.SetErrorProgressBar(value)
	case tea.ProgressBarIndeterminate:
		return ansi.SetIndeterminateProgressBar
	case tea.ProgressBarWarning:
		return ansi.SetWarningProgressBar(value)
	default:
		return ""
	}
}

// answersModes reports whether the terminal is asked what it can do. Apple's shows
// the question, and across a line the answer may come after the end; some that are
// known to answer are asked all the same.
func answersModes(env uv.Environ) bool {
	if _, ok := env.LookupEnv("WT_SESSION"); ok {
		return true
	}
	for _, kind := range []string{"ghostty", "wezterm", "alacritty", "kitty", "rio"} {
		if strings.Contains(env.Getenv("TERM"), kind) {
			return true
		}
	}
	_, remote := env.LookupEnv("SSH_TTY")
	return !remote && !strings.Contains(env.Getenv("TERM_PROGRAM"), "Apple")
}
