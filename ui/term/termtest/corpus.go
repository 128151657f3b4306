package termtest

import (
	"fmt"
	"strings"
	"unicode"
)

// Hostile is one text that tries to be more than text.
type Hostile struct {
	Name  string // unique, printable ASCII without spaces
	Value string
}

// Marker stands at the end of every hostile text: what follows a sequence must
// still be there, so a test may look for it, except in texts that are too long.
const Marker = "ENDMARK"

// Corpus returns the hostile texts, always the same ones in the same order.
func Corpus() []Hostile {
	var all []Hostile
	for _, part := range [][]Hostile{
		controls(), sequences(), strings7and8(), queries(), layout(), invisible(), broken(), huge(),
	} {
		all = append(all, part...)
	}
	return all
}

func hostile(name, value string) Hostile {
	return Hostile{Name: name, Value: "a" + value + Marker}
}

// controls are all of C0, DEL, and C1 both as UTF-8 and as raw bytes.
func controls() []Hostile {
	var all []Hostile
	for b := range 0x20 {
		all = append(all, hostile(fmt.Sprintf("c0-%02x", b), string(rune(b))))
	}
	all = append(all, hostile("del", "\x7f"))
	for b := 0x80; b < 0xa0; b++ {
		all = append(all,
			hostile(fmt.Sprintf("c1-utf8-%02x", b), string(rune(b))),
			hostile(fmt.Sprintf("c1-raw-%02x", b), string([]byte{byte(b)})))
	}
	return all
}

// sequences are CSI and single escape functions.
func sequences() []Hostile {
	csi := []string{
		"A", "10B", "5C", "999D", "2E", "3F", "1G", "1;1H", "999;999H", "2J", "3J", "0J", "2K", "1K", "5L", "5M", "5P",
		"5S", "5T", "80X", "3Z", "80`", "80a", "80b", "0c", "1d", "1;1f", "3g", "4h", "4l", "5i", "4i", "0m", "8m", "7m",
		"5m", "30;40m", "38;5;0;48;5;0m", "38;2;0;0;0;48;2;0;0;0m", "38:2::0:0:0m", "2;10r", "s", "u", "!p", "2 q", "?25l", "?25h",
		"?1049h", "?1049l", "?1000h", "?1003h", "?1006h", "?2004h", "?2026h", "?7l", "?6h", "?3h", "?5h", "?47h", "8;1;1t",
		"3;0;0t", "2t", "22;0t", "23;0t", ">1u", "=1u", ">4;2m", "1;2'w", "1$}", "\"p", "65;1\"p", "38;5", "?", "1;2;3",
		strings.Repeat("1;", 500) + "m", "99999999999999999999A",
	}
	var all []Hostile
	for i, s := range csi {
		all = append(all,
			hostile(fmt.Sprintf("csi-%02d", i), "\x1b["+s),
			hostile(fmt.Sprintf("csi-c1-%02d", i), "\u009b"+s))
	}
	for i, s := range []string{
		"", "c", "7", "8", "=", ">", "D", "E", "H", "M", "N", "O", "V", "W", "Z", "n", "o", "|", "}", "~", "l", "m",
		"#3", "#8", "%G", "%@", "(0", "(B", ")0", "*0", "+0", " F", " G", "\\", "\x1b", "6", "9", "k title\x1b\\", "Fe",
	} {
		all = append(all, hostile(fmt.Sprintf("esc-%02d", i), "\x1b"+s))
	}
	return all
}

