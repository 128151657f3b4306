package pat_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure that lists are kept per server with the time of loading, that a later
// process has them whole without asking, and that a server never sees another's.
func TestDirectory_KeptWithoutTheNetwork(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	if l, err := r.LastLists(t.Context()); err != nil || !l.Loaded().IsZero() || len(l.Users) > 0 {
		t.Fatalf("lists before any was read: %+v, %v", l, err)
	}
	want, err := r.Lists(t.Context(), false)
	if err != nil || len(want.Users) == 0 || len(want.Apps) == 0 || len(want.Workspaces) != 3 {
		t.Fatalf("%d users, %d apps, %d workspaces, %v", len(want.Users), len(want.Apps), len(want.Workspaces), err)
	}
	later := pat.NewIssuer(nil, r.History, pat.Settings{Profile: "another name", Server: rigURL})
	sent := len(r.server.Requests())
	got, err := later.LastLists(t.Context())
	if err != nil || got.Loaded().IsZero() || got.UsersAt.UnixMilli() < want.UsersAt.UnixMilli() {
		t.Fatalf("loaded %v, %v", got.Loaded(), err)
	}
	for n := range want.Apps {
		want.Apps[n].Versions = 0 // of no use later
	}
	if d := cmp.Diff([]any{want.Users, want.Workspaces, want.Apps}, []any{got.Users, got.Workspaces, got.Apps}); d != "" {
		t.Errorf("kept otherwise (-want +got):\n%s", d)
	}
	other := pat.NewIssuer(nil, r.History, pat.Settings{Server: "https://other.example.com"})
	if l, err := other.LastLists(t.Context()); err != nil || len(l.Users)+len(l.Apps) > 0 {
		t.Errorf("another server has %d users, %v", len(l.Users), err)
	}
	if n := len(r.server.Requests()); n != sent {
		t.Errorf("%d requests", n-sent)
	}
	r.server.DeleteUser("bo@partner.example")
	if _, err := r.Users(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if got, err = later.LastLists(t.Context()); err != nil || pat.FindUser(got.Users, "bo@partner.example") != nil {
		t.Errorf("who is gone is still listed, %v", err)
	}
}

// Ensure that nothing of a user's metadata, which can hold keys of other systems,
// is in the files of the history.
func TestDirectory_NoMetadata(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	if _, err := r.Lists(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if err := r.History.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(r.path + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	emails := false
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		emails = emails || bytes.Contains(b, []byte("ana@example.com"))
		for _, canary := range []string{"metadata-is-never-shown", "crm_key"} {
			if bytes.Contains(b, []byte(canary)) {
				t.Errorf("%s holds %q", filepath.Base(f), canary)
			}
		}
	}
	if !emails {
		t.Error("the users are not there at all")
	}
}

// Ensure that workspaces and apps are read in each shape that servers have: with
// the second version of the API, without it, and where a gate stands before it.
func TestDirectory_Versions(t *testing.T) {
	t.Parallel()
	gate := sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403, Body: "<html>blocked</html>", Match: "/api/v2/", Times: -1}
	tests := []struct {
		name    string
		options sandbox.Options
		fault   *sandbox.Fault
		all     bool // archived workspaces too
	}{
		{name: "second version", all: true},
		{name: "first version alone", options: sandbox.Options{NoV2: true}},
		{name: "a gate before the second version", fault: &gate},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, tt.options)
			if err := r.server.SetWorkspaceStatus("support", "archived"); err != nil {
				t.Fatal(err)
			}
			if tt.fault != nil {
				r.server.Inject(*tt.fault)
			}
			l, err := r.Lists(t.Context(), true)
			if err != nil {
				t.Fatal(err)
			}
			if got := len(l.Workspaces) == 3; got != tt.all {
				t.Errorf("%d workspaces", len(l.Workspaces))
			}
			for _, a := range l.Apps {
				if a.Workspace == "Support" {
					t.Errorf("%s is in an archived workspace", a.Name)
				}
			}
		})
	}
}

// Ensure that the closest names come from the lists that were read last, without
// asking the server again.
func TestSuggestion_FromTheLastLists(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	if _, err := r.Lists(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	later := pat.NewIssuer(r.Client, r.History, r.Settings)
	sent := len(r.server.Requests())
	req := request()
	req.User = "anna@example.com"
	_, err := later.Issue(t.Context(), req)
	if x := pat.Explain(err); !strings.Contains(x.Cause, "ana@example.com") {
		t.Errorf("it says %q", x.Cause)
	}
	if got := len(r.server.Requests()) - sent; got != 1 {
		t.Errorf("%d requests, want the one for the token", got)
	}
}

// Ensure that what a check tells of a person stands in the lists, in this process and in
// the next, although they were read before; and that the lists are not younger for it.
func TestLists_LearnFromACheck(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	g := r.issue(t, request()).Token
	before, err := r.Lists(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.server.SetMembership("ana@example.com", "sales", "active", "builder"); err != nil {
		t.Fatal(err)
	}
	if v, err := r.Verify(t.Context(), g.ID); err != nil || v.Drift == "" {
		t.Fatalf("%q, %v", v.Drift, err)
	}
	for name, i := range map[string]*pat.Issuer{"this process": r.Issuer, "the next": pat.NewIssuer(r.Client, r.History, r.Settings)} {
		last, err := i.LastLists(t.Context())
		u := pat.FindUser(last.Users, "ana@example.com")
		if err != nil || u == nil || pat.RoleIn(u, g.WorkspaceID) != "builder" || len(last.Users) != len(before.Users) {
			t.Errorf("%s: %+v, %v", name, u, err)
		}
		if off := last.UsersAt.Sub(before.UsersAt).Abs(); off >= time.Second {
			t.Errorf("%s: the list is %v younger", name, off)
		}
	}
}
