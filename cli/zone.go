package cli

import (
	"encoding/binary"
	"os"
	"strings"
	"time"
)

// setZone lets the process have the zone of TZ where Go alone does not read it: then its
// times would be called this person's, and be those of Greenwich.
func setZone() {
	if zone := posixZone(os.Getenv("TZ")); zone != nil {
		time.Local = zone
	}
}

// zoneOf is the zone that a TZ of a login means, nil if none can be told of it. Names of
// files are not taken.
func zoneOf(tz string) *time.Location {
	if tz == "" || strings.HasPrefix(tz, "/") || strings.HasPrefix(tz, ":") {
		return nil
	}
	if zone, err := time.LoadLocation(tz); err == nil {
		return zone
	}
	return posixZone(tz)
}

// noZone is how posixZone calls a zone whose rules cannot be read.
const noZone = "-00"

// posixZone is the zone of a TZ that names no zone but says its offset and its rules
// itself (POSIX.1-2017, 8.3), as small systems do: CET-1CEST,M3.5.0,M10.5.0/3. Go reads
// such rules at the end of a file of zones alone (RFC 9636, 3.3), so one is made that has
// nothing else. nil if it is none.
func posixZone(tz string) *time.Location {
	if tz == "" || len(tz) > 255 || strings.ContainsAny(tz[:1], ":/") || strings.Contains(tz, "\n") {
		return nil
	}
	if _, err := time.LoadLocation(tz); err == nil {
		return nil
	}
	var part []byte
	part = append(part, "TZif2"...)
	part = append(part, make([]byte, 15)...)
	for _, n := range []uint32{0, 0, 0, 0, 1, uint32(len(noZone) + 1)} { // one zone without a rule, and its name
		part = binary.BigEndian.AppendUint32(part, n)
	}
	part = append(part, 0, 0, 0, 0, 0, 0)
	part = append(part, noZone+"\x00"...)
	zone, err := time.LoadLocationFromTZData("Local", []byte(string(part)+string(part)+"\n"+tz+"\n"))
	if err != nil {
		return nil
	}
	if name, east := time.Now().In(zone).Zone(); name == noZone || max(east, -east) > 25*60*60 {
		return nil // POSIX has 24 hours at most, and one more in summer
	}
	return zone
}
