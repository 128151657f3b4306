package aloud

import (
	"context"
	"fmt"
	"strings"

	"patdesk/pat"
	"patdesk/ui/kit"
)

// users reads the people of the server, those whose words have some letters.
func (t *talk) users(ctx context.Context, letters string) error {
	var people []pat.Person
	err := t.reading(ctx, "reading users and apps", func(ctx context.Context) error {
		lists, err := t.i.Lists(ctx, false)
		if err != nil { // what was read last is better than nothing
			t.explain(err)
			if lists, err = t.i.LastLists(ctx); err != nil {
				return err
			}
		}
		people, err = t.i.People(ctx, lists)
		return err
	})
	if err != nil {
		return err
	}
	var rows []pat.Person
	for _, p := range people {
		if (choice{words: t.personWords(p)}).fit(letters) >= 0 {
			rows = append(rows, p)
		}
	}
	t.say("%s.", pat.Plural(len(rows), "user"))
	t.shown = shown{}
	return t.readPeople(rows)(ctx, pageOf)
}

func (t *talk) readPeople(rows []pat.Person) func(context.Context, int) error {
	return func(_ context.Context, n int) error {
		n = min(n, len(rows))
		for _, p := range rows[:n] {
			t.number(row{user: p.Name()}, t.personWords(p)+".")
		}
		if t.shown.next = nil; n < len(rows) {
			t.shown.next = t.readPeople(rows[n:])
			t.say("There are %d more: next reads on.", len(rows)-n)
		}
		return nil
	}
}

// personWords are a person with their roles and what still works of theirs.
func (t *talk) personWords(p pat.Person) string {
	words := pat.AloudName(p.Name())
	if p.User.Name != "" {
		words += ", " + p.User.Name
	}
	var roles []string
	for _, m := range p.User.Memberships {
		roles = append(roles, kit.FirstOf(m.Role, "without a role")+" in "+m.Workspace)
	}
	if len(roles) > 0 {
		words += ", " + strings.Join(roles, ", ")
	}
	if p.Tokens > 0 || p.Archived() {
		words += ", " + p.Says(t.i.Now(), t.o.Zone)
	}
	return words
}

// person reads one person: places, and every token that may still work.
func (t *talk) person(ctx context.Context, word string) error {
	who, ok, err := t.who(ctx, word)
	if err != nil || !ok {
		return err
	}
	lists, err := t.i.LastLists(ctx)
	if err != nil {
		return err
	}
	found, err := t.i.Exposures(ctx, lists, who)
	if err != nil {
		return err
	}
	t.say("%s.", t.personWords(found[0].Person))
	t.shown = shown{}
	for _, token := range found[0].Alive {
		t.number(row{token: token, user: who}, pat.Aloud(token, t.i.Now())+".")
	}
	if stop := found[0].Stop(); stop != "" {
		t.say("%s", kit.Sentence(stop))
	}
	return nil
}

// handovers reads the places that hold an older snippet, and ticks one off.
func (t *talk) handovers(ctx context.Context, _ string) error {
	all, err := t.i.Handovers(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		t.say("No place waits for a new snippet.")
		return nil
	}
	list := make([]choice, len(all))
	for n, h := range all {
		list[n] = choice{words: fmt.Sprintf("%s: %s, %s, holds #%d and shall hold #%d", h.New.Note, pat.AloudName(pat.UserOf(h.New)), pat.AppOf(h.New), h.Old.ID, h.New.ID)}
	}
	at, _, err := t.choose(ctx, fmt.Sprintf("Which place holds the new snippet now? %s leaves it.", kit.Name(t.keys.Global.Back)), list, nil)
	if err != nil {
		return err
	}
	yes, err := t.confirm(ctx, kit.Question{Title: "Does it hold the new snippet?"})
	if err != nil || !yes {
		return err
	}
	if err := t.i.FinishHandover(ctx, all[at].ID); err != nil {
		return err
	}
	t.say("Done: %s.", all[at].New.Note)
	return nil
}

// reading is await for what may fail.
func (t *talk) reading(ctx context.Context, what string, do func(context.Context) error) (err error) {
	t.await(ctx, what, func(ctx context.Context) { err = do(ctx) })
	return err
}
