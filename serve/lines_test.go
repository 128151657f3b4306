package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// ended waits until a connection is over.
func ended(t *testing.T, c *ssh.Client) {
	t.Helper()
	over := make(chan struct{})
	go func() { _ = c.Wait(); close(over) }()
	select {
	case <-over:
	case <-time.After(time.Minute):
		t.Fatal("it lasts")
	}
}

// alive reports whether a connection answers.
func alive(c *ssh.Client) bool {
	_, _, err := c.SendRequest("keepalive@openssh.com", true, nil)
	return err == nil
}

// Ensure a connection lasts as long as its sessions, and not much longer, whether
// there never was one, its session is over, or only a channel is open.
func TestServe_IdleConnection(t *testing.T) {
	t.Parallel()
	sit := make(chan struct{})
	var busy, never, channel *ssh.Client
	var n *ssh.Session
	idle := 75 * time.Millisecond
	for began := false; !began; { // until the machine is fast enough to begin in time
		idle *= 4
		d := openedFor(t, idle, func(context.Context, *Session) int { <-sit; return 0 })
		var errs [5]error
		if busy, errs[0] = d.connect(); errs[0] == nil {
			if n, errs[1] = busy.NewSession(); errs[1] == nil {
				errs[2] = n.Start("x")
			}
		}
		never, errs[3] = d.connect()
		if channel, errs[4] = d.connect(); errs[4] == nil {
			_, errs[4] = channel.NewSession() // asks for nothing
		}
		began = errors.Join(errs[:]...) == nil
		if !began && idle > idleTime {
			t.Fatal(errs)
		}
	}
	ended(t, never)
	ended(t, channel)
	time.Sleep(2 * idle)
	if !alive(busy) {
		t.Fatal("a session was cut off")
	}
	// A second session on the connection of the first one, as of ssh -M.
	second, err := busy.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Start("x"); err != nil {
		t.Fatal(err)
	}
	close(sit)
	if one, two := n.Wait(), second.Wait(); one != nil || two != nil {
		t.Error(one, two)
	}
	ended(t, busy)
}

// Ensure one member's connections without a session do not add up: the one that has had
// none for the longest time makes room, and one with a session never does.
func TestServe_IdleConnectionsOfOne(t *testing.T) {
	t.Parallel()
	const most = 4
	sit := make(chan struct{})
	d := openedFor(t, time.Hour, func(context.Context, *Session) int { <-sit; return 0 })
	d.server.lines.most = most
	busy, n := d.session()
	if err := n.Start("x"); err != nil {
		t.Fatal(err)
	}
	var all []*ssh.Client
	for range 3 * most {
		c, err := d.connect()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	for _, c := range all[:2*most] {
		ended(t, c)
	}
	for i, c := range all[2*most:] {
		if !alive(c) {
			t.Errorf("number %d of the last was closed", i)
		}
	}
	close(sit)
	if err := n.Wait(); err != nil {
		t.Error(err)
	}
	// It rests now as well, as the last one.
	ended(t, all[2*most])
	if !alive(busy) {
		t.Error("the newest to rest was closed")
	}
}

// Ensure those who never log in do not keep the members out: one address holds so many
// connections, the next ones are closed at once, and other addresses get in.
func TestServe_Strangers(t *testing.T) {
	t.Parallel()
	d := opened(t, func(_ context.Context, s *Session) int { _, _ = io.WriteString(s.Out, s.Address); return 0 })
	from := func(ip string) net.Conn {
		c, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(ip)}}).DialContext(t.Context(), "tcp", d.addr)
		if err != nil {
			t.Skip("no second address:", err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	first := make([]byte, 4)
	var held []net.Conn
	for i := range strangerOnes {
		c := from("127.0.0.2")
		if _, err := io.ReadFull(c, first); err != nil || string(first) != "SSH-" {
			t.Fatalf("number %d: %q, %v", i, first, err)
		}
		held = append(held, c)
	}
	if _, err := io.ReadFull(from("127.0.0.2"), first); err == nil {
		t.Error("one more is let wait")
	}
	for range 2 * strangerOnes { // those who were let in do not count
		_, n := d.session()
		if out, err := n.Output("x"); err != nil || string(out) != "127.0.0.1" {
			t.Fatalf("%q, %v", out, err)
		}
	}
	_ = held[0].Close()
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if _, err := io.ReadFull(from("127.0.0.2"), first); err == nil {
			break
		} else if time.Now().After(end) {
			t.Fatal("one that is gone counts on:", err)
		}
	}
}

// Ensure what one client can choose its addresses from counts as one.
func TestSourceOf(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"192.0.2.7:22": "192.0.2.7/32", "[2001:db8::1:2:3:4]:22": "2001:db8::/64", "[::ffff:192.0.2.7]:22": "192.0.2.7/32", "[fe80::1%eth0]:22": "fe80::/64",
	} {
		a, err := net.ResolveTCPAddr("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(sourceOf(a)); got != want {
			t.Errorf("%s: %s", at, got)
		}
	}
}
