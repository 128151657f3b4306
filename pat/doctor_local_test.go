package pat_test

import (
	"errors"
	"strings"
	"testing"

	"patdesk/client"
	"patdesk/pat"
	"patdesk/secret"
)

// Ensure what is found out about this computer is judged by what it means.
func TestLocal(t *testing.T) {
	t.Parallel()
	good := pat.TerminalFacts{Is: true, Kind: "xterm-256color", Width: 100, Height: 30, Locale: "en_GB.UTF-8", TrueColour: true}
	locked := &secret.SourceError{Kind: "keyring", Msg: "the key store does not answer; it may be locked"}
	terminal := func(change func(*pat.TerminalFacts)) pat.Facts {
		f := good
		change(&f)
		return pat.Facts{Terminal: f}
	}
	for _, c := range []struct {
		facts pat.Facts
		id    pat.CheckID
		level pat.Level
		part  string
	}{
		{pat.Facts{Terminal: good}, pat.CheckProxy, pat.Good, "none"},
		{pat.Facts{Proxy: "http://proxy.example.com:3128", ProxyVar: "HTTPS_PROXY"}, pat.CheckProxy, pat.Good, "http://proxy.example.com:3128, from HTTPS_PROXY"},
		{pat.Facts{UnreadProxy: "all_proxy"}, pat.CheckProxy, pat.Warn, "all_proxy is set, but not read"},
		{pat.Facts{}, pat.CheckCA, pat.Good, "of the system"},
		{pat.Facts{CAFile: "/etc/company.pem"}, pat.CheckCA, pat.Good, "/etc/company.pem"},
		{pat.Facts{}, pat.CheckKeyring, pat.Good, "answers"},
		{pat.Facts{KeyringErr: locked}, pat.CheckKeyring, pat.Good, "not used here"},
		{pat.Facts{KeyringErr: locked, KeyringUsed: true}, pat.CheckKeyring, pat.Bad, "locked"},
		{pat.Facts{KeyringErr: errors.New("odd"), KeyringUsed: true}, pat.CheckKeyring, pat.Bad, "odd"},
		{pat.Facts{Terminal: good}, pat.CheckTerminal, pat.Good, "100 x 30, true colour"},
		{pat.Facts{}, pat.CheckTerminal, pat.Good, "pipe"},
		{terminal(func(f *pat.TerminalFacts) { f.Kind = "dumb" }), pat.CheckTerminal, pat.Warn, "cannot show"},
		{terminal(func(f *pat.TerminalFacts) { f.Kind = "" }), pat.CheckTerminal, pat.Warn, "TERM is not set"},
		{terminal(func(f *pat.TerminalFacts) { f.Width = 59 }), pat.CheckTerminal, pat.Warn, "60 x 20"},
		{terminal(func(f *pat.TerminalFacts) { f.Locale = "C" }), pat.CheckTerminal, pat.Warn, "ASCII"},
		{terminal(func(f *pat.TerminalFacts) { f.Locale = "en_US.utf8" }), pat.CheckTerminal, pat.Good, "utf8"},
	} {
		found := false
		for _, check := range pat.Local(c.facts) {
			if check.ID != c.id {
				continue
			}
			found = true
			if check.Level != c.level || !strings.Contains(check.Text, c.part) || check.Name == "" {
				t.Errorf("%+v: %+v, want %s with %q", c.facts, check, c.level, c.part)
			}
		}
		if !found {
			t.Errorf("%s was not looked at", c.id)
		}
	}
}

// Ensure a server that was not reached has a proxy variable that is not read as its
// likely reason.
func TestExplain_UnreadProxy(t *testing.T) {
	t.Parallel()
	for _, f := range []client.Failure{client.FailNameUnknown, client.FailNameTemporary, client.FailRefused, client.FailUnreachable, client.FailTimeout} {
		x := pat.Explain(&client.Error{Failure: f, Host: "https://tooljet.example.com", UnreadProxy: "ALL_PROXY"})
		if !strings.Contains(x.Cause, "ALL_PROXY is set, but not read") || !strings.Contains(x.Next, "HTTPS_PROXY") {
			t.Errorf("%s: %s; %s", f, x.Cause, x.Next)
		}
	}
}
