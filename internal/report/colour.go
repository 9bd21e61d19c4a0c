package report

import "strings"

// style is a colour or weight, as the parameter of an SGR sequence (ECMA-48
// 8.3.117). Only the 16 colours that a user's own theme defines are used.
type style string

const (
	noStyle style = ""
	bold    style = "1"
	dim     style = "2"
	red     style = "31"
	green   style = "32"
	yellow  style = "33"
	blue    style = "34"
	magenta style = "35"
	cyan    style = "36"
	boldRed style = "1;31"
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
