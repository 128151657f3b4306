package widget

import (
	"charm.land/lipgloss/v2"

	"patdesk/ui/term"
)

// Entry is one line of a Menu. Its strings may be foreign.
type Entry struct {
	// Key is the key that takes this entry at once, as it is shown; may be empty.
	Key string
	// Title and Note say what it is; Short is a Note for where that has no room.
	Title, Note, Short string
	// Off says why it cannot be taken, or is empty.
	Off string
	// Mark stands before the title, such as a check mark.
	Mark string
}

// Menu is a short list of which one is under the cursor.
type Menu struct {
	entries []Entry
	cursor  int
	first   int // of the entries that were drawn last
	drawn   int // how many of them
	styles  Styles
}

// NewMenu returns a menu with the cursor on its first entry.
func NewMenu(styles Styles, entries []Entry) *Menu { return &Menu{entries: entries, styles: styles} }

// Len is the number of entries.
func (m *Menu) Len() int { return len(m.entries) }

// Index is the place of the cursor.
func (m *Menu) Index() int { return m.cursor }

// Select moves the cursor to an entry.
func (m *Menu) Select(i int) { m.cursor = max(0, min(i, len(m.entries)-1)) }

// Up moves to the entry before.
func (m *Menu) Up() { m.Select(m.cursor - 1) }

// Down moves to the entry after.
func (m *Menu) Down() { m.Select(m.cursor + 1) }

// Point moves the cursor to the entry in a line that Rows drew, if there is one.
func (m *Menu) Point(line int) bool {
	if line < 0 || line >= m.drawn {
		return false
	}
	m.Select(m.first + line)
	return true
}

// Off says why the entry under the cursor cannot be taken, or "".
func (m *Menu) Off() string {
	if len(m.entries) == 0 {
		return "there is nothing to choose"
	}
	return m.entries[m.cursor].Off
}

// Rows draws at most limit entries around the cursor, in width cells. Without
// focus the entry under the cursor is marked, but not lit.
func (m *Menu) Rows(width, limit int, focused bool) []string {
	if limit <= 0 || width <= 0 {
		return nil
	}
	m.first = max(0, m.cursor-limit+1)
	parts := m.measure(width)
	var out []string
	for i := m.first; i < len(m.entries) && len(out) < limit; i++ {
		out = append(out, m.row(m.entries[i], parts, width, i == m.cursor, focused))
	}
	m.drawn = len(out)
	return out
}

// parts are the widths of a menu's columns.
type parts struct {
	keys, title int
	notes       bool
}

// measure shares the width between titles and notes. Where not even the short
// notes have room there are none, and the titles have it all.
func (m *Menu) measure(width int) parts {
	p := parts{notes: true}
	whole, short := 0, 0
	for _, e := range m.entries {
		whole, short = max(whole, term.Width(e.Title)), max(short, term.Width(e.Short))
		p.title, p.keys = max(p.title, term.CleanWidth(e.Title, width/2).Width()), max(p.keys, term.Width(e.Key))
	}
	left := width - 2
	if p.keys > 0 {
		left -= p.keys + 2
	}
	if short > 0 && whole+2+short > left {
		p.title, p.notes = max(1, min(whole, left)), false
	}
	return p
}

func (m *Menu) row(e Entry, p parts, width int, selected, focused bool) string {
	sign, key := "  ", ""
	if selected {
		sign = m.styles.cursor() + " "
	}
	if e.Mark != "" {
		sign += e.Mark + " "
	}
	if p.keys > 0 {
		key = Pad(e.Key, p.keys) + "  "
	}
	note := e.Note
	if e.Off != "" {
		note = e.Off
	}
	name := Pad(term.CleanWidth(e.Title, p.title).String(), p.title)
	room := width - term.Width(sign) - term.Width(key) - p.title - 2
	if e.Short != "" && term.Width(note) > room {
		note = e.Short
	}
	rest := ""
	if p.notes && room > 3 {
		rest = "  " + term.CleanWidth(note, room).String()
	}
	if selected && focused {
		return m.styles.Selected.Render(Pad(sign+key+name+rest, width))
	}
	text := m.styles.Text
	if e.Off != "" {
		text = m.styles.Faint
	}
	if selected {
		text = m.styles.Accent
	}
	line := lipgloss.JoinHorizontal(lipgloss.Top, text.Render(sign), m.styles.Accent.Render(key), text.Render(name), m.styles.Muted.Render(rest))
	return Pad(line, width)
}
