package ui

import (
	"context"
	"slices"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"patdesk/config"
	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/term"
	"patdesk/ui/tokens"
)

// shell is the root model: it owns the stacks of pages and dialogs, the toasts,
// the clock and the size. It is what screens know as Shell.
type shell struct {
	ctx     context.Context // ends with the program; for writes
	opts    Options
	issuer  *pat.Issuer     // nil on the first run
	config  *config.Config  // never nil
	profile *config.Profile // nil on the first run
	origin  string          // where the admin key came from, in words
	demo    bool
	history string    // path of the history's file, "" if there is none to watch
	shared  bool      // the history is a database that other hosts write to
	away    time.Time // as of when what is on the screen is, if that cannot be reached; local clock
	theme   kit.Theme
	keys    kit.Keys
	zone    *time.Location

	pages, dialogs []layer
	toasts         []toast
	now            time.Time // server's clock, UTC
	here           time.Time // local clock
	width, height  int
	mouse          bool
	blurred        bool
	hinted         hinted
	hintTexts      map[hintLook]string // hints as the theme draws them
	tabs           tabs
	stopAsked      time.Time // when ctrl+c was pressed first, by here
	tick           ticking
	reminders      reminders
	idle           idling
	watcher        watcher
	unwatch        context.CancelFunc
	fresh          map[int64]string // tokens issued here and never copied, with their user
	requests       *kit.Requests
	choice         kit.Choice
	copies         copies
	home           func() kit.Screen // makes the first page of a session
	closeSession   func()
	crash          *crash
	crashed        func()         // ends the program after a crash in View
	signals        *signals       // nil in tests
	touched        bool           // a key was pressed
	waiting        int            // runs that were cut off and wait
	waitingTold    bool           // they were told since the session began
	writes         sync.WaitGroup // requests that must be recorded before the program ends
}

// layer is an open screen with the end of its reads.
type layer struct {
	kit.Screen
	cancel context.CancelFunc
	tab    int // of the first row; 0 = none beside the home
}

func newShell(ctx context.Context, o Options, theme kit.Theme) *shell {
	if o.Config == nil {
		o.Config = config.Default("")
	}
	s := &shell{
		ctx: ctx, opts: o, issuer: o.Issuer, config: o.Config, profile: o.Profile, origin: o.KeyOrigin, demo: o.Demo,
		history: o.History, shared: o.Shared, theme: theme, zone: o.Terminal.withDefaults().Zone, fresh: map[int64]string{},
		watcher: pollForChange,
	}
	s.home = func() kit.Screen { return tokens.New(s) }
	s.requests = kit.NewRequests(s.Now)
	var problems []string
	s.keys, problems = kit.NewKeys(o.Config.Keys)
	s.refreshNow()
	s.sayProblems(problems)
	return s
}

// Init implements tea.Model: it opens the first page.
func (s *shell) Init() tea.Cmd {
	if s.issuer == nil {
		return s.guard(tea.Batch(s.Go(kit.NewProfile{}), askGround, s.idleFrom()))
	}
	return s.guard(tea.Batch(s.idleFrom(), s.Push(s.home()), s.watch(filesState{}), askGround))
}

// askGround asks the terminal for its background, without waiting for an answer.
func askGround() tea.Msg { return tea.RawMsg{Msg: ansi.RequestBackgroundColor} }

// refreshNow reads the clock. It is the only place in this package that does.
func (s *shell) refreshNow() {
	local := time.Now
	if s.opts.Now != nil {
		local = s.opts.Now
	}
	s.here = local()
	// Without the monotonic reading: it stands still while a computer sleeps.
	s.now = s.here.Round(0).UTC()
	if s.issuer != nil {
		s.now = s.issuer.Clock().Now(s.now).UTC()
	}
}

// Local is the local clock's reading for now in the person's zone, for times that
// are no server's.
func (s *shell) Local() time.Time {
	if s.opts.Now != nil {
		return s.opts.Now().In(s.zone)
	}
	return time.Now().In(s.zone)
}

