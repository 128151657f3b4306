package widget

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/ui/term"
)

// Preset is a short field with proposals to step through: left and right choose
// one, and typing over it starts a value of one's own.
type Preset struct {
	Field
	presets []string
	own     bool // the text is being typed, not chosen
}

// presetWidth is the width of the field itself; the proposals stand beside it.
const presetWidth = 16

// NewPreset returns a field with proposals.
func NewPreset(styles Styles, presets ...string) *Preset {
	return &Preset{Field: *NewField(styles, 32), presets: presets}
}

// SetValue replaces the text by a settled one.
func (p *Preset) SetValue(s string) {
	p.Field.SetValue(s)
	p.own = false
}

// Step moves to the next (1) or previous (-1) proposal.
func (p *Preset) Step(by int) {
	at := slices.Index(p.presets, p.Value())
	switch {
	case at < 0 && by > 0:
		at = 0
	case at < 0:
		at = len(p.presets) - 1
	default:
		at = max(0, min(at+by, len(p.presets)-1))
	}
	p.SetValue(p.presets[at])
}

// Update edits the text. The first key typed replaces what was chosen.
func (p *Preset) Update(msg tea.Msg) bool {
	if !p.own && typed(msg) {
		p.Field.SetValue("")
	}
	changed := p.Field.Update(msg)
	if changed {
		p.own = true
	}
	return changed
}

// View draws the field and, where there is room, the proposals.
func (p *Preset) View(width int) (string, int) {
	field := min(presetWidth, width)
	view, cursor := p.Field.View(field)
	var chips []string
	room := width - field - 3
	for _, s := range p.presets {
		n := term.Width(s) + 2
		if room -= n; room < 0 {
			break
		}
		style := p.styles.Muted
		if s == p.Value() {
			style = p.styles.Accent
		}
		chips = append(chips, style.Render(s))
	}
	if len(chips) == 0 {
		return Pad(view, width), cursor
	}
	return Pad(view+"   "+strings.Join(chips, "  "), width), cursor
}
