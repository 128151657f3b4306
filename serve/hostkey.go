package serve

import (
	"bytes"
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
	if key, err = parseHostKey([]byte(text.Reveal(secret.ForChecking))); err != nil {
		return nil, made, fmt.Errorf("the key of this host, %s, %w", path, err)
	}
	return key, made, nil
}

// parseHostKey reads a private key. Its errors say what the text is instead, and nothing
// that stands in it.
func parseHostKey(text []byte) (gossh.Signer, error) {
	key, err := gossh.ParsePrivateKey(bytes.TrimPrefix(text, []byte("\ufeff")))
	if err == nil {
		return key, nil
	}
	_, locked := errors.AsType[*gossh.PassphraseMissingError](err)
	block, _ := pem.Decode(text)
	if locked || block != nil && block.Type == "ENCRYPTED PRIVATE KEY" {
		return nil, errors.New("is locked with a passphrase, and nobody is there to type it: name one without")
	}
	if _, _, _, _, err := gossh.ParseAuthorizedKey(text); err == nil {
		return nil, errors.New("is a public key: name the private one, whose file has no .pub at its end")
	}
	return nil, errors.New("is no private key in the form of OpenSSH or PEM")
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
