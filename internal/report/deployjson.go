package report

import (
	"io"
	"time"

	"hoist.example/hoist/internal/argocd"
	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/problem"
)

// DeployStatusJSON writes hoist/deploy-status/v1.
func (w Words) DeployStatusJSON(out io.Writer, list []*Deploy) error {
	w = w.english().fresh()
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/deploy-status/v1")
	s.newline(1)
	s.key("environments")
	s.open('[')
	for _, d := range list {
		s.newline(2)
		s.open('{')
		w.deployMembers(s, d)
		s.close('}')
	}
	s.close(']')
	s.newline(1)
	n := countDeploys(list)
	s.key("counts")
	s.open('{')
	s.intMember("applications", len(list))
	s.intMember("outOfSync", n.differing)
	s.intMember("notHealthy", n.unwell)
	s.intMember("behind", n.behind)
	s.intMember("unknown", n.unknown)
	s.close('}')
	return s.end(out)
}

// DeployDiffJSON writes hoist/deploy-diff/v1.
func (w Words) DeployDiffJSON(out io.Writer, d *Deploy) error {
	w = w.english().fresh()
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/deploy-diff/v1")
	w.deployMembers(s, d)
	s.newline(1)
	w.differenceMembers(s, d)
	return s.end(out)
}

// RefusedJSON writes hoist/error/v1 of what only a person can go on with, and
// what that person would be shown.
func (w Words) RefusedJSON(out io.Writer, err error, d *Deploy) error {
	w = w.english().fresh()
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/error/v1")
	if all := problem.All(err); len(all) > 0 {
		w.members(s, all[0], w.Sentence(all[0]))
	}
	s.newline(1)
	s.key("deploy")
	s.open('{')
	w.deployMembers(s, d)
	s.newline(1)
	w.differenceMembers(s, d)
	for _, l := range []struct {
		name string
		list []check.Finding
	}{{"bringsIn", d.Shut}, {"toBeKnown", d.Older}} {
		s.newline(1)
		s.key(l.name)
		s.open('[')
		for _, f := range l.list {
			w.findingJSON(s, f)
		}
		s.close(']')
	}
	s.close('}')
	return s.end(out)
}

// SyncedJSON writes hoist/deploy-sync/v1, or after a wait hoist/deploy-wait/v1.
func (w Words) SyncedJSON(out io.Writer, x *Synced) error {
	w = w.english().fresh()
	schema := "hoist/deploy-sync/v1"
	if x.Waited {
		schema = "hoist/deploy-wait/v1"
	}
	s := &scribe{}
	s.open('{')
	s.strMember("schema", schema)
	s.strMember("outcome", x.Outcome)
	w.deployMembers(s, x.Deploy)
	return s.end(out)
}

// deployMembers are an environment, its application and what is known of it.
func (w Words) deployMembers(s *scribe, d *Deploy) {
	s.strMember("environment", d.Environment)
	s.strMember("application", d.Application)
	s.strMember("server", d.Server)
	mode := "automatic"
	if d.Manual {
		mode = "manual"
	}
	s.strMember("deploy", mode)
	s.key("pushed")
	s.open('{')
	s.strMember("remote", d.Remote)
	s.strMember("branch", d.Branch)
	s.strMember("revision", d.Revision)
	s.close('}')
	s.strMember("deployed", d.Deployed)
	s.key("contains")
	switch d.Contains {
	case "":
		s.any(nil)
	default:
		s.bool(d.Contains == "yes")
	}
	s.newline(3)
	s.key("state")
	if d.State == nil {
		s.any(nil)
	} else {
		w.stateJSON(s, d.State)
	}
	s.newline(3)
	s.key("hints")
	s.open('[')
	for _, h := range d.Hints {
		s.open('{')
		s.strMember("code", string(h.Code))
		s.strMember("message", w.hintText(d, h))
		s.close('}')
	}
	s.close(']')
	if d.Problem != nil {
		s.key("problem")
		s.open('{')
		w.members(s, d.Problem, w.Sentence(d.Problem))
		s.close('}')
	}
}

