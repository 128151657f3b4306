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

// Face is where a person reads something. What to do next is another thing in
// the console than on the command line.
type Face int

// The faces of patdesk.
const (
	CommandLine Face = iota
	Console
)

// steps are one imperative for each face.
type steps struct{ console, command string }

// both is a next step that is the same in console and command line.
func both(s string) steps { return steps{s, s} }

// row is one entry of the catalogue of errors: the words that never change. A
// cause or next step that depends on the case replaces the one given here.
type row struct {
	title, cause string
	next         steps
	retry        Retry
	exit         int
	stop         bool // a run of several requests ends here
}

// catalogue holds every way to fail that has words of its own, by the id that
// scripts see.
var catalogue = map[ID]row{
	// ToolJet, or something in front of it, answered with an error.
	IDRefusedFields:  {"Some fields were refused", "ToolJet did not accept what was sent", steps{"Correct the marked fields", "Correct the values named above"}, RetryDont, ExitRejected, false},
	IDUnreadRequest:  {"The server could not read the request", "a proxy or another program answers at this address", both("Check the base URL"), RetryDont, ExitEdition, false},
	IDGateSignIn:     {"Sign-in required in front of ToolJet", "ToolJet itself answers 403; a proxy wants its own log-in, and both use the Authorization header", both("Ask for a direct address, or an exception for /api/ext"), RetryDont, ExitKey, true},
	IDKeyRefused:     {"Admin key not accepted", "it is missing, mistyped, or was changed on the server (EXTERNAL_API_ACCESS_TOKEN)", steps{"Give the profile another admin key", "Replace the key, then run: patdesk profile test"}, RetryDont, ExitKey, true},
	IDAPIDisabled:    {"External API is switched off", "ENABLE_EXTERNAL_API is not exactly \"true\" on the server", both("Ask the server's admin to enable it and restart"), RetryDont, ExitEdition, true},
	IDNoLicence:      {"Licence does not include this, or no access", "a self-hosted server without the External API licence answers so; the same words may mean that the user lacks the app", both("Check the licence; if it is fine, the user's app permission"), RetryDont, ExitEdition, false},
	IDCommunity:      {"Not available on this server", "the Community Edition refuses every External API call", both("Use an Enterprise or Cloud server"), RetryDont, ExitEdition, true},
	IDOriginRefused:  {"Blocked by the domain check", "something between here and ToolJet adds an Origin header", both("Ask for a direct address"), RetryDont, ExitEdition, false},
	IDRefusedWords:   {"Refused by the server", "the server's words are below; this is rare at issue time, since access is checked only when the embed opens", both("Check the user's access to the app"), RetryDont, ExitRejected, false},
	IDTokenInvalid:   {"Token is not valid (any more)", "it has expired, is for another app, or was never stored by the server", both("Compare the expiry; issue again"), RetryDont, ExitRejected, false},
	IDNoAppAccess:    {"The user may not open this app", "the token is fine, the permission is missing", both("Give access in ToolJet; no new token is needed"), RetryYouMay, ExitRejected, false},
	IDNoTokenAPI:     {"This server has no token API here", "it is the Community Edition, an old version, or the base path (SUB_PATH) is wrong", steps{"Check edition, version and base URL in Doctor", "Check edition, version and base URL with: patdesk doctor"}, RetryDont, ExitEdition, true},
	IDNotFoundThere:  {"User or app not found", "the e-mail address, app id or slug is unknown in this instance (or archived)", both("Check spelling and workspace"), RetryDont, ExitRejected, false},
	IDNothingAnswers: {"Nothing answers here", "a web server without ToolJet behind it", both("Check the base URL"), RetryDont, ExitEdition, true},
	IDWrongAPI:       {"Address exists, but not for this", "the base URL points to another API or version", both("Check the base URL"), RetryDont, ExitEdition, true},
	IDConflict:       {"Conflict with existing data", "the server holds a competing record", both("Look at the pair's current token first"), RetryDont, ExitRejected, false},
	IDTooLarge:       {"Request too large", "a proxy limits the size (ours is below 1 KiB)", both("Ask for the proxy's limit"), RetryDont, ExitRejected, true},
	IDRefusedData:    {"Server refused the data", "a rule of the server's database", both("Check the pair; wait for the expiry or issue anew"), RetryDont, ExitRejected, false},
	IDSlowDown:       {"Server asks us to slow down", "a limit in ToolJet or in a proxy before it (its documents say 10 a minute)", both("Wait, then try again"), RetryAuto, ExitNetwork, false},
	IDPlanLacks:      {"Plan does not include the External API", "the licence field is missing in the plan of this server", both("Upgrade or change the licence"), RetryDont, ExitEdition, true},
	IDRefusedOther:   {"Refused by the server", "the server answered with a status that ToolJet does not use here", steps{"Check the base URL in Doctor", "Check the base URL with: patdesk doctor"}, RetryDont, ExitRejected, false},
	IDAppLost:        {"The app did not reach the server", "known server defect when no app is given", both("Pick the app again; report it if it was picked"), RetryAsk, ExitUnknown, false},
	IDServerError:    {"Server error; token may exist", "ToolJet failed while handling the request", both("Look in its log at the time and request id below; then decide"), RetryAsk, ExitUnknown, false},
	IDGatewayError:   {"Gateway error; token may exist", "the proxy got no usable answer from ToolJet in time", both("Check that ToolJet is up; then decide"), RetryAsk, ExitUnknown, false},
	IDServerBusy:     {"Server is busy; token may exist", "a gateway may answer so after it had passed the request on", both("Look in ToolJet's log at the time and request id below; then decide"), RetryAsk, ExitUnknown, false},
	IDNotTakenIn:     {"Server is busy or in maintenance", "the request was not taken in, so it was not processed", both("Wait, then try again"), RetryAuto, ExitNetwork, false},
	IDGateRefused:    {"Something in front of ToolJet refused this", "a firewall, proxy or sign-on page answered, not ToolJet, whose errors are JSON", both("Ask whoever runs it to let /api/ext through, or for a direct address"), RetryDont, ExitEdition, true},
	IDGateAnswered:   {"A gateway answered; token may exist", "something in front of ToolJet answered, perhaps after it had passed the request on", both("Look in ToolJet's log at the time and request id below; then decide"), RetryAsk, ExitUnknown, false},
	IDNetworkSignIn:  {"This network wants a sign-in first", "the network here answered in place of the server (RFC 6585, 6); the request did not arrive", both("Sign in to the network in a browser, then try again"), RetryYouMay, ExitNetwork, true},

	// While a role is changed.
	IDAppsOwned:   {"Owner of apps cannot become an end-user", "nothing was changed", steps{"Give these apps another owner in ToolJet; this plan is kept under Runs that wait", "Give these apps another owner in ToolJet, then run: patdesk bulk resume"}, RetryDont, ExitRejected, true},
	IDNoSeat:      {"No free seat for that role on this licence", "nothing was changed", steps{"Free a seat or extend the licence; this plan is kept under Runs that wait", "Free a seat or extend the licence, then run: patdesk bulk resume"}, RetryDont, ExitEdition, true},
	IDRoleLost:    {"No usable answer; the role may have changed", "", steps{"Open it under Runs that wait: it reads the role back before it issues", "Run: patdesk bulk resume, which reads the role back before it issues"}, RetryAsk, ExitUnknown, true},
	IDRoleDiffers: {"The role is not what was asked for", "nothing was issued", steps{"Look at the role in ToolJet; this plan is kept under Runs that wait", "Look at the role in ToolJet, then run: patdesk bulk resume --reissue-unknown"}, RetryYouMay, ExitRejected, true},
	IDNotActive:   {"This person cannot open apps there", "", both("Mend user and membership in ToolJet first"), RetryDont, ExitRejected, true},

	// An answer that is none.
	IDWebPage:       {"A web page came back, not the API", "a sign-on portal, a captive network, or a wrong base URL; probably nothing was issued", both("Open the base URL in a browser; use the API's address"), RetryAsk, ExitUnknown, true},
	IDRedirected:    {"Server redirects; not followed", "the admin key is never sent on to another address", both("If it is the right host, set it as base URL (https)"), RetryYouMay, ExitEdition, true},
	IDAnswerUnread:  {"Answer could not be read", "a damaged or foreign answer", both("Treat it as possibly issued"), RetryAsk, ExitUnknown, false},
	IDAnswerCut:     {"Answer was cut off", "the connection broke while the answer came", both("Treat it as possibly issued"), RetryAsk, ExitUnknown, false},
	IDAnswerNoToken: {"Answer lacks the token", "the server's version differs from what patdesk knows", both("Report the version; treat it as possibly issued"), RetryAsk, ExitUnknown, false},
	IDAnswerHuge:    {"Answer too large, stopped reading", "this is not a ToolJet answer", both("Check the base URL"), RetryAsk, ExitUnknown, true},

	// TLS.
	IDCertUntrusted: {"Certificate not trusted", "a private CA, or someone in between", both("Install the CA or set ca_file; do not switch checks off"), RetryYouMay, ExitNetwork, true},
	IDCertExpired:   {"Certificate has expired", "the server's fault, or this computer's clock is wrong", both("Renew it; or correct the clock"), RetryYouMay, ExitNetwork, true},
	IDCertNotYet:    {"Certificate not valid yet", "usually this computer's clock", both("Correct the clock"), RetryYouMay, ExitNetwork, true},
	IDCertName:      {"Certificate is for another name", "the address differs from the names in it", both("Use one of those names"), RetryYouMay, ExitNetwork, true},
	IDPlainHTTP:     {"Plain HTTP on an https address", "wrong scheme or port", both("Correct the base URL"), RetryYouMay, ExitNetwork, true},
	IDNoTLS:         {"No secure connection", "the server offers no TLS 1.2 or newer, or broke off the handshake", both("Ask the server's admin to enable TLS 1.2 or newer"), RetryYouMay, ExitNetwork, true},
	IDClientCert:    {"This server wants a client certificate", "it ended the handshake because none was sent, so nothing was processed (RFC 8446, 6.2)", both("Ask the server's admin for an address that needs none"), RetryDont, ExitNetwork, true},

	// The network.
	IDNameUnknown:      {"Name unknown", "a typo, the VPN is off, or DNS is down", both("Check name and VPN"), RetryYouMay, ExitNetwork, true},
	IDNameService:      {"Name service does not answer", "a network problem on this side", both("Check the network, then try again"), RetryAuto, ExitNetwork, false},
	IDNobodyListens:    {"Nobody listens there", "ToolJet is down or the port is wrong", both("Start it or correct the port"), RetryAuto, ExitNetwork, false},
	IDNoConnection:     {"No connection in time", "a firewall, the VPN, or an overloaded server", both("Check the network"), RetryAuto, ExitNetwork, false},
	IDNoAnswer:         {"No answer in time; token may exist", "the request left this computer", both("Look before issuing again"), RetryAsk, ExitUnknown, false},
	IDConnectionLost:   {"Connection lost; token may exist", "the server or a proxy closed it", both("Look before issuing again"), RetryAsk, ExitUnknown, false},
	IDProxyUnreachable: {"Proxy not reachable", "the proxy of this computer does not answer", both("Correct HTTPS_PROXY, or set NO_PROXY"), RetryAuto, ExitNetwork, false},
	IDProxyRefused:     {"The proxy refused this address", "the proxy on this side answered, not ToolJet; nothing was sent to the server", both("Ask whoever runs the proxy to allow the address, or set NO_PROXY"), RetryYouMay, ExitNetwork, true},
	IDProxyVariable:    {"The proxy variable cannot be read", "it is no address of a proxy", both("Write it as http://user:password@host:port, with % # / \\ @ in user and password as %25 %23 %2F %5C %40"), RetryDont, ExitSetup, true},
	IDProxyLogIn:       {"Proxy wants a log-in", "missing or wrong proxy credentials", both("Put them into HTTPS_PROXY"), RetryYouMay, ExitNetwork, true},
	IDNotHTTP:          {"Not an HTTP server", "another service answers on that port", both("Correct the port"), RetryAsk, ExitUnknown, true},

	// Warnings beside a result.
	IDOddAnswerType: {"Unusual answer type", "the answer was valid, its content type is not JSON", both(""), RetryDont, ExitOK, false},
	IDForeignURL:    {"Embed address points elsewhere", "TOOLJET_HOST on the server differs, or something rewrites", both("Check before publishing"), RetryDont, ExitOK, false},
	IDClockOff:      {"This clock is off", "countdowns use the server's time", both("Correct the clock"), RetryDont, ExitOK, false},
	IDTokenEnded:    {"Token has expired", "by the server's clock", both("Issue a new one"), RetryDont, ExitOK, false},

	// The history and the keys.
	IDDiskFull:          {"Disk is full", "the history could not be written first", both("Free some space, then try again"), RetryYouMay, ExitStorage, true},
	IDHistoryUnwritable: {"History cannot be written", "a problem of the device or of permissions", both("Make the history's folder writable for you"), RetryYouMay, ExitStorage, true},
	IDNotSaved:          {"Issued, but not saved", "the disk failed after the answer", both("Copy it now (shown once); its row stays unknown"), RetryDont, ExitStorage, true},
	IDHistoryDamaged:    {"History file is damaged", "patdesk left it as it found it", both("Restore a back-up of the file"), RetryDont, ExitStorage, true},
	IDHistoryNewer:      {"History is from a newer version", "this program is older than the one that wrote it", both("Update this program"), RetryDont, ExitStorage, true},
	IDHistoryBusy:       {"Another window is writing", "the history was busy for more than 5 seconds", both("Close the other program or wait"), RetryAuto, ExitStorage, false},
	IDHistoryNotPrivate: {"History is not private", "group or others can read it, or it is a link", both("Make it private"), RetryDont, ExitSetup, true},
	IDHistoryOnNetwork:  {"History must be on a local disk", "a shared network disk cannot keep it safe", both("Set PATDESK_DATA to a folder on a local disk"), RetryDont, ExitSetup, true},
	IDHistoryMoved:      {"History was moved away while patdesk ran", "its file was moved, deleted or replaced", both("Put the file back where it was, or start patdesk again"), RetryYouMay, ExitStorage, true},
	IDForeignLog:        {"A log beside the history is not its own", "it belongs to another history, or to another state of this one", both("Restore the history that it belongs to, or move it away"), RetryDont, ExitStorage, true},
	IDHistoryGone:       {"History is missing or empty", "tokens were recorded in it", both("Restore a back-up of it; or, to begin a new one on purpose"), RetryDont, ExitStorage, true},
	IDEventsChanged:     {"What was done is not what was sealed", "events were changed, or a seal of them", both("Compare with a back-up, and with heads kept elsewhere"), RetryDont, ExitStorage, false},
	IDHistoryAway:       {"History cannot be reached", "its database does not answer", both("Look whether the database runs and the network is there, then try again"), RetryYouMay, ExitStorage, true},
	IDHistoryTables:     {"History has no tables for this version", "its database was not set up, or not since this program was updated", both("Bring its tables up to date, as their owner"), RetryDont, ExitStorage, true},
	IDHistoryDenied:     {"The history's database refuses patdesk", "its role, its password or its rights are wrong", both("Correct the history's URL or history_password, or ask whoever runs the database"), RetryDont, ExitStorage, true},
	IDHistoryLeft:       {"This history goes on in a database", "its file can be read only", both("Set history in the configuration to that database, or PATDESK_DATA to another folder"), RetryDont, ExitStorage, true},
	IDHistoryOccupied:   {"The database holds another history", "nothing was copied", both("Name an empty database, or go on with the one that is there"), RetryDont, ExitStorage, true},
	IDSealKeyLost:       {"Tokens are sealed with a key that is lost", "a new key would not open them", both("Restore its key file from a back-up; or, to go on with another key and leave those tokens closed"), RetryDont, ExitSetup, true},
	IDKeyStoreSilent:    {"Key store does not answer", "there is no desktop session, or it is locked", steps{"Unlock it, or choose another place for the key", "Unlock it, or choose another key source with: patdesk profile add"}, RetryYouMay, ExitSetup, false},
	IDCannotDecrypt:     {"Cannot decrypt this entry", "wrong key, or the file was altered", both("Use the right key; other entries are unaffected"), RetryDont, ExitSetup, false},
	IDNoClipboard:       {"No clipboard here", "ssh or no display, and no terminal that takes it", steps{"Show the text to select it, or write it to a file", "Print it with -o, or set clipboard = \"osc52\" or \"file\""}, RetryDont, ExitSetup, false},
	IDSecretArgument:    {"Secrets are not accepted as arguments", "arguments are visible to others (the value is not repeated)", steps{"Use a key file, the key store or the environment; replace that token", "Use --key-stdin, a key file or the environment; replace that token"}, RetryDont, ExitUsage, false},

	// What a person can mend at once.
	IDUsage:           {"This cannot be done as written", "", steps{"See the help", "Run: patdesk help"}, RetryDont, ExitUsage, false},
	IDBadField:        {"A field needs another value", "", both("Correct it"), RetryDont, ExitUsage, false},
	IDLivePair:        {"This pair has a live token", "issuing again does not end the older one", steps{"Issue one more only if it is needed", "Add --again to issue one more"}, RetryYouMay, ExitUsage, false},
	IDNoSuchRow:       {"No such row in the history", "this computer's history has no such number", steps{"Refresh the list", "See: patdesk list"}, RetryDont, ExitUsage, false},
	IDNoSuchRun:       {"No such run", "", steps{"See Runs that wait", "See: patdesk bulk runs"}, RetryDont, ExitUsage, false},
	IDBadList:         {"The list has faults; nothing was sent", "", both("Correct them; the rest is as it was"), RetryDont, ExitUsage, false},
	IDRunTaken:        {"Another patdesk carries this run out", "this row was sent meanwhile; it is not sent twice", steps{"Wait for its end, then look at Runs that wait", "Wait for its end, then see: patdesk bulk runs"}, RetryDont, ExitRejected, true},
	IDUnfitURL:        {"The embed URL cannot be used in a snippet", "", steps{"Copy the token alone", "Take the token alone: patdesk show with -o token"}, RetryDont, ExitSetup, false},
	IDNoTokenText:     {"The token text is not kept", "only its particulars are in the history", both("Issue a new one"), RetryDont, ExitSetup, false},
	IDReadOnlyProfile: {"This profile is read-only", "its settings forbid issuing and changing", both("Use another profile, or remove read_only"), RetryDont, ExitSetup, false},
	IDDenied:          {"Your role forbids it", "", both("Ask who keeps the team of this desk"), RetryDont, ExitKey, false},
	IDBadConfig:       {"The configuration cannot be used", "", both("Correct the file"), RetryDont, ExitSetup, false},
	IDNoServer:        {"No ToolJet server is set up", "there is no profile and no address in the environment", steps{"Add a profile, or look around in the sandbox", "Run: patdesk profile add, or set TOOLJET_HOST and TOOLJET_API_TOKEN"}, RetryDont, ExitSetup, false},
	IDBadKey:          {"The admin key cannot be used", "", steps{"Correct the key source of the profile", "Correct the key source: patdesk profile add"}, RetryDont, ExitSetup, false},
	IDNoHome:          {"No place for patdesk's files", "HOME is not set", both("Set HOME, or PATDESK_CONFIG and PATDESK_DATA to absolute paths"), RetryDont, ExitSetup, true},
	IDBadPlace:        {"The place of patdesk's files is not usable", "", both("Name it by an absolute path"), RetryDont, ExitSetup, true},
	IDConfigUnwritten: {"The configuration cannot be written", "", both("Make its folder writable for you, or set PATDESK_CONFIG to another"), RetryYouMay, ExitSetup, true},
	IDOutput:          {"The output could not be written", "", both("Write it elsewhere; what was issued is in the history"), RetryYouMay, ExitStorage, true},
	IDCanceled:        {"Stopped", "you ended it", both(""), RetryYouMay, ExitRejected, true},
	IDCrash:           {"patdesk failed", "", both("Report it with what you did before"), RetryYouMay, ExitSetup, false},
	IDOther:           {"Something unexpected failed", "", steps{"Look in Doctor", "Run: patdesk doctor"}, RetryDont, ExitSetup, false},
}

