package pat

import (
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"patdesk/client"
)

// rowOfRole names the row for a refusal that only a change of a role meets, or "".
// A missing seat has the status of a missing plan (contract 4.3); the plan's words
// are those of ToolJet's licence guard (contract 2.2).
func rowOfRole(e *client.Error, stage Stage) ID {
	switch says := strings.Join(e.Messages, " "); {
	case stage != StageRole || e.By != client.ByToolJet:
		return ""
	case e.Status == http.StatusBadRequest && e.Object && strings.Contains(e.Title, "change user role"):
		return IDAppsOwned
	case e.Status == http.StatusUnavailableForLegalReasons && !strings.Contains(says, "current plan"):
		return IDNoSeat
	}
	return ""
}

// fillOwned names the apps that keep their owner from becoming an end-user.
func fillOwned(x Explanation, e *client.Error, at *StageError) Explanation {
	if len(e.Data) > 0 {
		x.Cause = fmt.Sprintf("%s owns apps that an end-user cannot own: %s; nothing was changed", first(at.User, "the user"), strings.Join(e.Data, ", "))
	}
	return x
}

// roleLost are the words for a change of a role that was sent and not answered:
// what went wrong becomes the cause.
func roleLost(x Explanation) Explanation {
	lost := known(IDRoleLost)
	r, size := utf8.DecodeRuneInString(x.Title)
	x.Cause = string(unicode.ToLower(r)) + x.Title[size:] + ": " + x.Cause
	x.ID, x.Title, x.Next, x.console, x.Retry, x.Exit, x.Stop = lost.ID, lost.Title, lost.Next, lost.console, lost.Retry, lost.Exit, lost.Stop
	return x
}
