package client

import (
	"context"
	"encoding/json"
	"net/http"
)

// Workspace is a workspace (ToolJet also says organization).
type Workspace struct {
	ID, Name, Status string
}

// ListWorkspaces returns the instance's active workspaces, by the first version of
// the API.
func (c *Client) ListWorkspaces(ctx context.Context) ([]Workspace, error) {
	r, e := c.newRequest("list workspaces", http.MethodGet, "api", "ext", "workspaces")
	if e != nil {
		return nil, e
	}
	var all []Workspace
	err := c.list(ctx, r, []string{"workspaces", "data"}, func() { all = nil }, takeWorkspace(&all))
	if err != nil {
		return nil, err
	}
	return all, nil
}

// ListAllWorkspaces returns all workspaces, archived ones too, by the second
// version of the API; a server without it is ErrNotFound.
func (c *Client) ListAllWorkspaces(ctx context.Context) ([]Workspace, error) {
	r, e := c.newRequest("list all workspaces", http.MethodGet, "api", "v2", "ext", "workspaces")
	if e != nil {
		return nil, e
	}
	var all []Workspace
	if err := c.pages(ctx, r, takeWorkspace(&all)); err != nil {
		return nil, err
	}
	return all, nil
}

func takeWorkspace(all *[]Workspace) func(json.RawMessage) {
	return func(raw json.RawMessage) {
		var w struct{ ID, Name, Status string }
		if readObject(raw, &w) && w.ID != "" && len(w.ID) <= 128 {
			*all = append(*all, Workspace{w.ID, cut(w.Name, maxString), cut(w.Status, 64)})
		}
	}
}
