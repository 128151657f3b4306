package main

import (
	"os"
	"os/exec"
	"path/filepath"
)

// sbomTool makes the bills of materials. Its version is part of what it writes.
const sbomTool = "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0"

// sbom writes what the program bin is linked from, as the program itself says it:
// Go, and all modules with the hashes of their sources and the licences found there.
// SQLite is inside of its module; the C library of a static program is not listed.
func (r *release) sbom(t target, work, bin, name string) error {
	tool := filepath.Join(work, "tools", "cyclonedx-gomod")
	if _, err := os.Stat(tool); err != nil {
		install := exec.Command("go", "install", "-trimpath", sbomTool)
		install.Env = append(os.Environ(), "GOBIN="+filepath.Dir(tool), "GOFLAGS=", "CGO_ENABLED=0")
		if err := run(install); err != nil {
			return err
		}
	}
	cmd := exec.Command(tool, "bin", "-json", "-noserial", "-notimestamp", "-std", "-licenses", "-version", r.version, "-output", name, bin)
	cmd.Env = t.env()
	return run(cmd)
}
