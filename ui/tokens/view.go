package tokens

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// The columns of the list, in order.
const (
	colNumber = iota
	colState
	colLeft
	colLife
	colUser
	colApp
	colRole
	colIssued
)

// tokenColumns: state, time left, user and app are never dropped.
var tokenColumns = []widget.Flex{
	colNumber: {Title: "#", Width: 4, Drop: 1},
	colState:  {Title: "STATE", Width: 9},
	colLeft:   {Title: "LEFT", Width: 8},
	colLife:   {Title: "LIFE LEFT", Width: 10, Drop: 4},
	colUser:   {Title: "USER", Width: 18, Share: 3, Most: 34},
	colApp:    {Title: "APP", Width: 13, Share: 2, Most: 28},
	colRole:   {Title: "ROLE@ISSUE", Width: 10, Drop: 3},
	colIssued: {Title: "ISSUED", Width: 11, Share: 1, Most: 18, Drop: 2},
}

// columnsFor are tokenColumns with room for the longest number held.
func (t *List) columnsFor() []widget.Flex {
	cols := slices.Clone(tokenColumns)
	cols[colNumber].Width = max(cols[colNumber].Width, len(strconv.FormatInt(t.highest, 10)))
	return cols
}

// leadWidth is the room for the signs in front of a row: cursor and mark.
const leadWidth = 3

// listLayout says what of the screen belongs to what.
type listLayout struct {
	width  int // of the list
	head   int // lines above the first row
	rows   int // lines for rows
	pager  bool
	detail int // lines of detail below the list, its rule included; 0 = none
	side   bool
	widths []int
}

func (l listLayout) has(c int) bool { return l.widths[c] > 0 }

// explains reports whether there is room for all that is known of a token.
func (l listLayout) explains() bool { return l.side || l.detail >= 4 }

func (t *List) layout() listLayout {
	l := listLayout{width: t.w, head: 1}
	small := t.shell.Small()
	if t.w >= kit.SideWidth {
		l.side, l.width = true, min(kit.ListMost, t.w-kit.SidePanel-3)
	}
	if !small || t.typing || t.word != "" {
		l.head++
	}
	l.pager = !small
	switch {
	case small || l.side:
	case t.w < kit.NarrowWidth || t.h < 15:
		l.detail = 2
	case t.h < 22:
		l.detail = 5
	default:
		l.detail = 8
	}
	l.rows = t.h - l.head - l.detail
	if l.pager {
		l.rows--
	}
	l.rows = max(0, l.rows)
	l.widths = widget.Columns(l.width-leadWidth-1, t.columnsFor())
	return l
}

// View implements Screen.
func (t *List) View() (string, *tea.Cursor) {
	t.hide()
	l := t.layout()
	var lines []string
	var cursor *tea.Cursor
	if l.head > 1 {
		line, c := t.filterLine(l.width)
		lines, cursor = append(lines, line), c
	}
	lines = append(lines, t.headLine(l))
	lines = append(lines, t.rowLines(l)...)
	if l.pager {
		lines = append(lines, t.pagerLine(l))
	}
	if l.detail > 0 {
		lines = append(lines, t.detailLines(l)...)
	}
	list := strings.Join(lines, "\n")
	if !l.side {
		return list, cursor
	}
	return lipgloss.JoinHorizontal(lipgloss.Top, kit.Block(list, l.width, t.h), t.sideLines()), cursor
}

func (t *List) headLine(l listLayout) string {
	sorted := map[pat.Sort]int{pat.SortLeft: colLeft, pat.SortIssued: colIssued, pat.SortUser: colUser, pat.SortApp: colApp, pat.SortState: colState}[t.sort]
	cols, at := t.shownColumns(l, sorted)
	if h := &t.head; h.line == "" || at != h.at || !slices.Equal(cols, h.cols) {
		*h = head{cols, at, t.shell.Theme().Table.HeadLine(strings.Repeat(" ", leadWidth), cols, at)}
	}
	return t.head.line
}

// head is the line of titles as it was drawn last. A list keeps its theme.
type head struct {
	cols []widget.Column
	at   int
	line string
}

// shownColumns are the columns that were not dropped, and the place of one of them.
func (t *List) shownColumns(l listLayout, which int) ([]widget.Column, int) {
	cols, at := widget.Shown(tokenColumns, l.widths, which)
	if l.has(colNumber) { // numbers stand at the right of their column
		cols[0].Title = strings.Repeat(" ", cols[0].Width-1) + cols[0].Title
	}
	return cols, at
}

