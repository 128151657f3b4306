package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"patdesk/client"
	"patdesk/e2e/e2etest"
	"patdesk/history"
	"patdesk/history/historytest"
	"patdesk/pat"
	"patdesk/secret"
)

// These benchmarks print figures and decide nothing. Each that has a floor
// measures it in the same run, because machines differ from day to day.

// built is the program as people get it, built once.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "patdesk-bench-")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "patdesk")
	out, err := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, "..").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w: %s", err, out)
	}
	return bin, nil
})

// big is a home whose history has n rows, made once for each n.
var big = func() func(n int) ([]string, error) {
	var mu sync.Mutex
	made := map[int][]string{}
	return func(n int) ([]string, error) {
		mu.Lock()
		defer mu.Unlock()
		if env := made[n]; env != nil {
			return env, nil
		}
		home, err := os.MkdirTemp("", "patdesk-bench-")
		if err != nil {
			return nil, err
		}
		env := []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")}
		key, err := secret.NewKey()
		if err != nil {
			return nil, err
		}
		path := filepath.Join(home, ".local", "share", "patdesk", "history.db")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		if err := historytest.Fill(context.Background(), path, historytest.Past{Rows: n, Users: min(n, 5000), Apps: min(n, 200), Now: time.Now(), Key: key}); err != nil {
			return nil, err
		}
		made[n] = env
		return env, nil
	}
}()

