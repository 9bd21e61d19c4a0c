package report

import "strings"

// style is a colour or weight, as the parameter of an SGR sequence (ECMA-48
// 8.3.117; 38;5;n is a colour of the palette of 256). The colours are those in
// the middle between black and white: each can be read on both, which the 16
// that a theme defines cannot (docs/decisions/0003).
type style string

const (
	noStyle style = ""
	bold    style = "1"
	odd     style = "1;4"      // what differs within a long value
	dim     style = "38;5;244" // what is only company
	red     style = "38;5;167" // what goes, what is wrong
	green   style = "38;5;28"  // what comes, what is as it should be
	amber   style = "38;5;166" // what is absent, or waits for a person
	violet  style = "38;5;134" // what stands in some environments only
	teal    style = "38;5;31"  // what differs; what to type
	boldRed style = "1;38;5;167"
)

// paint is s in a style, where colours are on.
func (w Words) paint(st style, s string) string {
	if !w.Colour || st == noStyle || s == "" {
		return s
	}
	return "\x1b[" + string(st) + "m" + s + "\x1b[0m"
}

// stripped is s without what paint added.
func stripped(s string) string {
	for {
		i := strings.Index(s, "\x1b[")
		if i < 0 {
			return s
		}
		end := strings.IndexByte(s[i:], 'm')
		s = s[:i] + s[i+end+1:]
	}
}
