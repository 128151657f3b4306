package cli_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"patdesk/cli"
	"patdesk/client/sandbox"
)

// listFile is a list of pairs in a file.
func listFile(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pairs.csv")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func table(t *testing.T, text string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return rows
}

// Ensure a list is checked whole, asked about once, and told row by row.
func TestBulk_AsksAndTells(t *testing.T) {
	t.Parallel()
	env := home(t)
	must(t, env, "issue", "ana@example.com", "orders")
	good := listFile(t, "user,app,life,note", "ana@example.com,orders,8h,kiosk", "dana@example.com,Price list,,", "gil@example.com,stock,,")
	bad := listFile(t, "user,app", "ana@example.com,orders", "anna@example.com,orders", "ana@example.com,nothing")
	checkAsked(t, env, []asked{
		{"no terminal", []string{"bulk", good}, "-", 2, 0, "Issue 3 tokens?"},
		{"no", []string{"bulk", good}, "n\n", 6, 0, "nothing was sent"},
		{"dry run", []string{"bulk", good, "--dry-run"}, "-", 0, 0, "1 pair with live tokens, which cannot be revoked: 1 older"},
		{"faults", []string{"bulk", bad, "--yes"}, "-", 2, 0, "line 3: user: nobody here is called anna@example.com; closest: ana@example.com line 4: app: no app"},
		{"no file", []string{"bulk", "missing.csv", "--yes"}, "-", 2, 0, "missing.csv"},
		{"a rate that is none", []string{"bulk", good, "--rate", "fast"}, "-", 2, 0, "--rate"},
		{"another format", []string{"bulk", good, "-o", "iframe"}, "-", 2, 0, "csv or json"},
		{"secrets in JSON", []string{"bulk", good, "--json", "--reveal", "--yes"}, "-", 2, 0, ""},
		{"yes", []string{"bulk", good, "--rate", "50/s"}, "y\n", 0, 3, "3 requests, about 1s; patExpiry in seconds"},
	})
}

func TestBulk_Production(t *testing.T) {
	t.Parallel()
	env := home(t)
	production(t, env)
	one := listFile(t, "user,app", "ana@example.com,orders", "ana@example.com,returns")
	two := listFile(t, "user,app", "ana@example.com,orders", "dana@example.com,orders")
	checkAsked(t, env, []asked{
		{"one person, no name", []string{"bulk", one}, "y\n", 6, 0, `Type "ana"`},
		{"one person", []string{"bulk", one, "--rate", "50/s"}, "ana\n", 0, 2, ""},
		{"several", []string{"bulk", two, "--rate", "50/s"}, "acme\n", 0, 2, `Type "acme"`},
		{"no terminal", []string{"bulk", two}, "-", 2, 0, "Add --yes"},
	})
}

// Ensure the result has a line for each row, masks tokens unless asked, disarms
// formulas, and goes into a new private file.
func TestBulk_Result(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	if err := s.RenameApp("stock", "=HYPERLINK(1)"); err != nil {
		t.Fatal(err)
	}
	env := homeOf(t, s)
	s.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 422, Body: `"Already exists!"`, Times: 1})
	list := listFile(t, "user,app", "ana@example.com,orders", "gil@example.com,stock", "dana@example.com,returns")
	out, errs, code := run(t, env, "bulk", list, "--yes", "--rate", "50/s")
	rows := table(t, string(out))
	if code != 6 || len(rows) != 4 || strings.Join(rows[0], ",") != "user,app,token,state,ends_at,error" {
		t.Fatalf("exit %d, %q, %s", code, rows, errs)
	}
	if r := rows[1]; r[2] != "" || r[3] != "failed" || r[4] != "" || !strings.HasPrefix(r[5], "Server refused the data") {
		t.Errorf("%q", r)
	}
	if r := rows[2]; r[1] != "'=HYPERLINK(1)" || !strings.HasPrefix(r[2], "pat_…") || r[3] != "ok" || len(r[4]) != 20 || r[5] != "" {
		t.Errorf("%q", r)
	}
	file := filepath.Join(t.TempDir(), "result.csv")
	list = listFile(t, "user,app", "ana@example.com,orders", "gil@example.com,returns")
	if out := must(t, env, "bulk", list, "--yes", "--rate", "50/s", "--reveal", "--out", file); out != "" {
		t.Errorf("on stdout: %s", out)
	}
	b, err := os.ReadFile(file)
	if fi, err := os.Stat(file); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", fi, err)
	}
	if rows := table(t, string(b)); err != nil || len(rows) != 3 || !strings.HasPrefix(rows[1][2], "pat_") || strings.Contains(rows[1][2], "…") {
		t.Errorf("%v %s", err, b)
	}
	if log := must(t, env, "activity", "--json"); strings.Count(log, `"revealed"`) != 2 {
		t.Error("what was revealed is not in the activity")
	}
	if _, _, code := run(t, env, "bulk", list, "--yes", "--out", file); code != 2 {
		t.Errorf("an existing file: exit %d", code)
	}
}

