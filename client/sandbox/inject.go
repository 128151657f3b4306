package sandbox

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// inject answers a request the way a fault asks.
func (s *Server) inject(w http.ResponseWriter, c *call, f *Fault) {
	switch f.Kind {
	case FaultStatus, FaultRateLimit, FaultHTML, FaultRedirect:
		if f.After {
			s.respond(c)
		}
		s.replacement(c, f).write(w)
	case FaultMalformed:
		if f.After {
			s.respond(c)
		}
		text := f.Body
		if text == "" {
			text = "SSH-2.0-OpenSSH_9.9\r\n"
		}
		connOf(c.request).shout(w, []byte(text))
	case FaultDelay:
		wait(c, f.Delay)
		s.respond(c).with(f).write(w)
	case FaultDrip:
		s.respond(c).with(f).drip(w, c, f)
	case FaultHang:
		s.respond(c)
		<-c.request.Context().Done()
		// Returning would answer 200, should only the server have given up.
		panic(http.ErrAbortHandler)
	case FaultDropBefore:
		connOf(c.request).cut(w)
	case FaultDropAfter:
		s.respond(c)
		connOf(c.request).cut(w)
	case FaultResetAfter:
		s.respond(c)
		connOf(c.request).reset(w, nil)
	case FaultResetHeaders:
		s.respond(c)
		connOf(c.request).reset(w, []byte("HTTP/1.1 201 Created\r\nContent-Type: appl"))
	case FaultGoAway:
		s.respond(c)
		connOf(c.request).goAway(w)
	case FaultTruncate:
		s.respond(c).with(f).truncate(w)
	case FaultWrongType, FaultSkew, FaultNoDate, FaultForeignURL, FaultNoURL, FaultNoToken:
		r := s.respond(c)
		r.change(f)
		r.with(f).write(w)
	case FaultHuge, FaultGzipBomb, FaultHugeHeader:
		s.respond(c).with(f).flood(w, c, f)
	default:
		// The kinds that fail before anything is sent, and unknown ones.
		connOf(c.request).reset(w, nil)
	}
}

// replacement builds the answer that stands in for the real one.
func (s *Server) replacement(c *call, f *Fault) *response {
	status, body, kind := f.Status, f.Body, f.ContentType
	var message any
	header := http.Header{}
	switch f.Kind {
	case FaultRateLimit:
		status = or(status, http.StatusTooManyRequests)
		message = "ThrottlerException: Too Many Requests"
		if f.Delay > 0 {
			header.Set("Retry-After", fmt.Sprint(int64(f.Delay.Seconds())))
		}
	case FaultHTML:
		status, body = or(status, http.StatusOK), orText(body, logInPage)
		kind = orText(kind, "text/html; charset=utf-8")
	case FaultRedirect:
		status = or(status, http.StatusFound)
		header.Set("Location", f.Target)
		body = orText(body, "Redirecting")
	default:
		status = or(status, http.StatusInternalServerError)
		message = http.StatusText(status)
	}
	if strings.HasPrefix(body, `"`) || strings.HasPrefix(body, "[") {
		if json.Unmarshal([]byte(body), &message) == nil {
			body = ""
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.at = s.now()
	if body == "" {
		a := refuse(status, message)
		a.header = header
		return s.render(c, a).with(f)
	}
	r := s.render(c, answer{status: status, header: header})
	r.body = []byte(body)
	r.header.Set("Content-Type", orText(kind, guess(body)))
	if f.Kind == FaultHTML {
		// A proxy's page carries none of ToolJet's marks.
		r.header.Del("X-Powered-By")
	}
	return r.with(f)
}

const logInPage = `<!doctype html><html><head><title>Sign in</title></head>` +
	`<body><form method="post"><input name="user"><input name="password" type="password"></form></body></html>`

func or(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// guess names the content type of a fault's body.
func guess(body string) string {
	switch t := strings.TrimSpace(body); {
	case json.Valid([]byte(t)):
		return "application/json; charset=utf-8"
	case strings.HasPrefix(t, "<"):
		return "text/html; charset=utf-8"
	default:
		return "text/plain; charset=utf-8"
	}
}

// with adds a fault's headers. An empty value removes one.
func (r *response) with(f *Fault) *response {
	for k, v := range f.Header {
		if v == "" {
			r.header.Del(k)
			continue
		}
		r.header.Set(k, v)
	}
	return r
}

// change alters a real answer.
func (r *response) change(f *Fault) {
	switch f.Kind {
	case FaultWrongType:
		r.header.Set("Content-Type", orText(f.ContentType, "text/plain; charset=utf-8"))
		return
	case FaultSkew:
		r.shift(f.Skew)
		return
	case FaultNoDate:
		// A nil value stops net/http from adding its own.
		r.header["Date"] = nil
		return
	}
	var g map[string]any
	if json.Unmarshal(r.body, &g) != nil {
		return
	}
	switch f.Kind {
	case FaultNoURL:
		delete(g, "redirectUrl")
	case FaultNoToken:
		delete(g, "personalAccessToken")
	case FaultForeignURL:
		text, _ := g["redirectUrl"].(string)
		from, err := url.Parse(text)
		to, err2 := url.Parse(orText(f.Target, "https://elsewhere.example"))
		if err != nil || err2 != nil {
			return
		}
		from.Scheme, from.Host = to.Scheme, to.Host
		g["redirectUrl"] = from.String()
	}
	r.body = encode(g)
}

// wait pauses, but not longer than the caller stays.
func wait(c *call, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-c.request.Context().Done():
	}
}

// drip writes the body byte by byte.
func (r *response) drip(w http.ResponseWriter, c *call, f *Fault) {
	pause := f.Delay
	if pause <= 0 {
		pause = time.Second
	}
	r.header.Set("Content-Length", fmt.Sprint(len(r.body)))
	r.head(w)
	rc := http.NewResponseController(w)
	for i := range r.body {
		if c.request.Context().Err() != nil {
			return
		}
		_, err := w.Write(r.body[i : i+1]) //nolint:gosec // JSON with its content type, as ToolJet sends it
		if err != nil || rc.Flush() != nil {
			return
		}
		wait(c, pause)
	}
}

// truncate promises the whole body, sends half of it and hangs up.
func (r *response) truncate(w http.ResponseWriter) {
	r.header.Set("Content-Length", fmt.Sprint(len(r.body)))
	r.head(w)
	_, _ = w.Write(r.body[:len(r.body)/2]) //nolint:gosec // JSON with its content type, as ToolJet sends it
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// flood writes far more than anybody should read, and stops when the caller
// does. Nothing of it is held in memory.
func (r *response) flood(w http.ResponseWriter, c *call, f *Fault) {
	size := f.Size
	switch {
	case f.Kind == FaultHugeHeader:
		if size == 0 {
			size = 12 << 20
		}
		connOf(c.request).longHeader(w, r, size)
		return
	case size == 0:
		size = 10 << 30
	}
	var out io.Writer = w
	if f.Kind == FaultGzipBomb {
		r.header.Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer func() { _ = z.Close() }()
		out = z
	}
	r.header.Del("Content-Length")
	r.head(w)
	if _, err := io.WriteString(out, `{"personalAccessToken":"pat_`); err != nil {
		return
	}
	block := []byte(strings.Repeat("a", 32<<10))
	for left := size; size < 0 || left > 0; left -= int64(len(block)) {
		if size > 0 && left < int64(len(block)) {
			block = block[:left]
		}
		if _, err := out.Write(block); err != nil || c.request.Context().Err() != nil {
			return
		}
	}
	_, _ = io.WriteString(out, `"}`)
}
