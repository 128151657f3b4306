package browser

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"patdesk/e2e/e2etest"
	"patdesk/ui/term/termtest"
)

// browserTime is how long a browser on a busy machine may take for one thing.
const browserTime = time.Minute

// browser is a Chromium without a window. It is driven through its debugging
// pipe, because a test must look into a frame of another site and press its
// buttons, which no page can.
type browser struct {
	commands *os.File
	gone     chan struct{} // closed when the browser has ended

	mu      sync.Mutex
	last    int
	waiting map[int]waiter
	frames  map[string][]string // sessions of the frames on other sites, by the session of their page
}

// waiter is who waits for an answer from a session.
type waiter struct {
	session string
	answer  chan reply
}

// reply is one message of the browser: an answer, or an event.
type reply struct {
	ID      int             `json:"id"`
	Session string          `json:"sessionId"`
	Method  string          `json:"method"`
	Result  json.RawMessage `json:"result"`
	Error   *struct{ Message string }
	Params  struct {
		SessionID  string                `json:"sessionId"`
		TargetInfo struct{ Type string } `json:"targetInfo"`
	} `json:"params"`
}

// startBrowser starts Chromium with a new profile, for the time of the test.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	chromium := termtest.Need(t, "chromium")
	dir, err := os.MkdirTemp("", "chromium") //nolint:usetesting // what a browser writes at its very end must fail no test
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	theirIn, ourOut := pipe(t)
	ourIn, theirOut := pipe(t)
	logFile, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-breakpad",
		"--disable-dev-shm-usage", "--no-proxy-server", "--site-per-process", "--user-data-dir="+dir, "--remote-debugging-pipe", "about:blank")
	// The pipes are 3 and 4 there. Nothing of this person's set-up is seen.
	cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	cmd.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH")}
	cmd.Stdout, cmd.Stderr = logFile, logFile
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for _, f := range []*os.File{theirIn, theirOut, logFile} {
		_ = f.Close()
	}
	b := &browser{commands: ourOut, gone: make(chan struct{}), waiting: map[int]waiter{}, frames: map[string][]string{}}
	go b.listen(ourIn)
	t.Cleanup(func() {
		_, _ = b.call("", "Browser.close", nil)
		_ = ourOut.Close() // ends it too, should it not have understood
		stuck := time.AfterFunc(browserTime, func() { _ = cmd.Process.Kill() })
		defer stuck.Stop()
		if err := cmd.Wait(); err != nil && t.Failed() {
			out, _ := os.ReadFile(logFile.Name())
			t.Logf("chromium: %v\n%s", err, out)
		}
	})
	return b
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	return r, w
}

// listen reads the browser's messages until it ends.
func (b *browser) listen(from *os.File) {
	defer close(b.gone)
	defer from.Close()
	for in := bufio.NewReader(from); ; {
		line, err := in.ReadBytes(0)
		if err != nil {
			return
		}
		var m reply
		if json.Unmarshal(line[:len(line)-1], &m) == nil {
			b.hand(m)
		}
	}
}

// hand gives an answer to who waits for it, and notes the frames that come and go.
func (b *browser) hand(m reply) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case m.ID != 0:
		b.answer(m.ID, m)
	case m.Method == "Target.attachedToTarget" && m.Params.TargetInfo.Type == "iframe":
		b.frames[m.Session] = append(b.frames[m.Session], m.Params.SessionID)
	case m.Method == "Target.detachedFromTarget":
		b.frames[m.Session] = slices.DeleteFunc(slices.Clone(b.frames[m.Session]), func(s string) bool { return s == m.Params.SessionID })
		for id, w := range b.waiting {
			if w.session == m.Params.SessionID { // it will never answer
				b.answer(id, reply{Error: &struct{ Message string }{"the frame has gone"}})
			}
		}
	}
}

// answer gives an answer to who waits for it. mu is held.
func (b *browser) answer(id int, m reply) {
	if w, is := b.waiting[id]; is {
		w.answer <- m
		delete(b.waiting, id)
	}
}

