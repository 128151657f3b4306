package kit

// Question is what a confirm dialog asks. Its texts may be foreign.
type Question struct {
	Title  string   // what will be done, as a question
	Lines  []string // the consequence
	Yes    string   // the word on the button that does it; "" = "Yes"
	Danger bool     // cannot be undone
	Go     bool     // harmless enough for enter to mean yes
	// Typed, if not empty, is what must be typed to go on, such as the user's
	// name on a production server.
	Typed string
}
