package postgres

import (
	"context"
	"errors"
	"fmt"
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
