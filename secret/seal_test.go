package secret

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

var (
	sealKey   = keyFromBytes(bytes.Repeat([]byte{7}, keySize))
	sealPlace = Place{DB: "0f0e0d0c-0000-4000-8000-000000000001", Table: "sealed", Column: "token", Row: 41}
	sealText  = New("pat_0123456789abcdef0123456789abcdef")
)

func sealed(t testing.TB, k Key, p Place, v Text) []byte {
	t.Helper()
	b, err := k.Seal(p, v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSeal_OpensWhereItBelongs(t *testing.T) {
	for _, v := range []string{"", "x", sealText.Reveal(ForChecking), strings.Repeat("ü", 5000)} {
		record := sealed(t, sealKey, sealPlace, New(v))
		if v != "" && bytes.Contains(record, []byte(v)[:min(len(v), 8)]) && len(v) > 8 {
			t.Error("the record holds its value in clear")
		}
		if len(record) != len(v)+37 {
			t.Errorf("%d bytes became %d", len(v), len(record))
		}
		got, err := sealKey.Open(sealPlace, record)
		if err != nil || got.Reveal(ForChecking) != v {
			t.Errorf("%d bytes: %v", len(v), err)
		}
	}
}

// refuses checks that a record does not open, with the right error and nothing of the value.
func refuses(t *testing.T, what string, k Key, p Place, record []byte) {
	t.Helper()
	got, err := k.Open(p, record)
	var e ErrSealed
	if !errors.As(err, &e) || !got.IsZero() {
		t.Errorf("%s: got %d bytes and %v", what, got.Len(), err)
	}
	if err != nil && strings.Contains(err.Error(), "pat_") {
		t.Errorf("%s: the value is in the error", what)
	}
}

func TestOpen_EveryFlippedBitIsNoticed(t *testing.T) {
	record := sealed(t, sealKey, sealPlace, sealText)
	for i := range len(record) * 8 {
		record[i/8] ^= 1 << (i % 8)
		refuses(t, fmt.Sprintf("bit %d", i), sealKey, sealPlace, record)
		record[i/8] ^= 1 << (i % 8)
	}
	if _, err := sealKey.Open(sealPlace, record); err != nil {
		t.Errorf("control: the whole record does not open: %v", err)
	}
}

func TestOpen_EveryCutIsNoticed(t *testing.T) {
	record := sealed(t, sealKey, sealPlace, sealText)
	for n := range record {
		refuses(t, fmt.Sprintf("%d bytes", n), sealKey, sealPlace, record[:n])
	}
	refuses(t, "longer", sealKey, sealPlace, append(bytes.Clone(record), 0))
}

func TestOpen_RecordsStayInTheirPlace(t *testing.T) {
	record := sealed(t, sealKey, sealPlace, sealText)
	for name, move := range map[string]func(*Place){
		"row":      func(p *Place) { p.Row++ },
		"column":   func(p *Place) { p.Column = "url" },
		"table":    func(p *Place) { p.Table = "other" },
		"database": func(p *Place) { p.DB = "0f0e0d0c-0000-4000-8000-000000000002" },
		"shifted":  func(p *Place) { p.Table, p.Column = "seale", "dtoken" },
	} {
		p := sealPlace
		move(&p)
		refuses(t, name, sealKey, p, record)
	}
	other, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	refuses(t, "other key", other, sealPlace, record)
	refuses(t, "no key", Key{}, sealPlace, record)
	var e ErrSealed
	if _, err := other.Open(sealPlace, record); !errors.As(err, &e) || e.KeyID != sealKey.ID() {
		t.Errorf("another key is not named: %+v", e)
	}
	// Even when the record claims to be of the other key.
	copy(record[1:], other.ID())
	refuses(t, "other key with its id", other, sealPlace, record)
}

func TestSeal_SameValueNeverGivesTheSameRecord(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		nonce := string(sealed(t, sealKey, sealPlace, sealText)[1+keyIDSize:][:12])
		if seen[nonce] {
			t.Fatal("a nonce came twice")
		}
		seen[nonce] = true
	}
}

// firstRecord was made by the first version, of sealText for sealPlace.
func firstRecord(t testing.TB) []byte {
	t.Helper()
	b, err := hex.DecodeString("0165643831633433379d1449300ba89d0010b174ce333a3f363e033f6842800eac99f16f14562189bb422f015353bb9478438bb287a60044fb60a6f9d8ba5063a816676589f0d46675")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Ensure that records made by earlier versions open for ever.
func TestOpen_RecordOfTheFirstVersion(t *testing.T) {
	record := firstRecord(t)
	got, err := sealKey.Open(sealPlace, record)
	if err != nil || got.Reveal(ForChecking) != sealText.Reveal(ForChecking) {
		t.Error(err)
	}
	if id := sealKey.ID(); id != "ed81c437" {
		t.Errorf("key id %s", id)
	}
	if f := sealKey.Fingerprint(sealText); f != "004f6cfa8d2794e9" {
		t.Errorf("fingerprint %s", f)
	}
}

func TestFingerprint_TellsSecretsAndKeysApart(t *testing.T) {
	other, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	a := sealKey.Fingerprint(sealText)
	if len(a) != 16 || a != sealKey.Fingerprint(sealText) {
		t.Errorf("fingerprint %q is not stable", a)
	}
	if a == sealKey.Fingerprint(New("pat_other")) || a == other.Fingerprint(sealText) {
		t.Error("two fingerprints are the same")
	}
	if f := sealKey.Fingerprint(Text{}); f != "" {
		t.Errorf("an empty secret has the fingerprint %q", f)
	}
	if f := (Key{}).Fingerprint(sealText); f != "" {
		t.Errorf("no key gives the fingerprint %q", f)
	}
}

func TestKey_PrintsRedacted(t *testing.T) {
	raw := bytes.Repeat([]byte{7}, keySize)
	type holder struct {
		K Key
		k Key
		p *Key
	}
	h := holder{sealKey, sealKey, &sealKey}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		for _, v := range []any{sealKey, &sealKey, h, &h, []Key{sealKey}, map[string]Key{"k": sealKey}} {
			out := fmt.Sprintf(verb, v)
			for _, leak := range []string{string(raw), "7 7 7", "0x7, 0x7", "07070707", `\a\a`} {
				if strings.Contains(out, leak) {
					t.Errorf("%s of %T shows the key: %s", verb, v, out)
				}
			}
		}
	}
	b, err := json.Marshal(map[string]any{"k": sealKey})
	if err != nil || string(b) != `{"k":"[redacted]"}` {
		t.Errorf("json: %s, %v", b, err)
	}
}

func FuzzOpenRecord(f *testing.F) {
	record := firstRecord(f)
	f.Add(record)
	f.Add(record[:20])
	f.Add([]byte{sealVersion})
	f.Add([]byte{})
	f.Add(append([]byte{sealVersion}, sealKey.ID()...))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := sealKey.Open(sealPlace, b)
		if bytes.Equal(b, record) {
			return
		}
		// Nobody without the key can make a record that opens.
		var e ErrSealed
		if !errors.As(err, &e) || !got.IsZero() {
			t.Errorf("%x opened: %v", b, err)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	for b.Loop() {
		if _, err := sealKey.Seal(sealPlace, sealText); err != nil {
			b.Fatal(err)
		}
	}
}
