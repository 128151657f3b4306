package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// User is a person on the instance.
type User struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	Email       string       `json:"email"`
	Status      string       `json:"status"` // active, archived or invited
	Memberships []Membership `json:"memberships"`
}

// Membership is a person's place in one workspace.
type Membership struct {
	WorkspaceID string   `json:"workspace_id"`
	Status      string   `json:"status"` // active, archived or invited
	Role        string   `json:"role"`   // admin, builder or end-user
	Groups      []string `json:"groups"` // custom groups
}

// The roles of every workspace.
var roles = []string{"admin", "builder", "end-user"}

// Users returns the people on the instance in their listed order. The
// pleasant ones come first, the awkward names last.
func (s *Server) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]User, 0, len(s.users))
	for _, u := range s.users {
		c := *u
		c.Memberships = slices.Clone(u.Memberships)
		for i := range c.Memberships {
			c.Memberships[i].Groups = slices.Clone(c.Memberships[i].Groups)
		}
		out = append(out, c)
	}
	return out
}

func (u *User) member(workspaceID string) *Membership {
	for i := range u.Memberships {
		if u.Memberships[i].WorkspaceID == workspaceID {
			return &u.Memberships[i]
		}
	}
	return nil
}

// user finds a person by id or by e-mail, whose case does not matter.
func (s *Server) user(id string) *User {
	for _, u := range s.users {
		if u.ID == id || strings.EqualFold(u.Email, id) {
			return u
		}
	}
	return nil
}

type object = map[string]any

// userV1 is the v1 shape of a person.
func (s *Server) userV1(u *User) object {
	places, groups, details := []object{}, []object{}, []object{}
	for _, m := range u.Memberships {
		w := s.workspace(m.WorkspaceID)
		var invite any
		if m.Status == "invited" {
			invite = fmt.Sprintf("/invitations/%s/workspaces/%s", stableID("invite", u.ID), w.ID)
		}
		places = append(places, object{
			"id": w.ID, "name": w.Name, "status": m.Status, "inviteUrl": invite,
			"userPermission": object{
				"id": stableID("role", w.ID+m.Role), "name": m.Role,
				"type": "default", "appCreate": m.Role != "end-user",
			},
		})
		groups = append(groups, object{"id": stableID("role", w.ID+m.Role), "name": m.Role})
		for _, g := range m.Groups {
			groups = append(groups, object{"id": stableID("group", w.ID+g), "name": g})
		}
		details = append(details, object{
			"organizationId": w.ID, "ssoUserInfo": nil,
			// Metadata may hold other systems' keys, which no list should show.
			"userMetadata": object{"crm_key": "metadata-is-never-shown"},
		})
	}
	return object{
		"id": u.ID, "name": u.Name, "email": u.Email, "status": u.Status,
		"workspaces": places, "userGroups": groups, "userDetails": details,
	}
}

// listUsers answers with one bare array; v1 has no pages.
func (s *Server) listUsers(c *call) answer {
	statuses, groups := list(c.query.Get("status")), list(c.query.Get("group_names"))
	for _, st := range statuses {
		if !slices.Contains([]string{"active", "archived", "invited", "verified"}, st) {
			return refuse(http.StatusBadRequest,
				[]string{"each value in status must be one of the following values: active, archived, invited, verified"})
		}
	}
	out := []object{}
	for _, u := range s.users {
		if len(statuses) > 0 && !slices.Contains(statuses, u.Status) {
			continue
		}
		if len(groups) > 0 && !u.inAny(groups) {
			continue
		}
		out = append(out, s.userV1(u))
	}
	return ok(out)
}

func (u *User) inAny(groups []string) bool {
	return slices.ContainsFunc(u.Memberships, func(m Membership) bool {
		return slices.Contains(groups, m.Role) ||
			slices.ContainsFunc(m.Groups, func(g string) bool { return slices.Contains(groups, g) })
	})
}

// list splits a comma list of the query.
func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' })
}

func (s *Server) getUser(c *call) answer {
	id := c.vars["user"]
	if !isUUID(id) && !strings.Contains(id, "@") {
		return refuseUUID(id)
	}
	u := s.user(id)
	if u == nil {
		return refuse(http.StatusNotFound, msgNoUser)
	}
	return ok(s.userV1(u))
}

// updateRole is PUT update-user-role. Permissions are read live, so open
// sessions feel the change at their next request.
func (s *Server) updateRole(c *call) answer {
	f, a, readable := c.read()
	if !readable {
		return a
	}
	f.required("newRole", "one of the following values: "+strings.Join(roles, ", "))
	role := f.oneOf("newRole", roles...)
	id, email := f.uuid("userId"), f.email("email")
	if a, refused := f.refused(); refused {
		return a
	}
	workspace := c.vars["workspace"]
	if !isUUID(workspace) {
		return refuseUUID(workspace)
	}
	if id == "" {
		id = email
	}
	if id == "" {
		return refuse(http.StatusBadRequest, msgNoUserKey)
	}
	u := s.user(id)
	if u == nil {
		return refuse(http.StatusNotFound, msgNoUser)
	}
	m := u.member(workspace)
	if m == nil {
		return refuse(http.StatusBadRequest, "User does not have any role in this workspace")
	}
	if a, refused := s.changeRole(u, m, role); refused {
		return a
	}
	return answer{status: http.StatusOK}
}

// changeRole gives a member another role, or refuses: an owner of apps cannot
// become an end-user, and the licence may have no seat left. The same role again
// is no change.
func (s *Server) changeRole(u *User, m *Membership, role string) (answer, bool) {
	if m.Role == role {
		return answer{}, false
	}
	if owned := s.owned(u, m.WorkspaceID); role == "end-user" && len(owned) > 0 {
		return refuse(http.StatusBadRequest, titled{
			Title: "Can not change user role",
			Error: "Owner of apps cannot be an end-user. Change the owner of these apps first.",
			Data:  owned,
		}), true
	}
	before := m.Role
	m.Role = role
	// As ToolJet does it: changed, counted, and rolled back.
	if s.opts.Builders > 0 && u.builds() && s.builders() > s.opts.Builders {
		m.Role = before
		return refuse(http.StatusUnavailableForLegalReasons, msgNoSeat), true
	}
	return answer{}, false
}

// builds reports whether a person takes a seat of those who build apps.
func (u *User) builds() bool {
	return u.Status == "active" && slices.ContainsFunc(u.Memberships, func(m Membership) bool {
		return m.Status == "active" && m.Role != "end-user"
	})
}

func (s *Server) builders() int {
	n := 0
	for _, u := range s.users {
		if u.builds() {
			n++
		}
	}
	return n
}

// owned lists the names of the apps a person owns in a workspace.
func (s *Server) owned(u *User, workspaceID string) []string {
	var names []string
	for _, a := range s.apps {
		if a.OwnerID == u.ID && a.WorkspaceID == workspaceID {
			names = append(names, a.Name)
		}
	}
	return names
}
