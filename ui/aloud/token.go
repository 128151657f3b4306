package aloud

import (
	"context"
	"fmt"
	"strings"
	"time"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/kit"
	"patdesk/ui/term"
)

// detail reads all that is known of a token. Its secret is not among it.
func (t *talk) detail(ctx context.Context, word string) error {
	r, ok, err := t.row(ctx, word)
	if err != nil || !ok {
		return err
	}
	switch {
	case r.token.ID != 0:
	case r.event.ID != 0 || r.request.ID != 0:
		t.say("Number %s is no token.", word)
		return nil
	default:
		return t.person(ctx, r.user)
	}
	token := r.token
	t.current = token
	now, zone := t.i.Now(), t.o.Zone
	t.say("Token #%d: %s.", token.ID, pat.Aloud(token, now))
	if token.Outcome != pat.Rejected {
		t.say("It %s %s your time.", pat.EndVerb(token, now), pat.EndWords(token, now, zone))
	}
	for _, f := range t.facts(token) {
		if f[1] != "" {
			t.say("%s: %s.", f[0], strings.TrimSuffix(f[1], "."))
		}
	}
	if x := pat.StoredError(token); x != nil && token.Outcome != pat.Issued {
		t.say("%s", kit.LostWords(*x).Sentence(pat.Console))
	}
	for _, w := range pat.Warnings(token, now) {
		t.say("%s", kit.Sentence(w))
	}
	k := t.keys
	if why := t.noText(token); why != "" {
		t.say("%s", why)
		return nil
	}
	t.say("Its secret is not read out: %s copies the URL, %s the iframe, %s reads the secret.", kit.Name(k.Token.URL), kit.Name(k.Token.IFrame), kit.Name(k.Token.Reveal))
	return nil
}

// facts are the particulars of a row.
func (t *talk) facts(token pat.Token) [][2]string {
	now, zone := t.i.Now(), t.o.Zone
	held := "nobody holds it"
	if token.Last4 != "" {
		held = "ends with the letters " + token.Last4
	}
	asked := kit.ClockTime(kit.FirstTime(token.Issued, token.Begun), now, zone)
	if token.By != "" {
		asked += " by " + token.By
	}
	if token.Machine != "" {
		asked += " on " + token.Machine
	}
	facts := [][2]string{
		{"Text", held},
		{"Issued", asked},
		{"Sent", pat.SentWords(token)},
		{"Idle time", pat.AloudSpan(time.Duration(token.IdleMinutes)*time.Minute, true)},
		{"Role", kit.RoleIn(token)},
		{"Used at", token.Note},
	}
	if !token.Verified.IsZero() {
		facts = append(facts, [2]string{"Verified", kit.ClockTime(token.Verified, now, zone) + ", " + token.VerifyResult})
	}
	if token.Newer != 0 {
		facts = append(facts, [2]string{"Newer token of this pair", fmt.Sprintf("#%d", token.Newer)})
	}
	if token.Older != 0 {
		facts = append(facts, [2]string{"Older token of this pair", fmt.Sprintf("#%d", token.Older)})
	}
	return facts
}

// noText says why the text of a token cannot be had, or "".
func (t *talk) noText(token pat.Token) string {
	if _, lost := t.unsaved[token.ID]; lost {
		return ""
	}
	return kit.WhyNoText(&t.keys, token)
}

// handed finds the token that a word means and the text of it in a kind, after the
// question that is due. ok is false if it was told why not.
func (t *talk) handed(ctx context.Context, word, kind string) (token pat.Token, text secret.Text, ok bool, err error) {
	token, ok, err = t.token(ctx, word)
	if err != nil || !ok {
		return token, text, ok, err
	}
	if why := t.noText(token); why != "" {
		t.say("%s", why)
		return token, text, false, nil
	}
	if q, ask := kit.HandoutQuestion(token, kind, t.i.Now()); ask {
		if yes, err := t.confirm(ctx, q); err != nil || !yes {
			return token, text, false, err
		}
	}
	s, lost := t.unsaved[token.ID]
	if !lost {
		if s, err = t.i.Reveal(ctx, token.ID); err != nil {
			return token, text, false, err
		}
	}
	made, err := t.o.Snippets.Render(kind, pat.SnippetData(token, s, t.base(), t.i.Now()))
	if err != nil {
		return token, text, false, err
	}
	for _, w := range made.Warnings {
		t.say("%s", kit.Sentence(w))
	}
	return token, made.Text, true, nil
}

// base is the address of the server, "" if there is none.
func (t *talk) base() string {
	if t.i.Client == nil {
		return ""
	}
	return t.i.Client.BaseURL()
}

// titleOf names a kind of snippet.
func (t *talk) titleOf(kind string) string {
	for _, k := range t.o.Snippets.Kinds() {
		if k.Name == kind {
			return k.Title
		}
	}
	return kind
}

// copying copies a kind of snippet and says what is known of the copy.
func (t *talk) copying(kind string) func(context.Context, string) error {
	return func(ctx context.Context, word string) error {
		token, text, ok, err := t.handed(ctx, word, kind)
		if err != nil || !ok {
			return err
		}
		c, err := t.o.Clipboard.Copy(ctx, text)
		if err != nil {
			t.say("%s %s reads the secret out, %s writes a file.", kit.ClipWords(err, false), kit.Name(t.keys.Token.Reveal), kit.Name(t.keys.Detail.Write))
			if cause := kit.ClipCause(err); cause != "" {
				t.say("%s", cause)
			}
			return nil
		}
		if err := t.i.History.MarkCopied(ctx, token.ID, t.i.Now(), kind); err != nil {
			t.say("That it was copied could not be recorded: %s.", pat.Explain(err).Title)
		}
		delete(t.fresh, token.ID)
		t.say("%s.", c.Words(t.titleOf(kind)))
		if c.Hint != "" {
			t.say("%s", kit.Sentence(c.Hint))
		}
		t.clearLater(ctx, c)
		return nil
	}
}

