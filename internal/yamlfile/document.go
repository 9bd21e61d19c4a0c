package yamlfile

import (
	"strconv"

	"hoist.example/hoist/internal/yamlfile/syntax"
)

// Roots are the documents' roots; an empty document has the zero Node.
func (f *File) Roots() []Node {
	docs := f.tree.Documents()
	out := make([]Node, len(docs))
	for i, d := range docs {
		if !f.emptyRoot(d.Root) {
			out[i] = f.node(d.Root, syntax.None, Written, false)
		}
	}
	return out
}

// emptyRoot: nothing stands between --- and the next document. What has an
// anchor or a tag is a null that somebody wrote.
func (f *File) emptyRoot(id syntax.ID) bool {
	return id == syntax.None || f.tree.Kind(id) == syntax.Scalar && f.tree.Whole(id).Len() == 0
}

// Several reports whether the file has more than one document that is not
// empty. Paths into such a file begin with a document's name.
func (f *File) Several() bool {
	n := 0
	for _, d := range f.tree.Documents() {
		if !f.emptyRoot(d.Root) {
			n++
		}
	}
	return n > 1
}

// DocumentName is how a path names document i: Kind/name where a Kubernetes
// object says so and no other document of the file has the same, else the index.
func (f *File) DocumentName(i int) string {
	f.namesOnce.Do(func() { f.names = documentNames(f.Roots()) })
	return f.names[i]
}

// Document is the root that name names, as DocumentName gives it or by index;
// false for a name that no document has and for an empty document.
func (f *File) Document(name string) (Node, bool) {
	roots := f.Roots()
	for i, r := range roots {
		if f.DocumentName(i) == name {
			return r, r.Valid()
		}
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(roots) && strconv.Itoa(i) == name {
		return roots[i], roots[i].Valid()
	}
	return Node{}, false
}

func documentNames(roots []Node) []string {
	names, count := make([]string, len(roots)), map[string]int{}
	for i, r := range roots {
		names[i] = objectName(r)
		count[names[i]]++
	}
	for i, n := range names {
		if n == "" || count[n] > 1 {
			names[i] = strconv.Itoa(i)
		}
	}
	return names
}

func objectName(r Node) string {
	kind, ok := r.Get("kind")
	if !ok || kind.Kind() != syntax.Scalar {
		return ""
	}
	meta, ok := r.Get("metadata")
	if !ok {
		return ""
	}
	name, ok := meta.Get("name")
	if !ok || name.Kind() != syntax.Scalar || name.Text() == "" || kind.Text() == "" {
		return ""
	}
	return kind.Text() + "/" + name.Text()
}
