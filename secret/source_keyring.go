package secret

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/zalando/go-keyring"
)

// keyringService is the name under which patdesk's entries stand in the key
// store of the operating system; the entry's user is the profile.
const keyringService = "patdesk"

// keyringTimeout is how long a key store may take to answer. A locked one waits
// for a dialog that nobody may see, and its library knows no limit.
const keyringTimeout = 3 * time.Second

// KeyringAvailable reports whether asking the key store is safe. On Linux and
// the BSDs that needs a running session bus: without one the keyring library
// starts a bus and a key store daemon that stay behind. A nil getenv means
// os.Getenv.
func KeyringAvailable(getenv func(string) string) bool {
	switch runtime.GOOS {
	case "darwin", "windows":
		return true
	}
	if getenv == nil {
		getenv = os.Getenv
	}
	return sessionBus(getenv, "/run/user/"+strconv.Itoa(os.Getuid()))
}

// sessionBus reports whether the D-Bus library will find a bus that runs
// already. It does not know XDG_RUNTIME_DIR and looks into the fixed directory
// of the user instead, and takes the address "autolaunch:" for none at all.
func sessionBus(getenv func(string) string, runtimeDir string) bool {
	if addr := getenv("DBUS_SESSION_BUS_ADDRESS"); addr != "" && addr != "autolaunch:" {
		return true
	}
	if dir := getenv("XDG_RUNTIME_DIR"); dir != "" && dir != runtimeDir {
		return false
	}
	fi, err := os.Lstat(runtimeDir + "/bus")
	return err == nil && fi.Mode()&os.ModeSocket != 0
}

// errNoKeyring tells that there is no key store that could be asked.
var errNoKeyring = errors.New("no key store in this session")

// callKeyring runs one call of the keyring library under the guard and the time
// limit. The library takes no context: a call that hangs is left behind.
func callKeyring[T any](ctx context.Context, getenv func(string) string, call func() (T, error)) (T, error) {
	var none T
	// The library reads the environment of the process, whatever getenv says.
	if !KeyringAvailable(getenv) || !KeyringAvailable(os.Getenv) {
		return none, errNoKeyring
	}
	ctx, cancel := context.WithTimeout(ctx, keyringTimeout)
	defer cancel()
	type result struct {
		v   T
		err error
	}
	done := make(chan result, 1)
	go func() {
		v, err := call()
		done <- result{v, err}
	}()
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case r := <-done:
		return r.v, r.err
	}
}

// keyringError turns an error of callKeyring into a SourceError.
func keyringError(err error) error {
	s := Source{Kind: KindKeyring}
	switch {
	case errors.Is(err, errNoKeyring):
		return s.fail(ReasonUnavailable, "there is no key store in this session", err)
	case errors.Is(err, keyring.ErrNotFound):
		return s.fail(ReasonMissing, "the key store has no key for this profile", err)
	case errors.Is(err, context.DeadlineExceeded):
		return s.fail(ReasonTimeout, "the key store does not answer; it may be locked", err)
	case errors.Is(err, context.Canceled):
		return s.interrupted(err)
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return s.fail(ReasonTooLarge, "the key is too large for the key store", err)
	default:
		return s.fail(ReasonUnavailable, "the key store refused; it may be locked", err)
	}
}

func (s Source) fromKeyring(ctx context.Context) (Text, error) {
	v, err := callKeyring(ctx, s.getenv, func() (string, error) {
		return keyring.Get(keyringService, s.Profile)
	})
	if err != nil {
		return Text{}, keyringError(err)
	}
	return New(trimNewline(v)), nil
}

// StoreKeyring puts the key of a profile into the key store of the operating
// system and reads it back. Every error is a *SourceError.
func StoreKeyring(ctx context.Context, profile string, key Text) error {
	value := key.Reveal(ForStorage)
	back, err := callKeyring(ctx, os.Getenv, func() (string, error) {
		if err := keyring.Set(keyringService, profile, value); err != nil {
			return "", err
		}
		return keyring.Get(keyringService, profile)
	})
	if err != nil {
		return keyringError(err)
	}
	if back != value {
		return Source{Kind: KindKeyring}.fail(ReasonFailed, "the key store gave back another value than was stored", nil)
	}
	return nil
}

// DeleteKeyring removes the key of a profile from the key store. A key that is
// not there is no error. Every error is a *SourceError.
func DeleteKeyring(ctx context.Context, profile string) error {
	_, err := callKeyring(ctx, os.Getenv, func() (struct{}, error) {
		return struct{}{}, keyring.Delete(keyringService, profile)
	})
	if err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return keyringError(err)
	}
	return nil
}
