package client

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestGetConfig(t *testing.T) {
	for body, want := range map[string]ServerConfig{
		`{"RELEASE_VERSION":"3.20.1-ee-lts","TOOLJET_HOST":"https://apps.example.com","SUB_PATH":"/apps/","ENABLE_PRIVATE_APP_EMBED":"true"}`: {
			Version: "3.20.1-ee-lts", Edition: "ee", Host: "https://apps.example.com", SubPath: "/apps/", PrivateAppEmbed: true, Known: true,
		},
		`{"RELEASE_VERSION":"3.20.1-ce"}`:                              {Version: "3.20.1-ce", Edition: "ce", Known: true},
		`{"RELEASE_VERSION":"2.50.0","ENABLE_PRIVATE_APP_EMBED":true}`: {Version: "2.50.0", PrivateAppEmbed: true, Known: true},
		`{"ENABLE_PRIVATE_APP_EMBED":"false"}`:                         {Known: true},
		`{"RELEASE_VERSION":null,"SUB_PATH":["x"]}`:                    {},
		`{}`: {},
	} {
		c := dial(t, answering(200, "application/json", body))
		if got, err := c.GetConfig(t.Context()); err != nil || got != want {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
	c := dial(t, answering(200, "text/html", "<html>"))
	if _, err := c.GetConfig(t.Context()); failed(t, err).Failure != FailHTML {
		t.Error(err)
	}
}

// Ensure health is looked for below the sub-path and at the host's root.
func TestGetHealth_BothPlaces(t *testing.T) {
	for _, tt := range []struct {
		name, sub string
		works     []string
		asked     []string
		ok        bool
	}{
		{"plain", "", []string{"/api/health"}, []string{"/api/health"}, true},
		{"plain, none", "", nil, []string{"/api/health"}, false},
		{"below", "/apps", []string{"/apps/api/health"}, []string{"/apps/api/health"}, true},
		{"root", "/apps", []string{"/api/health"}, []string{"/apps/api/health", "/api/health"}, true},
		{"none", "/apps", nil, []string{"/apps/api/health", "/api/health"}, false},
	} {
		var asked []string
		c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.URL.Path)
			if slices.Contains(tt.works, r.URL.Path) {
				answering(200, "application/json", `{"works":"yeah"}`).ServeHTTP(w, r)
			} else {
				answering(200, "text/html", "<html>").ServeHTTP(w, r)
			}
		}))
		c = open(t, c.BaseURL()+tt.sub)
		err := c.GetHealth(t.Context())
		if (err == nil) != tt.ok || !slices.Equal(asked, tt.asked) {
			t.Errorf("%s: %v, asked %v", tt.name, err, asked)
		}
		if err != nil && !strings.HasPrefix(failed(t, err).Path, tt.sub) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestHasV2(t *testing.T) {
	for status, want := range map[int]bool{200: true, 404: false} {
		c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.String() != "/api/v2/ext/workspaces?per_page=1" {
				t.Errorf("asked for %s", r.URL)
			}
			answering(status, "application/json", "{}").ServeHTTP(w, r)
		}))
		if got, err := c.HasV2(t.Context()); got != want || err != nil {
			t.Errorf("%d: %v, %v", status, got, err)
		}
	}
	c := dial(t, answering(403, "application/json", `{"message":"Unauthorized"}`))
	if _, err := c.HasV2(t.Context()); failed(t, err).Status != 403 {
		t.Error(err)
	}
}
