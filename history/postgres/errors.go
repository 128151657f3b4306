package postgres

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"patdesk/history"
)

// Codes of PostgreSQL, Appendix A of its manual.
const (
	codeSerialization   = "40001"
	codeDeadlock        = "40P01"
	codeUnique          = "23505"
	codeUndefinedTable  = "42P01"
	codeUndefinedFunc   = "42883"
	codeUndefinedObject = "42704"
	codeNoDatabase      = "3D000"
	codePrivilege       = "42501"
	codeDiskFull        = "53100"
	codeTooMany         = "53300"
	codeReadOnly        = "25006"
	codeStaleStatement  = "26000"
	codeNotSupported    = "0A000" // "cached plan must not change result type"
	codeCannotConnect   = "57P03"
	codeAdminShutdown   = "57P01"
	codeCrashShutdown   = "57P02"
	codeLockTimeout     = "55P03"
	codeDataCorrupted   = "XX001"
	codeIndexCorrupted  = "XX002"
	classConnection     = "08"
	classAuthentication = "28"
	classIO             = "58"
)

// passwordError says that the password could not be had.
type passwordError struct{ err error }

func (e *passwordError) Error() string { return "ask for the password: " + e.err.Error() }

func (e *passwordError) Unwrap() error { return e.err }

func code(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// lost reports whether the database could not be reached, or the connection to it went
// away, so that nobody knows what became of what was asked. A server that is starting, or
// that takes no more connections for now, counts.
func lost(err error) bool {
	if _, own := errors.AsType[*passwordError](err); own || err == nil {
		return false
	}
	switch c := code(err); {
	case c == codeAdminShutdown, c == codeCrashShutdown, c == codeCannotConnect, c == codeTooMany, strings.HasPrefix(c, classConnection):
		return true
	case c != "":
		return false
	}
	if _, broken := errors.AsType[net.Error](err); broken {
		return true
	}
	if _, refused := errors.AsType[*pgconn.ConnectError](err); refused {
		return true
	}
	return errors.Is(err, io.EOF) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, pgconn.ErrConnClosed) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err)
}

// unsent reports whether an error came before anything was sent.
func unsent(err error) bool {
	_, refused := errors.AsType[*pgconn.ConnectError](err)
	return refused || pgconn.SafeToRetry(err) || code(err) == codeTooMany || code(err) == codeCannotConnect
}

// broken reports whether a connection that stood went away, rather than that none could be
// had or that no answer came in time.
func broken(err error) bool { return lost(err) && !unsent(err) && !pgconn.Timeout(err) }

// undone reports whether the database undid a whole call, which can be repeated at once.
func undone(err error) bool {
	switch code(err) {
	case codeSerialization, codeDeadlock, codeStaleStatement:
		return true
	case codeNotSupported:
		return strings.Contains(err.Error(), "cached plan")
	case codeUnique: // two calls with one request id, the same distinct value twice: the next turn finds it
		return true
	}
	return false
}

// fail gives an error the form in which it leaves this package: an *history.Error where it
// says something about the database as a whole. Nothing of the connection's settings is in it.
func (s *Store) fail(ctx context.Context, action string, err error) error {
	if err == nil {
		return nil
	}
	if _, own := errors.AsType[*history.Error](err); own {
		return fmt.Errorf("%s: %w", action, err)
	}
	if lost(err) && ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("%s: %w", action, ctx.Err())
	}
	kind := kindOf(err)
	if kind == "" {
		return fmt.Errorf("%s: %w", action, err)
	}
	e := &history.Error{Kind: kind, Path: s.name, Err: words(err)}
	if kind == history.Schema {
		e.Fix = "patdesk team migrate"
	}
	return fmt.Errorf("%s: %w", action, e)
}

func kindOf(err error) history.Kind {
	if _, own := errors.AsType[*passwordError](err); own {
		return history.Denied
	}
	switch c := code(err); {
	case c == codeUndefinedTable, c == codeUndefinedFunc:
		return history.Schema
	case c == codePrivilege, c == codeNoDatabase, strings.HasPrefix(c, classAuthentication):
		return history.Denied
	case c == codeDiskFull:
		return history.Full
	case c == codeReadOnly:
		return history.ReadOnly
	case c == codeLockTimeout:
		return history.Busy
	case c == codeDataCorrupted, c == codeIndexCorrupted:
		return history.Corrupt
	case strings.HasPrefix(c, classIO):
		return history.IO
	}
	if e, ok := errors.AsType[*pgconn.ConnectError](err); ok && (code(err) != "" && !lost(err) || unfit(e)) {
		return history.Denied
	}
	if lost(err) {
		return history.Away
	}
	return ""
}

// unfit reports whether something answered where the database should be, and it is not one
// that may be talked with: no certificate that counts, no TLS at all, no PostgreSQL. No
// network that comes back mends that.
func unfit(err *pgconn.ConnectError) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	said := innermost(err).Error()
	// Where a connection without TLS is tried as well, what became of that decides.
	return strings.HasSuffix(said, "server refused TLS connection") && !strings.Contains(said, "\n") || foreign(said)
}

// foreign reports whether the words of pgx are about an answer that is none of PostgreSQL.
func foreign(said string) bool {
	return strings.Contains(said, "unknown message type") || strings.Contains(said, "invalid body length")
}

// words are what an error says, without the error: some of pgx hold the settings of the
// connection, with the password.
func words(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return errors.New(e.Message)
	}
	if e, ok := errors.AsType[*passwordError](err); ok {
		return e
	}
	if e, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		if said := innermost(e).Error(); !foreign(said) {
			return errors.New(said)
		}
		return errors.New("what answers there does not speak as PostgreSQL does")
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, pgconn.ErrConnClosed) {
		return errors.New("the connection was lost")
	}
	return errors.New(innermost(err).Error())
}

// checkServer refuses a PostgreSQL, by its server_version_num, that does not understand the
// statements of this program.
func (s *Store) checkServer(version int) error {
	if version >= oldestServer {
		return nil
	}
	return &history.Error{
		Kind: history.Denied, Path: s.name,
		Err: fmt.Errorf("it is PostgreSQL %d, and patdesk needs %d or newer", version/10_000, oldestServer/10_000),
	}
}

// checkSchema compares the tables with those that this program knows.
func (s *Store) checkSchema(version int) error {
	switch newest := len(steps()); {
	case version > newest:
		return &history.Error{Kind: history.Newer, Path: s.name, Err: fmt.Errorf("its tables have version %d, this program knows %d", version, newest)}
	case version < newest:
		return &history.Error{
			Kind: history.Schema, Path: s.name, Fix: "patdesk team migrate",
			Err: fmt.Errorf("its tables have version %d, this program needs %d", version, newest),
		}
	}
	return nil
}

// noRow turns the answer of a query without rows into ErrNotFound.
func noRow(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return history.ErrNotFound
	}
	return err
}
