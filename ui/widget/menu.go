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
	list    *List[int, int] // the places of the entries
	styles  Styles
}

// NewMenu returns a menu with the cursor on its first entry.
func NewMenu(styles Styles, entries []Entry) *Menu {
	m := &Menu{entries: entries, list: NewList(func(i int) int { return i }), styles: styles}
	places := make([]int, len(entries))
	for i := range places {
		places[i] = i
	}
	m.list.SetAll(places)
	return m
}

// Len is the number of entries.
func (m *Menu) Len() int { return len(m.entries) }

// Index is the place of the cursor.
func (m *Menu) Index() int { return m.list.Cursor() }

// Select moves the cursor to an entry.
func (m *Menu) Select(i int) { m.list.By(i - m.list.Cursor()) }

// Up moves to the entry before.
func (m *Menu) Up() { m.list.By(-1) }

// Down moves to the entry after.
func (m *Menu) Down() { m.list.By(1) }

// Point moves the cursor to the entry in a line that Rows drew, if there is one.
func (m *Menu) Point(line int) bool {
	hit, _ := m.list.Click(line)
	return hit
}

// Off says why the entry under the cursor cannot be taken, or "".
func (m *Menu) Off() string {
	if len(m.entries) == 0 {
		return "there is nothing to choose"
	}
	return m.entries[m.Index()].Off
}

// Rows draws at most limit entries around the cursor, in width cells. Without
// focus the entry under the cursor is marked, but not lit.
func (m *Menu) Rows(width, limit int, focused bool) []string {
	if limit <= 0 || width <= 0 {
		return nil
	}
	m.list.SetHeight(limit)
	parts := m.measure(width)
	lines := m.list.Lines(func(i int, is At) string { return m.row(m.entries[i], parts, width, is.Selected, focused) })
	return lines[:len(m.list.Visible())]
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
