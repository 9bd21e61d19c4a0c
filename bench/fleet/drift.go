package fleet

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"hoist.example/hoist/internal/keypath"
)

// found by status.
const (
	different = "different"
	missing   = "missing"
	expected  = "expected"
	pending   = "pending"
	violation = "violation"
)

func (s *service) plant(path, status, kind string) {
	s.found = append(s.found, Difference{s.name, path, status, kind})
}

// expectAllowed notes the leaves that rules of hoist.yaml let differ.
func (s *service) expectAllowed(base *node) {
	base.eachLeaf(func(path string, leaf *node) {
		if leaf.isAllowed() {
			s.plant(path, expected, "rule")
		}
	})
}

// judge changes what is known of one leaf.
func (s *service) judge(path, status, kind string) {
	s.found = slices.DeleteFunc(s.found, func(d Difference) bool { return d.Path == path })
	s.plant(path, status, kind)
}

// plantDrift plants one to six differences, none inside another.
func (s *service) plantDrift(r *rand.Rand) {
	d := drifter{Rand: r, service: s}
	for range 1 + r.IntN(6) {
		switch p := r.Float64(); {
		case p < 0.45:
			d.value()
		case p < 0.57:
			d.retype()
		case p < 0.62:
			d.annul()
		case p < 0.76:
			d.remove()
		case p < 0.90:
			d.insert()
		case p < 0.94:
			d.reshape()
		default:
			d.unset()
		}
	}
	if len(d.touched) == 0 {
		d.value()
	}
}

type drifter struct {
	*rand.Rand
	*service
	touched []string
}

type target struct {
	path string
	leaf *node
}

// choose is a leaf that fits and that no difference has touched yet. It takes
// the leaves of production, which has everything before drift is planted.
func (d *drifter) choose(fits func(target) bool) (target, bool) {
	var all []target
	d.trees[2].eachLeaf(func(path string, leaf *node) {
		if t := (target{path, leaf}); !d.frozen(path) && !d.isTouched(path) && fits(t) {
			all = append(all, t)
		}
	})
	if len(all) == 0 {
		return target{}, false
	}
	t := all[d.IntN(len(all))]
	d.touched = append(d.touched, t.path)
	return t, true
}

func (d *drifter) frozen(path string) bool {
	first, _, _ := strings.Cut(path, ".")
	n := d.trees[0].get(first)
	return n != nil && n.frozen
}

func (d *drifter) isTouched(path string) bool {
	return slices.ContainsFunc(d.touched, func(t string) bool { return below(t, path) || below(path, t) })
}

// below reports whether p is q or under it.
func below(p, q string) bool { return p == q || strings.HasPrefix(p, q+".") }

// some is one or two environments, any of them.
func (d *drifter) some() []int {
	return [][]int{{0}, {0}, {0}, {1}, {2}, {2}, {0, 1}, {1, 2}}[d.IntN(8)]
}

func steps(path string) []keypath.Step {
	p, err := keypath.Parse(path)
	if err != nil {
		panic(err) // every path here was printed by keypath
	}
	return p.Steps()
}

func (d *drifter) node(env int, path string) *node { return d.trees[env].at(steps(path)) }

// ordinary leaves may change: no rule speaks of them and no list is matched by
// them.
func ordinary(t target) bool {
	last := steps(t.path)
	return !t.leaf.isAllowed() && !isIdentity(last)
}

func isIdentity(s []keypath.Step) bool {
	n := len(s)
	return n >= 2 && s[n-2].Kind == keypath.Element && s[n-2].Key == s[n-1].Key
}

func (d *drifter) value() {
	t, ok := d.choose(func(t target) bool { return ordinary(t) && t.leaf.block == 0 })
	if !ok {
		return
	}
	kind := "value"
	for _, e := range d.some() {
		n := d.node(e, t.path)
		if n.kind == scalar {
			n.text = another(n, d.Rand)
			continue
		}
		kind = "list"
		at := len(n.items) / 2
		n.items = slices.Insert(n.items, at, otherItem(n))
	}
	d.plant(t.path, different, kind)
}

// otherItem fits the list and is not in it.
func otherItem(n *node) *node {
	if n.kind == list && len(n.items) > 0 && n.items[0].class == number {
		return num("7777")
	}
	return str("inserted")
}

// another is a text that means something else than n's.
func another(n *node, r *rand.Rand) string {
	switch {
	case n.class == boolean:
		return map[string]string{"true": "false", "false": "true"}[n.text]
	case n.class == number && strings.Contains(n.text, "."):
		return n.text + strconv.Itoa(1+r.IntN(9))
	case n.class == number:
		v, err := strconv.Atoi(n.text)
		if err != nil {
			panic(err)
		}
		return strconv.Itoa(v + 1 + r.IntN(40))
	case strings.HasPrefix(n.text, "tpl_"):
		return n.text[:len(n.text)-1] + "z"
	}
	return n.text + "2"
}

