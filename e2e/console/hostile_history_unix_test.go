//go:build unix

package console

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"patdesk/e2e/tty"
)

// walkIssued goes through the list row by row, and for each row through its
// detail, its snippets and the dialogs about it.
func walkIssued(t *testing.T, texts []specimen) *walk {
	d := newHome(t, "https://tooljet.example.com", "")
	d.fill(t, texts, issuedRow)
	w := d.walk(t, texts)
	menu := place{name: "the copy menu", area: dialog("Copy as"), sign: "Copy as", room: 35}
	again := place{name: "the question before a re-issue", area: dialog("Re-issue with"), sign: "Re-issue with", wraps: true, room: 150}
	address := place{name: "the question about an address", area: dialog("Copy a token that"), sign: "Copy a token that", wraps: true, room: 250}
	note := place{name: "the dialog for a note", area: dialog("Note for"), sign: "Note for", room: 150}
	reason := place{name: "the reason in the list's strip", area: listStrip, wraps: true}
	noted := place{name: "the field for a note", area: dialog("Note for"), sign: "Note for", room: 150, as: asField}
	for i, s := range texts {
		key := "j"
		if i == 0 {
			key = ""
		} else {
			w.after(escKey, "sort time left")
		}
		w.does(key, inList.shows("earb", s), inStrip.shows("eanbmrv", s), reason.shows("d", s))
		w.does("e", note.shows("ea", s), noted.shows("n", s))
		w.does(escKey+"\r", inDetail.shows("earnbv", s), inHTML.shows("a", s), inWords.shows("d", s), inFaults.shows("x", s))
		w.does("c", menu.shows("ea", s))
		w.does(escKey+"r", again.shows("ea", s))
		w.does(escKey+"i", address.shows("x", s))
		w.does(escKey+"\t\t", inJSON.shows("easw", s))
		w.does(strings.Repeat(tab, 6), inReact.shows("a", s))
	}
	return w.leave()
}

// walkFailed does the same with requests that were refused.
func walkFailed(t *testing.T, texts []specimen) *walk {
	d := newHome(t, "https://tooljet.example.com", "")
	d.fill(t, texts, failedRow)
	w := d.walk(t, texts)
	reason := place{name: "the reason in the list's strip", area: listStrip, wraps: true}
	why := place{name: "the reason in the list's strip", area: listStrip, wraps: true, room: 50}
	refusal := place{name: "the detail of a refusal", sign: "tries again", wraps: true, room: 600}
	w.sees("shows what failed")                // what is typed before is not for the list
	for i, s := range slices.Backward(texts) { // the newest is first
		key := escKey + escKey + "j"
		if i == len(texts)-1 {
			key = "f" // they are folded away
		}
		w.does(key, inList.shows("yz", s), inStrip.shows("yz", s), reason.shows("t", s), why.shows("c", s))
		w.does("\r", refusal.shows("tc", s))
		w.does(f2, inRaw.shows("toq", s))
	}
	return w.leave()
}

// walkSizes goes through the list on a screen that has the detail beside it, and
// on narrow ones.
func walkSizes(t *testing.T, texts []specimen) *walk {
	d := newHome(t, "https://tooljet.example.com", "")
	d.fill(t, texts, issuedRow)
	c := openConsole(t, tty.Options{Env: d.env, Cols: 160, Rows: 45})
	w := newWalk(c, texts)
	for i, s := range texts {
		key := "j"
		if i == 0 {
			key = ""
		}
		w.does(key, inSide.shows("eadnbmrwv", s))
	}
	for _, size := range [][2]int{{60, 20}, {44, 13}} {
		if err := w.Resize(size[0], size[1]); err != nil {
			t.Fatal(err)
		}
		w.bare = size[0] < 60
		at := place{name: fmt.Sprintf("the list at %dx%d", size[0], size[1]), area: everywhere}
		// Which rows a page has is read from the screen, so it must be whole.
		page := func(keys string, first specimen) {
			w.does(keys, at.shows("ea", first))
			w.Settle(settled/5, patience)
			for _, wrong := range w.look(keys, []want{at.shows("ea", first)}) {
				w.fails("%s", wrong)
			}
		}
		w.Settle(settled/5, patience) // what is drawn for the old size is over
		page("g", texts[0])
		for i := 0; i < len(texts)-1; {
			for i+1 < len(texts) && w.drawn[cell{at.name, 'e', texts[i+1].n}] {
				i++
			}
			i = min(i+1, len(texts)-1)
			page("\x1b[6~", texts[i])
		}
	}
	return w.leave()
}
