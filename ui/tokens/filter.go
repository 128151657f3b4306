package tokens

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// typingPause is how long the filter waits for the next key before it asks. What
// is being asked is stopped by that key at once.
const typingPause = 15 * time.Millisecond

// startFilter gives the focus to the filter.
func (t *List) startFilter() tea.Cmd {
	t.typing = true
	t.field.Focus()
	t.settle()
	return nil
}

// typed reads what was typed and asks for its rows. What cannot be read is told
// beside the field, and the rows stay as they are.
func (t *List) typed() tea.Cmd {
	f, err := pat.ParseFilter(t.field.Value())
	if err != nil {
		t.badWord = err.Error()
		return nil
	}
	t.badWord = ""
	t.filter, t.word = f, strings.TrimSpace(t.field.Value())
	t.share()
	return t.ask(request{kind: requestFirst, wait: typingPause})
}

// keepFilter gives the focus back to the list.
func (t *List) keepFilter() tea.Cmd {
	if t.badWord != "" {
		t.field.SetValue(t.word)
		t.badWord = ""
	}
	t.typing = false
	t.field.Blur()
	t.settle()
	if t.unread() { // nobody types on: it need not wait
		return t.ask(request{kind: requestFirst})
	}
	return nil
}

// clearFilter shows all rows again; the cursor stays on its token.
func (t *List) clearFilter() tea.Cmd {
	had := t.word != ""
	t.dropFilter()
	if !had {
		return nil
	}
	return t.refresh()
}

// dropFilter forgets the filter. The rows are to be read anew.
func (t *List) dropFilter() {
	t.field.SetValue("")
	t.typing, t.badWord, t.word, t.filter = false, "", "", pat.Filter{}
	t.share()
	t.field.Blur()
	t.settle()
}

// share lets the timeline have the filter.
func (t *List) share() { t.shell.Choice().Word, t.shell.Choice().Filter = t.word, t.filter }

// filterLine is the filter, and the order at its right.
func (t *List) filterLine(w int) (string, *tea.Cursor) {
	th := t.shell.Theme()
	order := th.Muted.Render("sort ") + th.Text.Render(t.orderWords()) + " "
	if t.badWord != "" {
		order = th.Bad.Render(term.CleanWidth(t.badWord, max(10, w*2/3)).String()) + " "
	}
	if !t.typing && t.word == "" {
		key := t.shell.Keys().List.Filter.Help().Key
		try := widget.FitWords(w-kit.Width(order)-kit.Width(key)-4,
			"filter: user:ana  app:orders  state:soon  left:<1h  !word", "filter: user:ana  left:<1h  !word", "filter")
		return kit.Between(" "+th.Footer.Key.Render(key)+" "+th.Form.Placeholder.Render(try), order, w), nil
	}
	key := kit.Name(t.shell.Keys().List.Filter)
	field, x := t.field.View(max(8, w-kit.Width(order)-5-kit.Width(key)))
	line := kit.Between(" "+th.Footer.Key.Render(key)+" "+field, order, w)
	if !t.typing {
		return line, nil
	}
	return line, tea.NewCursor(x+2+kit.Width(key), 0)
}

// orderWords names the order: what comes first when it is not turned round.
func (t *List) orderWords() string {
	name := map[pat.Sort]string{
		pat.SortLeft: "time left", pat.SortIssued: "newest", pat.SortUser: "user", pat.SortApp: "app", pat.SortState: "state",
	}[t.sort]
	arrow := t.shell.Theme().Glyphs.Down
	if t.reverse {
		arrow = t.shell.Theme().Glyphs.Up
	}
	return name + " " + arrow
}

// markRow marks the row under the cursor, or takes the mark away.
func (t *List) markRow() tea.Cmd {
	t.list.Toggle()
	return t.move(1)
}

// markMove marks the row under the cursor and moves on.
func (t *List) markMove(n int) func() tea.Cmd {
	return func() tea.Cmd {
		t.list.MarkMove(n)
		return t.moved()
	}
}

// mostMarks bounds what "all" marks.
const mostMarks = 10000

// markAll marks all rows of the filter, or takes all marks away if there are any.
func (t *List) markAll() tea.Cmd {
	if t.list.Marked() > 0 {
		t.list.UnmarkAll()
		return nil
	}
	return listIDs(t.ctx, t.shell.Issuer(), t.seq, t.query, mostMarks)
}

func (t *List) marked(m markedMsg) {
	if m.seq != t.seq || m.err != nil {
		return
	}
	t.list.Mark(m.ids...)
	if len(m.ids) == mostMarks {
		t.shell.Say(kit.LevelWarn, fmt.Sprintf("Only the first %d rows are marked.", mostMarks))
	}
}
