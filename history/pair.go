package history

import (
	"context"
	"errors"
	"slices"
	"time"
)

// People and apps were recorded as they were named at the time: by e-mail or id,
// by id or slug, or by both. The values that mean the same person or app are
// found in two steps: those that are named like it, and those that share a name
// with them. ToolJet compares ids without regard to case and writes them small.

const samePerson = `WITH seed AS (
		SELECT uid, folded, email FROM users WHERE (folded = ?1 AND email <> '' AND ?1 <> '') OR (uid IN (?2, lower(?2)) AND uid <> ''))
	SELECT id FROM users WHERE (email <> '' AND folded IN (SELECT folded FROM seed WHERE email <> ''))
		OR (uid <> '' AND uid IN (SELECT uid FROM seed))`

// sameApp takes slugs as names of an app only where no id says otherwise, since
// a slug can be given to another app.
const sameApp = `WITH seed AS (
		SELECT uid, slug FROM apps WHERE (uid IN (?1, lower(?1)) AND uid <> '') OR (slug = ?2 AND slug <> '' AND (uid = '' OR ?3 = 1)))
	SELECT id FROM apps WHERE (uid <> '' AND uid IN (SELECT uid FROM seed))
		OR (uid = '' AND slug <> '' AND slug IN (SELECT slug FROM seed))`

// pair is one person and one app, under every name they were recorded with.
type pair struct{ users, apps []int64 }

// named finds a pair by what a person types: e-mail or id, and id or slug.
func named(ctx context.Context, db querier, user, app string) (p pair, err error) {
	if p.users, err = numbers(ctx, db, samePerson, Fold(user), user); err != nil {
		return p, err
	}
	p.apps, err = numbers(ctx, db, sameApp, app, app, true)
	return p, err
}

// pairOf is the pair of a row.
func pairOf(ctx context.Context, db querier, e Entry) (p pair, err error) {
	if p.users, err = numbers(ctx, db, samePerson, Fold(e.UserEmail), e.UserID); err != nil {
		return p, err
	}
	p.apps, err = numbers(ctx, db, sameApp, e.AppID, e.AppSlug, e.AppID == "")
	return p, err
}

// where is the condition for the rows of a pair, with its values. They are bound,
// so that the text is the same for nearly every pair and prepared once.
func (p pair) where(servers []int64) (string, []any) {
	args := make([]any, 0, len(p.users)+len(p.apps)+len(servers))
	for _, id := range p.users {
		args = append(args, id)
	}
	for _, id := range p.apps {
		args = append(args, id)
	}
	for _, id := range servers {
		args = append(args, id)
	}
	return `user_id IN ` + slots(len(p.users)) + ` AND app_id IN ` + slots(len(p.apps)) + ` AND server_id IN ` + slots(len(servers)), args
}

// chained leaves out tokens that were only to prove a unit: they stand for no pair,
// and a token that lives on is not older for them. Those that were linked before that
// was so stay where they are.
const chained = ` AND NOT (sent = 1 AND life = 1000 AND older_id = 0 AND newer_id = 0) `

// link puts a row that was just issued, and is in no chain, into that of its pair.
// Usually it is the newest; a late answer can belong further back. It returns the
// neighbours.
func link(ctx context.Context, w Work, e Entry) (older, newer int64, err error) {
	if e.IsProof() {
		return 0, 0, nil
	}
	servers, err := serversOf(ctx, w, e.Server)
	if err != nil {
		return 0, 0, err
	}
	p, err := pairOf(ctx, w, e)
	if err != nil || len(p.users) == 0 || len(p.apps) == 0 {
		return 0, 0, err // without a name there is nobody to compare with
	}
	at := []any{millis(e.Issued), e.ID}
	where, values := p.where(servers)
	rows := ` WHERE ` + where + chained + `AND (issued, id) `
	heads, err := numbers(ctx, w, `SELECT iif((issued, id) < (?, ?), id, -id) FROM entries INDEXED BY entries_head`+rows+`<> (?, ?)
		AND class = 0 ORDER BY issued DESC, id DESC`, slices.Concat(at, values, at)...)
	if err != nil || len(heads) == 0 {
		return 0, 0, err // the first of its pair
	}
	older = heads[0]
	behind := slices.DeleteFunc(slices.Clone(heads), func(id int64) bool { return id < 0 })
	if older < 0 { // a newer row came first
		near := false
		if len(heads)+len(values) == 1+3 { // one person, one app, one server: one chain
			if older, newer, near, err = between(ctx, w, -heads[0], at); err != nil {
				return 0, 0, err
			}
		}
		if !near {
			chain := `SELECT id FROM entries INDEXED BY entries_pair` + rows
			if newer, err = one(ctx, w, chain+`> (?, ?) AND class IN (0, 2) ORDER BY issued, id LIMIT 1`, slices.Concat(values, at)...); err != nil {
				return 0, 0, err
			}
			if older, err = one(ctx, w, chain+`< (?, ?) AND class IN (0, 2) ORDER BY issued DESC, id DESC LIMIT 1`, slices.Concat(values, at)...); err != nil {
				return 0, 0, err
			}
		}
		behind = append(behind, older)
		if err := change(ctx, w, newer, `older_id = ?`, e.ID); err != nil {
			return 0, 0, err
		}
	}
	for _, id := range behind {
		if id == 0 {
			continue
		}
		if err := change(ctx, w, id, `newer_id = ?, class = ?`, e.ID, classOlder); err != nil {
			return 0, 0, err
		}
	}
	return older, newer, change(ctx, w, e.ID, `older_id = ?, newer_id = ?, class = ?`, older, newer, classOf(Issued, newer))
}

