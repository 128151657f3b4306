package ui

import (
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
	"patdesk/config"
)

// Ensure that a token is issued and handed over in eleven keys: n, three letters
// of the user, three of the app, ctrl+s, i.
func TestIssue_ElevenKeysFromListToClipboard(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{100, 30}, {60, 20}} {
		story(t, stage{w: size[0], h: size[1]}, func(d *driver) {
			keys := []string{"n", "a", "n", "a", "enter", "o", "r", "d", "enter", "ctrl+s", "i"}
			d.press(keys[:9]...)
			d.sees("ana@example.com", "Orders portal", "1h")
			d.press(keys[9:]...)
			if len(keys) > 11 {
				t.Errorf("%d keys", len(keys))
			}
			d.sees("checked.", "Clears in 45s")
			if got := d.clipboard(); !strings.Contains(got, "<iframe") || !strings.Contains(got, "personal-access-token=pat_") {
				t.Errorf("copied %q", got)
			}
			if n := len(d.box.Ledger()); n != 1 {
				t.Errorf("%d tokens issued", n)
			}
		})
	}
}

// Ensure that the screen names both times, the number, the unit and what is not
// known of it.
func TestIssue_LifeSaysWhatIsSentAndWhenItEnds(t *testing.T) {
	t.Parallel()
	story(t, stage{behind: 2 * time.Hour}, func(d *driver) {
		d.press("n", "tab", "tab")
		d.sees("sends patExpiry 3600 seconds, as documented, not proven here", "if this server reads minutes, it works for 2d 12h")
		d.press("right")
		d.sees("28800 seconds")
		d.typeText("90m")
		d.sees("5400 seconds")
		d.press("backspace", "backspace", "x")
		d.sees("use 90m, 2h30m, 7d or a date")
		d.press("ctrl+s")
		d.sees("✗")
	})
}

func TestIssue_EscKeepsTheDraft(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.press("n")
		d.typeText("ana")
		d.press("enter")
		d.typeText("ord")
		d.press("enter", "tab", "tab")
		d.typeText("Partner portal")
		d.press("esc")
		d.misses("New token")
		d.press("n")
		d.sees("ana@example.com", "Orders portal", "Partner portal")
	})
}

// Ensure that lists that cannot be read never keep a person from issuing.
func TestIssue_WithoutListsByHand(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500, Match: "GET /api/ext", Times: -1})
		d.press("n")
		d.sleep(time.Minute)
		d.sees("lists cannot be read")
		d.typeText("ana@example.com")
		d.press("enter")
		d.typeText("orders")
		d.press("enter", "ctrl+s")
		d.sleep(20 * time.Second) // the look-ups of names fail, too
		d.sees("Issued", "ana@example.com", "orders")
	})
}

// Ensure that older tokens of the pair are named and do not block.
func TestIssue_NamesOlderTokensOfThePair(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		for range 2 {
			d.press("n")
			d.typeText("ana")
			d.press("enter")
			d.typeText("ord")
			d.press("enter")
			if len(d.box.Ledger()) == 1 {
				d.says("1 older token keeps working", "cannot be revoked", "Issue one more?")
			}
			d.press("ctrl+s", "y", "esc")
		}
		if n := len(d.box.Ledger()); n != 2 {
			t.Errorf("%d tokens issued", n)
		}
		d.sees("OLDER")
	})
}

// Ensure that who sends the form straight from the search for the app is asked about
// older tokens of the pair in the console's own words, once, and that no is no.
func TestIssue_AsksWhereOlderTokensWereNotSeen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		press  []string
		issued int
		sees   string
	}{
		{[]string{"y"}, 2, "› Issued"},
		{[]string{"n"}, 1, "› New token"},
		{[]string{"enter"}, 1, "› New token"},
		{[]string{"n", "ctrl+s"}, 2, "› Issued"}, // they stand beside the form now
	} {
		t.Run(strings.Join(c.press, " "), func(t *testing.T) {
			story(t, stage{}, func(d *driver) {
				d.issued()
				d.press("i", "esc", "n")
				d.typeText("ana")
				d.press("tab")
				d.typeText("ord")
				d.press("ctrl+s")
				d.rest()
				d.says("Issue one more?", "1 older token keeps working", "cannot be revoked")
				d.misses("--again")
				d.press(c.press...)
				d.rest()
				d.sees(c.sees)
				if n := len(d.box.Ledger()); n != c.issued {
					t.Errorf("%d tokens issued, not %d", n, c.issued)
				}
			})
		})
	}
}

// Ensure that an archived user is refused here, with the reason.
func TestIssue_ArchivedUserIsNotSent(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		email := ""
		for _, u := range d.box.Users() {
			if u.Status == "archived" {
				email = u.Email
			}
		}
		if email == "" {
			t.Fatal("the sandbox has no archived user")
		}
		d.press("n")
		d.typeText(email)
		d.press("enter")
		d.sees("archived")
		d.typeText("")
		d.press("tab")
		d.typeText("ord")
		d.press("enter", "ctrl+s")
		if n := len(d.box.Ledger()); n != 0 {
			t.Errorf("%d tokens issued", n)
		}
	})
}

