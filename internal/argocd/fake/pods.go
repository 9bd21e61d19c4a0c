package fake

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// workload is what the cluster makes of a Deployment and its like.
type workload struct {
	sets     []set // the newest last
	number   int
	degraded bool // the newest did not come up in time
}

// set is one generation of its pods.
type set struct {
	number   int
	template Object
	made     time.Time
	ready    bool
	bad      bool // an image of it cannot be pulled
}

// template is what a workload's pods are made of; nil for other kinds.
func template(o Object) Object {
	switch textAt(o, "kind") {
	case "Deployment", "StatefulSet", "DaemonSet", "Job":
		t, _ := at(o, "spec", "template").(Object)
		return t
	}
	return nil
}

func images(template Object) (out []string) {
	list, _ := at(template, "spec", "containers").([]any)
	for _, c := range list {
		if o, ok := c.(Object); ok {
			if i := textAt(o, "image"); i != "" {
				out = append(out, i)
			}
		}
	}
	return out
}

// unpullable reports whether an image is not there: one whose tag begins with
// "bad-".
func unpullable(template Object) bool {
	for _, i := range images(template) {
		if strings.Contains(i, ":bad-") {
			return true
		}
	}
	return false
}

// roll makes new pods where an object's template has changed.
func (a *app) roll(x *item) {
	t := template(x.object)
	if t == nil {
		return
	}
	w := a.workload[x.key]
	if w == nil {
		w = &workload{}
		a.workload[x.key] = w
	}
	if n := len(w.sets); n > 0 && same(w.sets[n-1].template, t) {
		return
	}
	w.number++
	w.degraded = false
	old := w.sets
	if n := len(old); n > 0 {
		old = old[n-1:]
	}
	w.sets = append(append([]set(nil), old...), set{number: w.number, template: copied(t), made: time.Now().Truncate(time.Second), bad: unpullable(t)})
}

// pods moves every workload on: those that come up do so after Rollout, those
// that do not are Degraded after Deadline. The lock is held.
func (s *Server) pods(a *app) {
	for _, w := range a.workload {
		n := len(w.sets)
		if n == 0 || w.sets[n-1].ready || w.degraded {
			continue
		}
		number := w.number
		if w.sets[n-1].bad {
			s.schedule(s.pace.Deadline, func() { s.up(a, w, number, false) })
		} else {
			s.schedule(s.pace.Rollout, func() { s.up(a, w, number, true) })
		}
	}
}

// up is that a workload's newest pods run, or that their time is over.
func (s *Server) up(a *app, w *workload, number int, ready bool) {
	s.mu.Lock()
	if w.number == number {
		if ready {
			w.sets = w.sets[len(w.sets)-1:]
			w.sets[0].ready = true
		} else {
			w.degraded = true
		}
	}
	s.mu.Unlock()
	s.rolled(a)
}

func (w *workload) health(name string) (health, message string) {
	last := w.sets[len(w.sets)-1]
	switch {
	case w.degraded:
		return "Degraded", fmt.Sprintf("Deployment %q exceeded its progress deadline", name)
	case !last.ready:
		return "Progressing", "Waiting for rollout to finish: 0 out of 1 new replicas are available..."
	}
	return "Healthy", ""
}

// tree is the answer of resource-tree.
func (s *Server) tree(a *app) Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	var nodes []any
	for _, x := range a.live {
		n := Object{"version": versionOf(x.object), "kind": x.kind, "namespace": x.namespace, "name": x.name, "uid": x.uid,
			"resourceVersion": strconv.Itoa(x.version), "createdAt": stampOf(x.made)}
		if x.group != "" {
			n["group"] = x.group
		}
		if health, message := a.healthOf(x.key); health != "" {
			n["health"] = healthObject(health, message)
		}
		w := a.workload[x.key]
		if w != nil {
			n["info"] = []any{Object{"name": "Revision", "value": fmt.Sprint("Rev:", w.number)}}
			for _, y := range w.sets {
				nodes = append(nodes, y.nodes(x)...)
			}
		}
		nodes = append(nodes, n)
	}
	if nodes == nil {
		return Object{}
	}
	return Object{"nodes": nodes}
}

func healthObject(health, message string) Object {
	h := Object{"status": health}
	if message != "" {
		h["message"] = message
	}
	return h
}

// nodes are a generation's ReplicaSet and its pods.
func (y set) nodes(of *item) []any {
	name := fmt.Sprintf("%s-%.10s", of.name, fmt.Sprintf("%x", sum(string(encode(y.template)))))
	id := uid(of.uid + strconv.Itoa(y.number))
	parent := Object{"group": "apps", "version": "v1", "kind": "ReplicaSet", "namespace": of.namespace, "name": name, "uid": id}
	health, status, containers := healthObject("Progressing", "Waiting for rollout to finish: 0 out of 1 new replicas are available..."), "ContainerCreating", "0/1"
	podHealth := healthObject("Progressing", "")
	switch {
	case y.bad:
		status, podHealth = "ImagePullBackOff", healthObject("Degraded", fmt.Sprintf("Back-off pulling image %q", images(y.template)[0]))
	case y.ready:
		status, containers, health, podHealth = "Running", "1/1", healthObject("Healthy", ""), healthObject("Healthy", "")
	}
	var list []any
	for _, i := range images(y.template) {
		list = append(list, i)
	}
	pod := Object{"version": "v1", "kind": "Pod", "namespace": of.namespace, "name": name + "-c9b5t", "uid": uid(id + "pod"), "parentRefs": []any{parent},
		"info":   []any{Object{"name": "Status Reason", "value": status}, Object{"name": "Node"}, Object{"name": "Containers", "value": containers}},
		"images": list, "health": podHealth, "createdAt": stampOf(y.made), "resourceVersion": "870"}
	set := Object{"group": "apps", "version": "v1", "kind": "ReplicaSet", "namespace": of.namespace, "name": name, "uid": id,
		"parentRefs": []any{Object{"group": of.group, "version": versionOf(of.object), "kind": of.kind, "namespace": of.namespace, "name": of.name, "uid": of.uid}},
		"info":       []any{Object{"name": "Revision", "value": fmt.Sprint("Rev:", y.number)}}, "health": health, "createdAt": stampOf(y.made), "resourceVersion": "859"}
	return []any{pod, set}
}