// mostBack is how far back a place in a chain is looked for by its links: an answer is
// late by the few that came meanwhile. Where it is farther back, all rows of the pair are
// sorted.
const mostBack = 100

// between finds the place of a row that was issued at a moment in a chain, from its newest
// row on, which is newer: the neighbours there, 0 = none, and whether it is near.
func between(ctx context.Context, w Work, head int64, at []any) (older, newer int64, near bool, err error) {
	var next int64
	err = w.QueryRowContext(ctx, `WITH RECURSIVE back (id, issued, next, n) AS (
			SELECT id, issued, older_id, 1 FROM entries NOT INDEXED WHERE id = ?
			UNION ALL
			SELECT entries.id, entries.issued, entries.older_id, n + 1 FROM back JOIN entries ON entries.id = next
				WHERE n < `+number(mostBack)+` AND (entries.issued, entries.id) > (?, ?))
		SELECT id, next FROM back ORDER BY n DESC LIMIT 1`, append([]any{head}, at...)...).Scan(&newer, &next)
	if err != nil {
		return 0, 0, false, err
	}
	if next == 0 {
		return 0, newer, true, nil
	}
	before, err := one(ctx, w, `SELECT (issued, id) < (?, ?) FROM entries NOT INDEXED WHERE id = ?`, append(slices.Clone(at), next)...)
	return next, newer, before == 1, err
}

// unlink takes an issued row out of the chain of its pair.
func unlink(ctx context.Context, w Work, e Entry, servers []int64) error {
	if e.Newer != 0 {
		if err := change(ctx, w, e.Newer, `older_id = ?`, e.Older); err != nil {
			return err
		}
	}
	if e.Older != 0 { // so the pair has names
		p, err := pairOf(ctx, w, e)
		if err != nil {
			return err
		}
		// Every row that had this one as its newer moves on to what comes after it.
		where, values := p.where(servers)
		_, err = w.ExecContext(ctx, `UPDATE entries INDEXED BY entries_pair SET newer_id = ?, class = ? WHERE newer_id = ? AND `+where,
			append([]any{e.Newer, classOf(Issued, e.Newer), e.ID}, values...)...)
		if err != nil {
			return err
		}
	}
	return change(ctx, w, e.ID, `older_id = 0, newer_id = 0, class = ?`, classLive)
}

// ErrLive is returned by Begin for a row that was to be alone.
var ErrLive = errors.New("a token of this pair may still work")

// alone refuses a row whose pair has tokens that may still work, where that was asked
// for: what was looked up before may have changed, by another process too.
func alone(ctx context.Context, w Work, d Draft) error {
	if !d.Alone {
		return nil
	}
	p, err := pairOf(ctx, w, Entry{UserID: d.UserID, UserEmail: d.UserEmail, AppID: d.AppID, AppSlug: d.AppSlug})
	if err != nil {
		return err
	}
	servers, err := serversOf(ctx, w, first(d.Server, d.Host))
	if err != nil || len(p.users) == 0 || len(p.apps) == 0 || len(servers) == 0 {
		return err
	}
	where, args := p.where(servers)
	live, err := one(ctx, w, `SELECT id FROM entries INDEXED BY entries_pair WHERE `+where+` AND last > ? AND class < ? LIMIT 1`,
		append(args, millis(w.Now.Add(d.ClockOffset)), classFailed)...)
	if err == nil && live != 0 {
		return ErrLive
	}
	return err
}

// Live returns the rows of a pair whose token may still work at now, the
// server's clock, newest first: issued ones, and those whose outcome is not
// known. The user is an e-mail address or an id, the app an id or a slug. An
// empty server means all.
func (s *Records) Live(ctx context.Context, server, user, app string, now time.Time) ([]Entry, error) {
	const action = "look for live tokens"
	p, err := named(ctx, s.read, user, app)
	if err != nil {
		return nil, s.fail(ctx, action, err)
	}
	servers, err := s.serversOf(ctx, server)
	if err != nil {
		return nil, s.fail(ctx, action, err)
	}
	if len(p.users) == 0 || len(p.apps) == 0 || len(servers) == 0 {
		return nil, nil
	}
	ids, err := numbers(ctx, s.read, `SELECT id FROM entries INDEXED BY entries_pair WHERE user_id IN `+list(p.users)+
		` AND app_id IN `+list(p.apps)+` AND last > ? AND server_id IN `+list(servers)+` AND class < ?
		ORDER BY id DESC`, millis(now), classFailed)
	if err != nil {
		return nil, s.fail(ctx, action, err)
	}
	entries, err := entriesByID(ctx, s.read, ids)
	return entries, s.fail(ctx, action, err)
}
