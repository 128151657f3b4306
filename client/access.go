package client

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
)

// Access is what a user may do with an app, and through what (contract 4.3). Only
// servers with the second version of the API tell.
type Access struct {
	UserID, Email string // of lists of an app's users
	AppID         string // of lists of a user's apps
	View, Edit    bool
	Sources       []AccessSource
}

// AccessSource is a reason for an Access.
type AccessSource struct {
	Owner bool   // the user owns the app
	Group string // else: the group that gives it; a role's name for the groups of roles
}

// maxSources bounds how many reasons of one access are kept.
const maxSources = 100

type accessBody struct {
	ID, Email   string
	Permissions struct {
		View bool `json:"can_view"`
		Edit bool `json:"can_edit"`
	}
	Sources []struct {
		Type  string
		Group struct{ Name string }
	} `json:"access_sources"`
}

func (b accessBody) access() Access {
	a := Access{View: b.Permissions.View, Edit: b.Permissions.Edit}
	for _, s := range b.Sources[:min(len(b.Sources), maxSources)] {
		a.Sources = append(a.Sources, AccessSource{Owner: s.Type == "owner", Group: cut(s.Group.Name, maxString)})
	}
	return a
}

// ListAppUsers returns who may open an app of a workspace. A server without the
// second version of the API, an unknown workspace and an unknown app are ErrNotFound.
func (c *Client) ListAppUsers(ctx context.Context, workspaceID, appID string) ([]Access, error) {
	r, e := c.newRequest("list users of an app", http.MethodGet, "api", "v2", "ext", "workspaces", workspaceID, "apps", appID, "users")
	if e != nil {
		return nil, e
	}
	return c.listAccess(ctx, r, func(b accessBody, a *Access) { a.UserID, a.Email, a.AppID = b.ID, b.Email, appID })
}

// ListUserApps returns which apps of a workspace a user may open; the user is
// named by id or e-mail address. Who is not in the workspace is ErrNotFound, as is
// a server without the second version of the API.
func (c *Client) ListUserApps(ctx context.Context, workspaceID, user string) ([]Access, error) {
	r, e := c.newRequest("list apps of a user", http.MethodGet, "api", "v2", "ext", "workspaces", workspaceID, "users", user, "apps")
	if e != nil {
		return nil, e
	}
	return c.listAccess(ctx, r, func(b accessBody, a *Access) { a.AppID = b.ID })
}

func (c *Client) listAccess(ctx context.Context, r request, name func(accessBody, *Access)) ([]Access, error) {
	var all []Access
	err := c.pages(ctx, r, func(raw json.RawMessage) {
		var b accessBody
		if !readObject(raw, &b) || len(b.ID) > 128 || len(b.Email) > 320 || b.ID+b.Email == "" {
			return
		}
		a := b.access()
		name(b, &a)
		all = append(all, a)
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// perPage is the largest page that the second version of the API gives.
const perPage = 100

// pages sends r for each page of a list and calls take for each element.
func (c *Client) pages(ctx context.Context, r request, take func(json.RawMessage)) error {
	var before json.RawMessage // the first element of the page before
	for page := 1; page <= maxElements/perPage; page++ {
		r.url.RawQuery = "page=" + strconv.Itoa(page) + "&per_page=" + strconv.Itoa(perPage)
		var got []json.RawMessage
		err := c.list(ctx, r, []string{"data"}, func() { got = nil }, func(raw json.RawMessage) {
			got = append(got, append(json.RawMessage(nil), raw...))
		})
		if err != nil {
			return err
		}
		if page > 1 && len(got) > 0 && bytes.Equal(got[0], before) {
			return nil // the server gives the same page for each number
		}
		for _, raw := range got {
			take(raw)
		}
		if len(got) != perPage { // the last page, or all of a server that does not part its lists
			return nil
		}
		before = got[0]
	}
	return nil
}
