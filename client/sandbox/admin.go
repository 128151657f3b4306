package sandbox

import (
	"fmt"
	"slices"
)

// SetUserStatus makes a person active, archived or invited. Archiving
// reaches all their memberships, as in ToolJet; activating does not.
// The person is named by id or e-mail.
func (s *Server) SetUserStatus(user, status string) error {
	return s.edit(func() error {
		u := s.user(user)
		if u == nil {
			return fmt.Errorf("set status: no user %q", user)
		}
		u.Status = status
		for i := range u.Memberships {
			if status == "archived" {
				u.Memberships[i].Status = status
			}
		}
		return nil
	})
}

// SetMembership gives a person a status and a role in a workspace, and makes
// the membership if there is none.
func (s *Server) SetMembership(user, workspace, status, role string) error {
	return s.edit(func() error {
		u, w := s.user(user), s.workspace(workspace)
		if u == nil || w == nil {
			return fmt.Errorf("set membership: no user %q or workspace %q", user, workspace)
		}
		if m := u.member(w.ID); m != nil {
			m.Status, m.Role = status, role
			return nil
		}
		u.Memberships = append(u.Memberships, Membership{WorkspaceID: w.ID, Status: status, Role: role})
		return nil
	})
}

// SetWorkspaceStatus makes a workspace active or archived.
func (s *Server) SetWorkspaceStatus(workspace, status string) error {
	return s.edit(func() error {
		w := s.workspace(workspace)
		if w == nil {
			return fmt.Errorf("set status: no workspace %q", workspace)
		}
		w.Status = status
		return nil
	})
}

// SetAccess takes a person's way into an app, or gives it back. Admins keep theirs.
func (s *Server) SetAccess(user, app string, allowed bool) error {
	return s.edit(func() error {
		u, a := s.user(user), s.app(app)
		if u == nil || a == nil {
			return fmt.Errorf("set access: no user %q or app %q", user, app)
		}
		if a.denied == nil {
			a.denied = map[string]bool{}
		}
		a.denied[u.ID] = !allowed
		return nil
	})
}

// RenameApp gives an app another name.
func (s *Server) RenameApp(app, name string) error {
	return s.edit(func() error {
		a := s.app(app)
		if a == nil {
			return fmt.Errorf("rename app: no app %q", app)
		}
		a.Name = name
		return nil
	})
}

// RenameSlug gives an app another slug; its embed URLs keep working.
func (s *Server) RenameSlug(app, slug string) error {
	return s.edit(func() error {
		a := s.app(app)
		if a == nil {
			return fmt.Errorf("rename slug: no app %q", app)
		}
		a.Slug = slug
		return nil
	})
}

// SetOwner gives an app another owner, by id or e-mail.
func (s *Server) SetOwner(app, user string) error {
	return s.edit(func() error {
		a, u := s.app(app), s.user(user)
		if a == nil || u == nil {
			return fmt.Errorf("set owner: no app %q or user %q", app, user)
		}
		a.OwnerID = u.ID
		return nil
	})
}

// SetReleased releases an app or withdraws it.
func (s *Server) SetReleased(app string, released bool) error {
	return s.edit(func() error {
		a := s.app(app)
		if a == nil {
			return fmt.Errorf("set released: no app %q", app)
		}
		a.Released = released
		return nil
	})
}

// DeleteApp removes an app and, by cascade, its tokens.
func (s *Server) DeleteApp(app string) error {
	return s.edit(func() error {
		a := s.app(app)
		if a == nil {
			return fmt.Errorf("delete app: no app %q", app)
		}
		s.apps = slices.DeleteFunc(s.apps, func(x *App) bool { return x == a })
		s.forget(func(t *token) bool { return t.appID == a.ID })
		return nil
	})
}

// DeleteUser removes a person and, by cascade, their tokens.
func (s *Server) DeleteUser(user string) error {
	return s.edit(func() error {
		u := s.user(user)
		if u == nil {
			return fmt.Errorf("delete user: no user %q", user)
		}
		s.users = slices.DeleteFunc(s.users, func(x *User) bool { return x == u })
		s.forget(func(t *token) bool { return t.userID == u.ID })
		return nil
	})
}

// RotateSecret changes the key that signs sessions: the running ones end,
// tokens stay.
func (s *Server) RotateSecret() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secret = []byte(randomHex(32))
}

// Reconfigure changes switches of a running instance, as a restart with other
// settings would. The key, the sub-path, the clock and the data stay.
func (s *Server) Reconfigure(change func(*Options)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.opts
	change(&o)
	o.Key, o.SubPath, o.Now = s.opts.Key, s.opts.SubPath, s.opts.Now
	s.opts = o
}

func (s *Server) edit(change func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return change()
}

func (s *Server) forget(gone func(*token) bool) {
	for h, t := range s.tokens {
		if gone(t) {
			delete(s.tokens, h)
		}
	}
}

// SetUserEmail gives a person another e-mail address. Their id stays.
func (s *Server) SetUserEmail(user, email string) error {
	return s.edit(func() error {
		u := s.user(user)
		if u == nil {
			return fmt.Errorf("set e-mail: no user %q", user)
		}
		u.Email = email
		return nil
	})
}
