package argocd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// Differences is how an application's objects in the cluster differ from git: the
// cluster is before, git is after. It is what Argo CD compares, after its own
// normalization and the application's ignoreDifferences.
//
// Hooks are not in it, nor is what the application does not have in git and did
// not make. Values of Secrets are masked by the server with plus signs: that two
// differ can be told, not how.
type Differences struct {
	State *State // of the same moment
	*manifest.Comparison
	// Kept are objects that git does not have any more, and that a prune passes
	// over because they say so themselves (sync-options: Prune=false).
	Kept []*manifest.Object
	// Unexplained are objects that Argo CD calls different and in which nothing
	// that can be shown is.
	Unexplained []Name
}

// None reports whether the cluster is as git has it.
func (d *Differences) None() bool {
	return len(d.Differences) == 0 && len(d.Followers) == 0 && len(d.Unexplained) == 0
}

// settleTries is how often a difference is asked for until two looks at the
// application around it agree.
const settleTries = 4

// Differences refreshes the application and gives its differences at one
// revision, State.Revision. Where git could not be compared it is a
// ComparisonError; where no answer of one moment could be had, Unsteady.
func (c *Client) Differences(ctx context.Context, a App) (*Differences, error) {
	var last error
	for try := range settleTries {
		if try > 0 && !pause(ctx, backoff(try)) {
			return nil, either(ctx.Err(), last)
		}
		before, err := c.Refresh(ctx, a, Normal)
		if err != nil {
			return nil, err
		}
		d, err := c.differencesOf(ctx, before)
		if err == nil {
			return d, nil
		}
		if last = err; !is(err, Unsteady) {
			return nil, err
		}
	}
	return nil, last
}

// is reports whether err is a problem of that code, whatever its arguments.
func is(err error, code problem.Code) bool {
	var p *problem.Problem
	return errors.As(err, &p) && p.Code == code
}

// differencesOf asks for the objects and makes sure that they are of the moment
// that s is of: the answer itself does not say which.
func (c *Client) differencesOf(ctx context.Context, s *State) (*Differences, error) {
	if err := c.comparable(s); err != nil {
		return nil, err
	}
	a := s.App()
	var w wireManaged
	if err := c.ask(ctx, a.at(http.MethodGet, toCompare, "/managed-resources"), &w); err != nil {
		return nil, err
	}
	after, err := c.Application(ctx, a)
	if err != nil {
		return nil, err
	}
	if err := c.comparable(after); err != nil {
		return nil, err
	}
	if !slices.Equal(s.Compared, after.Compared) || !s.ComparedAt.Equal(after.ComparedAt) || s.Sync != after.Sync || s.Busy() != after.Busy() {
		return nil, c.unsteady(s, "moving")
	}
	d, err := c.compare(after, &w)
	if err != nil {
		return nil, err
	}
	return d, c.consistent(d)
}

// comparable refuses a state that says nothing about git.
func (c *Client) comparable(s *State) error {
	if s.Deleting {
		return c.problem(Deleting, "application", s.Name, "message", "")
	}
	if x, ok := s.Uncompared(); ok {
		return c.problem(ComparisonError, "application", s.Name, "message", x.Message)
	}
	return nil
}

func (c *Client) unsteady(s *State, why string) error {
	return c.problem(Unsteady, "application", s.Name, "message", "", "why", why)
}

// consistent holds the differences against what the application says of itself:
// what it calls OutOfSync must be among them. An answer that is empty, or of
// another moment, is not "no difference".
func (c *Client) consistent(d *Differences) error {
	if d.State.Sync == Synced {
		return nil
	}
	known := map[Name]bool{}
	for _, n := range d.Unexplained {
		known[n] = true
	}
	for _, o := range d.Kept {
		known[nameOf(o)] = true
	}
	for i := range d.Comparison.Differences {
		for _, o := range []*manifest.Object{d.Comparison.Differences[i].Before, d.Comparison.Differences[i].After} {
			if o != nil {
				known[nameOf(o)] = true
			}
		}
	}
	for _, f := range d.Followers {
		known[nameOf(f.Before)], known[nameOf(f.After)] = true, true
	}
	for _, r := range slices.Concat(d.State.Differing(), d.State.Prunes()) {
		if !r.Hook && !known[r.Name] {
			return c.unsteady(d.State, "hidden")
		}
	}
	if len(known) == 0 {
		return c.unsteady(d.State, "unexplained")
	}
	return nil
}

func nameOf(o *manifest.Object) Name { return Name{o.Group, o.Kind, o.Namespace, o.Name} }

