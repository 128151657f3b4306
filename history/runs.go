package history

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// ErrRowTaken is returned by Begin for a row of a run whose token was issued, is
// being asked for, or may exist.
var ErrRowTaken = errors.New("this row of the run was sent already")

// RunKind is what a run is for.
type RunKind string

// The kinds of runs.
const (
	RunRole    RunKind = "role"
	RunReissue RunKind = "reissue"
	RunBulk    RunKind = "bulk"
)

// RowState is what became of a row of a run.
type RowState string

// The states of a RunRow. A row for a token has that of the newest request for it.
const (
	RowWaits   RowState = ""
	RowUnknown RowState = "unknown"
	RowOK      RowState = "ok"
	RowFailed  RowState = "failed"
)

// Run is a plan of many requests that was written down before the first of them.
type Run struct {
	ID          string // a UUID
	Kind        RunKind
	Server      string // as address.Server gives it
	Begun       time.Time
	By, Machine string
	// Total counts its rows, the others those in a state.
	Total, Done, Failed, Unknown, Waiting int
}

// RunRow is one row of a run.
type RunRow struct {
	Row    int    // from 1
	Action string // role, read_back or issue
	// User and App are what is sent: e-mail address or id, id or slug. The words
	// are those that people know them by.
	User, UserWord, App, AppWord string
	UserID, AppID                string
	WorkspaceID, Workspace       string
	Role, WasRole                string // asked for, and had before
	Life                         time.Duration
	IdleMinutes                  int64
	Note                         string

	State RowState
	Entry int64 // the newest request for its token, 0 = none
}

