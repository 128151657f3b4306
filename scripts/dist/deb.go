package main

import (
	"bytes"
	"crypto/md5" // the format of md5sums in a Debian package
	"fmt"
	"os"
	"os/exec"
)

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

// deb writes a Debian package by way of the folder root.
func (r *release) deb(name, root string, files []file) error {
	size := 0
	var sums bytes.Buffer
	for _, f := range files {
		size += len(f.data)
		fmt.Fprintf(&sums, "%x  %s\n", md5.Sum(f.data), f.name)
	}
	err := r.lay(root, append(files,
		file{"DEBIAN/control", 0o644, fmt.Appendf(nil, control, r.version, (size+1023)/1024)},
		file{"DEBIAN/md5sums", 0o644, sums.Bytes()},
	))
	if err != nil {
		return err
	}
	cmd := exec.Command("dpkg-deb", "--build", "--root-owner-group", "-Zxz", root, name)
	cmd.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", r.at.Unix()))
	return run(cmd)
}
