package kustomize

import (
	"regexp"
	"strings"

	"sigs.k8s.io/kustomize/api/filters/imagetag"
	"sigs.k8s.io/kustomize/api/types"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
)

// imageFields are where kustomize looks for images by default; beside that, in
// any list called containers or initContainers (imagetag.LegacyFilter).
func imageFields() types.FsSlice {
	var out types.FsSlice
	for _, p := range []string{
		"spec/containers[]/image",
		"spec/initContainers[]/image",
		"spec/volumes[]/image/reference",
		"spec/template/spec/containers[]/image",
		"spec/template/spec/initContainers[]/image",
		"spec/template/spec/volumes[]/image/reference",
		"spec/jobTemplate/spec/template/spec/volumes[]/image/reference",
	} {
		out = append(out, types.FieldSpec{Path: p, CreateIfNotPresent: true})
	}
	return out
}

// placer applies entries of images to objects as kustomize does, but only those
// entries to an object that could match something in it.
type placer struct {
	images []types.Image
	fields types.FsSlice
	byLast map[string][]int // entries by the last part of their names
	always []int            // entries whose names are regular expressions there
}

// kustomize takes a name for a regular expression. literal is what stands for
// itself in one; in simple, only dots stand for more, and for one character.
var (
	literal = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	simple  = regexp.MustCompile(`^[A-Za-z0-9_./:-]*$`)
)

func newPlacer(images []types.Image) *placer {
	p := &placer{images: images, fields: imageFields(), byLast: map[string][]int{}}
	for i, image := range images {
		last := lastPart(image.Name)
		if literal.MatchString(last) && simple.MatchString(image.Name) {
			p.byLast[last] = append(p.byLast[last], i)
		} else {
			p.always = append(p.always, i)
		}
	}
	return p
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// concerns reports whether kustomize's filter could do anything to an object; it
// never adds a field that such a text lacks.
func (p *placer) concerns(text string) bool {
	return len(p.images) > 0 && (strings.Contains(text, "ontainers") || strings.Contains(text, "volumes"))
}

// place is an object's text with its images set.
func (p *placer) place(text string) (string, error) {
	n, err := kyaml.Parse(text)
	if err != nil {
		return "", err
	}
	for i, on := range p.candidates(n) {
		// The first is always applied: kustomize refuses an image that is no text,
		// whatever the entry says.
		if !on && i > 0 {
			continue
		}
		nodes := []*kyaml.RNode{n}
		if _, err := (imagetag.LegacyFilter{ImageTag: p.images[i]}).Filter(nodes); err != nil {
			return "", err
		}
		if _, err := (imagetag.Filter{ImageTag: p.images[i], FsSlice: p.fields}).Filter(nodes); err != nil {
			return "", err
		}
	}
	return printed(n)
}

// candidates are the entries that could match a scalar of n, or what another
// candidate puts there.
func (p *placer) candidates(n *kyaml.RNode) []bool {
	on := make([]bool, len(p.images))
	var add func(i int)
	find := func(ref string) {
		for _, last := range lastParts(ref) {
			for _, i := range p.byLast[last] {
				add(i)
			}
		}
	}
	add = func(i int) {
		if !on[i] {
			on[i] = true
			find(p.images[i].NewName)
		}
	}
	for _, i := range p.always {
		add(i)
	}
	eachScalar(n.YNode(), find)
	return on
}

// lastParts are what the last part of a name may be that a reference to an image
// consists of: name[:tag][@digest].
func lastParts(ref string) []string {
	out := []string{lastPart(ref)}
	cut := func(s string, sep byte) (string, bool) {
		at := strings.LastIndexByte(s, sep)
		return s[:max(at, 0)], at >= 0
	}
	name, digested := cut(ref, '@')
	if digested {
		out = append(out, lastPart(name))
	} else {
		name = ref
	}
	if untagged, ok := cut(name, ':'); ok {
		out = append(out, lastPart(untagged))
	}
	if untagged, ok := cut(ref, ':'); ok {
		out = append(out, lastPart(untagged))
	}
	return out
}

func eachScalar(n *kyaml.Node, visit func(string)) {
	if n.Kind == kyaml.ScalarNode {
		visit(n.Value)
	}
	for _, c := range n.Content {
		eachScalar(c, visit)
	}
}
