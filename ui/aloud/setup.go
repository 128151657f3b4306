package aloud

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"patdesk/address"
	"patdesk/config"
	"patdesk/paste"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/kit"
)

// firstRun sets a server up: the questions of the form, in its order. Nothing is
// written before the person has said where the key shall live.
func (t *talk) firstRun(ctx context.Context) error {
	t.say("Nothing is set up yet. There are five questions, and nothing is written before the third is answered.")
	for {
		c, err := t.newServer(ctx)
		switch {
		case errors.Is(err, errSandbox):
			return t.sandbox(ctx)
		case errors.Is(err, errBack):
			t.say("From the beginning.")
			continue
		case err != nil:
			return unanswered(err)
		}
		s, err := t.saved(ctx, c)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			t.explain(err)
			continue
		}
		if err := t.enter(ctx, s); err != nil {
			return err
		}
		return unanswered(none(t.afterSetUp(ctx)))
	}
}

// errSandbox is the answer that wants no server.
var errSandbox = errors.New("the sandbox is asked for")

// newServer asks for a server as a person knows it.
func (t *talk) newServer(ctx context.Context) (c kit.Candidate, err error) {
	if c.URL, err = t.askAddress(ctx); err != nil {
		return c, err
	}
	if c.Key, err = t.askKey(ctx); err != nil {
		return c, err
	}
	if err = t.tryServer(ctx, c); err != nil {
		return c, err
	}
	if err = t.askKeep(ctx, &c); err != nil {
		return c, err
	}
	if c.Name, err = t.askName(ctx, c.URL); err != nil {
		return c, err
	}
	c.Production, err = t.confirm(ctx, kit.Question{Title: "5. Is it a production server, where issuing asks for the user's name?"})
	return c, err
}

func (t *talk) askAddress(ctx context.Context) (string, error) {
	offered := t.o.Getenv(config.HostVar)
	for {
		question := fmt.Sprintf("1. Where is ToolJet? An address such as https://tooljet.example.com; %s opens the sandbox, without a server.", kit.Name(t.keys.FirstRun.Sandbox))
		if offered != "" {
			question += " An empty line takes " + offered + "."
		}
		text, err := t.answer(ctx, question)
		if err != nil {
			return "", err
		}
		if t.isKey(t.keys.FirstRun.Sandbox, text) {
			return "", errSandbox
		}
		base, err := address.Parse(paste.Address(kit.FirstOf(text, offered)))
		if err == nil {
			return base, nil
		}
		t.say("%s", kit.Sentence(err.Error()))
		if e, ok := errors.AsType[*address.Error](err); ok && e.Offer != "" {
			offered = e.Offer
		}
	}
}

func (t *talk) askKey(ctx context.Context) (secret.Text, error) {
	found := secret.New(t.o.Getenv(secret.TokenVar))
	for {
		question := "2. Admin key: the server's EXTERNAL_API_ACCESS_TOKEN."
		if t.o.ReadSecret != nil {
			question += " It is not shown."
		}
		if !found.IsZero() {
			question += " An empty line takes the one of " + secret.TokenVar + "."
		}
		key, err := t.secret(ctx, question)
		if err != nil {
			return key, err
		}
		if key.IsZero() {
			key = found
		}
		if err = secret.CheckAdminKey(key); err == nil {
			return key, nil
		}
		t.say("%s", kit.Sentence(err.Error()))
	}
}

// connectTimeout bounds opening a server or a session.
const connectTimeout = 45 * time.Second

