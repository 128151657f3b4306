package cli_test

import (
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"patdesk/client/sandbox"
	"patdesk/e2e/e2etest"
)

// leaves waits until a session has ended, and returns its exit code.
func (c *sitter) leaves() int {
	c.t.Helper()
	code := make(chan int, 1)
	go func() { code <- exitOf(c.n.Wait()) }()
	select {
	case n := <-code:
		return n
	case <-time.After(60 * time.Second):
		c.t.Fatalf("the session does not end:\n%s", c.text())
		return 0
	}
}

// Ensure a change of the team counts for those who sit there: another role for what they
// do next, and those whom it names no more leave. One that cannot be read lets nobody in,
// and nobody issue, but throws nobody out.
func TestServe_TeamChanges(t *testing.T) {
	t.Parallel()
	d := openDoor(t, sandbox.New(sandbox.Options{}), "")
	ana, cy := d.two()
	whole := d.team("")
	d.write("team.toml", strings.Replace(whole, "role = \"issue\"", "role = \"view\"", 1))
	ana.types("y", "role issue is needed")
	d.write("team.toml", "[people.ana")
	ana.types("y", "team.toml was changed")
	if c, err := d.dial("cy"); err == nil {
		_ = c.Close()
		t.Error("somebody is let in by a team that cannot be read")
	}
	d.write("team.toml", strings.Replace(whole, "[people.ana]", "[people.bo]", 1))
	if code := ana.leaves(); code != 4 || !strings.Contains(ana.text(), "no longer yours") {
		t.Errorf("who is no member leaves with %d:\n%s", code, ana.text())
	}
	if len(ana.screen.Modes()) > 0 {
		t.Errorf("the terminal is left with %v", ana.screen.Modes())
	}
	d.write("team.toml", strings.Replace(whole, "role = \"view\"", "role = \"view\"\nuntil = \"2001-01-31\"", 1))
	if code := cy.leaves(); code != 4 {
		t.Errorf("whose time has ended leaves with %d:\n%s", code, cy.text())
	}
}

// Ensure there are no more sessions than allowed, of all and of one, and the next one
// comes in when one has left.
func TestServe_Limits(t *testing.T) {
	t.Parallel()
	d := openDoor(t, sandbox.New(sandbox.Options{}), "max_sessions = 3\nper_person = 2\n")
	first, second := d.sits("ana"), d.sits("ana")
	first.sees("No tokens yet")
	second.sees("No tokens yet")
	if text, code := d.run("ana", "list"); code != 8 || !strings.Contains(text, "ana has 2 sessions here already") {
		t.Errorf("exit %d: %s", code, text)
	}
	third := d.sits("cy")
	third.sees("live")
	if text, code := d.run("ci", "list"); code != 8 || !strings.Contains(text, "All 3 seats of this desk are taken") {
		t.Errorf("exit %d: %s", code, text)
	}
	if _, err := io.WriteString(first.keys, "\x03\x03"); err != nil {
		t.Fatal(err)
	}
	first.leaves()
	waitFor(t, "the seat is free", func() bool { _, code := d.run("ci", "list"); return code == 0 })
}

// Ensure a desk that is closed while a request is under way records its answer, tells
// everybody, and leaves their terminals as they were.
func TestServe_Closes(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.Options{})
	d := openDoor(t, s, "")
	cy := d.sits("cy")
	cy.sees("live")
	s.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: time.Second, Match: "/personal-access-token", Times: 1})
	n := d.session("ana")
	out := &e2etest.Output{}
	n.Stdout, n.Stderr = out, out
	if err := n.Start("issue ana@example.com orders --life 1h"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the request is under way", func() bool {
		for _, r := range s.Requests() {
			if strings.Contains(r.Path, "/personal-access-token") {
				return true
			}
		}
		return false
	})
	if code := d.close(); code != 0 {
		t.Errorf("the desk closed with %d:\n%s", code, d.said)
	}
	if code := exitOf(n.Wait()); code != 0 || !strings.Contains(out.String(), "#1 issued") {
		t.Errorf("the command ended with %d:\n%s", code, out)
	}
	if code := cy.leaves(); code != 143 || !strings.Contains(cy.text(), "This desk closes") || len(cy.screen.Modes()) > 0 {
		t.Errorf("the console ended with %d, %v:\n%s", code, cy.screen.Modes(), cy.text())
	}
	if c, err := d.dial("ana"); err == nil {
		_ = c.Close()
		t.Error("somebody comes in to a desk that is closed")
	}
	env := map[string]string{"HOME": d.home}
	if text := must(t, env, "list", "--json"); !strings.Contains(text, `"state": "ok"`) {
		t.Errorf("recorded is\n%s", text)
	}
}

