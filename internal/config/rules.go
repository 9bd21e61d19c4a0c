package config

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

func (b *builder) rules(top *item) {
	var allow []rule.Allow
	for _, e := range top.get("allow").list() {
		allow = append(allow, b.allow(e))
	}
	var forbid []rule.Forbid
	for _, e := range top.get("forbid").list() {
		forbid = append(forbid, b.forbid(e))
	}
	var lists []rule.List
	for _, e := range top.get("lists").list() {
		lists = append(lists, b.list(e))
	}
	promote := b.patterns(top.get("promote"), "promote")
	if len(b.problems) == 0 { // a pattern that cannot be read is none to compile
		b.cfg.Rules = rule.New(allow, forbid, lists, promote)
	}
}

// imageless are the fields that say nothing of images.
var imageless = []string{"services", "secret", "values", "distinct", "equal"}

func (b *builder) allow(e *item) rule.Allow {
	a := rule.Allow{
		Keys: b.patterns(e.get("keys"), "keys"), Images: e.get("images").texts(), Services: e.get("services").texts(),
		Reason: e.get("reason").text(), Group: e.get("group").text(), Hint: e.get("hint").text(), Secret: e.get("secret").flag(), Place: e.place(),
	}
	b.keysOrImages(e)
	a.Values = b.values(e.get("values"))
	a.Distinct = b.groups(e.get("distinct"), "distinct")
	a.Equal = b.groups(e.get("equal"), "equal")
	if it := e.get("absent"); it != nil {
		a.Absent = b.environmentList(it, "absent")
	}
	a.Until, _ = time.Parse(time.DateOnly, e.get("until").text()) // its shape was looked at; absent is the zero time
	return a
}

// keysOrImages: a rule is about one of them.
func (b *builder) keysOrImages(e *item) {
	_, keys := e.node.Get("keys")
	_, images := e.node.Get("images")
	switch {
	case keys && images:
		b.fail(Conflict, placeOf(e, "images"), "field", "images", "with", "keys")
	case !keys && !images:
		b.fail(MissingField, e.place(), "field", "keys", "in", "allow")
	case images:
		for _, f := range imageless {
			if it := e.get(f); it != nil {
				b.fail(Conflict, it.key.place, "field", f, "with", "images")
			}
		}
	}
	b.notEverything(e.get("keys"))
}

// notEverything refuses patterns that match any key.
func (b *builder) notEverything(keys *item) {
	for _, p := range keys.list() {
		if parsed, err := keypath.ParsePattern(p.text()); err == nil && parsed.Everything() {
			b.fail(BadPattern, p.place(), "field", "keys", "pattern", p.text(), "why", string(keypath.OnlyDeep))
		}
	}
}

// placeOf is where a field of e stands, whether or not it could be read.
func placeOf(e *item, field string) problem.Place {
	if it := e.get(field); it != nil {
		return it.key.place
	}
	n, _ := e.node.Get(field)
	return n.Place()
}

func (b *builder) values(it *item) map[string]rule.Want {
	if it == nil {
		return nil
	}
	wants := map[string]rule.Want{}
	for _, e := range it.list() {
		if b.knownName(e.key.text, e.key.place, "values") {
			wants[e.key.text] = rule.NewWant(e.node.Value(), e.place())
		}
	}
	return wants
}

func (b *builder) groups(it *item, field string) (out [][]string) {
	for _, g := range it.list() {
		out = append(out, b.environmentList(g, field))
	}
	return out
}

// rendered: a rule is about values, about objects that stand in some
// environments only, or about both.
func (b *builder) rendered(e *item) Rendered {
	r := Rendered{
		Kinds: e.get("kinds").texts(), Names: e.get("names").texts(), Keys: b.patterns(e.get("keys"), "keys"),
		Reason: e.get("reason").text(), Place: e.place(),
	}
	if it := e.get("absent"); it != nil {
		r.Absent = b.environmentList(it, "absent")
	}
	b.notEverything(e.get("keys"))
	_, keys := e.node.Get("keys")
	_, absent := e.node.Get("absent")
	if !keys && !absent {
		b.fail(MissingField, e.place(), "field", "keys", "in", "rendered")
	}
	return r
}

func (b *builder) forbid(e *item) rule.Forbid {
	f := rule.Forbid{In: b.environmentList(e.get("in"), "in"), Place: e.place()}
	for _, v := range e.get("values").list() {
		f.Values = append(f.Values, rule.NewWant(v.node.Value(), v.place()))
	}
	return f
}

func (b *builder) list(e *item) rule.List {
	l := rule.List{Identity: e.get("identity").text(), Set: e.get("as") != nil, Ordered: e.get("ordered").flag(), Place: e.place()}
	if it := e.get("path"); it != nil {
		l.Path = b.pattern(it, "path")
	}
	if l.Set && l.Identity != "" {
		b.fail(Conflict, e.get("identity").key.place, "field", "identity", "with", "as: set")
	}
	if l.Set && l.Ordered {
		b.fail(Conflict, e.get("ordered").key.place, "field", "ordered", "with", "as: set")
	}
	return l
}

func (b *builder) patterns(it *item, field string) (out []keypath.Pattern) {
	for _, e := range it.list() {
		out = append(out, b.pattern(e, field))
	}
	return out
}

func (b *builder) pattern(it *item, field string) keypath.Pattern {
	p, err := keypath.ParsePattern(it.text())
	var bad *keypath.SyntaxError
	if errors.As(err, &bad) {
		at := inside(it.node, bad.Column-1)
		b.fail(BadPattern, at, "field", field, "pattern", it.text(), "why", string(bad.Why))
	}
	return p
}

// inside is the place of the n-th character (from 0) of a scalar's text, as far
// as its spelling lets one count: on the first line, behind its quote. A
// character that stands behind an escape of many is at the escape.
func inside(node yamlfile.Node, n int) problem.Place {
	at, raw := node.Place(), node.File().Tree().Raw(node.ID())
	style := node.File().Tree().Style(node.ID())
	if node.At() != node.ID() || style == syntax.Literal || style == syntax.Folded {
		return at
	}
	skipped := 0
	if style == syntax.Single || style == syntax.Double {
		raw, skipped = raw[1:], 1
	}
	if i := strings.IndexAny(raw, "\r\n"); i >= 0 { // further lines are folded, which is not counted
		raw = strings.TrimRight(raw[:i], `\`)
	}
	for ; n > 0 && raw != ""; n-- {
		width, characters := spelling(raw, style)
		raw = raw[width:]
		skipped += characters
	}
	at.Column += skipped
	return at
}

// spelling is how many bytes and characters the first character of a quoted
// text takes.
func spelling(raw string, style syntax.Style) (width, characters int) {
	switch {
	case style == syntax.Single && strings.HasPrefix(raw, "''"):
		return 2, 2
	case style == syntax.Double && len(raw) > 1 && raw[0] == '\\':
		n := 2 + map[byte]int{'x': 2, 'u': 4, 'U': 8}[raw[1]]
		n = min(n, len(raw))
		return n, utf8.RuneCountInString(raw[:n])
	}
	_, size := utf8.DecodeRuneInString(raw)
	return size, 1
}
