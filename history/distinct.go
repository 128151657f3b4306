package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"strings"
)

// distinct are the ids of the distinct values that a row refers to.
type distinct struct{ profile, server, user, app, issuer, role, host, note int64 }

func distinctOf(ctx context.Context, w Work, d Draft, by Actor) (t distinct, err error) {
	if t.profile, err = distinctID(ctx, w, `SELECT id FROM profiles WHERE name = ?`,
		`INSERT INTO profiles (name) VALUES (?)`, []any{d.Profile}); err != nil {
		return t, err
	}
	if t.server, err = distinctID(ctx, w, `SELECT id FROM servers WHERE name = ? AND whole = 1`,
		`INSERT INTO servers (name, whole) VALUES (?, 1)`, []any{serverName(first(d.Server, d.Host))}); err != nil {
		return t, err
	}
	p, err := distinctPair(ctx, w, d)
	if err != nil {
		return t, err
	}
	t.user, t.app, t.role = p.user, p.app, p.role
	if t.issuer, err = by.id(ctx, w); err != nil {
		return t, err
	}
	if t.host, err = distinctID(ctx, w, `SELECT id FROM hosts WHERE name = ?`,
		`INSERT INTO hosts (name) VALUES (?)`, []any{d.Host}); err != nil {
		return t, err
	}
	t.note, err = distinctNote(ctx, w, d.Note)
	return t, err
}

// distinctPair are the ids of a person and an app, and of the person's role there.
func distinctPair(ctx context.Context, w Work, d Draft) (t distinct, err error) {
	if t.user, err = distinctID(ctx, w, `SELECT id FROM users WHERE uid = ? AND email = ? AND name = ?`,
		`INSERT INTO users (uid, email, name, folded, search) VALUES (?, ?, ?, ?, ?)`,
		[]any{d.UserID, d.UserEmail, d.UserName},
		Fold(first(d.UserEmail, d.UserName, d.UserID)), Searchable(d.UserEmail, d.UserName, d.UserID)); err != nil {
		return t, err
	}
	if t.app, err = distinctApp(ctx, w, d.AppID, d.AppSlug, d.AppName, d.WorkspaceID, d.Workspace); err != nil {
		return t, err
	}
	t.role, err = distinctID(ctx, w, `SELECT id FROM roles WHERE name = ?`,
		`INSERT INTO roles (name, search) VALUES (?, ?)`, []any{d.Role}, Searchable(d.Role))
	return t, err
}

// distinctID finds a distinct value by its key, or adds it with key and more.
func distinctID(ctx context.Context, w Work, find, add string, key []any, more ...any) (int64, error) {
	name := w.ids.name(find, key)
	if id, ok := w.ids.get(name); ok {
		return id, nil
	}
	var id int64
	err := w.QueryRowContext(ctx, find, key...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		id, err = one(ctx, w, add+` RETURNING id`, append(key, more...)...)
	}
	if err == nil {
		w.ids.learn(name, id)
	}
	return id, err
}

// knownIDs are ids of distinct values that are on the disk, and those that this
// transaction has found or added: a value is never changed or dropped. They spare a
// request for a token eight queries. Only one goroutine may use them at a time; nil
// knows none.
type knownIDs struct{ kept, fresh map[string]int64 }

// mostIDs is how many ids are kept.
const mostIDs = 2000

// name is what a value is kept under: the query that finds it, with its key.
func (k *knownIDs) name(find string, key []any) string {
	if k == nil {
		return ""
	}
	b := []byte(find)
	for _, v := range key {
		b = fmt.Appendf(b, "\x00%q", v)
	}
	return string(b)
}

func (k *knownIDs) get(name string) (id int64, ok bool) {
	if k == nil {
		return 0, false
	}
	if id, ok = k.kept[name]; !ok {
		id, ok = k.fresh[name]
	}
	return id, ok
}

func (k *knownIDs) learn(name string, id int64) {
	if k == nil {
		return
	}
	if k.fresh == nil {
		k.fresh = map[string]int64{}
	}
	k.fresh[name] = id
}

// forget drops what was learned since keep: it may be undone.
func (k *knownIDs) forget() { k.fresh = nil }

// keep keeps it, since it is on the disk.
func (k *knownIDs) keep() {
	if k.kept == nil || len(k.kept)+len(k.fresh) > mostIDs {
		k.kept = make(map[string]int64, len(k.fresh))
	}
	maps.Copy(k.kept, k.fresh)
	k.fresh = nil
}

func distinctApp(ctx context.Context, w Work, uid, slug, name, workspaceID, workspace string) (int64, error) {
	return distinctID(ctx, w,
		`SELECT id FROM apps WHERE uid = ? AND slug = ? AND name = ? AND workspace_id = ? AND workspace = ?`,
		`INSERT INTO apps (uid, slug, name, workspace_id, workspace, folded, search, places) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		[]any{uid, slug, name, workspaceID, workspace},
		Fold(first(name, slug, uid)), Searchable(name, slug, uid), Searchable(workspace))
}

// appOf is the app of a row after the answer has named it.
func appOf(ctx context.Context, w Work, e Entry, r Result) (int64, error) {
	return distinctApp(ctx, w, first(r.AppID, e.AppID), first(r.AppSlug, e.AppSlug), e.AppName, e.WorkspaceID, e.Workspace)
}

func distinctNote(ctx context.Context, w Work, note string) (int64, error) {
	return distinctID(ctx, w, `SELECT id FROM notes WHERE text = ?`,
		`INSERT INTO notes (text, search) VALUES (?, ?)`, []any{note}, Searchable(note))
}

// Fold makes texts that differ only in case the same.
func Fold(s string) string { return strings.ToLower(s) }

// Searchable joins what may be searched together. A line end goes between, which
// nobody types, so that no match runs from one value into the next.
func Searchable(values ...string) string { return Fold(strings.Join(values, "\n")) }

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
