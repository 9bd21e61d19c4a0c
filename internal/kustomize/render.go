package kustomize

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/progress"
)

// What keeps an overlay from being rendered.
var (
	// RemoteBase: a kustomization names something outside the repository, which is
	// refused before any network access. Place is where. Args resource.
	RemoteBase = problem.Code{Name: "remote-base", Class: problem.Refused}
	// NotRendered: other programs would have to be run. Place is where. Args why:
	// helm, plugin.
	NotRendered = problem.Code{Name: "not-rendered", Class: problem.Refused}
	// DoesNotBuild: kustomize refuses the overlay. Place is the file, and the line
	// where that is known. Args overlay, reason: no-such-file (with file), else
	// kustomize's own words in one line, with what looks like a secret masked.
	DoesNotBuild = problem.Code{Name: "overlay-does-not-build", Class: problem.Wrong}
)

// How says how a render was come by. Each gives the same objects.
type How string

// The ways: kustomize rendered all of it; kustomize rendered what does not
// change, and the rest was put in; likewise, but that part was known already.
const (
	Whole   How = "whole"
	Reduced How = "reduced"
	Known   How = "known"
)

// Input is a file that an overlay was made from; SHA256 of its bytes in
// hexadecimal.
type Input struct{ Path, SHA256 string }

// Rendered is an overlay as kustomize build makes it.
type Rendered struct {
	Overlay string
	Objects []*manifest.Object // in kustomize's order
	Inputs  []Input            // by path
	How     How
	// Affixes are what the overlay itself puts around names.
	Affixes manifest.Affixes
}

// Renderer renders overlays from memory: it runs no program, writes no file of
// the repository and opens no connection. What it has rendered makes the next
// time quick. The zero Renderer is ready; it may be used by several goroutines,
// of which kustomize itself serves one at a time.
type Renderer struct {
	// Cache keeps skeletons between runs of hoist; nil: none.
	Cache *Cache

	whole bool // for tests: never reduced

	mu    sync.Mutex
	known map[string][]*known // by overlay, the latest last
}

// known is a skeleton, and what was made of it.
type known struct {
	*skeleton
	mu     sync.Mutex
	placed map[string][]string  // texts with images set, by the images
	filled map[string]*rendered // bones with contents, by what they were made of
	made   map[string]*manifest.Object
}

// Render renders the overlay at a slash-separated path below fsys, the
// repository. changed lies over fsys, by real path: nil bytes remove a file,
// empty ones do not. fsys must keep to the repository and should know symbolic
// links (fs.ReadLinkFS), which kustomize takes into account.
//
// The error is one of this package's problems, a problem.List of them, or
// ctx.Err().
func (r *Renderer) Render(ctx context.Context, fsys fs.FS, changed map[string][]byte, overlay string, tell progress.Func) (*Rendered, error) {
	steps := newSteps(tell, overlay)
	defer steps.end()
	f := newFiles(ctx, fsys, changed)
	t, err := readTree(f, overlay)
	if err != nil {
		return nil, err
	}
	steps.expect(len(t.content) + len(t.input) + len(t.kusts))
	f.asked = steps.next
	out, err := r.choose(ctx, t, overlay)
	if out != nil && len(t.kusts) > 0 {
		out.Affixes = manifest.Affixes{Prefix: t.kusts[0].k.NamePrefix, Suffix: t.kusts[0].k.NameSuffix}
	}
	return out, err
}

// choose renders by way of a skeleton where that will do.
func (r *Renderer) choose(ctx context.Context, t *tree, overlay string) (*Rendered, error) {
	if red, ok := t.reduce(); ok && !r.whole {
		out, err := r.reduced(ctx, t, red, overlay)
		if out != nil || ctx.Err() != nil {
			return out, err
		}
	}
	return r.entire(ctx, t, overlay)
}

// entire renders all of an overlay.
func (r *Renderer) entire(ctx context.Context, t *tree, overlay string) (*Rendered, error) {
	f := t.f.again()
	f.check = t.screen
	docs, err := build(ctx, f, overlay, t.ownSchema())
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, t.failure(overlay, f, err)
	}
	out := &Rendered{Overlay: overlay, How: Whole, Inputs: inputs(f.seen)}
	origin := t.origins()
	for _, d := range docs {
		out.Objects = append(out.Objects, d.object(origin.of(d.ID.Kind, d.data)))
	}
	return out, nil
}