// process measures whole runs of the program and reports the median.
func process(b *testing.B, env []string, args ...string) {
	b.Helper()
	bin, err := built()
	if err != nil {
		b.Fatal(err)
	}
	times := make([]time.Duration, 0, b.N)
	for b.Loop() {
		cmd := exec.Command(bin, args...)
		cmd.Env = env
		begin := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		times = append(times, time.Since(begin))
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms/p50")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkProcess is the program from start to end (goal P6).
func BenchmarkProcess(b *testing.B) {
	small := []string{"HOME=" + b.TempDir(), "PATH=" + os.Getenv("PATH")}
	b.Run("version", func(b *testing.B) { process(b, small, "version") })
	b.Run("help", func(b *testing.B) { process(b, small, "--help") })
	for _, n := range []int{1_000, 1_000_000} {
		env, err := big(n)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("list/rows=%d", n), func(b *testing.B) { process(b, env, "list") })
		b.Run(fmt.Sprintf("list-user/rows=%d", n), func(b *testing.B) { process(b, env, "list", "--user", "user42") })
		b.Run(fmt.Sprintf("list-app/rows=%d", n), func(b *testing.B) { process(b, env, "list", "--app", "7") })
	}
}

// issuing is an Issuer on a sandbox process and a fresh history.
func issuing(b *testing.B) (i *pat.Issuer, url, key string) {
	b.Helper()
	bin, err := built()
	if err != nil {
		b.Fatal(err)
	}
	b.Setenv("PATH", filepath.Dir(bin)+string(os.PathListSeparator)+os.Getenv("PATH"))
	url, key, stop, err := e2etest.StartSandbox(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(stop)
	seal, err := secret.NewKey()
	if err != nil {
		b.Fatal(err)
	}
	store, err := history.Open(b.Context(), history.Options{
		Path: filepath.Join(b.TempDir(), "data", "history.db"), KeepTokens: true,
		Key: func(context.Context) (secret.Key, error) { return seal, nil },
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = store.Close() })
	c, err := client.New(url, secret.New(key), client.WithKeepAlive())
	if err != nil {
		b.Fatal(err)
	}
	return pat.NewIssuer(c, store, pat.Settings{Profile: "acme", Unit: pat.Seconds}), url, key
}

// issueMany issues n tokens with some workers, over so many pairs of the sandbox's users
// and apps, and returns how long it took, and how many commits.
func issueMany(b *testing.B, i *pat.Issuer, n, pairs, workers int) (took time.Duration, commits int64) {
	b.Helper()
	users, err := i.Users(b.Context(), false)
	if err != nil {
		b.Fatal(err)
	}
	apps, err := i.Apps(b.Context(), false)
	if err != nil {
		b.Fatal(err)
	}
	before := changes(b, i)
	g, ctx := errgroup.WithContext(b.Context())
	g.SetLimit(workers)
	begin := time.Now()
	for k := range n {
		g.Go(func() error {
			u, a := &users[k%pairs%len(users)], &apps[k%pairs/len(users)%len(apps)]
			_, err := i.Issue(ctx, pat.Request{
				User: u.Email, App: a.ID, Life: time.Hour, Idle: time.Hour, Again: true, UserInfo: u, AppInfo: a,
			})
			return err
		})
	}
	if err := g.Wait(); err != nil {
		b.Fatal(err)
	}
	took = time.Since(begin)
	return took, changes(b, i) - before
}

// changes is a number that goes up by one with each commit of this process.
func changes(b *testing.B, i *pat.Issuer) int64 {
	b.Helper()
	n, err := i.History.Changed(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// durableFloor is how many tokens a second two durable commits of one small row
// each allow, one after the other: what the disk permits without batching.
func durableFloor(b *testing.B, n int) float64 {
	b.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(b.TempDir(), "floor.db")+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE t (id INTEGER PRIMARY KEY, state TEXT, token BLOB)"); err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	for k := range n {
		if _, err := db.Exec("INSERT INTO t VALUES (?, 'pending', NULL)", k); err != nil {
			b.Fatal(err)
		}
		if _, err := db.Exec("UPDATE t SET state = 'issued', token = randomblob(120) WHERE id = ?", k); err != nil {
			b.Fatal(err)
		}
	}
	return float64(n) / time.Since(begin).Seconds()
}

// BenchmarkIssue is one durable issue, one after the other, and what the ledger
// adds to the bare request (goal: two durable commits add at most 3 ms).
func BenchmarkIssue(b *testing.B) {
	i, _, _ := issuing(b)
	request := pat.Request{User: "ana@example.com", App: "orders", Life: time.Hour, Idle: time.Hour, Again: true, UserInfo: &pat.User{}, AppInfo: &pat.App{}}
	var with, bare []time.Duration
	for b.Loop() {
		begin := time.Now()
		if _, err := i.Issue(b.Context(), request); err != nil {
			b.Fatal(err)
		}
		with = append(with, time.Since(begin))
		begin = time.Now()
		if _, err := i.Client.CreateToken(b.Context(), request.Wire(i.Settings)); err != nil {
			b.Fatal(err)
		}
		bare = append(bare, time.Since(begin))
	}
	slices.Sort(with)
	slices.Sort(bare)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(with[len(with)/2]), "ms/issue-p50")
	b.ReportMetric(ms(bare[len(bare)/2]), "ms/request-p50")
	b.ReportMetric(ms(with[len(with)/2]-bare[len(bare)/2]), "ms/ledger-p50")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkIssueMany issues 1,000 and 10,000 tokens with 8 workers, over all pairs and of
// one single pair, beside the durable floor and what people do today, a shell around curl
// (goals P7 and P16).
func BenchmarkIssueMany(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		for name, pairs := range map[string]int{"pairs": n, "one-pair": 1} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				i, url, key := issuing(b)
				var took time.Duration
				var commits int64
				rounds := 0
				for b.Loop() {
					d, c := issueMany(b, i, n, pairs, 8)
					took, commits = took+d, commits+c
					rounds++
				}
				rate := float64(n*rounds) / took.Seconds()
				floor := durableFloor(b, 2000)
				b.ReportMetric(rate, "tokens/s")
				b.ReportMetric(float64(n*rounds)/float64(commits), "tokens/commit")
				b.ReportMetric(floor, "floor/s")
				b.ReportMetric(rate/floor, "x-floor")
				b.ReportMetric(0, "ns/op")
				if pairs == 1 {
					return
				}
				if loop := curl(b, url, key, "for i in $(seq 100); do "+curlLine+"; done", 100); loop > 0 {
					b.ReportMetric(rate/loop, "x-curl-loop")
				}
				if xargs := curl(b, url, key, "seq 400 | xargs -P8 -I{} "+curlLine, 400); xargs > 0 {
					b.ReportMetric(rate/xargs, "x-xargs-P8")
				}
			})
		}
	}
}

const curlLine = `curl -s -o /dev/null -H "Authorization: Basic $TOKEN" -H 'Content-Type: application/json' -d '{"email":"ana@example.com","appSlug":"orders","patExpiry":3600,"sessionExpiry":60}' "$URL/api/ext/users/personal-access-token"`

// curl measures n tokens issued by a shell line, in tokens a second, or 0
// without curl.
func curl(b *testing.B, url, key, script string, n int) float64 {
	b.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		b.Logf("curl is not installed")
		return 0
	}
	cmd := exec.Command("sh", "-c", script)
	cmd.Env = append(os.Environ(), "URL="+url, "TOKEN="+key)
	begin := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Logf("curl: %v: %s", err, out)
		return 0
	}
	return float64(n) / time.Since(begin).Seconds()
}

// Ensure the machine is named beside the figures.
func BenchmarkMachine(b *testing.B) {
	for b.Loop() {
	}
	cpu := "unknown processor"
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for l := range strings.Lines(string(info)) {
			if name, ok := strings.CutPrefix(l, "model name"); ok {
				cpu = strings.TrimSpace(strings.TrimLeft(name, "\t: "))
				break
			}
		}
	}
	b.Logf("%s, %d processors, %s/%s, %s", cpu, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	b.ReportMetric(0, "ns/op")
}
