// Patdesk is a console for ToolJet embed tokens: Personal Access Tokens that let
// an app load in an iframe without a login.
//
//	patdesk                     open the console
//	patdesk --demo              the same on a built-in ToolJet, nothing on disk
//	patdesk issue EMAIL APP     issue a token and remember it
//	patdesk list                tokens with the time they have left
//	patdesk show ID -o iframe   the snippet for a portal
//	patdesk help                everything else
//
// ToolJet keeps no list of embed tokens that a client can read and has no call
// to revoke one, so the history that patdesk keeps is the only record of who can
// open what, until when.
package main

import (
	"os"

	"patdesk/cli"
)

func main() { os.Exit(cli.Run()) }
