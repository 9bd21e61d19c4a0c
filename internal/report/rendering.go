package report

import (
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
)

// sentenceOf is a problem's sentence; "" of none.
func (w Words) sentenceOf(p *problem.Problem) string {
	if p == nil {
		return ""
	}
	return w.Sentence(p)
}

// rendered says what will change in the cluster, overlay by overlay; in full
// where that is not nil.
func (w Words) rendered(p *page, list []plan.Rendering, full *RenderedView) {
	if len(list) == 0 {
		return
	}
	p.gap()
	p.line(w.paint(bold, w.say(msgRendered)))
	for _, x := range list {
		switch {
		case full != nil && x.Stopped == nil:
			p.gap()
			w.fresh().renderedOverlay(p, *full, RenderedOverlay{Rendering: x})
		case x.Stopped != nil:
			w.beside(p, "  "+w.paint(red, "!")+" ", visible(x.Environment), w.say(msgStopped))
		case x.NotRendered != nil:
			w.beside(p, "  "+w.paint(amber, "?")+" ", visible(x.Environment), w.say(msgNotRendered, "why", w.Sentence(x.NotRendered)))
		default:
			w.clusterChanges(p, x)
		}
	}
}

func (w Words) clusterChanges(p *page, x plan.Rendering) {
	c := x.Comparison
	restarts := c.Restarts()
	if len(c.Differences) == 0 && len(restarts) == 0 {
		w.beside(p, "  "+w.paint(green, "=")+" ", visible(x.Environment), w.say(msgNothingRendered))
		return
	}
	w.beside(p, "  "+w.paint(teal, "~")+" ", visible(x.Environment), w.say(msgObjects, "n", len(c.Differences), "k", len(restarts)))
	for i := range c.Differences {
		d := &c.Differences[i]
		w.beside(p, "      "+w.paint(objectStyle(d), objectSign(d))+" ", visible(d.Object().String()), w.say(msgChangesIn, "n", len(d.Changes)))
	}
	for _, f := range restarts {
		w.beside(p, "      "+w.paint(amber, "!")+" ", visible(f.After.String()), w.say(msgRestarts))
	}
}

func objectSign(d *manifest.Difference) string {
	switch d.Kind {
	case manifest.Added:
		return "+"
	case manifest.Removed:
		return "-"
	}
	return "~"
}

func objectStyle(d *manifest.Difference) style {
	switch d.Kind {
	case manifest.Added:
		return green
	case manifest.Removed:
		return red
	}
	return teal
}

// renderedJSON is the member of hoist/verify/v1. In full its objects are those of
// hoist/rendered/v1.
func (w Words) renderedJSON(s *scribe, list []plan.Rendering, full *RenderedView) {
	w = w.fresh()
	s.key("rendered")
	s.open('[')
	for _, x := range list {
		s.newline(2)
		s.open('{')
		s.strMember("environment", x.Environment)
		s.strMember("overlay", x.Overlay)
		s.key("objects")
		s.open('[')
		if x.Comparison != nil {
			for i := range x.Comparison.Differences {
				d := &x.Comparison.Differences[i]
				if full != nil {
					s.newline(4)
					w.objectDiffJSON(s, *full, RenderedOverlay{Rendering: x}, d)
					continue
				}
				objectJSON(s, d.Object(), d.Kind.String())
			}
		}
		s.close(']')
		s.key("restarts")
		s.open('[')
		if x.Comparison != nil {
			for _, f := range x.Comparison.Restarts() {
				objectJSON(s, f.After, "")
			}
		}
		s.close(']')
		if p := x.NotRendered; p != nil {
			s.strMember("notRendered", w.Sentence(p))
		}
		s.close('}')
	}
	s.close(']')
}

func objectJSON(s *scribe, o *manifest.Object, action string) {
	s.open('{')
	s.strMember("kind", o.Kind)
	s.strMember("namespace", o.Namespace)
	s.strMember("name", o.Name)
	if action != "" {
		s.strMember("action", action)
	}
	s.close('}')
}

var (
	msgRendered        = Message{"IN THE CLUSTER  (as kustomize renders it)", "集群中的变化（按 kustomize 渲染）"}
	msgStopped         = Message{"does not build any more", "无法再构建"}
	msgNotRendered     = Message{"not rendered: {why}", "未渲染：{why}"}
	msgNothingRendered = Message{"nothing changes", "没有变化"}
	msgObjects         = Message{"{n} {n|object changes|objects change}, {k} {k|workload restarts|workloads restart}", "{n} 个对象变化，{k} 个工作负载重启"}
	msgChangesIn       = Message{"{n} {n|change|changes}", "{n} 处变化"}
	msgRestarts        = Message{"restarts", "重启"}
)
