package postgrestest

import (
	"bytes"
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Cut says where the next exchange is cut off.
type Cut int32

// The places of a Cut.
const (
	// Whole lets exchanges pass.
	Whole Cut = iota
	// BeforeRequest drops the connection instead of passing the next request on.
	BeforeRequest
	// BeforeAnswer passes the next request on and drops the connection when the answer comes.
	BeforeAnswer
)

// Proxy stands between a program and a server.
type Proxy struct {
	// Address is where it listens.
	Address string
	// Turns counts requests that followed an answer: round trips.
	Turns atomic.Int64

	server string
	life   context.Context //nolint:containedctx // that of the test
	delay  atomic.Int64    // nanoseconds for each way
	cut    atomic.Int32
	down   atomic.Bool

	guard   sync.Mutex
	conns   map[net.Conn]bool
	watched map[string]*atomic.Int64
}

// Watch counts the requests from now on that hold a text. Of a statement that is prepared
// only the first one does.
func (p *Proxy) Watch(text string) *atomic.Int64 {
	p.guard.Lock()
	defer p.guard.Unlock()
	n := &atomic.Int64{}
	if p.watched == nil {
		p.watched = map[string]*atomic.Int64{}
	}
	p.watched[text] = n
	return n
}

// Conns is how many connections there are to the server.
func (p *Proxy) Conns() int {
	p.guard.Lock()
	defer p.guard.Unlock()
	return len(p.conns) / 2
}

func (p *Proxy) look(b []byte) {
	p.guard.Lock()
	defer p.guard.Unlock()
	for text, n := range p.watched {
		if bytes.Contains(b, []byte(text)) {
			n.Add(1)
		}
	}
}

// NewProxy starts a proxy, which ends with the test.
func NewProxy(tb testing.TB, server string) *Proxy {
	tb.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &Proxy{Address: l.Addr().String(), server: server, life: tb.Context(), conns: map[net.Conn]bool{}}
	tb.Cleanup(func() {
		_ = l.Close()
		p.Down()
	})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(c)
		}
	}()
	return p
}

// Delay makes every byte late by a duration, each way.
func (p *Proxy) Delay(each time.Duration) { p.delay.Store(int64(each)) }

// CutNext cuts the next exchange off.
func (p *Proxy) CutNext(at Cut) { p.cut.Store(int32(at)) }

// Down drops all connections and takes no more.
func (p *Proxy) Down() {
	p.down.Store(true)
	p.guard.Lock()
	defer p.guard.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

// Up takes connections again.
func (p *Proxy) Up() { p.down.Store(false) }

func (p *Proxy) hold(c net.Conn) bool {
	p.guard.Lock()
	defer p.guard.Unlock()
	if p.down.Load() {
		_ = c.Close()
		return false
	}
	p.conns[c] = true
	return true
}

func (p *Proxy) release(conns ...net.Conn) {
	p.guard.Lock()
	defer p.guard.Unlock()
	for _, c := range conns {
		_ = c.Close()
		delete(p.conns, c)
	}
}

func (p *Proxy) serve(client net.Conn) {
	if !p.hold(client) {
		return
	}
	var d net.Dialer
	server, err := d.DialContext(p.life, "tcp", p.server)
	if err != nil || !p.hold(server) {
		p.release(client)
		return
	}
	defer p.release(client, server)
	var asked, cutting atomic.Bool
	done := make(chan struct{}, 2)
	go func() {
		p.pass(client, server, func(b []byte) bool {
			p.look(b)
			if !asked.Swap(true) {
				p.Turns.Add(1)
			}
			switch {
			case p.cut.CompareAndSwap(int32(BeforeRequest), int32(Whole)):
				return false
			case p.cut.CompareAndSwap(int32(BeforeAnswer), int32(Whole)):
				cutting.Store(true)
			}
			return true
		})
		done <- struct{}{}
	}()
	go func() {
		p.pass(server, client, func([]byte) bool {
			asked.Store(false)
			return !cutting.Load()
		})
		done <- struct{}{}
	}()
	<-done
}

// pass copies what comes until a side ends or may says no.
func (p *Proxy) pass(from, to net.Conn, may func([]byte) bool) {
	type piece struct {
		at time.Time
		b  []byte
	}
	late := make(chan piece, 1024)
	go func() {
		for l := range late {
			time.Sleep(time.Until(l.at))
			if _, err := to.Write(l.b); err != nil {
				_ = from.Close()
			}
		}
	}()
	defer close(late)
	for b := make([]byte, 64<<10); ; {
		n, err := from.Read(b)
		if n > 0 && !may(b[:n]) || err != nil {
			return
		}
		late <- piece{time.Now().Add(time.Duration(p.delay.Load())), append([]byte(nil), b[:n]...)}
	}
}
