package snippet

import (
	"fmt"
	"html"
	"strings"

	"patdesk/pattern"
)

// Frame is how the frame of a snippet looks. Its zero value is as wide as its
// place and 600 pixels high. ParseFrame makes it.
type Frame struct {
	height, ratio string
	features      []string
	lazy          bool
}

var (
	cssLength   = pattern.New(`^[0-9]{1,5}(px|vh|dvh|rem|em|%)?$`)
	aspectRatio = pattern.New(`^[1-9][0-9]{0,3}[:/][1-9][0-9]{0,3}$`)
	feature     = pattern.New(`^[a-z]+(-[a-z]+)*$`)
)

// ParseFrame reads how a frame shall look. height is a CSS length such as 80vh, or
// pixels; ratio is 16:9 or 16/9 and takes the place of the height; allow are
// features that the app in the frame may use, such as fullscreen or camera, apart
// by commas or spaces; with lazy the frame is loaded when it comes into view.
// What is "" stays as it is.
func ParseFrame(height, ratio, allow string, lazy bool) (Frame, error) {
	f := Frame{height: height, ratio: strings.ReplaceAll(ratio, ":", "/"), lazy: lazy}
	if height != "" && !cssLength.MatchString(height) {
		return Frame{}, fmt.Errorf("the height %q is none: write 600, 80vh, 30rem or 100%%", oneLine(height))
	}
	if ratio != "" && !aspectRatio.MatchString(ratio) {
		return Frame{}, fmt.Errorf("the ratio %q is none: write 16:9", oneLine(ratio))
	}
	if height != "" && ratio != "" {
		return Frame{}, fmt.Errorf("a frame has a height or a ratio, not both")
	}
	f.features = strings.FieldsFunc(allow, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
	for _, name := range f.features {
		if !feature.MatchString(name) {
			return Frame{}, fmt.Errorf("%q is no feature of a page: write fullscreen, camera, clipboard-write", oneLine(name))
		}
	}
	return f, nil
}

// pixels is the height as a number of pixels, "" for any other unit.
func (f Frame) pixels() string {
	switch h := strings.TrimSuffix(f.height, "px"); {
	case f.ratio != "":
		return ""
	case f.height == "":
		return "600"
	case strings.Trim(h, "0123456789") == "":
		return h
	default:
		return ""
	}
}

// sized is the style that gives the frame a height which no attribute can give.
func (f Frame) sized() string {
	if f.ratio != "" {
		return ";aspect-ratio:" + f.ratio
	}
	return ";height:" + f.height
}

// attributes are those of an iframe element.
func (f Frame) attributes() string {
	out := `width="100%"`
	if px := f.pixels(); px != "" {
		out += ` height="` + px + `" style="border:0"`
	} else {
		out += ` style="border:0` + f.sized() + `"`
	}
	if f.allow() != "" {
		out += ` allow="` + html.EscapeString(f.allow()) + `"`
	}
	if f.lazy {
		out += ` loading="lazy"`
	}
	return out
}

// script is the whole style, for a script that makes the frame.
func (f Frame) script() string {
	if px := f.pixels(); px != "" {
		return "border:0;width:100%;height:" + px + "px"
	}
	return "border:0;width:100%" + f.sized()
}

// allow is the value of the attribute of this name: a feature by itself means the
// origin of the frame's address.
func (f Frame) allow() string { return strings.Join(f.features, "; ") }
