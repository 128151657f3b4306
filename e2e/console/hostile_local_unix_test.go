//go:build unix

package console

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"patdesk/e2e/tty"
)

// quoted is a TOML string.
func quoted(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x20 || r == 0x7f || r == '"' || r == '\\' {
			fmt.Fprintf(&b, `\u%04X`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}

// isSetting reports whether a text can stand in the configuration.
func isSetting(s specimen) bool {
	return utf8.ValidString(s.value) && !strings.ContainsRune(s.value, 0)
}

// asQuoted is a text in a sentence that quotes it.
func asQuoted(s string) string {
	q := strconv.Quote(s)
	return q[1 : len(q)-1]
}

// asLines is a text with its line ends.
func asLines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// walkConfig opens profiles that name files which are not there, and shows
// snippets of the person's own.
func walkConfig(t *testing.T, texts []specimen) *walk {
	texts = only(texts, isSetting)
	for i := range texts {
		texts[i].value = upTo(texts[i].value, 1500) // of 256 KiB that the file may have
	}
	var config strings.Builder
	lists := batches(texts, 130, 2000, asQuoted)
	for i, batch := range lists {
		fmt.Fprintf(&config, "[profiles.c%03d]\nurl = \"https://tooljet.example.com\"\nkey = \"file\"\nkey_file = \"admin.key\"\nca_file = %s\n", i, quoted("/"+joined(batch, 'c', " ")))
		fmt.Fprintf(&config, "[profiles.k%03d]\nurl = \"https://tooljet.example.com\"\nkey = \"file\"\nkey_file = %s\n", i, quoted("/"+joined(batch, 'k', " ")))
		fmt.Fprintf(&config, "[snippets.s%03d]\nkind = \"text\"\ntemplate = %s\n", i, quoted(joined(batch, 's', "\n")))
	}
	d := newHome(t, "https://tooljet.example.com", config.String())
	d.fill(t, []specimen{{990, "row", "row"}}, issuedRow)
	w := d.walk(t, texts)
	w.sees("e990.row")
	var (
		missing = place{name: "what is wrong with a profile", area: body, wraps: true}
		quotes  = place{name: "what is wrong with a profile", area: body, wraps: true, as: asQuoted}
		snippet = place{name: "a snippet of one's own", area: detailSnippet, wraps: true, as: asLines}
	)
	w.after("P", "Servers in")
	for _, batch := range lists { // in the order of their names
		w.does("j\r", missing.shows("c", batch...))
	}
	for _, batch := range lists {
		w.does("j\r", quotes.shows("k", batch...))
	}
	w.after(escKey+"\r", "‹ ")
	w.does(strings.Repeat(tab, 16), snippet.shows("s", lists[0]...))
	for _, batch := range lists[1:] {
		w.does(tab, snippet.shows("s", batch...))
	}
	return w.leave()
}

// walkFiles starts the console in folders all of whose names are hostile.
func walkFiles(t *testing.T, texts []specimen) *walk {
	texts = only(texts, isFile)
	srv := newToolJet(t)
	w := newWalk(nil, texts)
	var (
		toast  = place{name: "the news about a key", area: news, sign: "is no action", wraps: true, can: isSetting}
		header = place{name: "the header", area: header, some: true}
		list   = place{name: "the list of profiles", sign: "Servers in"}
		wrote  = place{name: "the news of a file", area: news, sign: "written to", wraps: true}
		where  = place{name: "where a file is", area: detailWords, sign: "(0600)", wraps: true, some: true}
		doctor = place{name: "the doctor's source of the key", sign: "accepted, from", wraps: true}
	)
	for _, batch := range batches(texts, 190, 3000, nil) {
		d := bareHome(t)
		base, err := os.MkdirTemp("", "p") //nolint:usetesting // its name must be short
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(base) })
		d.config = base
		for _, s := range batch {
			d.config = filepath.Join(d.config, s.text('f'))
		}
		d.configure(t, srv.URL, "[keys]\n"+quoted(joined(only(batch, isSetting), 'k', " "))+" = \"x\"")
		d.fill(t, []specimen{{990, "row", "row"}}, issuedRow)
		d.env = append(d.env, "PATDESK_CONFIG="+d.config, "XDG_RUNTIME_DIR="+d.config)
		w.console = openConsole(t, tty.Options{Env: d.env, Cols: 300, Rows: 30})
		w.sees("e990.row")
		w.does("", toast.shows("k", batch...), header.shows("f", batch[0]))
		w.does("P", list.shows("f", batch...))
		w.does(escKey+"\rw", wrote.shows("f", batch...), where.shows("f", batch[0]))
		w.does(doctorTab, doctor.shows("f", batch...))
		w.leave()
	}
	return w
}

func header(s *tty.Screen) image.Rectangle {
	return image.Rect(0, 0, s.Width(), 2)
}

// isFile reports whether a text can be the name of a file.
func isFile(s specimen) bool {
	return !strings.ContainsAny(s.value, "\x00/") && len(s.text('f')) < 256
}
