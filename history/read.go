package history

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"patdesk/secret"
)

// EntryColumns are what ScanEntry reads, of EntryTables. What a row has one word of is
// looked up by itself: each table that is joined makes PostgreSQL look at twice as many
// orders of the joins, and with all eight of them a page took longer to plan than to read.
const EntryColumns = `e.id, e.request_id, (SELECT name FROM profiles WHERE id = e.profile_id), ` + serverOfEntry + `, (SELECT name FROM hosts WHERE id = e.host_id),
	u.uid, u.email, u.name, a.uid, a.name, a.slug, a.workspace_id, a.workspace, (SELECT name FROM roles WHERE id = e.role_id),
	e.life, e.idle, e.sent, e.unit, e.unit_proven, e.outcome, e.begun, e.issued,
	e.ends, e.worst_ends, e.clock, e.clock_error, i.name, i.machine, (SELECT text FROM notes WHERE id = e.note_id), e.error_id, e.error_title, e.error_text,
	e.status, e.fingerprint, e.last4, e.key_id, EXISTS (SELECT 1 FROM sealed WHERE entry_id = e.id),
	e.older_id, e.newer_id, e.copied, e.verified, e.verify_result, e.drift, e.drift_kind, e.drift_at, e.url_warning, e.url_missing, coalesce(e.run, ''), coalesce(e.run_row, 0),
	a.uid <> '' AND a.name <> '' AND EXISTS (SELECT 1 FROM listed_apps l WHERE l.server = ` + serverOfEntry + ` AND l.name = a.name AND l.uid <> a.uid)`

const serverOfEntry = `(SELECT name FROM servers WHERE id = e.server_id)`

// EntryTables are the tables of EntryColumns.
const EntryTables = ` FROM entries e ` + entryJoins

// entryJoins are the tables that entries e refer to and have several words of.
const entryJoins = `JOIN users u ON u.id = e.user_id JOIN apps a ON a.id = e.app_id JOIN issuers i ON i.id = e.issuer_id `

// ScanEntry reads one row of EntryColumns.
func ScanEntry(row interface{ Scan(...any) error }) (Entry, error) {
	var e Entry
	var life, begun, issued, ends, worst, copied, verified, driftAt int64
	err := row.Scan(&e.ID, &e.RequestID, &e.Profile, &e.Server, &e.Host, &e.UserID, &e.UserEmail, &e.UserName,
		&e.AppID, &e.AppName, &e.AppSlug, &e.WorkspaceID, &e.Workspace, &e.Role, &life, &e.IdleMinutes, &e.SentExpiry,
		&e.Unit, &e.UnitProven, &e.Outcome, &begun, &issued, &ends, &worst, &e.ClockOffset, &e.ClockUncertainty,
		&e.By, &e.Machine, &e.Note, &e.ErrorID, &e.ErrorTitle, &e.ErrorText, &e.Status, &e.Fingerprint, &e.Last4,
		&e.KeyID, &e.HasSecret, &e.Older, &e.Newer, &copied, &verified, &e.VerifyResult, &e.Drift, &e.DriftKind, &driftAt, &e.URLWarning, &e.URLMissing, &e.Run, &e.RunRow, &e.AppTwin)
	e.Life = time.Duration(life) * time.Millisecond
	e.Begun, e.Issued, e.Expires, e.WorstExpires = moment(begun), moment(issued), moment(ends), moment(worst)
	e.Copied, e.Verified, e.DriftAt = moment(copied), moment(verified), moment(driftAt)
	return e, err
}

// millis is a time as it is stored: unix milliseconds, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func entryByID(ctx context.Context, db querier, id int64) (Entry, error) {
	// The plus keeps SQLite from planning for the value, and thereby from planning
	// this join anew each time the statement is used.
	e, err := ScanEntry(db.QueryRowContext(ctx, `SELECT `+EntryColumns+EntryTables+`WHERE e.id = +?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Entry{}, ErrNotFound
	}
	return e, err
}

// entriesByID returns rows in the order of ids.
func entriesByID(ctx context.Context, db querier, ids []int64) ([]Entry, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	at := make(map[int64]int, len(ids))
	for i, id := range ids {
		at[id] = i
	}
	rows, err := db.QueryContext(ctx, `SELECT `+EntryColumns+EntryTables+`WHERE e.id IN `+list(ids))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	entries := make([]Entry, len(ids))
	for rows.Next() {
		e, err := ScanEntry(rows)
		if err != nil {
			return nil, err
		}
		entries[at[e.ID]] = e
	}
	return entries, rows.Err()
}

// Get returns one row, or ErrNotFound.
func (s *Records) Get(ctx context.Context, id int64) (Entry, error) {
	e, err := entryByID(ctx, s.read, id)
	return e, s.fail(ctx, "read the history", err)
}

// Reveal opens the token and the URL of a row. It is the only way to them. It
// returns ErrNotFound or a NoSecretError when there is none, and secret.ErrSealed when it was
// sealed with another key or altered.
func (s *Records) Reveal(ctx context.Context, id int64) (Secrets, error) {
	const action = "open the token"
	var token, url []byte
	var keyID string
	err := s.read.QueryRowContext(ctx, `SELECT token, url, key_id FROM sealed JOIN entries ON id = entry_id WHERE entry_id = ?`, id).
		Scan(&token, &url, &keyID)
	if errors.Is(err, sql.ErrNoRows) {
		var e Entry
		if e, err = entryByID(ctx, s.read, id); err == nil {
			err = &NoSecretError{e.Outcome}
		}
	}
	if err != nil {
		return Secrets{}, s.fail(ctx, action, err)
	}
	key, err := s.keyOf(ctx, keyID)
	if err != nil {
		return Secrets{}, s.fail(ctx, action, err)
	}
	var found Secrets
	if found.Token, err = key.Open(s.place("token", id), token); err != nil {
		return Secrets{}, s.fail(ctx, action, err)
	}
	if len(url) > 0 {
		var u secret.Text
		if u, err = key.Open(s.place("url", id), url); err != nil {
			return Secrets{}, s.fail(ctx, action, err)
		}
		found.URL = u
	}
	return found, nil
}
