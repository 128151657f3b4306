package pat

import "net/url"

// PeoplePage is where a super admin archives people of the whole server, in ToolJet's
// own interface (docs, "Archive a user": Settings > All Users).
func PeoplePage(i *Issuer) string { return i.bases()[0] + "/instance-settings/all-users" }

// groupsPage is where an admin of a workspace gives its people access to its apps
// (docs, "User groups": Workspace settings > Groups).
func groupsPage(i *Issuer, t Token) string { return workspacePage(i, t, "workspace-settings/groups") }

// usersPage is where an admin of a workspace archives and activates its people.
func usersPage(i *Issuer, t Token) string { return workspacePage(i, t, "workspace-settings/users") }

// editorPage is where a builder releases a version of an app.
func editorPage(i *Issuer, t Token) string {
	if t.AppID == "" {
		return HomePage(i)
	}
	return workspacePage(i, t, "apps/"+url.PathEscape(t.AppID))
}

// HomePage is the front page of ToolJet.
func HomePage(i *Issuer) string { return i.bases()[0] + "/" }

// workspacePage is a page of a token's workspace; its id stands for its slug.
func workspacePage(i *Issuer, t Token, page string) string {
	if t.WorkspaceID == "" {
		return HomePage(i)
	}
	return HomePage(i) + url.PathEscape(t.WorkspaceID) + "/" + page
}
