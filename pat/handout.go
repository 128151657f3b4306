package pat

import (
	"encoding/json"
	"fmt"
	"time"

	"patdesk/snippet"
)

// SnippetData is what a snippet shows of a token, the same on both faces: its
// worst-case end, its secrets, and what a person should know before pasting it.
// base is the address of the server.
func SnippetData(t Token, s Secrets, base string, now time.Time) snippet.Data {
	d := snippet.Data{
		URL: s.URL, Token: s.Token, BaseURL: first(base, t.Host), AppID: t.AppID, AppName: t.AppName, AppSlug: t.AppSlug,
		User: first(t.UserEmail, t.UserID), Ends: EndOf(t).Latest, Life: t.Life, IdleMinutes: t.IdleMinutes,
		SentExpiry: t.SentExpiry, Unit: t.Unit, Judged: t.URLWarning != "",
		JSON: func() ([]byte, error) { return json.Marshal(ViewOf(t, now).WithSecrets(s)) },
	}
	if power := Power(t); power != "" {
		d.Notes = append(d.Notes, power)
	}
	return d
}

// Power says what else somebody can do who holds the token of an admin or a
// builder, or is "" for others: nothing that can be read pins the session of an
// embed to its app, only to its workspace (contract 0a, 3.1).
func Power(t Token) string {
	if t.Outcome == Rejected {
		return ""
	}
	return PowerOf(first(t.UserEmail, t.UserID), t.Role, t.Workspace)
}

// PowerOf is Power before a token is issued.
func PowerOf(user, role, workspace string) string {
	if role != "admin" && role != "builder" {
		return ""
	}
	return fmt.Sprintf("%s is %s %s: whoever holds this token can act as them in workspace %s, not only open the app",
		user, map[string]string{"admin": "an", "builder": "a"}[role], role, first(workspace, "of the app"))
}

// WhyAskToHandOut is the reason to ask before a token is handed out that will
// probably not open its app, or "".
func WhyAskToHandOut(t Token, now time.Time) string {
	if t.Outcome == Issued && t.Drift != "" && t.State(now) == Drift {
		return fmt.Sprintf("#%d has changed since it was issued: %s", t.ID, t.Drift)
	}
	if ended := AfterEnd(t, now); ended != "" {
		return fmt.Sprintf("#%d: %s", t.ID, ended)
	}
	return ""
}