// readWords are the words of rows that speak of a token, for requests that never
// make one: a list, a check, a verification. Nothing is unknown after those, so
// they may be repeated, and their exit code names who failed.
var readWords = map[ID]row{
	IDAppLost:        {"Server error", "ToolJet failed while handling the request", both("Look in ToolJet's log at the time and request id below"), RetryYouMay, ExitRejected, false},
	IDServerError:    {"Server error", "ToolJet failed while handling the request", both("Look in ToolJet's log at the time and request id below"), RetryYouMay, ExitRejected, false},
	IDGatewayError:   {"Gateway error", "the proxy got no usable answer from ToolJet in time", both("Check that ToolJet is up, then try again"), RetryYouMay, ExitNetwork, false},
	IDServerBusy:     {"Server is busy or in maintenance", "it asks to come back later", both("Wait, then try again"), RetryAuto, ExitNetwork, false},
	IDGateAnswered:   {"A gateway answered", "something in front of ToolJet answered in its place", both("Ask whoever runs it to let /api/ext through, or for a direct address"), RetryYouMay, ExitEdition, false},
	IDWebPage:        {"A web page came back, not the API", "a sign-on portal, a captive network, or a wrong base URL", both("Open the base URL in a browser; use the API's address"), RetryYouMay, ExitEdition, true},
	IDAnswerUnread:   {"Answer could not be read", "a damaged or foreign answer", steps{"Check the base URL in Doctor", "Check the base URL with: patdesk doctor"}, RetryYouMay, ExitEdition, false},
	IDAnswerCut:      {"Answer was cut off", "the connection broke while the answer came", both("Try again"), RetryYouMay, ExitNetwork, false},
	IDAnswerNoToken:  {"Answer lacks what was asked for", "the server's version differs from what patdesk knows", both("Report the server's version"), RetryYouMay, ExitRejected, false},
	IDAnswerHuge:     {"Answer too large, stopped reading", "this is not a ToolJet answer", both("Check the base URL"), RetryYouMay, ExitEdition, true},
	IDNoAnswer:       {"No answer in time", "the request left this computer", both("Try again; check the network if it stays so"), RetryYouMay, ExitNetwork, false},
	IDConnectionLost: {"Connection lost", "the server or a proxy closed it", both("Try again; check the network if it stays so"), RetryYouMay, ExitNetwork, false},
	IDNotHTTP:        {"Not an HTTP server", "another service answers on that port", both("Correct the port"), RetryYouMay, ExitEdition, true},
}
