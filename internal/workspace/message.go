package workspace

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/promotion"
	"hoist.example/hoist/internal/writeset"
	"hoist.example/hoist/internal/yamlfile"
)

// AppliedWords are what a commit message tells of an apply besides what moved,
// remembered so that nothing need be planned again for it.
type AppliedWords struct {
	Services   []string       `json:"services,omitempty"` // that the plan was about
	Narrowed   bool           `json:"narrowed,omitempty"` // by --only or --except
	HeldBack   []AppliedHeld  `json:"heldBack,omitempty"`
	Groups     []string       `json:"groups,omitempty"`     // of allow rules that match something
	ImagesFrom []string       `json:"imagesFrom,omitempty"` // where images came from, if not from where the configs did
	Source     string         `json:"source,omitempty"`     // the commit that the source was read at; -dirty behind it
	Allowed    []string       `json:"allowed,omitempty"`    // the keys of a rule that was written
	Reverts    *AppliedRevert `json:"reverts,omitempty"`
}

// AppliedHeld is what a plan held back.
type AppliedHeld struct {
	Environment string   `json:"environment"`
	Service     string   `json:"service"`
	Path        string   `json:"path"`
	Code        string   `json:"code"`
	Needs       []string `json:"needs,omitempty"`
}

// AppliedRevert is the commit that an undo takes back.
type AppliedRevert struct {
	Commit  string `json:"commit"`
	Subject string `json:"subject"`
}

func (w *Workspace) appliedWords(ctx context.Context, p *plan.Plan) (AppliedWords, error) {
	a := AppliedWords{Services: p.Choice.Services, Narrowed: len(p.Choice.Only)+len(p.Choice.Except) > 0, Groups: p.Matched}
	for _, f := range p.Files {
		if f.Service == "" {
			a.ImagesFrom = appendNew(a.ImagesFrom, p.Choice.ImagesFrom[f.Environment])
		}
	}
	for _, h := range p.HeldBack {
		x := AppliedHeld{Environment: h.Environment, Service: h.Service, Path: h.Path.String(), Code: string(h.Code)}
		for _, n := range h.Needs {
			x.Needs = append(x.Needs, n.String())
		}
		a.HeldBack = append(a.HeldBack, x)
	}
	var sources []string
	for _, s := range p.Sources {
		sources = append(sources, w.inRepo(s.Path))
	}
	dirty, err := w.repo.Dirty(ctx, sources)
	if s := (promotion.Source{Commit: headCommit(w.repo.HeadText()), Dirty: len(dirty) > 0}); s.Commit != "" {
		a.Source = s.String()
	}
	return a, err
}

// headCommit is the commit in what HEAD says; "" where there is none yet.
func headCommit(head string) string {
	at := head[strings.LastIndexByte(head, ' ')+1:]
	if b, err := hex.DecodeString(at); err != nil || len(b) != 20 && len(b) != 32 {
		return ""
	}
	return at
}

// messages words what the given records changed in the given files, which are
// theirs joined: one message for each group of environments that hoist.yaml's
// `separate` keeps apart, with the environments that its commit is about. The
// first one is also about files of no environment (hoist.yaml). None where
// nothing was changed.
func (w *Workspace) messages(records []writeset.Record, files []*touched) (out []parted, err error) {
	f, err := w.facts(records, files)
	if err != nil {
		return nil, err
	}
	parts := promotion.Split(f.To, w.cfg.Separate)
	for i, envs := range parts {
		out = append(out, parted{envs, promotion.Write(f.Part(parts, i))})
	}
	if len(parts) == 0 && len(f.Allowed) > 0 {
		out = append(out, parted{nil, promotion.Write(f)})
	}
	return out, nil
}

// parted is one commit: the environments whose files go into it, and its message.
type parted struct {
	environments []string
	message      promotion.Message
}

// facts are what a message tells of records and of the files they changed.
func (w *Workspace) facts(records []writeset.Record, files []*touched) (promotion.Facts, error) {
	f := promotion.Facts{Environments: w.titles()}
	if err := w.moved(&f, files); err != nil {
		return f, err
	}
	applies, err := w.applies(records, files)
	if err != nil {
		return f, err
	}
	var from, services, groups []string
	for _, a := range applies {
		from = appendNew(appendNew(from, a.From), a.ImagesFrom...)
		services = appendNew(services, a.Services...)
		groups = appendNew(groups, a.Groups...)
		f.Plans = appendNew(f.Plans, a.Plan)
		f.Allowed = appendNew(f.Allowed, a.Allowed...)
		if s := promotion.ParseSource(a.Source); s.Commit != "" && !slices.Contains(f.Sources, s) {
			f.Sources = append(f.Sources, s)
		}
		f.Held = w.heldAfter(f.Held, a)
		if r := a.Reverts; r != nil {
			f.Reverts = &promotion.Reverted{Commit: r.Commit, Subject: r.Subject}
		}
	}
	f.From, f.Groups, f.One = w.inOrder(from), w.groupsInOrder(groups), len(services) == 1
	return f.Through(mask.New(nil, false).Text), nil
}