// Ensure a list from stdin asks nobody there, and a run in JSON has its fields.
func TestBulk_Stdin(t *testing.T) {
	t.Parallel()
	env := home(t)
	feed := func(args ...string) (string, int) {
		var o, e bytes.Buffer
		code := cli.Main(context.Background(), args, &cli.Env{
			In: strings.NewReader("user\tapp\nana@example.com\torders\n"), InTTY: true, Out: &o, Err: &e, Getenv: func(k string) string { return env[k] },
		})
		return o.String() + e.String(), code
	}
	if out, code := feed("bulk", "-"); code != 2 || !strings.Contains(out, "no terminal to ask on") {
		t.Errorf("%d %s", code, out)
	}
	out, code := feed("bulk", "-", "--yes", "-o", "json")
	var v runView
	_, object, found := strings.Cut(out, "{")
	if code != 0 || !found {
		t.Fatalf("%d %s", code, out)
	}
	if err := json.NewDecoder(strings.NewReader("{" + object)).Decode(&v); err != nil || len(v.Steps) != 1 || v.Steps[0].State != "ok" || strings.Contains(out, "pat_") {
		t.Errorf("%v %+v", err, v)
	}
}

// Ensure a run that stopped is listed, goes on with what was never sent, repeats
// nothing whose outcome is unknown unless told to, and is then listed no more.
func TestBulk_Resume(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	env := homeOf(t, s)
	s.Inject(sandbox.Fault{Kind: sandbox.FaultDropAfter, Times: 3})
	list := listFile(t, "user,app", "ana@example.com,orders", "ana@example.com,returns", "ana@example.com,invoices", "ana@example.com,stock", "dana@example.com,orders")
	out, errs, code := run(t, env, "bulk", list, "--yes", "--rate", "50/s")
	if r := table(t, string(out)); code != 7 || len(r) != 6 || r[3][3] != "unknown" || r[4][3] != "skipped" || !strings.Contains(string(errs), "stopped; 2 of 5 not sent; to go on: patdesk bulk resume ") {
		t.Fatalf("exit %d, %q\n%s", code, r, errs)
	}
	var runs []struct {
		Run, By                               string
		BegunAt                               string `json:"begun_at"`
		Total, Done, Failed, Unknown, Waiting int
	}
	if err := json.Unmarshal([]byte(must(t, env, "bulk", "runs", "--json")), &runs); err != nil || len(runs) != 1 {
		t.Fatalf("%v %+v", err, runs)
	}
	if r := runs[0]; r.Total != 5 || r.Done != 0 || r.Unknown != 3 || r.Waiting != 2 || r.By == "" || len(r.BegunAt) != 20 {
		t.Errorf("%+v", r)
	}
	id := runs[0].Run
	checkAsked(t, env, []asked{
		{"no terminal", []string{"bulk", "resume"}, "-", 2, 0, "Issue 2 tokens?"},
		{"dry run", []string{"bulk", "resume", id[:8], "--dry-run"}, "-", 0, 0, "2 requests"},
		{"yes", []string{"bulk", "resume", id, "--rate", "50/s"}, "y\n", 0, 2, ""},
		{"nothing waits", []string{"bulk", "resume"}, "-", 2, 0, "No run of this server waits"},
		{"unknown stays", []string{"bulk", "resume", id, "--yes"}, "-", 2, 0, "the outcome of 3 is unknown"},
		{"unless told to", []string{"bulk", "resume", id, "--yes", "--reissue-unknown", "--rate", "50/s"}, "-", 0, 3, ""},
		{"no such run", []string{"bulk", "resume", "ffffffff"}, "-", 2, 0, "begins so"},
	})
	if out := must(t, env, "bulk", "runs", "--json"); strings.TrimSpace(out) != "[]" {
		t.Errorf("still listed: %s", out)
	}
}

