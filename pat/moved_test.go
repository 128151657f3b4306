package pat_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/pat"
)

// moves are ways in which the history's path stops leading to the open file.
var moves = map[string]func(path string) error{
	"moved":        func(path string) error { return os.Rename(path, path+".away") },
	"folder moved": func(path string) error { return os.Rename(filepath.Dir(path), filepath.Dir(path)+".away") },
	"deleted":      func(path string) error { return os.RemoveAll(filepath.Dir(path)) },
	"emptied":      func(path string) error { return os.Truncate(path, 0) },
	"overwritten":  func(path string) error { return os.WriteFile(path, []byte("something else"), 0o600) },
}

// Ensure that nothing is sent once the history was moved, and that the reason is
// told as what it is.
func TestIssue_SendsNothingOnceTheHistoryMoved(t *testing.T) {
	t.Parallel()
	for name, move := range moves {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, sandbox.Options{})
			r.issue(t, request())
			if err := move(r.path); err != nil {
				t.Fatal(err)
			}
			again := request()
			again.Again = true
			for range 3 { // a run of many begins each
				_, err := r.Issue(t.Context(), again)
				x := pat.Explain(err)
				if x.ID != "L9" || !x.Stop || x.Sent || !strings.Contains(x.Title, "moved away") || !strings.Contains(x.Title, "nothing was sent") || !strings.Contains(x.Cause, r.path) {
					t.Errorf("explanation %+v of %v", x, err)
				}
			}
			if n := len(r.server.Ledger()); n != 1 {
				t.Errorf("%d tokens made, want 1", n)
			}
		})
	}
}

// moving is a transport that moves the history as the answer comes in.
type moving struct {
	http.RoundTripper
	move func() error
}

func (m moving) RoundTrip(q *http.Request) (*http.Response, error) {
	res, err := m.RoundTripper.RoundTrip(q)
	return res, errors.Join(err, m.move())
}

// Ensure that a token whose answer comes after the history was moved is shown,
// and that a failure of its request is told with what could not be recorded.
func TestIssue_TellsTheTruthWhenTheHistoryMovesMeanwhile(t *testing.T) {
	t.Parallel()
	for name, move := range moves {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, sandbox.Options{})
			r.Client = r.connect(t, r.server.Key(), client.WithTransport(moving{r.server.Transport(), func() error { return move(r.path) }}))
			_, err := r.Issue(t.Context(), request())
			unsaved, ok := errors.AsType[*pat.UnsavedError](err)
			if !ok || unsaved.Grant.Secrets.Token.IsZero() {
				t.Fatalf("error %v", err)
			}
			if x := pat.Explain(err); x.ID != "L3" || !x.Sent || !strings.Contains(x.Cause, "moved away") || strings.Contains(x.Title+x.Cause, "nothing was sent") {
				t.Errorf("explanation %+v", x)
			}
		})
	}
	r := newRig(t, sandbox.Options{})
	r.server.Inject(status(500, `"boom"`))
	r.Client = r.connect(t, r.server.Key(), client.WithTransport(moving{r.server.Transport(), func() error { return moves["moved"](r.path) }}))
	_, err := r.Issue(t.Context(), request())
	if x := pat.Explain(err); x.ID != "H5j" || x.Exit != pat.ExitUnknown || !x.Stop || !strings.Contains(x.Cause, "moved away") || strings.Contains(x.Title, "nothing was sent") {
		t.Errorf("explanation %+v", x)
	}
}
