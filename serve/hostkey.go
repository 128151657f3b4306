package serve

import (
	"context"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	gossh "golang.org/x/crypto/ssh"

	"patdesk/secret"
)

// HostKey reads the key of this host. Where there is none, one is made, readable for
// this user only, in a folder that is theirs alone. It refuses one that others can read.
func HostKey(path string) (key gossh.Signer, made bool, err error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if err := makeHostKey(path); err != nil {
			return nil, false, fmt.Errorf("make the key of this host: %w", err)
		}
		made = true
	}
	text, err := secret.Source{Kind: secret.KindFile, Path: path}.Resolve(context.Background())
	if e, ok := errors.AsType[*secret.SourceError](err); ok {
		return nil, made, fmt.Errorf("the key of this host: %s", strings.TrimSuffix(e.Msg+"; to mend it: "+e.Fix, "; to mend it: "))
	}
	if key, err = gossh.ParsePrivateKey([]byte(text.Reveal(secret.ForChecking))); err != nil {
		return nil, made, fmt.Errorf("the key of this host, %s, is no private key that can be used", path) // what it says may hold parts of it
	}
	return key, made, nil
}

// makeHostKey makes a key in OpenSSH's own form, and the folder around it.
func makeHostKey(path string) error {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	block, err := gossh.MarshalPrivateKey(key, "")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(pem.Encode(f, block), f.Sync(), f.Close())
}

// Fingerprint is how a client names the key of a host, as ssh-keygen -l does.
func Fingerprint(key gossh.Signer) string { return gossh.FingerprintSHA256(key.PublicKey()) }
