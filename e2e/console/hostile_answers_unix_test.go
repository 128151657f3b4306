//go:build unix

package console

import (
	"fmt"
	"image"
	"net/http"
	"strings"
	"testing"

	"patdesk/e2e/tty"
)

// walkIssue issues a token for each pair on a production server, and sees what is
// asked before and told after.
func walkIssue(t *testing.T, texts []specimen) *walk {
	srv := newToolJet(t)
	srv.holds(texts, func(s specimen) string { return fmt.Sprintf("u%03d@example.com", s.n) }, func(specimen) string { return "active" })
	w := newHome(t, srv.URL, "production = true").walk(t, texts)
	var (
		notes     = place{name: "the notes of a pair", area: formRows, sign: "1 User", room: 600}
		question  = place{name: "the question on a production server", area: dialog("Issue a token?"), sign: "Issue a token?", wraps: true, room: 600}
		issued    = place{name: "the detail of a new token", area: detailFacts, sign: "sealed in your history"}
		role      = place{name: "the detail of a new token", area: detailFacts, as: as64}
		elsewhere = place{name: "the warning about an address", area: detailWords, sign: "The embed URL opens", wraps: true, can: isHost, as: func(s string) string { return upTo(received(s), 300) }}
	)
	w.sees("No tokens yet")
	for i, s := range texts {
		srv.issues(func(w http.ResponseWriter, r *http.Request) {
			host := "http://" + r.Host
			if isHost(s) {
				host = "https://" + s.text('h')
			}
			answer(w, http.StatusCreated, grant(host))
		})
		keys := escKey + "yn"
		if i == 0 {
			keys = "n"
		}
		w.Type(keys)
		w.lists(len(texts))
		w.does(s.label('u')+"\r"+s.label('a')+"\r"+ctrlS, notes.shows("uw", s), question.shows("a", s))
		w.does(fmt.Sprintf("u%03d\r", s.n), issued.shows("a", s), role.shows("r", s), elsewhere.shows("h", s))
	}
	return w.leave()
}

// formLife is the row of the form for the life of a token.
func formLife(s *tty.Screen) image.Rectangle {
	r := body(s)
	for y, l := range s.Lines() {
		switch l = strings.TrimLeft(l, "▌ "); {
		case strings.HasPrefix(l, "3 Life"):
			r.Min.Y = y
		case strings.HasPrefix(l, "4 Idle"):
			r.Max.Y = y
		}
	}
	return r
}

// walkAnswers shows what a server says when it refuses.
func walkAnswers(t *testing.T, texts []specimen) *walk {
	srv := newToolJet(t)
	srv.says("/ext/users", []any{map[string]any{"id": "1", "name": "Ana", "email": "ana@example.com", "status": "active"}})
	srv.says("/ext/workspaces", []any{map[string]any{"id": "1", "name": "one", "status": "active"}})
	srv.says("/1/apps", []any{map[string]any{"id": hostileApp, "name": "app", "slug": "app"}})
	w := newHome(t, srv.URL, "").walk(t, texts)
	w.sees("No tokens yet")
	w.after("n", "1 app")
	w.after("ana@example.com\r"+hostileApp+"\r", "user active")
	var (
		field    = place{name: "a field of the form", area: formLife, wraps: true, room: 200}
		cause    = place{name: "the form's problem", area: formChecks, wraps: true, room: 550}
		redirect = place{name: "the target of a redirect", area: formChecks, sign: "t points to", wraps: true, can: isHost, as: func(s string) string { return upTo(s, 292) }}
		login    = place{name: "what a server asks for", area: formChecks, sign: "Sign-in required", wraps: true, can: isWord, as: func(s string) string { return upTo(s, 32) }}
	)
	again, turn := ctrlS, 0
	refuses := func(status int, messages ...any) {
		turn++
		srv.refuses(status, append([]any{fmt.Sprintf("Turn %d", turn)}, messages...))
	}
	// now is a place as soon as it shows the answer to the last request.
	now := func(p place) place {
		p.sign = fmt.Sprintf("Turn %d", turn)
		return p
	}
	for _, batch := range batches(texts, 200, 1<<20, nil) {
		said := []any{}
		for _, s := range batch {
			said = append(said, raw(s.text('m')))
		}
		refuses(http.StatusBadRequest, append(said, raw("patExpiry "+joined(batch, 'l', "; ")))...)
		w.does(again, now(cause).shows("m", batch...), field.shows("l", batch...))
		w.does(f2, now(inRaw).shows("m", batch...))
		again = escKey + ctrlS
	}
	for _, batch := range batches(texts, 360, 1<<20, nil) {
		for _, refusal := range []struct {
			status int
			row    string
		}{{401, "H401"}, {403, "H403u"}, {404, "H404u"}, {409, "H409"}, {413, "H413"}, {418, "H4xx"}, {451, "H451"}, {500, "H5j"}} {
			refuses(refusal.status, raw(joined(batch, 'q', "; ")))
			if w.Type(again); again == "y" {
				w.confirms(refusal.row)
			}
			w.sees(refusal.row)
			at := now(inRaw)
			at.name += " in " + refusal.row
			w.does(f2, at.shows("q", batch...))
			if again = escKey + ctrlS; refusal.status == 500 {
				w.after(again, "y issue") // there may be a token; the words of the question stand in the form, too
				again = "y"
			}
		}
	}
	for _, batch := range batches(only(texts, isHost), 1<<20, 280, nil) {
		srv.issues(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://"+joined(batch, 'p', "-"))
			w.WriteHeader(http.StatusFound)
		})
		w.does(again, redirect.shows("p", batch...))
		again = ctrlS
	}
	for _, s := range only(texts, isWord) {
		srv.issues(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", s.text('g'))
			w.WriteHeader(http.StatusUnauthorized)
		})
		w.does(again, login.shows("g", s))
	}
	return w.leave()
}

// isWord reports whether a text can be a word of a header.
func isWord(s specimen) bool {
	return !strings.ContainsFunc(s.value, func(r rune) bool { return r <= ' ' || r == 0x7f || r == ',' })
}
