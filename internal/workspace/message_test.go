package workspace

import (
	"context"
	"strings"
	"testing"

	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/writeset"
)

// apply plans and applies; the request is From, To and what change sets.
func apply(t *testing.T, w *Workspace, services []string, from string, to []string, change func(*PlanRequest)) {
	t.Helper()
	req := PlanRequest{Selection: Selection{Services: services, All: services == nil}, Choice: plan.Choice{From: from, To: to}}
	if change != nil {
		change(&req)
	}
	p, err := w.Plan(context.Background(), req, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Apply(context.Background(), p, false, nil); err != nil {
		t.Fatal(err)
	}
}

// messagesNow are the messages of what is applied, their trailers cut to the
// token where they are different each time, each behind its environments.
func messagesNow(t *testing.T, w *Workspace) string {
	t.Helper()
	ctx := context.Background()
	store, err := w.store(ctx, false, "test")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	files, err := w.touched(ctx, store)
	if err != nil {
		t.Fatal(err)
	}
	var records []writeset.Record
	if records, err = store.Records(); err != nil {
		t.Fatal(err)
	}
	all, err := w.messages(records, files)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, m := range all {
		out.WriteString("[" + strings.Join(m.environments, " ") + "]\n")
		for l := range strings.SplitSeq(strings.TrimRight(m.message.String(), "\n"), "\n") {
			token, _, _ := strings.Cut(l, ": ")
			if token == "Hoist-Plan" || token == "Hoist-Source" {
				l = token
				if strings.HasSuffix(m.message.String(), "-dirty\n") && token == "Hoist-Source" {
					l += " -dirty"
				}
			}
			out.WriteString(l + "\n")
		}
	}
	return out.String()
}

func TestMessages(t *testing.T) {
	const subject = "chore: sync CI business configs to staging and production\n\n"
	const trailers = "\nHoist-From: ci\nHoist-To: staging, prod\nHoist-Plan\nHoist-Source\n"
	both := []string{"staging", "prod"}
	only := func(patterns ...string) func(*PlanRequest) {
		return func(r *PlanRequest) { r.Choice.Only = patterns }
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		do    func(t *testing.T, dir string, w *Workspace)
		want  string
	}{
		{"one service: its name goes without saying", nil, func(t *testing.T, _ string, w *Workspace) {
			apply(t, w, []string{"api"}, "ci", both, nil)
		}, "[staging prod]\n" + subject + "Synced: grant, rates.*\nWhitelisted (not synced): infra\n" + trailers},
		{"several", nil, func(t *testing.T, _ string, w *Workspace) {
			apply(t, w, nil, "ci", both, nil)
		}, "[staging prod]\n" + subject + "Synced: api: grant, rates.*; web: x (production)\nWhitelisted (not synced): infra\n" + trailers},
		{"two applies are one message", nil, func(t *testing.T, _ string, w *Workspace) {
			apply(t, w, []string{"api"}, "ci", []string{"staging"}, only("grant"))
			apply(t, w, []string{"api"}, "ci", both, only("rates.a"))
		}, "[staging prod]\n" + subject + "Synced: grant (staging), rates.a\nWhitelisted (not synced): infra\n\nHoist-From: ci\nHoist-To: staging, prod\nHoist-Plan\nHoist-Plan\nHoist-Source\n"},
		{"from two", nil, func(t *testing.T, _ string, w *Workspace) {
			apply(t, w, []string{"api"}, "ci", []string{"staging"}, only("grant"))
			apply(t, w, []string{"api"}, "staging", []string{"prod"}, only("grant"))
		}, "[staging prod]\nchore: sync CI and staging business configs to staging and production\n\nSynced: grant\nWhitelisted (not synced): infra\n\nHoist-From: ci, staging\nHoist-To: staging, prod\nHoist-Plan\nHoist-Plan\nHoist-Source -dirty\nHoist-Source -dirty\n"},
		{"where nothing moved is not promoted into", map[string]string{"o/staging/api.yaml": threeEnvironments()["o/ci/api.yaml"]}, func(t *testing.T, _ string, w *Workspace) {
			apply(t, w, []string{"api"}, "ci", both, nil)
		}, "[prod]\nchore: sync CI business configs to production\n\nSynced: grant, rates.*\nWhitelisted (not synced): infra\n\nHoist-From: ci\nHoist-To: prod\nHoist-Plan\nHoist-Source\n"},
		{"held back, and then not", map[string]string{"o/ci/api.yaml": "grant: 200\nrates: {a: 1, b: 2}\nhost: api.ci.example\ndb: {link: FAKEci, pool: {size: 3}}\n"}, func(t *testing.T, _ string, w *Workspace) {
			apply(t, w, []string{"api"}, "ci", both, nil)
			apply(t, w, []string{"api"}, "ci", []string{"staging"}, only("host"))
		}, "[staging prod]\n" + subject + "Synced: grant, rates.*, host (staging)\nNot synced: api: db.pool (staging, production: size), host (production: unclassified)\nWhitelisted (not synced): infra\n\nHoist-From: ci\nHoist-To: staging, prod\nHoist-Plan\nHoist-Plan\nHoist-Source\n"},
		{"kept apart", map[string]string{"hoist.yaml": threeOfThem + "separate: [[staging, prod]]\n"}, func(t *testing.T, _ string, w *Workspace) {
			apply(t, w, nil, "ci", both, nil)
		}, "[staging]\nchore: sync CI business configs to staging\n\nSynced: api: grant, rates.*\nWhitelisted (not synced): infra\n\nHoist-From: ci\nHoist-To: staging\nHoist-Plan\nHoist-Source\n" +
			"[prod]\nchore: sync CI business configs to production\n\nSynced: api: grant, rates.*; web: x\nWhitelisted (not synced): infra\n\nHoist-From: ci\nHoist-To: prod\nHoist-Plan\nHoist-Source\n"},
		{"images", nil, func(t *testing.T, _ string, w *Workspace) {
			apply(t, w, []string{"web"}, "ci", []string{"prod"}, nil)
			apply(t, w, nil, "ci", []string{"staging"}, func(r *PlanRequest) { r.Choice.OnlyImages, r.Images = true, &ImageSelection{} })
		}, "[staging prod]\nchore: sync CI business configs and images to staging and production\n\nSynced: x (production); images: front v2 (staging)\n\nHoist-From: ci\nHoist-To: staging, prod\nHoist-Plan\nHoist-Plan\nHoist-Source\n"},
		{"a rule", nil, func(t *testing.T, _ string, w *Workspace) {
			if _, err := w.Allow(context.Background(), AllowRequest{Keys: []string{"rates.a"}, Reason: "r"}); err != nil {
				t.Fatal(err)
			}
		}, "[]\nchore: allow rates.a to differ\n\nAllowed to differ: rates.a\n"},
		{"a rule and a promotion", nil, func(t *testing.T, dir string, w *Workspace) {
			if _, err := w.Allow(context.Background(), AllowRequest{Keys: []string{"rates.a"}, Reason: "r"}); err != nil {
				t.Fatal(err)
			}
			apply(t, opened(t, dir), []string{"web"}, "ci", []string{"prod"}, nil)
		}, "[prod]\nchore: sync CI business configs to production\n\nSynced: x\nAllowed to differ: rates.a\n\nHoist-From: ci\nHoist-To: prod\nHoist-Plan\nHoist-Source\n"},
		{"a source that no commit has", nil, func(t *testing.T, dir string, w *Workspace) {
			put(t, dir, map[string]string{"o/ci/web.yaml": "x: 3\n"})
			apply(t, w, []string{"web"}, "ci", []string{"prod"}, nil)
		}, "[prod]\nchore: sync CI business configs to production\n\nSynced: x\n\nHoist-From: ci\nHoist-To: prod\nHoist-Plan\nHoist-Source -dirty\n"},
		{"a credential in the name of an element", map[string]string{
			"o/ci/web.yaml":   "hooks: [{name: sk_live_FAKE0123456789abcdef, on: true}]\n",
			"o/prod/web.yaml": "hooks: [{name: sk_live_FAKE0123456789abcdef, on: false}]\n"}, func(t *testing.T, _ string, w *Workspace) {
			apply(t, w, []string{"web"}, "ci", []string{"prod"}, nil)
		}, "[prod]\nchore: sync CI business configs to production\n\nSynced: hooks.[name=sk_live_****].on\n\nHoist-From: ci\nHoist-To: prod\nHoist-Plan\nHoist-Source\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := threeEnvironments()
			for e, tag := range map[string]string{"ci": "v2", "staging": "v1", "prod": "v1"} {
				files["o/"+e+"/kustomization.yaml"] = "images: [{name: front, newTag: " + tag + "}]\n"
			}
			for n, text := range c.files {
				files[n] = text
			}
			dir, _ := repository(t, files)
			w := opened(t, dir)
			c.do(t, dir, w)
			if got := messagesNow(t, opened(t, dir)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// TestMessageOfWhatCameBack: what one apply did and the next took back is not
// told.
func TestMessageOfWhatCameBack(t *testing.T) {
	files := threeEnvironments()
	dir, _ := repository(t, files)
	w := opened(t, dir)
	apply(t, w, []string{"api"}, "ci", []string{"prod"}, nil)
	put(t, dir, map[string]string{"o/staging/api.yaml": strings.Replace(files["o/staging/api.yaml"], "grant: 100", "grant: 100 # as ever", 1)})
	apply(t, w, []string{"api"}, "staging", []string{"prod"}, func(r *PlanRequest) { r.Choice.Only = []string{"grant"} })
	if got := messagesNow(t, w); !strings.Contains(got, "Synced: rates.*\n") {
		t.Error(got)
	}
}
