package pat

// Level is how a check ended.
type Level string

// The levels of a Check; each has a sign of its own, so that colour is never
// needed to read it.
const (
	Good    Level = "ok"
	Warn    Level = "warn"
	Bad     Level = "fail"
	NotSure Level = "unknown"
)

// CheckID names what a Check looked at, for scripts and for code; the name beside
// it is for people and may change.
type CheckID string

// The checks of doctor: first this computer, then the server.
const (
	CheckConfig    CheckID = "config"
	CheckAddress   CheckID = "address"
	CheckHistory   CheckID = "history"
	CheckSeal      CheckID = "seal"
	CheckAudit     CheckID = "audit"
	CheckKeyring   CheckID = "keyring"
	CheckClipboard CheckID = "clipboard"
	CheckTerminal  CheckID = "terminal"
	CheckProxy     CheckID = "proxy"
	CheckCA        CheckID = "ca"
	CheckServer    CheckID = "server"
	CheckVersion   CheckID = "version"
	CheckKey       CheckID = "key"
	CheckUnit      CheckID = "unit"
	CheckV2        CheckID = "v2"
	CheckClock     CheckID = "clock"
	CheckEmbed     CheckID = "embed"
	CheckLimits    CheckID = "limits"
)

// checkNames are what people read, in two or three words.
var checkNames = map[CheckID]string{
	CheckConfig: "Configuration", CheckAddress: "Address", CheckHistory: "History", CheckSeal: "Sealing", CheckAudit: "Audit", CheckKeyring: "Keyring",
	CheckClipboard: "Clipboard", CheckTerminal: "Terminal", CheckProxy: "Proxy", CheckCA: "Certificates",
	CheckServer: "Server", CheckVersion: "Version", CheckKey: "Admin key", CheckUnit: "Unit of patExpiry",
	CheckV2: "API version 2", CheckClock: "Clock", CheckEmbed: "Embed page", CheckLimits: "Not knowable",
}

// Check is one thing that doctor looked at. Its strings can hold foreign text, so
// a screen shows them only after cleaning.
type Check struct {
	// ID is what was looked at, and Name the same in words.
	ID   CheckID `json:"id"`
	Name string  `json:"name"`
	// Level is how it ended.
	Level Level `json:"level"`
	// Text says what was found.
	Text string `json:"says"`
	// Next is what to do about it, or empty.
	Next string `json:"next"`
	// OnConsole is Next in the words of the console, if they differ.
	OnConsole string `json:"-"`
	// Problem is set when something failed.
	Problem *Explanation `json:"-"`
}

// NewCheck is a check with its name.
func NewCheck(id CheckID, level Level, text, next string) Check {
	return Check{ID: id, Name: checkNames[id], Level: level, Text: text, Next: next}
}

// FailedCheck is a check that ended with a failure in words.
func FailedCheck(id CheckID, x Explanation) Check {
	c := NewCheck(id, Bad, x.Why(), withFix(x.Next, x.Fix))
	c.OnConsole = withFix(x.NextOn(Console), x.Fix)
	if next, ok := nextHere[x.ID]; ok {
		c.Next, c.OnConsole = next, next
	}
	c.Problem = &x
	return c
}

// nextHere replaces the next steps that would lead to doctor, where somebody is
// who reads a check.
var nextHere = map[ID]string{
	IDNoTokenAPI:   "Check edition, version and base URL",
	IDRefusedOther: "Check the base URL",
	IDAnswerUnread: "Check the base URL",
	IDOther:        "",
}
