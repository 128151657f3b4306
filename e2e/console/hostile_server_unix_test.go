//go:build unix

package console

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// raw is a JSON string that holds the bytes of a text as they are, as far as
// JSON can: encoding/json would make them valid first.
type raw string

// MarshalJSON implements json.Marshaler.
func (s raw) MarshalJSON() ([]byte, error) {
	b := []byte{'"'}
	for i := range len(s) {
		switch c := s[i]; {
		case c < 0x20:
			b = fmt.Appendf(b, `\u%04x`, c)
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"'), nil
}

// received is what is left of a text once it was read as JSON.
func received(s string) (text string) {
	b, _ := raw(s).MarshalJSON()
	_ = json.Unmarshal(b, &text)
	return text
}

// upTo cuts a text after so many bytes, between two characters.
func upTo(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// toolJet is a server that answers in the words it is given.
type toolJet struct {
	*httptest.Server
	mu    sync.Mutex
	words map[string]any   // answers by a part of the path, of which the longest counts
	issue http.HandlerFunc // what a request for a token is answered with
}

// says changes what the server answers to a path.
func (s *toolJet) says(path string, answer any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.words[path] = answer
}

// issues changes what the server answers to a request for a token.
func (s *toolJet) issues(with http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issue = with
}

// refuses refuses such a request with a status and messages.
func (s *toolJet) refuses(status int, messages []any) {
	s.issues(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, status, map[string]any{"statusCode": status, "message": messages})
	})
}

// refusal is an answer with a status.
type refusal struct {
	status int
	body   any
}

func newToolJet(t *testing.T) *toolJet {
	t.Helper()
	s := &toolJet{words: map[string]any{
		"/api/health": map[string]string{"works": "yeah"},
		"/api/config": map[string]string{"RELEASE_VERSION": "3.20.1-ee"},
		"/ext/users":  []any{}, "/ext/workspaces": []any{},
	}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// ServeHTTP implements http.Handler.
func (s *toolJet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.HasSuffix(r.URL.Path, "/personal-access-token") {
		s.issue(w, r)
		return
	}
	best := ""
	for path := range s.words {
		if strings.Contains(r.URL.Path, path) && len(path) > len(best) {
			best = path
		}
	}
	switch words := s.words[best].(type) {
	case nil:
		answer(w, http.StatusNotFound, map[string]string{"message": "Cannot " + r.Method})
	case refusal:
		answer(w, words.status, words.body)
	default:
		answer(w, http.StatusOK, words)
	}
}

const hostileToken = "pat_0123456789abcdef0123456789abcdef"

// grant is a token with an embed address on a server.
func grant(server string) map[string]any {
	return map[string]any{
		"personalAccessToken": hostileToken,
		"redirectUrl":         raw(server + "/embed-apps/" + hostileApp + "?personal-access-token=" + hostileToken),
	}
}

func answer(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b)
}

// holds gives the server a workspace, an app and a user for each text. Their
// names are the text; who that is and whether they are active is told apart,
// because nothing can be issued for a hostile address.
func (s *toolJet) holds(texts []specimen, email, status func(specimen) string) {
	var users, spaces []any
	for _, t := range texts {
		id := fmt.Sprintf("11111111-2222-4333-8444-%012d", t.n)
		space := map[string]any{
			"id": id, "name": raw(t.text('w')), "status": "active", "userPermission": map[string]any{"name": raw(t.text('r'))},
		}
		spaces = append(spaces, space)
		users = append(users, map[string]any{
			"id": id, "name": raw(t.text('u')), "email": raw(email(t)), "status": raw(status(t)), "workspaces": []any{space},
		})
		s.says(id+"/apps", []any{map[string]any{
			"id": fmt.Sprintf("8ba8bf0e-6b8f-4e07-abb9-%012d", t.n), "name": raw(t.text('a')), "slug": raw(upTo(received(t.text('s')), 8000)),
		}})
	}
	s.says("/ext/users", users)
	s.says("/ext/workspaces", spaces)
}

// isHost reports whether a text can be part of a host's name in an address.
func isHost(s specimen) bool {
	u, err := url.Parse("https://" + s.text('h') + "/")
	return err == nil && u.Host == s.text('h')
}

// signedBy is a session's token that says whose it is.
func signedBy(user string) string {
	b, _ := raw(user).MarshalJSON()
	return "x." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":`+string(b)+`}`)) + ".x"
}
