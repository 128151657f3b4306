package pat

import "strings"

// OtherToken says what a text is that ToolJet knows as a token of another kind, in
// a clause, or is "" for an embed token and for what is no token at all (contract
// 3).
func OtherToken(text string) string {
	switch {
	case strings.HasPrefix(text, "tj_pat_"):
		return "this is a workspace token (tj_pat_…), which is for programs and opens no embed; embed tokens begin with pat_"
	case isJWT(text):
		return "this is the signed token of a session (a JWT), which an embed token is exchanged for; embed tokens begin with pat_"
	}
	return ""
}

// isJWT reports whether a text has the form of a signed JSON Web Token (RFC 7519, 3).
func isJWT(text string) bool {
	return strings.HasPrefix(text, "eyJ") && strings.Count(text, ".") == 2 && !strings.ContainsAny(text, " /@:")
}
