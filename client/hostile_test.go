package client

import (
	"bufio"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// flood writes the same bytes until n of them are written or the reader is gone.
func flood(w io.Writer, chunk string, n int64, written *atomic.Int64) {
	for written.Load() < n {
		m, err := io.WriteString(w, chunk)
		if written.Add(int64(m)); err != nil {
			return
		}
	}
}

// Ensure a hostile server gets its class and no memory. What is allocated in all
// is measured, in this process together with the server's part, which is more
// than what was ever held at once.
func TestHostile_BoundedMemory(t *testing.T) {
	const (
		allowed = 20 << 20
		endless = int64(10) << 30
		head    = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nConnection: close\r\n"
	)
	block := strings.Repeat("a", 64<<10)
	for _, tt := range []struct {
		name  string
		begin string // of the answer, with its headers
		more  string // and then this for ever, or for size bytes
		size  int64
		gzip  bool
		want  Failure
	}{
		{name: "10 GB in a string", begin: head + "\r\n{\"personalAccessToken\":\"", more: block, size: endless, want: FailTooLarge},
		{name: "10 GB of spaces", begin: head + "\r\n", more: strings.Repeat(" ", 64<<10), size: endless, want: FailTooLarge},
		{name: "gzip bomb", begin: "{\"personalAccessToken\":\"", more: block, size: 1 << 30, gzip: true, want: FailTooLarge},
		{name: "endless headers", begin: "HTTP/1.1 201 Created\r\n", more: "X-A: " + strings.Repeat("a", 1000) + "\r\n", size: endless, want: FailTooLarge},
		{name: "one endless header", begin: "HTTP/1.1 201 Created\r\nX-A: ", more: block, size: endless, want: FailTooLarge},
		{name: "endless status line", begin: "HTTP/1.1 201 ", more: block, size: endless, want: FailTooLarge},
		{name: "endless early hints", begin: "", more: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", size: endless, want: FailTooLarge},
		{name: "100,000 levels", begin: head + "\r\n{\"a\":", more: strings.Repeat("[", 1000), size: 100_000, want: FailTooLarge},
		{name: "a million elements", begin: head + "\r\n[0", more: strings.Repeat(",0", 1000), size: 1_000_000, want: FailTruncated},
		{name: "a million messages", begin: "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n{\"message\":[\"a\"", more: strings.Repeat(",\"a\"", 1000), size: 4_000_000, want: FailStatus},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var written atomic.Int64
			c := open(t, "http://"+raw(t, func(conn net.Conn) {
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
					return
				}
				var w io.Writer = conn
				if tt.gzip {
					_, _ = io.WriteString(conn, head+"Content-Encoding: gzip\r\n\r\n")
					z := gzip.NewWriter(conn)
					defer func() { _ = z.Close() }()
					w = z
				}
				_, _ = io.WriteString(w, tt.begin)
				flood(w, tt.more, tt.size, &written)
			}))
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			_, err := c.CreateToken(t.Context(), request1())
			runtime.ReadMemStats(&after)
			if e := failed(t, err); e.Failure != tt.want {
				t.Errorf("%+v", e)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > allowed {
				t.Errorf("%d KiB allocated", used>>10)
			}
		})
	}
}

// Ensure lists, which may be 64 MiB, are not held as a whole.
func TestHostile_Lists(t *testing.T) {
	block := strings.Repeat("a", 64<<10)
	for _, tt := range []struct {
		name, begin, more string
		size              int64
		end               string
		want              Failure // "" = accepted
	}{
		{"endless element", `[{"id":"`, block, 1 << 40, "", FailTooLarge},
		{"endless space", `[`, strings.Repeat(" ", 4096), 1 << 40, "", FailTooLarge},
		{"endless elements", `[{}`, strings.Repeat(`,{}`, 1000), 1 << 40, "", FailTooLarge},
		{"endless other field", `{"total":"`, block, 1 << 40, "", FailTooLarge},
		{"more than 64 MiB", `[{}`, `,{"userDetails":"` + strings.Repeat("a", 500_000) + `"}`, 80 << 20, "]", FailTooLarge},
		{"60 MiB", `[{}`, `,{"userDetails":"` + strings.Repeat("a", 500_000) + `"}`, 60 << 20, "]", ""},
		{"100,000 levels", `[{"id":"1","a":`, strings.Repeat("[", 1000), 100_000, "", FailTooLarge},
		{"a million null", `[null`, strings.Repeat(",null", 1000), 5_000_000, "]", FailTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var written atomic.Int64
			c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, tt.begin)
				flood(w, tt.more, tt.size, &written)
				_, _ = io.WriteString(w, tt.end)
			}))
			peak := watch(t)
			_, err := c.ListUsers(t.Context())
			if grew := peak(); grew > 40<<20 { // a list that grows is held twice for a moment
				t.Errorf("the heap grew by %d KiB", grew>>10)
			}
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && failed(t, err).Failure != tt.want:
				t.Errorf("%+v", err)
			}
		})
	}
}

// watch returns a function that says by how much live memory grew at most.
func watch(t *testing.T) func() int64 {
	t.Helper()
	live := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := live()
	ctx, stop := context.WithCancel(t.Context())
	result := make(chan int64)
	go func() {
		top := before
		for ctx.Err() == nil {
			top = max(top, live())
			time.Sleep(time.Millisecond)
		}
		result <- top - before
	}()
	return func() int64 {
		stop()
		return <-result
	}
}
