package compare

import (
	"iter"

	"hoist.example/hoist/internal/yamlfile"
)

// level is what one depth of the walk works with.
type level struct {
	row     []yamlfile.Node
	cursors []yamlfile.Cursor
	table   table
	items   []yamlfile.Node // the elements of all lists, one list behind the other
	ends    []int           // where each environment's elements end in items
	rows    []int32         // element → its row in the table
}

func (w *walk) level(depth int) *level {
	for len(w.levels) <= depth {
		n := len(w.envs)
		w.levels = append(w.levels, &level{row: make([]yamlfile.Node, n), cursors: make([]yamlfile.Cursor, n), ends: make([]int, n)})
	}
	return w.levels[depth]
}

// table is siblings of several environments side by side: a row for each name.
// The order of the first environment stands; what a later one has besides
// follows the sibling that it follows there.
type table struct {
	n      int // environments
	keys   []string
	rows   []yamlfile.Node // n for each key
	next   []int32         // key → the one behind it; the last has none
	origin []int32         // key → the first environment that has it
	head   int32
	tail   int32
	index  map[string]int32 // key → its place in keys, of tables that are large

	env, prev     int32 // whose siblings are being added, behind which key
	loose, before int32 // the first of them without a sibling before it, and the last of all others
}

const (
	none       = int32(-1)
	indexLimit = 16 // up to how many keys are searched one by one
)

func (t *table) reset(n int) {
	t.n, t.keys, t.rows, t.next, t.origin = n, t.keys[:0], t.rows[:0], t.next[:0], t.origin[:0]
	t.head, t.tail, t.env, t.prev, t.loose, t.before = none, none, none, none, none, none
	clear(t.index)
}

func (t *table) row(k int32) []yamlfile.Node {
	i := int(k) * t.n
	return t.rows[i : i+t.n : i+t.n]
}

// add puts a node of env (environments come in order) into the row of key, which
// it returns; false where env has that key already. A new key goes behind the
// sibling before it, else before the one behind it, else last; where inPlace is
// false always last.
func (t *table) add(env int, key string, n yamlfile.Node, inPlace bool) (int32, bool) {
	if t.env != int32(env) {
		t.env, t.prev, t.loose, t.before = int32(env), none, none, t.tail
	}
	k := t.find(key)
	if k == none {
		k = t.insert(key, inPlace)
	} else if t.loose != none && inPlace {
		t.settle(k)
	}
	cell := &t.rows[int(k)*t.n+env]
	if cell.Valid() {
		return k, false
	}
	*cell = n
	if t.loose == none {
		t.prev = k
	}
	return k, true
}

// find looks first at what stands behind the sibling before: there it mostly is.
func (t *table) find(key string) int32 {
	likely := t.head
	if t.prev != none {
		likely = t.next[t.prev]
	}
	if likely != none && t.keys[likely] == key {
		return likely
	}
	if len(t.keys) <= indexLimit {
		for k := range t.keys {
			if t.keys[k] == key {
				return int32(k)
			}
		}
		return none
	}
	if len(t.index) == 0 {
		if t.index == nil {
			t.index = make(map[string]int32, 2*len(t.keys))
		}
		for k, name := range t.keys {
			t.index[name] = int32(k)
		}
	}
	if k, ok := t.index[key]; ok {
		return k
	}
	return none
}

func (t *table) insert(key string, inPlace bool) int32 {
	k := int32(len(t.keys))
	after := t.tail
	if t.prev != none && inPlace {
		after = t.place()
	} else if t.loose == none && inPlace && k > 0 {
		t.loose = k
	}
	t.keys, t.origin = append(t.keys, key), append(t.origin, t.env)
	for range t.n {
		t.rows = append(t.rows, yamlfile.Node{})
	}
	if after == none {
		t.next, t.head = append(t.next, t.head), k
	} else {
		t.next = append(t.next, t.next[after])
		t.next[after] = k
	}
	if t.next[k] == none {
		t.tail = k
	}
	if len(t.index) > 0 {
		t.index[key] = k
	}
	return k
}

// place is the key that a new one goes behind: the sibling before, and what
// environments between put behind that one.
func (t *table) place() int32 {
	at, first := t.prev, t.origin[t.prev]
	for next := t.next[at]; next != none && t.origin[next] > first && t.origin[next] < t.env; next = t.next[at] {
		at = next
	}
	return at
}

// settle moves the new keys that stand last, for want of a sibling before them,
// in front of k, the first sibling behind them.
func (t *table) settle(k int32) {
	first, last := t.loose, t.tail
	t.loose, t.tail = none, t.before
	t.next[t.before] = none
	t.next[last] = k
	if t.head == k {
		t.head = first
		return
	}
	at := t.head
	for t.next[at] != k {
		at = t.next[at]
	}
	t.next[at] = first
}

// inOrder yields the places of the keys in the merged order.
func (t *table) inOrder() iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for k := t.head; k != none && yield(k); k = t.next[k] {
		}
	}
}
