package client

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"patdesk/client/sandbox"
)

// witness collects what an observer is told, in lines, and all of it as text.
type witness struct {
	mu    sync.Mutex
	lines []string
	all   strings.Builder
}

func (s *witness) observe(_ context.Context, c Call) func(Step) {
	s.add(fmt.Sprintf("%s %s", c.Method, c.Path), fmt.Sprintf("%+v", c))
	return func(step Step) {
		name := [...]string{Asked: "asked", Answered: "answered", Waits: "waits", Done: "done"}[step.Kind]
		line := fmt.Sprintf("%s %d %d", name, step.Attempt, step.Status)
		if step.Err != nil {
			line += " " + string(step.Err.Failure)
		}
		s.add(line, fmt.Sprintf("%+v %+v", step, step.Err))
	}
}

func (s *witness) add(line, all string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, line)
	s.all.WriteString(all + "\n")
}

func (s *witness) sees(t *testing.T, want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if got := strings.Join(s.lines, "; "); got != strings.Join(want, "; ") {
		t.Errorf("told %s\nwant %s", got, strings.Join(want, "; "))
	}
	for _, secret := range []string{testKey, "pat_", "personal-access-token=", "per_page"} {
		if strings.Contains(strings.ReplaceAll(s.all.String(), "pat_[", ""), secret) {
			t.Errorf("told of %q:\n%s", secret, s.all.String())
		}
	}
}

const issuePath = "POST /api/ext/users/personal-access-token"

// Ensure an observer is told of each step of a call, one call as one, and of no secret.
func TestObserver_IsToldOfEachStep(t *testing.T) {
	for _, tt := range []struct {
		name   string
		faults []sandbox.Fault
		call   func(ctx context.Context, c *Client, s *sandbox.Server) error
		want   []string
	}{
		{
			name: "issued after a wait", faults: []sandbox.Fault{{Kind: sandbox.FaultRateLimit, Delay: 41 * time.Second, Body: `{"statusCode":429,"message":"` + testKey + `"}`}},
			call: func(ctx context.Context, c *Client, s *sandbox.Server) error {
				_, err := c.CreateToken(ctx, issueOf(s))
				return err
			},
			want: []string{issuePath, "asked 1 0", "answered 1 429 status", "waits 1 0 status", "asked 2 0", "answered 2 201", "done 2 0"},
		},
		{
			name: "lost", faults: []sandbox.Fault{{Kind: sandbox.FaultDropAfter}},
			call: func(ctx context.Context, c *Client, s *sandbox.Server) error {
				_, err := c.CreateToken(ctx, issueOf(s))
				return err
			},
			want: []string{issuePath, "asked 1 0", "answered 1 0 lost", "done 1 0 lost"},
		},
		{
			name: "given up while it waits", faults: []sandbox.Fault{{Kind: sandbox.FaultRateLimit, Delay: 41 * time.Second}},
			call: func(ctx context.Context, c *Client, s *sandbox.Server) error {
				ctx, cancel := context.WithCancel(ctx)
				time.AfterFunc(time.Second, cancel)
				_, err := c.CreateToken(ctx, issueOf(s))
				return err
			},
			want: []string{issuePath, "asked 1 0", "answered 1 429 status", "waits 1 0 status", "done 1 0 canceled"},
		},
		{
			name: "a list by pages, without its query",
			call: func(ctx context.Context, c *Client, _ *sandbox.Server) error {
				_, err := c.ListAllWorkspaces(ctx)
				return err
			},
			want: []string{"GET /api/v2/ext/workspaces", "asked 1 0", "answered 1 200", "done 1 0"},
		},
		{
			name: "a key in the place of a name",
			call: func(ctx context.Context, c *Client, _ *sandbox.Server) error {
				_, err := c.GetUser(ctx, testKey)
				return err
			},
			want: []string{"GET /api/ext/user/" + redacted, "asked 1 0", "answered 1 422 status", "done 1 0 status"},
		},
		{
			name: "refused before a try",
			call: func(ctx context.Context, c *Client, _ *sandbox.Server) error {
				_, err := c.CreateToken(ctx, TokenRequest{})
				return err
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				told := &witness{}
				s, c := play(t, sandbox.Options{}, WithObserver(told.observe))
				for _, f := range tt.faults {
					s.Inject(f)
				}
				if err := tt.call(t.Context(), c, s); err != nil {
					_ = failed(t, err)
				}
				told.sees(t, tt.want...)
			})
		})
	}
}

// Ensure a call that waits for what another was told is seen to wait before its first try.
func TestObserver_SeesAWaitBeforeTheFirstTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := &witness{}
		s, c := play(t, sandbox.Options{}, WithOneWait(), WithObserver(told.observe))
		s.Inject(sandbox.Fault{Kind: sandbox.FaultRateLimit, Delay: 41 * time.Second, Match: "/api/ext/user/"})
		_, err := c.GetUser(WithWaits(t.Context(), func(Wait) bool { return false }), s.Users()[0].ID)
		_ = failed(t, err)
		told.lines = nil
		if _, err := c.CreateToken(t.Context(), issueOf(s)); err != nil {
			t.Fatal(err)
		}
		told.sees(t, issuePath, "waits 0 0 status", "asked 1 0", "answered 1 201", "done 1 0")
	})
}

// Ensure a page of another site that the client reads is told of, without its query.
func TestObserver_SeesOtherSites(t *testing.T) {
	told := &witness{}
	c := dial(t, answering(http.StatusOK, "text/html", "<p>hello"), WithObserver(told.observe))
	if _, err := c.GetPortalPage(t.Context(), c.BaseURL()+"/orders?personal-access-token=pat_0123456789"); err != nil {
		t.Fatal(err)
	}
	told.sees(t, "GET /orders", "asked 1 0", "answered 1 200", "done 1 0")
}
