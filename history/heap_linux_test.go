//go:build linux && cgo

package history

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// Ensure threads that read at once have no heap of the C library each.
func TestHeap_IsOne(t *testing.T) {
	t.Parallel()
	if !oneHeap() {
		t.Skip("not glibc")
	}
	s, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "history.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var ready, done sync.WaitGroup
	ready.Add(4)
	for range 4 {
		done.Go(func() {
			runtime.LockOSThread() // and end it with the goroutine
			ready.Done()
			ready.Wait()
			for range 20 {
				if _, err := s.Page(context.Background(), Query{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done.Wait()
	if list := heaps(t); len(list) > 0 {
		t.Errorf("the C library has %d heaps beside its first: %v", len(list), list)
	}
}

// heaps are the heaps of the C library beside its first one: it keeps 64 MiB of addresses
// for each, of which the first part is in use. Go's own heap, which may look the same,
// is elsewhere.
func heaps(t *testing.T) (list []string) {
	t.Helper()
	b, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip(err)
	}
	const size = 64 << 20
	own := uint64(reflect.ValueOf(new([1 << 16]byte)).Pointer()) >> 36
	var begin, end uint64
	for l := range strings.Lines(string(b)) {
		var from, to uint64
		var mode string
		if _, err := fmt.Sscanf(l, "%x-%x %s", &from, &to, &mode); err != nil {
			t.Fatal(err)
		}
		if mode == "---p" && from == end && begin%size == 0 && to-begin == size && begin>>36 != own {
			list = append(list, fmt.Sprintf("%x", begin))
		}
		begin, end = from, to
	}
	return list
}
