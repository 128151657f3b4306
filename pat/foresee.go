package pat

import (
	"context"
	"errors"
	"strings"

	"patdesk/client"
)

// Opens is which apps a user may open, and through what, as the server's access lists
// say (contract 4.3).
type Opens struct {
	// Known is false on a server that does not tell.
	Known bool
	apps  map[string]string // by id in lower case: through what
}

// May reports whether the user may open an app, and through what: "group Partners",
// "role builder", "owner".
func (o Opens) May(appID string) (through string, may bool) {
	through, may = o.apps[strings.ToLower(appID)]
	return through, may
}

// Opens asks which apps of their workspaces a user may open: one list for each
// workspace in which they are active. Errors: StageError; a server that does not tell
// is none.
func (i *Issuer) Opens(ctx context.Context, u User) (Opens, error) {
	o := Opens{Known: true, apps: map[string]string{}}
	for _, m := range u.Memberships {
		if m.Status != "" && m.Status != statusActive {
			continue
		}
		list, err := i.Client.ListUserApps(unwatched(ctx), m.WorkspaceID, first(u.ID, u.Email))
		if ce, ok := errors.AsType[*client.Error](err); ok && ce.Status != 0 {
			return Opens{}, nil // an older server, or a gate before it
		}
		if err != nil {
			return Opens{}, i.stage(StageRead, u.Email, "", err)
		}
		for _, a := range list {
			if a.View || a.Edit {
				o.apps[strings.ToLower(a.AppID)] = throughWords(a.Sources)
			}
		}
	}
	return o, nil
}

// throughWords says through what somebody may open an app.
func throughWords(sources []client.AccessSource) string {
	var parts []string
	for _, s := range sources {
		switch {
		case s.Owner:
			parts = append(parts, "owner")
		case s.Group == "admin" || s.Group == "builder" || s.Group == "end-user":
			parts = append(parts, "role "+s.Group)
		case s.Group != "":
			parts = append(parts, "group "+s.Group)
		}
	}
	return strings.Join(parts, ", ")
}
