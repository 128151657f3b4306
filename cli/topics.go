package cli

import (
	"fmt"
	"strings"

	"patdesk/config"
	"patdesk/history"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
)

// Topic is a text of the help that belongs to no command. patdesk help NAME shows
// it, and patdesk(7) holds all of them.
type Topic struct {
	Name, Short string
	Intro       string // a paragraph before the entries, or ""
	Entries     func() []Entry
	Note        string // a paragraph after them, or ""
	Example     string // a command, or ""
}

// Entry is a name with what it means.
type Entry struct{ Name, Meaning string }

// Topics are made from the tables that the program works by.
func Topics() []Topic {
	return []Topic{
		{
			Name: "environment", Short: "Variables that patdesk reads",
			Intro:   "A flag wins over the environment, the environment over the configuration file.",
			Entries: variables,
		},
		{
			Name: "states", Short: "The states of a token",
			Intro:   "A state goes by the server's clock. In filters and in JSON it is written in lower case, without the question mark.",
			Entries: states,
		},
		{
			Name: "exit-codes", Short: "What the exit codes mean",
			Entries: exitCodes,
			Note: "due exits 0 when something is due and 1 when nothing is. framing exits 0 when an app may be framed, 5 when not, 6 when that cannot be told. " +
				"preview exits 0 when the app loaded, 6 when it was refused, 5 when it was blocked.",
		},
		{
			Name: "filters", Short: "How tokens are chosen",
			Intro: "A filter is words parted by spaces, all of which must hold: for patdesk list, and behind / in the console. " +
				"A word alone is searched in user, app and note. An exclamation mark before a word turns it round. A value with spaces stands in double quotes.",
			Entries: filters,
			Example: "patdesk list user:ana left:'<1h' '!demo'",
		},
		{
			Name: "formats", Short: "The forms in which a token is printed or copied",
			Intro:   "For show -o, issue -o and copy --as. Your own stand in [snippets] of the configuration.",
			Entries: formats,
		},
		{
			Name: "files", Short: "The files of patdesk, and what is in them",
			Intro:   "Variables and systems move them: patdesk paths says where they are here. Only you can read them.",
			Entries: files,
		},
	}
}

// variables are those that the program reads, or that it depends on.
func variables() []Entry {
	return []Entry{
		{config.HostVar, "address of the server, over that of the profile"},
		{secret.TokenVar, "the admin key, where no profile says another source; it is taken out of the environment at the start"},
		{secret.HistoryPasswordVar, "the password of the history's database, where history_password is env; it is taken out of the environment, too"},
		{"PGSERVICE", "set aside, as all variables of PostgreSQL's library are: the configuration alone says where a shared history is"},
		{"PATDESK_CONFIG", "another configuration file"},
		{"PATDESK_DATA", "another folder for the history"},
		{"XDG_CONFIG_HOME", "folder of configurations, if PATDESK_CONFIG is not set"},
		{"XDG_DATA_HOME", "folder of data, if PATDESK_DATA is not set"},
		{"HOME", "where those folders are otherwise"},
		{"USER", "who issues, where the system does not say"},
		{"HTTPS_PROXY, HTTP_PROXY", "proxy for the server; lower case counts too"},
		{"ALL_PROXY", "not read, and said so where the server cannot be reached; set HTTPS_PROXY"},
		{"NO_PROXY", "hosts that are reached without a proxy; this computer always is"},
		{"SSL_CERT_FILE, SSL_CERT_DIR", "certificates of the system, on systems with files; see also ca_file"},
		{"TZ", "your time zone, in which dates are read and times shown"},
		{accessibleVar, "set to anything but 0 or false: the console reads itself aloud"},
		{"NO_COLOR", "set to anything: no colours"},
		{"TERM", "kind of terminal; on one that only prints lines, such as dumb, the console reads itself aloud"},
		{"COLORTERM, COLORFGBG", "colours of the terminal, and whether it is dark"},
		{"COLUMNS, LINES", "size of a terminal that does not tell its own"},
		{"LC_ALL, LC_CTYPE, LANG", "whether the terminal shows UTF-8"},
		{"VISUAL, EDITOR", "the editor of config edit"},
		{"DISPLAY, WAYLAND_DISPLAY", "the desktop whose clipboard is used"},
		{"BROWSER", "the browser that preview opens: commands parted by colons, %s for the address"},
		{"TMUX, STY, SSH_TTY, SSH_CONNECTION", "which clipboards can be reached"},
		{"SSH_ORIGINAL_COMMAND", "what a seat is asked to do, set by sshd; without it, the console"},
		{"DBUS_SESSION_BUS_ADDRESS", "the bus of the system's keyring"},
		{"SANDBOX_CONTROL_KEY", "the key that patdesk sandbox asks for on its control path; it makes one otherwise"},
		{"XDG_RUNTIME_DIR", "where that bus is otherwise"},
	}
}

func states() []Entry {
	var list []Entry
	for _, s := range history.States() {
		list = append(list, Entry{s.Word(), pat.StateMeaning(s)})
	}
	return list
}

func exitCodes() []Entry {
	var list []Entry
	for code := range pat.ExitStorage + 1 {
		if m := pat.ExitMeaning(code); m != "" {
			list = append(list, Entry{fmt.Sprint(code), m})
		}
	}
	return append(list, Entry{"128+n", "ended by signal n: 130 for ctrl+c, 143 for SIGTERM"})
}

func filters() []Entry {
	var list []Entry
	for _, f := range pat.FilterFields() {
		list = append(list, Entry{f.Example, f.Meaning})
	}
	return append(list, Entry{"!demo", "no demo in user, app and note"})
}

func formats() []Entry {
	var list []Entry
	for _, k := range snippet.Kinds() {
		list = append(list, Entry{k.Name, strings.TrimSpace(k.Title + ". " + k.Note)})
	}
	return list
}

func files() []Entry {
	return []Entry{
		{"~/.config/patdesk/config.toml", "the configuration: profiles, settings, keys, snippets; no secret"},
		{"~/.config/patdesk/NAME.key", "the admin key of the profile NAME, where a file was chosen for it"},
		{"~/.config/patdesk/seal.key", "the key that seals tokens and embed URLs in the history, where there is no keyring; with one, its name there"},
		{"~/.local/share/patdesk/history.db", "the history, an SQLite file; a -wal and a -shm file stand beside it while it is open"},
		{"~/.local/share/patdesk/spool", "outcomes that a shared history could not take yet, sealed; they go when its database is back"},
	}
}
