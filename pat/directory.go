package pat

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"patdesk/client"
	"patdesk/history"
)

// directory is what was read of a server's users, workspaces and apps.
type directory struct {
	mu    sync.Mutex
	lists Lists
}

// Lists are what a server said last of its people, workspaces and apps, and when it
// was asked, by the local clock; a zero time means that it never was.
type Lists struct {
	Users      []User
	UsersAt    time.Time
	Workspaces []Workspace // all of them where the server tells, else the active ones
	Apps       []App       // of the active workspaces
	AppsAt     time.Time
}

// Loaded is when the older of the lists was read; zero if one never was.
func (l Lists) Loaded() time.Time {
	if l.AppsAt.Before(l.UsersAt) {
		return l.AppsAt
	}
	return l.UsersAt
}

// directoryFor is how long lists are used before they are read again.
const directoryFor = 5 * time.Minute

// Lists returns users, workspaces and apps as Users and Apps do, both at once.
func (i *Issuer) Lists(ctx context.Context, fresh bool) (Lists, error) {
	lists, loaded, err := i.loadLists(ctx, fresh)
	if loaded {
		i.noteDrift(ctx)
	}
	return lists, err
}

// loadLists is Lists without a look at the tokens; loaded says that one of the lists came
// from the server.
func (i *Issuer) loadLists(ctx context.Context, fresh bool) (lists Lists, loaded bool, err error) {
	var users, apps bool
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { _, users, err = i.loadUsers(gctx, fresh); return err })
	g.Go(func() (err error) { _, apps, err = i.loadApps(gctx, fresh); return err })
	err = g.Wait()
	return i.ListsAtHand(), users || apps, err
}

// LastLists returns the lists as they were read last, by this process or an earlier
// one. It asks nothing of the server.
func (i *Issuer) LastLists(ctx context.Context) (Lists, error) {
	d := &i.learned().directory
	d.mu.Lock()
	have := d.lists
	d.mu.Unlock()
	if !have.Loaded().IsZero() || i.History == nil {
		return have, nil
	}
	kept, err := i.History.Directory(ctx, i.Server())
	if err != nil {
		return have, err
	}
	last := listsOf(kept)
	if !have.UsersAt.IsZero() {
		last.Users, last.UsersAt = have.Users, have.UsersAt
	}
	if !have.AppsAt.IsZero() {
		last.Workspaces, last.Apps, last.AppsAt = have.Workspaces, have.Apps, have.AppsAt
	}
	return last, nil
}

// Users returns the users of the instance: in one answer, or in pages where that cannot be
// had. Lists read within the last five
// minutes are used again unless fresh is set. With lists of users and apps that were just
// read, what differs for the live tokens is recorded.
func (i *Issuer) Users(ctx context.Context, fresh bool) ([]User, error) {
	users, loaded, err := i.loadUsers(ctx, fresh)
	if loaded {
		i.noteDrift(ctx)
	}
	return users, err
}

func (i *Issuer) loadUsers(ctx context.Context, fresh bool) (users []User, loaded bool, err error) {
	d := &i.learned().directory
	d.mu.Lock()
	if !fresh && time.Since(d.lists.UsersAt) < directoryFor {
		defer d.mu.Unlock()
		return d.lists.Users, false, nil
	}
	d.mu.Unlock()
	began := time.Now()
	if users, err = i.Client.ListUsers(ctx); needsPages(err) {
		if paged, pagesErr := i.usersByPage(ctx); pagesErr == nil {
			users, err = paged, nil
		}
	}
	if err != nil {
		return nil, false, i.stage(StageRead, "", "", err)
	}
	d.mu.Lock()
	d.lists.Users, d.lists.UsersAt = users, began
	d.mu.Unlock()
	i.keep(ctx, func(ctx context.Context, h Ledger) error {
		return h.SaveUsers(ctx, i.Server(), listedUsers(users), began)
	})
	return users, true, nil
}

// Workspaces returns the workspaces of the instance: all of them where the server
// has the second version of the API, else the active ones.
func (i *Issuer) Workspaces(ctx context.Context) ([]Workspace, error) {
	list, err := i.Client.ListAllWorkspaces(ctx)
	if ce, ok := errors.AsType[*client.Error](err); ok && ce.Status != 0 { // it may be a gate of the second version alone
		list, err = i.Client.ListWorkspaces(ctx)
	}
	if err != nil {
		return nil, i.stage(StageRead, "", "", err)
	}
	i.keep(ctx, func(ctx context.Context, h Ledger) error {
		return h.SaveWorkspaces(ctx, i.Server(), listedWorkspaces(list), time.Now())
	})
	return list, nil
}

// Apps returns the apps of all active workspaces, each with the workspace it is
// in. Lists read within the last five minutes are used again unless fresh is set. With
// lists of users and apps that were just read, what differs for the live tokens is recorded.
func (i *Issuer) Apps(ctx context.Context, fresh bool) ([]App, error) {
	apps, loaded, err := i.loadApps(ctx, fresh)
	if loaded {
		i.noteDrift(ctx)
	}
	return apps, err
}

