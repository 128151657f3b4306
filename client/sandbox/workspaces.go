package sandbox

import "slices"

// Workspace is one organisation on the instance.
type Workspace struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Slug    string   `json:"slug"`
	Status  string   `json:"status"` // active or archived
	Default bool     `json:"default"`
	Groups  []string `json:"groups"` // custom groups
}

// Workspaces returns all workspaces, archived ones too.
func (s *Server) Workspaces() []Workspace {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Workspace, 0, len(s.workspaces))
	for _, w := range s.workspaces {
		c := *w
		c.Groups = slices.Clone(w.Groups)
		out = append(out, c)
	}
	return out
}

// workspace finds by id, slug or name.
func (s *Server) workspace(id string) *Workspace {
	for _, w := range s.workspaces {
		if w.ID == id || w.Slug == id || w.Name == id {
			return w
		}
	}
	return nil
}

// listWorkspaces answers with the active ones only, as v1 does.
func (s *Server) listWorkspaces(*call) answer {
	out := []object{}
	for _, w := range s.workspaces {
		if w.Status != "active" {
			continue
		}
		groups := []object{}
		for _, g := range w.Groups {
			groups = append(groups, object{"id": stableID("group", w.ID+g), "name": g, "type": "custom"})
		}
		out = append(out, object{"id": w.ID, "name": w.Name, "status": w.Status, "groups": groups})
	}
	return ok(out)
}