// Update implements tea.Model.
func (s *shell) Update(msg tea.Msg) (_ tea.Model, cmd tea.Cmd) {
	defer func() {
		if r := recover(); r != nil {
			s.crash, cmd = newCrash(r), tea.Quit
		}
	}()
	s.refreshNow()
	cmd = s.update(msg)
	s.settleToasts()
	return s, tea.Batch(s.guard(cmd), s.schedule())
}

func (s *shell) update(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseClickMsg, tea.MouseWheelMsg:
		if woken, cmd := s.stir(); woken {
			return cmd
		}
	}
	switch m := msg.(type) {
	case tea.WindowSizeMsg:
		s.width, s.height = m.Width, m.Height
		s.resize()
		return s.tell(m)
	case tea.KeyPressMsg:
		return s.press(m)
	case tea.PasteMsg:
		if !s.tooSmall() && s.top() != nil {
			return s.top().Update(m)
		}
	case tea.MouseMsg:
		return s.pointer(m)
	case kit.TickMsg:
		return s.ticked(m)
	case crashedMsg:
		s.crash = m.crash
		return tea.Quit
	case stopMsg:
		return tea.Quit
	case idleMsg:
		return s.rested()
	case watchedMsg:
		return tea.Batch(s.watch(m.state), s.tell(kit.TouchedMsg{}))
	case awayMsg:
		return s.reached(m)
	case tea.BackgroundColorMsg:
		return s.background(m)
	case cannotSuspendMsg:
		s.Say(kit.LevelWarn, "There is no shell to go to.")
	case tea.BlurMsg:
		s.blurred = true
		return tea.Batch(s.remind(s.now), s.tell(msg))
	case tea.FocusMsg, tea.ResumeMsg:
		s.blurred = false
		s.heed()
		s.trimToasts()
		return s.tell(msg)
	default:
		if a, ok := msg.(kit.Announcer); ok {
			if level, text := a.Announce(); !text.IsZero() {
				s.Say(level, text.String())
			}
		}
		return tea.Batch(s.onFact(msg), s.tell(msg))
	}
	return nil
}

// press routes a key: to the Actions of the top screen, then to the shell's, and
// to the top screen itself if a field has the focus or nothing matched.
func (s *shell) press(msg tea.KeyPressMsg) tea.Cmd {
	s.touched = true
	s.heedKey()
	msg = kit.OwnLayout(msg)
	if s.tooSmall() {
		if a, ok := kit.Match([]kit.Action{s.stopAction()}, msg); ok {
			return a.Run()
		}
		return nil
	}
	top := s.top()
	if top == nil {
		return nil
	}
	if !top.Typing() || msg.Text == "" {
		own := s.actionsOf(top)
		a, ok := kit.Match(own, msg)
		if !ok { // most keys are the screen's: the shell's actions are not made for those
			a, ok = kit.Match(s.actions(), msg)
		}
		if !ok {
			msg = s.otherLayout(msg)
			if a, ok = kit.Match(own, msg); !ok {
				a, ok = kit.Match(s.actions(), msg)
			}
		}
		if ok {
			return s.Do(a)
		}
	}
	if p, ok := top.(kit.Searcher); ok && p.Unsearched() {
		if a, ok := kit.Match(s.tabActions(), msg); ok {
			return s.Do(a)
		}
	}
	return top.Update(msg)
}

// otherLayout is the key of a Latin layout in the place of a letter that is none;
// if nobody knows its place, the person is told.
func (s *shell) otherLayout(msg tea.KeyPressMsg) tea.KeyPressMsg {
	placed, ok := kit.ByPlace(msg)
	if !ok && kit.IsForeign(msg) {
		s.Say(kit.LevelWarn, term.CleanWidth(msg.Text, 8).String()+" is no key here: the keys are those of a Latin layout.")
	}
	return placed
}

// Do runs an Action: why not, then ask, then run. The palette takes the same path.
func (s *shell) Do(a kit.Action) tea.Cmd {
	if a.Why != nil {
		if why := a.Why(); why != "" {
			s.Say(kit.LevelWarn, why)
			return nil
		}
	}
	if a.Ask != nil {
		if ask := a.Ask(); ask != "" {
			return s.Ask(kit.Question{Title: ask}, a.Run)
		}
	}
	return a.Run()
}

