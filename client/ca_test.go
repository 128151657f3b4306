package client

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// Ensure a CA file is read in every form in which people have one, and that what
// cannot be read is named.
func TestWithCAFile(t *testing.T) {
	a := newAuthority(t)
	s := serveTLS(t, answering(200, "application/json", "[]"), a.leaf(t, nil, false), false)
	text, err := os.ReadFile(a.file)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	der := block.Bytes
	wide := func(little bool) []byte {
		b := []byte{0xfe, 0xff}
		if little {
			b = []byte{0xff, 0xfe}
		}
		for _, u := range utf16.Encode([]rune(string(text))) {
			if little {
				b = append(b, byte(u), byte(u>>8))
			} else {
				b = append(b, byte(u>>8), byte(u))
			}
		}
		return b
	}
	other := newAuthority(t)
	foreign, err := os.ReadFile(other.file)
	if err != nil {
		t.Fatal(err)
	}
	indented := []byte("  " + strings.ReplaceAll(string(text), "\n", "\n  "))
	for name, tt := range map[string]struct {
		file []byte
		why  string // part of the reason, "" = read
	}{
		"PEM":                      {text, ""},
		"with a byte order mark":   {append([]byte("\xef\xbb\xbf"), text...), ""},
		"UTF-16, little":           {wide(true), ""},
		"UTF-16, big":              {wide(false), ""},
		"line ends of Windows":     {bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")), ""},
		"line ends of old Macs":    {bytes.ReplaceAll(text, []byte("\n"), []byte("\r")), ""},
		"with text around":         {append(append([]byte("Certificate:\n    Data:\n subject=CN = x\n"), text...), "\nbye\n"...), ""},
		"indented, as from YAML":   {indented, ""},
		"second of two":            {append(bytes.Clone(foreign), text...), ""},
		"DER":                      {der, ""},
		"trusted":                  {pem.EncodeToMemory(&pem.Block{Type: "TRUSTED CERTIFICATE", Bytes: append(bytes.Clone(der), 0x30, 0)}), ""},
		"behind something broken":  {append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}), text...), ""},
		"empty":                    {nil, "is empty"},
		"a key":                    {pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), "holds a key"},
		"PKCS #7":                  {pem.EncodeToMemory(&pem.Block{Type: "PKCS7", Bytes: der}), "openssl pkcs7 -print_certs"},
		"PKCS #7, binary":          {append([]byte{0x30, 0x82, 0x10, 0, 0x06}, bytes.Repeat([]byte{1}, 200)...), "openssl pkcs7 -inform der"},
		"PKCS #12":                 {append([]byte{0x30, 0x82, 0x10, 0, 0x02, 0x01, 0x03}, bytes.Repeat([]byte{1}, 200)...), "openssl pkcs12 -nokeys -in '"},
		"PKCS #12 of Java":         {append([]byte{0x30, 0x80, 0x02, 0x01, 0x03}, bytes.Repeat([]byte{1}, 200)...), "openssl pkcs12 -nokeys -in '"},
		"binary of another kind":   {append([]byte{0x30, 0x82, 0x10, 0}, bytes.Repeat([]byte{1}, 200)...), "DER"},
		"cut off":                  {text[:len(text)/2], "cut off or damaged"},
		"a certificate of nothing": {pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}), "cannot be read"},
		"a page":                   {[]byte("<html>"), "no certificate in PEM or DER form"},
	} {
		path := filepath.Join(t.TempDir(), "ca")
		if err := os.WriteFile(path, tt.file, 0o600); err != nil {
			t.Fatal(err)
		}
		o := defaults()
		err := WithCAFile(path)(&o)
		if tt.why != "" {
			if err == nil || !strings.Contains(err.Error(), tt.why) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := open(t, s.URL, WithCAFile(path)).ListWorkspaces(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
