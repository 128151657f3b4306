package ui

import (
	"os"
	"path/filepath"
)

// clipboard is what the newest file of the clipboard's directory holds, "" if
// there is none.
func (d *driver) clipboard() string {
	d.t.Helper()
	files, err := filepath.Glob(filepath.Join(d.clips, "*.txt"))
	if err != nil {
		d.t.Fatal(err)
	}
	var text string
	var newest int64
	for _, f := range files {
		st, err := os.Stat(f)
		if err != nil {
			d.t.Fatal(err)
		}
		if st.ModTime().UnixNano() < newest {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			d.t.Fatal(err)
		}
		newest, text = st.ModTime().UnixNano(), string(b)
	}
	return text
}
