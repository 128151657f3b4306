package cli

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"regexp"
	"testing"
)

// Ensure that the sandbox tells all that a portal's tests need, and that its
// control path opens with the key it told, not with the admin key.
func TestSandbox_TellsItsKeys(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	ended := make(chan int)
	go func() {
		ended <- Main(ctx, []string{"sandbox"}, &Env{In: http.NoBody, Out: w, Err: io.Discard, Getenv: func(string) string { return "" }})
	}()
	told := map[string]string{}
	lines := bufio.NewScanner(r)
	for len(told) < 3 && lines.Scan() {
		m := regexp.MustCompile(`^([A-Z_]+)=(.+)$`).FindStringSubmatch(lines.Text())
		if m == nil {
			t.Fatalf("no variable: %q", lines.Text())
		}
		told[m[1]] = m[2]
	}
	for key, want := range map[string]int{
		"": http.StatusUnauthorized, told["TOOLJET_API_TOKEN"]: http.StatusUnauthorized, told["SANDBOX_CONTROL_KEY"]: http.StatusOK,
	} {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, told["TOOLJET_HOST"]+"/_sandbox/ledger", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Sandbox-Key", key)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("key %q: %s, want %d", key, res.Status, want)
		}
	}
	cancel()
	<-ended
}
