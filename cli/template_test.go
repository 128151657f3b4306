package cli_test

import (
	"strings"
	"testing"

	"patdesk/client/sandbox"
)

// Ensure a template of one's own that cannot be used is told as what it is, with its
// line and where it is corrected, and hides no other kind.
func TestShow_OwnTemplateThatFails(t *testing.T) {
	t.Parallel()
	env := homeOf(t, sandbox.New(sandbox.Options{}))
	writeConfig(t, env, "[snippets]\nfield = \"a\\n{{.Url}}\"\nlarge = '{{range 19000}}xxxxxxxxxxxxxxxxxxxxxxxx{{end}}'\nendless = '{{range 9000000000}}{{end}}'\ngrows = '{{$s := `\"`}}{{range 40}}{{$s = json $s}}{{end}}'\ngood = '{{.IssueURL}}'\n")
	must(t, env, "issue", "ana@example.com", "orders")
	for kind, cause := range map[string]string{
		"field": `"field": template line 2:2`, "large": "larger than 256 KiB", "endless": "too many steps", "grows": "larger than 256 KiB",
	} {
		out, errs, code := run(t, env, "show", "1", "-o", kind)
		flat := strings.Join(strings.Fields(string(errs)), " ")
		if code != 3 || len(out) != 0 || !strings.Contains(flat, cause) || !strings.Contains(flat, "The configuration cannot be used") || !strings.Contains(flat, "patdesk config edit") {
			t.Errorf("%s: exit %d\n%s%s", kind, code, out, errs)
		}
	}
	if got := must(t, env, "show", "1", "-o", "good"); strings.TrimSpace(got) != env["TOOLJET_HOST"]+"/api/ext/users/personal-access-token" {
		t.Errorf("a good one: %q", got)
	}
}
