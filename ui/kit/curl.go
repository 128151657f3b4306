package kit

import (
	"encoding/json"
	"strings"

	"patdesk/literal"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
)

// CurlNote stands above requests that are shown as curl.
const CurlNote = "The admin key is read from the environment; it is never shown."

// Curl is a request for a token as a curl command. It holds neither the key nor a token.
// Errors are those of snippet.Set.Render.
func Curl(s Shell, req pat.Request) (secret.Text, error) {
	unit, _ := s.Issuer().Unit()
	n, _ := unit.Number(req.Life)
	d := snippet.Data{BaseURL: BaseURL(s), User: req.User, SentExpiry: n, Unit: string(unit), IdleMinutes: int64(req.Idle.Minutes())}
	if pat.IsID(req.App) {
		d.AppID = req.App
	} else {
		d.AppSlug = req.App
	}
	out, err := s.Snippets().Render("curl", d)
	return out.Text, err
}

// CurlPlan is the requests of a plan as curl commands, in their order.
func CurlPlan(s Shell, plan []pat.Task) (secret.Text, error) {
	var parts []string
	for _, t := range plan {
		switch t.Action {
		case pat.ActRole:
			body, err := json.Marshal(map[string]string{"newRole": t.Change.Role, "userId": t.Change.UserID})
			if err != nil {
				return secret.Text{}, err
			}
			parts = append(parts, curl(s, "PUT", "/api/ext/update-user-role/workspace/"+t.Change.WorkspaceID, string(body)))
		case pat.ActReadBack:
			parts = append(parts, "# Go on only if this says "+t.Change.Role+".\n"+curl(s, "GET", "/api/ext/user/"+t.Change.UserID, ""))
		case pat.ActIssue:
			text, err := Curl(s, t.Request)
			if err != nil {
				return secret.Text{}, err
			}
			parts = append(parts, strings.TrimSpace(text.Reveal(secret.ForScreen)))
		}
	}
	return secret.New(strings.Join(parts, "\n\n")), nil
}

// curl is a request as a command that hands the admin key over through a pipe.
func curl(s Shell, method, path, body string) string {
	lines := []string{
		"  curl --silent --show-error --max-time 45 --header @- --request " + method,
	}
	if body != "" {
		lines = append(lines, "    --header 'Content-Type: application/json'", "    --data "+literal.Shell(body))
	}
	lines = append(lines, "    "+literal.Shell(BaseURL(s)+path))
	return `printf 'Authorization: Basic %s\n' "$TOOLJET_API_TOKEN" |` + "\n" + strings.Join(lines, " \\\n")
}
