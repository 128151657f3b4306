package tokens

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// Actions implements Screen.
func (t *List) Actions() []kit.Action {
	if t.typing {
		return t.filterActions()
	}
	k, l := t.shell.Keys().Token, t.shell.Keys().List
	reissue, url, iframe, after := k.Reissue, kit.WithDesc(k.URL, "copy"), k.IFrame, 40
	if t.list.Marked() > 0 {
		reissue, url, iframe, after = kit.WithDesc(reissue, "re-issue marked"), kit.WithDesc(url, "copy marked"), kit.WithDesc(iframe, "iframes"), 55
	}
	list := []kit.Action{
		{Key: l.Open, Title: "Open the token", Run: t.open, Why: t.needsRow},
		{Key: l.New, Title: "New token", Hint: 10, Run: func() tea.Cmd { return t.shell.Go(kit.NewToken{}) }},
		{Key: reissue, Title: "Re-issue with the same settings", Hint: 20, Run: t.reissue, Why: t.needsRow},
		{Key: k.Role, Title: "Change the role of this person", Hint: 68, Run: t.with(kit.ChangeRole), Why: t.needsRow},
		{Key: url, Title: "Copy the embed URL", Hint: 30, Run: t.copying("url"), Why: t.needsTexts},
		{Key: iframe, Title: "Copy the iframe snippet", Hint: after, Run: t.copying("iframe"), Why: t.needsTexts},
		{Key: k.Token, Title: "Copy the token", Run: t.copying("token"), Why: t.needsText},
		{Key: k.CopyMenu, Title: "Copy as", Run: t.with(func(s kit.Shell, sel pat.Token) tea.Cmd { return s.Go(kit.CopyMenuOf{Token: sel}) }), Why: t.needsText},
		{Key: k.Reveal, Title: "Reveal the token for 10 seconds", Hint: 70, Run: t.reveal, Why: t.needsText},
		{Key: k.Preview, Title: "Preview in the browser", Hint: 66, Run: t.with(func(s kit.Shell, sel pat.Token) tea.Cmd { return s.Go(kit.PreviewOf{Token: sel}) }), Why: t.needsPreview, Local: true},
		{Key: k.Verify, Title: "Verify with ToolJet", Hint: 60, Run: t.with(kit.Verify), Why: t.needsText},
		{Key: k.Note, Title: "Edit the note", Run: t.editNote, Why: t.needsRow},
		{Key: t.shell.Keys().Users.Person, Title: "The person of this token", Run: t.with(func(s kit.Shell, sel pat.Token) tea.Cmd { return s.Go(kit.PersonOf{User: kit.UserOf(sel)}) }), Why: t.needsRow},
		{Key: l.Mark, Title: "Mark this row", Hint: 65, Run: t.markRow, Why: t.needsRow},
		{Key: l.MarkDown, Run: t.markMove(1)},
		{Key: l.MarkUp, Run: t.markMove(-1)},
		{Key: l.MarkAll, Title: "Mark all rows, or none", Run: t.markAll},
		{Key: l.Filter, Title: "Filter", Hint: 50, Run: t.startFilter},
		{Key: l.Sort, Title: "Next order", Run: t.nextSort},
		{Key: l.Reverse, Title: "Reverse the order", Run: t.turn},
		{Key: l.Failed, Title: "Show or hide what failed", Run: t.turnFailed},
		{Key: l.Refresh, Title: "Compare with what the server says now", Run: t.compare},
	}
	if t.word != "" {
		list = append(list, kit.Action{Key: kit.WithDesc(l.ClearFilter, "clear filter"), Title: "Clear the filter", Hint: 5, Run: t.clearFilter})
	}
	return t.holding(append(list, t.moves()...))
}

// filterActions are what can be done while the filter has the focus.
func (t *List) filterActions() []kit.Action {
	l, m := t.shell.Keys().List, t.shell.Keys().Move
	return []kit.Action{
		{Key: kit.WithDesc(l.KeepFilter, "keep"), Hint: 10, Run: t.keepFilter},
		{Key: kit.WithDesc(l.ClearFilter, "clear"), Hint: 20, Run: t.clearFilter},
		{Key: l.Refresh, Run: t.compare},
		{Key: m.Up, Hint: 30, Run: t.by(-1)},
		{Key: m.Down, Hint: 40, Run: t.by(1)},
		{Key: m.PageUp, Run: t.page(-1, 1)},
		{Key: m.PageDown, Run: t.page(1, 1)},
	}
}

func (t *List) moves() []kit.Action {
	m := t.shell.Keys().Move
	return append(kit.StepActions(t.shell.Keys(), t.list, t.moved),
		kit.Action{Key: m.Top, Run: t.first},
		kit.Action{Key: m.Bottom, Run: t.last},
	)
}

func (t *List) by(n int) func() tea.Cmd { return func() tea.Cmd { return t.move(n) } }

// page moves by a screen, or a part of one.
func (t *List) page(sign, part int) func() tea.Cmd {
	return func() tea.Cmd {
		t.list.Page(sign, part)
		return t.moved()
	}
}

