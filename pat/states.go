package pat

// stateMeanings say when a token is shown in a state.
var stateMeanings = map[State]string{
	OK:      "more than a quarter of its life is left",
	Soon:    "a quarter of its life or less is left, and at most 7 days",
	Urgent:  "a tenth of its life or less is left, and at most a day",
	"ended": "the documented end has passed; if this server reads patExpiry in the longer unit, the token still lives",
	Expired: "its end has passed by the server's clock, in every unit that the server may read",
	Older:   "a newer token exists for the pair; this one probably works until its own end",
	Unsure:  "the outcome is unknown: a token may exist that nobody holds; shown with its worst-case end",
	Drift:   "what the server says now differs from what was true at issue, or it refused the token when asked",
	Failed:  "rejected: there is no token",
}

// StateMeaning says when a token is shown in a state, in one clause.
func StateMeaning(s State) string { return stateMeanings[s] }

// exitMeanings say what each exit code of the command line means.
var exitMeanings = []struct {
	Code    int
	Meaning string
}{
	{ExitOK, "done"},
	{ExitUsage, "the command cannot be done as written; nothing was sent"},
	{ExitSetup, "this computer's set-up: configuration, key source, key store, permissions"},
	{ExitKey, "the admin key was not accepted"},
	{ExitEdition, "edition, licence or route: this server, or what stands before it, does not offer it"},
	{ExitRejected, "the server refused; of several, some"},
	{ExitUnknown, "the outcome is unknown: a token may exist; of several, some (wins over 6)"},
	{ExitNetwork, "the network; nothing was sent"},
	{ExitStorage, "the history or the output could not be written or read"},
}

// ExitMeaning says what an exit code means, or "" for a code that is not used.
func ExitMeaning(code int) string {
	for _, e := range exitMeanings {
		if e.Code == code {
			return e.Meaning
		}
	}
	return ""
}
