package widget

import (
	tea "charm.land/bubbletea/v2"

	"patdesk/ui/term"
)

// Radio is a row of a form in which one of a few words is chosen. The choices
// are drawn below it by Rows while it has the focus.
type Radio struct {
	*Menu
	focused bool
}

// NewRadio returns a choice among entries.
func NewRadio(styles Styles, entries ...Entry) *Radio { return &Radio{Menu: NewMenu(styles, entries)} }

// Focus gives the row the keys.
func (r *Radio) Focus() { r.focused = true }

// Blur takes them away.
func (r *Radio) Blur() { r.focused = false }

// Update ignores text: a radio has none.
func (r *Radio) Update(tea.Msg) bool { return false }

// View draws the chosen word and its note; while the choices are open below it,
// how to choose.
func (r *Radio) View(width int) (string, int) {
	if len(r.entries) == 0 {
		return Pad("", width), 0
	}
	e := r.entries[r.Index()]
	if r.focused {
		return Pad(r.styles.Muted.Render(r.styles.sign("↑ ↓", "up, down")+" chooses, enter takes it"), width), 0
	}
	note := FitWords(width-term.Width(e.Title)-2, e.Note, e.Short, "")
	return Pad(r.styles.Text.Render(e.Title)+r.styles.Muted.Render("  "+note), width), 0
}

// Toggle is a row of a form that is on or off.
type Toggle struct {
	On      bool
	Texts   []string // what is on or off, the longest first: the first that has room is shown
	styles  Styles
	focused bool
}

// NewToggle returns a toggle that is off.
func NewToggle(styles Styles, texts ...string) *Toggle { return &Toggle{Texts: texts, styles: styles} }

// Focus gives the row the keys.
func (t *Toggle) Focus() { t.focused = true }

// Blur takes them away.
func (t *Toggle) Blur() { t.focused = false }

// Update switches at a space.
func (t *Toggle) Update(msg tea.Msg) bool {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.Text == " " {
		t.On = !t.On
		return true
	}
	return false
}

// View draws the box and its text; the cursor stands in the box.
func (t *Toggle) View(width int) (string, int) {
	box, style := "[ ]", t.styles.Muted
	if t.On {
		box, style = "[x]", t.styles.Text
	}
	text := FitWords(width-4, t.Texts...)
	if t.focused {
		return Pad(t.styles.Accent.Render(box)+" "+style.Render(text), width), 1
	}
	return Pad(style.Render(box+" "+text), width), 1
}
