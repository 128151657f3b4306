package client

import (
	"slices"
	"testing"

	"patdesk/client/sandbox"
)

// Ensure a role is changed by the API that the server has, once, and that its
// refusals tell what stands in the way.
func TestSetRole(t *testing.T) {
	for _, tt := range []struct {
		name, user, workspace, role string
		options                     sandbox.Options
		status                      int
		data                        []string
		by                          string // method of the last request
	}{
		{name: "v1", user: "ana@example.com", workspace: "sales", role: "builder", by: "PUT"},
		{name: "v1 only", user: "ana@example.com", workspace: "sales", role: "admin", options: sandbox.Options{NoV2: true}, by: "PUT"},
		{name: "v2 only", user: "ana@example.com", workspace: "sales", role: "builder", options: sandbox.Options{NoV1Role: true}, by: "PATCH"},
		{name: "neither", user: "ana@example.com", workspace: "sales", role: "builder", options: sandbox.Options{NoV1Role: true, NoV2: true}, status: 404, by: "PATCH"},
		{name: "the same role", user: "ana@example.com", workspace: "sales", role: "end-user", by: "PUT"},
		{name: "owner", user: "quinn@example.org", workspace: "support", role: "end-user", status: 400, data: []string{"Ticket queue", "Knowledge base", "Escalations", "Panel ]0;owned[2J rest"}, by: "PUT"},
		{name: "owner, v2", user: "cy@example.com", workspace: "operations", role: "end-user", options: sandbox.Options{NoV1Role: true}, status: 400, data: []string{"Warehouse map", "Delivery slots"}, by: "PATCH"},
		{name: "no seat", user: "ana@example.com", workspace: "sales", role: "builder", options: sandbox.Options{Builders: 8}, status: 451, by: "PUT"},
		{name: "no seat, v2", user: "ana@example.com", workspace: "sales", role: "admin", options: sandbox.Options{Builders: 8, NoV1Role: true}, status: 451, by: "PATCH"},
		{name: "has a seat", user: "dana@example.com", workspace: "sales", role: "admin", options: sandbox.Options{Builders: 8}, by: "PUT"},
		{name: "not a member", user: "ana@example.com", workspace: "support", role: "builder", status: 400, by: "PUT"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, c := play(t, tt.options)
			w, u := workspaceOf(s, tt.workspace), userOf(s, tt.user)
			err := c.SetRole(t.Context(), w, u.ID, tt.role)
			sent := s.Requests()
			if by := sent[len(sent)-1].Method; by != tt.by {
				t.Errorf("sent by %s", by)
			}
			if tt.status == 0 {
				if err != nil || roleOf(userOf(s, tt.user), w) != tt.role {
					t.Errorf("%v, role %q", err, roleOf(userOf(s, tt.user), w))
				}
				return
			}
			e := failed(t, err)
			if e.Status != tt.status || e.MaybeExecuted() || e.Object != (tt.data != nil) || len(e.Data) != len(tt.data) {
				t.Errorf("%+v", e)
			}
			if roleOf(userOf(s, tt.user), w) != roleOf(u, w) {
				t.Error("the role was changed")
			}
		})
	}
	_, c := play(t, sandbox.Options{})
	for _, bad := range [][3]string{{testApp, testUser, "owner"}, {"main", testUser, "admin"}, {testApp, "ana", "admin"}} {
		if err := c.SetRole(t.Context(), bad[0], bad[1], bad[2]); failed(t, err).Failure != FailInput {
			t.Errorf("SetRole(%v) = %v", bad, err)
		}
	}
}

// Ensure a 404 that is not of a missing address is not followed by another request,
// nor a lost answer.
func TestSetRole_Once(t *testing.T) {
	for _, fault := range []sandbox.Fault{
		{Kind: sandbox.FaultStatus, Match: "workspace", Status: 404, Body: `"User not found"`, Times: -1},
		{Kind: sandbox.FaultDropAfter, Match: "workspace", Times: -1},
		{Kind: sandbox.FaultStatus, Match: "workspace", Status: 404, Body: "<html>Cannot PUT</html>", Times: -1},
	} {
		s, c := play(t, sandbox.Options{})
		s.Inject(fault)
		err := c.SetRole(t.Context(), workspaceOf(s, "sales"), userOf(s, "ana@example.com").ID, "builder")
		if n := len(s.Requests()); failed(t, err).Status == 200 || n != 1 {
			t.Errorf("%s: %d requests, %v", fault.Kind, n, err)
		}
	}
}

func userOf(s *sandbox.Server, email string) sandbox.User {
	users := s.Users()
	return users[slices.IndexFunc(users, func(u sandbox.User) bool { return u.Email == email })]
}

func workspaceOf(s *sandbox.Server, slug string) string {
	all := s.Workspaces()
	return all[slices.IndexFunc(all, func(w sandbox.Workspace) bool { return w.Slug == slug })].ID
}

func roleOf(u sandbox.User, workspaceID string) string {
	for _, m := range u.Memberships {
		if m.WorkspaceID == workspaceID {
			return m.Role
		}
	}
	return ""
}