// compare makes objects of an answer. The pair to compare is the normalized live
// state and the one predicted: of the others, one has defaults and status that
// the other lacks.
func (c *Client) compare(s *State, w *wireManaged) (*Differences, error) {
	d := &Differences{State: s}
	var before, after []*manifest.Object
	var marked []Name
	for i := range w.Items {
		x := &w.Items[i]
		if x.Hook {
			continue
		}
		live, wanted, err := c.sides(x)
		if err != nil {
			return nil, err
		}
		if live != nil && wanted == nil && keeps(live) {
			d.Kept = append(d.Kept, live)
			continue
		}
		if x.Modified {
			marked = append(marked, x.name())
		}
		if live != nil {
			before = append(before, live)
		}
		if wanted != nil {
			after = append(after, wanted)
		}
	}
	d.Comparison = manifest.Compare(before, after, manifest.Options{})
	d.unexplained(marked)
	return d, nil
}

// unexplained notes what the server calls different and the comparison does not.
func (d *Differences) unexplained(marked []Name) {
	found := map[Name]bool{}
	for i := range d.Comparison.Differences {
		for _, o := range []*manifest.Object{d.Comparison.Differences[i].Before, d.Comparison.Differences[i].After} {
			if o != nil {
				found[nameOf(o)] = true
			}
		}
	}
	for _, f := range d.Followers {
		found[nameOf(f.Before)], found[nameOf(f.After)] = true, true
	}
	for _, n := range marked {
		if !found[n] {
			d.Unexplained = append(d.Unexplained, n)
		}
	}
}

// sides are an object as it is and as it will be; nil where it is absent.
func (c *Client) sides(x *wireItem) (live, wanted *manifest.Object, err error) {
	is, err := c.decode(x, x.NormalizedLive)
	if err != nil {
		return nil, nil, err
	}
	will, err := c.decode(x, x.PredictedLive)
	if err != nil {
		return nil, nil, err
	}
	if will == nil {
		delete(is, "status") // of no interest in what goes
	}
	if tracked(x, is) && tracked(x, will) {
		untrack(is)
		untrack(will)
	}
	return object(x, is), object(x, will), nil
}

// decode reads one side; nil where it is absent, for which the server has a text
// of its own.
func (c *Client) decode(x *wireItem, text string) (map[string]any, error) {
	if t := strings.TrimSpace(text); t == "" || t == "null" {
		return nil, nil
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v map[string]any
	if err := dec.Decode(&v); err != nil || v == nil || dec.More() {
		return nil, c.problem(BadAnswer, "application", "", "what", string(toCompare), "status", "200", "message", x.name().String())
	}
	strip(v)
	return v, nil
}

func object(x *wireItem, v map[string]any) *manifest.Object {
	if v == nil {
		return nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // it was decoded from JSON
	version, _ := v["apiVersion"].(string)
	if _, v, ok := strings.Cut(version, "/"); ok {
		version = v
	}
	return manifest.New(manifest.ID{Group: x.Group, Kind: x.Kind, Namespace: x.Namespace, Name: x.wireName.Name}, version, b.String())
}

// lastApplied repeats the whole object, as it was sent last.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// strip takes out what the cluster keeps for itself and nobody writes into git.
func strip(v map[string]any) {
	meta, ok := v["metadata"].(map[string]any)
	if !ok {
		return
	}
	for _, k := range []string{"managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink"} {
		delete(meta, k)
	}
	notes := annotations(v)
	if delete(notes, lastApplied); notes != nil && len(notes) == 0 {
		delete(meta, "annotations")
	}
}

// trackingID is where Argo CD writes whose an object is.
const trackingID = "argocd.argoproj.io/tracking-id"

func annotations(v map[string]any) map[string]any {
	meta, _ := v["metadata"].(map[string]any)
	notes, _ := meta["annotations"].(map[string]any)
	return notes
}

// tracked reports whether an object that is there is tracked by its own name, so
// that its tracking says nothing that its name does not.
func tracked(x *wireItem, v map[string]any) bool {
	if v == nil {
		return true
	}
	id, _ := annotations(v)[trackingID].(string)
	_, rest, _ := strings.Cut(id, ":")
	return rest == x.Group+"/"+x.Kind+":"+x.Namespace+"/"+x.wireName.Name
}

func untrack(v map[string]any) {
	notes := annotations(v)
	if delete(notes, trackingID); notes != nil && len(notes) == 0 {
		delete(v["metadata"].(map[string]any), "annotations")
	}
}

// keeps reports whether an object asks not to be pruned.
func keeps(o *manifest.Object) bool {
	n := o.Root()
	for _, k := range []string{"metadata", "annotations", "argocd.argoproj.io/sync-options"} {
		var ok bool
		if n, ok = n.Get(k); !ok {
			return false
		}
	}
	if n.Kind() != syntax.Scalar {
		return false
	}
	for x := range strings.SplitSeq(n.Text(), ",") {
		if strings.TrimSpace(x) == "Prune=false" {
			return true
		}
	}
	return false
}
