package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// archive writes a tar.gz in which only names, modes and contents differ.
func (r *release) archive(name string, files []file) error {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Mode: int64(f.mode), Size: int64(len(f.data)), ModTime: r.at, Uname: "root", Gname: "root", Format: tar.FormatPAX}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if _, err := w.Write(f.data); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(name, zipped(b.Bytes()), 0o644)
}

// control is the description of the Debian package. The C library is that of
// Debian 12 or newer, whose symbols the build uses.
const control = `Package: patdesk
Version: %s
Section: admin
Priority: optional
Architecture: amd64
Depends: libc6 (>= 2.34)
Installed-Size: %d
Maintainer: The patdesk authors <patdesk@example.com>
Description: terminal console for ToolJet embed tokens
 patdesk issues ToolJet embed tokens, which let an app load in an iframe
 without a login, and remembers them: its history is the only record of who
 can open what, until when.
`

// deb writes a Debian package by way of a folder.
func (r *release) deb(name, root string, files []file) error {
	size := 0
	for _, f := range files {
		size += len(f.data)
	}
	var sums bytes.Buffer
	for _, f := range files {
		fmt.Fprintf(&sums, "%s  %s\n", md5Of(f.data), f.name)
	}
	files = append(files,
		file{"DEBIAN/control", 0o644, fmt.Appendf(nil, control, r.version, (size+1023)/1024)},
		file{"DEBIAN/md5sums", 0o644, sums.Bytes()},
	)
	for _, f := range files {
		to := filepath.Join(root, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, f.data, f.mode); err != nil {
			return err
		}
	}
	// The mask of the person who builds must not show.
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		mode := os.FileMode(0o755)
		if !d.IsDir() && filepath.Base(path) != "patdesk" || filepath.Base(filepath.Dir(path)) == "completions" {
			mode = 0o644
		}
		if err := os.Chmod(path, mode); err != nil {
			return err
		}
		return os.Chtimes(path, r.at, r.at)
	})
	if err != nil {
		return err
	}
	cmd := exec.Command("dpkg-deb", "--build", "--root-owner-group", "-Zxz", root, name)
	cmd.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", r.at.Unix()))
	return run(cmd)
}