// Ensure a role change and a re-issue of several are taken up by the same command,
// and that a run can be dropped.
func TestBulk_ResumeOthers(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	env := homeOf(t, s)
	ana(t, env)
	s.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 422, Body: `"Already exists!"`, Times: 1})
	if _, errs, code := run(t, env, "role", "ana@example.com", "builder", "--workspace", "Sales", "--reissue", "--yes"); code != 6 {
		t.Fatalf("exit %d %s", code, errs)
	}
	_, errs, code := run(t, env, "role", "ana@example.com", "builder", "--workspace", "Sales", "--reissue", "--dry-run")
	if code != 0 || !strings.Contains(string(errs), "note: 1 run is not finished; see patdesk bulk runs") {
		t.Errorf("exit %d %s", code, errs)
	}
	out := must(t, env, "bulk", "resume", "--yes")
	if !strings.Contains(out, "1  read back: builder: ok") || strings.Count(out, ": ok, #") != 3 {
		t.Errorf("receipt:\n%s", out)
	}
	s.Inject(sandbox.Fault{Kind: sandbox.FaultDropAfter, Times: 3})
	if _, errs, code := run(t, env, "reissue", "1", "2", "3", "--yes"); code != 7 || strings.Contains(string(errs), "stopped;") {
		t.Fatalf("exit %d %s", code, errs)
	}
	if out := must(t, env, "bulk", "runs", "--json"); strings.TrimSpace(out) != "[]" {
		t.Errorf("nothing of it waits: %s", out)
	}
	s.Reconfigure(func(o *sandbox.Options) { o.Unlicensed = true })
	if _, _, code := run(t, env, "reissue", "1", "2", "--yes"); code != 5 {
		t.Errorf("exit %d", code)
	}
	out = must(t, env, "bulk", "runs")
	fields := strings.Split(strings.Split(out, "\n")[1], "\t")
	if len(fields) != 9 || fields[1] != "reissue" || fields[4] != "2" || fields[8] != "1" {
		t.Errorf("%q", fields)
	}
	if out := must(t, env, "bulk", "runs", "--drop", fields[0][:8], "--json"); strings.TrimSpace(out) != "[]" {
		t.Errorf("dropped, and still listed: %s", out)
	}
}

// Ensure a signal ends a run with its own code wherever it comes, and that the rest
// waits.
func TestBulk_Signal(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault   sandbox.Fault
		command []string
	}{
		"in a wait that the server asked for": {sandbox.Fault{Kind: sandbox.FaultRateLimit, Delay: 10 * time.Minute, Times: -1}, []string{"bulk"}},
		"while an answer is awaited":          {sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 2 * time.Second, Times: -1}, []string{"bulk"}},
		"in a re-issue of several":            {sandbox.Fault{Kind: sandbox.FaultRateLimit, Delay: 10 * time.Minute, Times: -1}, []string{"reissue", "1", "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sandbox.New(sandbox.Options{})
			env := homeOf(t, s)
			must(t, env, "issue", "ana@example.com", "orders")
			must(t, env, "issue", "ana@example.com", "returns")
			s.Inject(tt.fault)
			args := slices.Concat(tt.command, []string{"--yes"})
			if tt.command[0] == "bulk" {
				args = append(args, listFile(t, "user,app", "ana@example.com,orders", "ana@example.com,returns"))
			}
			ctx, end := context.WithCancelCause(t.Context())
			asked := len(s.Requests())
			go func() {
				for len(s.Requests()) < asked+1 || !strings.Contains(s.Requests()[len(s.Requests())-1].Path, "personal-access-token") {
					time.Sleep(5 * time.Millisecond)
				}
				end(&cli.Signal{Number: 15})
			}()
			var o, e bytes.Buffer
			code := cli.Main(ctx, args, &cli.Env{In: strings.NewReader(""), Out: &o, Err: &e, Getenv: func(k string) string { return env[k] }})
			if code != 143 || !strings.Contains(e.String(), "stopped; 1 of 2 not sent") {
				t.Errorf("exit %d: %s", code, e.String())
			}
			if out := must(t, env, "bulk", "runs"); strings.Count(out, "\n") != 2 {
				t.Errorf("runs: %s", out)
			}
		})
	}
}