// call sends a command to a session, or to the browser itself, and waits for its answer.
func (b *browser) call(session, method string, params any) (json.RawMessage, error) {
	answer := make(chan reply, 1)
	b.mu.Lock()
	b.last++
	id := b.last
	b.waiting[id] = waiter{session, answer}
	b.mu.Unlock()
	m := map[string]any{"id": id, "method": method}
	if session != "" {
		m["sessionId"] = session
	}
	if params != nil {
		m["params"] = params
	}
	line, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	if _, err := b.commands.Write(append(line, 0)); err != nil {
		return nil, err
	}
	select {
	case a := <-answer:
		if a.Error != nil {
			return nil, fmt.Errorf("%s: %s", method, a.Error.Message)
		}
		return a.Result, nil
	case <-b.gone:
		return nil, errors.New("the browser has ended")
	case <-time.After(browserTime):
		return nil, fmt.Errorf("%s: no answer within %s", method, browserTime)
	}
}

// page is a tab, or the frame of another site in one.
type page struct {
	b       *browser
	session string
}

// open shows an address in a new tab, for the time of the test.
func (b *browser) open(t *testing.T, address string) *page {
	t.Helper()
	must := func(session, method string, params any) (v struct{ TargetID, SessionID, ErrorText string }) {
		raw, err := b.call(session, method, params)
		if err == nil {
			err = json.Unmarshal(raw, &v)
		}
		if err == nil && v.ErrorText != "" {
			err = fmt.Errorf("%s: %s", method, v.ErrorText)
		}
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	target := must("", "Target.createTarget", map[string]any{"url": "about:blank"}).TargetID
	t.Cleanup(func() { _, _ = b.call("", "Target.closeTarget", map[string]any{"targetId": target}) })
	p := &page{b: b, session: must("", "Target.attachToTarget", map[string]any{"targetId": target, "flatten": true}).SessionID}
	must(p.session, "Target.setAutoAttach", map[string]any{"autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true})
	must(p.session, "Page.navigate", map[string]any{"url": address})
	return p
}

// foreign are the sessions of the frames of other sites in a page.
func (p *page) foreign() []string {
	p.b.mu.Lock()
	defer p.b.mu.Unlock()
	return slices.Clone(p.b.frames[p.session])
}

// frame is the one frame of another site in a page.
func (p *page) frame(t *testing.T) *page {
	t.Helper()
	var found []string
	e2etest.Within(t, browserTime, "a frame of another site", func() bool {
		found = p.foreign()
		return len(found) > 0
	})
	if len(found) != 1 {
		t.Fatalf("%d frames of other sites", len(found))
	}
	return &page{b: p.b, session: found[0]}
}

// try evaluates JavaScript in the page, waiting for a promise. v may be nil.
func (p *page) try(js string, v any) error {
	raw, err := p.b.call(p.session, "Runtime.evaluate", map[string]any{"expression": js, "returnByValue": true, "awaitPromise": true})
	if err != nil {
		return err
	}
	var got struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		return err
	}
	if e := got.ExceptionDetails; e != nil {
		return fmt.Errorf("%s: %s %s", js, e.Text, e.Exception.Description)
	}
	if v == nil {
		return nil
	}
	return json.Unmarshal(got.Result.Value, v)
}

// click clicks an element as a person does, which counts as use of the page.
func (p *page) click(t *testing.T, selector string) {
	t.Helper()
	_, err := p.b.call(p.session, "Runtime.evaluate", map[string]any{"expression": fmt.Sprintf("document.querySelector(%q).click()", selector), "userGesture": true})
	if err != nil {
		t.Fatal(err)
	}
}

// run evaluates JavaScript that must succeed.
func (p *page) run(t *testing.T, js string, v any) {
	t.Helper()
	if err := p.try(js, v); err != nil {
		t.Fatal(err)
	}
}

// shows waits until an expression is true. A page that is on its way to another
// one answers with errors meanwhile.
func (p *page) shows(t *testing.T, js string) {
	t.Helper()
	var is bool
	var err error
	for end := time.Now().Add(browserTime); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		is = false
		if err = p.try(js, &is); err == nil && is {
			return
		}
	}
	var text string
	_ = p.try("location.origin + location.pathname + '\\n' + document.body.innerText", &text)
	t.Fatalf("not shown: %s (%v); the page is %s", js, err, text)
}
