package issue

import (
	"slices"
	"strings"

	"patdesk/paste"
	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/widget"
)

// userChoices and appChoices make proposals of the server's lists.
func userChoices(users []pat.User) []widget.Choice {
	list := make([]widget.Choice, len(users))
	for i, u := range users {
		c := widget.Choice{Value: u.Email, Cells: []string{u.Email, u.Name, placeOf(u), u.Status}}
		if u.Email == "" {
			c.Value, c.Cells[0] = u.ID, u.ID
		}
		if pat.ArchivedWords(&users[i]) != "" {
			c.Cells, c.Off = c.Cells[:3], "archived: a token would open nothing"
		}
		list[i] = c
	}
	return list
}

// placeOf is a user's workspace and role, the first of several.
func placeOf(u pat.User) string {
	if len(u.Memberships) == 0 {
		return ""
	}
	m := u.Memberships[0]
	text := m.Workspace + " " + m.Role
	if n := len(u.Memberships) - 1; n > 0 {
		text += " +" + kit.PluralOf(n, "more")
	}
	return text
}

// appChoices are the apps for a user, who may be nil: those of other workspaces
// stand below, with the reason. Apps of one name have slug and workspace in it.
func appChoices(apps []pat.App, u *pat.User) []widget.Choice {
	names := map[string]int{}
	for _, a := range apps {
		names[strings.ToLower(a.Name)]++
	}
	list := make([]widget.Choice, len(apps))
	for i, a := range apps {
		name := a.Name
		if names[strings.ToLower(name)] > 1 {
			name += " (" + kit.FirstOf(a.Slug, a.ID) + ", " + a.Workspace + ")"
		}
		list[i] = widget.Choice{Value: a.ID, Cells: []string{name, a.Slug, a.Workspace}, Below: outside(a, u)}
	}
	return list
}

// outside says why an app will not open for a user, as far as workspaces tell, or "".
func outside(a pat.App, u *pat.User) string {
	if u == nil || len(u.Memberships) == 0 {
		return ""
	}
	at := slices.IndexFunc(u.Memberships, func(m pat.Membership) bool { return m.WorkspaceID == a.WorkspaceID })
	switch {
	case at < 0:
		return "other workspace: the user has no role in " + a.Workspace
	case u.Memberships[at].Status == "archived":
		return "archived there: the user is archived in " + a.Workspace
	}
	return ""
}

// offerApps proposes the apps for the user who is picked now.
func (f *Form) offerApps() {
	u := f.pickedUser()
	list := appChoices(f.apps, u)
	for i, a := range f.apps {
		if _, may, known := f.mayOpen(u, a); known && !may && list[i].Below == "" {
			list[i].Below = "no access: the user may not open it"
		}
	}
	f.app.SetChoices(list)
	f.appsFor = f.user.Value()
}

// cleanApp is the id or slug in what was pasted, or the text itself if there is none.
func (f *Form) cleanApp(text string) string {
	if app, err := paste.App(text, kit.BaseURL(f.shell)); err == nil {
		return app
	}
	return text
}

// nearUsers and nearApps are the indexes of the closest names.
func (f *Form) nearUsers(typed string) []int {
	var at []int
	for _, u := range pat.ClosestUsers(f.users, typed) {
		at = append(at, slices.IndexFunc(f.users, func(o pat.User) bool { return o.ID == u.ID }))
	}
	return at
}

func (f *Form) nearApps(typed string) []int {
	var at []int
	for _, a := range pat.ClosestApps(f.apps, typed) {
		at = append(at, slices.IndexFunc(f.apps, func(o pat.App) bool { return o.ID == a.ID }))
	}
	return at
}
