package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// paged cuts a list to the page a v2 query asks for. Pages count from 1 and
// hold 1 to 100 items, 20 if nothing is said.
func paged(c *call, items []object) answer {
	page, perPage := 1, 20
	f := &fields{}
	number(f, c, "page", &page, 0)
	number(f, c, "per_page", &perPage, 100)
	if a, refused := f.refused(); refused {
		return a
	}
	// Dividing first keeps an absurd page number from overflowing.
	total, from := len(items), len(items)
	if page-1 <= total/perPage {
		from = min((page-1)*perPage, total)
	}
	return ok(object{
		"data":       append([]object{}, items[from:min(from+perPage, total)]...),
		"pagination": object{"page": page, "per_page": perPage, "total_count": total},
	})
}

// number reads a whole number of the query; most of 0 is no upper bound.
func number(f *fields, c *call, name string, into *int, most int) {
	text := c.query.Get(name)
	if text == "" {
		return
	}
	n, err := strconv.Atoi(text)
	if most > 0 && (err != nil || n > most) {
		f.complain("%s must not be greater than %d", name, most)
	}
	if err != nil || n < 1 {
		f.complain("%s must not be less than 1", name)
	}
	if err != nil {
		f.complain("%s must be an integer number", name)
	}
	*into = n
}

// found reports whether one of the texts contains the query's search.
func found(c *call, texts ...string) bool {
	q := strings.ToLower(c.query.Get("search"))
	return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(strings.ToLower(t), q) })
}

// wanted reports whether a value passes the query's filter of that name.
func wanted(c *call, name, value string) bool {
	q := c.query.Get(name)
	return q == "" || q == value
}

func userV2(u *User) object {
	return object{"id": u.ID, "name": u.Name, "email": u.Email, "status": u.Status}
}

func workspaceV2(w *Workspace) object {
	return object{"id": w.ID, "name": w.Name, "slug": w.Slug, "status": w.Status, "default": w.Default}
}

func memberV2(u *User, m *Membership) object {
	return object{
		"id": u.ID, "name": u.Name, "email": u.Email, "role": m.Role, "status": m.Status,
		"userDetails": []object{},
	}
}

func appV2(a *App) object {
	return object{"id": a.ID, "name": a.Name, "slug": a.Slug, "folder_id": nil}
}

func (s *Server) v2Users(c *call) answer {
	items := []object{}
	for _, u := range s.users {
		if found(c, u.Name, u.Email) && wanted(c, "status", u.Status) {
			items = append(items, userV2(u))
		}
	}
	return paged(c, items)
}

func (s *Server) v2User(c *call) answer {
	u := s.user(c.vars["user"])
	if u == nil {
		return refuse(http.StatusNotFound, msgNoUser)
	}
	return ok(userV2(u))
}

func (s *Server) v2UserWorkspaces(c *call) answer {
	u := s.user(c.vars["user"])
	if u == nil {
		return refuse(http.StatusNotFound, msgNoUser)
	}
	items := []object{}
	for _, m := range u.Memberships {
		w := workspaceV2(s.workspace(m.WorkspaceID))
		w["status"] = m.Status
		items = append(items, w)
	}
	return paged(c, items)
}

func (s *Server) v2Workspaces(c *call) answer {
	items := []object{}
	for _, w := range s.workspaces {
		if found(c, w.Name, w.Slug) && wanted(c, "status", w.Status) &&
			wanted(c, "default", strconv.FormatBool(w.Default)) {
			items = append(items, workspaceV2(w))
		}
	}
	return paged(c, items)
}

func (s *Server) v2Workspace(c *call) answer {
	w := s.workspace(c.vars["workspace"])
	if w == nil {
		return refuse(http.StatusNotFound, msgNoWorkspace)
	}
	return ok(workspaceV2(w))
}

func (s *Server) v2Members(c *call) answer {
	w := s.workspace(c.vars["workspace"])
	if w == nil {
		return refuse(http.StatusNotFound, msgNoWorkspace)
	}
	items := []object{}
	for _, u := range s.users {
		m := u.member(w.ID)
		if m != nil && found(c, u.Name, u.Email) && wanted(c, "status", m.Status) && wanted(c, "role", m.Role) {
			items = append(items, memberV2(u, m))
		}
	}
	return paged(c, items)
}

