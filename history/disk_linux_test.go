package history

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/mattn/go-sqlite3"
	"golang.org/x/sys/unix"
)

// Ensure each network file system is known by its number, and no local one is.
func TestNetworkName(t *testing.T) {
	t.Parallel()
	for id, want := range map[int64]string{
		0x6969: "NFS", 0xff534d42: "CIFS", int64(int32(-0x00acb2be)): "CIFS", 0xfe534d42: "SMB", 0x517b: "SMB", 0x01021997: "9P", 0x65735546: "FUSE",
		0xef53: "", 0x9123683e: "", 0x01021994: "", 0x58465342: "", 0x794c7630: "", 0x2fc12fc1: "",
	} {
		if got := networkName(id); got != want {
			t.Errorf("%#x is %q, want %q", id, got, want)
		}
	}
}

// Ensure a used-up quota is told as no room, however much is free for others.
func TestError_NoRoomByErrno(t *testing.T) {
	t.Parallel()
	s := newStore(Options{Path: filepath.Join(t.TempDir(), "history.db")})
	for errno, want := range map[syscall.Errno]Kind{syscall.EDQUOT: Full, syscall.ENOSPC: Full, syscall.EIO: IO, 0: IO} {
		err := s.fail(t.Context(), "write", sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: 778, SystemErrno: errno})
		if e, ok := errors.AsType[*Error](err); !ok || e.Kind != want {
			t.Errorf("%v: %v, want %s", errno, err, want)
		}
	}
}

// Ensure a history on a disk that is read only can be asked for changes, of which there
// are none.
func TestChanged_ReadOnlyDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=4m,mode=0700"); err != nil {
		t.Skipf("mount: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	o := Options{Path: filepath.Join(dir, "history.db")}
	s, err := Open(t.Context(), o)
	if err == nil {
		err = s.Close()
	}
	if err == nil {
		err = unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	o.Reading = true
	if s, err = Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if n, err := s.Changed(t.Context()); n != 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
