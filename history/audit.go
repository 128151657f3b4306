package history

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// The audit makes changes of the events visible: from time to time all events so
// far are sealed, with a root over them and over the seal before, signed. It cannot
// prevent a change: who owns file and key can make all of it anew, and only a head
// that was kept elsewhere shows that.

// Head is the state of the events at a seal.
type Head struct {
	Last int64 // event that it ends with, 0 = there is none
	At   time.Time
	// Note is what is kept elsewhere: history, last event and root, with the signature,
	// as in https://pkg.go.dev/golang.org/x/mod/sumdb/note.
	Note string
	// New says that it was sealed just now.
	New bool
	// Key is what the signature is verified with. It is no secret.
	Key string
}

// root is the hash of all events up to a seal.
type root [sha256.Size]byte

const auditTitle = "patdesk audit"

// Seal seals the events since the last seal, if there are any, and returns the
// newest head. The key that seals tokens signs, by a key of its own that is made of it.
func (s *Records) Seal(ctx context.Context) (Head, error) {
	const action = "seal the events"
	key, err := s.keyToSeal(ctx)
	if err != nil {
		return Head{}, s.fail(ctx, action, err)
	}
	private, err := key.Signer(s.uuid)
	if err != nil {
		return Head{}, s.fail(ctx, action, err)
	}
	by, fresh := signer{s.auditName(), private}, false
	err = s.tx(ctx, func(ctx context.Context, w Work) error {
		if err := s.engine.Settle(ctx, w); err != nil {
			return err
		}
		last, r, err := newestSeal(ctx, w)
		if err != nil {
			return err
		}
		end, r, err := s.rootOf(ctx, w, last, 0, r)
		if err != nil || end == last {
			return err
		}
		fresh = true
		signed, err := note.Sign(&note.Note{Text: headText(s.uuid, end, r)}, by)
		if err != nil {
			return err
		}
		_, err = w.ExecContext(ctx, `INSERT INTO seals (last, root, at, note) VALUES (?, ?, ?, ?)`, end, r[:], millis(w.Now), string(signed))
		return err
	})
	if err != nil {
		return Head{}, s.fail(ctx, action, err)
	}
	h, err := s.head(ctx)
	h.Key, h.New = by.verifier(), fresh
	return h, s.fail(ctx, action, err)
}

func (s *Records) head(ctx context.Context) (h Head, err error) {
	var at int64
	err = s.read.QueryRowContext(ctx, `SELECT last, at, note FROM seals ORDER BY last DESC LIMIT 1`).Scan(&h.Last, &at, &h.Note)
	if errors.Is(err, sql.ErrNoRows) {
		return Head{}, nil
	}
	h.At = s.here(at)
	return h, err
}

// Sealing is how far the events are sealed.
type Sealing struct {
	Events, Sealed int64
	At             time.Time // of the newest seal
}

