// Package kustomize is kustomization.yaml: its images entries, and the git
// references that repeat their tags.
//
// It reads through the same YAML rooms as every other file, so that its errors
// have line and column and its edits are proved; it never prints a file back.
package kustomize

import (
	"regexp"
	"strconv"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// What can be wrong with the images of a kustomization.yaml.
var (
	BadImages      = problem.Code{Name: "images-wrong-type", Class: problem.Wrong} // field, want
	NamelessImage  = problem.Code{Name: "image-without-name", Class: problem.Wrong}
	DuplicateImage = problem.Code{Name: "image-twice", Class: problem.Wrong} // name, line
)

// FileNames are the names kustomize accepts for its file, in its order.
func FileNames() []string {
	return []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}
}

// Image is one entry of images. A field that is not there is "".
type Image struct {
	Name, NewName, NewTag, Digest string
	Line                          int          // of the entry, from 1
	Path                          keypath.Path // images.[name=…]
	Node                          yamlfile.Node
}

// Images are the entries of a kustomization.yaml, in order. The error is a
// problem.List.
func Images(f *yamlfile.File) ([]Image, error) {
	var out []Image
	var l problem.List
	for _, root := range f.Roots() {
		list, ok := root.Get("images")
		if !ok || list.Kind() == syntax.Scalar && list.Value().Kind() == value.Null {
			continue
		}
		if list.Kind() != syntax.Sequence {
			l = append(l, problem.New(BadImages, list.Place(), "field", "images", "want", "list"))
			continue
		}
		for n := range list.Items() {
			i, p := read(n)
			if p == nil {
				p = twice(out, i)
			}
			if p != nil {
				l = append(l, p)
				continue
			}
			out = append(out, i)
		}
	}
	return out, l.Err()
}

func read(n yamlfile.Node) (Image, *problem.Problem) {
	if n.Kind() != syntax.Mapping {
		return Image{}, problem.New(BadImages, n.Place(), "field", "images", "want", "mapping")
	}
	i := Image{Node: n, Line: n.Place().Line}
	for _, f := range []struct {
		name string
		to   *string
	}{{"name", &i.Name}, {"newName", &i.NewName}, {"newTag", &i.NewTag}, {"digest", &i.Digest}} {
		v, ok := n.Get(f.name)
		if !ok || v.Kind() == syntax.Scalar && v.Value().Kind() == value.Null {
			continue
		}
		if v.Kind() != syntax.Scalar {
			return i, problem.New(BadImages, v.Place(), "field", f.name, "want", "scalar")
		}
		*f.to = v.Text() // as written: 1.10 is not 1.1, quoted or not
	}
	if i.Name == "" {
		return i, problem.New(NamelessImage, n.Place())
	}
	i.Path = keypath.Path{}.Child("images").Join(keypath.Step{Kind: keypath.Element, Key: "name", Value: i.Name})
	return i, nil
}

func twice(have []Image, i Image) *problem.Problem {
	for _, h := range have {
		if h.Name == i.Name {
			return problem.New(DuplicateImage, i.Node.Place(), "name", i.Name, "line", lineText(h.Line))
		}
	}
	return nil
}

// Twin is a resource that names a git revision: https://…?ref=v1.2.
type Twin struct {
	Ref  string
	Text string       // the whole resource
	Path keypath.Path // resources.[3]
	Node yamlfile.Node
}

// With is the resource with another revision.
func (t Twin) With(ref string) string {
	return refQuery.ReplaceAllStringFunc(t.Text, func(m string) string { return m[:5] + ref })
}

// refQuery is the revision of a remote target; kustomize also reads version=
// (its docs, "remote targets"), which repositories do not use for tags.
var refQuery = regexp.MustCompile(`[?&]ref=[^&#]*`)

// Twins are the resources, components and bases that name a revision.
func Twins(f *yamlfile.File) (out []Twin) {
	for _, root := range f.Roots() {
		for _, field := range []string{"resources", "components", "bases"} {
			list, ok := root.Get(field)
			if !ok || list.Kind() != syntax.Sequence {
				continue
			}
			at := 0
			for n := range list.Items() {
				if n.Kind() == syntax.Scalar {
					if m := refQuery.FindString(n.Text()); m != "" {
						out = append(out, Twin{Ref: m[5:], Text: n.Text(), Node: n,
							Path: keypath.Path{}.Child(field).Join(keypath.Step{Kind: keypath.Index, Index: at})})
					}
				}
				at++
			}
		}
	}
	return out
}

func lineText(n int) string { return strconv.Itoa(n) }
