package argocd

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Pod is one of the pods that an application's objects have made.
type Pod struct {
	Name
	Health  string
	Reason  string // Running, ImagePullBackOff, CrashLoopBackOff, …
	Message string // of its health
	Created time.Time
	// Old says that it belongs to an older generation of its workload, which is on
	// its way out.
	Old bool
}

// Cannot reports whether the pod cannot start. Its application becomes Degraded
// only when its workload's deadline is over (progressDeadlineSeconds, ten minutes
// by default).
func (p Pod) Cannot() bool {
	if p.Old {
		return false
	}
	switch p.Reason {
	case "ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError", "RegistryUnavailable",
		"CrashLoopBackOff", "RunContainerError", "CreateContainerError", "CreateContainerConfigError", "PostStartHookError":
		return true
	}
	return strings.HasPrefix(p.Reason, "Init:") && (strings.HasSuffix(p.Reason, "BackOff") || strings.HasSuffix(p.Reason, "Error") || strings.HasSuffix(p.Reason, "ErrImagePull"))
}

// Tree is what the cluster has made of an application.
type Tree struct {
	Pods []Pod
	// Sick are the objects whose health is Degraded, with their messages.
	Sick []Resource
}

// Failing are the pods that cannot start.
func (t *Tree) Failing() (out []Pod) {
	for _, p := range t.Pods {
		if p.Cannot() {
			out = append(out, p)
		}
	}
	return out
}

// Tree asks for it.
func (c *Client) Tree(ctx context.Context, a App) (*Tree, error) {
	var w wireTree
	if err := c.ask(ctx, a.at(http.MethodGet, toSeePods, "/resource-tree"), &w); err != nil {
		return nil, err
	}
	t := &Tree{}
	newest := newestSets(&w)
	for i := range w.Nodes {
		n := &w.Nodes[i]
		if n.Health.Status == IsDegraded {
			t.Sick = append(t.Sick, Resource{Name: c.cleanName(n.wireName), Health: n.Health.Status, Message: c.clean(n.Health.Message)})
		}
		if n.Group != "" || n.Kind != "Pod" {
			continue
		}
		p := Pod{Name: c.cleanName(n.wireName), Health: c.clean(n.Health.Status), Message: c.clean(n.Health.Message), Created: n.CreatedAt}
		for _, x := range n.Info {
			if x.Name == "Status Reason" {
				p.Reason = c.clean(x.Value)
			}
		}
		for _, parent := range n.ParentRefs {
			p.Old = p.Old || newest[parent.UID] == older
		}
		t.Pods = append(t.Pods, p)
	}
	return t, nil
}

// age is whether a ReplicaSet is its Deployment's newest.
type age uint8

const (
	newer age = iota + 1
	older
)

// newestSets tells, by UID, which ReplicaSets are their Deployment's newest: the
// tree gives each its number ("Rev:2").
func newestSets(w *wireTree) map[string]age {
	number := map[string]int{}
	highest := map[string]int{}
	owner := map[string]string{}
	for i := range w.Nodes {
		n := &w.Nodes[i]
		if n.Kind != "ReplicaSet" || len(n.ParentRefs) == 0 {
			continue
		}
		for _, x := range n.Info {
			if rev, ok := strings.CutPrefix(x.Value, "Rev:"); ok && x.Name == "Revision" {
				if k, err := strconv.Atoi(rev); err == nil {
					number[n.UID], owner[n.UID] = k, n.ParentRefs[0].UID
					highest[owner[n.UID]] = max(highest[owner[n.UID]], k)
				}
			}
		}
	}
	out := map[string]age{}
	for uid, k := range number {
		out[uid] = newer
		if k < highest[owner[uid]] {
			out[uid] = older
		}
	}
	return out
}

// names are the objects' names, for a message, at most some of them.
func names[T interface{ String() string }](list []T) string {
	const most = 8
	var out []string
	for _, x := range list[:min(len(list), most)] {
		out = append(out, x.String())
	}
	slices.Sort(out)
	s := strings.Join(out, ", ")
	if len(list) > most {
		s += ", +" + strconv.Itoa(len(list)-most)
	}
	return s
}