// Ensure that each class of failure is told in words, at its place, and with
// what to do next.
func TestIssue_EachClassOfError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault sandbox.Fault
		wait  time.Duration
		sees  []string
	}{
		"field":       {sandbox.Fault{Kind: sandbox.FaultStatus, Status: 400, Body: `["patExpiry must not be less than 1"]`}, 0, []string{"✗ must not be less than 1", "Some fields were refused"}},
		"key":         {sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403, Body: `"Unauthorized"`}, 0, []string{"Admin key not accepted", "not the user"}},
		"user":        {sandbox.Fault{Kind: sandbox.FaultStatus, Status: 404, Body: `"User not found"`}, 0, []string{"✗ no such user on this server"}},
		"edition":     {sandbox.Fault{Kind: sandbox.FaultStatus, Status: 403, Body: `"Forbidden resource"`}, 0, []string{"Not available on this server"}},
		"gateway":     {sandbox.Fault{Kind: sandbox.FaultStatus, Status: 502, Body: "<html>bad gateway</html>", ContentType: "text/html"}, 0, []string{"Gateway error; token may exist", "UNSURE until its end"}},
		"redirect":    {sandbox.Fault{Kind: sandbox.FaultRedirect, Target: "https://elsewhere.example/login"}, 0, []string{"Server redirects; not followed"}},
		"refused":     {sandbox.Fault{Kind: sandbox.FaultRefuse, Times: -1}, 2 * time.Minute, []string{"Nobody listens there"}},
		"certificate": {sandbox.Fault{Kind: sandbox.FaultCertExpired}, 0, []string{"Certificate has expired"}},
		"lost":        {sandbox.Fault{Kind: sandbox.FaultDropAfter}, 0, []string{"Connection lost; token may exist", "UNSURE until its end", "one more"}},
		"silence":     {sandbox.Fault{Kind: sandbox.FaultHang}, 4 * time.Minute, []string{"No answer in time; token may exist"}},
	} {
		t.Run(name, func(t *testing.T) {
			story(t, stage{}, func(d *driver) {
				d.box.Inject(c.fault)
				d.fill("ana", "ord")
				d.press("ctrl+s")
				if c.wait > 0 {
					d.sees("Asking ToolJet for the token")
					d.sleep(c.wait)
				}
				d.sees(c.sees...)
				d.sees("ana@example.com") // nothing typed is lost
				d.press("f2")
				d.sees("sent", "says")
				d.press("esc")
				// The way out is the same key again, after a question where a token may exist.
				d.box.Clear()
				d.press("ctrl+s")
				if strings.Contains(c.sees[0], "token may exist") {
					d.sees("Issue one more?")
					d.press("y")
				}
				d.sees("› Issued", "HTML iframe")
			})
		})
	}
}

// Ensure that a request that is under way can be left, and that its result
// arrives wherever the person is.
func TestIssue_ResultArrivesElsewhere(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 8 * time.Second})
		d.fill("ana", "ord")
		d.press("ctrl+s")
		d.sleep(3 * time.Second)
		d.sees("Asking ToolJet for the token", "3s")
		d.press("esc")
		d.misses("Asking ToolJet")
		d.press("n") // coming back shows it still under way
		d.sees("Asking ToolJet for the token")
		d.press("esc")
		d.sleep(8 * time.Second)
		d.sees("Issued for ana@example.com on Orders portal, for 1h.")
		d.press("n")
		d.sees("two or three letters of the name") // the draft is done with
	})
}

// Ensure that a failure that arrives after its form was left is there when the
// person comes back.
func TestIssue_FailureWaitsInTheDraft(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 404, Body: `"User not found"`})
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: time.Second})
		d.fill("ana", "ord")
		d.send(keyMsg("ctrl+s"))
		d.send(keyMsg("esc"))
		d.settle()
		d.sees("User or app not found")
		d.press("n")
		d.sees("✗ no such user on this server")
	})
}

// Ensure that a token the history could not keep is shown, wherever the person
// is, and is not left without a question.
func TestIssue_UnsavedTokenIsShown(t *testing.T) {
	t.Parallel()
	if onPostgres() {
		t.Skip("an outcome that finds no database waits on the disk")
	}
	for _, leave := range []bool{false, true} {
		story(t, stage{}, func(d *driver) {
			d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: time.Second})
			d.fill("ana", "ord")
			d.press("ctrl+s")
			if leave {
				d.press("esc")
			}
			if err := d.store.Close(); err != nil { // as if the disk were gone
				t.Fatal(err)
			}
			d.sleep(20 * time.Second)
			d.sees("Issued, but not saved", "only copy")
			d.press("esc")
			d.sees("only copy of this token?")
			d.press("esc", "t")
			if got := d.clipboard(); !strings.HasPrefix(got, "pat_") {
				t.Errorf("copied %q", got)
			}
		})
	}
}

