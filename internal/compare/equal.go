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
	return asSet && a.Leaf() && b.Leaf() && sameSet(a, b)
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

// sameSet reports whether two lists of scalars hold the same values, each as
// often.
func sameSet(a, b yamlfile.Node) bool {
	byText, left := map[string][]value.Value{}, 0
	for n := range b.Items() {
		byText[n.Text()] = append(byText[n.Text()], n.Value())
		left++
	}
	var respelled []value.Value
	for n := range a.Items() {
		if v := n.Value(); take(byText, n.Text(), v) {
			left--
		} else {
			respelled = append(respelled, v)
		}
	}
	if len(respelled) != left {
		return false
	}
	for _, v := range respelled { // 1.0 and 1.00 are equal, too
		found := false
		for text := range byText {
			if found = take(byText, text, v); found {
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// take removes a value equal to v from those with a text.
func take(byText map[string][]value.Value, text string, v value.Value) bool {
	have := byText[text]
	for i := range have {
		if have[i].Equal(v) {
			have[i] = have[len(have)-1]
			if byText[text] = have[:len(have)-1]; len(have) == 1 {
				delete(byText, text)
			}
			return true
		}
	}
	return false
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
