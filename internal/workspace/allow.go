package workspace

import (
	"context"
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/writeset"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
	"hoist.example/hoist/internal/yamlfile/proof"
)

// RuleNotWritten says that hoist.yaml could not be edited safely; why.
var RuleNotWritten = problem.Code{Name: "rule-not-written", Class: problem.Refused}

// AllowRequest is a rule to write: the fields of an entry of allow, as text.
type AllowRequest struct {
	Keys, Services []string
	Reason         string
	Group, Hint    string
	Secret         bool
	Values         [][2]string // environment, glob or literal
	Absent         []string
	Distinct       [][]string
	Equal          [][]string
	Until          string
	AllowDirty     bool
}

// Allowed is the rule that was written.
type Allowed struct {
	File string
	Line int
	Rule string // its YAML
}

// Allow writes a rule at the end of hoist.yaml's allow list: an ordinary insert,
// proved, and read again before anything is written.
func (w *Workspace) Allow(ctx context.Context, req AllowRequest) (out Allowed, err error) {
	for _, k := range req.Keys {
		if _, err := keypath.ParsePattern(k); err != nil {
			return out, badPath(k, err)
		}
	}
	rule := req.yaml()
	after, at, edits, err := w.withRule(rule)
	if err != nil {
		return out, err
	}
	if _, err := config.Load(overlaid{w.files(), w.file, after}, w.file); err != nil {
		return out, err // the rule itself is wrong: an unknown environment, a bad date
	}
	out = Allowed{File: w.file, Line: textedit.Index(string(after)).Line(at), Rule: rule}
	err = w.exclusively(ctx, "allow", func(store *writeset.Store) error {
		if !req.AllowDirty {
			if err := w.cleanFiles(ctx, store, map[string]string{w.file: w.configSource().SHA256}); err != nil {
				return err
			}
		}
		a := &Applied{ID: newID(w.configSource().SHA256), Files: []AppliedFile{{Path: w.file, Edits: edits}}, AppliedWords: AppliedWords{Allowed: req.Keys}}
		note, err := json.Marshal(a)
		if err != nil {
			return err
		}
		return store.Commit(ctx, a.ID, []writeset.Write{{Path: w.inRepo(w.file), Old: []byte(w.cfg.Source), New: after}}, note)
	})
	return out, err
}

// withRule is hoist.yaml with the rule in it, and where the rule starts.
func (w *Workspace) withRule(rule string) (after []byte, at int, edits []textedit.Edit, err error) {
	refused := func(why string) error {
		return problem.New(RuleNotWritten, problem.Place{File: w.file}, "why", why)
	}
	src, err := yamlfile.Parse("rule", []byte("allow:\n"+rule))
	if err != nil {
		return nil, 0, nil, refused("rule")
	}
	p := keypath.Path{}.Child("allow")
	from, _ := src.Lookup(p)
	if list, ok := w.cfg.File.Lookup(p); ok && list.Valid() && !list.Empty() {
		n := 0
		for range list.Items() {
			n++
		}
		from, _ = src.Lookup(p.Join(keypath.Step{Kind: keypath.Index, Index: 0}))
		p = p.Join(keypath.Step{Kind: keypath.Index, Index: n})
	}
	action := edit.Add
	if n, ok := w.cfg.File.Lookup(p); ok && n.Valid() { // allow: with nothing in it
		action = edit.Set
	}
	d := edit.Make(w.cfg.File, []edit.Op{{Action: action, Path: p, From: from}})
	if len(d.Held) > 0 {
		return nil, 0, nil, refused(d.Held[0].Why.Arg("why"))
	}
	if _, err := proof.Check(d, proof.Rules{}); err != nil {
		return nil, 0, nil, problem.New(RuleNotWritten, problem.Place{File: w.file}, "why", "proof").Because(err)
	}
	// hoist.yaml may hold a {service} that is no YAML: the bytes that were read
	// are edited, not those that were parsed.
	after, err = textedit.Apply([]byte(w.cfg.Source), d.Edits)
	return after, firstRule(d), d.Edits, err
}

// firstRule is where the inserted rule's dash stands.
func firstRule(d *edit.Draft) int {
	e := d.Edits[0]
	if i := strings.Index(e.New, "- "); i >= 0 {
		return e.Start + i
	}
	return e.Start
}

// yaml is the rule as one would write it.
func (r AllowRequest) yaml() string {
	var b strings.Builder
	lead := "  - "
	field := func(name, text string) {
		if text != "" {
			b.WriteString(lead + name + ": " + text + "\n")
			lead = "    "
		}
	}
	field("keys", flow(r.Keys))
	field("services", flow(r.Services))
	field("reason", spelled(r.Reason))
	field("group", spelled(r.Group))
	field("hint", spelled(r.Hint))
	if r.Secret {
		field("secret", "true")
	}
	var values []string
	for _, v := range r.Values {
		values = append(values, spelled(v[0])+": "+literal(v[1]))
	}
	if values != nil {
		field("values", "{"+strings.Join(values, ", ")+"}")
	}
	field("absent", flow(r.Absent))
	field("distinct", groups(r.Distinct))
	field("equal", groups(r.Equal))
	field("until", r.Until)
	return b.String()
}

func flow(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = spelled(t)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func groups(lists [][]string) string {
	if len(lists) == 0 {
		return ""
	}
	out := make([]string, len(lists))
	for i, l := range lists {
		out[i] = flow(l)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// spelled writes a string that YAML reads back as that string, in a flow
// collection too: plain where it is made of ordinary words, else quoted.
func spelled(s string) string {
	if s == "" {
		return ""
	}
	if regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./()-]*( [A-Za-z0-9_./()-]+)*$`).MatchString(s) && !reserved(s) {
		return s
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		b, err := json.Marshal(s) // a JSON string is a YAML double-quoted one
		if err == nil {
			return string(b)
		}
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

func reserved(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		return true
	}
	return false
}

// literal is a value of a rule: true, false and numbers as they are, everything
// else a string.
func literal(s string) string {
	if s == "true" || s == "false" || regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`).MatchString(s) {
		return s
	}
	return spelled(s)
}

// files are hoist.yaml's directory and what is below.
func (w *Workspace) files() fs.FS {
	fsys := w.src.listing()
	if w.base == "." {
		return fsys
	}
	sub, err := fs.Sub(fsys, w.base)
	if err != nil {
		return fsys
	}
	return sub
}

// overlaid is files with one of them replaced.
type overlaid struct {
	fs.FS
	name string
	data []byte
}

func (o overlaid) ReadFile(name string) ([]byte, error) {
	if path.Clean(name) == o.name {
		return o.data, nil
	}
	return fs.ReadFile(o.FS, name)
}

func (o overlaid) Stat(name string) (fs.FileInfo, error) { return fs.Stat(o.FS, name) }
