// Package postgres is the ledger of issued tokens in a PostgreSQL database, which several
// hosts share. It keeps the promises of package history, over a network: a request is
// refused before it is sent where it cannot be recorded, and an outcome that cannot be
// recorded waits on the disk of its host until it can.
package postgres

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"patdesk/history"
	"patdesk/secret"
)

// The connections that a Store keeps at most.
const (
	ConnsOfConsole = 8 // of a process that stays open
	ConnsOfCommand = 3
)

// oldestServer is the oldest PostgreSQL whose statements these are, as server_version_num
// gives it.
const oldestServer = 14_00_00

// Options says where the database is and how it is written. Of those of package history,
// Path has no meaning here.
type Options struct {
	history.Options
	// URL is postgres://user@host[:port]/database, as CheckURL has it. It holds no password.
	URL string
	// Password gives the password of the role. It is asked for each connection, so that one
	// that was changed meanwhile is found. When nil, none is sent.
	Password func(context.Context) (secret.Text, error)
	// Conns is how many connections are kept at most; 0 = ConnsOfCommand.
	Conns int
	// Stays is for processes that stay open: they look after what all of them share.
	Stays bool
	// Spool is the folder on this host for outcomes that cannot be recorded yet.
	Spool string

	times times // zero = those of reach; tests shorten them
}

// times are how long things take and wait.
type times struct {
	begin, beginTry   time.Duration // all tries to record a request, and one of them
	finish, finishTry time.Duration // the same for an outcome
	pause             time.Duration // after the first try of a request; an eighth of it after that of an outcome
	lease             time.Duration // how long a row waits for its process
	beat              time.Duration // between two looks of the keeper
	wrong             time.Duration // how far this computer's clock is to seem off
}

func usual() times {
	return times{
		begin: 5 * time.Second, beginTry: 2 * time.Second,
		finish: 15 * time.Second, finishTry: 5 * time.Second,
		pause: 800 * time.Millisecond, lease: 3 * time.Minute, beat: time.Second,
	}
}

// Store is an open history in a database. Its methods may be called from many goroutines.
type Store struct {
	*history.Records
	opts Options
	name string // of the history, in messages
	uuid string // of the database, salt of its keys
	pool *pgxpool.Pool
	db   *sql.DB // over the same connections

	roots map[string][]int64 // servers that know no path, by name

	guard   sync.Mutex // of what follows
	pending map[int64]pendingRow
	undo    map[string]bool // request ids that were given up
	probe   probe
	probed  time.Time
	changes int64 // that Changed saw

	aheadBy atomic.Int64 // see ahead

	spooled atomic.Bool // whether the spool may hold something
	waking  sync.Once   // starts the keeper
	stop    context.CancelFunc
	stopped chan struct{}
}

// Open opens the history. It makes nothing: Migrate does. Rows whose lease is over become
// unknown, and outcomes that wait on this host are recorded. Errors about the database as
// a whole are of type *history.Error.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.times == (times{}) {
		o.times = usual()
	}
	target, err := parse(o.URL)
	if err != nil {
		return nil, fmt.Errorf("open history: %w", err)
	}
	s := &Store{opts: o, name: target.name, pending: map[int64]pendingRow{}, undo: map[string]bool{}, roots: map[string][]int64{}}
	if s.pool, err = target.connect(ctx, o); err != nil {
		return nil, s.fail(ctx, "open history", err)
	}
	s.db = sql.OpenDB(connector{stdlib.GetPoolConnector(s.pool), s.pool, o.Stays && !target.pooled})
	s.db.SetMaxIdleConns(0) // the pool keeps them
	if err := s.open(ctx); err != nil {
		s.pool.Close()
		return nil, s.fail(ctx, "open history", err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	if err := s.identify(ctx); err != nil {
		return err
	}
	s.Records = history.NewRecords(engine{s}, s.opts.Options, s.db, s.name, s.uuid)
	waiting, _ := s.Spooled()
	s.spooled.Store(waiting > 0)
	if s.opts.Reading {
		return nil
	}
	if err := s.drain(ctx); err != nil && !lost(err) {
		return err
	}
	if err := s.Tidy(ctx); err != nil {
		return err
	}
	if s.opts.Stays || s.spooled.Load() {
		s.wake()
	}
	return nil
}

// identify makes sure that the database is one of patdesk's, and that this program knows
// its tables.
func (s *Store) identify(ctx context.Context) error {
	var server, schema int
	var ids []int64
	var names []string
	var clock time.Time
	asked := s.local()
	err := s.pool.QueryRow(ctx, `SELECT clock_timestamp(), current_setting('server_version_num')::int, coalesce((SELECT version FROM schema_version), 0),
			coalesce((SELECT value FROM meta WHERE key = 'uuid'), ''), array_agg(id), array_agg(name) FROM servers WHERE whole = 0`,
		pgx.QueryExecModeExec).Scan(&clock, &server, &schema, &s.uuid, &ids, &names)
	if err != nil {
		return err
	}
	s.compare(asked, clock)
	if err := s.checkServer(server); err != nil {
		return err
	}
	if err := s.checkSchema(schema); err != nil {
		return err
	}
	if _, err := hex.DecodeString(strings.ReplaceAll(s.uuid, "-", "")); err != nil || len(s.uuid) != len("00000000-0000-0000-0000-000000000000") {
		return &history.Error{Kind: history.Foreign, Path: s.name, Err: errors.New("it has no identity")}
	}
	// The servers of rows that a history of the first schema brought along.
	for i, name := range names {
		s.roots[history.ServerName(name)] = append(s.roots[history.ServerName(name)], ids[i])
	}
	return nil
}

// rootsOf are those that are the server at the root of a base URL's host.
func (s *Store) rootsOf(base string) []int64 {
	return append([]int64{}, s.roots[history.ServerRoot(base)]...)
}

// closeTime bounds how long Close waits for the database.
const closeTime = 6 * time.Second

// Close ends the use of the history. A row that is still pending becomes unknown: nobody
// is left who could finish it.
func (s *Store) Close() error {
	s.waking.Do(func() {}) // no keeper from now on
	s.guard.Lock()
	stop := s.stop
	s.guard.Unlock()
	if stop != nil {
		stop()
		<-s.stopped
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	err := s.drain(ctx)
	if err == nil {
		err = s.takeBack(ctx)
	}
	if ids := s.own(); err == nil && len(ids) > 0 {
		_, err = s.lose(ctx, ids)
	}
	err = errors.Join(err, s.db.Close())
	s.pool.Close()
	return s.fail(ctx, "close history", err)
}
