package e2etest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Needles are the forms in which a secret could lie somewhere.
func Needles(secret string) map[string][]byte {
	n := map[string][]byte{
		"raw":         []byte(secret),
		"hex":         []byte(hex.EncodeToString([]byte(secret))),
		"HEX":         []byte(strings.ToUpper(hex.EncodeToString([]byte(secret)))),
		"url-escaped": []byte(url.QueryEscape(secret)),
		"reversed":    []byte(reverse(secret)),
	}
	j, _ := json.Marshal(secret)
	n["json"] = bytes.Trim(j, `"`)
	// A secret inside a longer text is encoded at one of three offsets; the
	// middle is the same whatever stands around it.
	for offset := range 3 {
		for name, enc := range map[string]*base64.Encoding{"base64": base64.StdEncoding, "base64url": base64.URLEncoding} {
			e := enc.EncodeToString([]byte(strings.Repeat("\x00", offset) + secret))
			n[fmt.Sprintf("%s+%d", name, offset)] = []byte(e[4 : len(e)-4])
		}
	}
	return n
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
