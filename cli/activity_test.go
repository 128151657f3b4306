package cli_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// told are the events that activity prints as JSON, the oldest first.
func told(t *testing.T, env map[string]string, args ...string) []string {
	t.Helper()
	var events []struct {
		ID                                    int64
		At                                    time.Time
		Actor, Via, Action, User, App, Detail string
		Token                                 int64
	}
	if err := json.Unmarshal([]byte(must(t, env, append([]string{"activity", "--json"}, args...)...)), &events); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range slices.Backward(events) {
		if e.ID == 0 || e.Actor == "" || e.Via != "command" || e.User == "" || e.App == "" || time.Since(e.At) > time.Hour {
			t.Errorf("event %+v", e)
		}
		all = append(all, strings.TrimSpace(fmt.Sprintf("#%d %s %s", e.Token, e.Action, e.Detail)))
	}
	return all
}

// Ensure every command leaves what it did, and only that, in the activity.
func TestActivity_TellsWhatWasDone(t *testing.T) {
	t.Parallel()
	env := home(t)
	must(t, env, "issue", "ana@example.com", "orders", "--life", "1h", "--idle", "60m")
	must(t, env, "issue", "dana@example.com", "orders", "--life", "1h", "--idle", "60m")
	must(t, env, "list", "--json")
	must(t, env, "show", "1")
	must(t, env, "show", "1", "--reveal")
	must(t, env, "show", "2", "-o", "iframe")
	must(t, env, "verify", "1")
	must(t, env, "export", "--format", "csv", "--reveal")
	begun := "begun 3600 sent as seconds, idle 60 min"
	want := []string{
		"#1 " + begun, "#1 issued", "#2 " + begun, "#2 issued", "#1 revealed printed", "#2 revealed iframe", "#1 verified valid",
		"#1 revealed exported as csv", "#2 revealed exported as csv",
	}
	got := told(t, env)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := told(t, env, "--user", "dana", "--since", "1h"); !slices.Equal(got, []string{want[2], want[3], want[5], want[8]}) {
		t.Errorf("of one user: %q", got)
	}
	for _, f := range []struct {
		args []string
		want []string
	}{
		{[]string{"action:revealed", "user:dana"}, []string{want[5], want[8]}},
		{[]string{"action:verified", "action:issued", "since:1h"}, []string{want[1], want[3], want[6]}},
		{[]string{"!dana", "action:revealed", "--since", "1h"}, []string{want[4], want[7]}},
		{[]string{"app:Orders portal", "--user", "dana", "action:begun"}, []string{want[2]}},
		{[]string{"action:copied"}, nil},
		{[]string{"status:201", "user:dana"}, []string{want[3]}},
		{[]string{"status:2", "status:403"}, []string{want[1], want[3]}},
		{[]string{"status:4"}, nil},
	} {
		if got := told(t, env, f.args...); !slices.Equal(got, f.want) {
			t.Errorf("%v: %q, want %q", f.args, got, f.want)
		}
	}
	if got := told(t, env, "--limit", "2"); !slices.Equal(got, want[7:]) {
		t.Errorf("the newest two: %q", got)
	}
	if got := told(t, env, "--since", time.Now().Format(time.DateOnly)); len(got) != len(want) && time.Now().Hour() > 0 {
		t.Errorf("of today: %q", got)
	}
	if got := told(t, env, "--since", "2099-01-01"); len(got) != 0 {
		t.Errorf("of later: %q", got)
	}
	if out := must(t, env, "activity"); strings.Contains(out, "pat_") || !strings.Contains(out, "exported as csv") {
		t.Errorf("table:\n%s", out)
	}
	for _, bad := range [][]string{{"--since", "soon"}, {"--limit", "-1"}, {"action:nothing"}, {"left:soonish"}, {"action:request"}} {
		if _, errs, code := run(t, env, append([]string{"activity"}, bad...)...); code != 2 {
			t.Errorf("%v: exit %d, %s", bad, code, errs)
		}
	}
}
