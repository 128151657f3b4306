package pat

import (
	"context"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"patdesk/history"
)

// directory is what was read of a server's users and apps.
type directory struct {
	mu              sync.Mutex
	users           []User
	apps            []App
	usersAt, appsAt time.Time
}

// directoryFor is how long lists are used before they are read again.
const directoryFor = 5 * time.Minute

// Users returns the users of the instance. Lists read within the last five
// minutes are used again unless fresh is set.
func (i *Issuer) Users(ctx context.Context, fresh bool) ([]User, error) {
	d := &i.directory
	d.mu.Lock()
	if !fresh && time.Since(d.usersAt) < directoryFor {
		defer d.mu.Unlock()
		return d.users, nil
	}
	d.mu.Unlock()
	users, err := i.Client.ListUsers(ctx)
	if err != nil {
		return nil, i.stage(StageRead, "", "", err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.users, d.usersAt = users, time.Now()
	return users, nil
}

// Workspaces returns the active workspaces of the instance.
func (i *Issuer) Workspaces(ctx context.Context) ([]Workspace, error) {
	list, err := i.Client.ListWorkspaces(ctx)
	if err != nil {
		return nil, i.stage(StageRead, "", "", err)
	}
	return list, nil
}

// Apps returns the apps of all active workspaces, each with the workspace it is
// in. Lists read within the last five minutes are used again unless fresh is set.
func (i *Issuer) Apps(ctx context.Context, fresh bool) ([]App, error) {
	d := &i.directory
	d.mu.Lock()
	if !fresh && time.Since(d.appsAt) < directoryFor {
		defer d.mu.Unlock()
		return d.apps, nil
	}
	d.mu.Unlock()
	spaces, err := i.Workspaces(ctx)
	if err != nil {
		return nil, err
	}
	per := make([][]App, len(spaces))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for n, w := range spaces {
		g.Go(func() error {
			apps, err := i.Client.ListApps(gctx, w.ID)
			for k := range apps {
				apps[k].WorkspaceID, apps[k].Workspace = w.ID, w.Name
			}
			per[n] = apps
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, i.stage(StageRead, "", "", err)
	}
	var all []App
	for _, apps := range per {
		all = append(all, apps...)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.apps, d.appsAt = all, time.Now()
	return all, nil
}

// FindUser returns the user with this e-mail address (in any case) or id.
func FindUser(users []User, who string) *User {
	for n := range users {
		if users[n].ID == who || strings.EqualFold(users[n].Email, who) {
			return &users[n]
		}
	}
	return nil
}

// FindApp returns the app with this id or slug.
func FindApp(apps []App, what string) *App {
	for n := range apps {
		if strings.EqualFold(apps[n].ID, what) || apps[n].Slug == what {
			return &apps[n]
		}
	}
	return nil
}

// RoleIn is the role of a user in a workspace, or "" if they are not in it.
func RoleIn(u *User, workspaceID string) string {
	if u == nil {
		return ""
	}
	for _, m := range u.Memberships {
		if m.WorkspaceID == workspaceID {
			return m.Role
		}
	}
	return ""
}

// details joins what is known of a pair for its row.
func details(u *User, a *App) history.Details {
	var d history.Details
	if u != nil {
		d.UserID, d.UserEmail, d.UserName = u.ID, u.Email, u.Name
	}
	if a != nil {
		d.AppID, d.AppName, d.AppSlug = a.ID, a.Name, a.Slug
		d.WorkspaceID, d.Workspace = a.WorkspaceID, a.Workspace
		d.Role = RoleIn(u, a.WorkspaceID)
	}
	return d
}

// enrichTimeout bounds the look-ups after a token was issued. The token is in
// hand and recorded by then; names and role are only there to read it by.
const enrichTimeout = 10 * time.Second

// enrich adds to a fresh row what was typed by hand and not picked from a list:
// names, workspace and the role at issue. It never fails: without an answer the
// row stays as it is.
func (i *Issuer) enrich(ctx context.Context, row Token) Token {
	ctx, cancel := context.WithTimeout(unwatched(ctx), enrichTimeout)
	defer cancel()
	var user *User
	if u, err := i.Client.GetUser(ctx, first(row.UserID, row.UserEmail)); err == nil {
		user = &u
	}
	var app *App
	if apps, err := i.Apps(ctx, false); err == nil {
		app = FindApp(apps, first(row.AppID, row.AppSlug))
	}
	if user == nil && app == nil {
		return row
	}
	rctx, done := recordContext(ctx)
	defer done()
	if more, err := i.History.SetDetails(rctx, row.ID, details(user, app)); err == nil {
		return more
	}
	return row
}
