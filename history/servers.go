package history

import (
	"context"
	"math"
	"net/url"
	"time"

	"patdesk/address"
)

// Rows belong to a server, whatever the profile was called. Rows of the first
// schema know scheme, host and port of theirs only; they are taken for those of
// each server there, since missing a live token is worse than showing one too many.

// serverName is the form in which servers are kept and compared.
func serverName(base string) string { return first(address.Server(base), base) }

// withoutPath is the server at the root of the same host.
func withoutPath(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base
	}
	u.Path, u.RawPath = "", ""
	return serverName(u.String())
}

// knownServer is a row of servers.
type knownServer struct {
	id    int64
	name  string
	whole bool
}

// serversOf are the ids of all rows of servers that are the one at a base URL; of
// all if it is empty.
func serversOf(ctx context.Context, db querier, base string) ([]int64, error) {
	all, err := allServers(ctx, db)
	return thoseAt(all, base), err
}

func thoseAt(all []knownServer, base string) (ids []int64) {
	want, host := serverName(base), withoutPath(base)
	for _, k := range all {
		if base == "" || k.whole && k.name == want || !k.whole && serverName(k.name) == host {
			ids = append(ids, k.id)
		}
	}
	return ids
}

func allServers(ctx context.Context, db querier) (all []knownServer, err error) {
	rows, err := db.QueryContext(ctx, `SELECT id, name, whole FROM servers ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var k knownServer
		if err := rows.Scan(&k.id, &k.name, &k.whole); err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, rows.Err()
}

// serversOf is serversOf for what is only read. Where each look costs a way to the
// database and back, the servers are looked at once, until Refresh.
func (s *Records) serversOf(ctx context.Context, base string) ([]int64, error) {
	if !s.far {
		return serversOf(ctx, s.read, base)
	}
	if known := s.servers.Load(); known != nil {
		return thoseAt(*known, base), nil
	}
	all, err := allServers(ctx, s.read)
	if err == nil && len(all) > 0 {
		s.servers.Store(&all)
	}
	return thoseAt(all, base), err
}

// Refresh lets what is kept of a far database be read anew: somebody wrote to it.
func (s *Records) Refresh() { s.servers.Store(nil) }

// ProvenUnit is the unit in which a server reads patExpiry, as Prove recorded it;
// "" while it is not proven.
func (s *Records) ProvenUnit(ctx context.Context, server string) (string, error) {
	const action = "read what is known of the server"
	ids, err := s.serversOf(ctx, server)
	if err != nil || server == "" || len(ids) == 0 {
		return "", s.fail(ctx, action, err)
	}
	var unit string
	err = s.read.QueryRowContext(ctx, `SELECT coalesce(max(unit), '') FROM servers WHERE whole = 1 AND id IN `+list(ids)).Scan(&unit)
	return unit, s.fail(ctx, action, err)
}

// Prove records in which unit, of a length, a server reads patExpiry. All its
// rows are read anew by it: a number that was sent ends when that many units have
// passed since the issue, or since the last moment at which a request of unknown
// outcome can have reached the server.
func (s *Records) Prove(ctx context.Context, server, unit string, length time.Duration) error {
	return s.fail(ctx, "record the proof of the unit", s.tx(ctx, func(ctx context.Context, w Work) error {
		ids, err := serversOf(ctx, w, server)
		if err != nil || len(ids) == 0 {
			return err
		}
		if _, err := w.ExecContext(ctx, `UPDATE servers SET unit = ? WHERE whole = 1 AND id IN `+list(ids), unit); err != nil {
			return err
		}
		// As in marksOf; longest is what a time.Duration can hold.
		_, err = w.ExecContext(ctx, `UPDATE entries SET unit = ?1, unit_proven = 1, forked = 0, ends = e, last = e, worst_ends = e,
				urgent_at = e - urgent, soon_at = e - max(urgent, max(min(l / 4, ?4), iif(l > 2 * ?6, ?6, 0)))
			FROM (SELECT id AS i, start + l AS e, l, max(min(l / 10, ?5), iif(l > 2 * ?7, ?7, 0)) AS urgent FROM (
				SELECT id, min(sent * ?2, ?3) AS l, iif(outcome = 'issued', issued, ends - max(life, min(sent * 60000, ?3))) AS start
				FROM entries WHERE unit_proven = 0 AND outcome IN ('issued', 'unknown') AND server_id IN `+list(ids)+`) r) proven
			WHERE id = i`,
			unit, length.Milliseconds(), time.Duration(math.MaxInt64).Milliseconds(),
			soonestSoon.Milliseconds(), soonestUrgent.Milliseconds(), latestSoon.Milliseconds(), latestUrgent.Milliseconds())
		return err
	}))
}
