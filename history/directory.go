package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"
)

// ListedUser is a person as the server listed them last. Of what the server keeps
// beside that, such as metadata, nothing has a place here.
type ListedUser struct {
	ID, Email, Name, Status string
	Roles                   []ListedRole
	Groups                  []string
}

// ListedRole is a person's place in a workspace.
type ListedRole struct {
	WorkspaceID string `json:"id"`
	Workspace   string `json:"name"`
	Status      string `json:"status"`
	Role        string `json:"role"`
}

// ListedWorkspace is a workspace as the server listed it last.
type ListedWorkspace struct{ ID, Name, Status string }

// ListedApp is an app as the server listed it last.
type ListedApp struct{ ID, Slug, Name, WorkspaceID, Workspace string }

// Directory is what a server said last of its people, workspaces and apps, and when,
// by the local clock; the zero time means that it was never asked.
type Directory struct {
	Users      []ListedUser
	UsersAt    time.Time
	Workspaces []ListedWorkspace
	Apps       []ListedApp
	AppsAt     time.Time
}

// SaveUsers keeps the users of a server in place of those it listed before.
func (s *Records) SaveUsers(ctx context.Context, server string, users []ListedUser, at time.Time) error {
	return s.fail(ctx, "keep the list of users", s.tx(ctx, func(ctx context.Context, w Work) error {
		name := serverName(server)
		if err := relist(ctx, w, name, "users", s.kept(at), `DELETE FROM listed_users WHERE server = ?`); err != nil {
			return err
		}
		return insertEach(ctx, w, `INSERT INTO listed_users VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, len(users), func(n int) ([]any, error) {
			u := users[n]
			roles, err := json.Marshal(u.Roles)
			if err != nil {
				return nil, err
			}
			groups, err := json.Marshal(u.Groups)
			return []any{name, n, u.ID, u.Email, u.Name, u.Status, string(roles), string(groups)}, err
		})
	}))
}

// SaveWorkspaces keeps the workspaces of a server in place of those it listed
// before.
func (s *Records) SaveWorkspaces(ctx context.Context, server string, spaces []ListedWorkspace, at time.Time) error {
	return s.fail(ctx, "keep the list of workspaces", s.tx(ctx, func(ctx context.Context, w Work) error {
		name := serverName(server)
		if err := relist(ctx, w, name, "workspaces", s.kept(at), `DELETE FROM listed_workspaces WHERE server = ?`); err != nil {
			return err
		}
		return insertEach(ctx, w, `INSERT INTO listed_workspaces VALUES (?, ?, ?, ?, ?)`, len(spaces), func(n int) ([]any, error) {
			v := spaces[n]
			return []any{name, n, v.ID, v.Name, v.Status}, nil
		})
	}))
}

// SaveApps keeps the apps of a server in place of those it listed before.
func (s *Records) SaveApps(ctx context.Context, server string, apps []ListedApp, at time.Time) error {
	return s.fail(ctx, "keep the list of apps", s.tx(ctx, func(ctx context.Context, w Work) error {
		name := serverName(server)
		if err := relist(ctx, w, name, "apps", s.kept(at), `DELETE FROM listed_apps WHERE server = ?`); err != nil {
			return err
		}
		return insertEach(ctx, w, `INSERT INTO listed_apps VALUES (?, ?, ?, ?, ?, ?, ?)`, len(apps), func(n int) ([]any, error) {
			v := apps[n]
			return []any{name, n, v.ID, v.Slug, v.Name, v.WorkspaceID, v.Workspace}, nil
		})
	}))
}

// relist notes when a list was read and drops the one before.
func relist(ctx context.Context, w Work, server, kind string, at int64, drop string) error {
	if _, err := w.ExecContext(ctx, drop, server); err != nil {
		return err
	}
	_, err := w.ExecContext(ctx, `INSERT INTO listings VALUES (?, ?, ?) ON CONFLICT (server, kind) DO UPDATE SET loaded = excluded.loaded`, server, kind, at)
	return err
}

// insertEach runs one statement for n rows.
func insertEach(ctx context.Context, w Work, statement string, n int, row func(int) ([]any, error)) error {
	stmt, err := w.PrepareContext(ctx, statement)
	if err != nil {
		return err
	}
	defer func() { _ = stmt.Close() }()
	for i := range n {
		args, err := row(i)
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// Directory reads what a server listed last, in the server's order.
func (s *Records) Directory(ctx context.Context, server string) (Directory, error) {
	d, err := s.directory(ctx, serverName(server))
	return d, s.fail(ctx, "read the lists of the server", err)
}

func (s *Records) directory(ctx context.Context, server string) (d Directory, err error) {
	if d.UsersAt, err = s.listedAt(ctx, server, "users"); err != nil {
		return d, err
	}
	if d.AppsAt, err = s.listedAt(ctx, server, "apps"); err != nil {
		return d, err
	}
	err = s.eachRow(ctx, `SELECT uid, email, name, status, roles, groups FROM listed_users WHERE server = ? ORDER BY place`, server, func(rows *sql.Rows) error {
		var u ListedUser
		var roles, groups []byte
		if err := rows.Scan(&u.ID, &u.Email, &u.Name, &u.Status, &roles, &groups); err != nil {
			return err
		}
		if err := errors.Join(json.Unmarshal(roles, &u.Roles), json.Unmarshal(groups, &u.Groups)); err != nil {
			return err
		}
		d.Users = append(d.Users, u)
		return nil
	})
	if err != nil {
		return d, err
	}
	err = s.eachRow(ctx, `SELECT uid, name, status FROM listed_workspaces WHERE server = ? ORDER BY place`, server, func(rows *sql.Rows) error {
		var v ListedWorkspace
		err := rows.Scan(&v.ID, &v.Name, &v.Status)
		d.Workspaces = append(d.Workspaces, v)
		return err
	})
	if err != nil {
		return d, err
	}
	return d, s.eachRow(ctx, `SELECT uid, slug, name, workspace_id, workspace FROM listed_apps WHERE server = ? ORDER BY place`, server, func(rows *sql.Rows) error {
		var v ListedApp
		err := rows.Scan(&v.ID, &v.Slug, &v.Name, &v.WorkspaceID, &v.Workspace)
		d.Apps = append(d.Apps, v)
		return err
	})
}

func (s *Records) listedAt(ctx context.Context, server, kind string) (time.Time, error) {
	ms, err := one(ctx, s.read, `SELECT loaded FROM listings WHERE server = ? AND kind = ?`, server, kind)
	return s.here(ms), err
}

func (s *Records) eachRow(ctx context.Context, query, server string, scan func(*sql.Rows) error) error {
	rows, err := s.read.QueryContext(ctx, query, server)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