// Sealing tells how far the events are sealed, without looking whether they were
// changed.
func (s *Records) Sealing(ctx context.Context) (p Sealing, err error) {
	h, err := s.head(ctx)
	p.Sealed, p.At = h.Last, h.At
	switch {
	case err != nil:
	case s.far: // there are gaps between the numbers
		err = s.read.QueryRowContext(ctx, `SELECT count(*), count(*) FILTER (WHERE id <= ?) FROM events`, h.Last).Scan(&p.Events, &p.Sealed)
	default:
		err = s.read.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM events`).Scan(&p.Events)
	}
	return p, s.fail(ctx, "read the seals", err)
}

// newestSeal is where the next one begins.
func newestSeal(ctx context.Context, db querier) (last int64, r root, err error) {
	var b []byte
	err = db.QueryRowContext(ctx, `SELECT last, root FROM seals ORDER BY last DESC LIMIT 1`).Scan(&last, &b)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, r, nil
	}
	copy(r[:], b)
	return last, r, err
}

// gapError says that an event is missing, or one too many.
type gapError struct{ want, got int64 }

func (e *gapError) Error() string {
	return fmt.Sprintf("event %d follows where %d should", e.got, e.want)
}

// rootOf adds the events after one, up to another (0 = all), to a root. Events are
// numbered without gaps, but for those of a database in which many write at the same
// time: there, one that is missing shows in the root alone.
func (s *Records) rootOf(ctx context.Context, db querier, after, upTo int64, r root) (end int64, _ root, err error) {
	end = after
	where := `v.id > ` + number(after)
	if upTo > 0 {
		where += ` AND v.id <= ` + number(upTo)
	}
	rows, err := db.QueryContext(ctx, `SELECT v.id, v.at, i.name, i.machine, v.via, v.role, v.action, coalesce(v.entry_id, 0), v.detail
		FROM events v JOIN issuers i ON i.id = v.actor_id WHERE `+where+` ORDER BY v.id`)
	if err != nil {
		return end, r, err
	}
	defer rows.Close()
	sum := sha256.New()
	_, _ = sum.Write(r[:])
	var line []byte
	for rows.Next() {
		var id, at, entry int64
		var texts [6]sql.RawBytes
		if err := rows.Scan(&id, &at, &texts[0], &texts[1], &texts[2], &texts[3], &texts[4], &entry, &texts[5]); err != nil {
			return end, r, err
		}
		if id != end+1 && !s.far {
			return end, r, &gapError{end + 1, id}
		}
		end, line = id, line[:0]
		for _, n := range []int64{id, at, entry} {
			line = binary.BigEndian.AppendUint64(line, uint64(n))
		}
		for _, t := range texts { // lengths go before the texts, so that no two events share one encoding
			line = append(binary.BigEndian.AppendUint64(line, uint64(len(t))), t...)
		}
		row := sha256.Sum256(line)
		_, _ = sum.Write(row[:])
	}
	if end > after {
		copy(r[:], sum.Sum(nil))
	}
	return end, r, rows.Err()
}

// Audit is what a check of the events found.
type Audit struct {
	Events int64 // all there are
	Sealed int64 // events up to the newest seal
	Seals  int
	// Change says what differs from what was sealed, empty = nothing does.
	Change string
	// From and To are the events among which it is, as far as that is known.
	From, To int64
}

// VerifyEvents compares the events with their seals, and the seals with a head
// that was kept elsewhere, its Note, if it is not empty. A million events take a
// few seconds.
func (s *Records) VerifyEvents(ctx context.Context, kept string) (Audit, error) {
	a, err := s.verifyEvents(ctx, kept)
	return a, s.fail(ctx, "verify the events", err)
}

func (s *Records) verifyEvents(ctx context.Context, kept string) (Audit, error) {
	a, seals, err := s.verifyChain(ctx)
	if err != nil || a.Change != "" {
		return a, err
	}
	return s.verifyHeads(ctx, a, seals, kept)
}

// verifyChain compares the events with the roots of their seals.
func (s *Records) verifyChain(ctx context.Context) (a Audit, seals []seal, err error) {
	// One state of the file for all that is read.
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return a, nil, err
	}
	defer func() { _ = tx.Rollback() }()
	if a.Events, err = one(ctx, tx, `SELECT count(*) FROM events`); err != nil {
		return a, nil, err
	}
	if seals, err = allSeals(ctx, tx); err != nil {
		return a, nil, err
	}
	a.Seals = len(seals)
	var r root
	for _, seal := range append(seals[:len(seals):len(seals)], seal{}) { // the last one stands for what is not sealed
		a.From, a.To = a.Sealed+1, seal.last
		end, got, err := s.rootOf(ctx, tx, a.Sealed, seal.last, r)
		var gap *gapError
		switch {
		case errors.As(err, &gap):
			a.Change = gap.Error()
		case err != nil:
			return a, nil, err
		case seal.last == 0:
		case end != seal.last:
			a.Change = fmt.Sprintf("the events %d to %d are missing", end+1, seal.last)
		case got != seal.root:
			a.Change = "what they say is not what was sealed"
		default:
			r, a.Sealed = got, seal.last
		}
		if a.Change != "" {
			return a, nil, nil
		}
	}
	a.From, a.To = 0, 0
	return a, seals, nil
}

// verifyHeads looks at what was signed: by the newest seal, and kept elsewhere.
func (s *Records) verifyHeads(ctx context.Context, a Audit, seals []seal, kept string) (Audit, error) {
	if len(seals) == 0 && kept == "" {
		return a, nil
	}
	key, err := s.keyOf(ctx, "")
	if err != nil {
		return a, err
	}
	private, err := key.Signer(s.uuid)
	if err != nil {
		return a, err
	}
	verifier, err := note.NewVerifier(signer{s.auditName(), private}.verifier())
	if err != nil {
		return a, err
	}
	for i, seal := range seals {
		if seal.note == "" || !strings.HasPrefix(seal.note, headText(s.uuid, seal.last, seal.root)) {
			a.Change = "the seal of event " + number(seal.last) + " is not that of its events"
			return a, nil
		}
		if i < len(seals)-1 {
			continue // the newest one stands for those before it
		}
		if _, err := note.Open([]byte(seal.note), note.VerifierList(verifier)); err != nil {
			a.Change = "the newest seal was not signed with the key that is here"
			return a, nil //nolint:nilerr // what is found is no failure
		}
	}
	if kept == "" {
		return a, nil
	}
	n, err := note.Open([]byte(kept), note.VerifierList(verifier))
	if err != nil {
		a.Change = "the head that was kept was not signed with the key that is here: " + err.Error()
		return a, nil //nolint:nilerr // what is found is no failure
	}
	for _, seal := range seals {
		if n.Text == headText(s.uuid, seal.last, seal.root) {
			return a, nil
		}
	}
	a.Change = "the head that was kept is none of the seals here: events were cut off or made anew"
	return a, nil
}

// seal is a row of seals.
type seal struct {
	last int64
	root root
	note string
}

func allSeals(ctx context.Context, db querier) (all []seal, err error) {
	rows, err := db.QueryContext(ctx, `SELECT last, root, note FROM seals ORDER BY last`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s seal
		var b []byte
		if err := rows.Scan(&s.last, &b, &s.note); err != nil {
			return nil, err
		}
		copy(s.root[:], b)
		all = append(all, s)
	}
	return all, rows.Err()
}

// headText is what is signed: the history, its last event and the root.
func headText(uuid string, last int64, r root) string {
	return strings.Join([]string{auditTitle, uuid, strconv.FormatInt(last, 10), base64.StdEncoding.EncodeToString(r[:])}, "\n") + "\n"
}

// auditName names the key of a note.
func (s *Records) auditName() string { return "patdesk-" + strings.SplitN(s.uuid, "-", 2)[0] }

// signer is a note.Signer.
type signer struct {
	name string
	key  ed25519.PrivateKey
}

func (s signer) public() ed25519.PublicKey {
	k, _ := s.key.Public().(ed25519.PublicKey) // it always is one
	return k
}

func (s signer) verifier() string {
	v, _ := note.NewEd25519VerifierKey(s.name, s.public()) // it has the right size
	return v
}

// Name implements note.Signer.
func (s signer) Name() string { return s.name }

// KeyHash implements note.Signer.
func (s signer) KeyHash() uint32 {
	v, err := note.NewVerifier(s.verifier())
	if err != nil {
		return 0
	}
	return v.KeyHash()
}

// Sign implements note.Signer.
func (s signer) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }
