package ui

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"patdesk/client"
	"patdesk/client/sandbox"
	"patdesk/config"
	"patdesk/history"
	"patdesk/history/historytest"
	"patdesk/history/postgres"
	"patdesk/history/postgres/postgrestest"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// driver runs the console in a synctest bubble as the framework would: messages
// one after the other, commands in goroutines of their own. Time passes only
// while every goroutine waits, so a day of countdown takes no time, and nothing
// polls.
type driver struct {
	t        *testing.T
	s        *shell
	box      *sandbox.Server
	issuer   *pat.Issuer
	store    ledger
	path     string
	database *postgrestest.Database
	key      *secret.Key // seals the tokens
	inbox    chan tea.Msg
	ctx      context.Context
	cancel   context.CancelFunc
	quit     bool
	clips    string            // where the clipboard's files are
	updates  int               // messages handled
	kinds    map[string]int    // of them, by the names of their types
	raw      []string          // what was written to the terminal beside the screen
	instead  map[string]string // keys that actions have in this story, by those they usually have
	jump     time.Duration     // how far wall clocks were set forward while this computer slept
}

// ledger is a history of either engine.
type ledger interface {
	pat.Ledger
	Actor(ctx context.Context) history.Actor
	Close() error
}

// stage is what a test starts with.
type stage struct {
	w, h    int
	behind  time.Duration   // server = local clock + behind
	look    kit.Look        // zero: dark, true colour
	profile *config.Profile // nil: a plain one
	sandbox sandbox.Options
	seed    func(d *driver) // before the console starts
	early   []string        // keys that come before anything was read
	first   bool            // nothing is set up
	path    string          // of a history another console has too
	options func(d *driver, o *Options)

	database *postgrestest.Database // of the history; nil: it is a file
}

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// story runs f with a console in a bubble. With PATDESK_STORIES=postgres its history is in
// a database, whose answers hold the clock of the bubble until they are there.
func story(t *testing.T, st stage, f func(d *driver)) {
	t.Helper()
	if onPostgres() {
		st.database = shared(t)
	}
	synctest.Test(t, func(t *testing.T) {
		// A bubble begins with the year 2000; a day in the middle of a week and of
		// the product's life reads better.
		time.Sleep(time.Until(time.Date(2026, 11, 19, 19, 10, 5, 0, time.UTC)))
		d := start(t, st)
		defer d.end()
		f(d)
	})
}

func start(t *testing.T, st stage) *driver {
	t.Helper()
	d := &driver{t: t, inbox: make(chan tea.Msg, 4096)}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	now := func() time.Time { return time.Now().Round(0).Add(d.jump) }
	st.sandbox.Now = func() time.Time { return now().Add(st.behind) }
	d.box = sandbox.New(st.sandbox)
	d.path, d.clips = st.path, filepath.Join(t.TempDir(), "clips")
	d.database = st.database
	if d.path == "" {
		d.path = filepath.Join(t.TempDir(), "history.db")
		if d.database == nil {
			if err := historytest.Blank(d.path); err != nil {
				t.Fatal(err)
			}
		}
	}
	d.issuer, d.store = d.open(st)
	if st.seed != nil {
		st.seed(d)
	}
	if st.w == 0 {
		st.w, st.h = 100, 30
	}
	if st.look == (kit.Look{}) {
		st.look = kit.Look{Dark: true, Profile: colorprofile.TrueColor}
	}
	if st.profile == nil {
		st.profile = &config.Profile{Name: "acme", URL: "https://tooljet.example.com"}
	}
	set, err := snippet.NewSet(nil)
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Issuer: d.issuer, Config: config.Default(""), Profile: st.profile, KeyOrigin: "keyring", Now: now, Snippets: set,
		Clipboard: term.NewClipboard(term.ClipboardOptions{Mode: term.ModeFile, Dir: d.clips, Clear: 45 * time.Second}),
		Terminal:  Terminal{Local: true, Zone: berlin(t)},
	}
	// A socket of the system would hold the bubble's clock.
	o.Browser.Listen = func() (net.Listener, error) { return newPipes(), nil }
	if st.first {
		o.Issuer, o.Profile = nil, nil
	}
	if st.options != nil {
		st.options(d, &o)
	}
	d.s = newShell(d.ctx, o, kit.NewTheme(st.look))
	d.run(d.s.Init())
	d.send(tea.WindowSizeMsg{Width: st.w, Height: st.h})
	for _, name := range st.early {
		d.send(keyMsg(name))
	}
	d.settle()
	return d
}

// onPostgres says that the stories are to be told on a database.
func onPostgres() bool { return os.Getenv("PATDESK_STORIES") == "postgres" }

// shared is an empty history in a database.
func shared(t *testing.T) *postgrestest.Database {
	t.Helper()
	db := postgrestest.New(t)
	if _, _, err := postgres.Migrate(t.Context(), db.URL, nil, db.Role); err != nil {
		t.Fatal(err)
	}
	return &db
}

func (d *driver) openHistory(o history.Options) (ledger, error) {
	if d.database == nil {
		return history.Open(d.ctx, o)
	}
	return postgres.Open(d.ctx, postgres.Options{Options: o, URL: d.database.RoleURL, Conns: postgres.ConnsOfConsole, Spool: filepath.Join(filepath.Dir(d.path), "spool")})
}

// open opens the history and a client that has measured the server's clock.
func (d *driver) open(st stage) (*pat.Issuer, ledger) {
	d.t.Helper()
	if d.key == nil { // another console of one story shares it
		key, err := secret.NewKey()
		if err != nil {
			d.t.Fatal(err)
		}
		d.key = &key
	}
	store, err := d.openHistory(history.Options{
		Path: d.path, KeepTokens: true, Actor: history.Actor{Name: "kim", Machine: "laptop-7"},
		Key: func(context.Context) (secret.Key, error) { return *d.key, nil },
	})
	if err != nil {
		d.t.Fatal(err)
	}
	log := &pat.RequestLog{}
	c, err := client.New("https://tooljet.example.com", secret.New(d.box.Key()), client.WithTransport(d.box.Transport()), client.WithObserver(log.Observe))
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := c.GetConfig(d.ctx); err != nil {
		d.t.Fatal(err)
	}
	*log = pat.RequestLog{} // that was before the session
	set := pat.Settings{Profile: "acme", Unit: pat.Seconds, KeySource: "keyring"}
	if st.profile != nil {
		set.ReadOnly = st.profile.ReadOnly
	}
	return &pat.Issuer{Client: c, History: store, Settings: set, Requests: log}, store
}

// end leaves the console and waits for every goroutine.
func (d *driver) end() {
	d.cancel()
	for _, l := range append(d.s.pages, d.s.dialogs...) {
		l.cancel()
	}
	synctest.Wait()
	if err := d.store.Close(); err != nil {
		d.t.Error(err)
	}
}

// run runs a command, and the commands of a batch, in goroutines.
func (d *driver) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch m := cmd().(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range m {
				d.run(c)
			}
		default:
			d.inbox <- m
		}
	}()
}

// send gives one message to the console, as the framework does.
func (d *driver) send(msg tea.Msg) {
	d.t.Helper()
	if _, ok := msg.(tea.QuitMsg); ok {
		d.quit = true
		return
	}
	if m, ok := msg.(tea.RawMsg); ok {
		if m.Msg != ansi.RequestBackgroundColor { // a question that shows nothing
			d.raw = append(d.raw, fmt.Sprint(m.Msg))
		}
		return
	}
	d.updates++
	if d.kinds == nil {
		d.kinds = map[string]int{}
	}
	d.kinds[fmt.Sprintf("%T", msg)]++
	_, cmd := d.s.Update(msg)
	if d.s.crash != nil {
		d.t.Fatalf("panic: %s\n%s", d.s.crash.what, d.s.crash.stack)
	}
	d.run(cmd)
}

// settle handles messages until nothing is under way but waits for a time.
func (d *driver) settle() {
	d.t.Helper()
	for {
		synctest.Wait()
		select {
		case msg := <-d.inbox:
			d.send(msg)
		default:
			return
		}
	}
}

// resize gives the console another size.
func (d *driver) resize(w, h int) {
	d.t.Helper()
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
	d.settle()
}

// sleep lets time pass.
func (d *driver) sleep(pause time.Duration) {
	d.t.Helper()
	end := time.NewTimer(pause)
	defer end.Stop()
	for {
		select {
		case msg := <-d.inbox:
			d.send(msg)
		case <-end.C:
			d.settle()
			return
		}
	}
}

// rest lets short pauses pass, such as that of the filter.
func (d *driver) rest() {
	d.t.Helper()
	d.sleep(200 * time.Millisecond)
}

var keyCodes = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift},
	"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
	"shift+up": {Code: tea.KeyUp, Mod: tea.ModShift}, "shift+down": {Code: tea.KeyDown, Mod: tea.ModShift},
	"pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd},
	"space": {Code: tea.KeySpace, Text: " "}, "backspace": {Code: tea.KeyBackspace}, "delete": {Code: tea.KeyDelete},
	"f1": {Code: tea.KeyF1}, "f2": {Code: tea.KeyF2}, "f3": {Code: tea.KeyF3}, "f5": {Code: tea.KeyF5},
}

func keyMsg(name string) tea.KeyPressMsg {
	if k, ok := keyCodes[name]; ok {
		return k
	}
	if c, ok := strings.CutPrefix(name, "ctrl+"); ok {
		return tea.KeyPressMsg{Code: []rune(c)[0], Mod: tea.ModCtrl}
	}
	if c, ok := strings.CutPrefix(name, "alt+"); ok {
		return tea.KeyPressMsg{Code: []rune(c)[0], Mod: tea.ModAlt}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// press presses keys, each after everything before has settled.
func (d *driver) press(names ...string) {
	d.t.Helper()
	for _, n := range names {
		if other := d.instead[n]; other != "" && (!d.s.top().Typing() || len(n) > 1 && n != "space") {
			n = other
		}
		d.send(keyMsg(n))
		d.settle()
	}
}

// typeText types letter by letter.
func (d *driver) typeText(text string) {
	d.t.Helper()
	for _, r := range text {
		if r == ' ' {
			d.press("space")
			continue
		}
		d.press(string(r))
	}
}

// screen is what the person sees, without colours.
func (d *driver) screen() string {
	d.t.Helper()
	view := d.s.View().Content
	if d.s.crash != nil {
		d.t.Fatalf("panic in View: %s\n%s", d.s.crash.what, d.s.crash.stack)
	}
	lines := strings.Split(ansi.Strip(view), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

// sees fails unless the screen shows all texts.
func (d *driver) sees(texts ...string) {
	d.t.Helper()
	screen := d.screen()
	for _, x := range texts {
		if !strings.Contains(screen, x) {
			d.t.Fatalf("the screen does not show %q:\n%s", x, screen)
		}
	}
}

// missesAll fails if the screen shows one of the texts.
func (d *driver) misses(texts ...string) {
	d.t.Helper()
	screen := d.screen()
	for _, x := range texts {
		if strings.Contains(screen, x) {
			d.t.Fatalf("the screen shows %q:\n%s", x, screen)
		}
	}
}

// cursorRow is the line of the list under the cursor.
func (d *driver) cursorRow() string {
	d.t.Helper()
	for _, l := range strings.Split(d.screen(), "\n") {
		if strings.HasPrefix(l, d.s.theme.Glyphs.Cursor) {
			return l
		}
	}
	return ""
}

// toTab presses the key of a screen of the first row.
func (d *driver) toTab(p kit.Place) {
	d.t.Helper()
	_, at := d.s.keys.Tab(p)
	if at < 0 {
		d.t.Fatalf("there is no tab for %T", p)
	}
	d.press(strconv.Itoa(at + 1))
}
