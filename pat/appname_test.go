package pat_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

// Ensure an app is found by its exact name, that nothing else changes a request, and
// that a name of several apps is not guessed.
func TestNamedApp(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{Seed: twins(t)})
	orders := seeded(t, r, "orders").ID
	for _, tt := range []struct{ app, want, err string }{
		{"Orders portal", orders, ""},
		{" Orders portal ", orders, ""},
		{"orders PORTAL", orders, ""},
		{"orders", "orders", ""},
		{"no-such-slug", "no-such-slug", ""},
		{orders, orders, ""},
		{"", "", ""},
		{"Twin", "", "2 apps have this name"},
		{"second-twin", "second-twin", ""},
		{"Orders portl", "", "Closest: orders"},
		{"No such name at all", "", "no such app here"},
		{"Nosuch", "Nosuch", ""},
		{rigURL + "/applications/orders", rigURL + "/applications/orders", ""},
	} {
		req, err := r.NamedApp(t.Context(), pat.Request{App: tt.app})
		switch {
		case tt.err != "":
			if err == nil || !strings.Contains(pat.Explain(err).Cause, tt.err) {
				t.Errorf("%q: %v, want %q", tt.app, err, tt.err)
			}
		case err != nil || req.App != tt.want:
			t.Errorf("%q: %q, %v; want %q", tt.app, req.App, err, tt.want)
		}
	}
	// Lists that cannot be read keep only a name from being sent.
	r = newRig(t, sandbox.Options{})
	r.server.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403, Match: "ext/", Body: `"Unauthorized"`, Times: -1})
	if _, err := r.NamedApp(t.Context(), pat.Request{App: "Orders portal"}); err == nil || pat.Explain(err).ID == pat.IDBadField {
		t.Errorf("without lists: %v", err)
	}
	if req, err := r.NamedApp(t.Context(), pat.Request{App: "Returns"}); err != nil || req.App != "Returns" {
		t.Errorf("a word without lists: %q, %v", req.App, err)
	}
}

// twins is the built-in seed with two apps of one name.
func twins(t *testing.T) *sandbox.Seed {
	t.Helper()
	var seed map[string][]map[string]any
	if err := json.Unmarshal(sandbox.BuiltinSeed(), &seed); err != nil {
		t.Fatal(err)
	}
	for n, slug := range []string{"second-twin", "first-twin"} {
		app := maps.Clone(seed["apps"][0])
		app["slug"], app["name"] = slug, "Twin"
		app["id"] = fmt.Sprintf("00000000-0000-4000-8000-%012d", n)
		seed["apps"] = append(seed["apps"], app)
	}
	b, err := json.Marshal(seed)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.ReadSeed(b)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
