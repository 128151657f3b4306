package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

func (a *app) sandboxCmd() *cobra.Command {
	var addr, unit, reissue, subPath, seed string
	var printSeed bool
	o := sandbox.Options{}
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run a ToolJet stand-in on this computer",
		Long: `Run the built-in ToolJet: real HTTP, real rules, real errors, seeded users and apps, for
portals under development and their CI, and for trying patdesk. It prints its address,
the admin key and the control key that it made for itself, listens on this computer
only, and forgets everything when it ends. Faults are asked for, and what was issued is
told, under /_sandbox/, for who sends the control key as X-Sandbox-Key; the variable
SANDBOX_CONTROL_KEY sets it. --seed takes the people and apps of a file in the form
that --print-seed prints.`,
		Example: "  patdesk sandbox\n  patdesk sandbox --addr 127.0.0.1:8082 --unit minutes\n  patdesk sandbox --print-seed",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Unit, o.Reissue, o.SubPath = sandbox.Unit(unit), sandbox.Reissue(reissue), subPath
			if _, err := pat.ParseUnit(unit); err != nil {
				return usage("--%s", err)
			}
			if printSeed {
				if seed != "" {
					return usage("--print-seed prints the built-in seed; it takes no --seed")
				}
				_, err := a.env.Out.Write(sandbox.BuiltinSeed())
				return err
			}
			var err error
			if o.Seed, err = readSeed(seed); err != nil {
				return err
			}
			o.ControlKey = a.env.Getenv("SANDBOX_CONTROL_KEY")
			srv := sandbox.New(o)
			l, err := sandbox.Serve(cmd.Context(), addr, srv)
			if err != nil {
				return &pat.Problem{ID: pat.IDUsage, Cause: "the sandbox cannot listen there: " + err.Error(), Next: "Use another --addr on this computer", Err: err}
			}
			if a.json {
				if err := a.printJSON(a.env.Out, map[string]string{"url": l.URL, "key": srv.Key(), "control_key": srv.ControlKey()}); err != nil {
					return err
				}
			} else {
				// The keys open nothing but this process.
				_, _ = fmt.Fprintf(a.env.Out, "TOOLJET_HOST=%s\nTOOLJET_API_TOKEN=%s\nSANDBOX_CONTROL_KEY=%s\n", l.URL, srv.Key(), srv.ControlKey())
				a.say("sandbox listens on this computer only; ctrl+c ends it and everything it knows")
			}
			<-cmd.Context().Done()
			l.Close()
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&seed, "seed", "", "file with the workspaces, users and apps that it holds at the start, as JSON")
	f.BoolVar(&printSeed, "print-seed", false, "print the built-in seed and end")
	f.StringVar(&addr, "addr", "127.0.0.1:0", "address on this computer to listen on")
	f.StringVar(&unit, "unit", "seconds", "unit in which patExpiry is read: seconds, minutes or milliseconds")
	f.StringVar(&reissue, "reissue", "adds", "what a new token does to an older one of the pair: adds, replaces or dead")
	f.StringVar(&subPath, "sub-path", "", "serve below this path, as a server with SUB_PATH")
	f.BoolVar(&o.Community, "community", false, "behave as the Community Edition")
	f.BoolVar(&o.Unlicensed, "unlicensed", false, "behave as a server whose licence lacks the External API")
	f.BoolVar(&o.APIDisabled, "api-disabled", false, "behave as a server without ENABLE_EXTERNAL_API")
	f.IntVar(&o.Builders, "builders", 0, "seats of the licence for builders and admins; 0 is no limit")
	f.BoolVar(&o.NoV2, "no-v2", false, "behave as an older server without the second API")
	return cmd
}

// readSeed reads the seed of a file; without a name there is none.
func readSeed(name string) (*sandbox.Seed, error) {
	if name == "" {
		return nil, nil
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, &pat.Problem{ID: pat.IDUsage, Cause: "the seed cannot be read: " + err.Error(), Next: "Name a file in the form that patdesk sandbox --print-seed prints", Err: err}
	}
	seed, err := sandbox.ReadSeed(b)
	if err != nil {
		return nil, &pat.Problem{ID: pat.IDUsage, Cause: filepath.Base(name) + ": " + err.Error(), Next: "See the form with: patdesk sandbox --print-seed", Err: err}
	}
	return seed, nil
}
