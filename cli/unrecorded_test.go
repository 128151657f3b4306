package cli_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"patdesk/client/sandbox"
)

// Ensure that what a server said is told although the disk is too full to record it, by
// each command that asks first and records after: what it says, and that it is not kept.
func TestFullDisk_WhatWasHeardIsTold(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	env := homeOf(t, s)
	mount := tinyDisk(t)
	env["PATDESK_DATA"] = mount
	must(t, env, issueArgs...)
	filler := fill(t, mount)

	out, errs, code := run(t, env, "verify", "1")
	if said := strings.Join(strings.Fields(string(errs)), " "); code != 9 || !strings.Contains(string(out), "#1 valid: ") ||
		!strings.Contains(said, "is told, but could not be recorded") || strings.Contains(said, "written first") {
		t.Errorf("verify: exit %d: %s%s", code, out, errs)
	}
	if err := s.SetMembership("ana@example.com", "sales", "active", "builder"); err != nil {
		t.Fatal(err)
	}
	var drift []struct {
		Token int64
		Kind  string
	}
	out, errs, code = run(t, env, "drift", "--json")
	if err := json.Unmarshal(out, &drift); err != nil || code != 9 || len(drift) != 1 || drift[0].Kind != "role" || !strings.Contains(string(errs), "could not be recorded") {
		t.Errorf("drift: exit %d, %v: %s%s", code, err, out, errs)
	}
	s.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 401, Match: "/users/session", Body: `"Invalid or expired personal access token"`})
	var v struct{ State, Verdict string }
	out, errs, code = run(t, env, "verify", "1", "--json")
	if err := json.Unmarshal(out, &v); err != nil || code != 6 || v.State != "drift" || v.Verdict != "refused" || !strings.Contains(string(errs), "could not be recorded: Disk is full") {
		t.Errorf("a refusal: exit %d, %v: %s%s", code, err, out, errs)
	}
	for _, args := range [][]string{
		{"profile", "test"},
		{"reissue", "1", "--dry-run"},
		{"role", "ana@example.com", "admin", "--workspace", "Sales", "--dry-run"},
	} {
		if out, errs, code := run(t, env, args...); code != 0 || len(out)+len(errs) == 0 {
			t.Errorf("%v: exit %d: %s", args, code, errs)
		}
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if out := must(t, env, "show", "1", "--json"); strings.Contains(out, `"drift"`) {
		t.Errorf("what could not be recorded is: %s", out)
	}
	must(t, env, "drift")
	if out := must(t, env, "show", "1", "--json"); !strings.Contains(out, `"drift"`) {
		t.Errorf("after space was freed nothing is recorded: %s", out)
	}
}
