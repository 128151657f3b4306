package history

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// DriftRow is what is compared of a token that may still work.
type DriftRow struct {
	ID                     int64
	UserID, UserEmail      string
	AppID, AppSlug         string
	WorkspaceID, Workspace string
	Role, Unit             string
	UnitProven             bool
	Begun                  time.Time // as that of Entry
	// Newest says that no newer token exists for its pair.
	Newest bool
	// Kind and Drift are what the row says now.
	Kind, Drift string
	// Verified is when ToolJet was asked about it last, by the server's clock, and
	// VerifyResult what it said; read only of rows that drift.
	Verified     time.Time
	VerifyResult string
	// Pair is the same for rows of the same user, app and role as they were named.
	Pair [3]int64
}

// DriftRows reads the issued tokens of a server that may work after now, the
// server's clock, in the order of their numbers. It reads each name once, so that
// its cost is that of a few numbers a row.
func (s *Records) DriftRows(ctx context.Context, server string, now time.Time) ([]DriftRow, error) {
	rows, err := s.driftRows(ctx, server, now)
	return rows, s.fail(ctx, "read the live tokens", err)
}

func (s *Records) driftRows(ctx context.Context, server string, now time.Time) ([]DriftRow, error) {
	servers, err := s.serversOf(ctx, server)
	if err != nil || len(servers) == 0 {
		return nil, err
	}
	n, err := s.namesOf(ctx, servers, now)
	if err != nil {
		return nil, err
	}
	count, err := one(ctx, s.read, `SELECT count(*) FROM entries WHERE `+liveRows(servers), millis(now))
	if err != nil {
		return nil, err
	}
	//nolint:gosec // constants and numbers; values are bound
	rows, err := s.read.QueryContext(ctx, `SELECT id, user_id, app_id, role_id, unit, unit_proven, begun, class, drifted
		FROM entries WHERE `+liveRows(servers)+` ORDER BY id`, millis(now))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := make([]DriftRow, 0, count)
	for rows.Next() {
		var r DriftRow
		var begun int64
		var c class
		var drifted bool
		if err := rows.Scan(&r.ID, &r.Pair[0], &r.Pair[1], &r.Pair[2], &r.Unit, &r.UnitProven, &begun, &c, &drifted); err != nil {
			return nil, err
		}
		u, a := n.users[r.Pair[0]], n.apps[r.Pair[1]]
		r.UserID, r.UserEmail = u[0], u[1]
		r.AppID, r.AppSlug, r.WorkspaceID, r.Workspace = a[0], a[1], a[2], a[3]
		r.Role, r.Begun, r.Newest = n.roles[r.Pair[2]], moment(begun), c == classLive
		if drifted {
			d := n.drifts[r.ID]
			r.Kind, r.Drift, r.Verified, r.VerifyResult = d.kind, d.text, d.verified, d.verdict
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

func liveRows(servers []int64) string {
	return `server_id IN ` + list(servers) + ` AND class IN (0, 2) AND last > ?`
}

// driftNames are the names that live rows refer to.
type driftNames struct {
	users  map[int64][2]string
	apps   map[int64][4]string
	roles  map[int64]string
	drifts map[int64]driftText
}

// driftText is what a row that drifts says.
type driftText struct {
	kind, text, verdict string
	verified            time.Time
}

func (s *Records) namesOf(ctx context.Context, servers []int64, now time.Time) (n driftNames, err error) {
	n = driftNames{map[int64][2]string{}, map[int64][4]string{}, map[int64]string{}, map[int64]driftText{}}
	each := func(query string, take func(*sql.Rows) error, args ...any) {
		if err == nil {
			err = s.scanEach(ctx, query, take, args...)
		}
	}
	each(`SELECT id, uid, email FROM users WHERE id IN (SELECT user_id FROM entries WHERE `+liveRows(servers)+`)`, func(rows *sql.Rows) error {
		var id int64
		var v [2]string
		err := rows.Scan(&id, &v[0], &v[1])
		n.users[id] = v
		return err
	}, millis(now))
	each(`SELECT id, uid, slug, workspace_id, workspace FROM apps WHERE id IN (SELECT app_id FROM entries WHERE `+liveRows(servers)+`)`, func(rows *sql.Rows) error {
		var id int64
		var v [4]string
		err := rows.Scan(&id, &v[0], &v[1], &v[2], &v[3])
		n.apps[id] = v
		return err
	}, millis(now))
	each(`SELECT id, name FROM roles`, func(rows *sql.Rows) error {
		var id int64
		var v string
		err := rows.Scan(&id, &v)
		n.roles[id] = v
		return err
	})
	each(`SELECT id, drift_kind, drift, verify_result, verified FROM entries INDEXED BY entries_drift WHERE drifted = 1 AND server_id IN `+list(servers), func(rows *sql.Rows) error {
		var id, verified int64
		var v driftText
		err := rows.Scan(&id, &v.kind, &v.text, &v.verdict, &verified)
		v.verified = moment(verified)
		n.drifts[id] = v
		return err
	})
	return n, err
}

func (s *Records) scanEach(ctx context.Context, query string, take func(*sql.Rows) error, args ...any) error {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// DriftChange is what a row shall say about drift in place of what it said when it
// was read.
type DriftChange struct {
	ID        int64
	Was       string // Drift as it was read
	Kind, Now string // both empty: nothing differs any more
}

// driftBatch is how many rows change in one commit, so that nobody waits long.
const driftBatch = 2000

// SetDrift records what was found to differ by what the server said at a moment of
// the local clock, each with its event. It returns the rows that stay as they are:
// those that say something else by now, and those about whose token ToolJet was asked
// after that moment.
func (s *Records) SetDrift(ctx context.Context, changes []DriftChange, asOf time.Time) (stay []int64, err error) {
	for len(changes) > 0 {
		batch := changes[:min(len(changes), driftBatch)]
		changes = changes[len(batch):]
		var left []int64
		err := s.tx(ctx, func(ctx context.Context, w Work) (err error) {
			left, err = setDrift(ctx, w, batch, s.kept(asOf))
			return err
		})
		if err != nil {
			return stay, s.fail(ctx, "record what differs", err)
		}
		stay = append(stay, left...)
	}
	return stay, nil
}

func setDrift(ctx context.Context, w Work, batch []DriftChange, asOf int64) (stay []int64, err error) {
	set, err := w.PrepareContext(ctx, `UPDATE entries SET drift = ?1, drift_kind = ?2, drifted = ?3, drift_at = ?4 WHERE id = ?5 AND drift = ?6
		AND NOT EXISTS (SELECT 1 FROM events INDEXED BY events_entry WHERE entry_id = ?5 AND action = 'verified' AND at > ?7)`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = set.Close() }()
	for _, c := range batch {
		res, err := set.ExecContext(ctx, c.Now, c.Kind, c.Now != "", driftTime(w, c.Now), c.ID, c.Was, asOf)
		if err != nil {
			return nil, err
		}
		switch changed, err := res.RowsAffected(); {
		case err != nil:
			return nil, err
		case changed == 0:
			stay = append(stay, c.ID)
			continue
		}
		if err := driftEvent(ctx, w, c.ID, c.Was, c.Now); err != nil {
			return nil, err
		}
	}
	return stay, nil
}

// driftTime is since when a drift is known, 0 for none.
func driftTime(w Work, drift string) int64 {
	if drift == "" {
		return 0
	}
	return millis(w.Now)
}

// NoteHost keeps the public address that a server says it has, if it is another one
// than it said last.
func (s *Records) NoteHost(ctx context.Context, server, host string, at time.Time) error {
	const action = "keep the server's address"
	name := serverName(server)
	last, err := s.lastHost(ctx, name)
	if err != nil || last == host || host == "" {
		return s.fail(ctx, action, err)
	}
	return s.fail(ctx, action, s.tx(ctx, func(ctx context.Context, w Work) error {
		_, err := w.ExecContext(ctx, `INSERT INTO server_hosts VALUES (?, ?, ?) ON CONFLICT (server, seen) DO UPDATE SET host = excluded.host`, name, s.kept(at), host)
		return err
	}))
}

func (s *Records) lastHost(ctx context.Context, server string) (host string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT host FROM server_hosts WHERE server = ? ORDER BY seen DESC LIMIT 1`, server).Scan(&host)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return host, err
}

// SeenHost is a public address of a server, and from when on it was seen, by the clock of
// the history, as Entry.Begun is.
type SeenHost struct {
	Host string
	From time.Time
}

// Hosts are the addresses that a server said it has, the first one first.
func (s *Records) Hosts(ctx context.Context, server string) ([]SeenHost, error) {
	var all []SeenHost
	err := s.scanEach(ctx, `SELECT seen, host FROM server_hosts WHERE server = ? ORDER BY seen`, func(rows *sql.Rows) error {
		var at int64
		var h SeenHost
		err := rows.Scan(&at, &h.Host)
		h.From = moment(at)
		all = append(all, h)
		return err
	}, serverName(server))
	return all, s.fail(ctx, "read the server's addresses", err)
}
