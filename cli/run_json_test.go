package cli_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"patdesk/client/sandbox"
)

// fieldsOf are the names in an object, in order.
func fieldsOf(raw json.RawMessage) string {
	var o map[string]json.RawMessage
	if json.Unmarshal(raw, &o) != nil {
		return "no object: " + string(raw)
	}
	return strings.Join(slices.Sorted(maps.Keys(o)), " ")
}

// Ensure that scripts are told of each way in which a change of a role, a list or a
// re-issue of several ends: by the exit code, by a step for each row of the plan with its
// token or its error, and by what lives on. No answer that was lost is asked for again.
func TestRuns_JSON(t *testing.T) {
	t.Parallel()
	refused := sandbox.Fault{Kind: sandbox.FaultStatus, Status: 422, Body: `"Already exists!"`, Times: 1}
	lost := sandbox.Fault{Kind: sandbox.FaultDropAfter, Times: 1}
	unchanged := sandbox.Fault{Kind: sandbox.FaultStatus, Match: "update-user-role", Status: 200, Times: 1} // it says so and changes nothing
	role := []string{"role", "ana@example.com", "builder", "--workspace", "sales", "--reissue", "--yes"}
	demote := []string{"role", "cy@example.com", "end-user", "--workspace", "operations", "--reissue", "--yes"}
	reissue := []string{"reissue", "1", "2", "3", "--rate", "50/s", "--yes"}
	bulk := []string{"bulk", "LIST", "--rate", "50/s", "--yes"}
	for _, tt := range []struct {
		name    string
		args    []string
		options sandbox.Options
		fault   sandbox.Fault
		code    int
		states  string // of the steps, by their first letters
		error   string // id of the first error
		left    int
		made    int // tokens
	}{
		{name: "role", args: role, states: "ooooo", made: 3},
		{name: "role, v1 only", args: role, options: sandbox.Options{NoV2: true}, states: "ooooo", made: 3},
		{name: "role, dry run", args: append(role, "--dry-run"), left: 5},
		{name: "role, demotion refused", args: demote, code: 6, states: "fss", error: "role-owner", left: 2},
		{name: "role, no seat", args: role, options: sandbox.Options{Builders: 8}, code: 5, states: "fssss", error: "role-seat", left: 4},
		{name: "role, read-back differs", args: role, fault: unchanged, code: 6, states: "ofsss", error: "role-differs", left: 3},
		{name: "role, refused at request 3 of 5", args: role, fault: refused, code: 6, states: "oofss", error: "H422", left: 2},
		{name: "role, lost at request 3 of 5", args: role, fault: lost, code: 7, states: "oouss", error: "N6", left: 2, made: 1},
		{name: "bulk", args: bulk, states: "ooo", made: 3},
		{name: "bulk, one refused", args: bulk, fault: refused, code: 6, states: "foo", error: "H422", made: 2},
		{name: "bulk, one lost", args: bulk, fault: lost, code: 7, states: "uoo", error: "N6", made: 3},
		{name: "re-issue, one refused", args: reissue, fault: refused, code: 6, states: "foo", error: "H422", made: 2},
		{name: "re-issue, one lost", args: reissue, fault: lost, code: 7, states: "uoo", error: "N6", made: 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := sandbox.New(tt.options)
			env := homeOf(t, s)
			ana(t, env)
			must(t, env, "issue", "cy@example.com", "stock")
			if tt.fault.Kind != "" {
				s.Inject(tt.fault)
			}
			before := len(s.Ledger())
			args := slices.Clone(tt.args)
			if n := slices.Index(args, "LIST"); n >= 0 {
				args[n] = listFile(t, "user,app", "dana@example.com,orders", "dana@example.com,returns", "gil@example.com,stock")
			}
			out, errs, code := run(t, env, append(args, "--json")...)
			if code != tt.code {
				t.Errorf("exit %d, want %d: %s", code, tt.code, errs)
			}
			checkRunJSON(t, out, tt.states, tt.error, tt.left)
			if n := len(s.Ledger()) - before; n != tt.made {
				t.Errorf("%d tokens were made, want %d", n, tt.made)
			}
		})
	}
}

// checkRunJSON looks at what a run printed.
func checkRunJSON(t *testing.T, out []byte, want, id string, left int) {
	t.Helper()
	var v struct{ Plan, Steps, Alive []json.RawMessage }
	var typed runView
	if json.Unmarshal(out, &v) != nil || json.Unmarshal(out, &typed) != nil {
		t.Fatalf("it prints %s", out)
	}
	if f := fieldsOf(out); f != "alive dry_run left plan run steps" || typed.Left != left {
		t.Errorf("fields %s, %d left, want %d", f, typed.Left, left)
	}
	for fields, list := range map[string][]json.RawMessage{
		"action alive app app_id life_seconds user": v.Plan, "action error state target token": v.Steps, "app app_id proven token until user": v.Alive,
	} {
		for _, one := range list {
			if f := fieldsOf(one); f != fields {
				t.Errorf("fields %s, want %s", f, fields)
			}
		}
	}
	states, first := "", ""
	for n, s := range typed.Steps {
		states += s.State[:1]
		if s.Error != nil && first == "" {
			first = s.Error.ID
		}
		if (s.Token != nil) != (s.Action == "issue" && s.State != "skipped") || (s.Error == nil) != (s.State == "ok" || s.State == "skipped") || s.Action != typed.Plan[n].Action {
			t.Errorf("step %d: %+v", n, s)
		}
	}
	if states != want || first != id {
		t.Errorf("states %q, first error %q, want %q, %q", states, first, want, id)
	}
	if strings.Contains(string(out), "pat_") {
		t.Error("it holds a token")
	}
}

// Ensure that drift, exposure and hand-overs print the fields that scripts rely on.
func TestLists_JSON(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	env := homeOf(t, s)
	must(t, env, "issue", "ana@example.com", "orders", "--note", "Kiosk")
	must(t, env, "reissue", "1")
	if err := s.SetMembership("ana@example.com", "sales", "active", "builder"); err != nil {
		t.Fatal(err)
	}
	for command, want := range map[string]string{
		"drift": "app kind reason seen_at token user", "exposure": "alive proven until user worth", "handover": "app done_at id note old since token user",
	} {
		var list []json.RawMessage
		if out := must(t, env, command, "--json"); json.Unmarshal([]byte(out), &list) != nil || len(list) != 1 || fieldsOf(list[0]) != want {
			t.Errorf("%s prints %s", command, out)
		}
	}
	var people []struct {
		Alive []json.RawMessage
		Worth string
	}
	if out := must(t, env, "exposure", "ana@example.com", "--json"); json.Unmarshal([]byte(out), &people) != nil || len(people) != 1 || len(people[0].Alive) != 2 || people[0].Worth != "builder" || fieldsOf(people[0].Alive[0]) != "app app_id proven token until user" {
		t.Error(fmt.Sprint("exposure prints ", out))
	}
}
