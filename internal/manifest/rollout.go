package manifest

import (
	"slices"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// Rollout is what a change of an object does to the pods it makes.
type Rollout uint8

// The rollouts.
const (
	None    Rollout = iota
	Restart         // its controller replaces the pods by itself
	ByHand          // only pods that are made from now on are new: updateStrategy OnDelete, a ReplicaSet, a paused Deployment
	NextRun         // a CronJob: the next run is the first with it
	Replace         // a Job or a Pod: the cluster refuses the change until the object is deleted and made again
)

// String is the rollout as JSON spells it.
func (r Rollout) String() string {
	return [...]string{"none", "restart", "by-hand", "next-run", "replace"}[r]
}

// template is where an object keeps the pods that it makes, as keys; nil for
// objects that make none.
func template(o *Object) []string {
	switch o.Kind {
	case "CronJob":
		return []string{"spec", "jobTemplate"}
	case "Pod":
		if o.Group == "" {
			return []string{"spec"}
		}
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job":
		return []string{"spec", "template"}
	}
	// Many controllers of others keep theirs where Deployment does.
	if containers, ok := o.Root().GetIn("spec", "template", "spec", "containers"); ok && containers.Kind() == syntax.Sequence {
		return []string{"spec", "template"}
	}
	return nil
}

// rollout is what the differences do to the pods.
func (w *walk) rollout() Rollout {
	keys := template(w.after)
	if keys == nil {
		return None
	}
	p := keypath.Path{}
	for _, k := range keys {
		p = p.Child(k)
	}
	inside := func(c keypath.Path) bool { return c.Under(p) || p.Under(c) }
	if !slices.ContainsFunc(w.touched, inside) {
		return None
	}
	return rollout(w.after)
}

func rollout(o *Object) Rollout {
	switch o.Kind {
	case "CronJob":
		return NextRun
	case "Job", "Pod":
		return Replace
	case "ReplicaSet", "ReplicationController":
		return ByHand
	case "Deployment":
		if o.Root().TextIn("spec", "paused") == "true" {
			return ByHand
		}
	case "StatefulSet", "DaemonSet":
		if o.Root().TextIn("spec", "updateStrategy", "type") == "OnDelete" {
			return ByHand
		}
	}
	return Restart
}
