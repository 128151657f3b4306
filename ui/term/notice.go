package term

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Bell is what every terminal understands.
const Bell = "\a"

// Notice is the sequence that asks a terminal for a message of the desktop, as far as
// the environment tells what it understands: OSC 99 (kitty), OSC 777 (rxvt-unicode,
// foot, Ghostty, VTE) or OSC 9 (iTerm2, WezTerm, ConEmu, mintty); else the bell, which
// tmux and screen pass on as a mark of the window. No terminal confirms it.
func Notice(getenv func(string) string, title, text string) string {
	// In OSC 777 a semicolon parts the fields.
	title, text = noField(Clean(title).String()), noField(Clean(text).String())
	kind, program := getenv("TERM"), getenv("TERM_PROGRAM")
	switch {
	case getenv("TMUX") != "" || getenv("STY") != "" || strings.HasPrefix(kind, "screen") || strings.HasPrefix(kind, "tmux"):
		return Bell
	case kind == "xterm-kitty" || getenv("KITTY_WINDOW_ID") != "":
		return ansi.DesktopNotification(title+": "+text, "i=patdesk")
	case program == "ghostty" || kind == "xterm-ghostty" || strings.HasPrefix(kind, "foot") || strings.HasPrefix(kind, "rxvt-unicode") || getenv("VTE_VERSION") != "":
		return "\x1b]777;notify;" + title + ";" + text + Bell
	case program == "iTerm.app" || program == "WezTerm" || program == "mintty" || getenv("ConEmuANSI") == "ON":
		return ansi.Notify(title + ": " + text)
	}
	return Bell
}

func noField(s string) string { return strings.ReplaceAll(s, ";", ",") }
