package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"patdesk/history"
	"patdesk/history/postgres/postgrestest"
	"patdesk/secret"
)

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"postgres://desk@db.example.com/patdesk?sslmode=verify-full":                 "",
		"postgresql://desk@db.example.com:6432/patdesk?pooler=transaction":           "",
		"postgres://desk@127.0.0.1/patdesk?sslmode=disable":                          "",
		"postgres://desk@[::1]/patdesk":                                              "",
		"postgres://desk@localhost/patdesk?sslmode=prefer":                           "",
		"postgres://desk@/patdesk?host=/run/postgresql":                              "",
		"postgres://desk:hunter2@db.example.com/patdesk":                             "holds a password",
		"postgres://desk:@db.example.com/patdesk":                                    "holds a password",
		"postgres://desk@db.example.com/patdesk?password=hunter2":                    "not known",
		"postgres://desk@db.example.com/patdesk?passfile=/tmp/hunter2":               "not known",
		"postgres://desk@db.example.com/patdesk?options=-csearch_path%3Dx":           "not known",
		"postgres://desk@db.example.com/patdesk?sslmode=require":                     "sslmode=require lets others",
		"postgres://desk@db.example.com/patdesk?sslmode=verify-ca":                   "sslmode=verify-ca lets others",
		"postgres://desk@db.example.com/patdesk?sslmode=disable":                     "sslmode=disable lets others",
		"postgres://desk@localhost.example.com/patdesk?sslmode=disable":              "sslmode=disable lets others",
		"postgres://desk@127.0.0.1.example.com/patdesk?sslmode=disable":              "sslmode=disable lets others",
		"postgres://desk@localhost/patdesk?sslmode=none":                             "not known",
		"postgres://desk@a.example.com,b.example.com/patdesk":                        "name one host",
		"postgres://desk@db.example.com/patdesk?host=/run/postgresql":                "the folder of a socket",
		"postgres://desk@/patdesk?host=db.example.com":                               "the folder of a socket",
		"postgres://desk@/patdesk":                                                   "name one host",
		"postgres://db.example.com/patdesk":                                          "names no user",
		"postgres://desk@db.example.com/":                                            "name one database",
		"postgres://desk@db.example.com/a/b":                                         "name one database",
		"postgres://desk@db.example.com:0/patdesk":                                   "port",
		"postgres://desk@db.example.com/patdesk?pooler=statement":                    "pooler is",
		"postgres://desk@db.example.com/patdesk%00?sslmode=verify-full":              "cannot have",
		"postgres://desk@db.example.com/patdesk#1":                                   "write it as %23",
		"postgres://desk@db.example.com/patdesk#":                                    "write it as %23",
		"postgres://desk@db.example.com/patdesk%231":                                 "",
		"postgres://desk@::1/patdesk":                                                "in brackets",
		"postgres://desk@2001:db8::7:5432/patdesk":                                   "in brackets",
		"postgres://desk@LocalHost/patdesk?sslmode=disable":                          "",
		"postgres://desk@db.example.com/patdesk?sslrootcert=ca.pem":                  "absolute paths",
		"postgres://desk@db.example.com/patdesk?sslcert=./c.pem&sslkey=/k.pem":       "absolute paths",
		"postgres://desk@db.example.com/patdesk?sslkey=~/k.pem":                      "absolute paths",
		"postgres://desk@db.example.com/patdesk?sslrootcert=/etc/ssl/ca.pem":         "",
		"postgres://desk@db.example.com/patdesk?sslrootcert=system":                  "",
		"mysql://desk@db.example.com/patdesk":                                        "begins with postgres://",
		"/home/ana/history.db":                                                       "begins with postgres://",
		"postgres://desk@db.example.com/pat desk?sslmode=verify-full&hunter2=%zz":    "cannot be read",
		"postgres://desk:hunter2@db.example.com:port/patdesk":                        "no URL",
		"postgres://desk@db.example.com/patdesk?sslmode=verify-full&sslmode=disable": "",
	} {
		err := CheckURL(raw)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", raw, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error repeats a password: %v", raw, err)
		}
	}
}

