package report

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// shown is a value as it stands in a table: masked, and escaped.
type shown struct {
	text   string
	masked bool
	absent bool
	folded bool // a count that stands for a subtree
}

// value shows one value. What is shown differs for any two values that are not
// Equal, but for secrets shown by their fingerprints.
func (w Words) value(p keypath.Path, v value.Value, secret bool) shown {
	switch v.Kind() {
	case value.Absent:
		return shown{text: w.say(msgAbsent), absent: true}
	case value.Scalars:
		return w.scalars(p, v, secret)
	}
	s := w.masker().Value(p, v, secret)
	switch {
	case s.Masked:
		return shown{text: visible(s.Text), masked: true}
	case v.Kind() == value.Tagged:
		return shown{text: visible(v.Tag()) + " " + quoted(s.Text)}
	case v.Kind() != value.String:
		return shown{text: visible(s.Text)}
	}
	return shown{text: quoted(s.Text)}
}

func (w Words) scalars(p keypath.Path, v value.Value, secret bool) shown {
	var items []string
	masked := false
	for _, i := range v.Items() {
		s := w.value(p, i, secret)
		if !s.masked && strings.ContainsAny(s.text, ",[]") && s.text[0] != '"' {
			s.text = quote(s.text)
		}
		items = append(items, s.text)
		masked = masked || s.masked
	}
	return shown{text: "[" + strings.Join(items, ", ") + "]", masked: masked}
}

// node shows the value at a node: of a subtree the number of its values.
func (w Words) node(service string, p keypath.Path, n yamlfile.Node, v value.Value, secret bool) shown {
	if !n.Valid() || v.Kind() != value.Map && v.Kind() != value.List {
		return w.value(p, v, secret || w.sharedSecret(service, n))
	}
	return shown{text: "{" + w.say(msgKeys, "n", leaves(n)) + "}", folded: true}
}

// secretIDs are, by file, the scalars that are secret under some path that
// reaches them. Only files with aliases are looked at, each once.
type secretIDs map[*yamlfile.File]map[syntax.ID]bool

// sharedSecret reports whether the value at n is also reached, through an alias
// or a merge, under a path that makes it secret.
func (w Words) sharedSecret(service string, n yamlfile.Node) bool {
	if !n.Valid() || !n.File().Aliased() || !anchored(n.File(), n.ID()) {
		return false
	}
	ids, ok := w.shared[n.File()]
	if !ok {
		ids = w.secretsOf(service, n.File())
		if w.shared != nil {
			w.shared[n.File()] = ids
		}
	}
	return ids[n.ID()]
}

func (w Words) secretsOf(service string, f *yamlfile.File) map[syntax.ID]bool {
	out := map[syntax.ID]bool{}
	root := f
	if host, _ := f.Host(); host != nil {
		root = host
	}
	for p, l := range root.Leaves(nil) {
		if l.File() == f && w.masker().Value(p, l.Value(), w.secret(service, p)).Masked {
			out[l.ID()] = true
		}
	}
	return out
}

// anchored reports whether aliases lead to id or to something it stands in.
func anchored(f *yamlfile.File, id syntax.ID) bool {
	for ; id != syntax.None; id = f.Parent(id) {
		if f.Users(id) > 0 {
			return true
		}
	}
	return false
}

// leaves is the number of values below n, itself if it is one.
func leaves(n yamlfile.Node) int {
	if n.Leaf() {
		return 1
	}
	total := 0
	if n.Kind() == syntax.Mapping {
		for _, c := range n.Entries() {
			total += leaves(c)
		}
		return total
	}
	for c := range n.Items() {
		total += leaves(c)
	}
	return total
}

// quoted is a string, in quotes where it would else be taken for something
// else: another type, nothing, a list, a word of ours, or blanks at its ends.
func quoted(s string) string {
	switch {
	case s == "", s != visible(s), s != strings.TrimSpace(s), strings.ContainsAny(s[:1], `"'[{(`),
		strings.Contains(s, dots), value.Resolve(s, true, "").Kind() != value.String:
		return quote(s)
	}
	return s
}

// quote puts s in double quotes, with escapes inside.
func quote(s string) string {
	return `"` + visible(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)) + `"`
}

// childPath is the path of a list's element as rules see it: by the identity
// that the comparison chose for the list, else by index.
func childPath(p keypath.Path, item yamlfile.Node, index int, identity string) keypath.Path {
	if identity != "" && item.Kind() == syntax.Mapping {
		if id, ok := item.Get(identity); ok && id.Kind() == syntax.Scalar {
			return p.Join(keypath.Step{Kind: keypath.Element, Key: identity, Value: id.Text()})
		}
	}
	return p.Join(keypath.Step{Kind: keypath.Index, Index: index})
}

// likelyIdentity names the elements of a list where no comparison did: only
// patterns with [key=…] tell the difference.
func likelyIdentity(list yamlfile.Node) string {
	for _, key := range []string{"id", "name", "key", "code", "slug"} {
		all := true
		for i := range list.Items() {
			v, ok := yamlfile.Node{}, false
			if i.Kind() == syntax.Mapping {
				v, ok = i.Get(key)
			}
			all = all && ok && v.Kind() == syntax.Scalar
		}
		if all {
			return key
		}
	}
	return ""
}

// subtree names a node with everything below it, as it is shown in JSON.
type subtree struct {
	service string
	omit    []yamlfile.Node
	secret  bool // by a rule that covers all of it
}

// omitted finds the nodes of paths below n, which stands at p.
func omitted(p keypath.Path, n yamlfile.Node, paths []keypath.Path) []yamlfile.Node {
	var out []yamlfile.Node
	depth := len(p.Steps())
	for _, o := range paths {
		c, ok := n, o.Under(p)
		if !ok {
			continue
		}
		for _, s := range o.Steps()[depth:] {
			if c, ok = c.Step(s); !ok {
				break
			}
		}
		if ok {
			out = append(out, c)
		}
	}
	return out
}

func (t subtree) leavesOut(n yamlfile.Node) bool { return slices.Contains(t.omit, n) }
