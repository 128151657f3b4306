package widget

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"patdesk/ui/term"
)

// Field is one line of text to edit. Editing is bubbles' textinput; drawing is
// our own, because the terminal's cursor must stand right beside wide characters
// and in text that scrolls, and because pasted text may hold anything.
type Field struct {
	// Placeholder stands in the empty field, or the first of Shorter that has room.
	Placeholder string
	Shorter     []string
	// Secret draws one dot for each character. What was pasted stays as it is, so
	// that it can be judged; only line ends around it go, as with a file.
	Secret bool

	in     textinput.Model
	styles Styles
}

// NewField returns an empty field that takes at most limit characters.
func NewField(styles Styles, limit int) *Field {
	in := textinput.New()
	in.SetVirtualCursor(false)
	in.CharLimit = limit
	// The system's clipboard is read by the terminal, which sends a paste; the
	// widget never reads it by itself.
	in.KeyMap.Paste = key.NewBinding(key.WithDisabled())
	in.KeyMap.NextSuggestion = key.NewBinding(key.WithDisabled())
	in.KeyMap.PrevSuggestion = key.NewBinding(key.WithDisabled())
	return &Field{in: in, styles: styles}
}

// Value returns the text.
func (f *Field) Value() string {
	if f.Secret {
		return strings.Map(fromPicture, f.in.Value())
	}
	return f.in.Value()
}

// SetValue replaces the text and puts the cursor at its end.
func (f *Field) SetValue(s string) {
	f.in.SetValue(f.sift(s))
	f.in.CursorEnd()
}

// Focus gives the field the keys.
func (f *Field) Focus() { _ = f.in.Focus() }

// Blur takes them away.
func (f *Field) Blur() { f.in.Blur() }

// Focused reports whether the field has the focus.
func (f *Field) Focused() bool { return f.in.Focused() }

// Update edits the text by a key press or a paste and reports whether the text
// changed.
func (f *Field) Update(msg tea.Msg) bool {
	before := f.in.Value()
	switch m := msg.(type) {
	case tea.PasteMsg:
		m.Content = f.sift(m.Content)
		f.in, _ = f.in.Update(m)
	case tea.KeyPressMsg:
		m.Text = f.sift(m.Text)
		f.in, _ = f.in.Update(m)
	}
	return f.in.Value() != before
}

// sift keeps out of a field what could not be shown as it is. Lines are joined
// by a space.
func (f *Field) sift(s string) string {
	if f.Secret {
		return strings.Map(toPicture, strings.Trim(s, "\r\n"))
	}
	if s == " " {
		return s
	}
	return term.Clean(strings.Trim(s, "\r\n\t")).String()
}

// toPicture puts a control character as its picture (Unicode, Control Pictures),
// because textinput would replace or drop it; fromPicture puts it back.
func toPicture(r rune) rune {
	switch {
	case r < ' ':
		return pictures + r
	case r == 0x7f:
		return pictures + ' ' + 1
	}
	return r
}

func fromPicture(r rune) rune {
	switch {
	case r >= pictures && r < pictures+' ':
		return r - pictures
	case r == pictures+' '+1:
		return 0x7f
	}
	return r
}

// pictures is the first control picture, that of NUL.
const pictures = '\u2400'

// View draws the field in width cells and tells at which cell the cursor stands.
func (f *Field) View(width int) (view string, cursor int) {
	if width <= 0 {
		return "", 0
	}
	ground := f.background()
	value := []rune(f.in.Value())
	if len(value) == 0 {
		return f.over(ground, f.styles.Placeholder).Render(Pad(f.placeholder(width), width)), 0
	}
	if f.Secret {
		dot := []rune(f.styles.sign("•", "*"))[0]
		for i := range value {
			value[i] = dot
		}
	}
	pos := min(f.in.Position(), len(value))
	if !f.Focused() {
		return f.styles.Text.Render(Pad(term.CleanWidth(string(value), width).String(), width)), 0
	}
	text, cursor := window(value, pos, width)
	return f.over(ground, f.styles.Text).Render(Pad(text, width)), cursor
}

func (f *Field) placeholder(width int) string {
	return FitWords(width, append([]string{f.Placeholder}, f.Shorter...)...)
}

func (f *Field) background() lipgloss.Style {
	if f.Focused() {
		return f.styles.Field
	}
	return f.styles.Text
}

// over is the style with the background of the field that has the focus.
func (f *Field) over(ground, style lipgloss.Style) lipgloss.Style {
	if !f.Focused() {
		return style
	}
	return style.Background(ground.GetBackground())
}

// window returns the part of value around pos that fits into width cells, with
// one cell left for a cursor behind the last character, and the cell of pos.
func window(value []rune, pos, width int) (string, int) {
	before := term.Width(string(value[:pos]))
	if term.Width(string(value)) < width {
		return string(value), before
	}
	start := 0
	for before-term.Width(string(value[:start])) > width-1 && start < pos {
		start++
	}
	end := start
	for end < len(value) && term.Width(string(value[start:end+1])) < width {
		end++
	}
	return string(value[start:end]), term.Width(string(value[start:pos]))
}
