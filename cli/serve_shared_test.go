package cli_test

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/history/postgres"
	"patdesk/history/postgres/postgrestest"
)

// Ensure what a dozen consoles need is asked for once for all of them, at ToolJet and in a
// shared history: lists, counts, looks for changes; that their runs keep one pace; and that
// each sees what the others do.
func TestServe_SweepOneForAll(t *testing.T) {
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("long; PATDESK_LONG=1 runs it")
	}
	t.Parallel()
	db := postgrestest.New(t)
	proxy := postgrestest.NewProxy(t, db.Address)
	server := sandbox.New(sandbox.Options{})
	// Behind a pooler no statement is prepared, so each can be read on its way.
	at := postgrestest.Through(t, db.RoleURL, proxy.Address) + "?pooler=transaction"
	d, env := closedDoor(t, server, fmt.Sprintf("history = %q\n", at), "per_person = 100\n")
	must(t, map[string]string{"HOME": d.home}, "team", "migrate", "--as", db.URL, "--role", db.Role)
	counts, looks := proxy.Watch("FROM tally"), proxy.Watch("count(*) FROM touches")
	d.open(env)

	const people = 12
	var all []*sitter
	for n := range people {
		all = append(all, d.sits([]string{"ana", "cy"}[n%2]))
	}
	for _, c := range all {
		c.sees("0 live")
	}
	for _, c := range all {
		c.types("3", "Ana Ruiz")
	}
	lists := map[string]int{}
	for _, r := range server.Requests() {
		lists[r.Method+" "+r.Path]++
	}
	for what, n := range lists {
		if n > 1 && strings.HasPrefix(what, "GET /api/ext/") {
			t.Errorf("%s was asked for %d times", what, n)
		}
	}
	if len(lists) == 0 {
		t.Error("nothing was asked for")
	}

	// While tokens come, the numbers change all the time.
	const tokens, runs = 12, 4
	users := []string{"ana@example.com", "bo@partner.example", "cy@example.com", "dana@example.com", "dee@example.com", "eve@example.com", "fay@vendor.example", "gil@example.com"}
	for _, c := range all {
		c.types("1", "sort time left")
	}
	begun, counted, looked := time.Now(), counts.Load(), looks.Load()
	for n := range tokens {
		if text, code := d.run("ana", "issue "+users[n%len(users)]+" orders --life 1h --again"); code != 0 {
			t.Fatalf("token %d: exit %d: %s", n, code, text)
		}
	}
	running := time.Now()
	var together sync.WaitGroup
	for n := range runs { // each of two requests, as ana at so many places
		together.Go(func() {
			if text, code := d.run("ana", fmt.Sprintf("reissue %d %d --yes", 2*n+1, 2*n+2)); code != 0 {
				t.Errorf("run %d: exit %d: %s", n, code, text)
			}
		})
	}
	together.Wait()
	if took, least := time.Since(running), (2*runs-1)*time.Second/2; took < least {
		t.Errorf("%d runs of two requests took %v: together they are to take %v", runs, took, least)
	}
	for _, c := range all {
		c.sees(fmt.Sprint(tokens+2*runs, " live"))
	}
	seconds := int64(time.Since(begun)/time.Second) + 1
	if n := counts.Load() - counted; n == 0 || n > 4*(seconds+1) { // by state, and the rows of a list with and without those that failed
		t.Errorf("%d consoles counted %d times in %d s", people, n, seconds)
	}
	if n := looks.Load() - looked; n == 0 || n > 2*(seconds+1) {
		t.Errorf("%d consoles looked for changes %d times in %d s", people, n, seconds)
	}
	if n := proxy.Conns(); n > postgres.ConnsOfConsole {
		t.Errorf("%d connections", n)
	}
	if n := len(server.Ledger()); n != tokens+2*runs {
		t.Errorf("%d tokens on the server", n)
	}
	for _, c := range all {
		if _, err := io.WriteString(c.keys, "\x03\x03"); err != nil {
			t.Fatal(err)
		}
		if code := c.leaves(); code != 0 {
			t.Errorf("left with %d", code)
		}
	}
	if code := d.close(); code != 0 {
		t.Errorf("the desk closed with %d: %s", code, d.said)
	}
}
