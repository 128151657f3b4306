package serve

import (
	"slices"
	"strings"
	"unicode"

	gossh "golang.org/x/crypto/ssh"
)

// gate stands between a client and its session: it takes away the requests that no
// session has use for, and knows when the client has gone.
type gate struct {
	gossh.NewChannel
	line      *line // that the channel is of
	variables []string
	sent      int           // how many of them
	begun     chan struct{} // closed once the session takes its sizes
	gone      chan struct{} // closed when nothing more can come
}

// How long a variable of a session may be, in bytes, and how many may be sent: the library
// keeps each of them.
const (
	mostValue = 128
	mostSent  = 64
)

// cut bounds a value that came from a client.
func cut(v string) string {
	if len(v) > mostValue || strings.ContainsFunc(v, unicode.IsControl) {
		return ""
	}
	return v
}

// Accept implements gossh.NewChannel.
func (g *gate) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	c, in, err := g.NewChannel.Accept()
	if err != nil {
		close(g.gone)
		return c, in, err
	}
	out := make(chan *gossh.Request)
	go g.pass(in, out)
	return c, out, nil
}

// pass hands the requests on. A new size waits for the session to begin, and only the
// last one counts: the loop that takes requests waits for somebody who takes the sizes.
func (g *gate) pass(in <-chan *gossh.Request, out chan<- *gossh.Request) {
	defer close(g.gone)
	defer close(out)
	var size *gossh.Request
	begun := g.begun
	for {
		select {
		case <-begun:
			begun = nil
			if size != nil {
				out <- size
			}
		case r, ok := <-in:
			switch {
			case !ok:
				return
			case !g.allows(r):
				_ = r.Reply(false, nil)
			case r.Type == "window-change" && begun != nil:
				size = r
			default:
				out <- r
			}
		}
	}
}

// allows reports whether a session may be asked for this.
func (g *gate) allows(r *gossh.Request) bool {
	switch r.Type {
	case "pty-req", "shell", "exec", "window-change":
		return true
	case "env":
		var v struct{ Name, Value string }
		if gossh.Unmarshal(r.Payload, &v) != nil || !slices.Contains(g.variables, v.Name) || cut(v.Value) == "" {
			return false
		}
		g.sent++
		return g.sent <= mostSent
	}
	return false // agents, X11, subsystems, signals, breaks
}
