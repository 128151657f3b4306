package pat

// ID names a row of the catalogue of errors. Scripts see it in JSON and people in
// the grey line below a failure, so the words never change.
type ID string

// What ToolJet, or something in front of it, answers with an error status.
const (
	IDRefusedFields  ID = "H400"
	IDUnreadRequest  ID = "H400u"
	IDGateSignIn     ID = "H401"
	IDKeyRefused     ID = "H403t"
	IDAPIDisabled    ID = "H403d"
	IDNoLicence      ID = "H403l"
	IDCommunity      ID = "H403c"
	IDOriginRefused  ID = "H403o"
	IDRefusedWords   ID = "H403u"
	IDTokenInvalid   ID = "V401"
	IDNoAppAccess    ID = "V403"
	IDNoTokenAPI     ID = "H404r"
	IDNotFoundThere  ID = "H404u"
	IDNothingAnswers ID = "H404h"
	IDWrongAPI       ID = "H405"
	IDConflict       ID = "H409"
	IDTooLarge       ID = "H413"
	IDRefusedData    ID = "H422"
	IDSlowDown       ID = "H429"
	IDPlanLacks      ID = "H451"
	IDRefusedOther   ID = "H4xx"
	IDAppLost        ID = "H500a"
	IDServerError    ID = "H5j"
	IDGatewayError   ID = "H5p"
	IDServerBusy     ID = "H503"
	IDNotTakenIn     ID = "H503b"
	IDGateRefused    ID = "H4xp"
	IDGateAnswered   ID = "H4xg"
	IDNetworkSignIn  ID = "H511"
)

// While a role is changed.
const (
	IDAppsOwned   ID = "role-owner"
	IDNoSeat      ID = "role-seat"
	IDRoleLost    ID = "role-lost"
	IDRoleDiffers ID = "role-differs"
	IDNotActive   ID = "role-member"
)

// An answer that is none.
const (
	IDWebPage       ID = "R2h"
	IDRedirected    ID = "R3"
	IDAnswerUnread  ID = "Rj"
	IDAnswerCut     ID = "Rt"
	IDAnswerNoToken ID = "Rf"
	IDAnswerHuge    ID = "Rb"
)

// TLS.
const (
	IDCertUntrusted ID = "T1"
	IDCertExpired   ID = "T2"
	IDCertNotYet    ID = "T3"
	IDCertName      ID = "T4"
	IDPlainHTTP     ID = "T5"
	IDNoTLS         ID = "T6"
	IDClientCert    ID = "T7"
)

// The network.
const (
	IDNameUnknown      ID = "N1"
	IDNameService      ID = "N2"
	IDNobodyListens    ID = "N3"
	IDNoConnection     ID = "N4"
	IDNoAnswer         ID = "N5"
	IDConnectionLost   ID = "N6"
	IDProxyUnreachable ID = "N7"
	IDProxyRefused     ID = "N7c"
	IDProxyVariable    ID = "N7v"
	IDProxyLogIn       ID = "N8"
	IDNotHTTP          ID = "N9"
)

// Warnings beside a result.
const (
	IDOddAnswerType ID = "Rc"
	IDForeignURL    ID = "Rw"
	IDClockOff      ID = "C1"
	IDTokenEnded    ID = "C2"
)

// The history, the keys, the clipboard.
const (
	IDDiskFull          ID = "L1"
	IDHistoryUnwritable ID = "L2"
	IDNotSaved          ID = "L3"
	IDHistoryDamaged    ID = "L4"
	IDHistoryNewer      ID = "L5"
	IDHistoryBusy       ID = "L6"
	IDHistoryNotPrivate ID = "L7"
	IDHistoryOnNetwork  ID = "L8"
	IDHistoryMoved      ID = "L9"
	IDForeignLog        ID = "L10"
	IDHistoryGone       ID = "L11"
	IDEventsChanged     ID = "L12"
	IDHistoryAway       ID = "L13"
	IDHistoryTables     ID = "L14"
	IDHistoryDenied     ID = "L15"
	IDHistoryLeft       ID = "L16"
	IDHistoryOccupied   ID = "L17"
	IDSealKeyLost       ID = "K3"
	IDKeyStoreSilent    ID = "K1"
	IDCannotDecrypt     ID = "K2"
	IDNoClipboard       ID = "B1"
	IDSecretArgument    ID = "U1"
)

// What a person can mend at once.
const (
	IDUsage           ID = "usage"
	IDBadField        ID = "field"
	IDLivePair        ID = "live"
	IDNoSuchRow       ID = "not-found"
	IDNoSuchRun       ID = "run"
	IDBadList         ID = "list"
	IDRunTaken        ID = "run-taken"
	IDNoTokenText     ID = "no-secret"
	IDUnfitURL        ID = "url"
	IDReadOnlyProfile ID = "read-only"
	IDDenied          ID = "denied"
	IDBadConfig       ID = "config"
	IDNoServer        ID = "no-server"
	IDBadKey          ID = "key"
	IDNoHome          ID = "home"
	IDBadPlace        ID = "place"
	IDConfigUnwritten ID = "config-write"
	IDOutput          ID = "out"
	IDCanceled        ID = "canceled"
	IDCrash           ID = "crash"
	IDOther           ID = "other"
)
