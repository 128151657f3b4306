package config

import (
	"fmt"
	"strings"
	"time"

	"patdesk/span"
)

// setting is one row of the description of the file: a setting of T, which is a
// Config or a Profile. Reading, checking, saving, the origin of a value, the paths
// of config get and set, and docs/settings.md all go by these rows.
type setting[T any] struct {
	name    string
	field   func(*T) any // where the value is: a *string, *bool or *Duration
	form    string       // of a text, in words; "" = any
	choices []string     // the words that are allowed; nil = any text
	limits  limits       // of a Duration
	always  bool         // written even if it has its default
	check   func(v *checker, key string, owner *T)
	doc     string // what it does, one sentence
}

// limits are the least and the longest Duration of a setting.
type limits struct {
	least, most time.Duration
	zero        string // what 0 means; "" = 0 is not allowed
}

// globals are the settings that hold for all profiles, in the order in which
// they are written.
var globals = []setting[Config]{
	{
		name: "profile", field: func(c *Config) any { return &c.Profile }, check: checkChosenProfile,
		doc: "The profile that is used when none is named; with a single profile it can be left out.",
	},
	{
		name: "theme", field: func(c *Config) any { return &c.Theme }, choices: themes,
		doc: "Colours of the console; auto asks the terminal whether it is dark, contrast too, and then takes strong colours without grey.",
	},
	{
		name: "motion", field: func(c *Config) any { return &c.Motion }, choices: motions,
		doc: "Whether the console counts the seconds; off counts down to the minute and draws nothing anew between whole minutes but what changes its state.",
	},
	{
		name: "accessible", field: func(c *Config) any { return &c.Accessible },
		doc: "Whether the console is a conversation of sentences, for screen readers and terminals of lines; --accessible and ACCESSIBLE=1 do the same once.",
	},
	{
		name: "clipboard", field: func(c *Config) any { return &c.Clipboard }, choices: clipboards,
		doc: "How a text gets to the clipboard; auto tries the desktop, tmux and OSC 52 in this order.",
	},
	{
		name: "clipboard_clear", field: func(c *Config) any { return &c.ClipboardClear }, limits: limits{time.Second, 24 * time.Hour, "never"},
		doc: "When a copied secret is cleared again, if it is still on the clipboard.",
	},
	{
		name: "notify", field: func(c *Config) any { return &c.Notify }, choices: notifies,
		doc: "How the console reminds of tokens that become URGENT or EXPIRED while its window has not the focus; osc asks the terminal for a message, desktop the desktop.",
	},
	{
		name: "notify_names", field: func(c *Config) any { return &c.NotifyNames },
		doc: "Whether a reminder names people, where others may read along.",
	},
	{
		name: "keep_tokens", field: func(c *Config) any { return &c.KeepTokens }, choices: keepTokens,
		doc: "Whether the texts of tokens are kept, encrypted, in the history; never shows each of them once.",
	},
	{
		name: "history_keep", field: func(c *Config) any { return &c.HistoryKeep }, limits: limits{time.Hour, span.Max, "for ever"},
		doc: "How long the text of a token is kept after its end; its row stays.",
	},
	{
		name: "audit_head_command", field: func(c *Config) any { return &c.AuditHeadCommand },
		doc: "Shell command that gets each new head of the audit on standard input, to keep it on another computer; with it, what was done is sealed at the end of each command and console.",
	},
	{
		name: "history", field: func(c *Config) any { return &c.History }, check: checkHistory, form: "postgres://user@host/database",
		doc: "PostgreSQL database that holds the history, for several hosts that share one; without it, the history is a file of this computer.",
	},
	{
		name: "history_password", field: func(c *Config) any { return &c.HistoryPassword }, check: checkPassword, form: "command, file or env",
		doc: "Where the password of that database comes from; the password itself never stands in this file. env is PATDESK_HISTORY_PASSWORD.",
	},
	{
		name: "history_password_command", field: func(c *Config) any { return &c.HistoryPasswordCommand }, check: noNUL(func(c *Config) string { return c.HistoryPasswordCommand }),
		doc: "Shell command that prints it.",
	},
	{
		name: "history_password_file", field: func(c *Config) any { return &c.HistoryPasswordFile }, check: noNUL(func(c *Config) string { return c.HistoryPasswordFile }),
		doc: "File of mode 0600 that holds it; a relative path is meant from the folder of this file.",
	},
	{
		name: "seal_key_command", field: func(c *Config) any { return &c.SealKeyCommand }, check: noNUL(func(c *Config) string { return c.SealKeyCommand }),
		doc: "Shell command that prints the text of a key file, for hosts that share the key that seals tokens; without it, the key is that of this computer.",
	},
}

