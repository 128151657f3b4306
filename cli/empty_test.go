package cli_test

import (
	"strings"
	"testing"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure an empty answer to a question is not told as an empty history, and words that a
// command does not take are not told as another command.
func TestCommands_SayWhatIsEmpty(t *testing.T) {
	t.Parallel()
	env := homeOf(t, sandbox.New(sandbox.Options{}))
	for _, tt := range []struct{ args, want, never string }{
		{"list", "no tokens here", "matches"},
		{"issue ana@example.com orders", "#1 issued", ""},
		{"list nosuch", "no token matches", "no tokens here"},
		{"list --user nosuch", "no token matches", "no tokens here"},
		{"list --app nosuch", "no token matches", "no tokens here"},
		{"list --state failed", "no token matches", "no tokens here"},
		{"list --left <1s", "no token matches", "no tokens here"},
		{"activity nosuch", "nothing that was recorded matches", "nothing was recorded"},
		{"activity --user nosuch", "nothing that was recorded matches", "nothing was recorded"},
		{"activity --since 1s action:purged", "nothing that was recorded matches", "nothing was recorded"},
		{"export nosuch", "patdesk export takes no words", "no command"},
		{"profile list nosuch", "patdesk profile list takes no words", "no command"},
		{"profile nosuch", `no command "nosuch"`, ""},
		{"list --json=yes", "--json stands alone, or with =true or =false", "strconv"},
		{"list --limit many", "--limit wants a whole number", "strconv"},
		{"nosuch", `no command "nosuch"`, ""},
	} {
		out, errs, _ := run(t, env, strings.Fields(tt.args)...)
		if said := strings.Join(strings.Fields(string(out)+" "+string(errs)), " "); !strings.Contains(said, tt.want) || tt.never != "" && strings.Contains(said, tt.never) {
			t.Errorf("%s: %s, want %q and never %q", tt.args, said, tt.want, tt.never)
		}
	}
	if _, errs, code := run(t, env, ""); code != pat.ExitUsage || !strings.Contains(string(errs), "The command is empty") || strings.Contains(string(errs), "mean") {
		t.Errorf("an empty command: exit %d, %s", code, errs)
	}
}
