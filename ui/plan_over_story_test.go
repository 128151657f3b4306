package ui

import (
	"encoding/csv"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"patdesk/client/sandbox"
)

// ran carries out a plan of three pairs of ana, whose second answer is lost.
func ran(d *driver) {
	d.press("a")
	d.rest()
	d.press("r")
	d.rest()
	d.box.Inject(sandbox.Fault{Kind: sandbox.FaultStatus, Status: 422, Body: `"=cmd|'/c calc'!A1"`, Times: 1})
	d.press("ctrl+s", "y")
	d.sleep(300 * time.Millisecond)
	d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDropAfter, Times: 1})
	d.sleep(9 * time.Second)
}

// Ensure that a run which is over gives its result as a private file without tokens or
// formulas, the new URLs as a list, and its rows that are not ok alone.
func TestPlan_WhatIsOver(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, size := range [][2]int{{100, 30}, {60, 20}} {
		story(t, stage{w: size[0], h: size[1], seed: anasThree}, func(d *driver) {
			ran(d)
			d.sees("1 issued, 1 failed, 1 unsure, 0 not sent.")
			d.press("e")
			d.misses("✓ #")
			d.sees("failed", "may exist")
			d.press("e")
			d.sees("✓ #")
			d.press("o")
			d.sees("Result written to")
			found, err := os.ReadFile(fileOf(t, d.screen()))
			if err != nil {
				t.Fatal(err)
			}
			cells, err := csv.NewReader(strings.NewReader(string(found))).ReadAll()
			if err != nil || len(cells) != 4 || strings.Join(cells[0], ",") != "user,app,token,state,ends_at,error" {
				t.Fatalf("%v, %q", err, found)
			}
			for n, state := range []string{"failed", "unknown", "ok"} {
				row := cells[n+1]
				if row[0] != "ana@example.com" || row[3] != state || (row[4] == "") != (state == "failed") || (row[5] == "") != (state == "ok") {
					t.Errorf("row %d is %q", n, row)
				}
			}
			if regexp.MustCompile(`pat_[0-9a-f]{5}`).Match(found) || regexp.MustCompile(`(^|[,\n"])[=+@-]`).Match(found) {
				t.Errorf("a token or a formula is in\n%s", found)
			}
			d.press("y")
			d.rest()
			if text := d.clip(); strings.Count(text, "personal-access-token=pat_") != 1 {
				t.Errorf("the clipboard has %q", text)
			}
		})
	}
}

// fileOf is the one file in the private folder, whose name may be cut on a screen.
func fileOf(t *testing.T, screen string) string {
	t.Helper()
	all, _ := os.ReadDir(os.TempDir())
	if len(all) == 0 {
		t.Fatalf("no file was written:\n%s", screen)
	}
	path := os.TempDir() + "/" + all[len(all)-1].Name()
	fi, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if !fi.IsDir() {
		if fi.Mode().Perm() != 0o600 {
			t.Errorf("the file is %v", fi.Mode())
		}
		return path
	}
	inside, _ := os.ReadDir(path)
	if len(inside) != 1 {
		t.Fatalf("%d files in %s", len(inside), path)
	}
	return path + "/" + inside[0].Name()
}

// Ensure that what may exist is sent again by a key and a question alone, and is said to
// be planned before anything leaves; from the run and from the list of those that wait.
func TestPlan_UnknownAgainByAQuestion(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: anasThree}, func(d *driver) {
		ran(d)
		sent := len(d.box.Ledger())
		d.press("U")
		d.sees("Plan 1 request with an unknown outcome again?", "does not end the first")
		d.press("enter") // no is where the focus is
		d.rest()
		d.press("U", "y")
		d.rest()
		d.sees("2 requests", "Nothing is sent yet.")
		if len(d.box.Ledger()) != sent {
			t.Fatal("it was sent again without the plan being confirmed")
		}
		d.press("enter", "y")
		d.sleep(5 * time.Second)
		d.sees("2 issued, 0 failed, 0 unsure")
		if n := len(d.box.Ledger()) - sent; n != 2 {
			t.Errorf("%d tokens were made", n)
		}
		d.press("U")
		d.sees("No outcome is unknown.")
	})
	story(t, stage{seed: anasThree}, func(d *driver) {
		d.press("R")
		d.rest()
		d.press("right")
		d.rest()
		d.box.Inject(sandbox.Fault{Kind: sandbox.FaultDropAfter, Times: 1})
		d.press("enter", "enter")
		d.sleep(8 * time.Second)
		d.again()
		d.press("W")
		d.rest()
		d.press("U")
		d.sees("Plan 1 request with an unknown outcome again?")
		d.press("y")
		d.rest()
		d.sees("4 requests", "read back", "Nothing is sent yet.")
	})
}

// Ensure that a change of a role shows its requests as curl without the key, and its
// whole plan as a dry run, and sends nothing by either.
func TestRole_CurlAndDryRun(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{100, 30}, {60, 20}} {
		story(t, stage{w: size[0], h: size[1], seed: anasThree}, func(d *driver) {
			d.press("R")
			d.rest()
			d.press("right")
			d.rest()
			before := len(d.box.Requests())
			d.press("ctrl+e")
			d.sees("The requests as curl")
			d.press("y")
			d.rest()
			text := d.clip()
			for _, want := range []string{"--request PUT", "/api/ext/update-user-role/workspace/", `"newRole":"builder"`, "# Go on only if this says builder.", "--request GET", "/api/ext/users/personal-access-token", "$TOOLJET_API_TOKEN"} {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			if n := strings.Count(text, "curl --silent"); n != 5 || strings.Contains(text, d.box.Key()) {
				t.Errorf("%d requests, or the key, in\n%s", n, text)
			}
			d.sleep(time.Minute) // the copy is cleared
			d.press("esc", "ctrl+d")
			d.sees("Dry run", "Nothing was sent.")
			d.press("y")
			d.rest()
			text = d.clip()
			for _, want := range []string{"Role of ana@example.com in Sales", "Dry run: nothing was sent", "1  role end-user -> builder", "5  token for ana@example.com on", "Lives on, and cannot be revoked:"} {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			if n := len(d.box.Requests()); n != before {
				t.Errorf("%d requests were sent", n-before)
			}
		})
	}
}
