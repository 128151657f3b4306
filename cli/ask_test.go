package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"patdesk/cli"
)

// typing types lines at a terminal that runs one command.
func typing(t *testing.T, env map[string]string, lines string, args ...string) (out, errs string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = cli.Main(context.Background(), args, &cli.Env{
		In: strings.NewReader(lines), InTTY: true, Out: &o, Err: &e,
		Getenv: func(k string) string { return env[k] },
	})
	return o.String(), e.String(), code
}

// production makes the sandbox of env a production profile.
func production(t *testing.T, env map[string]string) {
	t.Helper()
	writeConfig(t, env, "[profiles.acme]\nurl = \""+env["TOOLJET_HOST"]+"\"\nkey = \"env\"\nproduction = true\n")
	delete(env, "TOOLJET_HOST")
}

// rows counts the tokens of a history.
func rows(t *testing.T, env map[string]string) int {
	t.Helper()
	var all []struct{ ID int64 }
	if err := json.Unmarshal([]byte(must(t, env, "list", "--json")), &all); err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// asked is a command that asks, what is typed, and what comes of it.
type asked struct {
	name  string
	args  []string
	lines string // typed at a terminal; "-" = there is none
	code  int
	made  int    // tokens
	says  string // on stderr
}

func checkAsked(t *testing.T, env map[string]string, tests []asked) {
	t.Helper()
	for _, tt := range tests {
		before := rows(t, env)
		var errs string
		var code int
		if tt.lines == "-" {
			var e []byte
			_, e, code = run(t, env, tt.args...)
			errs = string(e)
		} else {
			_, errs, code = typing(t, env, tt.lines, tt.args...)
		}
		flat := strings.Join(strings.Fields(errs), " ")
		if made := rows(t, env) - before; code != tt.code || made != tt.made || !strings.Contains(flat, tt.says) {
			t.Errorf("%s: exit %d (want %d), %d made (want %d), said:\n%s", tt.name, code, tt.code, made, tt.made, errs)
		}
	}
}

// Ensure every command that issues asks for the name on a production server, and
// sends nothing where it can ask nobody.
func TestAsk_Production(t *testing.T) {
	t.Parallel()
	env := home(t)
	production(t, env)
	issue := []string{"issue", "ana@example.com", "orders", "--again"}
	checkAsked(t, env, []asked{
		{"no terminal", issue, "-", 2, 0, "Add --yes"},
		{"json never asks", append(issue, "--json"), "ana\n", 2, 0, ""},
		{"another name", issue, "bo\n", 6, 0, "nothing was sent"},
		{"nothing typed", issue, "\n", 6, 0, "nothing was sent"},
		{"the name", issue, "ana\n", 0, 1, `Type "ana" to go on`},
		{"--yes", append(issue, "--yes"), "-", 0, 1, ""},
		{"re-issue, no terminal", []string{"reissue", "1"}, "-", 2, 0, "acme is a production server"},
		{"re-issue", []string{"reissue", "1"}, "ana\n", 0, 1, "cannot be revoked"},
		{"several of one user", []string{"reissue", "--user", "ana@example.com"}, "y\n", 6, 0, `Type "ana"`},
		{"several of one user, named", []string{"reissue", "--user", "ana@example.com"}, "ana\n", 0, 1, "STAYS ALIVE"},
		{"dry run asks nothing", []string{"reissue", "1", "--dry-run"}, "-", 0, 0, "nothing was sent"},
	})
}

// Ensure a live pair is asked about on a terminal, refused elsewhere, and that
// --yes and --again answer it.
func TestAsk_LivePair(t *testing.T) {
	t.Parallel()
	env := home(t)
	issue := []string{"issue", "ana@example.com", "orders"}
	must(t, env, issue...)
	checkAsked(t, env, []asked{
		{"no terminal", issue, "-", 2, 0, "--again"},
		{"no", issue, "n\n", 6, 0, "1 older until"},
		{"yes", issue, "y\n", 0, 1, "Issue one more?"},
		{"--yes", append(issue, "--yes"), "-", 0, 1, ""},
	})
}

// Ensure that a person whom the lists that were read last call archived is told before
// anything is sent, and asked about on a terminal.
func TestAsk_Archived(t *testing.T) {
	t.Parallel()
	env := home(t)
	issue := []string{"issue", "hana@partner.example", "orders", "--again"}
	told := "hana@partner.example is archived: a token opens nothing for them until that is undone in ToolJet (as listed on "
	checkAsked(t, env, []asked{
		{"nothing is known yet", issue, "-", 0, 1, "patExpiry 3600"},
	})
	must(t, env, "users")
	checkAsked(t, env, []asked{
		{"no", issue, "n\n", 6, 0, told},
		{"yes", issue, "y\n", 0, 1, "Issue it all the same?"},
		{"no terminal", issue, "-", 0, 1, told},
		{"re-issue, no", []string{"reissue", "1"}, "n\n", 6, 0, told},
		{"re-issue, no terminal", []string{"reissue", "1"}, "-", 0, 1, told},
		{"somebody else", []string{"issue", "ana@example.com", "orders"}, "", 0, 1, "patExpiry 3600"},
	})
}

// Ensure several tokens are re-issued only after their plan was shown, that names
// count to the letter, and that nothing is sent unasked.
func TestReissue_Several(t *testing.T) {
	t.Parallel()
	env := home(t)
	for _, pair := range [][]string{{"ana@example.com", "orders"}, {"ana@example.com", "returns"}, {"dana@example.com", "orders"}} {
		must(t, env, append([]string{"issue"}, pair...)...)
	}
	checkAsked(t, env, []asked{
		{"no terminal", []string{"reissue", "1", "2"}, "-", 2, 0, "no terminal to ask on"},
		{"no", []string{"reissue", "1", "2"}, "\n", 6, 0, "Re-issue 2 tokens?"},
		{"yes", []string{"reissue", "1", "2"}, "y\n", 0, 2, "1 older until"},
		{"part of an address", []string{"reissue", "--user", "ana", "--yes"}, "-", 2, 0, "3 in part"},
		{"part of an address, asked for", []string{"reissue", "--user", "ana", "--match", "--yes"}, "-", 0, 3, ""},
		{"the letter in another case", []string{"reissue", "--user", "ANA@example.com", "--yes"}, "-", 0, 2, ""},
		{"nobody", []string{"reissue", "--user", "zoe@example.com", "--yes"}, "-", 2, 0, "No issued token matches"},
		{"copy of several", []string{"reissue", "1", "3", "--copy", "--yes"}, "-", 2, 0, "--copy holds one thing"},
	})
}

// runView is what scripts read of a run.
type runView struct {
	Run    string
	DryRun bool `json:"dry_run"`
	Plan   []struct {
		Action, User, App string
		AppID             string `json:"app_id"`
		LifeSeconds       int64  `json:"life_seconds"`
		Alive             int
	}
	Steps []struct {
		Action, Target, State string
		Token                 *int64
		Error                 *struct{ ID string }
	}
	Alive []struct {
		User, App, Until string
		Token            int64
		Proven           bool
	}
	Left int
}

// Ensure a run prints its JSON, without a secret, and its output one row a line.
func TestReissue_Output(t *testing.T) {
	t.Parallel()
	env := home(t)
	must(t, env, "issue", "ana@example.com", "orders")
	must(t, env, "issue", "dana@example.com", "orders")
	var dry, wet runView
	if err := json.Unmarshal([]byte(must(t, env, "reissue", "1", "2", "--dry-run", "--json")), &dry); err != nil {
		t.Fatal(err)
	}
	if !dry.DryRun || len(dry.Plan) != 2 || len(dry.Steps) != 0 || dry.Left != 2 || dry.Plan[0].Alive != 1 || dry.Plan[0].Action != "issue" || len(dry.Alive) != 2 || dry.Alive[0].Proven {
		t.Errorf("dry run %+v", dry)
	}
	out := must(t, env, "reissue", "1", "2", "--yes", "--json")
	if err := json.Unmarshal([]byte(out), &wet); err != nil {
		t.Fatal(err)
	}
	if wet.DryRun || wet.Run == "" || wet.Run == dry.Run || len(wet.Steps) != 2 || wet.Steps[0].State != "ok" || *wet.Steps[1].Token != 4 || wet.Steps[1].Target != "dana@example.com on Orders portal" || wet.Left != 0 {
		t.Errorf("run %+v", wet)
	}
	if strings.Contains(out, "pat_") {
		t.Errorf("a secret in %s", out)
	}
	lines := strings.Split(strings.TrimRight(must(t, env, "reissue", "1", "2", "--yes", "-o", "iframe"), "\n"), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "ana@example.com\tOrders portal\t<!--") || !strings.Contains(lines[1], "<iframe") {
		t.Errorf("rows %q", lines)
	}
	if one := must(t, env, "reissue", "--user", "ana@example.com", "--yes", "-o", "url"); !strings.HasPrefix(one, "http") {
		t.Errorf("one row %q", one)
	}
}

// Ensure a token that will probably not open its app is copied only after a
// question, whatever the reason.
func TestAsk_CopyOfADoubtfulToken(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"refused or changed":  `UPDATE entries SET drift = 'the user is archived', drifted = 1`,
		"ended in every unit": `UPDATE entries SET issued = issued - 1e12, ends = ends - 1e12, worst_ends = worst_ends - 1e12, last = last - 1e12`,
	} {
		t.Run(name, func(t *testing.T) {
			env := home(t)
			writeConfig(t, env, "clipboard = \"file\"\n")
			must(t, env, "issue", "ana@example.com", "orders")
			poke(t, env, change)
			checkAsked(t, env, []asked{
				{"no terminal", []string{"copy", "1"}, "-", 2, 0, "nothing was copied"},
				{"no", []string{"copy", "1"}, "\n", 6, 0, "Copy it all the same?"},
				{"yes", []string{"copy", "1"}, "y\n", 0, 0, " is in "},
				{"--yes", []string{"copy", "1", "--yes"}, "-", 0, 0, " is in "},
			})
		})
	}
}

// Ensure the token of an admin or a builder says what it is worth, at issue, in
// the notes of snippets and in JSON, and one of an end user says nothing of it.
func TestIssue_TellsThePowerOfAToken(t *testing.T) {
	t.Parallel()
	for user, power := range map[string]string{
		"gil@example.com": "gil@example.com is an admin: whoever holds this token can act as them in workspace", "dana@example.com": "is a builder: whoever", "ana@example.com": "",
	} {
		env := home(t)
		for _, args := range [][]string{{"issue", user, "orders"}, {"show", "1", "-o", "iframe"}, {"show", "1"}} {
			out, errs, code := run(t, env, args...)
			all := strings.Join(strings.Fields(string(out)+string(errs)), " ")
			if code != 0 || !strings.Contains(all, power) || power == "" && strings.Contains(all, "act as them") {
				t.Errorf("%v: exit %d, said %s", args, code, all)
			}
		}
		var v struct{ Warnings []string }
		if err := json.Unmarshal([]byte(must(t, env, "show", "1", "--json")), &v); err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(v.Warnings, "|"); !strings.Contains(all, power) || power == "" && strings.Contains(all, "act as them") {
			t.Errorf("%s: warnings %q", user, v.Warnings)
		}
	}
}
