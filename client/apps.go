package client

import (
	"context"
	"encoding/json"
	"net/http"
)

// App is an app of a workspace. The server does not say whether it is released.
type App struct {
	ID, Name    string
	Slug        string // the id until somebody renames it
	WorkspaceID string
	Workspace   string // always empty: the server sends no name, the caller has it
	Versions    int
}

// ListApps returns the apps of a workspace. An id that is not a UUID and an
// unknown workspace are both a 400.
func (c *Client) ListApps(ctx context.Context, workspaceID string) ([]App, error) {
	r, e := c.newRequest("list apps", http.MethodGet, "api", "ext", "workspace", workspaceID, "apps")
	if e != nil {
		return nil, e
	}
	var all []App
	err := c.list(ctx, r, []string{"apps", "data"}, func() { all = nil }, func(raw json.RawMessage) {
		if app, ok := readApp(raw); ok {
			if app.WorkspaceID == "" {
				app.WorkspaceID = workspaceID
			}
			all = append(all, app)
		}
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func readApp(raw json.RawMessage) (App, bool) {
	var b struct {
		ID, Name, Slug, OrganizationID string
		Versions                       []struct{}
		VersionCount                   int
	}
	if !readObject(raw, &b) || b.ID == "" || len(b.ID) > 128 || len(b.Slug) > maxString {
		return App{}, false
	}
	if b.Slug == "" {
		b.Slug = b.ID
	}
	return App{
		ID: b.ID, Name: cut(b.Name, maxString), Slug: b.Slug,
		WorkspaceID: cut(b.OrganizationID, 128), Versions: max(b.VersionCount, len(b.Versions)),
	}, true
}
