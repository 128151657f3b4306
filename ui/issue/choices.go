package issue

import (
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
		if u.Status == "archived" {
			c.Cells, c.Off = c.Cells[:3], "archived: cannot be issued"
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

func appChoices(apps []pat.App) []widget.Choice {
	list := make([]widget.Choice, len(apps))
	for i, a := range apps {
		list[i] = widget.Choice{Value: a.ID, Cells: []string{a.Name, a.Slug, a.Workspace}}
	}
	return list
}
