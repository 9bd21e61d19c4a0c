package gate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"

	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/yamlfile"
)

// digest names what was shown: equal for two looks exactly where the same would
// be synced, the same would change and the same rules would be broken. It is of
// the values as they are, not as they are masked; a value of the cluster that
// the sync does not touch is not in it (an object's status moves all the time).
func digest(d *report.Deploy) string {
	h := sha256.New()
	put := func(texts ...string) {
		for _, t := range texts { // each behind its length: no two lists run together
			io.WriteString(h, strconv.Itoa(len(t))+":"+t)
		}
	}
	put("hoist gate 1", d.Environment, d.Application, d.Revision, d.Deployed, strconv.FormatBool(d.Prune))
	if d.Difference != nil {
		for i := range d.Difference.Differences {
			difference(put, &d.Difference.Differences[i])
		}
		for _, f := range d.Difference.Followers {
			put("follows", f.Before.String(), f.After.String(), f.Rollout.String())
		}
	}
	for _, n := range d.Unexplained {
		put("unexplained", n.String(), n.Namespace)
	}
	for _, o := range d.Kept {
		put("kept", o.String())
	}
	findings(put, "shut", d.Shut)
	findings(put, "older", d.Older)
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

func difference(put func(...string), d *manifest.Difference) {
	put(d.Kind.String(), d.Object().String(), d.Rollout.String())
	switch d.Kind {
	case manifest.Added:
		put(source(d.After))
	case manifest.Changed:
		put(d.Before.String())
		if d.After.Data() { // has no status, and a comment in it may restart what reads it
			put(source(d.Before), source(d.After))
		}
	}
	for _, c := range d.Changes {
		put(c.Path.String(), c.Action.String(), text(c.Before), text(c.After))
	}
}

// source is an object's text; of one that cannot be read the reason is its text.
func source(o *manifest.Object) string {
	f, err := o.File()
	if err != nil {
		return err.Error()
	}
	return f.Source()
}

// text is a node as it is written, with its kind; "" where there is none.
func text(n yamlfile.Node) string {
	if !n.Valid() {
		return ""
	}
	s := n.Span()
	return fmt.Sprint(n.Kind()) + " " + n.File().Source()[s.Start:s.End]
}

func findings(put func(...string), what string, list []check.Finding) {
	for _, f := range list {
		put(what, f.Fingerprint(), f.Place.String())
	}
}
