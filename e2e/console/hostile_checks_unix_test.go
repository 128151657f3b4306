//go:build unix

package console

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	bigint "math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"patdesk/e2e/tty"
)

// as300 is what the client takes of a host.
func as300(s string) string { return upTo(received(s), 300) }

// walkDoctor looks at a server that tells one text after the other about itself.
func walkDoctor(t *testing.T, texts []specimen) *walk {
	srv := newToolJet(t)
	w := newHome(t, srv.URL, "").walk(t, texts)
	w.sees("No tokens yet")
	w.after(doctorTab, "Not knowable")
	var (
		version = place{name: "the doctor", wraps: true, as: as64}
		host    = place{name: "the doctor", wraps: true, as: as300}
		key     = place{name: "the doctor", wraps: true}
	)
	for _, batch := range batches(texts, 1<<20, 60, nil) {
		srv.says("/api/config", map[string]any{"RELEASE_VERSION": raw(joined(batch, 'v', ";")), "TOOLJET_HOST": raw(joined(batch, 'h', "; "))})
		srv.says("/ext/workspaces", refusal{http.StatusBadRequest, map[string]any{"statusCode": http.StatusBadRequest, "message": raw(joined(batch, 'k', "; "))}})
		w.does("\x12", version.shows("v", batch...), host.shows("h", batch...), key.shows("k", batch...))
	}
	return w.leave()
}

// walkFirstRun sets up such a server.
func walkFirstRun(t *testing.T, texts []specimen) *walk {
	srv := newToolJet(t)
	d := bareHome(t)
	d.env = append(d.env, "TOOLJET_HOST="+srv.URL)
	w := newWalk(openConsole(t, tty.Options{Env: d.env, Cols: 100, Rows: 70}), texts)
	w.sees("found in TOOLJET_HOST")
	w.Type("\r")
	w.Paste(hostileKey)
	w.sees("accepted")
	var (
		host = place{name: "the first run", wraps: true, as: as300}
		key  = place{name: "the first run", wraps: true, room: 500}
	)
	for _, batch := range batches(texts, 500, 280, nil) {
		srv.says("/api/config", map[string]any{"RELEASE_VERSION": "3.20.1-ee", "TOOLJET_HOST": raw(joined(batch, 'h', "; "))})
		srv.says("/ext/workspaces", []any{})
		w.does("\x12", host.shows("h", batch...))
		srv.says("/api/config", map[string]any{"RELEASE_VERSION": "3.20.1-ee"})
		srv.says("/ext/workspaces", refusal{http.StatusBadRequest, map[string]any{"statusCode": http.StatusBadRequest, "message": raw(joined(batch, 'k', "; "))}})
		w.does("\x12", key.shows("k", batch...))
	}
	return w.leave()
}

// walkVerify asks a server about a token, and hears each time of somebody else.
func walkVerify(t *testing.T, texts []specimen) *walk {
	row := specimen{990, "row", "row"}
	srv := newToolJet(t)
	srv.says("/ext/workspaces", []any{map[string]any{"id": "1", "name": "one", "status": "active"}})
	srv.says("/1/apps", []any{map[string]any{"id": fmt.Sprintf("8ba8bf0e-6b8f-4e07-abb9-%012d", row.n), "name": "app", "slug": "app"}})
	srv.says("/session/logout", map[string]any{})
	d := newHome(t, srv.URL, "")
	d.fill(t, []specimen{row}, issuedRow)
	w := d.walk(t, texts)
	w.sees("e990.row")
	w.after("\r", "‹ ")
	var (
		user = place{name: "the verdict about a token", area: detailWords, wraps: true, can: isClaim}
		role = place{name: "the verdict about a token", area: detailWords, wraps: true, room: 600, as: as64}
	)
	// A comparison of all rows that ends at the same moment can take the place of a
	// verdict; asked again, ToolJet tells it again.
	verify := func(wants ...want) {
		for range 3 {
			w.Type("V")
			if _, err := w.Wait(patience/2, func(s *tty.Screen) bool { return lacks(s, wants) == "" }); err == nil {
				break
			}
		}
		w.does("", wants...)
	}
	for _, batch := range batches(texts, 1<<20, 60, nil) {
		srv.says("/users/session", map[string]any{"signedPat": signedBy(joined(batch, 'g', "; "))})
		says := func(status string) {
			srv.says("/ext/user/", map[string]any{"id": "11111111-2222-4333-8444-555555555555", "email": "x@example.com", "status": raw(status), "workspaces": []any{
				map[string]any{"id": row.text('i'), "name": "one", "status": "active", "userPermission": map[string]any{"name": raw(joined(batch, 'r', ";"))}},
			}})
		}
		says(joined(batch, 't', ";"))
		verify(user.shows("g", batch...), role.shows("t", batch...))
		says("active") // the role of somebody who is archived is not told
		verify(user.shows("g", batch...), role.shows("r", batch...))
	}
	return w.leave()
}

// isClaim reports whether a text is short enough to be read from a session's
// token.
func isClaim(s specimen) bool {
	b, _ := raw(s.text('g')).MarshalJSON()
	return len(b) < 8<<10
}

// walkCertificates looks at a server whose certificates are for hostile names.
func walkCertificates(t *testing.T, texts []specimen) *walk {
	texts = only(texts, isASCII)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	issuer := &x509.Certificate{
		SerialNumber: bigint.NewInt(1), Subject: pkix.Name{CommonName: "issuer"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	certify := func(names ...string) ([]byte, error) {
		c := issuer
		if len(names) > 0 {
			c = &x509.Certificate{SerialNumber: bigint.NewInt(2), NotAfter: issuer.NotAfter, DNSNames: names}
		}
		return x509.CreateCertificate(rand.Reader, c, issuer, &key.PublicKey, key)
	}
	root, err := certify()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	name := "tooljet.example.com"
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		mu.Lock()
		defer mu.Unlock()
		der, err := certify(name)
		return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, err //nolint:gosec // a server
	}}
	srv.StartTLS()
	t.Cleanup(srv.Close)
	d := newHome(t, srv.URL, `ca_file = "ca.pem"`)
	if err := os.WriteFile(filepath.Join(d.config, "ca.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root}), 0o600); err != nil {
		t.Fatal(err)
	}
	w := d.walk(t, texts)
	w.sees("No tokens yet")
	w.after(doctorTab, "the names in it")
	names := place{name: "the names in a certificate", wraps: true, as: func(s string) string { return upTo(s, 253) }}
	for _, batch := range batches(texts, 500, 250, nil) {
		mu.Lock()
		name = upTo(joined(batch, 'c', "; "), 253)
		mu.Unlock()
		w.does("\x12", names.shows("c", batch...))
	}
	return w.leave()
}

func isASCII(s specimen) bool {
	return !strings.ContainsFunc(s.value, func(r rune) bool { return r > 0x7f })
}
