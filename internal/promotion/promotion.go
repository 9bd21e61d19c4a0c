// Package promotion is a promotion as git remembers it: the commit message and
// its trailers, made and read back. Pure.
//
// A message is in English, whatever the language of the person at the terminal:
// it is read by everybody who shares the repository. It names keys and never a
// value, a comment or a reason; what text it is given is put on one line. Each
// section is one line, however long, so that git log --grep finds it whole.
//
// Laws: Parse(m.String()) is m.Trailers for every message that Write makes, also
// behind, before and between foreign text; Parse never fails on foreign text;
// a name ends in .* only where everything below it moved.
package promotion

import (
	"slices"
	"strings"
	"unicode"
)

// Environment is one as hoist.yaml has it. A title that is the name is none.
type Environment struct{ Name, Title string }

// Label is how a message names an environment: its title, else its name. A name
// of one or two letters is an abbreviation, and so are uat and sit: CI, QA, UAT.
func (e Environment) Label() string {
	switch {
	case e.Title != "" && e.Title != e.Name:
		return line(e.Title)
	case abbreviation(e.Name):
		return strings.ToUpper(e.Name)
	}
	return line(e.Name)
}

func abbreviation(name string) bool {
	letters := func(r rune) bool { return r >= 'a' && r <= 'z' }
	return strings.TrimFunc(name, letters) == "" && (len(name) <= 2 || name == "uat" || name == "sit")
}

// Facts are what is to be told of one commit. Order is the order of the message.
type Facts struct {
	Environments []Environment // all of hoist.yaml: how each is named
	From         []string      // in promotion order; several where applies from several are committed at once
	To           []string      // where something moved, in promotion order
	// One says that the promotion was about one service: Synced leaves its name out.
	One     bool
	Moved   []Moved
	Held    []Held
	Groups  []string // of the allow rules that match something there
	Allowed []string // patterns of rules that hoist wrote into hoist.yaml
	Plans   []string // digests: sha256:…
	Sources []Source
	Reverts *Reverted // the promotion that this commit takes back

	untitled bool // environments are called by their names
}

// Moved is what moved in one file.
type Moved struct {
	Service     string // "" of images
	Environment string // name
	Names       []string
}

// Held is what a plan did not do.
type Held struct {
	Service, Environment, Path string
	Code                       string
	Needs                      []string // pending: the keys below Path whose values are missing
}

// Source is the commit that the source was read at.
type Source struct {
	Commit string // in full
	Dirty  bool   // the source had changes that no commit has
}

// String is the commit, with -dirty behind it as git describe has it.
func (s Source) String() string {
	if s.Dirty {
		return s.Commit + dirty
	}
	return s.Commit
}

const dirty = "-dirty"

// ParseSource reads what String makes.
func ParseSource(text string) Source {
	commit, is := strings.CutSuffix(text, dirty)
	return Source{commit, is}
}

// Reverted is a commit that is taken back.
type Reverted struct {
	Commit  string // in full
	Subject string
}

// Through has every text that a key or a person chose go through clean: what
// looks like a credential (in the name of a list's element) is in no message.
func (f Facts) Through(clean func(string) string) Facts {
	all := func(texts []string) (out []string) {
		for _, t := range texts {
			out = append(out, clean(t))
		}
		return out
	}
	f.Groups, f.Allowed = all(f.Groups), all(f.Allowed)
	f.Moved, f.Held = slices.Clone(f.Moved), slices.Clone(f.Held)
	for i := range f.Moved {
		f.Moved[i].Names = all(f.Moved[i].Names)
	}
	for i := range f.Held {
		f.Held[i].Path, f.Held[i].Needs = clean(f.Held[i].Path), all(f.Held[i].Needs)
	}
	return f
}

// Images is how a message names what stands in kustomization.yaml.
const Images = "images"

// label is how the environment called name is named.
func (f Facts) label(name string) string {
	if f.untitled {
		return line(name)
	}
	for _, e := range f.Environments {
		if e.Name == name {
			return e.Label()
		}
	}
	return Environment{Name: name}.Label()
}

func (f Facts) labels(envs []string) (out []string) {
	for _, e := range envs {
		out = append(out, f.label(e))
	}
	return out
}

// line is text on one line: without line breaks, control characters and blanks
// at its ends.
func line(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
}

// listed is "a", "a and b", "a, b and c".
func listed(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}
