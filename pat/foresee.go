package pat

import (
	"context"
	"errors"
	"strings"
	"time"

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

// ArchivedWords says that a token would open nothing for a user, since they are archived
// (contract 2.8); "" for any other.
func ArchivedWords(u *User) string {
	if u == nil || u.Status != statusArchived {
		return ""
	}
	return first(u.Email, u.ID) + " is archived: a token opens nothing for them until that is undone in ToolJet"
}

// Foreseen is what lists say against a token for a user, and when they were read; "" where
// they say nothing. It asks nothing of the server.
func Foreseen(l Lists, user string, zone *time.Location) string {
	words := ArchivedWords(FindUser(l.Users, user))
	if words == "" {
		return ""
	}
	return words + " (as listed on " + l.UsersAt.In(zone).Format("2006-01-02 at 15:04") + ")"
}

// ListsAtHand are the lists as this process read them last, empty before it did.
func (i *Issuer) ListsAtHand() Lists {
	i.learned().directory.mu.Lock()
	defer i.learned().directory.mu.Unlock()
	return i.learned().directory.lists
}
