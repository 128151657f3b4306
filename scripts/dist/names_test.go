package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"patdesk/e2e/e2etest"
	"patdesk/ui/term/termtest"
)

// resolves looks whether a program finds a server by its name as the system says:
// in the file of hosts, and by a name server, also when an answer is cut and has to
// be asked for again over TCP. It needs a file system of its own, and thus root.
func resolves(t *testing.T, program string) {
	if os.Getuid() != 0 {
		termtest.Missing(t, "only root may put other files in the place of those of the system")
	}
	termtest.Need(t, "unshare", "mount")
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	_, port, _ := strings.Cut(strings.TrimPrefix(server, "http://"), ":")
	asked := nameServer(t, "127.5.3.53:53")
	dir := t.TempDir()
	for name, text := range map[string]string{"resolv.conf": "nameserver 127.5.3.53\n", "hosts": "127.0.0.1 localhost\n127.0.0.1 filed.example.com\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p := emulated{
		before: []string{"unshare", "--mount", "sh", "-c", fmt.Sprintf(`mount --bind %[1]s/hosts /etc/hosts && mount --bind %[1]s/resolv.conf /etc/resolv.conf && exec "$0" "$@"`, dir)},
		path:   program,
	}
	// The sandbox answers to no name but its own: that it refuses shows that it was reached.
	for name, want := range map[string]string{"filed.example.com": `"status": 403`, "served.example.com": `"status": 403`, "nowhere.example.com": `"id": "N1"`} {
		home := e2etest.Home(t, "http://"+name+":"+port, key)
		config := filepath.Join(strings.TrimPrefix(home[0], "HOME="), ".config", "patdesk", "config.toml")
		if err := os.WriteFile(config, fmt.Appendf(nil, "[profiles.acme]\nurl = \"http://%s:%s\"\nallow_http = true\nkey = \"env\"\n", name, port), 0o600); err != nil {
			t.Fatal(err)
		}
		out, errs, _ := p.run(t, home, "workspaces", "--json")
		if !strings.Contains(out+errs, want) {
			t.Errorf("%s: want %s in\n%s%s", name, want, out, errs)
		}
	}
	if all := asked(); !strings.Contains(all, "tcp served.example.com.") || strings.Contains(all, "filed.example.com") {
		t.Errorf("the name server was asked for %s", all)
	}
}

// nameServer answers for served.example.com over TCP, cuts its answer over UDP, and
// knows no other name. asked tells what it was asked for.
func nameServer(t *testing.T, addr string) (asked func() string) {
	t.Helper()
	packets, err := net.ListenPacket("udp", addr)
	if err != nil {
		t.Fatal(err)
	}
	streams, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = packets.Close(), streams.Close() })
	told := make(chan string, 1000)
	go func() {
		for b := make([]byte, 1500); ; {
			n, from, err := packets.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = packets.WriteTo(answer(b[:n], "udp", told), from)
		}
	}()
	go func() {
		for {
			c, err := streams.Accept()
			if err != nil {
				return
			}
			var size uint16
			if binary.Read(c, binary.BigEndian, &size) == nil {
				b := make([]byte, size)
				_, _ = io.ReadFull(c, b)
				b = answer(b, "tcp", told)
				_, _ = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...))
			}
			_ = c.Close()
		}
	}()
	return func() string {
		var all []string
		for len(told) > 0 {
			all = append(all, <-told)
		}
		return strings.Join(all, ", ")
	}
}

// answer answers a question that came by a way, and tells of it.
func answer(question []byte, way string, told chan<- string) []byte {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	told <- way + " " + q.Name.String()
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	switch {
	case q.Name.String() != "served.example.com.":
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeA && way == "udp":
		m.Truncated = true
	case q.Type == dnsmessage.TypeA:
		m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60}, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}}}
	}
	b, err := m.Pack()
	if err != nil {
		return nil
	}
	return b
}
