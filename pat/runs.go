package pat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"patdesk/history"
)

// What the history keeps of runs.
type (
	// RunKind is what a run is for.
	RunKind = history.RunKind
	// RunHead is a run as the history knows it.
	RunHead = history.Run
)

// The kinds of runs.
const (
	RunRole    = history.RunRole
	RunReissue = history.RunReissue
	RunBulk    = history.RunBulk
)

// place is the place of a request in a run.
type place struct {
	run string
	row int
}

type placeKey struct{}

// withRun marks a context as that of a task of a run.
func withRun(ctx context.Context, p place) context.Context {
	return context.WithValue(ctx, placeKey{}, p)
}

// placeOf is the place of a request in its run, zero for one of its own.
func placeOf(ctx context.Context) place {
	p, _ := ctx.Value(placeKey{}).(place)
	return p
}

// Record writes a run down, before the first of its requests: what is cut off
// goes on from there. Once is enough. Error: history.Error; nothing was sent.
func (i *Issuer) Record(ctx context.Context, r *Run) error {
	if r.kept != nil {
		return nil
	}
	rows := make([]history.RunRow, len(r.Plan))
	for n, t := range r.Plan {
		rows[n] = history.RunRow{
			Action: string(t.Action), User: first(t.Request.User, t.User), UserWord: t.User, App: t.Request.App, AppWord: t.App, AppID: t.AppID,
			UserID: first(t.Change.UserID, t.Request.UserID), WorkspaceID: t.Change.WorkspaceID, Workspace: t.Change.Workspace, Role: t.Change.Role, WasRole: t.Change.Was,
			Life: t.Request.Life, IdleMinutes: int64(t.Request.Idle / time.Minute), Note: t.Request.Note,
		}
	}
	err := i.History.BeginRun(ctx, RunHead{ID: r.ID, Kind: r.Kind, Server: i.Server()}, rows)
	if err == nil {
		r.kept, r.common = i.History, i.commonPace()
	}
	return i.stage(StageIssue, "", "", err)
}

// Waiting are the runs of this server that have rows which were never sent, the
// newest first. Error: history.Error.
func (i *Issuer) Waiting(ctx context.Context) ([]RunHead, error) {
	return i.History.Runs(ctx, i.Server())
}

// WaitingWords tell of runs that wait, for a face to say behind them how one goes on. One
// that another process carries out right now is among them.
func WaitingWords(n int) string {
	if n == 1 {
		return "1 run is not finished"
	}
	return Plural(n, "run") + " are not finished"
}

// Resume takes a run up again: the rows that were never sent, and those that were
// surely refused. What may have been done is done again only if unknownToo is
// set. Before tokens follow a change of role, the role is read back again. An empty id
// means the newest run that waits, the beginning of one the run that it names. Errors: Problem with the row run, history.Error,
// InvalidError.
func (i *Issuer) Resume(ctx context.Context, id string, unknownToo bool) (*Run, error) {
	id, err := i.runID(ctx, id)
	if err != nil {
		return nil, err
	}
	head, rows, err := i.History.GetRun(ctx, id)
	switch {
	case errors.Is(err, history.ErrNotFound):
		return nil, &Problem{ID: IDNoSuchRun, Cause: fmt.Sprintf("the history has no run %s", id)}
	case err != nil:
		return nil, err
	case head.Server != i.Server():
		return nil, &Problem{ID: IDNoSuchRun, Cause: fmt.Sprintf("this run belongs to %s, and the profile to %s", head.Server, i.Server())}
	}
	plan, err := i.left(ctx, rows, unknownToo)
	if err != nil {
		return nil, err
	}
	if len(plan) == 0 {
		cause := "nothing of this run waits"
		if head.Unknown > 0 {
			cause += fmt.Sprintf("; the outcome of %d is unknown, and what may exist is sent again only with --reissue-unknown", head.Unknown)
		}
		return nil, &Problem{ID: IDNoSuchRun, Cause: cause}
	}
	return &Run{ID: id, Kind: head.Kind, Plan: plan, Pace: NewPace(0), kept: i.History, common: i.commonPace()}, nil
}

// commonPace is that of all runs at this server in this process; nil if it is shared with
// nobody.
func (i *Issuer) commonPace() *Pace {
	if i.shared == nil {
		return nil
	}
	return &i.shared.pace
}

