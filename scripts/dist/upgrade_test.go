package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"patdesk/e2e/e2etest"
)

// upgrades gives a program the history of the first release with its sealing key,
// where it keeps its own. What was in it must be there, tokens included, and stay
// when it goes on with another server.
func upgrades(t *testing.T, p emulated, home []string) {
	t.Helper()
	old := slices.Concat(home, []string{"TOOLJET_HOST=https://tooljet.example.com"})
	succeeds := func(env []string, args ...string) string {
		t.Helper()
		out, errs, code := p.run(t, env, args...)
		if code != 0 {
			t.Fatalf("%v: exit code %d\n%s%s", args, code, out, errs)
		}
		return out
	}
	var at struct{ Config, History string }
	if err := json.Unmarshal([]byte(succeeds(old, "paths", "--json")), &at); err != nil {
		t.Fatal(err)
	}
	history, key := p.here(at.History), filepath.Join(filepath.Dir(p.here(at.Config)), "seal.key")
	for _, dir := range []string{filepath.Dir(history), filepath.Dir(key)} { // what it had before is no part of this
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for from, to := range map[string]string{"schema1.db": history, "schema1.key": key} {
		data, err := os.ReadFile(filepath.Join("../../history/testdata", from))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all := succeeds(old, "list", "--json")
	for _, user := range []string{"ana@example.com", "gil@example.com", "fay@example.com"} {
		if !strings.Contains(all, `"user": "`+user+`"`) {
			t.Errorf("%s is lost:\n%s", user, all)
		}
	}
	server, admin, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	now := slices.Concat(home, []string{"TOOLJET_HOST=" + server, "TOOLJET_API_TOKEN=" + admin})
	if out, errs, code := p.run(t, now, "issue", "ana@example.com", "orders", "--life", "1h"); code != 0 || !strings.Contains(out+errs, "#10 issued") {
		t.Errorf("issue: exit code %d\n%s%s", code, out, errs)
	}
	if out := succeeds(old, "list", "--json"); out != all {
		t.Errorf("it was\n%s\nand is\n%s", all, out)
	}
	if out := succeeds(old, "show", "2", "-o", "token"); strings.TrimSpace(out) != "pat_"+strings.Repeat("0", 59)+"2" {
		t.Errorf("its token is %s", out)
	}
}