// Ensure a long plan does not scroll its own sums away before the question, and that
// a dry run shows all of it.
func TestBulk_LongPlan(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	env := homeOf(t, s)
	lines := []string{"user,app"}
	for _, a := range s.Apps() {
		for _, u := range s.Users()[:5] {
			lines = append(lines, u.Email+","+a.ID)
		}
	}
	list, n := listFile(t, lines...), len(lines)-1
	_, errs, _ := typing(t, env, "n\n", "bulk", list)
	if shown := strings.Count(errs, "@"); shown != 40 || !strings.Contains(errs, fmt.Sprintf("and %d more; --dry-run shows all", n-40)) {
		t.Errorf("%d rows shown:\n%s", shown, errs)
	}
	if out := must(t, env, "bulk", list, "--dry-run"); strings.Count(out, "@") != n {
		t.Errorf("%d rows in the dry run, want %d", strings.Count(out, "@"), n)
	}
}

// Ensure a re-issue of several writes its result into a new private file, and that of
// one is told to be printed.
func TestReissue_Out(t *testing.T) {
	t.Parallel()
	env := home(t)
	ana(t, env)
	file := filepath.Join(t.TempDir(), "result.csv")
	if out := must(t, env, "reissue", "1", "2", "--yes", "--rate", "50/s", "--out", file); out != "" {
		t.Errorf("on stdout: %s", out)
	}
	b, err := os.ReadFile(file)
	if rows := table(t, string(b)); err != nil || len(rows) != 3 || rows[1][3] != "ok" || !strings.HasPrefix(rows[2][2], "pat_…") {
		t.Errorf("%v %s", err, b)
	}
	before := rows(t, env)
	for _, args := range [][]string{{"reissue", "1", "2", "--yes", "--out", file}, {"reissue", "1", "--out", file + "2"}} {
		if _, _, code := run(t, env, args...); code != 2 || rows(t, env) != before {
			t.Errorf("%v: exit %d", args, code)
		}
	}
}

// Ensure what waits is proposed where a run is named.
func TestBulk_CompletesRuns(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	env := homeOf(t, s)
	must(t, env, "issue", "ana@example.com", "orders")
	s.Reconfigure(func(o *sandbox.Options) { o.Builders = 1 })
	if _, _, code := run(t, env, "role", "ana@example.com", "admin", "--workspace", "Sales", "--reissue", "--yes"); code != 5 {
		t.Fatalf("exit %d", code)
	}
	out := must(t, env, "__complete", "bulk", "resume", "")
	if !strings.Contains(out, "\trole, 2 of 3 wait") {
		t.Errorf("proposals:\n%s", out)
	}
}

// Ensure a list that cannot be read is told as that, by its name.
func TestBulk_UnreadableList(t *testing.T) {
	t.Parallel()
	env := home(t)
	folder := t.TempDir()
	for _, path := range []string{folder, filepath.Join(folder, "none.csv")} {
		if _, errs, code := run(t, env, "bulk", path, "--dry-run", "--json"); code != 2 || !strings.Contains(string(errs), folder) || strings.Contains(string(errs), "nexpected") {
			t.Errorf("%s: exit %d, said %s", path, code, errs)
		}
	}
}