func (t *List) rowLines(l listLayout) []string {
	var lines []string
	switch {
	case t.problem != nil && t.list.Len() == 0:
		lines = t.problemLines(l)
	case t.loaded && t.list.Len() == 0:
		lines = t.emptyLines(l)
	default:
		cols, _ := t.shownColumns(l, -1)
		lines = t.list.Lines(func(r row, is widget.At) string { return t.rowLine(r.Token, cols, l, is) })
	}
	if len(lines) > l.rows {
		lines = lines[:l.rows]
	}
	for len(lines) < l.rows {
		lines = append(lines, "")
	}
	return lines
}

func (t *List) rowLine(r pat.Token, cols []widget.Column, l listLayout, is widget.At) string {
	th, now := t.shell.Theme(), t.shell.Now()
	st := r.State(now)
	ink := th.Row[st]
	urgency := th.Row[kit.InkState(r, now)]
	plain, second := th.Table.Cell, th.Table.Muted
	if over(st) {
		plain, second = th.Table.Past, th.Table.Past
	}
	lead := widget.Cell{Text: " ", Ink: plain, Tail: "  ", TailInk: plain}
	if is.Selected {
		lead.Text, lead.Ink, lead.TailInk = th.Glyphs.Cursor, th.Table.Cursor, th.Table.Cursor
	}
	if is.Marked {
		lead.Tail, lead.TailInk = th.Glyphs.Mark+" ", th.Table.Mark
	}
	timeInk := plain
	if kit.InkState(r, now) == pat.Urgent {
		timeInk = urgency
	}
	filled, empty := "", ""
	if l.has(colLife) && !over(st) && st != pat.Unsure && st != pat.Ended {
		filled, empty = widget.Bar(th.Glyphs.Bar, kit.ShareLeft(r, now), l.widths[colLife])
	}
	all := []widget.Cell{
		colNumber: {Text: fmt.Sprintf("%*d", l.widths[colNumber], r.ID), Ink: second},
		colState:  {Text: th.Glyphs.State[st] + " " + st.Word(), Ink: ink},
		colLeft:   {Text: kit.LeftOf(t.shell, r), Ink: timeInk},
		colLife:   {Text: filled, Ink: urgency, Tail: empty, TailInk: th.Table.Faint},
		colUser:   {Text: term.CleanWidth(kit.UserOf(r), l.widths[colUser]).String(), Ink: plain},
		colApp:    {Text: kit.AppCell(r, l.widths[colApp]), Ink: plain},
		colRole:   {Text: term.CleanWidth(kit.FirstOf(r.Role, "-"), max(1, l.widths[colRole])).String(), Ink: second},
		colIssued: {Text: term.CleanWidth(t.issuedWhen(r), max(1, l.widths[colIssued])).String(), Ink: second},
	}
	if filled == "" && empty == "" && l.has(colLife) {
		all[colLife] = widget.Cell{Text: "", Ink: second}
	}
	cells := make([]widget.Cell, 0, len(cols))
	for i, c := range all {
		if l.widths[i] > 0 {
			cells = append(cells, c)
		}
	}
	return th.Table.Line(lead, cells, cols, l.width, is.Selected)
}

// over reports whether nothing is to be expected of a token in this state.
func over(st pat.State) bool { return st == pat.Expired || st == pat.Failed }

// issuedWhen says when a token was issued and by whom, as shortly as it can.
func (t *List) issuedWhen(r pat.Token) string {
	at := r.Issued
	if at.IsZero() {
		at = r.Begun
	}
	l, n := at.In(t.shell.Zone()), t.shell.Now().In(t.shell.Zone())
	form := "2006-01"
	switch age := n.Sub(l); {
	case age < 20*time.Hour: // the time of day is not ambiguous yet
		form = "15:04"
	case age < 330*24*time.Hour: // neither is the day, also of last year
		form = "2 Jan"
	}
	return l.Format(form) + " " + kit.Who(t.shell, r)
}

// pagerLine says where in the list the screen is, and how many rows are marked.
func (t *List) pagerLine(l listLayout) string {
	th := t.shell.Theme()
	left := ""
	if n := t.list.Marked(); n > 0 {
		left = " " + th.Accent.Render(fmt.Sprintf("%s %d marked", th.Glyphs.Mark, n)) + th.Faint.Render("  "+kit.Name(t.shell.Keys().List.MarkAll)+" unmarks all")
	}
	if len(t.list.Visible()) == 0 {
		return left
	}
	if !t.Running() || t.detail.place == "" {
		t.detail.place = t.place()
	}
	return kit.Between(left, th.Faint.Render(t.detail.place)+" ", l.width)
}

