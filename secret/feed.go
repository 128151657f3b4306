package secret

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Feed runs a shell command of the configuration with text on its standard input,
// as fromCommand runs one: without admin keys in its environment, without a
// terminal, killed with all it started when time is up. What it says when it fails
// is in the error, without what looks like a secret.
func Feed(ctx context.Context, command, text string) error {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	var stderr bounded
	stderr.max = maxDetail
	cmd := shell(ctx, command)
	cmd.Env = WithoutTokens(os.Environ())
	cmd.Stdin, cmd.Stderr = strings.NewReader(text), &stderr
	cmd.Cancel = func() error { return killGroup(cmd) }
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	switch said := withoutSecrets(string(stderr.b), ""); {
	case err == nil, errors.Is(err, exec.ErrWaitDelay) && ctx.Err() == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("it did not end: %w", ctx.Err())
	case said != "":
		return fmt.Errorf("%w: %s", err, said)
	}
	return err
}
