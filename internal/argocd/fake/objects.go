package fake

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// key is what objects are told apart by.
type key struct{ group, kind, namespace, name string }

// String is the object as messages have it.
func (k key) String() string { return k.group + "/" + k.kind + "/" + k.name }

// applied is what kubectl says of it.
func (k key) applied(how string) string {
	kind := strings.ToLower(k.kind)
	if k.group != "" {
		kind += "." + k.group
	}
	return kind + "/" + k.name + " " + how
}

// item is an object in the cluster.
type item struct {
	key
	object  Object // as it was applied or edited
	applied Object // as it was applied last; nil if it never was
	uid     string
	made    time.Time
	version int
}

func keyOf(o Object) key {
	group, _, ok := strings.Cut(textAt(o, "apiVersion"), "/")
	if !ok {
		group = ""
	}
	return key{group, textAt(o, "kind"), textAt(o, "metadata", "namespace"), textAt(o, "metadata", "name")}
}

func versionOf(o Object) string {
	api := textAt(o, "apiVersion")
	return api[strings.LastIndexByte(api, '/')+1:]
}

func at(o Object, keys ...string) any {
	var v any = o
	for _, k := range keys {
		m, ok := v.(Object)
		if !ok {
			return nil
		}
		v = m[k]
	}
	return v
}

func textAt(o Object, keys ...string) string {
	s, _ := at(o, keys...).(string)
	return s
}

// encode is JSON as the server writes it, keys in order.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("fake: what cannot be JSON was given as an object: " + err.Error())
	}
	return bytes.TrimSpace(b.Bytes())
}

// copied is a deep copy, in the types of encoding/json.
func copied(o Object) Object {
	if o == nil {
		return nil
	}
	var out Object
	if err := json.Unmarshal(encode(o), &out); err != nil {
		panic("fake: " + err.Error())
	}
	return out
}

func copyAll(list []Object) (out []Object) {
	for _, o := range list {
		out = append(out, copied(o))
	}
	return out
}

func same(a, b any) bool { return bytes.Equal(encode(a), encode(b)) }

// uid is a UID that is the same for the same name.
func uid(name string) string {
	h := hex.EncodeToString(sum(name))
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-9" + h[17:20] + "-" + h[20:32]
}

func sum(s string) []byte {
	x := sha256.Sum256([]byte(s))
	return x[:]
}

