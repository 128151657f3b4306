package history

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"
)

// A write-ahead log names no database: SQLite applies whatever lies beside the
// file under the right name. So before SQLite sees a log, it is read here, and
// must continue the very state that the file is in. SQLite never locks the log
// itself, so reading it drops no lock of another connection.

// walLog is what the committed part of a write-ahead log says.
type walLog struct {
	commits    int
	identities []identity // one for each commit that wrote its stamp, in order
	head       [walHead]byte
}

// Sizes of the parts of a log, https://www.sqlite.org/fileformat2.html section 4.
const (
	walHead      = 32
	walFrameHead = 24
	walMagic     = 0x377f0682 // or with the last bit set: checksums are big-endian
	maxPage      = 65536
)

var errWALHead = errors.New("its head is damaged")

// readWAL reads a log as SQLite does in recovery: up to the last commit whose
// checksums and salts are right. page is where the table meta is.
func readWAL(path string, page uint32) (l walLog, err error) {
	f, err := os.OpenFile(path, os.O_RDONLY|noFollow, 0)
	if err != nil {
		return l, err
	}
	defer func() { _ = f.Close() }() // only read
	in := bufio.NewReaderSize(f, 256<<10)
	if _, err := io.ReadFull(in, l.head[:]); err != nil {
		return l, endOfWAL(err)
	}
	magic, size := binary.BigEndian.Uint32(l.head[:]), binary.BigEndian.Uint32(l.head[8:])
	sum := walSum{big: magic&1 == 1}
	sum.add(l.head[:24])
	if magic&^1 != walMagic || size < 512 || size > maxPage || size&(size-1) != 0 || !sum.is(l.head[24:]) {
		return l, errWALHead
	}
	frame := make([]byte, walFrameHead+size)
	var last identity
	for {
		if _, err := io.ReadFull(in, frame); err != nil {
			return l, endOfWAL(err)
		}
		sum.add(frame[:8])
		sum.add(frame[walFrameHead:])
		if string(frame[8:16]) != string(l.head[16:24]) || !sum.is(frame[16:24]) {
			return l, nil
		}
		if binary.BigEndian.Uint32(frame) == page {
			last = identityOnPage(frame[walFrameHead:])
		}
		if binary.BigEndian.Uint32(frame[4:]) == 0 {
			continue // not the end of a transaction
		}
		l.commits++
		if last.stamp.id != "" {
			l.identities, last = append(l.identities, last), identity{}
		}
	}
}

// endOfWAL is nil for a log that just ends, also in the middle of a frame.
func endOfWAL(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// walSum is the running checksum of a log.
type walSum struct {
	big    bool
	s0, s1 uint32
}

func (s *walSum) add(b []byte) {
	for ; len(b) >= 8; b = b[8:] {
		x, y := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
		if s.big {
			x, y = binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
		}
		s.s0 += x + s.s1
		s.s1 += y + s.s0
	}
}

func (s *walSum) is(b []byte) bool {
	return s.s0 == binary.BigEndian.Uint32(b) && s.s1 == binary.BigEndian.Uint32(b[4:])
}

// continues reports whether the log goes on from the state that the file is in:
// that before its first commit, or, where SQLite was moving the log into the
// file, that after any of them.
func (l walLog) continues(file identity) bool {
	if l.commits == 0 {
		return true
	}
	if len(l.identities) == 0 {
		return file.stamp.id == "" // neither knows of stamps
	}
	at := first(file.stamp.id, noStamp)
	if l.identities[0].stamp.before == at {
		return at != noStamp || l.identities[0].uuid == file.uuid
	}
	return slices.ContainsFunc(l.identities, func(i identity) bool { return i.stamp.id == file.stamp.id })
}

// checkWAL refuses a log that belongs to another database or to another state of
// this one, as after a copy was put back beside it. Nothing is changed.
func (s *Store) checkWAL(ctx context.Context) error {
	var before [walHead]byte
	for try := 0; ; try++ {
		// A process that runs may be moving its log into the file at this moment.
		l, ours, err := s.compareWAL(ctx)
		if ours || errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if try > 3 && l.head == before {
			if err != nil && !errors.Is(err, errWALHead) {
				return err
			}
			return s.foreignLog("-wal", err)
		}
		if before = l.head; try > 50 {
			return s.foreignLog("-wal", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// compareWAL looks at the log first: what is moved into the file after that is
// still in what was read of the log.
func (s *Store) compareWAL(ctx context.Context) (walLog, bool, error) {
	file, page, err := s.fileIdentity(ctx)
	if err != nil {
		return walLog{}, false, err
	}
	l, err := readWAL(s.path+"-wal", page)
	return l, err == nil && l.continues(file), err
}

// foreignLog is the refusal of a file that SQLite would apply to the history.
func (s *Store) foreignLog(suffix string, why error) error {
	name := s.path + suffix
	if why == nil {
		why = errors.New("it was written for another history, or for another state of this one")
	}
	return &Error{Kind: ForeignLog, Path: s.path, Log: name, Fix: aside(name), Err: fmt.Errorf("%s: %w", name, why)}
}

// Purged implements Engine: it empties the log into the file. Until then the file itself still
// holds what was overwritten in the log. Readers may prevent it for a while;
// then the next automatic checkpoint does it.
func (lite *engine) Purged(ctx context.Context) error {
	s := lite.store
	if s.memory {
		return nil
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.closed {
		return errClosed
	}
	var busy, logged, moved int
	return s.write.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &logged, &moved)
}
