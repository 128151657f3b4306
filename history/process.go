package history

import (
	"crypto/rand"
	"encoding/hex"
	"os"
)

// process names a running process, so that another one can tell later whether it
// is still there. The process id alone is not enough: ids are used again, and
// every computer starts from 1 after a boot.
type process struct {
	run   string // random, one per Store
	pid   int
	start string // start time of the process as the system counts it, "" if unknown
	boot  string // identity of this boot of the computer, "" if unknown
}

func newProcess() process {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	pid := os.Getpid()
	return process{run: hex.EncodeToString(b), pid: pid, start: startOf(pid), boot: bootID()}
}

// alive reports whether the process that p names still runs. When the system
// does not tell, a process with the same id counts.
func (p process) alive() bool {
	if p.boot != bootID() || !running(p.pid) {
		return false
	}
	return p.start == startOf(p.pid)
}

// NewUUID returns a random UUID (RFC 9562, version 4).
func NewUUID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
