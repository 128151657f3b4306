package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// spec is the description of the rpm package. What it needs of the C library is
// found by rpm itself.
const spec = `Name: patdesk
Version: %s
Release: 1
Summary: Terminal console for ToolJet embed tokens
License: MIT
BuildArch: x86_64
%%description
patdesk issues ToolJet embed tokens, which let an app load in an iframe
without a login, and remembers them: its history is the only record of who
can open what, until when.
%%files
%s`

// rpmVersion is the version as rpm orders it: without a dash, and what was made
// after a release behind it.
func rpmVersion(version string) string {
	number, after, _ := strings.Cut(version, "-")
	if after == "" {
		return number
	}
	return number + "^" + strings.ReplaceAll(after, "-", ".")
}

// rpm writes an rpm package by way of the folder work.
func (r *release) rpm(name, work string, files []file) error {
	root := filepath.Join(work, "root")
	if err := r.lay(root, files); err != nil {
		return err
	}
	var list strings.Builder
	list.WriteString("%dir %attr(0755, root, root) /usr/share/doc/patdesk\n")
	for _, f := range files {
		fmt.Fprintf(&list, "%%attr(%04o, root, root) /%s\n", f.mode, f.name)
	}
	from := filepath.Join(work, "patdesk.spec")
	if err := os.WriteFile(from, fmt.Appendf(nil, spec, rpmVersion(r.version), list.String()), 0o644); err != nil {
		return err
	}
	args := []string{"-bb", "--quiet", "--target", "x86_64-linux", "--buildroot", root}
	for _, define := range []string{
		"_topdir " + filepath.Join(work, "top"), "_rpmdir " + work, "_rpmfilename patdesk.rpm", "_tmppath " + work,
		"_buildhost localhost", "use_source_date_epoch_as_buildtime 1", "clamp_mtime_to_source_date_epoch 1",
		"_binary_payload w9.gzdio", "_build_id_links none", "debug_package %{nil}", "__os_install_post %{nil}",
	} {
		args = append(args, "--define", define)
	}
	cmd := exec.Command("rpmbuild", append(args, from)...)
	cmd.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", r.at.Unix()))
	if err := run(cmd); err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Join(work, "patdesk.rpm"))
	if err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}
