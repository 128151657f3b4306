package history

import (
	"context"
	"database/sql"
	"time"
)

// LivePair is what may still work of a pair, as it was named with its tokens.
type LivePair struct {
	UserID, UserEmail, UserName string
	AppID, AppName, AppSlug     string
	WorkspaceID, Workspace      string
	Role                        string // at issue, of the token that lives longest
	// Tokens may still work; Older, Ended and Unsure are those of them in that state.
	Tokens, Older, Ended, Unsure int
	Until                        time.Time // worst case, server clock
	Proven                       bool      // of the token that lives longest
}

// LivePairs reads what may still work of each pair of a server at now, the server's
// clock. One person or app that was named in two ways comes twice.
func (s *Records) LivePairs(ctx context.Context, server string, now time.Time) ([]LivePair, error) {
	const action = "look for live tokens"
	servers, err := s.serversOf(ctx, server)
	if err != nil || len(servers) == 0 {
		return nil, s.fail(ctx, action, err)
	}
	var all []LivePair
	living := `server_id IN ` + list(servers) + ` AND class < 3 AND last > ?1`
	err = s.scanEach(ctx, `SELECT u.uid, u.email, u.name, a.uid, a.name, a.slug, a.workspace_id, a.workspace, r.name, n, older, ended, unsure, until, e.forked, e.class
		FROM (SELECT user_id, app_id, count(*) AS n, count(*) FILTER (WHERE class = 2) AS older,
				count(*) FILTER (WHERE forked = 1 AND ends <= ?1) AS ended, count(*) FILTER (WHERE class = 1) AS unsure, max(last) AS until
			FROM entries WHERE `+living+` GROUP BY user_id, app_id) p
		JOIN entries e ON e.id = (SELECT max(id) FROM entries INDEXED BY entries_pair WHERE user_id = p.user_id AND app_id = p.app_id AND last = until AND `+living+`)
		JOIN users u ON u.id = p.user_id JOIN apps a ON a.id = p.app_id JOIN roles r ON r.id = e.role_id`, func(rows *sql.Rows) error {
		var p LivePair
		var until int64
		var forked bool
		var longest class
		err := rows.Scan(&p.UserID, &p.UserEmail, &p.UserName, &p.AppID, &p.AppName, &p.AppSlug, &p.WorkspaceID, &p.Workspace, &p.Role,
			&p.Tokens, &p.Older, &p.Ended, &p.Unsure, &until, &forked, &longest)
		p.Until, p.Proven = moment(until), !forked && longest != classUnsure
		all = append(all, p)
		return err
	}, millis(now))
	return all, s.fail(ctx, action, err)
}

// PairAlive is what may still work of a pair beside one of its rows.
type PairAlive struct {
	Tokens      int
	Next, Until time.Time // worst cases of what ends first and last, server clock
}

// PairAlive counts what Live would return of the pair of a row, without that row and
// without reading them: a pair may have thousands.
func (s *Records) PairAlive(ctx context.Context, server string, e Entry, now time.Time) (alive PairAlive, err error) {
	const action = "look for live tokens"
	p, err := pairOf(ctx, s.read, e)
	if err != nil {
		return alive, s.fail(ctx, action, err)
	}
	servers, err := s.serversOf(ctx, server)
	if err != nil || len(p.users) == 0 || len(p.apps) == 0 || len(servers) == 0 {
		return alive, s.fail(ctx, action, err)
	}
	where, args := p.where(servers)
	var next, until int64
	err = s.read.QueryRowContext(ctx, `SELECT count(*), coalesce(min(last), 0), coalesce(max(last), 0) FROM entries INDEXED BY entries_pair
		WHERE `+where+` AND last > ? AND class < ? AND id <> ?`, append(args, millis(now), classFailed, e.ID)...).Scan(&alive.Tokens, &next, &until)
	alive.Next, alive.Until = moment(next), moment(until)
	return alive, s.fail(ctx, action, err)
}

// aliveBatch is how many rows are read in one statement.
const aliveBatch = 500

// Alive reads the rows of a server whose token may still work at now, the server's
// clock, what lives longest first: of one person, named by e-mail address or id, or
// of all if user is empty.
func (s *Records) Alive(ctx context.Context, server, user string, now time.Time) ([]Entry, error) {
	all, err := s.alive(ctx, server, user, now)
	return all, s.fail(ctx, "look for live tokens", err)
}

func (s *Records) alive(ctx context.Context, server, user string, now time.Time) ([]Entry, error) {
	servers, err := s.serversOf(ctx, server)
	if err != nil || len(servers) == 0 {
		return nil, err
	}
	where := `server_id IN ` + list(servers) + ` AND class < 3 AND last > ?`
	if user != "" {
		users, err := numbers(ctx, s.read, samePerson, Fold(user), user)
		if err != nil || len(users) == 0 {
			return nil, err
		}
		where += ` AND user_id IN ` + list(users)
	}
	ids, err := numbers(ctx, s.read, `SELECT id FROM entries WHERE `+where+` ORDER BY last DESC, id DESC`, millis(now))
	if err != nil {
		return nil, err
	}
	all := make([]Entry, 0, len(ids))
	for len(ids) > 0 {
		batch := ids[:min(len(ids), aliveBatch)]
		ids = ids[len(batch):]
		entries, err := entriesByID(ctx, s.read, batch)
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	return all, nil
}