// Ensure no variable and no file of libpq has a say in where and how a history is reached.
func TestParse_IgnoresTheEnvironment(t *testing.T) {
	const raw = "postgres://desk@db.example.com/patdesk"
	plain, err := parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	write := func(name, content string) {
		t.Helper()
		path := filepath.Join(home, name)
		_ = os.MkdirAll(filepath.Dir(path), 0o700)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(".pgpass", "*:*:*:*:hunter2\n")
	write(".pg_service.conf", "[other]\nhost=evil.example.com\nuser=evil\nsslmode=disable\nsearch_path=evil\n")
	write(".postgresql/root.crt", "no certificate")
	for name, value := range map[string]string{
		"PGHOST": "evil.example.com", "PGPORT": "1", "PGUSER": "evil", "PGDATABASE": "evil", "PGPASSWORD": "hunter2", "PGSSLMODE": "disable",
		"PGSERVICE": "other", "PGOPTIONS": "-c search_path=evil", "PGTARGETSESSIONATTRS": "standby", "PGSSLROOTCERT": "/none", "PGSSLCERT": "/none",
		"PGSSLKEY": "/none", "PGCONNECT_TIMEOUT": "1000", "PGAPPNAME": "evil", "PGTZ": "evil", "PGSSLNEGOTIATION": "direct", "PGREQUIREAUTH": "none",
		"PGCHANNELBINDING": "disable", "PGSSLSNI": "0", "PGSSLCERTMODE": "disable", "PGMINPROTOCOLVERSION": "3.2", "PGMAXPROTOCOLVERSION": "latest", "PGPASSFILE": home + "/.pgpass",
	} {
		t.Setenv(name, value)
	}
	for _, service := range []string{"other", "missing"} {
		t.Setenv("PGSERVICE", service)
		got, err := parse(raw)
		if err != nil {
			t.Fatalf("%s: %v", service, err)
		}
		a, b := plain.config.ConnConfig, got.config.ConnConfig
		one := fmt.Sprint(a.Host, a.Port, a.Database, a.User, a.Password, a.RuntimeParams, a.ConnectTimeout, a.TLSConfig.ServerName, a.TLSConfig.InsecureSkipVerify,
			a.TLSConfig.RootCAs == nil, a.SSLNegotiation, a.ChannelBinding, a.RequireAuth, a.MinProtocolVersion, a.MaxProtocolVersion, len(a.Fallbacks), a.ValidateConnect == nil, a.SSLCertMode)
		two := fmt.Sprint(b.Host, b.Port, b.Database, b.User, b.Password, b.RuntimeParams, b.ConnectTimeout, b.TLSConfig.ServerName, b.TLSConfig.InsecureSkipVerify,
			b.TLSConfig.RootCAs == nil, b.SSLNegotiation, b.ChannelBinding, b.RequireAuth, b.MinProtocolVersion, b.MaxProtocolVersion, len(b.Fallbacks), b.ValidateConnect == nil, b.SSLCertMode)
		if one != two || b.Host != "db.example.com" || b.Password != "" || b.TLSConfig.InsecureSkipVerify {
			t.Errorf("%s:\n%s\n%s", service, one, two)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "patdesk-service-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Ensure a password is in no error, whatever kind it is, and is asked for anew for each
// connection.
func TestOpen_Password(t *testing.T) {
	t.Parallel()
	db := fresh(t)
	const password = "hunter2-and-more"
	given := func(context.Context) (secret.Text, error) { return secret.New(password), nil }
	for name, url := range map[string]string{
		"refused": "postgres://desk@127.0.0.1:1/patdesk", "no such role": strings.Replace(db.RoleURL, db.Role+"@", "nobody-here@", 1),
		"no such database": strings.Replace(db.RoleURL, "/"+db.Role, "/nothing-here", 1),
	} {
		_, err := Open(t.Context(), Options{URL: url, Password: given})
		e, ok := errors.AsType[*history.Error](err)
		if !ok || e.Kind != history.Away && e.Kind != history.Denied {
			t.Errorf("%s: %v", name, err)
		}
		if all := fmt.Sprintf("%v %+v %#v", err, err, e); strings.Contains(all, password) {
			t.Errorf("%s: %s", name, all)
		}
	}
	_, err := Open(t.Context(), Options{URL: db.URL, Password: func(context.Context) (secret.Text, error) { return secret.Text{}, errors.New("the vault is locked") }})
	if e, ok := errors.AsType[*history.Error](err); !ok || e.Kind != history.Denied || !strings.Contains(err.Error(), "the vault is locked") {
		t.Errorf("without a password: %v", err)
	}
	postgrestest.Run(t, db.URL, `ALTER ROLE `+db.Role+` PASSWORD '`+password+`'`)
	s, err := Open(t.Context(), Options{URL: db.RoleURL, Password: given})
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
}

// Ensure a certificate that cannot be read is told as that, with its name, and not as a
// database that is away.
func TestOpen_Certificates(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(dir, "none.pem")
	for parameters, want := range map[string]string{
		"sslrootcert=" + none:                        none,
		"sslcert=" + none + "&sslkey=" + none:        none,
		"sslrootcert=" + empty:                       "unable to add CA",
		"sslcert=" + empty + "&sslkey=" + empty:      "sslkey",
		"sslrootcert=" + dir:                         dir,
		"sslmode=verify-full&sslrootcert=" + none:    none,
		"sslmode=verify-full&sslcert=" + empty + "&": "both",
	} {
		_, err := Open(t.Context(), Options{URL: "postgres://desk@db.example.com/patdesk?" + parameters})
		e, ok := errors.AsType[*history.Error](err)
		if !ok || e.Kind != history.Denied || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", parameters, err, want)
		}
	}
}

// Ensure what answers in the place of the database, and is none that may be talked with,
// is told as that: no network that comes back would mend it.
func TestOpen_AnswersThatAreNone(t *testing.T) {
	t.Parallel()
	// after is what answers once the client has asked, before before that.
	answer := func(before, after string) string {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				_, _ = io.WriteString(c, before)
				_, _ = c.Read(make([]byte, 1024))
				_, _ = io.WriteString(c, after)
				_ = c.Close()
			}
		}()
		return l.Addr().String()
	}
	refusal := "SFATAL\x00C55000\x00Mit takes no connections\x00\x00"
	for _, tt := range []struct {
		name, addr, mode string
		kind             history.Kind
		want             string
	}{
		{"a web server", answer("", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), "disable", history.Denied, "does not speak as PostgreSQL"},
		{"a web server, with TLS first", answer("", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), "prefer", history.Denied, "does not speak as PostgreSQL"},
		{"MySQL", answer("J\x00\x00\x00\n8.0.33\x00\x08", ""), "disable", history.Denied, "does not speak as PostgreSQL"},
		{"no TLS", answer("", "N"), "verify-full", history.Denied, "refused TLS"},
		{"no TLS, and nothing without", answer("", "N"), "prefer", history.Away, ""},
		{"a refusal of no class of its own", answer("", "E\x00\x00\x00"+string(rune(4+len(refusal)))+refusal), "disable", history.Denied, "it takes no connections"},
		{"nothing", answer("", ""), "disable", history.Away, ""},
	} {
		_, err := Open(t.Context(), Options{URL: "postgres://desk@" + tt.addr + "/patdesk?sslmode=" + tt.mode})
		e, ok := errors.AsType[*history.Error](err)
		if !ok || e.Kind != tt.kind || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s and %q", tt.name, err, tt.kind, tt.want)
		}
	}
}

// Ensure a server that is too old is told as that, by its number.
func TestStore_CheckServer(t *testing.T) {
	t.Parallel()
	s := &Store{name: "postgres://desk@db.example.com:5432/patdesk"}
	for version, ok := range map[int]bool{13_00_21: false, 9_06_24: false, 14_00_00: true, 15_00_08: true, 18_00_01: true} {
		err := s.fail(t.Context(), "open history", s.checkServer(version))
		e, own := errors.AsType[*history.Error](err)
		if (err == nil) != ok || !ok && (!own || e.Kind != history.Denied || !strings.Contains(err.Error(), "14 or newer")) {
			t.Errorf("%d: %v", version, err)
		}
	}
}
