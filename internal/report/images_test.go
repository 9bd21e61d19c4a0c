package report

import (
	"bytes"
	"strings"
	"testing"

	"hoist.example/hoist/internal/images"
	"hoist.example/hoist/internal/kustomize"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/yamlfile"
)

// imageLists are three kustomization.yaml with one image of each kind.
var imageLists = []string{`images:
- name: registry.example/simplex/front # 新的定价页
  newTag: v1.5.0-rc.2
- name: registry.example/simplex/front-homepage
  newTag: v0.9.3
- name: aliyun.example/simplex/crawler
  newTag: "1.10"
- name: registry.example/simplex/crawler
  newTag: "1.10"
- name: litellm
  newTag: main-v1.79.1-stable
- name: registry.example/simplex/node-server
  digest: sha256:bbbb1ed002ab5595859014ebf0951522d9f0c3b7a1a0c8e64a4c9fd8f1c2b7a9
- name: new-in-ci
  newTag: n1
- name: registry.example/simplex/mirrored
  newTag: m
`, `images:
  - newTag: v1.4.2
    name: registry.example/simplex/front
  - name: registry.example/simplex/front-homepage
    newTag: v0.9.3
  - name: aliyun.example/simplex/crawler
    newTag: "1.1"
  - name: registry.example/simplex/crawler
    newTag: "1.10"
  - name: litellm
    newTag: main-v1.77.5-stable
  - name: registry.example/simplex/node-server
    newTag: "2.10"
    digest: sha256:aaaa1ed002ab5595859014ebf0951522d9f0c3b7a1a0c8e64a4c9fd8f1c2b7a9
  - name: mirror.example/simplex/mirrored
    newName: aliyun.example/simplex/mirrored
    newTag: m
`, `images:
- {name: registry.example/simplex/front, newTag: v1.4.2}
- {name: registry.example/simplex/front-homepage, newTag: v0.9.3}
- {name: aliyun.example/simplex/crawler, newTag: "1.1"}
- {name: registry.example/simplex/crawler, newTag: "1.10"}
- {name: litellm, newTag: main-v1.77.5-stable}
- {name: registry.example/simplex/node-server, newTag: "2.9"}
- {name: registry.example/simplex/mirrored, newTag: m}
- {name: gone-in-ci, newTag: "20261106"}
`}

func imageList(t *testing.T) ImageList {
	t.Helper()
	l := ImageList{Environments: envs}
	entries := make([][]kustomize.Image, len(imageLists))
	for i, src := range imageLists {
		f, err := yamlfile.Parse("kubernetes/overlays/aws-"+envs[i]+"/kustomization.yaml", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		if entries[i], err = kustomize.Images(f); err != nil {
			t.Fatal(err)
		}
	}
	rules := rule.New([]rule.Allow{{Images: []string{"litellm"}, Reason: "its own release train", Place: at(71)}}, nil, nil, nil)
	category := func(service string) string {
		if strings.HasPrefix(service, "front") {
			return "frontend"
		}
		return ""
	}
	l.Rows = images.Rows(entries, category, rules)
	return l
}

func TestImagesLook(t *testing.T) {
	looks(t, "images", func(w Words, b *bytes.Buffer) error { return w.Images(b, imageList(t), ImageOptions{}) })
	looks(t, "images_detail", func(w Words, b *bytes.Buffer) error {
		return w.Images(b, imageList(t), ImageOptions{ShowSame: true, Detail: true})
	})
}

func TestImagesJSON(t *testing.T) {
	w := Words{Lang: "zh", Colour: true, Width: 60, Mask: testMask()}
	broken := imageList(t)
	broken.Problems = problem.List{problem.New(problem.Code{Name: "no-kustomization", Class: problem.Wrong}, problem.Place{File: "kubernetes/overlays/aws-qa"}, "overlay", "kubernetes/overlays/aws-qa")}
	for name, l := range map[string]ImageList{"images": imageList(t), "images_broken": broken, "images_none": {Environments: envs}} {
		for _, diffOnly := range []bool{false, true} {
			var b bytes.Buffer
			if err := w.ImagesJSON(&b, l, diffOnly); err != nil {
				t.Fatal(err)
			}
			validate(t, "images", b.Bytes())
			if diffOnly {
				name += "_diff_only"
			}
			golden(t, name+".json", b.Bytes())
		}
	}
}