// runID is the id of the run that is meant.
func (i *Issuer) runID(ctx context.Context, id string) (string, error) {
	if IsID(id) {
		return strings.ToLower(id), nil
	}
	all, err := i.Waiting(ctx)
	if err != nil {
		return "", err
	}
	all = slices.DeleteFunc(all, func(r RunHead) bool { return !strings.HasPrefix(r.ID, strings.ToLower(id)) })
	switch {
	case len(all) == 0 && id == "":
		return "", &Problem{ID: IDNoSuchRun, Cause: "no run of this server waits"}
	case len(all) == 0:
		return "", &Problem{ID: IDNoSuchRun, Cause: "no run of this server that waits has an id which begins so"}
	case len(all) > 1 && id != "":
		return "", &Problem{ID: IDNoSuchRun, Cause: fmt.Sprintf("%d runs have an id that begins so", len(all))}
	}
	return all[0].ID, nil
}

// Drop keeps a run out of those that wait; what it did stays. Errors: Problem with the
// row run, history.Error.
func (i *Issuer) Drop(ctx context.Context, id string) error {
	if err := i.permit(ctx, RoleIssue, "drop a run"); err != nil {
		return err
	}
	id, err := i.runID(ctx, id)
	if err != nil {
		return err
	}
	if err = i.History.EndRun(ctx, id); errors.Is(err, history.ErrNotFound) {
		return &Problem{ID: IDNoSuchRun, Cause: "the history has no run " + id}
	}
	return err
}

// left are the tasks of the rows of a run that are to be done.
func (i *Issuer) left(ctx context.Context, rows []history.RunRow, unknownToo bool) ([]Task, error) {
	var plan []Task
	needed := false
	for _, r := range rows {
		open := r.State == history.RowWaits || r.State == history.RowFailed || r.State == history.RowUnknown && unknownToo
		var t Task
		var err error
		switch Action(r.Action) {
		case ActRole:
			needed = true
			t = i.roleTask(r.UserWord, changeOf(r))
		case ActReadBack:
			open = true // what was true then may not be now
			t = i.readBackTask(r.UserWord, changeOf(r))
		case ActIssue:
			if open {
				t, err = i.rowTask(ctx, r)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", r.Row, err)
		}
		t.Row, t.Needed = r.Row, needed
		if open {
			plan = append(plan, t)
		}
	}
	if len(plan) == 1 && plan[0].Action == ActReadBack && rows[plan[0].Row-1].State == history.RowOK {
		return nil, nil
	}
	return plan, nil
}

func changeOf(r history.RunRow) RoleChange {
	return RoleChange{UserID: r.UserID, WorkspaceID: r.WorkspaceID, Workspace: r.Workspace, Role: r.Role, Was: r.WasRole}
}

// rowTask asks for the token of a row of a run.
func (i *Issuer) rowTask(ctx context.Context, r history.RunRow) (Task, error) {
	req := Request{
		User: r.User, UserID: r.UserID, App: r.App, Life: r.Life, Idle: time.Duration(r.IdleMinutes) * time.Minute, Note: r.Note,
		Again: true, AfterUnknown: r.State == history.RowUnknown,
	}
	if r.AppWord != r.App && IsID(r.App) && !strings.HasSuffix(r.AppWord, ")") { // more than the name, see AppOf
		req.Names.AppName = r.AppWord
	}
	t, err := i.issueTask(ctx, req)
	t.User, t.App, t.AppID = r.UserWord, r.AppWord, r.AppID
	return t, err
}

// issueTask asks for a token, after a check and a look at what lives of the pair.
func (i *Issuer) issueTask(ctx context.Context, req Request) (Task, error) {
	if err := i.Check(req); err != nil {
		return Task{}, err
	}
	if err := i.permitIssue(ctx, req); err != nil {
		return Task{}, err
	}
	alive, err := i.LivePair(ctx, req.User, req.App)
	if err != nil {
		return Task{}, i.stage(StageIssue, req.User, req.App, err)
	}
	return Task{
		Action: ActIssue, User: req.User, App: req.App, Request: req, Life: req.Life, Alive: alive,
		Do: func(ctx context.Context) (Grant, error) { return i.Issue(ctx, req) },
	}, nil
}

// RunsView is a run that waits, as --json prints it.
type RunsView struct {
	Run     string    `json:"run"`
	BegunAt time.Time `json:"begun_at"`
	By      string    `json:"by"`
	Total   int       `json:"total"`
	Done    int       `json:"done"`
	Failed  int       `json:"failed"`
	Unknown int       `json:"unknown"`
	Waiting int       `json:"waiting"`
}

// RunsViewOf describes a run.
func RunsViewOf(r RunHead) RunsView {
	return RunsView{
		Run: r.ID, BegunAt: r.Begun.UTC().Truncate(time.Second), By: ActorOf(Event{Actor: r.By, On: r.Machine}),
		Total: r.Total, Done: r.Done, Failed: r.Failed, Unknown: r.Unknown, Waiting: r.Waiting,
	}
}