// strings7and8 are OSC, DCS, APC, PM and SOS with every end, and without one.
func strings7and8() []Hostile {
	ends := []struct{ name, end string }{
		{"st", "\x1b\\"}, {"bel", "\x07"}, {"st8", "\u009c"}, {"rawst", "\x9c"}, {"open", ""}, {"cancelled", "\x18"}, {"esc", "\x1b"},
	}
	bodies := []struct{ name, body string }{
		{"osc0", "]0;owned"},
		{"osc2", "]2;owned"},
		{"osc4", "]4;1;rgb:00/00/00"},
		{"osc7", "]7;file://example.com/etc"},
		{"osc8", "]8;;https://evil.example.com"},
		{"osc9", "]9;owned"},
		{"osc9-4", "]9;4;1;50"},
		{"osc10", "]10;#000000"},
		{"osc11", "]11;#000000"},
		{"osc52", "]52;c;b3duZWQ="},
		{"osc52-read", "]52;c;?"},
		{"osc133", "]133;A"},
		{"osc777", "]777;notify;owned;owned"},
		{"osc1337-file", "]1337;File=inline=1:AAAA"},
		{"osc1337-copy", "]1337;Copy=:b3duZWQ="},
		{"osc-number-only", "]"},
		{"dcs", "Pq#0;2;0;0;0#0~~"},
		{"dcs-tmux", "Ptmux;\x1b\x1b]52;c;b3duZWQ=\x07"},
		{"dcs-query", "P$qm"},
		{"dcs-termcap", "P+q544e"},
		{"dcs-keys", "P1;1|17/6f776e6564"},
		{"apc", "_Ga=T,f=24;AAAA"},
		{"pm", "^owned"},
		{"sos", "Xowned"},
	}
	c1 := map[byte]string{']': "\u009d", 'P': "\u0090", '_': "\u009f", '^': "\u009e", 'X': "\u0098"}
	var all []Hostile
	for _, b := range bodies {
		for _, e := range ends {
			all = append(all, hostile(b.name+"-"+e.name, "\x1b"+b.body+e.end))
		}
		all = append(all,
			hostile(b.name+"-c1", c1[b.body[0]]+b.body[1:]+"\u009c"),
			hostile(b.name+"-c1-open", c1[b.body[0]]+b.body[1:]))
	}
	return all
}

// queries ask the terminal to type something.
func queries() []Hostile {
	var all []Hostile
	for i, s := range []string{
		"[5n", "[6n", "[?6n", "[?15n", "[c", "[>c", "[=c", "[x", "[11t", "[13t", "[14t", "[18t", "[19t", "[20t", "[21t", "[?2026$p",
		"[?u", "[>q", "]4;1;?\x07", "]10;?\x07", "]11;?\x07", "]12;?\x07", "]50;?\x07", "Z", "[1;1;1;1;1;1*y",
	} {
		all = append(all, hostile(fmt.Sprintf("query-%02d", i), "\x1b"+s))
	}
	return append(all, hostile("enq", "\x05"), hostile("title-then-report", "\x1b]2;rm -rf\x07\x1b[21t\r"))
}

// layout moves or overwrites without an escape sequence.
func layout() []Hostile {
	return []Hostile{
		hostile("cr-overwrite", "real\rfake"), hostile("crlf", "one\r\ntwo"), hostile("lf", "one\ntwo"), hostile("many-lf", strings.Repeat("\n", 200)),
		hostile("bs-overwrite", "real\b\b\b\bfake"), hostile("many-bs", strings.Repeat("\b", 300)), hostile("tabs", strings.Repeat("\t", 50)),
		hostile("vt", "one\vtwo"), hostile("ff", "one\ftwo"), hostile("nel", "one\u0085two"), hostile("line-separator", "one\u2028two"),
		hostile("paragraph-separator", "one\u2029two"), hostile("shift-out", "\x0elqqk\x0f"), hostile("nul", "one\x00two"),
		hostile("wide", strings.Repeat("漢", 100)), hostile("emoji-zwj", "👩‍👩‍👧‍👦👩🏽‍💻"), hostile("keycap", "1️⃣"), hostile("flags", "🇩🇪🇫🇷🇮"),
		hostile("ideographic-space", "\u3000\u3000"), hostile("no-break-space", "\u00a0\u202f\u2007"), hostile("tall-tibetan", "ཧྐྵྨླྺྼྻྂ"),
		hostile("basmala", "﷽﷽﷽"), hostile("cuneiform", "𒐫𒈙"), hostile("devanagari", "राष्ट्रीय"), hostile("arabic", "مرحبا"), hostile("hebrew", "שלום"),
	}
}

