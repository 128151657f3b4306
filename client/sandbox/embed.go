package sandbox

import (
	_ "embed"
	"net/http"
	"strings"
)

// The pages people see. All three are static: what they show is fetched and
// inserted as text.
var (
	//go:embed embed.html
	embedPage string
	//go:embed app.html
	appPage string
	//go:embed index.html
	indexPage string
)

// page answers everything outside the API: the embed page, the app, and for
// any other address the web client's index, as ToolJet does.
func (s *Server) page(c *call) answer {
	if c.method != http.MethodGet && c.method != http.MethodHead {
		return cannot(c)
	}
	rest, inside := strings.CutPrefix(c.escaped, s.prefix)
	switch {
	case inside && strings.HasPrefix(rest, "embed-apps/"):
		return answer{status: http.StatusOK, html: embedPage}
	case inside && strings.HasPrefix(rest, "applications/"):
		return answer{status: http.StatusOK, html: appPage}
	default:
		return answer{status: http.StatusOK, html: indexPage}
	}
}

// viewApp is what the app page loads with its session.
func (s *Server) viewApp(c *call) answer {
	se, a, valid := s.enterSession(c)
	if !valid {
		return a
	}
	app := s.app(c.vars["app"])
	if app == nil || app.ID != se.appID {
		return refuse(http.StatusForbidden, "You do not have access to this app")
	}
	u := s.user(se.userID)
	return ok(object{
		"id": app.ID, "name": app.Name, "slug": app.Slug, "is_released": app.Released,
		"user": object{"name": u.Name, "email": u.Email, "role": u.member(app.WorkspaceID).Role},
	})
}
