package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
)

// keySize is the length of a master key in bytes.
const keySize = 32

// Key is the master key that seals tokens on disk. Like a Text it prints as
// "[redacted]" and cannot be compared. The zero Key seals nothing.
type Key struct {
	f func() []byte
}

// NewKey returns a random key.
func NewKey() (Key, error) {
	b := make([]byte, keySize)
	if _, err := rand.Read(b); err != nil {
		return Key{}, fmt.Errorf("make a key: %w", err)
	}
	return keyFromBytes(b), nil
}

func keyFromBytes(b []byte) Key { return Key{f: func() []byte { return b }} }

// IsZero reports whether k is no key at all.
func (k Key) IsZero() bool { return k.f == nil }

// ID names the key without telling anything about it: 8 hex digits derived by
// HKDF. It is stored with each sealed value.
func (k Key) ID() string {
	id, err := k.subkey("key id", "", 4)
	if err != nil {
		return ""
	}
	return hex.EncodeToString(id)
}

// subkey derives a key for one purpose and one database, so that no two uses
// share one (RFC 5869, with the database's UUID as the salt).
func (k Key) subkey(purpose, db string, size int) ([]byte, error) {
	if k.f == nil {
		return nil, ErrSealed{Reason: "there is no key"}
	}
	b, err := hkdf.Key(sha256.New, k.f(), []byte(db), "patdesk 1 "+purpose, size)
	if err != nil {
		return nil, fmt.Errorf("derive a key: %w", err)
	}
	return b, nil
}

// Place is where a sealed value belongs. A value moved to another place does
// not open.
type Place struct {
	DB, Table, Column string // DB is the UUID of the database
	Row               int64
}

// sealVersion is the first byte of a sealed record and its associated data.
const sealVersion = 1

// keyIDSize is the length of Key.ID in a record.
const keyIDSize = 8

// associated is what a record is bound to. Lengths go before the names, so that
// no two places share one encoding.
func (p Place) associated(keyID string) []byte {
	var b strings.Builder
	for _, s := range []string{
		"patdesk-sealed-" + strconv.Itoa(sealVersion), p.DB, p.Table, p.Column,
		strconv.FormatInt(p.Row, 10), keyID,
	} {
		fmt.Fprintf(&b, "%d:%s|", len(s), s)
	}
	return []byte(b.String())
}

func (k Key) aead(p Place) (cipher.AEAD, error) {
	sub, err := k.subkey("seal "+p.Table+"."+p.Column, p.DB, keySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sub)
	if err != nil {
		return nil, fmt.Errorf("make a cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("make a cipher: %w", err)
	}
	return aead, nil
}

// Seal encrypts v for the place p with AES-256-GCM and a random nonce. The
// record is one version byte, the key's id, the nonce and the ciphertext: 37
// bytes longer than v. One key is good for 2^32 records.
func (k Key) Seal(p Place, v Text) ([]byte, error) {
	aead, err := k.aead(p)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	id := k.ID()
	record := append([]byte{sealVersion}, id...)
	return aead.Seal(record, nil, []byte(v.Reveal(ForSealing)), p.associated(id)), nil
}

// Open decrypts a record made by Seal for the same place. Any difference, of the
// key, the place or one bit of the record, gives ErrSealed and no part of the value.
func (k Key) Open(p Place, record []byte) (Text, error) {
	if len(record) < 1+keyIDSize {
		return Text{}, ErrSealed{Reason: "the record is too short"}
	}
	id := string(record[1 : 1+keyIDSize])
	if record[0] != sealVersion {
		return Text{}, ErrSealed{Reason: "the record has an unknown format"}
	}
	if id != k.ID() {
		if !isHex(id) {
			id = ""
		}
		return Text{}, ErrSealed{Reason: "it was sealed with another key", KeyID: id}
	}
	aead, err := k.aead(p)
	if err != nil {
		return Text{}, fmt.Errorf("open: %w", err)
	}
	plain, err := aead.Open(nil, nil, record[1+keyIDSize:], p.associated(id))
	if err != nil {
		return Text{}, ErrSealed{Reason: "the record was altered or belongs to another row", KeyID: id}
	}
	return FromBytes(plain), nil
}

func isHex(s string) bool {
	_, err := hex.DecodeString(s)
	return err == nil
}

// Fingerprint tells whether two secrets are the same without telling what they
// are: the first 8 bytes of an HMAC-SHA-256 under a subkey, as 16 hex digits. It
// is empty for an empty secret or key.
func (k Key) Fingerprint(v Text) string {
	sub, err := k.subkey("fingerprint", "", keySize)
	if err != nil || v.IsZero() {
		return ""
	}
	mac := hmac.New(sha256.New, sub)
	mac.Write([]byte(v.Reveal(ForSealing)))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// Signer is a key that signs for one database, made of k.
func (k Key) Signer(db string) (ed25519.PrivateKey, error) {
	seed, err := k.subkey("sign", db, ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// ErrSealed is returned, as a value, when a sealed value cannot be opened.
type ErrSealed struct {
	Reason string
	KeyID  string // of the key that sealed the value, empty if unknown
}

// Error implements error.
func (e ErrSealed) Error() string { return "cannot decrypt: " + e.Reason }

// String implements fmt.Stringer and hides the key.
func (Key) String() string { return redacted }

// GoString implements fmt.GoStringer and hides the key.
func (Key) GoString() string { return redacted }

// Format implements fmt.Formatter and hides the key for every verb and flag.
func (Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, redacted) }

// LogValue implements slog.LogValuer and hides the key.
func (Key) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText implements encoding.TextMarshaler and hides the key.
func (Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalBinary implements encoding.BinaryMarshaler and hides the key.
func (Key) MarshalBinary() ([]byte, error) { return []byte(redacted), nil }
