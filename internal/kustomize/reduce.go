package kustomize

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// What kustomize does with the content of a generator's file is to copy it into
// the data of an object, and to hash that object into its name, which others
// refer to. What it does with the entries of images is to look at each container
// of each object, once for every entry: nine tenths of the time that a large
// overlay takes. Neither has any part in the rest. So an overlay is rendered
// once with a token in place of each such content and without its own images:
// the skeleton, which no promotion changes. Then the contents, the names and the
// images are put in, by kustomize's own filters and hash.
//
// That the result is byte for byte the whole render is held by a property test.
// It rests on this: a token is carried where the content would be, so that
// wherever it ends up is seen. If that is anywhere but in a whole value of data,
// or if anything in the overlay could depend on a content otherwise than by
// carrying it (a JSON patch that tests, a replacement or a variable, a plugin, a
// sort by name), the overlay is rendered whole.

// tokenMark begins every token. Its length is a multiple of three, so that its
// base64, too, begins that of every token.
const tokenMark = "hoist-content::"

// tokenOf stands for the content of a file in the skeleton. It is short enough
// for kustomize to leave its base64 in one line.
func tokenOf(name string) string { return tokenMark + digest([]byte(name))[:32] }

var tokenMark64 = base64.StdEncoding.EncodeToString([]byte(tokenMark))

// reduction is which parts of an overlay are left out of its skeleton.
type reduction struct {
	contents map[string]bool // files by name, for which their tokens stand; true: of a ConfigMap's
	images   []types.Image   // of the overlay itself
	serve    map[string][]byte
}

// reduce says what the skeleton of t leaves out; false where it must be rendered
// whole.
func (t *tree) reduce() (reduction, bool) {
	r := reduction{contents: map[string]bool{}, serve: map[string][]byte{}}
	if t.broken || len(t.kusts) == 0 || len(t.missing) > 0 {
		return r, false
	}
	for _, x := range t.kusts {
		if !plain(&x.k) || !t.plainPatches(x) {
			return r, false
		}
	}
	for name, configMap := range t.content {
		if !t.input[name] && !slices.Contains(FileNames(), path.Base(name)) {
			r.contents[name] = configMap
		}
	}
	own := t.kusts[0]
	if movable(own.k.Images) {
		src, err := withoutImages(own.src)
		if err != nil {
			return r, false
		}
		r.images, r.serve[own.file] = own.k.Images, src
	}
	return r, true
}

// plain reports whether nothing in k could depend on a content or an image but
// by carrying it.
func plain(k *types.Kustomization) bool {
	//lint:ignore SA1019 repositories still use vars
	return len(k.Vars) == 0 && len(k.Replacements) == 0 &&
		len(k.Generators) == 0 && len(k.Transformers) == 0 && len(k.Validators) == 0 &&
		len(k.Configurations) == 0 && len(k.Crds) == 0 && len(k.OpenAPI) == 0 &&
		len(k.BuildMetadata) == 0 && (k.SortOptions == nil || k.SortOptions.Order == types.FIFOSortOrder)
}

// plainPatches reports whether no patch of x could depend on a content: of all
// that patches can do, only the test of a JSON patch (RFC 6902, 4.6) does.
func (t *tree) plainPatches(x *kust) bool {
	//lint:ignore SA1019 repositories still use patchesJson6902
	for _, p := range slices.Concat(x.k.Patches, x.k.PatchesJson6902) {
		src := []byte(p.Patch)
		if p.Path != "" {
			var err error
			if src, err = t.f.read(path.Join(x.dir, p.Path)); err != nil {
				return false
			}
		}
		if tests(src) {
			return false
		}
	}
	return true
}

func tests(patch []byte) bool {
	f, err := yamlfile.Parse("patch.yaml", patch)
	if err != nil {
		return true
	}
	for p, n := range f.Leaves(nil) {
		if p.LastKey() == "op" && (n.Kind() != syntax.Scalar || n.Text() == "test") {
			return true
		}
	}
	return false
}

// movable reports whether images may be applied to the finished objects instead
// of inside. A new name that YAML takes for a number, put where quotes stood,
// would depend on how the object was spelled.
func movable(images []types.Image) bool {
	for _, i := range images {
		if i.NewName != "" && value.Resolve(i.NewName, true, "").Kind() != value.String {
			return false
		}
		if value.Resolve(i.Name, true, "").Kind() != value.String {
			return false
		}
	}
	return len(images) > 0
}

// withoutImages is a kustomization.yaml without its images, as JSON.
func withoutImages(src []byte) ([]byte, error) {
	j, err := yaml.YAMLToJSON(src)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(j, &fields); err != nil {
		return nil, err
	}
	for k := range fields {
		// encoding/json, which kustomize reads with, does not mind the case.
		if strings.EqualFold(k, "images") || strings.EqualFold(k, "imageTags") {
			delete(fields, k)
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err = e.Encode(fields)
	return b.Bytes(), err
}
