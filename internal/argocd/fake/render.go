package fake

import (
	"maps"
	"slices"
	"strconv"
)

func number(n uint64) string { return strconv.FormatUint(n, 10) }

func (a *app) source() Object {
	o := Object{"repoURL": a.spec.Repository, "path": a.spec.Path}
	if a.spec.Target != "" {
		o["targetRevision"] = a.spec.Target
	}
	return o
}

func (a *app) sources() []any {
	var out []any
	for range a.spec.Sources {
		out = append(out, a.source())
	}
	return out
}

func (a *app) several(revision string) []any {
	var out []any
	for range a.spec.Sources {
		out = append(out, revision)
	}
	return out
}

// at puts a revision and its source, or all of them, into o.
func (a *app) at(o Object, revision string) Object {
	if a.spec.Sources > 1 {
		o["revisions"], o["sources"] = a.several(revision), a.sources()
		return o
	}
	o["revision"], o["source"] = revision, a.source()
	return o
}

// render is an application as the server gives it. What is empty is left out. The
// server fills in the objects' health from redis: not in the answer to a sync, and
// not while redis is down.
func (a *app) render(filled bool) Object {
	meta := Object{"name": a.spec.Name, "namespace": "argocd", "uid": a.uid, "resourceVersion": number(a.version), "generation": a.changes + 1, "creationTimestamp": stampOf(a.created)}
	if a.hydrate != "" {
		meta["annotations"] = Object{"argocd.argoproj.io/hydrate": a.hydrate}
	}
	if !a.deleting.IsZero() {
		meta["deletionTimestamp"], meta["deletionGracePeriodSeconds"] = stampOf(a.deleting), 0
	}
	out := Object{"metadata": meta, "spec": a.renderSpec(), "status": a.renderStatus(filled)}
	if a.asked != nil {
		out["operation"] = a.renderOperation(a.asked)
	}
	return out
}

func (a *app) destination() Object {
	return Object{"server": "https://kubernetes.default.svc", "namespace": a.spec.Namespace}
}

func (a *app) renderSpec() Object {
	policy := Object{"syncOptions": []any{"CreateNamespace=true"}}
	if a.spec.Automated {
		auto := Object{}
		if a.spec.Prune {
			auto["prune"] = true
		}
		if a.spec.SelfHeal {
			auto["selfHeal"] = true
		}
		policy["automated"] = auto
	}
	spec := Object{"destination": a.destination(), "project": a.spec.Project, "syncPolicy": policy}
	if a.spec.Sources > 1 {
		spec["sources"] = a.sources()
	} else {
		spec["source"] = a.source()
	}
	return spec
}

func (a *app) renderStatus(filled bool) Object {
	if !a.compared {
		return Object{"sync": Object{"status": "", "comparedTo": Object{"source": Object{"repoURL": ""}, "destination": Object{}}}, "health": Object{}, "summary": Object{}, "sourceHydrator": Object{}}
	}
	to := Object{"destination": a.destination()}
	sync := Object{"status": a.status, "comparedTo": to}
	if a.spec.Sources > 1 {
		sync["revisions"], to["sources"] = a.several(a.revision), a.sources()
	} else {
		sync["revision"], to["source"] = a.revision, a.source()
	}
	st := Object{"sync": sync, "health": Object{"status": a.health, "lastTransitionTime": stampOf(a.healthAt)}, "summary": a.summary(),
		"resourceHealthSource": "appTree", "controllerNamespace": "argocd", "sourceHydrator": Object{}}
	if a.status != "Unknown" {
		st["sourceType"] = "Kustomize"
	}
	if len(a.resources) > 0 {
		var list []any
		for _, r := range a.resources {
			list = append(list, r.render(filled))
		}
		if a.hook != nil {
			list = append(list, a.hook.render(filled))
		}
		st["resources"] = list
	}
	if len(a.conditions) > 0 {
		st["conditions"] = a.conditions
	}
	if len(a.history) > 0 {
		st["history"] = a.history
	}
	if !a.reconciled.IsZero() {
		st["reconciledAt"] = stampOf(a.reconciled)
	}
	if a.state != nil {
		st["operationState"] = a.renderState()
	}
	return st
}

func (a *app) summary() Object {
	all := map[string]bool{}
	for _, w := range a.workload {
		for _, y := range w.sets {
			for _, i := range images(y.template) {
				all[i] = true
			}
		}
	}
	if len(all) == 0 {
		return Object{}
	}
	return Object{"images": slices.Sorted(maps.Keys(all))}
}

func (r resource) render(filled bool) Object {
	o := Object{"version": r.version, "kind": r.kind, "name": r.name}
	for k, v := range map[string]string{"group": r.group, "namespace": r.namespace, "status": r.status} {
		if v != "" {
			o[k] = v
		}
	}
	if filled && r.health != "" {
		o["health"] = healthObject(r.health, r.message)
	}
	if r.hook {
		o["hook"] = true
	}
	if r.prune {
		o["requiresPruning"] = true
	}
	return o
}

func (o *operation) initiator() Object {
	if o.automated {
		return Object{"automated": true}
	}
	return Object{"username": o.by}
}

func (a *app) renderOperation(o *operation) Object {
	sync := a.at(Object{"syncOptions": []any{"CreateNamespace=true"}}, o.revision)
	if o.prune {
		sync["prune"] = true
	}
	if o.dryRun {
		sync["dryRun"] = true
	}
	if len(o.resources) > 0 {
		sync["resources"] = o.resources
	}
	again := Object{}
	if o.retry.limit > 0 {
		again["limit"] = o.retry.limit
		again["backoff"] = Object{"duration": o.retry.duration.String(), "factor": o.retry.factor}
	}
	return Object{"sync": sync, "initiatedBy": o.initiator(), "retry": again}
}

func (a *app) renderState() Object {
	s := a.state
	result := a.at(Object{}, s.revision)
	if len(s.results) > 0 {
		result["resources"] = s.results
	}
	out := Object{"operation": a.renderOperation(s.operation), "phase": s.phase, "syncResult": result, "startedAt": stampOf(s.started)}
	if s.message != "" {
		out["message"] = s.message
	}
	if !s.finished.IsZero() {
		out["finishedAt"] = stampOf(s.finished)
	}
	if s.retries > 0 {
		out["retryCount"] = s.retries
	}
	return out
}
