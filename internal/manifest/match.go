package manifest

import "strings"

// pair is an object on both sides, or on one.
type pair struct{ before, after *Object }

// match pairs objects: by ID; then, of ConfigMaps and Secrets that found none,
// those whose names differ in the hash of their content only, where that leaves
// no choice.
func match(before, after []*Object, o Options) []pair {
	left := map[ID][]*Object{}
	for _, b := range before {
		id := o.id(Before, b)
		left[id] = append(left[id], b)
	}
	var pairs []pair
	var alone []int // the pairs without before
	for _, a := range after {
		id := o.id(After, a)
		if same := left[id]; len(same) > 0 {
			pairs = append(pairs, pair{same[0], a})
			left[id] = same[1:]
			continue
		}
		alone = append(alone, len(pairs))
		pairs = append(pairs, pair{after: a})
	}
	byBase(pairs, alone, left, o)
	for _, b := range before {
		id := o.id(Before, b)
		if same := left[id]; len(same) > 0 && same[0] == b {
			pairs = append(pairs, pair{before: b})
			left[id] = same[1:]
		}
	}
	return pairs
}

// id is what o is matched by.
func (o Options) id(s Side, x *Object) ID {
	if o.Match != nil {
		return o.Match(s, x)
	}
	if x.Base != "" {
		id := x.ID
		id.Name = x.Base + "-*" // no other object has such a name
		return id
	}
	return x.ID
}

// byBase pairs what is left by the name without a hash, which nobody has said
// to be one: objects of a cluster do not tell.
func byBase(pairs []pair, alone []int, left map[ID][]*Object, o Options) {
	olds := map[ID][]ID{}
	for id, list := range left {
		for _, b := range list {
			if base, ok := hashed(b); ok {
				olds[based(o.id(Before, b), base)] = append(olds[based(o.id(Before, b), base)], id)
			}
		}
	}
	news := map[ID][]int{}
	for _, i := range alone {
		if base, ok := hashed(pairs[i].after); ok {
			id := based(o.id(After, pairs[i].after), base)
			news[id] = append(news[id], i)
		}
	}
	for id, list := range news {
		if from := olds[id]; len(list) == 1 && len(from) == 1 {
			pairs[list[0]].before = left[from[0]][0]
			left[from[0]] = left[from[0]][1:]
		}
	}
}

func based(id ID, base string) ID {
	id.Name = base
	return id
}

// hashLength and hashLetters are those of the hash that kustomize puts behind a
// generated name: the start of a SHA-256 in hexadecimal, its digits changed so
// that they spell no words.
const (
	hashLength  = 10
	hashLetters = "2456789bcdfghkmt"
)

// hashed is the name of a ConfigMap or Secret without the hash behind it; false
// where there is none.
func hashed(o *Object) (base string, ok bool) {
	if !o.Data() {
		return "", false
	}
	if o.Base != "" {
		return o.Base, true
	}
	at := len(o.Name) - hashLength
	if at < 2 || o.Name[at-1] != '-' || strings.Trim(o.Name[at:], hashLetters) != "" {
		return "", false
	}
	return o.Name[:at-1], true
}

// renamed are the objects that go on under another name, as they will be, by the
// name that they had: maps with a hash of their content behind it and, between
// two environments, whatever each puts its own prefix before.
type renamed map[string][]*Object

func renames(pairs []pair) renamed {
	out := renamed{}
	for _, p := range pairs {
		if p.before != nil && p.after != nil && p.before.Name != p.after.Name {
			out[p.before.Name] = append(out[p.before.Name], p.after)
		}
	}
	return out
}

// follow is the object that another names after, where it named before; nil where
// the two names have nothing to do with each other. Maps of the object's own
// namespace come first.
func (r renamed) follow(namespace, before, after string) (found *Object) {
	for _, o := range r[before] {
		if o.Name == after && (found == nil || o.Namespace == namespace) {
			found = o
		}
	}
	return found
}

// now is the name that an object named before has in namespace.
func (r renamed) now(namespace, before string) string {
	for _, o := range r[before] {
		if o.Namespace == namespace {
			return o.Name
		}
	}
	if all := r[before]; len(all) > 0 {
		return all[0].Name
	}
	return before
}
