// Package report makes everything that people and programs read: text in
// English and Chinese, and JSON. It is the only room that owns wording; the
// rooms below say what happened as codes and data.
//
// It never decides anything, and never reads a file, a clock or the
// environment: data in, an io.Writer out.
//
// Laws: no configuration value reaches a writer but through mask; nothing of a
// repository (values, keys, names of files) can move a terminal's cursor or
// turn its text around; colour never carries a meaning that a word or a sign
// does not; JSON is never translated, coloured or cut.
package report

import (
	"io"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
)

// The widths, in terminal cells.
const (
	defaultWidth = 100 // where the output is no terminal
	leastWidth   = 40
	tableWidth   = 80 // narrower terminals get one block a key
)

// Words is how to speak: one is made at start-up and used for all output. The
// zero Words speaks English, without colour, and masks.
type Words struct {
	Lang    string // "en" or "zh"; anything else is "en"
	Width   int    // of the terminal, in cells; 0 where there is none
	Colour  bool
	Verbose bool         // -v: also the cause of a problem
	Mask    *mask.Masker // nil: one that reveals nothing
	// Secret reports whether a rule makes the value at a path of a service
	// secret; nil: only values that look like credentials are masked inside
	// subtrees and patches.
	Secret func(service string, p keypath.Path) bool

	shared secretIDs // of the files at hand; nil: looked up each time
}

// fresh is w with nothing remembered of other files.
func (w Words) fresh() Words {
	w.shared = secretIDs{}
	return w
}

func (w Words) width() int {
	if w.Width == 0 {
		return defaultWidth
	}
	return max(w.Width, leastWidth)
}

func (w Words) masker() *mask.Masker {
	if w.Mask == nil {
		return mask.New(nil, false)
	}
	return w.Mask
}

func (w Words) secret(service string, p keypath.Path) bool {
	return w.Secret != nil && w.Secret(service, p)
}

// english is w speaking English: JSON is never translated.
func (w Words) english() Words {
	w.Lang, w.Colour = "en", false
	return w
}

// secretByRule reports whether one of the rules that cover a key says so.
func secretByRule(rules []*rule.Allow) bool {
	for _, r := range rules {
		if r.Secret {
			return true
		}
	}
	return false
}

// page collects lines and writes them at once, without spaces at their ends.
type page struct {
	b       strings.Builder
	out     io.Writer
	written bool // something was written before
	err     error
}

// line adds one line, made of parts.
func (p *page) line(parts ...string) {
	s := strings.Join(parts, "")
	p.b.WriteString(strings.TrimRight(s, " "))
	p.b.WriteByte('\n')
}

// raw adds one line of a file, as it is.
func (p *page) raw(s string) {
	p.b.WriteString(s)
	p.b.WriteByte('\n')
}

// gap adds an empty line, unless nothing was written yet or one stands already.
func (p *page) gap() {
	if s := p.b.String(); s != "" && !strings.HasSuffix(s, "\n\n") || s == "" && p.written {
		p.b.WriteByte('\n')
	}
}

// flush writes what was collected; after an error nothing more is written.
func (p *page) flush() error {
	if p.err == nil && p.b.Len() > 0 {
		_, p.err = io.WriteString(p.out, p.b.String())
	}
	p.b.Reset()
	return p.err
}

// kindText is a kind of value as people call it.
func (w Words) kindText(k value.Kind) string {
	t, ok := kindTexts[k]
	if !ok {
		return k.String()
	}
	return w.say(t)
}
