package history

import (
	"os"
	"testing"
)

// Ensure the folders of other computers are told from those of this one, however
// they are written. Those named here are never asked for.
func TestNetworkDisk_Windows(t *testing.T) {
	t.Parallel()
	for folder, want := range map[string]bool{
		os.TempDir():                            false,
		`C:\`:                                   false,
		`\\?\C:\Users`:                          false,
		`\\server.example.com\share\patdesk`:    true,
		`//server.example.com/share/patdesk`:    true,
		`\\?\UNC\server.example.com\share\patd`: true,
	} {
		if name, err := networkDisk(folder); err != nil || (name != "") != want {
			t.Errorf("%s: %q %v", folder, name, err)
		}
	}
	if free, ok := freeBytes(os.TempDir() + `\history.db`); !ok || free <= 0 {
		t.Errorf("%d bytes are free: %v", free, ok)
	}
}
