package pat_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"patdesk/client"
	"patdesk/history"
	"patdesk/pat"
	"patdesk/secret"
)

// Ensure a sealing key and a folder that cannot be used are told as what they are, with
// the step that mends it, and never as a token that cannot be opened.
func TestExplain_PlacesOfThisComputer(t *testing.T) {
	t.Parallel()
	stranger := &secret.HomeError{Dir: "/home/bo/.local", User: "bo"}
	place := secret.KeyPlace{Kind: secret.KindFile, Path: "/home/ana/seal.key"}
	for name, tt := range map[string]struct {
		err               error
		title, cause, fix string
	}{
		"key folder read-only": {&secret.KeyStoreError{Place: place, Msg: "the key file cannot be written", Fix: "chmod 700 '/home/ana'", Err: fs.ErrPermission}, "Sealing key cannot be used", "the key file cannot be written", "chmod 700 '/home/ana'"},
		"key of another":       {&secret.KeyStoreError{Place: place, Msg: "it belongs to another user: run patdesk without sudo"}, "Sealing key cannot be used", "belongs to another user", ""},
		"key in a home":        {&secret.KeyStoreError{Place: place, Msg: stranger.Error(), Fix: stranger.Fix(), Err: stranger}, "Sealing key cannot be used", "in the home of bo", "run patdesk as bo"},
		"key gone":             {&secret.KeyStoreError{Place: place, Msg: "there is no key", Err: fs.ErrNotExist}, "Cannot decrypt this entry", "there is no key", ""},
		"history in a home":    {&history.Error{Kind: history.NotPrivate, Path: "/home/bo/.local/h.db", Fix: stranger.Fix(), Err: stranger}, "History would lie in another's home", "in the home of bo", "run patdesk as bo"},
		"history of another":   {&history.Error{Kind: history.NotPrivate, Path: "/h.db", Err: errors.New("it belongs to another user")}, "History is not private", "/h.db: it belongs", ""},
	} {
		for _, sending := range []bool{false, true} {
			err := tt.err
			if sending {
				err = pat.BeforeSending(err)
			}
			x := pat.Explain(err)
			if title, more := strings.CutSuffix(x.Title, "; nothing was sent"); title != tt.title || more != sending || len(x.Title) > 60 || !strings.Contains(x.Cause, tt.cause) || !strings.Contains(x.Fix+x.Next, tt.fix) || x.Exit != pat.ExitSetup {
				t.Errorf("%s, sending %v: %+v", name, sending, x)
			}
		}
	}
}

// Ensure a quota is not told as a disk on which there is room and none.
func TestExplain_NoRoom(t *testing.T) {
	t.Parallel()
	for free, want := range map[int64]string{0: "could not be written first", 12 << 10: "12 KiB are free where /h.db is", 700 << 20: "although 700 MiB are free where /h.db is: your quota"} {
		if x := pat.Explain(&history.Error{Kind: history.Full, Path: "/h.db", FreeBytes: free}); x.ID != pat.IDDiskFull || !strings.Contains(x.Cause, want) {
			t.Errorf("%d bytes free: %+v", free, x)
		}
	}
}

// Ensure failures of a database are told as what they are, with what mends them, and
// never as those of a file or a folder.
func TestExplain_Database(t *testing.T) {
	t.Parallel()
	const at = "postgres://desk@db.example.com:5432/patdesk"
	for kind, want := range map[history.Kind]struct{ title, next, fix string }{
		history.Away:     {"History cannot be reached", "Look whether the database runs", ""},
		history.Schema:   {"History has no tables for this version", "as their owner", "patdesk team migrate"},
		history.Denied:   {"The history's database refuses patdesk", "history_password", ""},
		history.Newer:    {"History is from a newer version", "Update this program", ""},
		history.ReadOnly: {"History cannot be written: " + at, "Ask whoever runs the database", ""},
		history.IO:       {"History cannot be written: " + at, "Ask whoever runs the database", ""},
		history.Full:     {"Disk is full: " + at, "Free some space", ""},
	} {
		err := error(&history.Error{Kind: kind, Path: at, Fix: want.fix, Err: errors.New("because")})
		for _, sending := range []bool{false, true} {
			if sending {
				err = pat.BeforeSending(err)
			}
			x := pat.Explain(err)
			title, more := strings.CutSuffix(x.Title, "; nothing was sent")
			if title != want.title || more != sending || !strings.Contains(x.Next, want.next) || x.Fix != want.fix || x.Exit != pat.ExitStorage || !x.Stop ||
				strings.Contains(x.Cause+x.Next, "folder") || strings.Contains(x.Cause, "device") {
				t.Errorf("%s, sending %v: %+v", kind, sending, x)
			}
		}
	}
}

// Ensure who has to log in to a proxy is told the variable that counts for the server's address.
func TestExplain_ProxyVariable(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{"http://tooljet.example.com": "into HTTP_PROXY", "https://tooljet.example.com": "into HTTPS_PROXY"} {
		for _, proxy := range []string{"", "http://proxy.example.com:3128"} {
			x := pat.Explain(&client.Error{Failure: client.FailProxyAuth, Status: 407, Host: host, Proxy: proxy, Sent: true, By: client.ByProxy})
			if x.ID != pat.IDProxyLogIn || !strings.Contains(x.Next, want) || !strings.Contains(x.Cause, proxy) {
				t.Errorf("%s by %q: %+v", host, proxy, x)
			}
		}
	}
}
