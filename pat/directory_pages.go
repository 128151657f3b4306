package pat

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"golang.org/x/sync/errgroup"

	"patdesk/client"
)

// The first version of the API sends all users, with workspaces, roles and groups, in one
// answer, and is asked first: the second sends pages that name neither (contract 4.3), so
// it takes many requests for less. It is asked where that one answer cannot be had.

// needsPages reports whether the list of all users failed for its size: it was larger than
// is read here, broke off, or took longer than this side or a gateway waits; or whether the
// server has no such call.
func needsPages(err error) bool {
	e, ok := errors.AsType[*client.Error](err)
	if !ok {
		return false
	}
	switch e.Failure {
	case client.FailTooLarge, client.FailTruncated:
		return true
	case client.FailTimeout:
		return e.Sent
	case client.FailStatus:
		return e.Status == http.StatusGatewayTimeout || e.Status == http.StatusNotFound && strings.HasPrefix(saidBy(e), "Cannot ")
	default:
		return false
	}
}

// usersByPage reads users and their roles in pages. Groups are those that were listed last:
// the pages do not tell. Errors: client.Error.
func (i *Issuer) usersByPage(ctx context.Context) ([]User, error) {
	users, err := i.Client.ListUsersByPage(ctx)
	if err != nil {
		return nil, err
	}
	spaces, err := i.Client.ListAllWorkspaces(ctx)
	if err != nil {
		return nil, err
	}
	per := make([][]client.Member, len(spaces))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for n, w := range spaces {
		g.Go(func() (err error) {
			per[n], err = i.Client.ListMembers(gctx, w.ID)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	at := make(map[string]*User, len(users))
	for n := range users {
		at[users[n].ID] = &users[n]
	}
	for n, members := range per {
		for _, m := range members {
			if u := at[m.UserID]; u != nil {
				u.Memberships = append(u.Memberships, Membership{WorkspaceID: spaces[n].ID, Workspace: spaces[n].Name, Status: m.Status, Role: m.Role})
			}
		}
	}
	last, _ := i.LastLists(ctx) // without them the groups are not known
	for _, known := range last.Users {
		if u := at[known.ID]; u != nil {
			u.Groups = known.Groups
		}
	}
	return users, nil
}