// membership finds workspace, user and the membership that joins them.
func (s *Server) membership(c *call) (*Workspace, *User, *Membership, answer) {
	w := s.workspace(c.vars["workspace"])
	if w == nil {
		return nil, nil, nil, refuse(http.StatusNotFound, msgNoWorkspace)
	}
	u := s.user(c.vars["user"])
	if u == nil || u.member(w.ID) == nil {
		return nil, nil, nil, refuse(http.StatusNotFound, "User not found in this workspace")
	}
	return w, u, u.member(w.ID), answer{}
}

func (s *Server) v2Member(c *call) answer {
	w, u, m, a := s.membership(c)
	if w == nil {
		return a
	}
	return ok(memberV2(u, m))
}

// v2ChangeMember is the role change of the v2 API. What a member is told beside
// the role (userDetails) is not kept here.
func (s *Server) v2ChangeMember(c *call) answer {
	f, a, readable := c.read()
	if !readable {
		return a
	}
	role := f.oneOf("role", roles...)
	if a, refused := f.refused(); refused {
		return a
	}
	w, u, m, a := s.membership(c)
	if w == nil {
		return a
	}
	if role != "" {
		if a, refused := s.changeRole(u, m, role); refused {
			return a
		}
	}
	return ok(memberV2(u, m))
}

func (s *Server) v2Apps(c *call) answer {
	w := s.workspace(c.vars["workspace"])
	if w == nil {
		return refuse(http.StatusNotFound, msgNoWorkspace)
	}
	items := []object{}
	for _, a := range s.apps {
		if a.WorkspaceID == w.ID && found(c, a.Name, a.Slug) {
			items = append(items, appV2(a))
		}
	}
	return paged(c, items)
}

// appIn finds an app by id, slug or name within one workspace.
func (s *Server) appIn(c *call) (*App, answer) {
	w := s.workspace(c.vars["workspace"])
	if w == nil {
		return nil, refuse(http.StatusNotFound, msgNoWorkspace)
	}
	id := c.vars["app"]
	for _, a := range s.apps {
		if a.WorkspaceID == w.ID && (a.ID == id || a.Slug == id || a.Name == id) {
			return a, answer{}
		}
	}
	return nil, refuse(http.StatusNotFound, "App not found")
}

func (s *Server) v2App(c *call) answer {
	a, refused := s.appIn(c)
	if a == nil {
		return refused
	}
	return ok(appV2(a))
}

// permits reports whether an access passes the query's permission filter.
// There, "view" means view only.
func (x access) permits(c *call) bool {
	switch c.query.Get("permission") {
	case "view":
		return x.view && !x.edit
	case "edit":
		return x.edit
	default:
		return x.view || x.edit
	}
}

// add puts an access into an item.
func (x access) add(item object) object {
	item["permissions"] = object{
		"can_view": x.view, "can_edit": x.edit, "hidden_from_dashboard": false, "environments": []string{"production"},
	}
	item["access_sources"] = x.sources
	return item
}

// v2AppUsers answers who can open an app.
func (s *Server) v2AppUsers(c *call) answer {
	a, refused := s.appIn(c)
	if a == nil {
		return refused
	}
	items := []object{}
	for _, u := range s.users {
		m := u.member(a.WorkspaceID)
		if m == nil {
			continue
		}
		if x := s.access(u, m, a); x.permits(c) {
			items = append(items, x.add(object{"id": u.ID, "email": u.Email, "status": m.Status, "role": m.Role}))
		}
	}
	return paged(c, items)
}

// v2UserApps answers which apps a member can open.
func (s *Server) v2UserApps(c *call) answer {
	w, u, m, refused := s.membership(c)
	if w == nil {
		return refused
	}
	items := []object{}
	for _, a := range s.apps {
		if a.WorkspaceID != w.ID || !found(c, a.Name, a.Slug) {
			continue
		}
		if x := s.access(u, m, a); x.permits(c) {
			items = append(items, x.add(appV2(a)))
		}
	}
	return paged(c, items)
}
