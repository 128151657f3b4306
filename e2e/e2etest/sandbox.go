package e2etest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// ControlKey is the key of the control path of each sandbox of the tests.
const ControlKey = "control-of-the-tests"

// StartSandbox runs "patdesk sandbox" as a process of its own and returns its
// address and key. stop ends it.
func StartSandbox(ctx context.Context, args ...string) (url, key string, stop func(), err error) {
	cmd := exec.CommandContext(ctx, "patdesk", append([]string{"sandbox", "--addr", "127.0.0.1:0"}, args...)...)
	cmd.Env = append(os.Environ(), "SANDBOX_CONTROL_KEY="+ControlKey)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", "", nil, err
	}
	stop = func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if v, ok := strings.CutPrefix(lines.Text(), "TOOLJET_HOST="); ok {
			url = v
		}
		if v, ok := strings.CutPrefix(lines.Text(), "TOOLJET_API_TOKEN="); ok {
			key = v
			return url, key, stop, nil
		}
	}
	stop()
	return "", "", nil, fmt.Errorf("the sandbox said nothing: %w", lines.Err())
}

// Control sends a request to the control path of the sandbox at base, with body
// as JSON unless it is nil, and returns the answer.
func Control(method, base, path string, body any) ([]byte, error) {
	root := regexp.MustCompile(`^https?://[^/]+`).FindString(base)
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, root+"/_sandbox/"+path, r)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Sandbox-Key", ControlKey)
	res, err := (&http.Client{Timeout: 5 * time.Second}).Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("control %s: %s %s", path, res.Status, out)
	}
	return out, err
}

// Issued are the request ids of all tokens that a sandbox process issued. Each
// must have been executed once.
func Issued(t *testing.T, url string) []string {
	t.Helper()
	out, err := Control(http.MethodGet, url, "ledger", nil)
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		RequestID  string `json:"request_id"`
		Executions int    `json:"executions"`
	}
	if err := json.Unmarshal(out, &rows); err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		if ids[i] = r.RequestID; r.Executions != 1 {
			t.Errorf("request %s was executed %d times", r.RequestID, r.Executions)
		}
	}
	return ids
}
