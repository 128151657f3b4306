package sandbox

import "net/http"

// The second version of the API archives people on the instance, which reaches
// all their memberships, both ways, or in one workspace (contract 4.3).

const (
	active   = "active"
	archived = "archived"
)

func (s *Server) v2ArchiveUser(c *call) answer   { return s.v2TurnUser(c, archived) }
func (s *Server) v2UnarchiveUser(c *call) answer { return s.v2TurnUser(c, active) }

func (s *Server) v2TurnUser(c *call, status string) answer {
	u := s.user(c.vars["user"])
	switch {
	case u == nil:
		return refuse(http.StatusNotFound, msgNoUser)
	case (u.Status == archived) == (status == archived):
		return refuse(http.StatusConflict, "User is already "+u.Status)
	}
	u.Status = status
	for i := range u.Memberships {
		u.Memberships[i].Status = status
	}
	return created(userV2(u))
}

func (s *Server) v2ArchiveMember(c *call) answer   { return s.v2TurnMember(c, archived) }
func (s *Server) v2UnarchiveMember(c *call) answer { return s.v2TurnMember(c, active) }

func (s *Server) v2TurnMember(c *call, status string) answer {
	w, u, m, refused := s.membership(c)
	switch {
	case w == nil:
		return refused
	case (m.Status == archived) == (status == archived):
		return refuse(http.StatusConflict, "User is already "+m.Status+" in this workspace")
	case status == active && u.Status == archived:
		return refuse(http.StatusBadRequest, "User is archived on the instance")
	}
	m.Status = status
	return created(memberV2(u, m))
}
