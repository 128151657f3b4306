package client

import (
	"bytes"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"unicode/utf16"

	"patdesk/literal"
)

// WithCAFile trusts the certificates of a file in addition to the system's. They
// are PEM, with any text around them and in any encoding that an editor leaves
// behind, or DER. An empty path changes nothing.
func WithCAFile(path string) Option {
	return func(o *options) error {
		if path == "" {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("read ca_file: %w", err)
		}
		defer func() { _ = f.Close() }()
		b, err := io.ReadAll(io.LimitReader(f, maxBody))
		if err != nil {
			return fmt.Errorf("read ca_file: %w", err)
		}
		certs, why := readCertificates(path, b)
		if why != "" {
			return fmt.Errorf("read ca_file: %s %s", path, why)
		}
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		for _, c := range certs {
			roots.AddCert(c)
		}
		o.roots = roots
		return nil
	}
}

// readCertificates reads PEM or DER. why says what else the bytes are, and how
// to make certificates of them.
func readCertificates(path string, b []byte) (certs []*x509.Certificate, why string) {
	text := plainText(b)
	blocks := map[string]int{}
	for rest := text; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		blocks[block.Type]++
		if block.Type != "CERTIFICATE" && block.Type != "TRUSTED CERTIFICATE" && block.Type != "X509 CERTIFICATE" {
			continue
		}
		if c, err := x509.ParseCertificate(trusted(block)); err == nil {
			certs = append(certs, c)
		}
	}
	if len(certs) > 0 {
		return certs, ""
	}
	if der, err := x509.ParseCertificates(b); err == nil && len(der) > 0 {
		return der, ""
	}
	return nil, notCertificates(path, b, text, blocks)
}

// notCertificates says what a file is that holds no certificate, and with which command
// it becomes one.
func notCertificates(path string, b, text []byte, blocks map[string]int) string {
	from := " -in " + literal.Shell(path) + " -out ca.pem"
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return "is empty"
	case blocks["PKCS7"] > 0:
		return "is a PKCS #7 bundle; convert it with: openssl pkcs7 -print_certs" + from
	case blocks["CERTIFICATE"]+blocks["TRUSTED CERTIFICATE"] > 0:
		return "holds a certificate that cannot be read"
	case len(blocks) > 0:
		return "holds a key or a request and no certificate"
	case bytes.Contains(text, []byte("-----BEGIN")):
		return "holds a PEM certificate that is cut off or damaged"
	case startsWith(b, oidTag):
		return "is a PKCS #7 bundle in binary form; convert it with: openssl pkcs7 -inform der -print_certs" + from
	case startsWith(b, integerTag):
		return "is binary and no certificate; if it is a PKCS #12 (.p12, .pfx), take the certificates out of it with: openssl pkcs12 -nokeys" + from
	case len(b) > 2 && b[0] == sequenceTag && b[1] >= 0x80:
		return "is binary (DER) and no certificate"
	}
	return "holds no certificate in PEM or DER form"
}

// Tags of DER (X.690, 8.1.2): how a PKCS #12 and a PKCS #7 begin inside their sequence.
const (
	integerTag  = 0x02 // the version of a PFX (RFC 7292, 4)
	oidTag      = 0x06 // the type of a ContentInfo (RFC 2315, 7)
	sequenceTag = 0x30
)

// startsWith reports whether bytes are a sequence in DER or BER whose first part has a tag.
func startsWith(b []byte, tag byte) bool {
	if len(b) < 3 || b[0] != sequenceTag {
		return false
	}
	at := 2
	if b[1] > 0x80 { // its length takes that many bytes more
		at += int(b[1] & 0x7f)
	}
	return at < len(b) && b[at] == tag
}

// trusted is the certificate of a block. OpenSSL writes trust settings behind
// that of a "TRUSTED CERTIFICATE".
func trusted(block *pem.Block) []byte {
	b := block.Bytes
	if block.Type != "TRUSTED CERTIFICATE" || len(b) < 4 || b[0] != 0x30 || b[1] != 0x82 {
		return b
	}
	if n := 4 + int(binary.BigEndian.Uint16(b[2:])); n <= len(b) {
		return b[:n]
	}
	return b
}

// plainText is text as PEM wants it: without a byte order mark, in one byte a
// character, each line from its start.
func plainText(b []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	}
	if order != nil {
		units := make([]uint16, 0, len(b)/2)
		for i := 2; i+1 < len(b); i += 2 {
			units = append(units, order.Uint16(b[i:]))
		}
		b = []byte(string(utf16.Decode(units)))
	}
	b = bytes.ReplaceAll(bytes.TrimPrefix(b, bom), []byte("\r"), []byte("\n"))
	lines := bytes.Split(b, []byte("\n"))
	for i := range lines {
		lines[i] = bytes.TrimSpace(lines[i])
	}
	return bytes.Join(lines, []byte("\n"))
}
