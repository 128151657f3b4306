package cli

import "testing"

// Ensure allow_http is kept only where a profile could not be used without it.
func TestNeedsAllowing(t *testing.T) {
	t.Parallel()
	for server, want := range map[string]bool{
		"http://tooljet.example.com": true, "HTTP://tooljet.example.com/tools": true, "http://192.0.2.7:3000": true,
		"https://tooljet.example.com": false, "http://localhost:3000": false, "localhost:3000": false, "http://127.0.0.1": false,
		"http://[::1]:3000": false, "tooljet.example.com": false, "": false, "ftp://tooljet.example.com": false,
	} {
		if got := needsAllowing(server); got != want {
			t.Errorf("%q: %v", server, got)
		}
	}
}
