package plan

import (
	"context"
	"encoding/csv"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// resultActions are what can be done with the rows of a run that is over.
func (p *Plan) resultActions() []kit.Action {
	k := p.shell.Keys()
	list := []kit.Action{
		{Key: kit.WithDesc(k.List.Sort, "write the result"), Title: "Write the result into a private CSV file, tokens masked", Hint: 6, Run: p.writeResult, Local: true},
		{Key: kit.WithDesc(k.Token.Note, "errors only"), Title: "Only the rows that are not ok, or all", Hint: 7, Run: p.turnFaults, Why: p.whyNoFaults},
		{Key: k.Run.Unknown, Title: "Send again what may have been done", Hint: 8, Run: p.unknownToo, Why: p.whyNotUnknown},
	}
	for i, a := range list {
		if a.Why != nil && a.Why() != "" {
			list[i].Hint = 0
		}
	}
	return list
}

func (p *Plan) whyNoFaults() string {
	if len(p.faults()) == 0 {
		return "Every row is ok."
	}
	return ""
}

func (p *Plan) whyNotUnknown() string {
	if p.tally.Unknown == 0 {
		return "No outcome is unknown."
	}
	return ""
}

// longestCell is how much of a text a cell of the result takes.
const longestCell = 4000

// writeResult writes what became of each row into a new private file.
func (p *Plan) writeResult() tea.Cmd {
	var text strings.Builder
	w := csv.NewWriter(&text)
	_ = w.Write(pat.ResultHead()) // writing into memory cannot fail
	for _, s := range p.steps {
		cells := pat.ResultCells(s, s.Grant.Secrets.Token.Mask())
		for n, c := range cells {
			cells[n] = pat.NoFormula(term.CleanWidth(c, longestCell).String())
		}
		_ = w.Write(cells)
	}
	w.Flush()
	ctx, content := p.shell.Context(), secret.New(text.String())
	return func() tea.Msg {
		file := term.NewClipboard(term.ClipboardOptions{Mode: term.ModeFile}) // never cleared, so it stays
		done, err := file.Copy(context.WithoutCancel(ctx), content)
		return kit.WroteMsg{What: "Result", Path: done.File, Err: err}
	}
}

// faults are the numbers of the rows that are not ok.
func (p *Plan) faults() []int {
	var rows []int
	for n, s := range p.steps {
		if s.State != pat.StepOK {
			rows = append(rows, n)
		}
	}
	return rows
}

// turnFaults shows only the rows that are not ok, or all.
func (p *Plan) turnFaults() tea.Cmd {
	p.faultsOnly = !p.faultsOnly
	p.view.First()
	return nil
}

// shownRows are the numbers of the rows that are shown.
func (p *Plan) shownRows() []int {
	if p.faultsOnly && !p.going && p.run != nil {
		return p.faults()
	}
	rows := make([]int, len(p.tasks()))
	for n := range rows {
		rows[n] = n
	}
	return rows
}

// unknownToo plans the rest of this run with what may have been done.
func (p *Plan) unknownToo() tea.Cmd {
	rest := kit.ResumedRun{ID: p.run.ID, UnknownToo: true}
	return p.shell.Ask(unknownQuestion(p.tally.Unknown), func() tea.Cmd { return p.shell.Replace(p, rest) })
}

// unknownQuestion is what is asked before what may have been done is planned again.
func unknownQuestion(n int) kit.Question {
	return kit.Question{
		Title: fmt.Sprintf("Plan %s with an unknown outcome again?", kit.PluralOf(n, "request")), Yes: "Plan them", Danger: true,
		Lines: []string{"Each may have made a token that nobody holds, or changed a role. A second token for the same pair does not end the first. The plan is shown before anything is sent."},
	}
}