// ofProfile are the settings of a profile, in the order in which they are written.
var ofProfile = []setting[Profile]{
	{
		name: "url", field: func(p *Profile) any { return &p.URL }, check: checkURL,
		doc: "Base address of the ToolJet server, with its sub-path if it has one; needed.",
	},
	{
		name: "key", field: func(p *Profile) any { return &p.Key }, choices: keySources, always: true, check: checkKeySource,
		doc: "Where the admin key comes from; the key itself never stands in this file. Without it: command or file where key_command or key_file says so.",
	},
	{
		name: "key_command", field: func(p *Profile) any { return &p.KeyCommand }, check: noNUL(func(p *Profile) string { return p.KeyCommand }),
		doc: "Shell command that prints the admin key.",
	},
	{
		name: "key_file", field: func(p *Profile) any { return &p.KeyFile }, check: checkKeyFile,
		doc: "File of mode 0600 that holds the admin key; a relative path is meant from the folder of this file.",
	},
	{
		name: "production", field: func(p *Profile) any { return &p.Production },
		doc: "Whether every change asks for the user's name to be typed.",
	},
	{
		name: "read_only", field: func(p *Profile) any { return &p.ReadOnly },
		doc: "Whether issuing and changing are forbidden.",
	},
	{
		name: "max_life", field: func(p *Profile) any { return &p.MaxLife }, limits: limits{span.Min, span.Max, "no limit but ToolJet's"},
		doc: "Longest life that may be asked for.",
	},
	{
		name: "default_life", field: func(p *Profile) any { return &p.DefaultLife }, limits: limits{span.Min, span.Max, ""}, check: checkDefaultLife,
		doc: "Life of a token where none is given; max_life if that is shorter.",
	},
	{
		name: "default_idle", field: func(p *Profile) any { return &p.DefaultIdle }, limits: limits{time.Minute, span.Max, ""}, check: checkDefaultIdle,
		doc: "Idle time where none is given, in whole minutes.",
	},
	{
		name: "pat_expiry_unit", field: func(p *Profile) any { return &p.Unit }, choices: units,
		doc: "Unit in which this server reads patExpiry; ToolJet documents seconds.",
	},
	{
		name: "unit_proven_at", field: func(p *Profile) any { return &p.UnitProvenAt }, check: checkUnitProvenAt,
		doc: "When the unit was proven on this server (RFC 3339); written by the proof.",
	},
	{
		name: "unit_proven_version", field: func(p *Profile) any { return &p.UnitProvenVersion },
		doc: "Version of the server at that time; written by the proof.",
	},
	{
		name: "allow_http", field: func(p *Profile) any { return &p.AllowHTTP },
		doc: "Whether plain http to another computer is accepted, knowing that the admin key can be read on the way.",
	},
	{
		name: "ca_file", field: func(p *Profile) any { return &p.CAFile }, check: noNUL(func(p *Profile) string { return p.CAFile }),
		doc: "PEM file with further certificate authorities; a relative path is meant from the folder of this file.",
	},
	{
		name: "quiet_hours", field: func(p *Profile) any { return &p.QuietHours }, check: checkQuietHours,
		doc: "When nobody is on shift, as 22-07 or 22:30-07:00 Europe/Berlin; without a zone the one of this computer.",
	},
}

// tables are the names at the top of the file that hold tables of their own.
var tables = []string{"colours", "keys", "snippets", "profiles"}

// names are the names of rows, in their order.
func names[T any](rows []setting[T]) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = row.name
	}
	return out
}

// row is the row of a name, or nil.
func row[T any](rows []setting[T], name string) *setting[T] {
	for i := range rows {
		if rows[i].name == name {
			return &rows[i]
		}
	}
	return nil
}

// value is what a setting holds: a string, bool or Duration.
func (s setting[T]) value(of *T) any {
	switch to := s.field(of).(type) {
	case *string:
		return *to
	case *bool:
		return *to
	case *Duration:
		return *to
	default:
		panic(fmt.Sprintf("setting %s: a %T", s.name, to))
	}
}

// kind says in words what may be written.
func (s setting[T]) kind() string {
	var none T
	switch s.field(&none).(type) {
	case *bool:
		return "true or false"
	case *Duration:
		return s.limits.String()
	default:
		if s.choices != nil {
			return strings.Join(s.choices, ", ")
		}
		if s.form != "" {
			return s.form
		}
		return "text"
	}
}

// String says what may be written, as "0 (never), or 1s to 1d".
func (l limits) String() string {
	between := span.Format(l.least) + " to " + span.Format(l.most)
	if l.zero == "" {
		return between
	}
	return "0 (" + l.zero + "), or " + between
}

// validate checks the values of all rows. prefix is the table they stand in.
func validate[T any](v *checker, rows []setting[T], prefix string, of *T) {
	for _, s := range rows {
		key := join(prefix, s.name)
		switch value := s.value(of).(type) {
		case Duration:
			v.within(key, value, s.limits)
		case string:
			if s.choices != nil && s.check == nil {
				v.choice(key, value, s.choices)
			}
		}
		if s.check != nil {
			s.check(v, key, of)
		}
	}
}

// defaults is a profile of which nothing is known, with the defaults of the file.
func defaults() *Profile {
	var p Profile
	p.fillDefaults()
	return &p
}
