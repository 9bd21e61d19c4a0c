package workspace

import (
	"testing"

	"hoist.example/hoist/internal/yamlfile"
)

const applicationOf = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: prod}\nspec:\n"

// TestSelfSync: what manifests say about a push to main, whose remote calls main
// its own.
func TestSelfSync(t *testing.T) {
	for _, x := range []struct {
		name, text string
		want       syncing
	}{
		{"automated", applicationOf + "  source: {path: overlays/prod, targetRevision: main}\n  syncPolicy: {automated: {prune: true}}\n", byItself},
		{"automated by a word", applicationOf + "  source: {path: overlays/prod, targetRevision: main}\n  syncPolicy: {automated: {}}\n", byItself},
		{"HEAD", applicationOf + "  source: {path: ./overlays/prod/, targetRevision: HEAD}\n  syncPolicy: {automated: {}}\n", byItself},
		{"nothing said of the branch", applicationOf + "  source: {path: overlays/prod}\n  syncPolicy: {automated: {}}\n", byItself},
		{"a whole reference", applicationOf + "  source: {path: overlays/prod, targetRevision: refs/heads/main}\n  syncPolicy: {automated: {}}\n", byItself},
		{"by hand", applicationOf + "  source: {path: overlays/prod, targetRevision: main}\n  syncPolicy: {syncOptions: []}\n", byHand},
		{"no policy", applicationOf + "  source: {path: overlays/prod, targetRevision: main}\n", byHand},
		{"turned off", applicationOf + "  source: {path: overlays/prod, targetRevision: main}\n  syncPolicy: {automated: {enabled: false}}\n", byHand},
		{"null", applicationOf + "  source: {path: overlays/prod, targetRevision: main}\n  syncPolicy: {automated: }\n", byHand},
		{"another branch", applicationOf + "  source: {path: overlays/prod, targetRevision: release}\n  syncPolicy: {automated: {}}\n", byHand},
		{"a tag", applicationOf + "  source: {path: overlays/prod, targetRevision: v1.2.3}\n  syncPolicy: {automated: {}}\n", byHand},
		{"another overlay", applicationOf + "  source: {path: overlays/staging, targetRevision: main}\n  syncPolicy: {automated: {}}\n", 0},
		{"one of several sources", applicationOf + "  sources: [{chart: x}, {path: overlays/prod, targetRevision: main}]\n  syncPolicy: {automated: {}}\n", byItself},
		{"several documents", "kind: x\n---\n" + applicationOf + "  source: {path: overlays/prod, targetRevision: main}\n---\n" + applicationOf + "  source: {path: overlays/prod, targetRevision: main}\n  syncPolicy: {automated: {}}\n", byItself},
		{"an ApplicationSet", "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec:\n  template:\n    spec:\n      source: {path: overlays/prod, targetRevision: main}\n      syncPolicy: {automated: {}}\n", byItself},
		{"a templated one", "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec:\n  template:\n    spec:\n      source: {path: 'overlays/{{.env}}', targetRevision: main}\n      syncPolicy: {automated: {}}\n", 0},
		{"something else of Argo's", "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nspec:\n  source: {path: overlays/prod}\n  syncPolicy: {automated: {}}\n", 0},
		{"somebody else's Application", "apiVersion: other.example/v1\nkind: Application\nspec:\n  source: {path: overlays/prod}\n  syncPolicy: {automated: {}}\n", 0},
		{"odd shapes", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source: [a]\n  sources: {b: c}\n  syncPolicy: on\n", 0},
	} {
		f, err := yamlfile.Parse("a.yaml", []byte(x.text))
		if err != nil {
			t.Fatal(x.name, err)
		}
		var all []appSource
		for _, r := range f.Roots() {
			all = append(all, sourcesIn(r)...)
		}
		if got, _ := sourcesOf(all, "overlays/prod", "main", "main"); got != x.want {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
	head := appSource{automated: true, revision: "HEAD"}
	for branch, want := range map[string]syncing{"main": byItself, "master": byItself, "work": 0} {
		if got := head.sync(branch, ""); got != want {
			t.Errorf("HEAD, of an unknown default branch, on %s: %v, want %v", branch, got, want)
		}
	}
	if got := head.sync("work", "main"); got != byHand {
		t.Error("HEAD on a branch that is not the default one:", got)
	}
}