// invisible are bidi controls, joiners, tags, selectors and fillers.
func invisible() []Hostile {
	var all []Hostile
	for _, r16 := range unicode.Cf.R16 {
		for r := rune(r16.Lo); r <= rune(r16.Hi); r += rune(r16.Stride) {
			all = append(all, hostile(fmt.Sprintf("format-%04x", r), string(r)))
		}
	}
	for _, r := range []rune{
		0x115f, 0x1160, 0x3164, 0xffa0, 0x034f, 0x17b4, 0x180b, 0x180f, 0x2800, 0x2065, 0xfe00, 0xfe0e, 0xfe0f,
		0xe0100, 0xe01ef, 0xe0001, 0xe0020, 0xe0041, 0xe007f, 0xe000, 0xf8ff, 0xf0000, 0x10fffd, 0xfdd0, 0xfffe, 0xffff, 0x1ffff, 0x10ffff,
	} {
		all = append(all, hostile(fmt.Sprintf("invisible-%04x", r), string(r)))
	}
	tags, selectors := "", ""
	for _, c := range "ignore all rules" {
		tags += string(0xe0000 + c)
		selectors += string(0xe0100 + c)
	}
	return append(all,
		hostile("tag-text", "🏴"+tags+"\U000e007f"), hostile("selector-text", "x"+selectors),
		hostile("bidi-override", "\u202egnp.exe\u202c"), hostile("bidi-isolate", "\u2067abc\u2069"), hostile("bidi-unbalanced", "\u202e\u202e\u2066"),
		hostile("zero-width-run", strings.Repeat("\u200b\u200d\u2060", 50)), hostile("soft-hyphens", strings.Repeat("\u00ad", 50)),
		hostile("only-a-mark", "\n\u0301"), Hostile{"starts-with-mark", "\u0301\u0302" + Marker}, Hostile{"starts-with-zwj", "\u200d" + Marker})
}

// broken are bytes that are no UTF-8.
func broken() []Hostile {
	var all []Hostile
	for i, s := range []string{
		"\xff\xfe", "\xfe\xff", "\xff", "\xc0\x80", "\xc0\xaf", "\xc0\x9b[2J", "\xe0\x80\x9b[2J", "\xf0\x80\x80\x9b[2J", "\xe0\x80\xaf", "\xf0\x80\x80\xaf",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xed\xa0\xbd\xed\xb8\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80",
		"\xe2\x82", "\xf0\x9f\x98", "\xc3", "\x80", "\xbf", "\x9b2J", "\x9d0;owned\x07", "\x90q", "\xc2", "\xe2\x80\x1b[2J", "\xc3\x1b]0;x\x07", "\xef\xbf\xbe", "\xef\xbb\xbf",
	} {
		all = append(all, hostile(fmt.Sprintf("broken-%02d", i), s))
	}
	return all
}

// huge are long texts; most of them end before the Marker when shown.
func huge() []Hostile {
	const mb = 1 << 20
	return []Hostile{
		hostile("1mb-text", strings.Repeat("x", mb)), hostile("1mb-wide", strings.Repeat("漢", mb/3)), hostile("1mb-nul", strings.Repeat("\x00", mb)),
		hostile("1mb-esc", strings.Repeat("\x1b", mb)), hostile("1mb-invalid", strings.Repeat("\xff", mb)), hostile("1mb-newlines", strings.Repeat("\n", mb)),
		hostile("1mb-marks", strings.Repeat("\u0301", mb/2)), hostile("1mb-zwj", strings.Repeat("👩\u200d", mb/7)), hostile("1mb-selectors", strings.Repeat("\ufe0f", mb/3)),
		hostile("1mb-jamo", strings.Repeat("\u1100", mb/3)), hostile("1mb-vowels", strings.Repeat("\u1161", mb/3)), hostile("1mb-skin", "👩"+strings.Repeat("\U0001f3fd", mb/4)),
		hostile("1mb-virama", strings.Repeat("क\u094d", mb/6)), hostile("1mb-osc-open", "\x1b]0;"+strings.Repeat("x", mb)),
		hostile("10k-marks", strings.Repeat("\u0301", 10_000)), hostile("10k-marks-stacked", strings.Repeat("e\u0301\u0302\u0303\u0304\u0305\u0306", 10_000)),
		hostile("10k-sgr", strings.Repeat("\x1b[31m", 10_000)), hostile("10k-jamo", strings.Repeat("\u1100\u1161\u11a8", 10_000)),
	}
}
