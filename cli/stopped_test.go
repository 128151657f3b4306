package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"patdesk/cli"
	"patdesk/client/sandbox"
)

// Ensure a reading command that a signal ends, on its way to the server or before, says
// that somebody stopped it, and no exit code but that which it ends with.
func TestMain_Stopped(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 15} {
		for _, args := range [][]string{{"users"}, {"apps"}, {"workspaces"}, {"list"}} {
			t.Run(fmt.Sprint(args[0], n), func(t *testing.T) {
				s := sandbox.New(sandbox.Options{})
				env := homeOf(t, s)
				ctx, end := context.WithCancelCause(t.Context())
				s.Inject(sandbox.Fault{Kind: sandbox.FaultHang, Match: "GET ", Times: -1})
				asked := len(s.Requests())
				go func() {
					for args[0] != "list" && len(s.Requests()) == asked {
						time.Sleep(5 * time.Millisecond)
					}
					end(&cli.Signal{Number: n})
				}()
				if args[0] == "list" {
					<-ctx.Done()
				}
				var o, e bytes.Buffer
				code := cli.Main(ctx, args, &cli.Env{In: strings.NewReader(""), Out: &o, Err: &e, Getenv: func(k string) string { return env[k] }})
				_, said, tells := strings.Cut(e.String(), "exit code ")
				if code != 128+n || !strings.HasPrefix(e.String(), "Stopped\n") || tells && strings.Fields(said)[0] != fmt.Sprint(code) {
					t.Errorf("exit %d: %s", code, e.String())
				}
				if tells != (args[0] == "list") {
					t.Errorf("an exit code is told without a request: %s", e.String())
				}
			})
		}
	}
}
