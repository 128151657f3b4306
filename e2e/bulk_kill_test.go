package e2e

import (
	"encoding/json"
	"fmt"
	mrand "math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patdesk/e2e/e2etest"
)

// pairList writes a list of n pairs of people and apps of the sandbox.
func pairList(t *testing.T, env []string, n int) string {
	t.Helper()
	var users []struct{ Email, Status string }
	var apps []struct{ ID string }
	for words, into := range map[string]any{"users": &users, "apps": &apps} {
		if err := json.Unmarshal([]byte(e2etest.Run(t, env, words, "--json")), into); err != nil {
			t.Fatal(err)
		}
	}
	lines := []string{"user,app"}
	for _, a := range apps {
		for _, u := range users {
			if u.Status == "active" && len(lines) <= n {
				lines = append(lines, u.Email+","+a.ID)
			}
		}
	}
	if len(lines) != n+1 {
		t.Fatalf("%d pairs only", len(lines)-1)
	}
	path := filepath.Join(t.TempDir(), "pairs.csv")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// madeFor counts the tokens that the server made for each pair.
func madeFor(t *testing.T, server string) (pairs map[string]int, total int) {
	t.Helper()
	out, err := e2etest.Control(http.MethodGet, server, "ledger", nil)
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Email string `json:"email"`
		AppID string `json:"app_id"`
	}
	if err := json.Unmarshal(out, &rows); err != nil {
		t.Fatal(err)
	}
	pairs = map[string]int{}
	for _, r := range rows {
		pairs[r.Email+" "+r.AppID]++
	}
	return pairs, len(rows)
}

// killedWhile runs patdesk and kills it once a few more tokens were made. It
// reports whether it lived to be killed.
func killedWhile(t *testing.T, env []string, server string, args ...string) bool {
	t.Helper()
	_, before := madeFor(t, server)
	cmd := exec.CommandContext(t.Context(), "patdesk", args...)
	cmd.Env = env
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	for more := 1 + mrand.IntN(8); ; {
		select {
		case <-ended:
			return false
		default:
		}
		if _, now := madeFor(t, server); now >= before+more {
			break
		}
	}
	time.Sleep(time.Duration(mrand.IntN(4000)) * time.Microsecond)
	_ = cmd.Process.Kill()
	<-ended
	return true
}

func testBulkKills(t *testing.T, rows, kills int) {
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	env := e2etest.Home(t, server, key)
	list := pairList(t, env, rows)
	args, killed := []string{"bulk", list}, 0
	for killed < kills && killedWhile(t, env, server, append(args, "--yes", "--rate", "200/s")...) {
		killed++
		args = []string{"bulk", "resume"}
	}
	if killed != kills {
		t.Fatalf("only %d of %d kills met a run", killed, kills)
	}
	cmd := exec.CommandContext(t.Context(), "patdesk", "bulk", "resume", "--yes", "--rate", "200/s")
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the last resume: %v\n%s", err, out)
	}
	checkOutcomes(t, env, server, rows)
}

// checkOutcomes compares what the history says of each pair with what the server
// made.
func checkOutcomes(t *testing.T, env []string, server string, rows int) {
	t.Helper()
	made, total := madeFor(t, server)
	for pair, n := range made {
		if n != 1 {
			t.Errorf("%s was issued %d times", pair, n)
		}
	}
	var tokens []struct{ Outcome, User, AppID string }
	out := strings.ReplaceAll(e2etest.Run(t, env, "list", "--json"), `"app_id"`, `"AppID"`)
	if err := json.Unmarshal([]byte(out), &tokens); err != nil {
		t.Fatal(err)
	}
	outcomes, pairs := map[string]int{}, map[string]bool{}
	for _, k := range tokens {
		outcomes[k.Outcome]++
		pairs[fmt.Sprint(k.User, " ", k.AppID)] = true
	}
	if len(tokens) != rows || len(pairs) != rows || outcomes["issued"]+outcomes["unknown"] != rows || total < outcomes["issued"] {
		t.Errorf("%d rows of %d pairs for %d inputs: %v; the server made %d", len(tokens), len(pairs), rows, outcomes, total)
	}
	if waiting := strings.TrimSpace(e2etest.Run(t, env, "bulk", "runs", "--json")); waiting != "[]" {
		t.Errorf("still waiting: %s", waiting)
	}
	t.Logf("%v; the server made %d", outcomes, total)
}

// Ensure a run that is killed again and again ends with an outcome for every
// input, and with no pair issued twice.
func TestBulk_Kills(t *testing.T) {
	e2etest.SkipShort(t)
	t.Parallel()
	testBulkKills(t, 60, 5)
}

// Ensure the same over a run of 200 and 20 kills.
func TestBulk_Kills_Sweep(t *testing.T) {
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("set PATDESK_LONG=1")
	}
	t.Parallel()
	testBulkKills(t, 200, 20)
}
