package pat

// Retry says whether trying again makes sense.
type Retry string

// The retry words of an Explanation.
const (
	// RetryAuto: patdesk tries again by itself, or did until it gave up.
	RetryAuto Retry = "auto"
	// RetryYouMay: safe, nothing was issued.
	RetryYouMay Retry = "you_may"
	// RetryDont: the same would happen again.
	RetryDont Retry = "dont"
	// RetryAsk: a token may have been issued; a person decides.
	RetryAsk Retry = "ask"
)

// The exit codes of the command line.
const (
	ExitOK       = 0
	ExitUsage    = 2
	ExitSetup    = 3
	ExitKey      = 4
	ExitEdition  = 5
	ExitRejected = 6
	ExitUnknown  = 7
	ExitNetwork  = 8
	ExitStorage  = 9
)

// row is one entry of the catalogue of errors: the words that never change. A
// cause or next step that depends on the case replaces the one given here.
type row struct {
	title, cause, next string
	retry              Retry
	exit               int
	stop               bool // a run of several requests ends here
}

// catalogue holds every way to fail that has words of its own, by the id that
// scripts see.
var catalogue = map[string]row{
	// ToolJet, or something in front of it, answered with an error.
	"H400":  {"Some fields were refused", "ToolJet did not accept what was sent", "Correct the marked fields", RetryDont, ExitRejected, false},
	"H400u": {"The server could not read the request", "a proxy or another program answers at this address", "Check the base URL", RetryDont, ExitEdition, false},
	"H401":  {"Sign-in required in front of ToolJet", "ToolJet itself answers 403; a proxy wants its own log-in, and both use the Authorization header", "Ask for a direct address, or an exception for /api/ext", RetryDont, ExitKey, true},
	"H403t": {"Admin key not accepted", "it is missing, mistyped, or was changed on the server (EXTERNAL_API_ACCESS_TOKEN)", "Replace the key, then run: patdesk profile test", RetryDont, ExitKey, true},
	"H403d": {"External API is switched off", "ENABLE_EXTERNAL_API is not exactly \"true\" on the server", "Ask the server's admin to enable it and restart", RetryDont, ExitEdition, true},
	"H403l": {"Licence does not include this, or no access", "a self-hosted server without the External API licence answers so; the same words may mean that the user lacks the app", "Check the licence; if it is fine, the user's app permission", RetryDont, ExitEdition, false},
	"H403c": {"Not available on this server", "the Community Edition refuses every External API call", "Use an Enterprise or Cloud server", RetryDont, ExitEdition, true},
	"H403o": {"Blocked by the domain check", "something between here and ToolJet adds an Origin header", "Ask for a direct address", RetryDont, ExitEdition, false},
	"H403u": {"Refused by the server", "the server's words are below; this is rare at issue time, since access is checked only when the embed opens", "Check the user's access to the app", RetryDont, ExitRejected, false},
	"V401":  {"Token is not valid (any more)", "it has expired, is for another app, or was never stored by the server", "Compare the expiry; issue again", RetryDont, ExitRejected, false},
	"V403":  {"The user may not open this app", "the token is fine, the permission is missing", "Give access in ToolJet; no new token is needed", RetryYouMay, ExitRejected, false},
	"H404r": {"This server has no token API here", "it is the Community Edition, an old version, or the base path (SUB_PATH) is wrong", "Check edition, version and base URL with: patdesk doctor", RetryDont, ExitEdition, true},
	"H404u": {"User or app not found", "the e-mail address, app id or slug is unknown in this instance (or archived)", "Check spelling and workspace", RetryDont, ExitRejected, false},
	"H404h": {"Nothing answers here", "a web server without ToolJet behind it", "Check the base URL", RetryDont, ExitEdition, true},
	"H405":  {"Address exists, but not for this", "the base URL points to another API or version", "Check the base URL", RetryDont, ExitEdition, true},
	"H409":  {"Conflict with existing data", "the server holds a competing record", "Look at the pair's current token first", RetryDont, ExitRejected, false},
	"H413":  {"Request too large", "a proxy limits the size (ours is below 1 KiB)", "Ask for the proxy's limit", RetryDont, ExitRejected, true},
	"H422":  {"Server refused the data", "a rule of the server's database", "Check the pair; wait for the expiry or issue anew", RetryDont, ExitRejected, false},
	"H429":  {"Server asks us to slow down", "a limit in ToolJet or in a proxy before it (its documents say 10 a minute)", "Wait, then try again", RetryAuto, ExitNetwork, false},
	"H451":  {"Plan does not include the External API", "the licence field is missing in the plan of this server", "Upgrade or change the licence", RetryDont, ExitEdition, true},
	"H4xx":  {"Refused by the server", "the server answered with a status that ToolJet does not use here", "Check the base URL with: patdesk doctor", RetryDont, ExitRejected, false},
	"H500a": {"The app did not reach the server", "known server defect when no app is given", "Pick the app again; report it if it was picked", RetryAsk, ExitUnknown, false},
	"H5j":   {"Server error; token may exist", "ToolJet failed while handling the request", "Look in its log at the time and request id below; then decide", RetryAsk, ExitUnknown, false},
	"H5p":   {"Gateway error; token may exist", "the proxy got no usable answer from ToolJet in time", "Check that ToolJet is up; then decide", RetryAsk, ExitUnknown, false},
	"H503":  {"Server is busy or in maintenance", "it refused the request before processing it", "Wait, then try again", RetryAuto, ExitNetwork, false},

	// An answer that is none.
	"R2h": {"A web page came back, not the API", "a sign-on portal, a captive network, or a wrong base URL; probably nothing was issued", "Open the base URL in a browser; use the API's address", RetryAsk, ExitUnknown, true},
	"R3":  {"Server redirects; not followed", "the admin key is never sent on to another address", "If it is the right host, set it as base URL (https)", RetryYouMay, ExitEdition, true},
	"Rj":  {"Answer could not be read", "a damaged or foreign answer", "Treat it as possibly issued", RetryAsk, ExitUnknown, false},
	"Rt":  {"Answer was cut off", "the connection broke while the answer came", "Treat it as possibly issued", RetryAsk, ExitUnknown, false},
	"Rf":  {"Answer lacks the token", "the server's version differs from what patdesk knows", "Report the version; treat it as possibly issued", RetryAsk, ExitUnknown, false},
	"Rb":  {"Answer too large, stopped reading", "this is not a ToolJet answer", "Check the base URL", RetryAsk, ExitUnknown, true},

	// TLS.
	"T1": {"Certificate not trusted", "a private CA, or someone in between", "Install the CA or set ca_file; do not switch checks off", RetryYouMay, ExitNetwork, true},
	"T2": {"Certificate has expired", "the server's fault, or this computer's clock is wrong", "Renew it; or correct the clock", RetryYouMay, ExitNetwork, true},
	"T3": {"Certificate not valid yet", "usually this computer's clock", "Correct the clock", RetryYouMay, ExitNetwork, true},
	"T4": {"Certificate is for another name", "the address differs from the names in it", "Use one of those names", RetryYouMay, ExitNetwork, true},
	"T5": {"Plain HTTP on an https address", "wrong scheme or port", "Correct the base URL", RetryYouMay, ExitNetwork, true},
	"T6": {"No secure connection", "the server offers no TLS 1.2 or newer, or broke off the handshake", "Ask the server's admin to enable TLS 1.2 or newer", RetryYouMay, ExitNetwork, true},

	// The network.
	"N1": {"Name unknown", "a typo, the VPN is off, or DNS is down", "Check name and VPN", RetryYouMay, ExitNetwork, true},
	"N2": {"Name service does not answer", "a network problem on this side", "Check the network, then try again", RetryAuto, ExitNetwork, false},
	"N3": {"Nobody listens there", "ToolJet is down or the port is wrong", "Start it or correct the port", RetryAuto, ExitNetwork, false},
	"N4": {"No connection in time", "a firewall, the VPN, or an overloaded server", "Check the network", RetryAuto, ExitNetwork, false},
	"N5": {"No answer in time; token may exist", "the request left this computer", "Look before issuing again", RetryAsk, ExitUnknown, false},
	"N6": {"Connection lost; token may exist", "the server or a proxy closed it", "Look before issuing again", RetryAsk, ExitUnknown, false},
	"N7": {"Proxy not reachable", "the proxy of this computer does not answer", "Correct HTTPS_PROXY, or set NO_PROXY", RetryAuto, ExitNetwork, false},
	"N8": {"Proxy wants a log-in", "missing or wrong proxy credentials", "Put them into HTTPS_PROXY", RetryYouMay, ExitNetwork, true},
	"N9": {"Not an HTTP server", "another service answers on that port", "Correct the port", RetryAsk, ExitUnknown, true},

	// Warnings beside a result.
	"Rc": {"Unusual answer type", "the answer was valid, its content type is not JSON", "", RetryDont, ExitOK, false},
	"Rw": {"Embed address points elsewhere", "TOOLJET_HOST on the server differs, or something rewrites", "Check before publishing", RetryDont, ExitOK, false},
	"C1": {"This clock is off", "countdowns use the server's time", "Correct the clock", RetryDont, ExitOK, false},
	"C2": {"Token has expired", "by the server's clock", "Issue a new one", RetryDont, ExitOK, false},

	// The history and the keys.
	"L1": {"Disk is full; nothing was sent", "the history could not be written first", "Free some space, then try again", RetryYouMay, ExitStorage, true},
	"L2": {"History cannot be written; nothing was sent", "a problem of the device or of permissions", "Make the history's folder writable for you", RetryYouMay, ExitStorage, true},
	"L3": {"Issued, but not saved", "the disk failed after the answer", "Copy it now (shown once); its row stays unknown", RetryDont, ExitStorage, true},
	"L4": {"History file is damaged", "patdesk left it as it found it", "Restore a back-up of the file", RetryDont, ExitStorage, true},
	"L5": {"History is from a newer version", "this program is older than the one that wrote it", "Update this program", RetryDont, ExitStorage, true},
	"L6": {"Another window is writing", "the history was busy for more than 5 seconds", "Close the other program or wait", RetryAuto, ExitStorage, false},
	"L7": {"History is not private", "group or others can read it, or it is a link", "Make it private", RetryDont, ExitSetup, true},
	"L8": {"History must be on a local disk", "a shared network disk cannot keep it safe", "Set PATDESK_DATA to a folder on a local disk", RetryDont, ExitSetup, true},
	"K1": {"Key store does not answer", "there is no desktop session, or it is locked", "Unlock it, or choose another key source with: patdesk profile add", RetryYouMay, ExitSetup, false},
	"K2": {"Cannot decrypt this entry", "wrong key, or the file was altered", "Use the right key; other entries are unaffected", RetryDont, ExitSetup, false},
	"B1": {"No clipboard here", "ssh or no display, and no terminal that takes it", "Print it with -o, or set clipboard = \"osc52\" or \"file\"", RetryDont, ExitSetup, false},
	"U1": {"Secrets are not accepted as arguments", "arguments are visible to others (the value is not repeated)", "Use --key-stdin, a key file or the environment; replace that token", RetryDont, ExitUsage, false},

	// What a person can mend at once.
	"usage":     {"This cannot be done as written", "", "Run: patdesk help", RetryDont, ExitUsage, false},
	"field":     {"A field needs another value", "", "Correct it", RetryDont, ExitUsage, false},
	"live":      {"This pair has a live token", "issuing again does not end the older one", "Add --again to issue one more", RetryYouMay, ExitUsage, false},
	"not-found": {"No such row in the history", "this computer's history has no such number", "See: patdesk list", RetryDont, ExitUsage, false},
	"no-secret": {"The token text is not kept", "only its particulars are in the history", "Issue a new one", RetryDont, ExitSetup, false},
	"read-only": {"This profile is read-only", "its settings forbid issuing and changing", "Use another profile, or remove read_only", RetryDont, ExitSetup, false},
	"config":    {"The configuration cannot be used", "", "Correct the file", RetryDont, ExitSetup, false},
	"no-server": {"No ToolJet server is set up", "there is no profile and no address in the environment", "Run: patdesk profile add, or set TOOLJET_HOST and TOOLJET_API_TOKEN", RetryDont, ExitSetup, false},
	"key":       {"The admin key cannot be used", "", "Correct the key source: patdesk profile add", RetryDont, ExitSetup, false},
	"canceled":  {"Stopped", "you ended it", "", RetryYouMay, ExitRejected, true},
	"crash":     {"patdesk failed", "", "Report it with what you did before", RetryYouMay, ExitSetup, false},
	"other":     {"Something unexpected failed", "", "Run: patdesk doctor", RetryDont, ExitSetup, false},
}
