package compare

import (
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// class is what a node is to the walk; as bits, so that a row has a set of them.
type class uint8

const (
	absent class = 1 << iota
	scalar
	scalars // a list of scalars, not empty
	emptyList
	list // a list with something else than scalars in it
	emptyMap
	mapping
)

const (
	mappings = mapping | emptyMap
	leaves   = scalar | scalars | emptyList | emptyMap
)

func classOf(n yamlfile.Node) class {
	if !n.Valid() {
		return absent
	}
	switch n.Kind() {
	case syntax.Scalar:
		return scalar
	case syntax.Mapping:
		if n.Empty() {
			return emptyMap
		}
		return mapping
	}
	switch {
	case n.Empty():
		return emptyList
	case n.Leaf():
		return scalars
	}
	return list
}

func classesOf(row []yamlfile.Node) (set class) {
	for i := range row {
		set |= classOf(row[i])
	}
	return set
}

// plainTag is the tag of a collection, "" for the one it has anyway.
func plainTag(n yamlfile.Node) string {
	tag := n.Tag()
	switch tag {
	case "", "!", "!!map", "!!seq":
		return ""
	}
	return tag
}

// sameTags reports whether the collections of a row have the same tag.
func sameTags(row []yamlfile.Node) bool {
	first := -1
	for i := range row {
		if !row[i].Valid() {
			continue
		}
		if first < 0 {
			first = i
		} else if plainTag(row[i]) != plainTag(row[first]) {
			return false
		}
	}
	return true
}

// sameLeaf reports whether two leaves have the same value for every reader. With
// asSet the order of a list of scalars does not count; how often each stands does.
func sameLeaf(a, b yamlfile.Node, asSet bool) bool {
	kind := a.Kind()
	if kind != b.Kind() {
		return false
	}
	if kind == syntax.Scalar {
		return sameScalar(a, b)
	}
	if plainTag(a) != plainTag(b) {
		return false
	}
	if kind == syntax.Mapping {
		return a.Leaf() && b.Leaf()
	}
	if sameItems(a, b) {
		return true
	}
	return asSet && sameSet(a.Value().Items(), b.Value().Items())
}

func sameItems(a, b yamlfile.Node) bool {
	for i, j := a.Cursor(), b.Cursor(); ; {
		x, more := i.Child()
		y, too := j.Child()
		if !more || !too {
			return more == too
		}
		if x.Kind() != syntax.Scalar || y.Kind() != syntax.Scalar || !sameScalar(x, y) {
			return false
		}
	}
}

func sameScalar(a, b yamlfile.Node) bool {
	return sameSpelling(a, b) || a.Value().Equal(b.Value())
}

// sameSpelling reports whether two scalars are spelled alike, so that no reader
// can take them for different values. The text of a block scalar depends on its
// indentation, and a tag on its document: of these it says nothing.
func sameSpelling(a, b yamlfile.Node) bool {
	t, u := a.File().Tree(), b.File().Tree()
	s := t.Style(a.ID())
	return s <= syntax.Double && s == u.Style(b.ID()) && t.Raw(a.ID()) == u.Raw(b.ID()) && t.Tag(a.ID()) == "" && u.Tag(b.ID()) == ""
}

// sameSet reports whether two lists hold the same values, each as often.
func sameSet(a, b []value.Value) bool {
	if len(a) != len(b) {
		return false
	}
	taken := make([]bool, len(b))
next:
	for i := range a {
		// Most lists are alike but for a few elements: look from the same place on.
		for d := range b {
			j := (i + d) % len(b)
			if !taken[j] && a[i].Equal(b[j]) {
				taken[j] = true
				continue next
			}
		}
		return false
	}
	return true
}

// sameRow reports whether all leaves that stand in a row have one value.
func sameRow(row []yamlfile.Node, asSet bool) bool {
	first := -1
	for i := range row {
		if !row[i].Valid() {
			continue
		}
		if first < 0 {
			first = i
		} else if !sameLeaf(row[first], row[i], asSet) {
			return false
		}
	}
	return true
}
