package pat

import "patdesk/history"

// The history keeps lists in types of its own, which hold no more than is shown.

func listedUsers(users []User) []history.ListedUser {
	out := make([]history.ListedUser, len(users))
	for n, u := range users {
		out[n] = history.ListedUser{ID: u.ID, Email: u.Email, Name: u.Name, Status: u.Status, Groups: u.Groups}
		for _, m := range u.Memberships {
			out[n].Roles = append(out[n].Roles, history.ListedRole{WorkspaceID: m.WorkspaceID, Workspace: m.Workspace, Status: m.Status, Role: m.Role})
		}
	}
	return out
}

func listedWorkspaces(spaces []Workspace) []history.ListedWorkspace {
	out := make([]history.ListedWorkspace, len(spaces))
	for n, w := range spaces {
		out[n] = history.ListedWorkspace{ID: w.ID, Name: w.Name, Status: w.Status}
	}
	return out
}

func listedApps(apps []App) []history.ListedApp {
	out := make([]history.ListedApp, len(apps))
	for n, a := range apps {
		out[n] = history.ListedApp{ID: a.ID, Slug: a.Slug, Name: a.Name, WorkspaceID: a.WorkspaceID, Workspace: a.Workspace}
	}
	return out
}

func listsOf(d history.Directory) Lists {
	l := Lists{UsersAt: d.UsersAt, AppsAt: d.AppsAt}
	for _, u := range d.Users {
		user := User{ID: u.ID, Email: u.Email, Name: u.Name, Status: u.Status, Groups: u.Groups}
		for _, r := range u.Roles {
			user.Memberships = append(user.Memberships, Membership{WorkspaceID: r.WorkspaceID, Workspace: r.Workspace, Status: r.Status, Role: r.Role})
		}
		l.Users = append(l.Users, user)
	}
	for _, w := range d.Workspaces {
		l.Workspaces = append(l.Workspaces, Workspace{ID: w.ID, Name: w.Name, Status: w.Status})
	}
	for _, a := range d.Apps {
		l.Apps = append(l.Apps, App{ID: a.ID, Slug: a.Slug, Name: a.Name, WorkspaceID: a.WorkspaceID, Workspace: a.Workspace})
	}
	return l
}

// The status of a user, a membership or a workspace.
const (
	statusActive   = "active"
	statusArchived = "archived"
)
