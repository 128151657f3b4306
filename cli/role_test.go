package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"patdesk/client/sandbox"
)

// ana has three tokens for apps of Sales.
func ana(t *testing.T, env map[string]string) {
	t.Helper()
	for _, app := range []string{"orders", "returns", "invoices"} {
		must(t, env, "issue", "ana@example.com", app)
	}
}

// Ensure a role change asks, on production for the name, sends nothing unasked, and
// that each way in which it fails has its exit code and words.
func TestRole_AsksAndTells(t *testing.T) {
	t.Parallel()
	env := home(t)
	ana(t, env)
	role := []string{"role", "ana@example.com", "builder", "--workspace", "Sales", "--reissue"}
	checkAsked(t, env, []asked{
		{"no terminal", role, "-", 2, 0, "Make ana@example.com builder in Sales and re-issue 3 tokens?"},
		{"no", role, "n\n", 6, 0, "nothing was sent"},
		{"dry run", append(role, "--dry-run"), "-", 0, 0, "5 requests"},
		{"no such role", []string{"role", "ana@example.com", "owner"}, "-", 2, 0, "end-user, builder, admin"},
		{"no such workspace", []string{"role", "ana@example.com", "builder", "--workspace", "Lab"}, "-", 2, 0, "but in: Sales"},
		{"nobody", []string{"role", "anna@example.com", "builder"}, "-", 6, 0, "ana@example.com"},
		{"yes", role, "y\n", 0, 3, "can act as them in workspace Sales"},
		{"the same again", []string{"role", "ana@example.com", "builder", "--workspace", "sales"}, "-", 0, 0, "already; nothing to do"},
		{"the same with re-issue", role, "y\n", 0, 3, "Re-issue 3 tokens of ana@example.com?"},
		{"an owner", []string{"role", "cy@example.com", "end-user", "--workspace", "Operations", "--yes"}, "-", 6, 0, "Warehouse map, Delivery slots"},
	})
}

// Ensure production wants the name of the person.
func TestRole_Production(t *testing.T) {
	t.Parallel()
	env := home(t)
	production(t, env)
	must(t, env, "issue", "ana@example.com", "orders", "--yes")
	role := []string{"role", "ana@example.com", "builder", "--workspace", "Sales", "--reissue"}
	checkAsked(t, env, []asked{
		{"production, no terminal", role, "-", 2, 0, "production server"},
		{"production, yes is no name", role, "y\n", 6, 0, "nothing was sent"},
		{"production, the name", role, "ana\n", 0, 1, `Type "ana" to go on`},
	})
}

// Ensure the receipt names everything and holds no token, and is written to a new
// private file.
func TestRole_Receipt(t *testing.T) {
	t.Parallel()
	env := home(t)
	ana(t, env)
	file := filepath.Join(t.TempDir(), "receipt.txt")
	must(t, env, "role", "ana@example.com", "builder", "--workspace", "Sales", "--reissue", "--yes", "--out", file)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for _, want := range []string{"Role of ana@example.com in Sales on http", "1  role end-user -> builder: ok", "2  read back: builder: ok", "token for ana@example.com on Orders portal, 1h: ok, #", "Lives on, and cannot be revoked:", "#1 ana@example.com on Orders portal"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	if fi, err := os.Stat(file); err != nil || fi.Mode().Perm() != 0o600 || strings.Contains(text, "pat_") {
		t.Errorf("%v %v\n%s", fi.Mode(), err, text)
	}
	before := rows(t, env)
	if _, errs, code := run(t, env, "role", "ana@example.com", "end-user", "--workspace", "Sales", "--reissue", "--yes", "--out", file); code != 2 || !strings.Contains(strings.Join(strings.Fields(string(errs)), " "), "is not replaced") || rows(t, env) != before {
		t.Errorf("an existing file: %d %s", code, errs)
	}
}

// Ensure its JSON has the fields that scripts rely on, and no secret.
func TestRole_JSON(t *testing.T) {
	t.Parallel()
	env := home(t)
	ana(t, env)
	out := must(t, env, "role", "ana@example.com", "admin", "--workspace", "sales", "--reissue", "--yes", "--json")
	var v runView
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Plan) != 5 || v.Plan[0].Action != "role" || v.Plan[1].Action != "read_back" || v.Plan[2].AppID == "" || len(v.Steps) != 5 ||
		v.Steps[0].State != "ok" || v.Steps[0].Token != nil || *v.Steps[4].Token == 0 || v.Steps[0].Target != "ana@example.com: end-user -> admin in Sales" || v.Left != 0 || len(v.Alive) != 3 {
		t.Errorf("%+v", v)
	}
	if strings.Contains(out, "pat_") {
		t.Errorf("a secret in %s", out)
	}
}

// Ensure a licence without a seat ends with 5, and a server without v2 does as well.
func TestRole_OtherServers(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		options sandbox.Options
		code    int
		says    string
	}{
		"no seat": {sandbox.Options{Builders: 8}, 5, "No free seat for that role"}, "v1 only": {sandbox.Options{NoV2: true}, 0, ""},
		"v2 only": {sandbox.Options{NoV1Role: true}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			env := homeOf(t, sandbox.New(tt.options))
			if _, errs, code := run(t, env, "role", "ana@example.com", "builder", "--workspace", "sales", "--yes"); code != tt.code || !strings.Contains(string(errs), tt.says) {
				t.Errorf("exit %d: %s", code, errs)
			}
		})
	}
}
