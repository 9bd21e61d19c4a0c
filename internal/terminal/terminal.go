// Package terminal is the screen that a person looks at: its size, the one line
// of progress that comes and goes, and the pager that a long answer goes
// through.
//
// It words nothing and knows no command: texts come in finished.
//
// Laws: what is no terminal gets exactly the bytes that were given, in order,
// with no pager and no escape sequence of ours; a line of progress never stands
// in front of, or inside, anything else; leaving the pager early is no error;
// after Close the cursor stands at the start of an empty line wherever the last
// text ended with one.
package terminal

import (
	"os"

	"golang.org/x/term"
)

// Is reports whether a stream is a terminal.
func Is(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// Size is the width and height of a terminal, in cells; 0, 0 where f is none or
// does not tell.
func Size(f *os.File) (width, height int) {
	if !Is(f) {
		return 0, 0
	}
	width, height, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0, 0
	}
	return width, height
}

// Able reports whether a terminal of this kind ($TERM) can move its cursor and
// show colours. Where nothing is said of it, it can show colours, but nobody
// may be sitting there: see Pages.
func Able(kind string) bool { return kind != "dumb" }

// Pages reports whether a pager can be used: the kind of terminal is known, and
// no machine sits in front of it, as one does in a CI job.
func Pages(kind, ci string) bool { return kind != "" && Able(kind) && (ci == "" || ci == "false") }
