// Package problem is what can go wrong, as data: a code with its exit class, a
// place, arguments, and what to type next.
//
// It words nothing: report owns every sentence, in every language. A Problem
// that reaches a person without having passed through report is a bug.
package problem

import (
	"errors"
	"sort"
	"strconv"
	"strings"
)

// Class decides the exit status. The zero Class is not valid.
type Class uint8

// The classes, in the order of the exit statuses they lead to.
const (
	Attention   Class = 1   // the answer is "a person is needed"
	Wrong       Class = 2   // the request, hoist.yaml or a file is wrong
	Refused     Class = 3   // nothing was done: stale plan, dirty file, closed gate
	Outside     Class = 4   // git, Argo CD or another service failed
	Interrupted Class = 130 // Ctrl-C
)

// Code names a kind of problem. Codes are contract: stable, never translated,
// and worded by report in each language.
type Code struct {
	Name  string
	Class Class
}

// Place is where: lines and columns count from 1, columns count characters
// (Unicode code points), not bytes. Zero fields are unknown.
type Place struct {
	File         string
	Line, Column int
}

// String is file:line:column, as far as known.
func (p Place) String() string {
	s := p.File
	if p.Line > 0 {
		s += ":" + strconv.Itoa(p.Line)
		if p.Column > 0 {
			s += ":" + strconv.Itoa(p.Column)
		}
	}
	return s
}

// Arg fills a placeholder of the code's wording. Text must be fit to show: an
// unmasked configuration value has no way in here.
type Arg struct{ Name, Text string }

// Problem is one thing that went wrong.
type Problem struct {
	Code  Code
	Place Place
	Args  []Arg
	// Excerpt is the source line at Place as it may be shown: of hoist.yaml as it
	// is, of a configuration file by mask.Masker.Line, since its lines may hold
	// secrets. "": none.
	Excerpt string
	// Try is the command to type next, as arguments ("hoist", "diff"); nil: none.
	Try []string
	// Err is the cause, for errors.Is; its text is only shown with -v.
	Err error
}

// New makes a Problem; kv are argument names and texts in turn.
func New(code Code, place Place, kv ...string) *Problem {
	p := &Problem{Code: code, Place: place}
	for i := 0; i+1 < len(kv); i += 2 {
		p.Args = append(p.Args, Arg{kv[i], kv[i+1]})
	}
	return p
}

// Because adds the cause and returns p.
func (p *Problem) Because(err error) *Problem { p.Err = err; return p }

// Type sets the command to type next and returns p.
func (p *Problem) Type(command ...string) *Problem { p.Try = command; return p }

// Arg is the text of the named argument, "" where there is none.
func (p *Problem) Arg(name string) string {
	for _, a := range p.Args {
		if a.Name == name {
			return a.Text
		}
	}
	return ""
}

// Error is for logs and tests; people see report's wording.
func (p *Problem) Error() string {
	var b strings.Builder
	if s := p.Place.String(); s != "" {
		b.WriteString(s + ": ")
	}
	b.WriteString(p.Code.Name)
	for _, a := range p.Args {
		b.WriteString(" " + a.Name + "=" + strconv.Quote(a.Text))
	}
	return b.String()
}

// Unwrap is the cause.
func (p *Problem) Unwrap() error { return p.Err }

// Is reports whether target is a Problem with the same code, so that
// errors.Is(err, &Problem{Code: c}) asks for a code.
func (p *Problem) Is(target error) bool {
	t, ok := target.(*Problem)
	return ok && t.Code == p.Code && t.Place == (Place{}) && t.Args == nil
}

// List is several problems of one reading, in order of place.
type List []*Problem

// Error joins the problems, one a line.
func (l List) Error() string {
	s := make([]string, len(l))
	for i, p := range l {
		s[i] = p.Error()
	}
	return strings.Join(s, "\n")
}

// Unwrap gives each problem to errors.Is and errors.As.
func (l List) Unwrap() []error {
	e := make([]error, len(l))
	for i, p := range l {
		e[i] = p
	}
	return e
}

// Sort orders by file, line and column, stably, and returns l.
func (l List) Sort() List {
	sort.SliceStable(l, func(i, j int) bool {
		a, b := l[i].Place, l[j].Place
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
	return l
}

// Err is l as an error: nil when it is empty, the one problem when it has one.
func (l List) Err() error {
	switch len(l) {
	case 0:
		return nil
	case 1:
		return l[0]
	}
	return l
}

// All is every Problem inside err, in order; nil when it holds none.
func All(err error) List {
	var l List
	if errors.As(err, &l) {
		return l
	}
	var p *Problem
	if errors.As(err, &p) {
		return List{p}
	}
	return nil
}
