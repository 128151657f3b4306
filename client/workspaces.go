package client

import (
	"context"
	"encoding/json"
	"net/http"
)

// Workspace is a workspace (ToolJet also says organization). The server lists
// active ones only.
type Workspace struct {
	ID, Name, Status string
}

// ListWorkspaces returns the instance's active workspaces.
func (c *Client) ListWorkspaces(ctx context.Context) ([]Workspace, error) {
	r, e := c.newRequest("list workspaces", http.MethodGet, "api", "ext", "workspaces")
	if e != nil {
		return nil, e
	}
	var all []Workspace
	err := c.list(ctx, r, []string{"workspaces", "data"}, func() { all = nil }, func(raw json.RawMessage) {
		var w struct{ ID, Name, Status string }
		if readObject(raw, &w) && w.ID != "" && len(w.ID) <= 128 {
			all = append(all, Workspace{w.ID, cut(w.Name, maxString), cut(w.Status, 64)})
		}
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}
