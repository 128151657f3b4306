package secret

import (
	"context"
	"errors"

	"github.com/zalando/go-keyring"
)

// ProbeKeyring asks the key store of the operating system for an entry that it
// does not have: it changes nothing, and an answer shows that it is there and not
// locked. A nil getenv means os.Getenv. Every error is a *SourceError.
func ProbeKeyring(ctx context.Context, getenv func(string) string) error {
	_, err := callKeyring(ctx, getenv, func() (string, error) {
		return keyring.Get(keyringService, "probe of doctor")
	})
	if err == nil || errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return keyringError(err)
}
