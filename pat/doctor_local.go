package pat

import (
	"fmt"
	"strings"
)

// Facts are what a face of the program found out about this computer, for the
// checks that need no server.
type Facts struct {
	// Proxy is the proxy for the server without its password, empty for none, and
	// ProxyVar the variable that names it.
	Proxy, ProxyVar string
	// UnreadProxy is a proxy variable that is set and not read, or "".
	UnreadProxy string
	// CAFile is the file of certificates that are trusted beside the system's.
	CAFile string
	// KeyringErr is why the system's key store does not answer, or nil, and
	// KeyringUsed says that the admin key or the sealing key is in it.
	KeyringErr  error
	KeyringUsed bool
	// Terminal is what is known of the terminal.
	Terminal TerminalFacts
}

// TerminalFacts describe a terminal.
type TerminalFacts struct {
	Is            bool   // stdout is one
	Kind          string // TERM
	Width, Height int
	Locale        string // the first of LC_ALL, LC_CTYPE, LANG that is set
	TrueColour    bool   // COLORTERM says so
}

// Local are the checks of this computer that need no server, in their order.
func Local(f Facts) []Check {
	return []Check{f.keyring(), f.terminal(), f.ca(), f.proxy()}
}

func (f Facts) proxy() Check {
	if f.UnreadProxy != "" {
		return NewCheck(CheckProxy, Warn, unreadProxy(f.UnreadProxy), "If a proxy leads to the server, put it into HTTPS_PROXY; unset "+f.UnreadProxy+" if none does")
	}
	if f.Proxy == "" {
		return NewCheck(CheckProxy, Good, "none: the server is reached directly", "")
	}
	return NewCheck(CheckProxy, Good, fmt.Sprintf("%s, from %s", f.Proxy, f.ProxyVar), "")
}

func (f Facts) ca() Check {
	if f.CAFile == "" {
		return NewCheck(CheckCA, Good, "those of the system", "")
	}
	return NewCheck(CheckCA, Good, "those of the system and of "+f.CAFile, "")
}

func (f Facts) keyring() Check {
	switch {
	case f.KeyringErr == nil:
		return NewCheck(CheckKeyring, Good, "the system's key store answers", "")
	case f.KeyringUsed:
		return FailedCheck(CheckKeyring, Explain(f.KeyringErr))
	default:
		return NewCheck(CheckKeyring, Good, "not used here, and not to be had: "+Explain(f.KeyringErr).Cause, "")
	}
}

func (f Facts) terminal() Check {
	t := f.Terminal
	if !t.Is {
		return NewCheck(CheckTerminal, Good, "output goes to a pipe or a file: tables are parted by tabs", "")
	}
	colours := "256 colours or fewer"
	if t.TrueColour {
		colours = "true colour"
	}
	text := fmt.Sprintf("%s, %d x %d, %s, locale %s", first(t.Kind, "TERM is not set"), t.Width, t.Height, colours, first(t.Locale, "not set"))
	switch {
	case t.Kind == "" || t.Kind == "dumb":
		return NewCheck(CheckTerminal, Warn, text+": it cannot show the console", "Set TERM to the kind of your terminal, such as xterm-256color")
	case t.Width < 60 || t.Height < 20:
		return NewCheck(CheckTerminal, Warn, text+": the console wants 60 x 20", "Make the window larger")
	case !strings.Contains(strings.ToLower(strings.ReplaceAll(t.Locale, "-", "")), "utf8"):
		return NewCheck(CheckTerminal, Warn, text+": not UTF-8, so signs are drawn in ASCII", "Set LANG to a UTF-8 locale, such as C.UTF-8")
	}
	return NewCheck(CheckTerminal, Good, text, "")
}
