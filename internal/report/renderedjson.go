package report

import (
	"io"

	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/value"
)

// RenderedJSON writes hoist/rendered/v1.
func (w Words) RenderedJSON(out io.Writer, v RenderedView) error {
	w = w.english().fresh()
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/rendered/v1")
	s.newline(1)
	s.key("overlays")
	s.open('[')
	for _, x := range v.Overlays {
		s.newline(2)
		w.overlayJSON(s, v, x)
	}
	s.close(']')
	s.newline(1)
	n := countRendered(v)
	s.key("counts")
	s.open('{')
	s.intMember("objects", n.objects)
	s.intMember("changes", n.changes)
	s.intMember("expected", n.expected)
	s.intMember("restarts", n.restarts)
	s.intMember("notRendered", n.notRendered)
	s.intMember("stopped", n.stopped)
	s.close('}')
	return s.end(out)
}

func (w Words) overlayJSON(s *scribe, v RenderedView, x RenderedOverlay) {
	s.open('{')
	s.strMember("environment", x.Environment)
	if x.Against != "" {
		s.strMember("against", x.Against)
	}
	s.strMember("overlay", x.Overlay)
	status := "rendered"
	switch {
	case x.Stopped != nil:
		status = "stopped"
	case x.Comparison == nil:
		status = "not-rendered"
	}
	s.strMember("status", status)
	why := x.Stopped
	if why == nil {
		why = x.NotRendered
	}
	if why != nil {
		s.key("problem")
		s.open('{')
		w.members(s, why, w.Sentence(why))
		s.close('}')
	}
	c := x.Comparison
	if c == nil {
		c = &manifest.Comparison{}
	}
	s.newline(3)
	s.key("objects")
	s.open('[')
	for i := range c.Differences {
		s.newline(4)
		w.objectDiffJSON(s, v, x, &c.Differences[i])
	}
	s.close(']')
	s.newline(3)
	s.key("followers")
	s.open('[')
	for _, f := range x.followers() {
		s.newline(4)
		followerJSON(s, f)
	}
	s.close(']')
	s.intMember("same", c.Same)
	s.close('}')
}

// idMembers name an object.
func idMembers(s *scribe, o *manifest.Object) {
	s.strMember("group", o.Group)
	s.strMember("kind", o.Kind)
	s.strMember("namespace", o.Namespace)
	s.strMember("name", o.Name)
}

func followerJSON(s *scribe, f manifest.Follower) {
	s.open('{')
	idMembers(s, f.After)
	s.strMember("rollout", f.Rollout.String())
	s.key("of")
	s.open('[')
	for _, o := range f.Of {
		s.open('{')
		idMembers(s, o)
		s.close('}')
	}
	s.close(']')
	s.close('}')
}

func (w Words) objectDiffJSON(s *scribe, v RenderedView, x RenderedOverlay, d *manifest.Difference) {
	s.open('{')
	idMembers(s, d.Object())
	if d.Renamed() {
		s.strMember("was", d.Before.Name)
	}
	s.strMember("action", d.Kind.String())
	s.strMember("rollout", x.rollout(d).String())
	if d.Expected != "" {
		s.strMember("expected", d.Expected)
	}
	s.key("changes")
	s.open('[')
	for _, c := range d.Changes {
		s.newline(5)
		w.renderedChangeJSON(s, v, d, c)
	}
	s.close(']')
	if v.Diff {
		s.key("diff")
		s.open('[')
		hunks, err := manifest.Hunks(w.maskedText(d.Before, v), w.maskedText(d.After, v))
		for _, h := range hunks {
			if err != nil {
				break
			}
			s.str("@@ -" + hunkExtent(h.Old, h.OldCount) + " +" + hunkExtent(h.New, h.NewCount) + " @@")
			for _, l := range h.Lines {
				s.str(string(l.Op) + l.Text)
			}
		}
		s.close(']')
	}
	s.close('}')
}

// renderedChangeJSON is one value; a text of several lines, and what no value
// tells, has neither before nor after.
func (w Words) renderedChangeJSON(s *scribe, v RenderedView, d *manifest.Difference, c manifest.Change) {
	s.open('{')
	s.strMember("path", c.Path.String())
	s.strMember("action", c.Action.String())
	masked := false
	if !c.Text && c.Action != manifest.Form && c.Action != manifest.Order {
		t := subtree{secret: c.Secret}
		if c.Before.Valid() {
			s.key("before")
			masked = w.within(d.Before, v).content(s, t, c.Path, c.Before, value.Value{}) || masked
		}
		if c.After.Valid() {
			s.key("after")
			masked = w.within(d.After, v).content(s, t, c.Path, c.After, value.Value{}) || masked
		}
	}
	s.trueMember("text", c.Text)
	s.trueMember("masked", masked)
	if c.Expected != "" {
		s.strMember("expected", c.Expected)
	}
	s.close('}')
}