// stampOf is a time as the server writes it.
func stampOf(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// clusterWide are the kinds that have no namespace.
var clusterWide = []string{"Namespace", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "PersistentVolume", "StorageClass", "IngressClass", "PriorityClass"}

// adopted are objects as Argo CD applies them: with a namespace, and marked as
// the application's.
func (a *app) adopted(list []Object) []Object {
	out := copyAll(list)
	for _, o := range out {
		meta, _ := o["metadata"].(Object)
		if meta == nil {
			meta = Object{}
			o["metadata"] = meta
		}
		if !slices.Contains(clusterWide, textAt(o, "kind")) && textAt(meta, "namespace") == "" {
			meta["namespace"] = a.spec.Namespace
		}
		notes, _ := meta["annotations"].(Object)
		if notes == nil {
			notes = Object{}
			meta["annotations"] = notes
		}
		k := keyOf(o)
		notes["argocd.argoproj.io/tracking-id"] = fmt.Sprintf("%s:%s/%s:%s/%s", a.spec.Name, k.group, k.kind, k.namespace, k.name)
	}
	return out
}

func (a *app) find(k key) *item {
	for _, x := range a.live {
		if x.key == k {
			return x
		}
	}
	return nil
}

// put makes the cluster have exactly these objects.
func (a *app) put(list []Object) {
	var live []*item
	for _, o := range list {
		k := keyOf(o)
		x := a.find(k)
		if x == nil {
			x = &item{key: k, uid: uid(a.spec.Name + k.String()), made: time.Now().Truncate(time.Second), applied: o}
		}
		x.object = o
		x.version++
		live = append(live, x)
	}
	a.live = live
}

// apply does what a sync does: every object, then what is too many. It gives why
// it failed; what could be applied has been, all the same.
func (a *app) apply(want []Object, o *operationState) (failed string) {
	o.results = nil
	wanted := map[key]bool{}
	for _, w := range want {
		k := keyOf(w)
		wanted[k] = true
		if !o.concerns(k) {
			continue
		}
		status, message, hook := "Synced", "", "Running"
		if why := refused(w); why != "" {
			status, message, hook, failed = "SyncFailed", why, "Failed", why
		} else {
			message = k.applied(a.applyOne(k, w))
		}
		o.results = append(o.results, Object{"group": k.group, "version": versionOf(w), "kind": k.kind, "namespace": k.namespace, "name": k.name,
			"status": status, "message": message, "hookPhase": hook, "syncPhase": "Sync"})
	}
	a.live = slices.DeleteFunc(a.live, func(x *item) bool {
		if wanted[x.key] || !o.concerns(x.key) || failed != "" {
			return false
		}
		status, message, hook, gone := "PruneSkipped", "ignored (requires pruning)", "Succeeded", false
		if o.prune && !strings.Contains(textAt(x.object, "metadata", "annotations", "argocd.argoproj.io/sync-options"), "Prune=false") {
			status, message, gone = "Pruned", "pruned", true
		} else if o.prune {
			message = "ignored (no prune)"
		}
		o.results = append(o.results, Object{"group": x.group, "version": versionOf(x.object), "kind": x.kind, "namespace": x.namespace, "name": x.name,
			"status": status, "message": message, "hookPhase": hook, "syncPhase": "Sync"})
		return gone
	})
	return failed
}

// concerns reports whether a sync is of that object: of all, or of those named.
func (o *operation) concerns(k key) bool {
	return len(o.resources) == 0 || slices.ContainsFunc(o.resources, func(r Object) bool {
		return textAt(r, "kind") == k.kind && textAt(r, "group") == k.group && textAt(r, "name") == k.name &&
			(textAt(r, "namespace") == "" || textAt(r, "namespace") == k.namespace)
	})
}

func (a *app) applyOne(k key, w Object) string {
	x := a.find(k)
	how := "configured"
	switch {
	case x == nil:
		x = &item{key: k, uid: uid(a.spec.Name + k.String()), made: time.Now().Truncate(time.Second)}
		a.live = append(a.live, x)
		how = "created"
	case same(x.object, w):
		return "unchanged"
	}
	x.object, x.applied = copied(w), copied(w)
	x.version++
	a.roll(x)
	return how
}

// refused is what the cluster has against an object.
func refused(o Object) string {
	if textAt(o, "kind") != "Service" {
		return ""
	}
	ports, _ := at(o, "spec", "ports").([]any)
	for i, p := range ports {
		port, _ := p.(Object)
		if n, ok := port["port"].(float64); ok && (n < 1 || n > 65535) {
			return fmt.Sprintf("error when patching \"/dev/shm/1692343724\": Service %q is invalid: spec.ports[%d].port: Invalid value: %s: must be between 1 and 65535, inclusive",
				textAt(o, "metadata", "name"), i, strconv.FormatFloat(n, 'f', -1, 64))
		}
	}
	return ""
}

// hookOf is when an object is run as a hook, "" for what is none.
func hookOf(o Object) string {
	return textAt(o, "metadata", "annotations", "argocd.argoproj.io/hook")
}

// hanging is the first hook that never ends: one with an image whose tag begins
// with "hang".
func hanging(hooks []Object) Object {
	for _, h := range hooks {
		for _, i := range images(template(h)) {
			if strings.Contains(i, ":hang") {
				return h
			}
		}
	}
	return nil
}

// pair is an object as it is and as git has it.
type pair struct {
	key
	live *item
	want Object
}

// pairs are all, sorted as the server sorts them.
func (a *app) pairs(want []Object) (out []pair) {
	for _, w := range want {
		out = append(out, pair{keyOf(w), a.find(keyOf(w)), w})
	}
	for _, x := range a.live {
		if !slices.ContainsFunc(want, func(w Object) bool { return keyOf(w) == x.key }) {
			out = append(out, pair{x.key, x, nil})
		}
	}
	slices.SortStableFunc(out, func(p, q pair) int {
		return strings.Compare(p.group+"\x00"+p.kind+"\x00"+p.namespace+"\x00"+p.name, q.group+"\x00"+q.kind+"\x00"+q.namespace+"\x00"+q.name)
	})
	return out
}

func (p pair) version() string {
	if p.want != nil {
		return versionOf(p.want)
	}
	return versionOf(p.live.object)
}

func (p pair) differs() bool { return !same(p.live.object, p.want) }

// diff is one item of managed-resources.
func (p pair) diff() Object {
	live, want := p.masked()
	d := Object{"kind": p.kind, "name": p.name, "targetState": text(want), "liveState": "null", "normalizedLiveState": "null", "predictedLiveState": text(want)}
	if p.group != "" {
		d["group"] = p.group
	}
	if p.namespace != "" {
		d["namespace"] = p.namespace
	}
	if p.live != nil {
		full := p.live.dressed(live)
		d["liveState"] = text(full)
		normal := copied(full)
		delete(normal["metadata"].(Object), "creationTimestamp")
		delete(normal, "status")
		d["normalizedLiveState"] = text(normal)
		d["resourceVersion"] = strconv.Itoa(p.live.version)
		if want != nil {
			d["predictedLiveState"] = text(predicted(normal, want))
		}
	}
	if p.want != nil && (p.live == nil || p.differs()) {
		d["modified"] = true
	}
	return d
}

func text(o Object) string {
	if o == nil {
		return "null"
	}
	return string(encode(o))
}

// masked are both sides with the values of a Secret replaced: by as many plus
// signs on both where they are equal, by more on the live side where not.
func (p pair) masked() (live, want Object) {
	want = copied(p.want)
	if p.live != nil {
		live = copied(p.live.object)
	}
	if p.group != "" || p.kind != "Secret" {
		return live, want
	}
	for _, field := range []string{"data", "stringData"} {
		l, _ := at(live, field).(Object)
		w, _ := at(want, field).(Object)
		for k, v := range l {
			l[k] = "++++++++"
			if other, ok := w[k]; ok && !same(v, other) {
				l[k] = "++++++++++++"
			}
		}
		for k := range w {
			w[k] = "++++++++"
		}
	}
	return live, want
}

// dressed is a live object with what the cluster adds to it.
func (x *item) dressed(o Object) Object {
	o = copied(o)
	meta := o["metadata"].(Object)
	meta["uid"], meta["resourceVersion"], meta["creationTimestamp"] = x.uid, strconv.Itoa(x.version), stampOf(x.made)
	meta["managedFields"] = []any{Object{"manager": "argocd-controller", "operation": "Update", "apiVersion": textAt(o, "apiVersion"), "fieldsType": "FieldsV1",
		"fieldsV1": Object{"f:metadata": Object{"f:annotations": Object{".": Object{}}}}, "time": stampOf(x.made)}}
	if x.applied != nil {
		last, _ := pair{x.key, nil, x.applied}.masked()
		if last == nil {
			_, last = pair{x.key, nil, x.applied}.masked()
		}
		notes, _ := meta["annotations"].(Object)
		if notes == nil {
			notes = Object{}
			meta["annotations"] = notes
		}
		notes["kubectl.kubernetes.io/last-applied-configuration"] = text(last) + "\n"
	}
	if template(x.object) != nil {
		meta["generation"] = x.version
		o["status"] = Object{"observedGeneration": x.version}
	}
	return o
}

// predicted is a live object as it will be: git's, and what only the cluster
// has.
func predicted(live, want Object) Object {
	out := copied(want)
	meta, was := out["metadata"].(Object), live["metadata"].(Object)
	for _, k := range []string{"uid", "resourceVersion", "managedFields", "generation"} {
		if v, ok := was[k]; ok {
			meta[k] = v
		}
	}
	if last := textAt(live, "metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"); last != "" {
		notes, _ := meta["annotations"].(Object)
		if notes == nil {
			notes = Object{}
			meta["annotations"] = notes
		}
		notes["kubectl.kubernetes.io/last-applied-configuration"] = last
	}
	return out
}
