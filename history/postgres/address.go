package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"patdesk/history"
	"patdesk/secret"
)

// target is a database and how it is reached.
type target struct {
	name   string // the URL, for messages
	config *pgxpool.Config
	pooled bool // connections know no prepared statement
}

// CheckURL says in a sentence why a URL cannot name a history. The sentence never repeats
// the URL, which may hold a password by mistake.
func CheckURL(raw string) error {
	_, err := parseURL(raw)
	return err
}

// location is a URL taken apart.
type location struct {
	user, host, port, database string
	mode                       string // sslmode
	files                      [3]string
	pooled                     bool
}

// known reports whether a URL may have a parameter. Nothing else changes how the database
// is reached: no other parameter, no variable of the environment and no file of libpq.
func known(parameter string) bool {
	switch parameter {
	case "sslmode", "sslrootcert", "sslcert", "sslkey", "host", "pooler":
		return true
	}
	return false
}

func parseURL(raw string) (l location, err error) {
	u, err := url.Parse(raw)
	if err != nil {
		return l, errors.New("this is no URL: write postgres://user@host/database")
	}
	if u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return l, errors.New("the URL of a history begins with postgres://")
	}
	if u.User == nil || u.User.Username() == "" {
		return l, errors.New("the URL names no user: write postgres://user@host/database")
	}
	if _, has := u.User.Password(); has {
		return l, errors.New("the URL holds a password: leave it out, and let history_password say where it is")
	}
	if u.Fragment != "" || strings.HasSuffix(raw, "#") { // else what is behind it would be no part of the name
		return l, errors.New("the URL has a # in it: write it as %23")
	}
	if strings.Contains(u.Hostname(), ":") && !strings.HasPrefix(u.Host, "[") {
		return l, errors.New("an IPv6 address stands in brackets: postgres://user@[::1]:5432/database")
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return l, errors.New("the parameters of the URL cannot be read")
	}
	for name := range q {
		if !known(name) {
			return l, errors.New("the URL has a parameter that is not known: sslmode, sslrootcert, sslcert, sslkey, host and pooler are")
		}
	}
	l = location{
		user: u.User.Username(), host: u.Hostname(), port: u.Port(), database: strings.TrimPrefix(u.Path, "/"), mode: q.Get("sslmode"),
		files: [3]string{q.Get("sslrootcert"), q.Get("sslcert"), q.Get("sslkey")},
	}
	if folder := q.Get("host"); folder != "" {
		if l.host != "" || !filepath.IsAbs(folder) {
			return l, errors.New("the parameter host is for the folder of a socket, in a URL without a host")
		}
		l.host = folder
	}
	return l, l.check(q.Get("pooler"))
}

func (l *location) check(pooler string) error {
	switch {
	case l.host == "" || strings.Contains(l.host, ","):
		return errors.New("the URL has to name one host: postgres://user@host/database")
	case l.database == "" || strings.Contains(l.database, "/"):
		return errors.New("the URL has to name one database: postgres://user@host/database")
	case strings.ContainsRune(l.user+l.host+l.database+strings.Join(l.files[:], ""), 0):
		return errors.New("the URL has a character in it that it cannot have")
	case pooler != "" && pooler != "transaction" && pooler != "session":
		return errors.New("pooler is session or transaction")
	}
	for i, file := range l.files {
		if file != "" && !filepath.IsAbs(file) && !(i == 0 && file == "system") { // of the system: pgx, as libpq
			return errors.New("sslrootcert, sslcert and sslkey are absolute paths: each command has a folder of its own")
		}
	}
	l.pooled = pooler == "transaction"
	if l.port == "" {
		l.port = "5432"
	}
	if n, err := strconv.ParseUint(l.port, 10, 16); err != nil || n == 0 {
		return errors.New("the port of the URL is none")
	}
	switch l.mode {
	case "verify-full":
	case "":
		l.mode = "verify-full"
		if l.near() {
			l.mode = "prefer"
		}
	case "disable", "allow", "prefer", "require", "verify-ca":
		if !l.near() {
			return fmt.Errorf("sslmode=%s lets others read or change what is sent: use sslmode=verify-full, which only a host of this computer may do without", l.mode)
		}
	default:
		return errors.New("this sslmode is not known: use sslmode=verify-full")
	}
	return nil
}

// near reports whether nothing that is sent leaves this computer.
func (l *location) near() bool {
	if filepath.IsAbs(l.host) || strings.EqualFold(l.host, "localhost") {
		return true
	}
	ip := net.ParseIP(l.host)
	return ip != nil && ip.IsLoopback()
}