// retype makes 8 into "8", and true into "true".
func (d *drifter) retype() {
	t, ok := d.choose(func(t target) bool { return ordinary(t) && t.leaf.kind == scalar && t.leaf.class != text })
	if !ok {
		return
	}
	for _, e := range d.some() {
		d.node(e, t.path).class = text
	}
	d.plant(t.path, different, "type")
}

func (d *drifter) annul() {
	t, ok := d.choose(func(t target) bool { return ordinary(t) && t.leaf.kind == scalar && t.leaf.block == 0 })
	if !ok {
		return
	}
	for _, e := range d.some() {
		*d.node(e, t.path) = node{class: null, text: "null"}
	}
	d.plant(t.path, different, "null")
}

// remove takes a key out of some environments; its parent keeps others.
func (d *drifter) remove() {
	t, ok := d.choose(func(t target) bool {
		p := d.parentOf(t.path, 2)
		return ordinary(t) && p != nil && p.kind == mapping && len(p.entries) > 2
	})
	if !ok {
		return
	}
	for _, e := range d.some() {
		d.drop(e, t.path)
	}
	d.plant(t.path, missing, "key")
}

func (d *drifter) parentOf(path string, env int) *node {
	s := steps(path)
	return d.trees[env].at(s[:len(s)-1])
}

func (d *drifter) drop(env int, path string) {
	s := steps(path)
	p := d.trees[env].at(s[:len(s)-1])
	i := p.index(s[len(s)-1].Key)
	p.entries = slices.Delete(p.entries, i, i+1)
}

// insert puts an element into the middle of a list of mappings, which moves the
// index of all behind it. Elements with a price come from the left, as they do
// in life.
func (d *drifter) insert() {
	aPlan := d.IntN(2) == 0 // a new plan is what hoist is for
	t, ok := d.choose(func(t target) bool {
		return isIdentity(steps(t.path)) && (!aPlan || below(t.path, "payment.plans"))
	})
	if !ok {
		return
	}
	s := steps(t.path)
	at := keypath.Of(s[:len(s)-2]...)
	d.touched = append(d.touched, at.String())
	g := gardener{Rand: d.Rand, name: d.name}
	item := g.element(at.String())
	where := d.some()
	if at.String() == "payment.plans" {
		where = [][]int{{0}, {0, 1}}[d.IntN(2)]
	}
	for _, e := range where {
		l := d.trees[e].at(s[:len(s)-2])
		l.items = slices.Insert(l.items, (len(l.items)+1)/2, item.forEnvironment(e))
	}
	base := keypath.Of(s[:len(s)-2]...).Join(keypath.Step{Kind: keypath.Element, Key: s[len(s)-1].Key, Value: "inserted"})
	item.leavesBelow(base, func(path string, leaf *node) {
		if leaf.isAllowed() {
			d.plant(path, pending, "element")
			return
		}
		d.plant(path, missing, "element")
	})
}

// element is a new one for the list at a path.
func (g gardener) element(at string) *node {
	switch {
	case at == "payment.plans":
		return g.plan("inserted")
	case at == "rabbitmq.queues":
		return g.queue("inserted")
	case at == "routes":
		return g.route("inserted")
	case at == "worker.pools":
		return object(kv("name", str("inserted")), kv("size", g.number(1, 16)))
	}
	return g.rule("inserted")
}

// reshape makes a scalar into a mapping.
func (d *drifter) reshape() {
	t, ok := d.choose(func(t target) bool { return ordinary(t) && t.leaf.kind == scalar && t.leaf.block == 0 })
	if !ok {
		return
	}
	for _, e := range d.some() {
		old := d.node(e, t.path).clone()
		*d.node(e, t.path) = *object(kv("default", old), kv("max", num("100")))
	}
	d.plant(t.path, different, "shape")
}

// unset takes an allowed key out of staging or production, beside its siblings:
// a person has to fill it in.
func (d *drifter) unset() {
	t, ok := d.choose(func(t target) bool { return t.path == "stripe.webhookSecret" || t.path == "storage.bucket" })
	if !ok {
		return
	}
	d.drop(1+d.IntN(2), t.path)
	d.judge(t.path, pending, "key")
}

// plantViolation leaves a test key in production.
func (s *service) plantViolation() {
	const path = "stripe.secretKey"
	if n := s.trees[2].at(steps(path)); n != nil {
		n.text = "sk_test_FAKE_left_" + s.name
		s.judge(path, violation, "rule")
		return
	}
	s.trees[2].entries = append(s.trees[2].entries, kv("leftover", str("sk_test_FAKE_left_"+s.name)))
	s.plant("leftover", violation, "rule")
}
