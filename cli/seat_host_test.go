package cli

import "testing"

// Ensure only systems whose files tell who may change them can be the desk of a team.
func TestCanHost(t *testing.T) {
	t.Parallel()
	for goos, want := range map[string]bool{"linux": true, "darwin": true, "freebsd": true, "windows": false} {
		if err := canHost(goos); (err == nil) != want {
			t.Errorf("%s: %v", goos, err)
		}
	}
}
