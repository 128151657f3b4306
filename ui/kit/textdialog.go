package kit

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"patdesk/pat"
	"patdesk/secret"
	"patdesk/ui/term"
	"patdesk/ui/widget"
)

// textDialog is a dialog with text to read and to copy, without a live token in it.
type textDialog struct {
	shell       Shell
	title, note string
	text        secret.Text
	view        widget.Scroll
	w, h        int
}

// NewTextDialog shows a text that may be long and may be secret, with a note above.
func NewTextDialog(s Shell, title, note string, text secret.Text) Screen {
	return &textDialog{shell: s, title: title, note: note, text: text}
}

// NewRawDialog shows what is known of a failure beyond its words for people.
func NewRawDialog(s Shell, err error) Screen { return NewRawExplained(s, pat.Explain(err)) }

// NewRawExplained is NewRawDialog for a failure that is explained already.
func NewRawExplained(s Shell, x pat.Explanation) Screen {
	lines := []string{"row        " + string(x.ID)}
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, fmt.Sprintf("%-10s %s", name, term.CleanWidth(value, 400)))
		}
	}
	if x.Status != 0 {
		add("status", fmt.Sprint(x.Status))
	}
	add("request", x.RequestID)
	if !x.ServerTime.IsZero() {
		add("server", x.ServerTime.UTC().Format(time.RFC3339))
	}
	sent := "no: nothing left this computer"
	if x.Sent {
		sent = "yes: the request left this computer"
	}
	add("sent", sent)
	for _, d := range x.Details {
		add("refused", d)
	}
	says := x.ServerSays
	if says == "" {
		says = "(nothing that could be read)"
	}
	add("says", says)
	return NewTextDialog(s, x.Title, "What the server said, and what its log is searched by.", secret.New(strings.Join(lines, "\n")))
}

// Title implements Screen.
func (r *textDialog) Title() string { return r.title }

// Init implements Screen.
func (r *textDialog) Init(context.Context) tea.Cmd { return nil }

// Update implements Screen.
func (r *textDialog) Update(tea.Msg) tea.Cmd { return nil }

// SetSize implements Screen.
func (r *textDialog) SetSize(w, h int) { r.w, r.h = w, h }

// Typing implements Screen.
func (r *textDialog) Typing() bool { return false }

// Actions implements Screen.
func (r *textDialog) Actions() []Action {
	k := r.shell.Keys()
	return append([]Action{
		{Key: WithDesc(k.Token.URL, "copy"), Title: "Copy this text", Hint: 10, Run: func() tea.Cmd {
			return copyPlain(r.shell.Context(), r.shell.Clipboard(), r.title, r.text.Reveal(secret.ForClipboard))
		}},
		{Key: k.Dialog.Close, Hint: 20, Run: func() tea.Cmd { r.shell.Close(); return nil }},
		{Key: k.Dialog.Choose, Run: func() tea.Cmd { r.shell.Close(); return nil }},
	}, MoveActions(k, &r.view, nil)...)
}

// View implements Screen.
func (r *textDialog) View() (string, *tea.Cursor) {
	th := r.shell.Theme()
	var lines []string
	for _, l := range term.Lines(r.text.Reveal(secret.ForScreen), 500) {
		wrapped := widget.Wrap(l.String(), max(1, r.w))
		if len(wrapped) == 0 {
			wrapped = []string{""}
		}
		for _, part := range wrapped {
			lines = append(lines, th.Text.Render(part))
		}
	}
	var head []string
	for _, l := range widget.Wrap(r.note, max(1, r.w)) {
		head = append(head, th.Muted.Render(l))
	}
	head = append(head, "")
	r.view.Fit(len(lines), max(1, r.h-len(head)))
	from, to := r.view.Window()
	return JoinLines(append(head, lines[from:to]...)), nil
}