// tryServer looks at the server and reads what it finds. What is wrong is for the
// person to judge: esc goes back to the address.
func (t *talk) tryServer(ctx context.Context, c kit.Candidate) error {
	t.say("Trying address and key; nothing is saved.")
	worst, err := pat.Good, error(nil)
	t.await(ctx, "trying address and key", func(ctx context.Context) {
		var i *pat.Issuer
		if i, err = t.o.Servers.Connect(ctx, c); err == nil {
			worst = t.readChecks(ctx, i)
		}
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		t.explain(err)
	}
	if err == nil && worst != pat.Bad {
		return nil
	}
	yes, err := t.confirm(ctx, kit.Question{Title: "Go on although a check failed?"})
	if err == nil && !yes {
		return errBack
	}
	return err
}

// readChecks reads a diagnosis as it comes, and returns the gravest level.
func (t *talk) readChecks(ctx context.Context, i *pat.Issuer) pat.Level {
	worst := pat.Good
	for c := range i.Diagnose(ctx) {
		t.say("%s: %s, %s.", c.Name, map[pat.Level]string{pat.Good: "well", pat.Warn: "look at it", pat.Bad: "wrong", pat.NotSure: "not known"}[c.Level], strings.TrimSuffix(c.Text, "."))
		if next := c.NextOn(pat.Console); next != "" && c.Level != pat.Good {
			t.say("%s", kit.Sentence(next))
		}
		if c.Level == pat.Bad || c.Level == pat.Warn && worst == pat.Good {
			worst = c.Level
		}
	}
	return worst
}

func (t *talk) askKeep(ctx context.Context, c *kit.Candidate) (err error) {
	list := []choice{
		{words: "system keyring, unlocked with your desktop session", names: []string{secret.KindKeyring}},
		{words: "a command each time, such as a password manager's", names: []string{secret.KindCommand}},
		{words: "plain file, mode 0600, readable by anything that runs as you", names: []string{secret.KindFile}},
		{words: "only until I quit, asked for again next time", names: []string{secret.KindSession}},
	}
	if !secret.KeyringAvailable(t.o.Getenv) {
		t.say("There is no keyring in this session.")
		list = list[1:]
	}
	at, _, err := t.choose(ctx, "3. Where shall the key live?", list, nil)
	if err != nil {
		return err
	}
	if c.Keep = list[at].names[0]; c.Keep != secret.KindCommand {
		return nil
	}
	for c.KeyCommand == "" && err == nil {
		c.KeyCommand, err = t.answer(ctx, "Which command prints the key?")
	}
	return err
}

func (t *talk) askName(ctx context.Context, base string) (string, error) {
	usual := config.ProfileName(base)
	for {
		text, err := t.answer(ctx, fmt.Sprintf("4. Name: how is this server called? An empty line means %s.", usual))
		if err != nil {
			return "", err
		}
		name := kit.FirstOf(text, usual)
		switch {
		case config.CheckProfileName(name) != nil:
			t.say("Letters, digits, - and _, at most 40, beginning with a letter or digit.")
		case t.config.Profiles[name] != nil:
			t.say("There is a profile of this name.")
		default:
			return name, nil
		}
	}
}

// saved keeps a server where the person chose, and opens it.
func (t *talk) saved(ctx context.Context, c kit.Candidate) (s kit.Session, err error) {
	t.await(ctx, "saving the profile", func(ctx context.Context) {
		ctx, stop := context.WithTimeout(ctx, connectTimeout)
		defer stop()
		s, err = t.o.Servers.Save(ctx, c)
	})
	if err == nil {
		t.say("Saved as profile %s.", c.Name)
	}
	return s, err
}

// afterSetUp asks what a first run asks in the end.
func (t *talk) afterSetUp(ctx context.Context) error {
	if t.o.Keep != nil {
		yes, err := t.confirm(ctx, kit.Question{Title: "Read patdesk aloud from now on, without being asked to?", Go: true})
		if err != nil {
			return err
		}
		if yes {
			if err := t.o.Keep(ctx); err != nil {
				t.explain(err)
			} else {
				t.say("Kept as the setting accessible.")
			}
		}
	}
	yes, err := t.confirm(ctx, kit.Question{Title: "Issue the first token now?", Go: true})
	if err != nil || !yes {
		return err
	}
	return t.obey(ctx, kit.Name(t.keys.List.New))
}

// sandbox opens the built-in ToolJet.
func (t *talk) sandbox(ctx context.Context) error {
	s, err := t.o.Servers.Sandbox(ctx)
	if err != nil {
		return err
	}
	return t.enter(ctx, s)
}

// profiles reads the profiles and opens the one that is chosen.
func (t *talk) profiles(ctx context.Context, name string) error {
	names := t.config.Names()
	if len(names) == 0 {
		t.say("There is no profile in the configuration.")
		return nil
	}
	if !slices.Contains(names, name) {
		list := make([]choice, len(names))
		for n, of := range names {
			list[n] = choice{words: of + ", " + t.config.Profiles[of].URL, names: []string{of}}
		}
		at, _, err := t.choose(ctx, "Which profile?", list, nil)
		if err != nil {
			return err
		}
		name = names[at]
	}
	var s kit.Session
	var err error
	t.await(ctx, "opening the profile", func(ctx context.Context) {
		ctx, stop := context.WithTimeout(ctx, connectTimeout)
		defer stop()
		s, err = t.o.Servers.Open(ctx, name)
	})
	if err != nil {
		return err
	}
	return t.enter(ctx, s)
}