func (t *List) with(f func(kit.Shell, pat.Token) tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		if sel, ok := t.selected(); ok {
			return f(t.shell, sel)
		}
		return nil
	}
}

// copying copies a snippet of the token under the cursor, or one of each marked row.
func (t *List) copying(kind string) func() tea.Cmd {
	if t.list.Marked() == 0 {
		return t.with(func(s kit.Shell, sel pat.Token) tea.Cmd { return kit.CopyAs(s, sel, kind) })
	}
	return func() tea.Cmd {
		ids, now := slices.Sorted(t.list.Marks()), t.shell.Now()
		q := pat.Query{Filter: pat.Filter{IDs: ids, Server: t.shell.Issuer().Server()}, Sort: t.sort, Reverse: t.reverse, Now: now, Limit: len(ids)}
		return loadMarked(t.ctx, t.shell.Issuer(), q, kind)
	}
}

// reissue asks for a new token for the row under the cursor, or opens the plan of
// the marked ones.
func (t *List) reissue() tea.Cmd {
	if t.list.Marked() == 0 {
		return t.with(func(s kit.Shell, sel pat.Token) tea.Cmd {
			if t.pair.id != sel.ID {
				return kit.Reissue(s, sel)
			}
			return kit.Reissue(s, sel, kit.OthersAlive(t.pair.alive, s.Now(), s.Zone())...)
		})()
	}
	return t.shell.Go(kit.PlanOf{IDs: slices.Sorted(t.list.Marks())})
}

func (t *List) open() tea.Cmd {
	return t.with(func(s kit.Shell, sel pat.Token) tea.Cmd { return s.Go(kit.TokenOf{Token: sel}) })()
}

// needsRow and needsText say why an Action on the token under the cursor cannot act.
func (t *List) needsRow() string {
	switch _, ok := t.selected(); {
	case ok:
		return ""
	case t.word != "":
		return "No token matches the filter. " + kit.Name(t.shell.Keys().List.ClearFilter) + " clears it."
	default:
		return "There is no token yet. " + kit.Name(t.shell.Keys().List.New) + " issues one."
	}
}

func (t *List) needsText() string {
	if why := t.needsRow(); why != "" {
		return why
	}
	sel, _ := t.selected()
	return kit.WhyNoText(t.shell.Keys(), sel)
}

// needsTexts is needsText for what concerns the marked rows where there are some.
func (t *List) needsTexts() string {
	if t.list.Marked() > 0 {
		return ""
	}
	return t.needsText()
}

// needsPreview says why the token cannot be shown in a browser, or "".
func (t *List) needsPreview() string {
	if why := t.needsRow(); why != "" {
		return why
	}
	sel, _ := t.selected()
	return kit.WhyNoPreview(t.shell, sel)
}

// revealing is a token that a person asked to read. It is hidden again after ten
// seconds, when the cursor moves on, and when the window loses the focus.
type revealing struct {
	id    int64
	text  pat.Secrets
	until time.Time // on the server's clock
}

func (t *List) reveal() tea.Cmd {
	sel, ok := t.selected()
	if !ok {
		return nil
	}
	if t.shown.id == sel.ID {
		t.shown = revealing{}
		return nil
	}
	t.shown = revealing{id: sel.ID}
	return kit.RevealToken(t.ctx, t.shell.Issuer(), sel.ID)
}

// revealed takes the text of the token that was asked for.
func (t *List) revealed(m kit.SecretsMsg) {
	if m.ID != t.shown.id || !t.shown.until.IsZero() || !t.onTop() {
		return
	}
	if m.Err != nil {
		t.shown = revealing{}
		x := pat.Explain(m.Err)
		t.shell.Say(kit.LevelBad, x.Title+": "+x.Cause+". "+x.Next+".")
		return
	}
	t.detail.id = m.ID
	t.shown.text, t.shown.until = m.Secrets, t.shell.Now().Add(kit.RevealFor)
}

// hide forgets the token that was shown, if its time is over or it is not the one
// under the cursor any more.
func (t *List) hide() {
	if t.shown.id == 0 {
		return
	}
	sel, ok := t.selected()
	late := !t.shown.until.IsZero() && !t.shell.Now().Before(t.shown.until)
	if !ok || sel.ID != t.shown.id || late || t.shell.Blurred() {
		t.shown = revealing{}
	}
}

// editNote opens the note of the token under the cursor.
func (t *List) editNote() tea.Cmd {
	sel, ok := t.selected()
	if !ok {
		return nil
	}
	return t.shell.Go(kit.NoteOf{Token: sel})
}

// Click puts the cursor on a row, and opens the row that has it already.
func (t *List) Click(x, y int) tea.Cmd {
	l := t.layout()
	if x >= l.width {
		return nil
	}
	switch hit, again := t.list.Click(y - l.head); {
	case again:
		return t.open()
	case hit:
		return t.moved()
	}
	return nil
}

// Wheel implements Wheeler.
func (t *List) Wheel(lines int) tea.Cmd { return t.move(lines) }
