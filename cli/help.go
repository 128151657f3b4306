package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"patdesk/config"
	"patdesk/history"
	"patdesk/pat"
	"patdesk/secret"
	"patdesk/snippet"
)

// The groups of commands in the help.
const (
	groupTokens = "tokens"
	groupServer = "server"
	groupSetUp  = "set-up"
	groupMore   = "more"
)

// groupOf is the group of each command; all others are in groupMore.
var groupOf = map[string]string{
	"issue": groupTokens, "list": groupTokens, "show": groupTokens, "copy": groupTokens, "reissue": groupTokens, "verify": groupTokens,
	"next": groupTokens, "due": groupTokens, "export": groupTokens, "role": groupTokens, "bulk": groupTokens, "drift": groupTokens,
	"exposure": groupTokens, "handover": groupTokens, "preview": groupTokens, "activity": groupTokens,
	"users": groupServer, "apps": groupServer, "workspaces": groupServer, "doctor": groupServer, "framing": groupServer, "sandbox": groupServer,
	"profile": groupSetUp, "config": groupSetUp, "paths": groupSetUp, "completion": groupSetUp,
}

// group puts the commands of the program into their groups.
func group(root *cobra.Command) {
	for _, g := range []cobra.Group{{ID: groupTokens, Title: "Tokens:"}, {ID: groupServer, Title: "Server:"}, {ID: groupSetUp, Title: "Set-up:"}, {ID: groupMore, Title: "More:"}} {
		root.AddGroup(&g)
	}
	for _, cmd := range root.Commands() {
		if cmd.GroupID = groupOf[cmd.Name()]; cmd.GroupID == "" {
			cmd.GroupID = groupMore
		}
	}
	root.SetHelpCommandGroupID(groupMore)
}

// topic is a text of the help that belongs to no command.
type topic struct {
	name, short string
	write       func(io.Writer)
}

// topics are written from the tables that the program works by.
var topics = []topic{
	{"environment", "Variables that patdesk reads", writeEnvironment},
	{"states", "The states of a token", writeStates},
	{"exit-codes", "What the exit codes mean", writeExitCodes},
	{"filters", "How tokens are chosen", writeFilters},
	{"formats", "The forms in which a token is printed or copied", writeFormats},
}

// topicCmds are the topics as cobra knows them: commands that cannot be run.
func topicCmds() []*cobra.Command {
	var all []*cobra.Command
	for _, t := range topics {
		cmd := &cobra.Command{Use: t.name, Short: t.short}
		cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) { t.write(cmd.OutOrStdout()) })
		all = append(all, cmd)
	}
	return all
}

// entries writes names with what they mean.
func entries(w io.Writer, list [][2]string) {
	width := 0
	for _, e := range list {
		width = max(width, len(e[0]))
	}
	for _, e := range list {
		wrap(w, fmt.Sprintf("  %-*s  ", width, e[0]), e[1])
	}
}

// variables are those that the program reads, or that it depends on.
var variables = [][2]string{
	{config.HostVar, "address of the server, over that of the profile"},
	{secret.TokenVar, "the admin key, where no profile says another source; it is taken out of the environment at the start"},
	{"PATDESK_CONFIG", "another configuration file"},
	{"PATDESK_DATA", "another folder for the history"},
	{"XDG_CONFIG_HOME", "folder of configurations, if PATDESK_CONFIG is not set"},
	{"XDG_DATA_HOME", "folder of data, if PATDESK_DATA is not set"},
	{"HOME", "where those folders are otherwise"},
	{"USER", "who issues, where the system does not say"},
	{"HTTPS_PROXY, HTTP_PROXY", "proxy for the server; lower case counts too"},
	{"NO_PROXY", "hosts that are reached without a proxy; this computer always is"},
	{"SSL_CERT_FILE, SSL_CERT_DIR", "certificates of the system, on systems with files; see also ca_file"},
	{"TZ", "your time zone, in which dates are read and times shown"},
	{"NO_COLOR", "set to anything: no colours"},
	{"TERM", "kind of terminal; dumb has no console"},
	{"COLORTERM, COLORFGBG", "colours of the terminal, and whether it is dark"},
	{"LC_ALL, LC_CTYPE, LANG", "whether the terminal shows UTF-8"},
	{"VISUAL, EDITOR", "the editor of config edit"},
	{"DISPLAY, WAYLAND_DISPLAY", "the desktop whose clipboard is used"},
	{"BROWSER", "the browser that preview opens: commands parted by colons, %s for the address"},
	{"TMUX, STY, SSH_TTY, SSH_CONNECTION", "which clipboards can be reached"},
	{"DBUS_SESSION_BUS_ADDRESS", "the bus of the system's keyring"},
	{"SANDBOX_CONTROL_KEY", "the key that patdesk sandbox asks for on its control path; it makes one otherwise"},
	{"XDG_RUNTIME_DIR", "where that bus is otherwise"},
}

func writeEnvironment(w io.Writer) {
	line(w, "A flag wins over the environment, the environment over the configuration file.")
	_, _ = fmt.Fprintln(w)
	entries(w, variables)
}

func writeStates(w io.Writer) {
	wrap(w, "", "A state goes by the server's clock. In filters and in JSON it is written in lower case, without the question mark.")
	_, _ = fmt.Fprintln(w)
	var list [][2]string
	for _, s := range history.States() {
		list = append(list, [2]string{s.Word(), pat.StateMeaning(s)})
	}
	entries(w, list)
}

func writeExitCodes(w io.Writer) {
	var list [][2]string
	for code := range pat.ExitStorage + 1 {
		if m := pat.ExitMeaning(code); m != "" {
			list = append(list, [2]string{fmt.Sprint(code), m})
		}
	}
	list = append(list, [2]string{"128+n", "ended by signal n: 130 for ctrl+c, 143 for SIGTERM"})
	entries(w, list)
	_, _ = fmt.Fprintln(w)
	wrap(w, "", "due exits 0 when something is due and 1 when nothing is. framing exits 0 when an app may be framed, 5 when not, 6 when that cannot be told. preview exits 0 when the app loaded, 6 when it was refused, 5 when it was blocked.")
}

func writeFilters(w io.Writer) {
	wrap(w, "", "A filter is words parted by spaces, all of which must hold: for patdesk list, and behind / in the console. A word alone is searched in user, app and note. An exclamation mark before a word turns it round. A value with spaces stands in double quotes.")
	_, _ = fmt.Fprintln(w)
	var list [][2]string
	for _, f := range pat.FilterFields() {
		list = append(list, [2]string{f.Example, f.Meaning})
	}
	list = append(list, [2]string{"!demo", "no demo in user, app and note"})
	entries(w, list)
	_, _ = fmt.Fprintln(w)
	line(w, "  patdesk list user:ana left:'<1h' '!demo'")
}

func writeFormats(w io.Writer) {
	wrap(w, "", "For show -o, issue -o and copy --as. Your own stand in [snippets] of the configuration.")
	_, _ = fmt.Fprintln(w)
	var list [][2]string
	for _, k := range snippet.Kinds() {
		list = append(list, [2]string{k.Name, strings.TrimSpace(k.Title + ". " + k.Note)})
	}
	entries(w, list)
}
