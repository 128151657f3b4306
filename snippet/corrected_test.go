package snippet

import (
	"testing"

	"patdesk/secret"
)

// Ensure the corrected address has the scheme, host and sub-path of the server, and
// keeps app, token and slug byte by byte; what leads to no embed page stays as it is.
func TestRender_Corrected(t *testing.T) {
	t.Parallel()
	const query = "?personal-access-token=" + fakeToken + "&appSlug=r%26d"
	for _, tt := range []struct{ base, url, want string }{
		{"https://t.example.com", "https://t.example.com/embed-apps/1" + query, "https://t.example.com/embed-apps/1" + query},
		{"https://t.example.com", "https://other.example.com:8443/embed-apps/1" + query, "https://t.example.com/embed-apps/1" + query},
		{"https://t.example.com/tools/", "https://t.example.com/embed-apps/1" + query, "https://t.example.com/tools/embed-apps/1" + query},
		{"https://t.example.com/tools", "https://o.example.com/old/embed-apps/1" + query, "https://t.example.com/tools/embed-apps/1" + query},
		{"https://t.example.com", "https://o.example.com/embed-apps/1", "https://t.example.com/embed-apps/1"},
		{"https://t.example.com", "https://o.example.com/elsewhere?x=/embed-apps/1", "https://o.example.com/elsewhere?x=/embed-apps/1"},
		{"", "https://o.example.com/tools/embed-apps/1" + query, "https://o.example.com/tools/embed-apps/1" + query},
	} {
		d := Data{BaseURL: tt.base, URL: secret.New(tt.url), Token: secret.New(fakeToken)}
		if got := render(t, Corrected, d); got != tt.want {
			t.Errorf("%s at %s: %s", tt.url, tt.base, got)
		}
		if got := render(t, Corrected, d.Masked()); got != maskURL(tt.want, fakeToken) {
			t.Errorf("masked: %s", got)
		}
	}
}