// Ensure that a production profile asks for the user's name.
func TestIssue_ProductionAsksForTheName(t *testing.T) {
	t.Parallel()
	prod := &config.Profile{Name: "acme-prod", URL: "https://tooljet.example.com", Production: true}
	story(t, stage{profile: prod}, func(d *driver) {
		d.fill("ana", "ord")
		d.press("ctrl+s")
		d.sees("PROD", "on the production server", "type ana")
		d.press("enter")
		if n := len(d.box.Ledger()); n != 0 {
			t.Fatalf("%d tokens issued without the name", n)
		}
		d.typeText("ana")
		d.press("enter")
		d.sees("Issued")
	})
}

func TestIssue_ReadOnlySaysWhy(t *testing.T) {
	t.Parallel()
	look := &config.Profile{Name: "look", URL: "https://tooljet.example.com", ReadOnly: true}
	story(t, stage{profile: look}, func(d *driver) {
		d.fill("ana", "ord")
		d.sees("this profile is read-only")
		d.press("ctrl+s")
		d.sees("forbid issuing")
		if n := len(d.box.Ledger()); n != 0 {
			t.Errorf("%d tokens issued", n)
		}
	})
}

// Ensure that the request can be seen as curl and holds neither key nor token.
func TestIssue_CurlHoldsNoKey(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.fill("ana", "ord")
		d.press("f3")
		d.sees("curl", "patExpiry", "TOOLJET_API_TOKEN")
		d.misses(d.box.Key(), "pat_")
	})
}

// Ensure that an expired row becomes a fresh snippet on the clipboard in three
// keys.
func TestReissue_ThreeKeysFromExpiredToClipboard(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{100, 30}, {60, 20}} {
		story(t, stage{w: size[0], h: size[1]}, func(d *driver) {
			d.fill("ana", "ord")
			d.press("ctrl+s", "i", "esc")
			d.sleep(2 * time.Hour)
			d.sees("ENDED?") // until the end in the longer unit
			d.sleep(58 * time.Hour)
			d.sees("EXPIRED")
			d.press("r", "enter", "i")
			if got := d.clipboard(); !strings.Contains(got, "<iframe") {
				t.Errorf("copied %q", got)
			}
			if n := len(d.box.Ledger()); n != 2 {
				t.Errorf("%d tokens issued", n)
			}
		})
	}
}

// Ensure that keys typed ahead of the answer copy the fresh token, not the old one.
func TestReissue_CopyTypedAheadGetsTheFreshToken(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.fill("ana", "ord")
		d.press("ctrl+s", "t", "esc")
		old := d.clipboard()
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 5 * time.Second})
		d.press("r", "enter", "t")
		d.sees("as soon as the token is there")
		d.sleep(6 * time.Second)
		if got := d.clipboard(); !strings.HasPrefix(got, "pat_") || got == old {
			t.Errorf("copied %q after %q", got, old)
		}
	})
}

func TestReissue_LostAnswerSaysSo(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.fill("ana", "ord")
		d.press("ctrl+s", "t", "esc")
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDropAfter})
		d.press("r", "enter")
		d.sees("Not issued", "Connection lost; token may exist", "UNSURE")
		d.press("esc")
		d.sees("UNSURE")
	})
}

// fill opens the form and picks a user and an app by their first letters.
func (d *driver) fill(user, app string) {
	d.t.Helper()
	d.press("n")
	d.typeText(user)
	d.press("enter")
	d.typeText(app)
	d.press("enter")
}

// Ensure that lists that fail when they are read again take nothing away.
func TestIssue_FailedReloadKeepsWhatWasPicked(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.fill("ana", "ord")
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500, Match: "GET /api/ext", Times: -1})
		d.press("ctrl+r")
		d.sleep(time.Minute)
		d.sees("lists cannot be read", "Orders portal", "ana@example.com")
		d.press("ctrl+s")
		d.sees("› Issued")
	})
}

// Ensure that enter goes through the whole form and issues at its end.
func TestIssue_EnterThroughTheForm(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.fill("ana", "ord")
		d.press("enter", "enter")
		d.typeText("Kiosk 4")
		d.sees("enter issue")
		d.press("enter")
		d.sees("› Issued", "Kiosk 4")
	})
}

// Ensure that what was typed ahead of the lists is resolved when they are there.
func TestIssue_TypedAheadOfTheLists(t *testing.T) {
	t.Parallel()
	story(t, stage{}, func(d *driver) {
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDelay, Delay: 3 * time.Second, Match: "GET /api/ext", Times: -1})
		d.fill("ana", "ord")
		d.sees("loading users")
		d.press("ctrl+s")
		d.sees("neither an e-mail address nor a user id")
		d.sleep(20 * time.Second)
		d.sees("ana@example.com", "Orders portal")
		d.press("ctrl+s")
		d.sees("› Issued")
	})
}