func (i *Issuer) loadApps(ctx context.Context, fresh bool) (all []App, loaded bool, err error) {
	d := &i.learned().directory
	d.mu.Lock()
	if !fresh && time.Since(d.lists.AppsAt) < directoryFor {
		defer d.mu.Unlock()
		return d.lists.Apps, false, nil
	}
	d.mu.Unlock()
	began := time.Now()
	spaces, err := i.Workspaces(ctx)
	if err != nil {
		return nil, false, err
	}
	if all, err = i.appsOf(ctx, spaces); err != nil {
		return nil, false, i.stage(StageRead, "", "", err)
	}
	d.mu.Lock()
	d.lists.Workspaces, d.lists.Apps, d.lists.AppsAt = spaces, all, began
	d.mu.Unlock()
	i.keep(ctx, func(ctx context.Context, h Ledger) error {
		return h.SaveApps(ctx, i.Server(), listedApps(all), began)
	})
	return all, true, nil
}

// appsOf reads the apps of the active ones of these workspaces.
func (i *Issuer) appsOf(ctx context.Context, spaces []Workspace) ([]App, error) {
	per := make([][]App, len(spaces))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for n, w := range spaces {
		if w.Status == statusArchived {
			continue
		}
		g.Go(func() error {
			apps, err := i.Client.ListApps(gctx, w.ID)
			for k := range apps {
				apps[k].WorkspaceID, apps[k].Workspace = w.ID, w.Name
			}
			per[n] = apps
			return err
		})
	}
	err := g.Wait()
	return slices.Concat(per...), err
}

// learn takes what the server says of one person now into the lists that are known, so
// that what was changed or seen here is not contradicted until they are read anew.
func (i *Issuer) learn(ctx context.Context, u User) {
	last, err := i.LastLists(ctx)
	at := slices.IndexFunc(last.Users, func(known User) bool { return known.ID == u.ID })
	if err != nil || at < 0 {
		return
	}
	users := slices.Clone(last.Users)
	if len(u.Groups) == 0 { // one user's answer need not name them
		u.Groups = users[at].Groups
	}
	if reflect.DeepEqual(listedUsers(users[at:at+1]), listedUsers([]User{u})) {
		return
	}
	users[at] = u
	i.learned().directory.mu.Lock()
	if i.learned().directory.lists.UsersAt.Equal(last.UsersAt) {
		i.learned().directory.lists.Users = users
	}
	i.learned().directory.mu.Unlock()
	i.keep(ctx, func(ctx context.Context, h Ledger) error {
		return h.SaveUsers(ctx, i.Server(), listedUsers(users), last.UsersAt)
	})
}

// keep writes lists into the history. What cannot be kept is read again the next
// time: the lists are a copy, so nothing else depends on it.
func (i *Issuer) keep(ctx context.Context, save func(context.Context, Ledger) error) {
	if i.History == nil || i.Server() == "" {
		return
	}
	ctx, cancel := recordContext(ctx)
	defer cancel()
	_ = save(ctx, i.History)
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
// row stays as it is. asked is the app as it was sent: a row that took its id from
// the URL of the answer is given back to that app, where the lists know it.
func (i *Issuer) enrich(ctx context.Context, row Token, asked string) Token {
	ctx, cancel := context.WithTimeout(unwatched(ctx), enrichTimeout)
	defer cancel()
	began := time.Now()
	var user *User
	name := first(row.UserID, row.UserEmail)
	if u, err := i.Client.GetUser(ctx, name); err == nil {
		user = FindUser([]User{u}, name) // another person's answer would rename the row
	}
	var app *App
	odd, known := "", Lists{}
	if apps, err := i.Apps(ctx, false); err == nil {
		known.Apps, known.Workspaces = apps, i.ListsAtHand().Workspaces
		app = FindApp(apps, first(row.AppID, row.AppSlug))
		if own := FindApp(apps, asked); own != nil && row.AppID != "" && !strings.EqualFold(own.ID, row.AppID) && (app == nil || app.Slug != own.Slug) {
			odd, app = client.OtherApp(row.AppID), own
		}
	}
	if user == nil && app == nil {
		return row
	}
	more := details(user, app)
	if odd != "" {
		more.URLWarning = strings.TrimPrefix(row.URLWarning+"\n"+odd, "\n")
	}
	rctx, done := recordContext(ctx)
	defer done()
	if t, err := i.History.SetDetails(rctx, row.ID, more); err == nil {
		row = t
	}
	// Whoever is archived has a token that opens nothing from its first moment.
	if user != nil {
		known.Users = []User{*user}
	}
	if t, err := i.compareWith(rctx, row, known, began); err == nil {
		row = t
	}
	return row
}