// tell gives a fact to all open screens.
func (s *shell) tell(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, l := range slices.Concat(s.pages, s.dialogs) {
		cmds = append(cmds, l.Update(msg))
	}
	return tea.Batch(cmds...)
}

// top is the screen that has the focus.
func (s *shell) top() kit.Screen {
	switch {
	case len(s.dialogs) > 0:
		return s.dialogs[len(s.dialogs)-1].Screen
	case len(s.pages) > 0:
		return s.pages[len(s.pages)-1].Screen
	}
	return nil
}

// Page is the page in view, below the dialogs.
func (s *shell) Page() kit.Screen {
	if len(s.pages) == 0 {
		return nil
	}
	return s.pages[len(s.pages)-1].Screen
}

func (s *shell) layer(sc kit.Screen) (layer, tea.Cmd) {
	ctx, cancel := context.WithCancel(s.ctx)
	return layer{Screen: sc, cancel: cancel}, sc.Init(ctx)
}

// Push opens a page on top.
func (s *shell) Push(sc kit.Screen) tea.Cmd {
	l, cmd := s.layer(sc)
	s.pages = append(s.pages, l)
	s.resize()
	return cmd
}

// replace puts a page in the place of another, wherever that is in the stack. If
// the old one is gone, nothing happens.
func (s *shell) replace(old, with kit.Screen) tea.Cmd {
	i := slices.IndexFunc(s.pages, func(l layer) bool { return l.Screen == old })
	if i < 0 {
		return nil
	}
	s.pages[i].cancel()
	l, cmd := s.layer(with)
	s.pages[i] = l
	s.resize()
	return cmd
}

// Pop leaves the page on top. The first page stays.
func (s *shell) Pop() {
	if n := len(s.pages); n > 1 {
		s.pages[n-1].cancel()
		s.pages = s.pages[:n-1]
		s.resize()
	}
}

// root leaves all pages but the first.
func (s *shell) root() {
	for len(s.pages) > 1 {
		s.Pop()
	}
}

// Open shows a dialog over the page.
func (s *shell) Open(sc kit.Screen) tea.Cmd {
	l, cmd := s.layer(sc)
	s.dialogs = append(s.dialogs, l)
	s.resize()
	return cmd
}

// Close leaves the dialog on top.
func (s *shell) Close() {
	if n := len(s.dialogs); n > 0 {
		s.dialogs[n-1].cancel()
		s.dialogs = s.dialogs[:n-1]
		s.resize()
	}
}

// enter starts anew with another session: all screens are left, the list of its
// tokens is opened.
func (s *shell) enter(n kit.Session) tea.Cmd {
	for _, l := range slices.Concat(s.pages, s.dialogs) {
		l.cancel()
	}
	s.pages, s.dialogs = nil, nil
	if s.closeSession != nil {
		s.closeSession()
	}
	s.issuer, s.profile, s.origin, s.demo, s.closeSession = n.Issuer, n.Profile, n.KeyOrigin, n.Demo, n.Close
	s.history, s.shared, s.away, s.waitingTold = n.History, n.Shared, time.Time{}, false
	if s.unwatch != nil {
		s.unwatch()
	}
	if n.Config != nil {
		s.config = n.Config
	}
	s.refreshNow()
	return tea.Batch(s.Push(s.home()), s.watch(filesState{}))
}

// Write wraps a command whose outcome must be recorded even if the program ends
// meanwhile; ending waits for it a little.
func (s *shell) Write(cmd tea.Cmd) tea.Cmd {
	s.writes.Add(1)
	return func() tea.Msg {
		defer s.writes.Done()
		return cmd()
	}
}

// issuedFresh and copiedFresh keep account of what was issued here and never
// copied, for the question before quitting.
func (s *shell) issuedFresh(id int64, user string) { s.fresh[id] = user }
func (s *shell) copiedFresh(id int64)              { delete(s.fresh, id) }
