package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// replace makes an edit of the only place where old stands.
func replace(t *testing.T, src, old, new string) textedit.Edit {
	t.Helper()
	i := strings.Index(src, old)
	if i < 0 || strings.Count(src, old) != 1 {
		t.Fatalf("%q stands %d times", old, strings.Count(src, old))
	}
	return textedit.Edit{Span: textedit.Span{Start: i, End: i + len(old)}, New: new}
}

// planned makes a plan's file from edits; what the changes show is looked up.
func planned(t *testing.T, name, src string, edits []textedit.Edit, changes ...plan.Change) plan.File {
	t.Helper()
	out, err := textedit.Apply([]byte(src), edits)
	if err != nil {
		t.Fatal(err)
	}
	if err := textedit.Sort(len(src), edits); err != nil {
		t.Fatal(err)
	}
	f := plan.File{Path: name, Environment: "prod", Service: "simplex-api", SHA256: strings.Repeat("ab", 32), Before: parse(t, name, src), After: parse(t, name, string(out)), Edits: edits}
	for _, c := range changes {
		omit := c.After.Omit
		c.Before, c.After = contentAt(f.Before, c.Path), contentAt(f.After, c.Path)
		c.After.Omit = omit
		if c.Before.Node.Valid() {
			c.Line = c.Before.Node.Line()
		}
		f.Changes = append(f.Changes, c)
	}
	return f
}

func contentAt(f *yamlfile.File, p keypath.Path) plan.Content {
	n, ok := f.Lookup(p)
	if !ok {
		return plan.Content{}
	}
	return plan.Content{Node: n, Value: n.Value()}
}

func change(t *testing.T, path string, a edit.Action) plan.Change {
	return plan.Change{Path: mustPath(t, path), Action: a}
}

// promotion is a plan with one of everything.
func examplePlan(t *testing.T) *plan.Plan {
	r := rules()
	name := overlayPaths("simplex-api/config.yaml")[2]
	grant := change(t, "credit.newUserGrant", edit.Set)
	worker := change(t, "worker.concurrency", edit.Set)
	worker.TypeChanged = true
	pool := change(t, "worker.pool", edit.Add)
	pool.Line = 14
	free := change(t, "payment.plans.[name=starter]", edit.Add)
	free.After.Omit = []keypath.Path{mustPath(t, "payment.plans.[name=starter].stripePriceId")}
	key := change(t, "stripe.secretKey", edit.Set)
	key.Secret = true
	edits := []textedit.Edit{
		replace(t, prodConfig, "newUserGrant: 100", "newUserGrant: 200"),
		replace(t, prodConfig, "concurrency: 4\n", "concurrency: \"4\"\n  pool: {min: 1, max: 8}  # 见 sk_live_FAKE0000000000000009 之前的值\n"),
		replace(t, prodConfig, "sk_test_FAKEci000000000001", "sk_live_FAKEpr000000000003"),
		replace(t, prodConfig, "  prices:\n", "    - name: starter\n      amount: 500\n  prices:\n"),
		replace(t, prodConfig, "  expr: 'user.country in [\"CN\", \"SG\"] && order.currency == \"USD\" && cart.items.count >= 2 && cart.amount > 300",
			"  expr: 'user.country in [\"CN\", \"SG\"] && order.currency == \"USD\" && cart.items.count >= 2 && cart.amount > 500"),
		replace(t, prodConfig, "    retries: 3\n", ""),
	}
	file := planned(t, name, prodConfig, edits, key, grant, worker, pool,
		change(t, "features.legacy.retries", edit.Delete), change(t, "rules.expr", edit.Set), free)
	price := mustPath(t, "payment.plans.[name=pro].stripePriceId")
	return &plan.Plan{
		Choice: plan.Choice{From: "ci", To: []string{"staging", "prod"}, Services: []string{"simplex-api"},
			Set: []plan.Supplied{{Environment: "prod", Service: "simplex-api", Path: "payment.x", Text: "price_FAKE"}, {Environment: "prod", Service: "simplex-api", Path: "retries", Value: number(t, "3")}}},
		Config: plan.Source{Path: "hoist.yaml", SHA256: strings.Repeat("cd", 32)}, Sources: []plan.Source{{Path: overlayPaths("simplex-api/config.yaml")[0], SHA256: strings.Repeat("ef", 32)}},
		Files: []plan.File{file}, Digest: "sha256:" + strings.Repeat("01", 32),
		HeldBack: []plan.Held{
			{Environment: "prod", Service: "simplex-api", Path: mustPath(t, "payment.plans.[name=pro]"), Code: plan.HeldPending, Needs: []keypath.Path{price},
				Place: problem.Place{File: overlayPaths("simplex-api/config.yaml")[0], Line: 35, Column: 22}, Rule: r.price},
			{Environment: "prod", Service: "simplex-api", Path: mustPath(t, "mail.smtp"), Code: plan.HeldUnclassified, Why: "connection",
				Place: problem.Place{File: name, Line: 40, Column: 3}, Suggest: "- keys: [mail.smtp]\n  reason: \n  group: "},
			{Environment: "prod", Service: "simplex-api", Path: mustPath(t, "hosts"), Code: plan.HeldRemoves, Place: problem.Place{File: name, Line: 32, Column: 1}},
			{Environment: "staging", Service: "simplex-api", Path: mustPath(t, "jobs"), Code: plan.HeldAmbiguous, Why: "no-identity", Place: problem.Place{File: name, Line: 50, Column: 1}},
			{Environment: "staging", Service: "simplex-api", Code: plan.HeldUnsafe, Why: "no-file", Place: problem.Place{File: name}},
		},
		TargetOnly: []plan.Left{{Environment: "prod", Service: "simplex-api", Path: mustPath(t, "features.legacyCheckout")}, {Environment: "staging", Service: "simplex-api", Path: mustPath(t, "debug")}},
		Notes: []compare.Note{{Code: compare.NearMiss, Path: mustPath(t, "payment.prices.stripePriceId"), Args: []problem.Arg{
			{Name: "service", Text: "simplex-api"}, {Name: "pattern", Text: "payment.*.stripePriceId"}, {Name: "suggestion", Text: "payment.**.stripePriceId"}}}},
	}
}

func number(t *testing.T, s string) value.Value {
	t.Helper()
	v, err := value.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPlanLooks(t *testing.T) {
	x := examplePlan(t)
	for _, lang := range Languages() {
		for _, width := range []int{60, 80, 140} {
			for _, colour := range []bool{false, true} {
				if colour && width != 80 {
					continue
				}
				name := fmt.Sprintf("plan_%s_%d", lang, width)
				if colour {
					name += "_colour"
				}
				var b bytes.Buffer
				if err := (Words{Lang: lang, Width: width, Colour: colour, Mask: testMask()}).Plan(&b, x); err != nil {
					t.Fatal(err)
				}
				golden(t, name+".txt", b.Bytes())
			}
		}
	}
}

func TestPlanJSONLooks(t *testing.T) {
	var b bytes.Buffer
	if err := (Words{Lang: "zh", Colour: true, Mask: testMask()}).PlanJSON(&b, examplePlan(t)); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) {
		t.Fatal("no JSON")
	}
	golden(t, "plan.json", b.Bytes())
}
