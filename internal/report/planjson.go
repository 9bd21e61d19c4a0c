package report

import (
	"io"
	"maps"
	"slices"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// PlanJSON writes a plan as hoist/plan/v1: also the content of a plan file,
// which therefore never depends on the language, the terminal or the version of
// hoist.
func (w Words) PlanJSON(out io.Writer, x *plan.Plan) error {
	return w.planJSON(out, plan.Schema, x)
}

// AppliedJSON writes a plan that was carried out, as hoist/apply/v1 or
// hoist/sync/v1: the same members as a plan.
func (w Words) AppliedJSON(out io.Writer, command string, x *plan.Plan) error {
	return w.planJSON(out, "hoist/"+command+"/v1", x)
}

func (w Words) planJSON(out io.Writer, schema string, x *plan.Plan) error {
	w = w.english().fresh()
	s := &scribe{}
	s.open('{')
	s.strMember("schema", schema)
	s.strMember("from", x.Choice.From)
	s.strings("to", x.Choice.To)
	s.strMember("digest", x.Digest)
	s.newline(1)
	w.choiceJSON(s, x.Choice)
	s.newline(1)
	s.key("config")
	sourceJSON(s, x.Config)
	s.key("sources")
	s.open('[')
	for _, f := range x.Sources {
		s.newline(2)
		sourceJSON(s, f)
	}
	s.close(']')
	s.newline(1)
	s.key("files")
	s.open('[')
	for _, f := range x.Files {
		w.planFileJSON(s, f)
	}
	s.close(']')
	s.newline(1)
	s.key("heldBack")
	s.open('[')
	for _, h := range x.HeldBack {
		s.newline(2)
		w.heldJSON(s, h, severalServices(x))
	}
	s.close(']')
	w.planTailJSON(s, x)
	return s.end(out)
}

func (w Words) planTailJSON(s *scribe, x *plan.Plan) {
	s.newline(1)
	leftsJSON(s, "targetOnly", x.TargetOnly)
	s.newline(1)
	if len(x.Missing) > 0 {
		leftsJSON(s, "sourceOnly", x.Missing)
		s.newline(1)
	}
	if len(x.Behind) > 0 {
		behindJSON(s, x.Behind)
		s.newline(1)
	}
	s.key("notes")
	notes := x.Notes
	if notes == nil {
		notes = []compare.Note{}
	}
	w.notesJSON(s, notes)
	s.key("errors")
	w.problems(s, x.Problems)
}

func leftsJSON(s *scribe, name string, list []plan.Left) {
	s.key(name)
	s.open('[')
	for _, l := range list {
		s.newline(2)
		s.open('{')
		s.strMember("environment", l.Environment)
		s.strMember("service", l.Service)
		s.strMember("path", l.Path.String())
		s.close('}')
	}
	s.close(']')
}

func behindJSON(s *scribe, list []plan.LeftBehind) {
	s.key("leftBehind")
	s.open('[')
	for _, b := range list {
		s.newline(2)
		s.open('{')
		s.strMember("environment", b.Environment)
		s.strMember("image", b.Images[0])
		s.strings("images", b.Images)
		s.trueMember("split", b.Split)
		s.strMember("path", b.Path.String())
		s.strMember("file", b.Place.File)
		s.intMember("line", b.Place.Line)
		s.close('}')
	}
	s.close(']')
}

func sourceJSON(s *scribe, f plan.Source) {
	s.open('{')
	s.strMember("path", f.Path)
	s.strMember("sha256", f.SHA256)
	s.close('}')
}

// choiceJSON is what was asked for, so that apply can ask for it again.
func (w Words) choiceJSON(s *scribe, c plan.Choice) {
	s.key("choice")
	s.open('{')
	s.strings("services", c.Services)
	s.strings("only", c.Only)
	s.strings("except", c.Except)
	s.strings("prune", c.Prune)
	s.strings("overwrite", c.Overwrite)
	s.key("placeholder")
	s.bool(c.Placeholder)
	s.strings("images", c.Images)
	s.trueMember("add", c.Add)
	s.trueMember("withRefs", c.WithRefs)
	s.trueMember("onlyImages", c.OnlyImages)
	s.key("set")
	s.open('[')
	for _, x := range c.Set {
		s.open('{')
		s.strMember("environment", x.Environment)
		s.strMember("service", x.Service)
		s.strMember("path", x.Path)
		s.key("value")
		w.suppliedJSON(s, x)
		s.close('}')
	}
	s.close(']')
	if len(c.ImagesFrom) > 0 {
		s.key("imagesFrom")
		s.open('{')
		for _, to := range slices.Sorted(maps.Keys(c.ImagesFrom)) {
			s.strMember(to, c.ImagesFrom[to])
		}
		s.close('}')
	}
	if len(c.Leave) > 0 {
		leftsJSON(s, "leave", c.Leave)
	}
	s.close('}')
}

// suppliedJSON is a value as it was typed, or, from --values, with its type.
func (w Words) suppliedJSON(s *scribe, x plan.Supplied) {
	v := x.Value
	if !v.Present() {
		v = value.Text(x.Text)
	}
	p, err := keypath.Parse(x.Path)
	if err != nil {
		p = keypath.Path{}.Child(x.Path)
	}
	shown, _ := w.masker().JSON(p, v, x.Secret || w.secret(x.Service, p))
	s.any(shown)
}

func (w Words) planFileJSON(s *scribe, f plan.File) {
	s.newline(2)
	s.open('{')
	s.strMember("path", f.Path)
	s.strMember("environment", f.Environment)
	s.strMember("service", f.Service)
	s.strMember("sha256", f.SHA256)
	s.newline(3)
	s.key("changes")
	s.open('[')
	for _, c := range f.Changes {
		s.newline(4)
		w.changeJSON(s, f, c)
	}
	s.close(']')
	s.close('}')
}

// changeJSON is one change; an added key has no before, a deleted one no after.
func (w Words) changeJSON(s *scribe, f plan.File, c plan.Change) {
	s.open('{')
	s.strMember("path", c.Path.String())
	s.strMember("action", c.Action.String())
	masked := false
	if c.Action != edit.Add {
		s.key("before")
		masked = w.contentJSON(s, f, c, c.Before) || masked
	}
	if c.Action != edit.Delete {
		s.key("after")
		masked = w.contentJSON(s, f, c, c.After) || masked
	}
	s.intMember("line", c.Line)
	s.trueMember("masked", masked)
	if c.TypeChanged {
		s.key("types")
		s.open('{')
		s.strMember("before", leafOf(c.Before).TypeName())
		s.strMember("after", leafOf(c.After).TypeName())
		s.close('}')
	}
	s.close('}')
}

func (w Words) contentJSON(s *scribe, f plan.File, c plan.Change, x plan.Content) bool {
	t := subtree{service: f.Service, secret: c.Secret}
	if x.Node.Valid() {
		t.omit = omitted(c.Path, x.Node, x.Omit)
	}
	return w.content(s, t, c.Path, x.Node, leafOf(x))
}

func (w Words) heldJSON(s *scribe, h plan.Held, several bool) {
	s.open('{')
	s.strMember("environment", h.Environment)
	s.strMember("service", h.Service)
	s.strMember("path", h.Path.String())
	s.strMember("code", string(h.Code))
	var needs []string
	for _, n := range h.Needs {
		needs = append(needs, n.String())
	}
	s.strings("needs", needs)
	placeJSON(s, h.Place)
	s.strMember("reason", w.heldReason(h))
	s.strMember("hint", w.heldAdvice(h, several))
	s.close('}')
}

// heldAdvice is the hint with what to type, in one text.
func (w Words) heldAdvice(h plan.Held, several bool) string {
	s := w.heldHint(h)
	for _, l := range w.heldTyping(h, several) {
		if s != "" {
			s += "\n"
		}
		s += l
	}
	return s
}
