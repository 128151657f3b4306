package postgres

import (
	"time"

	"patdesk/history"
)

// Hosts that share a history may have clocks that are not set, and what one records the
// others read: so moments are kept by the clock of the database. Of this host only the
// difference counts, which is looked at when the history is opened, and with each look
// for changes.

// tooFar is a difference with which no certificate is valid: nothing was recorded with a
// clock like that, and what it says is not taken for a mistake of some hours.
const tooFar = 365 * 24 * time.Hour

// compare notes how far the database's clock, read after a moment of this computer's, is
// ahead.
func (s *Store) compare(asked, database time.Time) {
	took := s.local().Sub(asked)
	by := database.Sub(asked.Add(took / 2))
	if by.Abs() <= history.ClocksAgree+took/2 || by.Abs() > tooFar {
		by = 0
	}
	s.aheadBy.Store(int64(by))
}

// ahead is how far the clock of the database is ahead of this computer's; 0 where they
// agree within two seconds.
func (s *Store) ahead() time.Duration { return time.Duration(s.aheadBy.Load()) }

// local is the present moment by this computer's clock.
func (s *Store) local() time.Time { return time.Now().Add(s.opts.times.wrong) }

// now is the present moment by the clock of the history.
func (s *Store) now() time.Time { return s.local().Add(s.ahead()) }