// shown is the location for people.
func (l *location) shown() string {
	u := url.URL{Scheme: "postgres", User: url.User(l.user), Path: "/" + l.database}
	if filepath.IsAbs(l.host) {
		u.RawQuery = url.Values{"host": {l.host}}.Encode()
	} else {
		u.Host = net.JoinHostPort(l.host, l.port)
	}
	return u.String()
}

// connectSeconds bounds one attempt to connect.
const connectSeconds = "5"

// settings name every setting that pgx would else take from the environment or from files.
func (l *location) settings() string {
	var b strings.Builder
	for _, s := range [][2]string{
		{"host", l.host},
		{"port", l.port},
		{"database", l.database},
		{"user", l.user},
		{"password", ""},
		{"passfile", os.DevNull},
		{"connect_timeout", connectSeconds},
		{"sslmode", l.mode},
		{"sslrootcert", l.files[0]},
		{"sslcert", l.files[1]},
		{"sslkey", l.files[2]},
		{"sslpassword", ""},
		{"sslcertmode", "allow"},
		{"sslsni", "1"},
		{"sslnegotiation", ""},
		{"target_session_attrs", "any"},
		{"min_protocol_version", ""},
		{"max_protocol_version", ""},
		{"channel_binding", ""},
		{"require_auth", ""},
	} {
		fmt.Fprintf(&b, "%s='%s' ", s[0], strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s[1]))
	}
	return b.String()
}

func parse(raw string) (target, error) {
	l, err := parseURL(raw)
	if err != nil {
		return target{}, err
	}
	service, done, err := withoutService()
	if err != nil {
		return target{}, err
	}
	defer done()
	config, err := pgxpool.ParseConfig(l.settings() + service)
	if err != nil {
		err = errors.New("the certificates that its URL names cannot be used: " + causeOf(err).Error())
		return target{}, &history.Error{Kind: history.Denied, Path: l.shown(), Err: err}
	}
	config.ConnConfig.Password = ""
	config.ConnConfig.RuntimeParams = map[string]string{"application_name": "patdesk"}
	if l.pooled { // a pooler gives each transaction another connection, which knows no prepared statement
		unprepared(config.ConnConfig)
	}
	return target{l.shown(), config, l.pooled}, nil
}

// unprepared lets each statement be sent whole, in one round trip.
func unprepared(c *pgx.ConnConfig) {
	c.DefaultQueryExecMode = pgx.QueryExecModeExec
	c.StatementCacheCapacity, c.DescriptionCacheCapacity = 0, 0
}

// withoutService keeps PGSERVICE from having a say: pgx reads the section that it names
// even where everything is said, and fails where there is none.
func withoutService() (setting string, done func(), err error) {
	name := os.Getenv("PGSERVICE")
	if name == "" {
		return "", func() {}, nil
	}
	f, err := os.CreateTemp("", "patdesk-service-")
	if err != nil {
		return "", nil, fmt.Errorf("set PGSERVICE aside: %w", err)
	}
	_, err = fmt.Fprintf(f, "[%s]\n", name)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", nil, fmt.Errorf("set PGSERVICE aside: %w", err)
	}
	return "servicefile='" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(f.Name()) + "'", func() { _ = os.Remove(f.Name()) }, nil
}

// connect makes the pool; the first use of it connects.
func (t target) connect(ctx context.Context, o Options) (*pgxpool.Pool, error) {
	conns := o.Conns
	if conns == 0 {
		conns = ConnsOfCommand
	}
	t.config.MaxConns = int32(conns)
	if !o.Stays {
		unprepared(t.config.ConnConfig) // what is asked once or twice is not worth a round trip more
	}
	// A connection that broke is noticed when it is used, which costs no round trip.
	t.config.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false }
	t.config.BeforeConnect = func(ctx context.Context, c *pgx.ConnConfig) error {
		if o.Password == nil {
			return nil
		}
		p, err := o.Password(ctx)
		if err != nil {
			return &passwordError{err}
		}
		c.Password = p.Reveal(secret.ForDatabase)
		return nil
	}
	return pgxpool.NewWithConfig(ctx, t.config)
}

// causeOf is the innermost cause of an error that still names the file it is about.
func causeOf(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e
	}
	return innermost(err)
}

// innermost is the cause of an error without what was said around it.
func innermost(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}
