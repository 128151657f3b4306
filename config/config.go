// Package config knows the profiles and settings of a person: where the file is,
// what may stand in it, what the environment and the flags change, and where
// each value came from.
//
// It holds references to secrets (a keyring entry, a command, a file), never a
// secret, and its errors never repeat a value of the file, because people paste
// keys into the wrong place.
package config

import (
	"crypto/sha256"
	"maps"
	"slices"
	"time"

	"patdesk/secret"
)

// The units in which a server may read patExpiry. Seconds is what ToolJet
// documents.
const (
	Seconds      = "seconds"
	Minutes      = "minutes"
	Milliseconds = "milliseconds"
)

// The allowed words of the settings that are a choice.
var (
	themes     = []string{"auto", "dark", "light", "contrast"}
	clipboards = []string{"auto", "native", "tmux", "osc52", "file", "off"}
	motions    = []string{"on", "off"}
	notifies   = []string{"off", "bell", "osc", "desktop"}
	keepTokens = []string{"sealed", "never"}
	keySources = []string{secret.KindKeyring, secret.KindCommand, secret.KindFile, secret.KindEnv, secret.KindSession}
	passwords  = []string{"", secret.KindCommand, secret.KindFile, secret.KindEnv}
	units      = []string{Seconds, Minutes, Milliseconds}
)

// Defaults of the settings.
const (
	defaultTheme          = "auto"
	defaultMotion         = "on"
	defaultClipboard      = "auto"
	defaultClipboardClear = 45 * time.Second
	defaultNotify         = "off"
	defaultKeepTokens     = "sealed"
	defaultLife           = time.Hour
	defaultIdle           = time.Hour
)

// Config is the configuration file: settings for all servers, and one profile
// for each server.
type Config struct {
	Profile        string   // profile to use when none is asked for; "" = the only one
	Theme          string   // auto, dark, light or contrast
	Motion         string   // on, or off: nothing moves between whole minutes
	Accessible     bool     // the console reads itself aloud
	Clipboard      string   // auto, native, tmux, osc52, file or off
	ClipboardClear Duration // when a copied secret is cleared again; 0 = never
	Notify         string   // how a reminder comes: off, bell, osc or desktop
	NotifyNames    bool     // reminders name people
	KeepTokens     string   // sealed (encrypted in the history) or never
	HistoryKeep    Duration // how long entries are kept after their end; 0 = for ever
	// AuditHeadCommand gets each new head of the audit, to keep it elsewhere; "" = none.
	AuditHeadCommand string
	// History is the URL of the database that several hosts share; "" = the file of this computer.
	History string
	// HistoryPassword is where the password of its role is: command, file or env; "" = none is sent.
	HistoryPassword        string
	HistoryPasswordCommand string              // shell command that prints it
	HistoryPasswordFile    string              // file of mode 0600 that holds it
	SealKeyCommand         string              // shell command that prints the text of a key file; "" = the key of this computer
	Colours                Colours             // the person's own, by role
	Keys                   map[string][]string // action → keys
	Snippets               map[string]string   // name → template of the person's own snippets
	Profiles               map[string]*Profile // name → profile
	Path                   string              // the file it was read from and is saved to

	at   positions         // where each key stands in the file
	read [sha256.Size]byte // hash of the bytes that were read, to notice other writers
	new  bool              // there was no file

	comments map[string][]string // comment lines above each key, kept when saving
}

// Profile is one ToolJet server, with the place of its admin key, its guards and
// its defaults.
type Profile struct {
	Name              string   // lower-case name, unique in the file
	URL               string   // base address, with the sub-path if there is one, without a slash at the end
	Key               string   // where the admin key is: keyring, command, file, env or session; Resolve adds stdin
	KeyCommand        string   // shell command that prints the admin key
	KeyFile           string   // file that holds the admin key
	Production        bool     // dangerous actions ask for the user's name
	ReadOnly          bool     // nothing may be issued or changed
	MaxLife           Duration // longest life that may be asked for; 0 = no limit but ToolJet's
	DefaultLife       Duration // life that forms start with; 0 in the file = 1h
	DefaultIdle       Duration // idle time that forms start with, whole minutes; 0 in the file = 60m
	Unit              string   // unit of patExpiry on this server; "" in the file = seconds
	UnitProvenAt      string   // when the unit was proven (RFC 3339); "" = never
	UnitProvenVersion string   // version of the server then
	AllowHTTP         bool     // plain http to this server is accepted, knowing that it can be read on the way
	CAFile            string   // PEM file with further certificate authorities
	QuietHours        string   // when nobody is on shift, see ParseQuietHours
}

// Default returns the configuration of somebody who has no file.
func Default(path string) *Config {
	return &Config{
		Theme:          defaultTheme,
		Motion:         defaultMotion,
		Clipboard:      defaultClipboard,
		ClipboardClear: Duration{defaultClipboardClear},
		Notify:         defaultNotify,
		KeepTokens:     defaultKeepTokens,
		Keys:           map[string][]string{},
		Snippets:       map[string]string{},
		Profiles:       map[string]*Profile{},
		Path:           path,
		new:            true,
	}
}

// Names returns the names of the profiles in order.
func (c *Config) Names() []string { return slices.Sorted(maps.Keys(c.Profiles)) }

// Exists reports whether there was a file when the configuration was read, or
// has been saved since.
func (c *Config) Exists() bool { return !c.new }

// UnitProven reports whether the unit of patExpiry was proven on this server.
func (p *Profile) UnitProven() bool { return p.UnitProvenAt != "" }
