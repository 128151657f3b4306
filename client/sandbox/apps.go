package sandbox

import (
	"net/http"
	"slices"
)

// App is one ToolJet app.
type App struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Slug        string   `json:"slug"` // equals ID until somebody renames it
	WorkspaceID string   `json:"workspace_id"`
	OwnerID     string   `json:"owner_id"`
	Released    bool     `json:"released"`
	Versions    []string `json:"versions"`
	Groups      []string `json:"groups"` // custom groups that may open it; none is the whole workspace

	denied map[string]bool // user ids without access, whatever their groups
}

// Apps returns all apps in their listed order.
func (s *Server) Apps() []App {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]App, 0, len(s.apps))
	for _, a := range s.apps {
		c := *a
		c.denied = nil
		c.Versions, c.Groups = slices.Clone(a.Versions), slices.Clone(a.Groups)
		out = append(out, c)
	}
	return out
}

// app finds by id or slug.
func (s *Server) app(id string) *App {
	for _, a := range s.apps {
		if a.ID == id || a.Slug == id {
			return a
		}
	}
	return nil
}

// access is what somebody may do with an app, and why.
type access struct {
	view, edit bool
	sources    []object
}

// access works out what a person may do with an app. Membership is not
// looked at; the callers report its state in their own ways.
func (s *Server) access(u *User, m *Membership, a *App) access {
	var got access
	if a.OwnerID == u.ID {
		got = access{view: true, edit: true, sources: []object{{"type": "owner"}}}
	}
	if m.Role == "admin" {
		got.view, got.edit = true, true
		got.sources = append(got.sources, throughGroup("admin", "default", "all_apps", "edit"))
		return got
	}
	if a.denied[u.ID] {
		return got
	}
	if len(a.Groups) == 0 {
		permission := "view"
		if m.Role == "builder" {
			permission, got.edit = "edit", true
		}
		got.view = true
		got.sources = append(got.sources, throughGroup(m.Role, "default", "all_apps", permission))
		return got
	}
	for _, g := range m.Groups {
		if slices.Contains(a.Groups, g) {
			got.view = true
			got.sources = append(got.sources, throughGroup(g, "custom", "custom", "view"))
		}
	}
	return got
}

func throughGroup(name, kind, scope, permission string) object {
	return object{
		"type": "group", "group": object{"name": name, "type": kind},
		"scope": scope, "permission": permission,
	}
}

// listApps answers 400 for a workspace that is malformed or unknown, both.
func (s *Server) listApps(c *call) answer {
	id := c.vars["workspace"]
	if !isUUID(id) {
		return refuse(http.StatusBadRequest, []string{"workspaceId must be a UUID"})
	}
	w := s.workspace(id)
	if w == nil {
		return refuse(http.StatusBadRequest, "Invalid workspace id")
	}
	out := []object{}
	for _, a := range s.apps {
		if a.WorkspaceID == w.ID {
			out = append(out, appV1(a))
		}
	}
	if s.opts.AppsWrapped {
		return ok(object{"apps": out, "total": len(out)})
	}
	return ok(out)
}

func appV1(a *App) object {
	versions := []object{}
	for _, v := range a.Versions {
		versions = append(versions, object{"id": stableID("version", a.ID+v), "name": v})
	}
	return object{
		"id": a.ID, "name": a.Name, "slug": a.Slug, "organizationId": a.WorkspaceID,
		"createdAt": "2026-01-12T09:30:00.000Z", "versions": versions, "versionCount": len(versions),
	}
}
