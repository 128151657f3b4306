package plan

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// Runs is the list of the runs that were cut off and wait.
type Runs struct {
	shell   kit.Shell
	ctx     context.Context
	list    *widget.List[string, pat.RunHead]
	read    bool
	problem error
	w, h    int
}

// NewRuns lists the runs of the server that wait.
func NewRuns(s kit.Shell) *Runs {
	return &Runs{shell: s, list: widget.NewList(func(r pat.RunHead) string { return r.ID })}
}

// runsMsg are the runs that wait.
type runsMsg struct {
	runs []pat.RunHead
	err  error
}

func readRuns(ctx context.Context, i *pat.Issuer) tea.Cmd {
	return func() tea.Msg {
		runs, err := i.Waiting(ctx)
		return runsMsg{runs, err}
	}
}

// dropRun keeps a run out of the list and reads it anew.
func dropRun(ctx context.Context, i *pat.Issuer, id string) tea.Cmd {
	return func() tea.Msg {
		if err := i.Drop(ctx, id); err != nil {
			return runsMsg{err: err}
		}
		runs, err := i.Waiting(ctx)
		return runsMsg{runs, err}
	}
}

// Title implements Screen.
func (r *Runs) Title() string { return "Runs that wait" }

// Typing implements Screen.
func (r *Runs) Typing() bool { return false }

// SetSize implements Screen.
func (r *Runs) SetSize(w, h int) {
	r.w, r.h = w, h
	r.list.SetHeight(max(1, h-4))
}

// Init implements Screen.
func (r *Runs) Init(ctx context.Context) tea.Cmd {
	r.ctx = ctx
	return readRuns(ctx, r.shell.Issuer())
}

// Update implements Screen.
func (r *Runs) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case runsMsg:
		r.read, r.problem = true, m.err
		if m.err == nil {
			r.list.SetAll(m.runs)
		}
		return func() tea.Msg { return kit.RunsMsg{Waiting: len(m.runs)} }
	case kit.RanMsg:
		return readRuns(r.ctx, r.shell.Issuer())
	}
	return nil
}

// Actions implements Screen.
func (r *Runs) Actions() []kit.Action {
	k := r.shell.Keys()
	return append([]kit.Action{
		{Key: kit.WithDesc(k.List.Open, "go on with it"), Title: "Go on with this run", Hint: 10, Run: r.open, Why: r.none},
		{Key: k.Run.Drop, Title: "Drop this run", Hint: 20, Run: r.drop, Why: r.none},
		{Key: k.Run.Unknown, Title: "Go on, and send again what may have been done", Hint: 30, Run: r.unknownToo, Why: r.noUnknown},
	}, kit.MoveActions(k, r.list, nil)...)
}

func (r *Runs) none() string {
	if r.list.Len() == 0 {
		return "No run waits."
	}
	return ""
}

func (r *Runs) noUnknown() string {
	if run, ok := r.list.Selected(); ok && run.Unknown == 0 {
		return "No outcome of this run is unknown."
	}
	return r.none()
}

// unknownToo plans the rest of a run with what may have been done.
func (r *Runs) unknownToo() tea.Cmd {
	run, _ := r.list.Selected()
	return r.shell.Ask(unknownQuestion(run.Unknown), func() tea.Cmd { return r.shell.Go(kit.ResumedRun{ID: run.ID, UnknownToo: true}) })
}

func (r *Runs) open() tea.Cmd {
	run, _ := r.list.Selected()
	return r.shell.Go(kit.ResumedRun{ID: run.ID})
}

func (r *Runs) drop() tea.Cmd {
	run, _ := r.list.Selected()
	q := kit.Question{
		Title: "Drop this run?", Yes: "Drop",
		Lines: []string{fmt.Sprintf("%s of it will not be sent. What it did stays as it is.", kit.PluralOf(run.Waiting, "request"))},
	}
	return r.shell.Ask(q, func() tea.Cmd { return dropRun(r.ctx, r.shell.Issuer(), run.ID) })
}

// kindWords are what runs are for, in words.
func kindWords(k pat.RunKind) string {
	switch k {
	case pat.RunRole:
		return "role change"
	case pat.RunReissue:
		return "re-issue"
	case pat.RunBulk:
	}
	return "list"
}

// View implements Screen.
func (r *Runs) View() (string, *tea.Cursor) {
	th := r.shell.Theme()
	switch {
	case r.problem != nil:
		x := pat.Explain(r.problem)
		return kit.Block("\n"+kit.JoinLines(kit.ProblemLines(th, x, r.w-2, string(x.ID))), r.w, r.h), nil
	case r.read && r.list.Len() == 0:
		return kit.Block("\n  "+th.Muted.Render("No run waits: everything that was begun is done."), r.w, r.h), nil
	}
	by := func(who string) string {
		if r.w < kit.NarrowWidth {
			return ""
		}
		return "  " + term.CleanWidth(who, max(1, r.w-60)).String()
	}
	lines := []string{"", th.Muted.Render(kit.Fit("    BEGUN         WHAT         DONE FAILED UNSURE  LEFT"+by("BY"), r.w))}
	lines = append(lines, r.list.Lines(func(run pat.RunHead, at widget.At) string {
		sign, style := "  ", th.Text
		if at.Selected {
			sign, style = th.Glyphs.Cursor+" ", th.Bold
		}
		v := pat.RunsViewOf(run)
		return style.Render(kit.Fit(fmt.Sprintf("  %s%-13s %-12s %4d %6d %6d %5d%s", sign,
			kit.ClockTime(run.Begun, r.shell.Local(), r.shell.Zone()), kindWords(run.Kind), v.Done, v.Failed, v.Unknown, v.Waiting, by(v.By)), r.w))
	})...)
	return kit.Block(kit.JoinLines(lines), r.w, r.h), nil
}
