package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"patdesk/pat"
)

// userView is a user as --json prints it.
type userView struct {
	ID         string           `json:"id"`
	Name       string           `json:"name"`
	Email      string           `json:"email"`
	Status     string           `json:"status"`
	Workspaces []membershipView `json:"workspaces"`
}

type membershipView struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"`
	Role   string `json:"role"`
}

type appView struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Slug        string `json:"slug"`
	WorkspaceID string `json:"workspace_id"`
	Workspace   string `json:"workspace"`
}

type workspaceView struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Status string `json:"status"`
}

// listing is a command that prints one list of the server.
func (a *app) listing(use, short string, run func(context.Context, *session) (views any, cols []column, rows [][]string, err error)) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: noArgs,
		Example: fmt.Sprintf("  patdesk %s\n  patdesk %s --json", use, use),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := a.open(cmd.Context(), needLook)
			if err != nil {
				return err
			}
			defer s.close()
			views, cols, rows, err := run(cmd.Context(), s)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(a.env.Out, views)
			}
			if len(rows) == 0 {
				a.say("none")
				return nil
			}
			return a.printTable(cols, rows)
		},
	}
}

func (a *app) usersCmd() *cobra.Command {
	return a.listing("users", "List the users of the instance", func(ctx context.Context, s *session) (any, []column, [][]string, error) {
		users, err := s.issuer.Users(ctx, true)
		views := make([]userView, len(users))
		var rows [][]string
		for i, u := range users {
			views[i] = userView{ID: u.ID, Name: u.Name, Email: u.Email, Status: u.Status, Workspaces: []membershipView{}}
			for _, m := range u.Memberships {
				views[i].Workspaces = append(views[i].Workspaces, membershipView{ID: m.WorkspaceID, Name: m.Workspace, Status: m.Status, Role: m.Role})
			}
			rows = append(rows, []string{u.Email, u.Name, u.Status, memberships(u)})
		}
		return views, []column{{"EMAIL", 40}, {"NAME", 28}, {"STATUS", 9}, {"ROLES", 60}}, rows, err
	})
}

func memberships(u pat.User) string {
	s := ""
	for _, m := range u.Memberships {
		if s != "" {
			s += ", "
		}
		s += fmt.Sprintf("%s: %s", m.Workspace, first(m.Role, m.Status))
	}
	return s
}

func (a *app) appsCmd() *cobra.Command {
	return a.listing("apps", "List the apps of all workspaces", func(ctx context.Context, s *session) (any, []column, [][]string, error) {
		apps, err := s.issuer.Apps(ctx, true)
		views := make([]appView, len(apps))
		var rows [][]string
		for i, p := range apps {
			views[i] = appView{ID: p.ID, Name: p.Name, Slug: p.Slug, WorkspaceID: p.WorkspaceID, Workspace: p.Workspace}
			rows = append(rows, []string{p.ID, p.Slug, p.Name, p.Workspace})
		}
		return views, []column{{"ID", 36}, {"SLUG", 28}, {"NAME", 32}, {"WORKSPACE", 28}}, rows, err
	})
}

func (a *app) workspacesCmd() *cobra.Command {
	return a.listing("workspaces", "List the workspaces; archived ones too where the server tells", func(ctx context.Context, s *session) (any, []column, [][]string, error) {
		spaces, err := s.issuer.Workspaces(ctx)
		views := make([]workspaceView, len(spaces))
		var rows [][]string
		for i, w := range spaces {
			views[i] = workspaceView{ID: w.ID, Name: w.Name, Status: w.Status}
			rows = append(rows, []string{w.ID, w.Name, w.Status})
		}
		return views, []column{{"ID", 36}, {"NAME", 40}, {"STATUS", 9}}, rows, err
	})
}
