package sandbox

import (
	"strings"
	"testing"
)

func TestEmbed_PageExchangesAndReports(t *testing.T) {
	c := memory(t, Options{})
	token := c.issue(issueBody)
	r := c.do(t.Context(), "GET", "/embed-apps/"+stableID("app", "Orders portal")+"?personal-access-token="+token, "", "Authorization", "-")
	c.want(r, 200, "Loading embedded app...")
	for _, part := range []string{
		"window.self === window.top", `"TJ_EMBED_APP_LOGOUT"`, `tell(400, "Missing token or appId")`,
		"answer.status === 401 || answer.status === 403", "tell(500,", "/api/ext/users/session", "window.name = signedPat",
	} {
		if !strings.Contains(string(r.body), part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	if strings.Contains(string(r.body), token) {
		t.Error("the page repeats the token")
	}
	if h := r.header.Get("X-Frame-Options"); h != "" {
		t.Errorf("framing is forbidden: %s", h)
	}
}

func TestEmbed_AppPageUsesItsSession(t *testing.T) {
	c := memory(t, Options{})
	r := c.get("/applications/" + stableID("app", "Orders portal"))
	for _, part := range []string{"tj_auth_token", "/api/session/logout", "App URL Unavailable", `{ type: "TJ_EMBED_APP_LOGOUT" }`} {
		c.want(r, 200, part)
	}
}