// ours are the goroutines of this process but for those of the client of ToolJet, whose
// connections rest for a while.
func ours() (n int, stacks string) {
	all := make([]byte, 8<<20)
	all = all[:runtime.Stack(all, true)]
	var b strings.Builder
	for one := range strings.SplitSeq(string(all), "\n\n") {
		if !strings.Contains(one, "net/http") {
			n++
			b.WriteString(one + "\n\n")
		}
	}
	return n, b.String()
}

// crowd lets so many sit down, sends a new size to all, kills half of their connections
// and lets the others leave. It returns when all are gone.
func crowd(t *testing.T, d *door, people int) {
	t.Helper()
	type guest struct {
		c    *ssh.Client
		n    *ssh.Session
		keys io.Writer
		out  *e2etest.Output
	}
	guests := make([]guest, people)
	for i := range guests {
		c, err := d.dial([]string{"ana", "cy"}[i%2])
		if err != nil {
			t.Fatal(err)
		}
		n, err := c.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		if err := n.RequestPty("xterm-256color", 30, 100, ssh.TerminalModes{}); err != nil {
			t.Fatal(err)
		}
		keys, err := n.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		g := guest{c, n, keys, &e2etest.Output{}}
		n.Stdout = g.out
		if err := n.Shell(); err != nil {
			t.Fatal(err)
		}
		guests[i] = g
	}
	for i, g := range guests {
		waitFor(t, "a console", func() bool { return strings.Contains(g.out.String(), "live") })
		if err := g.n.WindowChange(30+i, 120+i); err != nil {
			t.Fatal(err)
		}
	}
	for i, g := range guests {
		if i%2 == 0 {
			_ = g.c.Close() // as the connection of who was killed
			continue
		}
		if _, err := io.WriteString(g.keys, "\x03\x03"); err != nil {
			t.Fatal(err)
		}
		for range 50 { // a window that is pulled while it closes
			if g.n.WindowChange(30, 100) != nil {
				break
			}
		}
		if code := exitOf(g.n.Wait()); code != 0 {
			t.Errorf("left with %d", code)
		}
		_ = g.c.Close()
	}
	waitFor(t, "everybody has left", func() bool {
		text := d.said.String()
		return strings.Count(text, "sits down") == strings.Count(text, "leaves")
	})
}

// leavesNothing ensures that a crowd leaves no goroutine behind.
func leavesNothing(t *testing.T, people int) {
	t.Helper()
	d := openDoor(t, sandbox.New(sandbox.Options{}), "per_person = 100\n")
	crowd(t, d, 2)
	var before, after int
	var left string
	waitFor(t, "rest before", func() bool { // two of a kind, one after the other
		was := before
		before, _ = ours()
		time.Sleep(20 * time.Millisecond)
		return was == before
	})
	crowd(t, d, people)
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if after, left = ours(); after <= before+2 {
			return
		}
	}
	t.Errorf("%d goroutines before, %d after:\n%s", before, after, left)
}

// Ensure thirty people of whom half are killed leave no goroutine behind.
func TestServe_CrowdLeavesNothing(t *testing.T) { //nolint:paralleltest // it counts goroutines
	leavesNothing(t, 30)
}

// Ensure a hundred do neither.
func TestServe_SweepCrowd(t *testing.T) { //nolint:paralleltest // it counts goroutines
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("long; PATDESK_LONG=1 runs it")
	}
	leavesNothing(t, 100)
}