// clearLater clears a copy when its time is over; what is left of it goes at the end.
func (t *talk) clearLater(ctx context.Context, c term.Copied) {
	if c.ClearsAt.IsZero() {
		return
	}
	lasts := time.Until(c.ClearsAt)
	t.say("It is cleared in %s.", pat.AloudSpan(lasts, true))
	clip := t.o.Clipboard
	go func() {
		if !kit.Sleep(ctx, lasts) {
			return
		}
		clear, stop := context.WithTimeout(ctx, kit.WriteTimeout)
		defer stop()
		if done, err := clip.ClearNow(clear); err == nil && done.Note != "" {
			t.say("%s", kit.Sentence(done.Note))
		}
	}()
}

// kind asks for a kind of snippet.
func (t *talk) kind(ctx context.Context) (string, error) {
	kinds := t.o.Snippets.Kinds()
	list := make([]choice, len(kinds))
	for n, k := range kinds {
		list[n] = choice{words: k.Title, names: []string{k.Name}}
	}
	n, _, err := t.choose(ctx, "As what?", list, nil)
	if err != nil {
		return "", err
	}
	return kinds[n].Name, nil
}

func (t *talk) copyAs(ctx context.Context, word string) error {
	if _, ok, err := t.token(ctx, word); err != nil || !ok {
		return err
	}
	kind, err := t.kind(ctx)
	if err != nil {
		return err
	}
	return t.copying(kind)(ctx, fmt.Sprintf("#%d", t.current.ID))
}

// mostLines bounds what is read of one snippet.
const mostLines = 200

// snippet reads a snippet without its secret.
func (t *talk) snippet(ctx context.Context, word string) error {
	token, ok, err := t.token(ctx, word)
	if err != nil || !ok {
		return err
	}
	if why := t.noText(token); why != "" {
		t.say("%s", why)
		return nil
	}
	kind, err := t.kind(ctx)
	if err != nil {
		return err
	}
	s, lost := t.unsaved[token.ID]
	if !lost {
		if s, err = t.i.Reveal(ctx, token.ID); err != nil {
			return err
		}
	}
	made, err := t.o.Snippets.Render(kind, pat.SnippetData(token, s, t.base(), t.i.Now()).Masked())
	if err != nil {
		return err
	}
	t.say("%s, without the secret, which %s reads out:", made.Kind.Title, kit.Name(t.keys.Token.Reveal))
	for _, l := range term.Lines(made.Text.Reveal(secret.ForScreen), mostLines) {
		t.line(l.String())
	}
	for _, w := range made.Warnings {
		t.say("%s", kit.Sentence(w))
	}
	return nil
}

// reveal reads the secret out, because that was asked for by its own key.
func (t *talk) reveal(ctx context.Context, word string) error {
	token, url, ok, err := t.handed(ctx, word, "url")
	if err != nil || !ok {
		return err
	}
	t.say("The secret of token #%d follows, in the clear: what is read stays where it was printed.", token.ID)
	t.say("%s", url.Reveal(secret.ForOutput))
	delete(t.fresh, token.ID)
	// Whoever asked has it; that it cannot be recorded changes nothing about it.
	_ = t.i.History.MarkRevealed(ctx, "read aloud", token.ID)
	return nil
}

// write writes a snippet into a new private file.
func (t *talk) write(ctx context.Context, word string) error {
	if _, ok, err := t.token(ctx, word); err != nil || !ok {
		return err
	}
	kind, err := t.kind(ctx)
	if err != nil {
		return err
	}
	token, text, ok, err := t.handed(ctx, fmt.Sprintf("#%d", t.current.ID), kind)
	if err != nil || !ok {
		return err
	}
	// A clipboard of its own is never cleared, so the file stays.
	done, err := term.NewClipboard(term.ClipboardOptions{Mode: term.ModeFile}).Copy(ctx, text)
	if err != nil {
		t.say("%s", kit.ClipWords(err, false))
		return nil
	}
	_ = t.i.History.MarkCopied(ctx, token.ID, t.i.Now(), kind+" in a file")
	delete(t.fresh, token.ID)
	t.say("%s written to %s, for you alone.", t.titleOf(kind), done.File)
	return nil
}

// verify asks ToolJet about a token.
func (t *talk) verify(ctx context.Context, word string) error {
	token, ok, err := t.token(ctx, word)
	if err != nil || !ok {
		return err
	}
	if why := kit.WhyNoText(&t.keys, token); why != "" {
		t.say("%s", why)
		return nil
	}
	var v pat.Verification
	t.await(ctx, "asking ToolJet about the token", func(ctx context.Context) { v, err = t.i.Verify(ctx, token.ID) })
	if v.Token.ID == 0 {
		v.Token = token
	}
	_, words := kit.Verdict(v, err)
	t.say("%s", words)
	return nil
}

// note changes what a token is for.
func (t *talk) note(ctx context.Context, word string) error {
	token, ok, err := t.token(ctx, word)
	if err != nil || !ok {
		return err
	}
	text, err := t.answer(ctx, fmt.Sprintf("Note of token #%d? It is: %s. An empty line leaves it so, a single - takes it away.", token.ID, kit.FirstOf(token.Note, "none")))
	if err != nil || text == "" {
		return err
	}
	if text == "-" {
		text = ""
	}
	if err := t.i.SetNote(ctx, token.ID, text); err != nil {
		return err
	}
	t.say("The note is kept.")
	return nil
}