func (w Words) stateJSON(s *scribe, x *argocd.State) {
	s.open('{')
	s.strMember("project", x.Project)
	s.strMember("link", x.Link)
	s.strMember("sync", x.Sync)
	s.strMember("health", x.Health)
	s.strings("compared", x.Compared)
	s.strMember("comparedAt", stamp(x.ComparedAt))
	s.key("automated")
	s.open('{')
	s.key("sync")
	s.bool(x.Automated)
	s.key("prune")
	s.bool(x.AutoPrune)
	s.key("selfHeal")
	s.bool(x.SelfHeal)
	s.close('}')
	s.key("lastSync")
	if h := x.Deployed; h == nil {
		s.any(nil)
	} else {
		s.open('{')
		s.strings("revisions", h.Revisions)
		s.strMember("at", stamp(h.At))
		s.strMember("by", h.By)
		s.close('}')
	}
	w.operationJSON(s, x.Operation)
	s.key("conditions")
	s.open('[')
	for _, c := range x.Conditions {
		s.open('{')
		s.strMember("type", c.Type)
		s.strMember("message", w.masker().Text(c.Message))
		s.close('}')
	}
	s.close(']')
	windowsJSON(s, x.Windows)
	w.namesJSON(s, "outOfSync", x.Differing())
	w.namesJSON(s, "toPrune", x.Prunes())
	w.namesJSON(s, "notHealthy", unwell(x))
	s.close('}')
}

// stamp is a time as RFC 3339 has it, "" of none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (w Words) operationJSON(s *scribe, o *argocd.Operation) {
	s.key("operation")
	if o == nil {
		s.any(nil)
		return
	}
	s.open('{')
	s.key("inProgress")
	s.bool(o.InProgress)
	s.strMember("phase", o.Phase)
	s.strMember("message", w.masker().Text(o.Message))
	s.strings("revisions", o.Revisions)
	s.strMember("by", o.By)
	s.strMember("startedAt", stamp(o.StartedAt))
	s.strMember("finishedAt", stamp(o.FinishedAt))
	s.trueMember("dryRun", o.DryRun)
	s.trueMember("partial", o.Partial)
	s.intMember("retries", o.Retries)
	s.close('}')
}

func windowsJSON(s *scribe, x *argocd.Windows) {
	s.key("windows")
	if x == nil {
		s.any(nil)
		return
	}
	s.open('{')
	s.key("manualSyncAllowed")
	s.bool(x.Open)
	for _, l := range []struct {
		name string
		list []argocd.Window
	}{{"active", x.Active}, {"assigned", x.Assigned}} {
		s.key(l.name)
		s.open('[')
		for _, v := range l.list {
			s.open('{')
			s.strMember("kind", v.Kind)
			s.strMember("schedule", v.Schedule)
			s.strMember("duration", v.Duration)
			s.key("manualSync")
			s.bool(v.Manual)
			s.close('}')
		}
		s.close(']')
	}
	s.close('}')
}

func (w Words) namesJSON(s *scribe, name string, list []argocd.Resource) {
	s.key(name)
	s.open('[')
	for _, r := range list {
		s.open('{')
		nameMembers(s, r.Name)
		if r.Health != "" {
			s.strMember("health", r.Health)
		}
		if r.Message != "" {
			s.strMember("message", w.masker().Text(r.Message))
		}
		s.close('}')
	}
	s.close(']')
}

func nameMembers(s *scribe, n argocd.Name) {
	s.strMember("group", n.Group)
	s.strMember("kind", n.Kind)
	s.strMember("namespace", n.Namespace)
	s.strMember("name", n.Name)
}

// differenceMembers are what a sync would change.
func (w Words) differenceMembers(s *scribe, d *Deploy) {
	v := d.view()
	x := v.Overlays[0]
	s.key("objects")
	s.open('[')
	for i := range x.Comparison.Differences {
		s.newline(2)
		w.objectDiffJSON(s, v, x, &x.Comparison.Differences[i])
	}
	s.close(']')
	s.newline(1)
	s.key("followers")
	s.open('[')
	for _, f := range x.followers() {
		s.newline(2)
		followerJSON(s, f)
	}
	s.close(']')
	s.newline(1)
	what := "stays"
	if d.Prune {
		what = "deleted"
	}
	s.key("notInGit")
	s.open('[')
	for _, l := range []struct {
		what string
		list []*manifest.Object
	}{{what, d.Prunes()}, {"kept", d.Kept}} {
		for _, o := range l.list {
			s.open('{')
			idMembers(s, o)
			s.strMember("becomes", l.what)
			s.close('}')
		}
	}
	s.close(']')
	s.newline(1)
	s.key("unexplained")
	s.open('[')
	for _, n := range d.Unexplained {
		s.open('{')
		nameMembers(s, n)
		s.close('}')
	}
	s.close(']')
	s.newline(1)
	n := countRendered(v)
	s.key("counts")
	s.open('{')
	s.intMember("objects", n.objects)
	s.intMember("restarts", n.restarts)
	s.intMember("notInGit", len(d.Prunes()))
	s.close('}')
}