// place says which of how many rows are on the screen.
func (t *List) place() string {
	text := t.list.Place(t.shell.Theme().ASCII)
	all := t.standing.Counts.Total
	if !t.failures {
		all -= t.standing.Counts.Failed
	}
	if t.word != "" && all > 0 {
		text += fmt.Sprintf(" (%s in all)", widget.Grouped(all))
	}
	if t.word == "" && !t.failures && t.standing.Counts.Failed > 0 {
		text += fmt.Sprintf(", %s failed (%s shows)", widget.Grouped(t.standing.Counts.Failed), kit.Name(t.shell.Keys().List.Failed))
	}
	if t.word == "" && t.standing.Elsewhere > 0 {
		text += ", " + pat.ElsewhereWords(t.standing.Elsewhere)
	}
	return text
}

// emptyLines say what can be done when there is no row.
func (t *List) emptyLines(l listLayout) []string {
	th, k := t.shell.Theme(), t.shell.Keys()
	doctor, _ := k.Tab(kit.Doctor{})
	head, lines := "No tokens yet.", [][2]string{
		{k.List.New.Help().Key, "issues the first one, for a user and an app"},
		{doctor.Key.Help().Key, "looks whether the server is ready for it"},
		{k.Global.Help.Help().Key, "shows all keys"},
	}
	if t.standing.Counts.Failed > 0 && !t.failures {
		lines = append(lines, [2]string{kit.Name(k.List.Failed), "shows what failed (" + widget.Grouped(t.standing.Counts.Failed) + ")"})
	}
	if t.standing.Elsewhere > 0 {
		lines = append(lines, [2]string{kit.Name(k.Global.Profiles), "goes to another server: " + pat.ElsewhereWords(t.standing.Elsewhere)})
	}
	if t.word != "" {
		head, lines = "Nothing matches this filter.", [][2]string{
			{kit.Name(k.List.ClearFilter), "clears it"},
			{kit.Name(k.List.Filter), "user: app: state: left:<1h role: by: or any word; ! in front excludes"},
			{"", "states: ok soon urgent ended (as documented, may live on: ENDED?) older unsure drift expired failed"},
		}
	}
	out := []string{"", "   " + th.Bold.Render(head), ""}
	for _, line := range lines {
		out = append(out, "   "+kit.Fit(th.Footer.Key.Render(line[0]), 5)+th.Muted.Render(ansi.Truncate(line[1], max(1, l.width-10), th.Glyphs.Ellipsis)))
	}
	return out
}

// kit.ProblemLines say why there is no list.
func (t *List) problemLines(l listLayout) []string {
	th, x := t.shell.Theme(), pat.Explain(t.problem)
	out := []string{"", "   " + th.Bad.Render(term.CleanWidth(x.Title, max(1, l.width-6)).String()), ""}
	for _, s := range []string{x.Cause, x.NextOn(pat.Console) + ", then " + t.shell.Keys().List.Refresh.Help().Key + "."} {
		for _, w := range widget.Wrap(term.Clean(s).String(), max(10, l.width-6)) {
			out = append(out, "   "+th.Muted.Render(w))
		}
	}
	return out
}

// leastUrgent is the room that the count of what is urgent has beside that of what
// is live, in cells: " · 12 urgent".
const leastUrgent = 12

// Summary implements kit.Summary: how many tokens are in which state, most pressing
// first, as far as there is room.
func (t *List) Summary(width int) string {
	th := t.shell.Theme()
	if t.counted.IsZero() {
		return ""
	}
	live := widget.Grouped(t.standing.Counts.Live) + " live"
	if t.standing.Counts.Older > 0 {
		older := ", " + widget.Grouped(t.standing.Counts.Older) + " of them older"
		if len(live)+len(older)+leastUrgent <= width {
			live += older
		}
	}
	line := ""
	for _, p := range []struct {
		n     int64
		word  string
		style lipgloss.Style
	}{
		{t.standing.Counts.Urgent, "urgent", th.State[pat.Urgent]},
		{t.standing.Counts.Soon, "soon", th.State[pat.Soon]},
		{t.standing.Counts.Drift, "drift", th.State[pat.Drift]},
		{t.standing.Counts.Ended, "ended?", th.State[pat.Ended]},
		{t.standing.Counts.Unsure, "unsure", th.State[pat.Unsure]},
	} {
		if p.n == 0 {
			continue
		}
		more := th.Faint.Render(" "+th.Glyphs.Sep+" ") + p.style.Render(widget.Grouped(p.n)+" "+p.word)
		if len(live)+term.Width(line)+term.Width(more) > width {
			break
		}
		line += more
	}
	return th.Text.Render(live) + line
}