func appendNew(have []string, more ...string) []string {
	for _, m := range more {
		if m != "" && !slices.Contains(have, m) {
			have = append(have, m)
		}
	}
	return have
}

// applies are the records that are about any of the files.
func (w *Workspace) applies(records []writeset.Record, files []*touched) (out []Applied, err error) {
	for _, r := range records {
		var a Applied
		if err := json.Unmarshal(r.Note, &a); err != nil {
			return nil, err
		}
		about := func(f AppliedFile) bool {
			return slices.ContainsFunc(files, func(t *touched) bool { return t.Path == f.Path })
		}
		if slices.ContainsFunc(a.Files, about) {
			out = append(out, a)
		}
	}
	return out, nil
}

// moved tells what the files had moved in them, service by service.
func (w *Workspace) moved(f *promotion.Facts, files []*touched) error {
	var to []string
	for _, t := range files {
		if t.Environment == "" {
			continue
		}
		m, err := t.moved()
		if err != nil {
			return err
		}
		if len(m.Names) > 0 || !bytes.Equal(t.old, t.wanted) {
			f.Moved, to = append(f.Moved, m), appendNew(to, t.Environment)
		}
	}
	f.To = w.inOrder(to)
	slices.SortStableFunc(f.Moved, func(a, b promotion.Moved) int {
		return cmp.Or(w.serviceIndex(a.Service)-w.serviceIndex(b.Service), slices.Index(f.To, a.Environment)-slices.Index(f.To, b.Environment))
	})
	return nil
}

// moved names what moved in one file.
func (t *touched) moved() (promotion.Moved, error) {
	m := promotion.Moved{Service: t.Service, Environment: t.Environment}
	before, err := yamlfile.Parse(t.Path, t.old)
	if err != nil {
		return m, err
	}
	after, err := yamlfile.Parse(t.Path, t.wanted)
	if err != nil {
		return m, err
	}
	changed := promotion.Net(before, after, t.paths())
	if t.Service == "" {
		m.Names = promotion.ImageNames(after, changed)
	} else {
		m.Names = promotion.Names(before, after, changed)
	}
	return m, nil
}

// serviceIndex is where a service stands in hoist.yaml; behind all others where
// it does not.
func (w *Workspace) serviceIndex(name string) int {
	if i := slices.IndexFunc(w.cfg.Services, func(s config.Service) bool { return s.Name == name }); i >= 0 {
		return i
	}
	return len(w.cfg.Services)
}

func (w *Workspace) groupsInOrder(groups []string) (out []string) {
	for _, g := range w.cfg.Rules.Groups() {
		if slices.Contains(groups, g) {
			out = append(out, g)
		}
	}
	return appendNew(out, groups...) // of rules that are gone by now
}

// heldAfter is what is held back after one more apply: what moved in it is no
// longer, and what it looked at again is as it says.
func (w *Workspace) heldAfter(held []promotion.Held, a Applied) []promotion.Held {
	held = slices.DeleteFunc(held, func(h promotion.Held) bool {
		again := !a.Narrowed && slices.Contains(a.Services, h.Service) && slices.Contains(a.To, h.Environment)
		return again || slices.ContainsFunc(a.Files, func(f AppliedFile) bool {
			return f.Service == h.Service && f.Environment == h.Environment && f.changes(h.Path)
		})
	})
	for _, h := range a.HeldBack {
		held = slices.DeleteFunc(held, func(x promotion.Held) bool {
			return x.Service == h.Service && x.Environment == h.Environment && x.Path == h.Path
		})
		held = append(held, promotion.Held{Service: h.Service, Environment: h.Environment, Path: h.Path, Code: h.Code, Needs: h.Needs})
	}
	slices.SortStableFunc(held, func(x, y promotion.Held) int { return w.serviceIndex(x.Service) - w.serviceIndex(y.Service) })
	return held
}

// changes reports whether a change is about the path, or about what is above or
// below it.
func (f AppliedFile) changes(path string) bool {
	p, err := keypath.Parse(path)
	return err == nil && slices.ContainsFunc(f.Changes, func(c AppliedChange) bool {
		q, err := keypath.Parse(c.Path)
		return err == nil && (p.Under(q) || q.Under(p))
	})
}