// reduced renders an overlay by way of its skeleton; nil without an error where
// that turns out not to do.
func (r *Renderer) reduced(ctx context.Context, t *tree, red reduction, overlay string) (*Rendered, error) {
	f := t.f.again()
	f.check, f.serve, f.token = t.screen, red.serve, map[string]string{}
	for name := range red.contents {
		f.token[name] = tokenOf(name)
	}
	k, how := r.lookup(f, overlay)
	if k == nil {
		fresh := t.f.again()
		fresh.check, fresh.serve, fresh.token = f.check, f.serve, f.token
		docs, err := build(ctx, fresh, overlay, false)
		if err != nil {
			return nil, ctx.Err() // the whole render says what is wrong, and whether anything is
		}
		s, ok := newSkeleton(fresh, docs)
		if !ok {
			return nil, nil
		}
		k, how = r.keep(overlay, s), Reduced
	}
	contents, ok := readAll(t.f, red.contents)
	if !ok {
		return nil, ctx.Err()
	}
	objects, err := k.finish(ctx, contents, red.images)
	if objects == nil || err != nil {
		return nil, ctx.Err()
	}
	out := &Rendered{Overlay: overlay, How: how, Objects: objects, Inputs: inputs(k.Seen)}
	for name, b := range contents {
		out.Inputs = append(out.Inputs, Input{name, digest(b)})
	}
	out.Inputs = append(slices.DeleteFunc(out.Inputs, func(i Input) bool { _, own := red.serve[i.Path]; return own }), t.own())
	slices.SortFunc(out.Inputs, byPath)
	return out, nil
}

// readAll reads the contents; false where one cannot be read, or is no text:
// kustomize puts that of a ConfigMap elsewhere (binaryData), where patches may
// find it or not.
func readAll(f *files, names map[string]bool) (map[string][]byte, bool) {
	out := map[string][]byte{}
	for name, configMap := range names {
		if f.ctx.Err() != nil {
			return nil, false
		}
		b, err := f.raw(name)
		if err != nil || configMap && !utf8.Valid(b) {
			return nil, false
		}
		out[name] = b
	}
	return out, true
}

// inputs are the files among what was seen.
func inputs(seen map[string]look) (out []Input) {
	for name, l := range seen {
		if l.Digest != "" {
			out = append(out, Input{name, l.Digest})
		}
	}
	slices.SortFunc(out, byPath)
	return out
}

func byPath(a, b Input) int {
	switch {
	case a.Path < b.Path:
		return -1
	case a.Path > b.Path:
		return 1
	}
	return 0
}

// lookup finds a skeleton that was made of what f has, in memory or in the
// cache.
func (r *Renderer) lookup(f *files, overlay string) (*known, How) {
	r.mu.Lock()
	list := slices.Clone(r.known[overlay])
	r.mu.Unlock()
	for _, k := range slices.Backward(list) {
		if f.sameAs(k.Seen) {
			return k, Known
		}
	}
	if s := r.Cache.load(overlay); s != nil && f.sameAs(s.Seen) {
		return r.remember(overlay, s), Known
	}
	return nil, ""
}

// keep remembers a new skeleton, also for the next run of hoist.
func (r *Renderer) keep(overlay string, s *skeleton) *known {
	r.Cache.save(overlay, s)
	return r.remember(overlay, s)
}

// maxKnown is how many skeletons of one overlay are kept in memory: before and
// after a change of the overlay itself.
const maxKnown = 2

func (r *Renderer) remember(overlay string, s *skeleton) *known {
	k := &known{skeleton: s, placed: map[string][]string{}, filled: map[string]*rendered{}, made: map[string]*manifest.Object{}}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil {
		r.known = map[string][]*known{}
	}
	list := append(r.known[overlay], k)
	r.known[overlay] = list[max(len(list)-maxKnown, 0):]
	return k
}

// origins are the files that have a content.
type origins map[string][]string

// of are the files of an object's data, by key.
func (o origins) of(kind string, data map[string]string) map[string][]string {
	var out map[string][]string
	for k, v := range data {
		if kind == "Secret" {
			raw, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(v, "\n", ""))
			if err != nil {
				continue
			}
			v = string(raw)
		}
		if names := o[v]; names != nil && v != "" {
			if out == nil {
				out = map[string][]string{}
			}
			out[k] = names
		}
	}
	return out
}

// own is the overlay's own kustomization.
func (t *tree) own() Input { return Input{t.kusts[0].file, digest(t.kusts[0].src)} }

// ownSchema reports whether a kustomization brings a schema.
func (t *tree) ownSchema() bool {
	return t.broken || slices.ContainsFunc(t.kusts, func(x *kust) bool { return len(x.k.OpenAPI) > 0 })
}

// screen looks at a file that kustomize asks for; what the tree has seen is
// known to be harmless.
func (t *tree) screen(name string, src []byte) error {
	if slices.ContainsFunc(t.kusts, func(x *kust) bool { return x.file == name }) {
		return nil
	}
	return screen(name, src)
}

// origins are the files of generators by their content.
func (t *tree) origins() origins {
	out := origins{}
	for _, name := range slices.Sorted(maps.Keys(t.content)) {
		if b, err := t.f.raw(name); err == nil {
			out[string(b)] = append(out[string(b)], name)
		}
	}
	return out
}

func imagesKey(images any) string {
	b, _ := json.Marshal(images)
	return digest(b)
}
