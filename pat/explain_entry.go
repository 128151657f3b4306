package pat

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"patdesk/client"
)

// membershipTrouble are ToolJet's words, in a 401 of the exchange, for a token
// that is fine while its user's place in the app's workspace is not.
var membershipTrouble = []struct{ word, text string }{
	{"USER_ARCHIVED_IN_ORGANIZATION", "is archived in the app's workspace"},
	{"USER_INVITED_IN_ORGANIZATION", "has not accepted the invitation to the app's workspace"},
	{"USER_NOT_EXISTED", "is not a member of the app's workspace"},
}

// workspaceArchived recognizes ToolJet's 400 for a workspace that is archived
// (contract, 2.8).
func workspaceArchived(e *client.Error) bool {
	return e.By == client.ByToolJet && strings.Contains(strings.Join(e.Messages, " "), "rganization is Archived")
}

// lacksMembership says what is wrong with the user's membership, or "".
func lacksMembership(e *client.Error) string {
	says := strings.Join(e.Messages, " ")
	for _, m := range membershipTrouble {
		if strings.Contains(says, m.word) {
			return m.text
		}
	}
	return ""
}

// fillNoEntry tells an archived user, for whom neither access nor a new token helps,
// from one without access and from a token that is not valid.
func fillNoEntry(x Explanation, e *client.Error, at *StageError) Explanation {
	switch {
	case at.Away != "":
		return x.with("The user may not open this app", at.Away+"; the token itself is fine", "Undo that in ToolJet, if it was not meant so; no new token is needed")
	case x.ID == IDTokenInvalid:
		return fillInvalid(x, e, at)
	case workspaceArchived(e):
		return x.with("", "the workspace of the app is archived; the token itself is fine", "Activate the workspace in ToolJet; no new token is needed")
	case at.User != "" && at.App != "":
		x.Cause = fmt.Sprintf("%s may not open %s: the token is fine, the permission is missing", at.User, at.App)
	}
	return x
}

// saysArchived reports whether ToolJet's own words for a refusal are that the user
// is archived in the app's workspace, or the workspace itself.
func saysArchived(at *StageError) bool {
	if at == nil {
		return false
	}
	e, ok := errors.AsType[*client.Error](at.Err)
	return ok && (workspaceArchived(e) || lacksMembership(e) == membershipTrouble[0].text)
}

// fillInvalid tells an ended token from one whose user lost their workspace, and
// from one that should still work by our clock.
func fillInvalid(x Explanation, e *client.Error, at *StageError) Explanation {
	if trouble := lacksMembership(e); trouble != "" {
		return x.with("The user may not open this app", first(at.User, "the user")+" "+trouble+"; the token itself is fine", "Mend the membership in ToolJet; no new token is needed")
	}
	if at.Token != nil {
		if left := at.Token.Left(at.Clock.Now(time.Now())); left > 0 {
			x.Cause = fmt.Sprintf("by our clock it has %s left, so check the unit of patExpiry; else it is for another app, or the server never stored it", Span(left.Truncate(time.Second)))
		}
	}
	return x
}
