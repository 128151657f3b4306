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
	variables []string
	gone      chan struct{} // closed when nothing more can come
}

// mostValue is how long a variable of a session may be, in bytes.
const mostValue = 128

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

// pass hands the requests on. A new size before there is a session waits for it: the
// session's own loop would wait for somebody who reads it, and that one for the loop.
func (g *gate) pass(in <-chan *gossh.Request, out chan<- *gossh.Request) {
	defer close(g.gone)
	defer close(out)
	var size *gossh.Request
	begun := false
	for r := range in {
		switch r.Type {
		case "window-change":
			if !begun {
				size = r
				continue
			}
		case "env":
			var v struct{ Name, Value string }
			if gossh.Unmarshal(r.Payload, &v) != nil || !slices.Contains(g.variables, v.Name) || v.Value == "" || cut(v.Value) == "" {
				_ = r.Reply(false, nil)
				continue
			}
		case "pty-req", "shell", "exec":
		default: // agents, X11, subsystems, signals, breaks
			_ = r.Reply(false, nil)
			continue
		}
		out <- r
		if begun = begun || r.Type == "shell" || r.Type == "exec"; begun && size != nil {
			out <- size
			size = nil
		}
	}
}