// BeginRun writes a run and its rows down, before the first request. Rows are
// numbered as they come.
func (s *Records) BeginRun(ctx context.Context, r Run, rows []RunRow) error {
	return s.fail(ctx, "record the run", s.tx(ctx, func(ctx context.Context, w Work) error {
		server, err := distinctID(ctx, w, `SELECT id FROM servers WHERE name = ? AND whole = 1`,
			`INSERT INTO servers (name, whole) VALUES (?, 1)`, []any{serverName(r.Server)})
		if err != nil {
			return err
		}
		issuer, err := w.actor.id(ctx, w)
		if err != nil {
			return err
		}
		plan, err := one(ctx, w, `INSERT INTO plans (run, kind, server_id, issuer_id, begun) VALUES (?, ?, ?, ?, ?) RETURNING id`,
			r.ID, r.Kind, server, issuer, millis(w.Now))
		if err != nil {
			return err
		}
		for n, row := range rows {
			if _, err := w.ExecContext(ctx, `INSERT INTO plan_rows (plan_id, row, action, "user", user_word, app, app_word, app_id,
					user_id, workspace_id, workspace, role, was_role, life, idle, note)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
				plan, n+1, row.Action, row.User, row.UserWord, row.App, row.AppWord, row.AppID,
				row.UserID, row.WorkspaceID, row.Workspace, row.Role, row.WasRole, row.Life.Milliseconds(), row.IdleMinutes, row.Note); err != nil {
				return err
			}
		}
		return nil
	}))
}

// MarkRow records what became of a row that asks for no token; RowUnknown before
// it is sent.
func (s *Records) MarkRow(ctx context.Context, run string, row int, state RowState) error {
	return s.fail(ctx, "record the step", s.tx(ctx, func(ctx context.Context, w Work) error {
		_, err := w.ExecContext(ctx, `UPDATE plan_rows SET state = ? WHERE row = ? AND plan_id = (SELECT id FROM plans WHERE run = ?)`, state, row, run)
		return err
	}))
}

// EndRun keeps a run out of those that wait: nothing of it does, or nobody wants
// the rest. What it did stays. Error: ErrNotFound.
func (s *Records) EndRun(ctx context.Context, run string) error {
	return s.fail(ctx, "end the run", s.tx(ctx, func(ctx context.Context, w Work) error {
		res, err := w.ExecContext(ctx, `UPDATE plans SET over = 1 WHERE run = ?`, run)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return err
		}
		return ErrNotFound
	}))
}

// rowStates are the rows of plans with what became of each: for a token, the
// newest request of that row decides.
const rowStates = `SELECT r.*, e.id AS entry, CASE
		WHEN r.action <> 'issue' THEN r.state
		WHEN e.id IS NULL THEN ''
		ELSE CASE e.outcome WHEN 'issued' THEN 'ok' WHEN 'rejected' THEN 'failed' ELSE 'unknown' END END AS became
	FROM plan_rows r JOIN plans p ON p.id = r.plan_id
	LEFT JOIN entries e ON e.id = (SELECT max(id) FROM entries WHERE run = p.run AND run_row = r.row) `

// Runs are the runs of a server that wait: they have rows that were never sent
// and were not ended. The newest comes first; an empty server means all.
func (s *Records) Runs(ctx context.Context, server string) ([]Run, error) {
	const action = "read the runs"
	servers, err := s.serversOf(ctx, server)
	if err != nil {
		return nil, s.fail(ctx, action, err)
	}
	all, err := s.runs(ctx, `WHERE p.over = 0 AND p.server_id IN `+list(servers)+grouped+` HAVING count(*) FILTER (WHERE t.became = '') > 0 ORDER BY p.id DESC`)
	return all, s.fail(ctx, action, err)
}

// GetRun returns a run and its rows, or ErrNotFound.
func (s *Records) GetRun(ctx context.Context, id string) (Run, []RunRow, error) {
	const action = "read the run"
	all, err := s.runs(ctx, `WHERE p.run = ?`+grouped, id)
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Run{}, nil, s.fail(ctx, action, err)
	}
	rows, err := s.runRows(ctx, id)
	return all[0], rows, s.fail(ctx, action, err)
}

// grouped makes one row of each run.
const grouped = ` GROUP BY p.id, v.name, i.name, i.machine`

func (s *Records) runs(ctx context.Context, where string, args ...any) ([]Run, error) {
	//nolint:gosec // where is made of constants and numbers; values are bound
	rows, err := s.read.QueryContext(ctx, `SELECT p.run, p.kind, v.name, p.begun, i.name, i.machine, count(*), count(*) FILTER (WHERE t.became = 'ok'),
			count(*) FILTER (WHERE t.became = 'failed'), count(*) FILTER (WHERE t.became = 'unknown'), count(*) FILTER (WHERE t.became = '')
		FROM plans p JOIN servers v ON v.id = p.server_id JOIN issuers i ON i.id = p.issuer_id
		JOIN (`+rowStates+`) t ON t.plan_id = p.id `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Run
	for rows.Next() {
		var r Run
		var begun int64
		if err := rows.Scan(&r.ID, &r.Kind, &r.Server, &begun, &r.By, &r.Machine, &r.Total, &r.Done, &r.Failed, &r.Unknown, &r.Waiting); err != nil {
			return nil, err
		}
		r.Begun = s.here(begun)
		all = append(all, r)
	}
	return all, rows.Err()
}

func (s *Records) runRows(ctx context.Context, id string) ([]RunRow, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT row, action, "user", user_word, app, app_word, user_id, app_id, workspace_id, workspace,
			role, was_role, life, idle, note, became, coalesce(entry, 0)
		FROM (`+rowStates+`WHERE p.run = ?) t ORDER BY row`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []RunRow
	for rows.Next() {
		var r RunRow
		var life int64
		if err := rows.Scan(&r.Row, &r.Action, &r.User, &r.UserWord, &r.App, &r.AppWord, &r.UserID, &r.AppID, &r.WorkspaceID, &r.Workspace,
			&r.Role, &r.WasRole, &life, &r.IdleMinutes, &r.Note, &r.State, &r.Entry); err != nil {
			return nil, err
		}
		r.Life = time.Duration(life) * time.Millisecond
		all = append(all, r)
	}
	return all, rows.Err()
}

// takeRow refuses a request for a row of a run whose newest request was issued or
// is under way, in this process or another; and, unless it is wanted all the
// same, one that may have been.
func takeRow(ctx context.Context, w Work, d Draft) error {
	if d.Run == "" || d.RunRow == 0 {
		return nil
	}
	var last Outcome
	err := w.QueryRowContext(ctx, `SELECT outcome FROM entries WHERE run = ? AND run_row = ? ORDER BY id DESC LIMIT 1`, d.Run, d.RunRow).Scan(&last)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return err
	case last == Rejected, last == Unknown && d.AfterUnknown:
		return nil
	}
	return ErrRowTaken
}
