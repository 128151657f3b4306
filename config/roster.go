package config

import (
	"io/fs"
	"os"
	"sync"
	"time"
)

// Roster is the team as its file says now: it is read again once the file has changed.
type Roster struct {
	path string
	zone *time.Location // of the days until which members may sit here

	mu   sync.Mutex
	team *Team
	err  error
	info fs.FileInfo // of the file that was read, nil = there was none
	at   time.Time   // when it was read
}

// NewRoster returns the roster of the team in the file at path, whose days are those of
// zone.
func NewRoster(path string, zone *time.Location) *Roster { return &Roster{path: path, zone: zone} }

// How long what was read counts although the file seems to be the same: for ever so
// long its folder may have changed, and a file that had just been written may have been
// written again within the same tick of the file system's clock.
const (
	rosterFor  = time.Minute
	rosterTick = 2 * time.Second
)

// Team returns the team. Its errors are those of LoadTeam: whoever cannot know the
// team lets nobody in.
func (r *Roster) Team() (*Team, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	info, err := os.Stat(r.path)
	if err != nil {
		info = nil
	}
	if r.at.IsZero() || now.Sub(r.at) > rosterFor || !r.same(info) {
		r.team, r.err = loadTeam(r.path, r.zone)
		r.info, r.at = info, now
	}
	return r.team, r.err
}

// same reports whether the file is surely the one that was read.
func (r *Roster) same(info fs.FileInfo) bool {
	if info == nil || r.info == nil {
		return info == nil && r.info == nil
	}
	return os.SameFile(info, r.info) && info.ModTime().Equal(r.info.ModTime()) && info.Size() == r.info.Size() && info.Mode() == r.info.Mode() &&
		r.at.Sub(info.ModTime()) > rosterTick
}
