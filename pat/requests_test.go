package pat_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure a log follows each request from its first try to its end, says in words how far it
// is, and wakes who waits for that.
func TestRequestLog_FollowsARequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &pat.RequestLog{}
		r := newRig(t, sandbox.Options{}, client.WithObserver(log.Observe))
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultRateLimit, Delay: 41 * time.Second, Match: "POST /"})
		r.server.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 3 * time.Second, Match: "POST /"})
		go func() { _, _ = r.Issue(t.Context(), request()) }()
		var told []string
		for version := int64(0); ; {
			if !log.Wait(t.Context(), version) {
				t.Fatal("the log is not newer")
			}
			synctest.Wait()
			var sent []pat.SentRequest
			sent, version = log.Requests()
			post := only(sent, "POST")
			if len(post) == 0 {
				continue
			}
			if words := post[0].Result(" now", " soon"); len(told) == 0 || told[len(told)-1] != words {
				told = append(told, words)
			}
			if post[0].State == pat.RequestDone {
				break
			}
		}
		if got := strings.Join(told, "; "); got != "429, again soon: Server asks us to slow down; asking now; 201 in 3.0 s" {
			t.Errorf("told %s", got)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		synctest.Wait()
		_, version := log.Requests()
		if log.Wait(ctx, version) {
			t.Error("nothing is newer")
		}
	})
}

func only(sent []pat.SentRequest, method string) (out []pat.SentRequest) {
	for _, r := range sent {
		if r.Method == method {
			out = append(out, r)
		}
	}
	return out
}

// Ensure a filter of Activity shows the requests that it is about, and no others.
func TestActivityFilter_Requests(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 19, 19, 0, 0, 0, time.UTC)
	sent := pat.SentRequest{
		ID: 1, Stage: pat.StageVerify, Method: "POST", Path: "/api/ext/users/session", At: now.Add(-time.Hour), State: pat.RequestDone,
		Tries: []pat.Try{{Status: 403, Took: 84 * time.Millisecond}},
	}
	for filter, want := range map[string]bool{
		"": true, "action:request": true, "action:req": true, "action:issued": false, "!action:request": false, "!action:issued": true, "action:re": true, "action:request action:issued": true,
		"403": true, "verify": true, "404": false, "!404": true, "!verify": false, "since:2h": true, "since:30m": false,
		"status:403": true, "status:4": true, "status:40": true, "status:404": false, "status:5": false, "status:404 status:403": true, "status:": true,
		"status:403 404": false,
		"user:ana":       false, "!user:ana": true, "app:orders": false, "state:ok": false, "left:<1h": false, "by:kim": false, "role:admin": false,
	} {
		f, err := pat.ParseEventFilter(filter, now)
		if err != nil || f.Shows(sent) != want {
			t.Errorf("%q: %v, want %v, %v", filter, f.Shows(sent), want, err)
		}
	}
	if f, _ := pat.ParseEventFilter("action:request", now); f.Events {
		t.Error("action:request shows events")
	}
}

// Ensure a server's words cannot add lines to a report.
func TestRequestReport_OneLineEach(t *testing.T) {
	t.Parallel()
	r := pat.SentRequest{ID: 1, Method: "GET", Path: "/a\nforged    yes", Err: &client.Error{Failure: client.FailStatus, Status: 403, Messages: []string{"no\r\nprogram   other"}}}
	for line := range strings.Lines(pat.RequestReport(r, "patdesk devel")) {
		if strings.HasPrefix(line, "forged") || strings.HasPrefix(line, "program   other") {
			t.Errorf("a line was added: %q", line)
		}
	}
}

// Ensure of a client that several people share each sees the requests of their own alone.
func TestObserveShared_EachTheirOwn(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{}, client.WithObserver(pat.ObserveShared))
	ana, bo := &pat.RequestLog{}, &pat.RequestLog{}
	for log, user := range map[*pat.RequestLog]string{ana: "ana@example.com", bo: "bo@partner.example"} {
		if _, err := r.Client.GetUser(pat.WithRequestLog(t.Context(), log), user); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Client.GetConfig(t.Context()); err != nil {
		t.Fatal(err)
	}
	for log, user := range map[*pat.RequestLog]string{ana: "ana", bo: "bo"} {
		if sent, _ := log.Requests(); len(sent) != 1 || !strings.Contains(sent[0].Path, "/user/"+user) {
			t.Errorf("%s sees %+v", user, sent)
		}
	}
}
