package report

import (
	"bytes"
	"errors"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
)

const schemas = "../../schema"

// strict forbids members that a schema does not name, so that an output cannot
// have one that is not published. Published schemas allow them: within a
// version members may be added.
func strict(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["properties"]; ok && v["type"] == "object" && v["additionalProperties"] == nil {
			v["additionalProperties"] = false
		}
		for _, x := range v {
			strict(x)
		}
	case []any:
		for _, x := range v {
			strict(x)
		}
	}
}

func compiled(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	files, err := filepath.Glob(filepath.Join(schemas, "hoist-*-v1.schema.json"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d schemas, %v", len(files), err)
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		strict(doc)
		if err := c.AddResource("https://hoist.example/schema/"+filepath.Base(f), doc); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile("https://hoist.example/schema/hoist-" + name + "-v1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate holds an output to its published schema.
func validate(t *testing.T, name string, out []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("%s: no JSON: %v\n%s", name, err, out)
	}
	if err := compiled(t, name).Validate(doc); err != nil {
		t.Errorf("%s: %v\n%s", name, err, out)
	}
}

func TestOutputsKeepTheirSchemas(t *testing.T) {
	w := Words{Lang: "zh", Colour: true, Width: 60, Mask: testMask(), Verbose: true}
	out := func(name string, write func(b *bytes.Buffer) error) {
		t.Helper()
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		validate(t, name, b.Bytes())
		golden(t, name+"_"+strings.ReplaceAll(t.Name(), "/", "_")+".json", b.Bytes())
	}
	validate(t, "diff", diffJSON_(t, DiffOptions{}, example(t), clean(t), lost(t), broken(t)))
	validate(t, "diff", diffJSON_(t, DiffOptions{DiffOnly: true}))
	out("plan", func(b *bytes.Buffer) error { return w.PlanJSON(b, examplePlan(t)) })
	out("apply", func(b *bytes.Buffer) error { return w.AppliedJSON(b, "apply", examplePlan(t)) })
	out("sync", func(b *bytes.Buffer) error {
		return w.AppliedJSON(b, "sync", &plan.Plan{Config: examplePlan(t).Config})
	})
	out("services", func(b *bytes.Buffer) error { return w.ServicesJSON(b, serviceList()) })
	out("check", func(b *bytes.Buffer) error { return w.CheckJSON(b, findings()) })
	out("verify", func(b *bytes.Buffer) error { return w.VerifyJSON(b, verified(t), nil) })
	out("version", func(b *bytes.Buffer) error { return w.VersionJSON(b, "v1.0.0", "go1.26", "linux/amd64") })
	out("explain", func(b *bytes.Buffer) error { return w.ExplainJSON(b, explained(t, "stripe.secretKey")) })
	out("error", func(b *bytes.Buffer) error { return w.ProblemJSON(b, problems().Err()) })
	out("undo", func(b *bytes.Buffer) error { return w.UndoneJSON(b, Undone{Applies: []string{"a"}, Files: envs}) })
	out("commit", func(b *bytes.Buffer) error { return w.CommittedJSON(b, committed()) })
	validate(t, "commit", committedJSON(t, w, Committed{}))
	out("recover", func(b *bytes.Buffer) error {
		return w.RecoveredJSON(b, Recovered{Found: true, Finished: true, Files: []RecoveredFile{{"a.yaml", "old"}, {"b.yaml", "edited"}}})
	})
	validate(t, "recover", recoveredJSON(t, w, Recovered{}))
	out("allow", func(b *bytes.Buffer) error { return w.AllowedJSON(b, "hoist.yaml", 12, "- keys: [a]\n  reason: r\n") })
	out("skill", func(b *bytes.Buffer) error { return w.SkillJSON(b, skillPlaces(), false) })
	validate(t, "error", errorJSON(t, w, errors.New("disk full")))
	validate(t, "error", errorJSON(t, w, problems()[0]))
	var b bytes.Buffer
	if err := w.ExplainJSON(&b, explained(t, "payment")); err != nil {
		t.Fatal(err)
	}
	validate(t, "explain", b.Bytes())
	b.Reset()
	if err := check.NewBaseline(findings().Findings).Write(&b); err != nil {
		t.Fatal(err)
	}
	validate(t, "baseline", b.Bytes())
}

func errorJSON(t *testing.T, w Words, err error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.ProblemJSON(&b, err); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func committed() Committed {
	return Committed{Branch: "main", Said: "ok", Commits: []CommittedOne{{ID: "1234567890abcdef", Subject: "chore: x", Message: "chore: x\n\nHoist-To: prod\n", Environments: []string{"prod"},
		Files: []CommittedFile{{"a.yaml", "prod", "api", 2}}}}, Warnings: problems(),
		Push: &Pushed{Remote: "origin", Branch: "main", Commit: "1234567890abcdef", Commits: []string{"1234567890abcdef"}, Replays: 1, Already: true, NotFollowed: problems()[0], Said: "remote: see"}}
}

func committedJSON(t *testing.T, w Words, c Committed) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.CommittedJSON(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func recoveredJSON(t *testing.T, w Words, r Recovered) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.RecoveredJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Whatever the program answers in JSON has a published schema.
func TestEveryAnswerHasASchema(t *testing.T) {
	named := 0
	for file, f := range parsed(t, "..") {
		ast.Inspect(f, func(n ast.Node) bool {
			l, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			s, ok := text(l)
			if m := answer.FindStringSubmatch(s); ok && m != nil {
				named++
				if _, err := os.Stat(filepath.Join(schemas, "hoist-"+m[1]+"-v1.schema.json")); err != nil {
					t.Errorf("%s: %s has no published schema", file, s)
				}
			}
			return true
		})
	}
	if named < 10 {
		t.Fatalf("only %d answers found", named)
	}
}

var answer = regexp.MustCompile(`^hoist/([a-z-]+)/v1$`)

// A schema that accepts anything would hold nothing.
func TestSchemasRefuse(t *testing.T) {
	for name, doc := range map[string]string{
		"diff":     `{"schema": "hoist/diff/v1", "environments": ["ci"], "services": []}`,
		"plan":     `{"schema": "hoist/diff/v1"}`,
		"apply":    `{"schema": "hoist/plan/v1"}`,
		"error":    `{"schema": "hoist/error/v1", "code": "x", "message": "m", "file": "", "line": "1", "column": 0, "hint": ""}`,
		"services": `{"schema": "hoist/services/v1", "environments": [], "services": [], "counts": {"services": 0}, "more": 1}`,
	} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		if compiled(t, name).Validate(v) == nil {
			t.Errorf("%s accepts %s", name, doc)
		}
	}
}

func serviceList() ServiceList {
	return ServiceList{Environments: envs, Services: []ServiceRow{
		{Name: "simplex-api", Category: "ai-core", Default: true, Files: overlayPaths("simplex-api/config.yaml")},
		{Name: "simplex-gateway", Files: overlayPaths("gateway/config.yaml"), Missing: []string{"prod"}},
		{Name: "搜索", Category: "数据", Files: []string{overlayPaths("search/config.yaml")[0], "", ""}, Missing: []string{}},
	}}
}

func findings() *check.Result {
	file := overlayPaths("simplex-api/config.yaml")[2]
	here := func(line int) problem.Place { return problem.Place{File: file, Line: line, Column: 3} }
	arg := func(kv ...string) (out []problem.Arg) {
		for i := 0; i < len(kv); i += 2 {
			out = append(out, problem.Arg{Name: kv[i], Text: kv[i+1]})
		}
		return out
	}
	return &check.Result{Services: 3, Accepted: make([]check.Finding, 2), Gone: make([]check.Entry, 1), Findings: []check.Finding{
		{Code: check.Violation, Kind: "values", Service: "simplex-api", Environment: "prod", Path: "stripe.secretKey", Place: here(8), Rule: at(52), Args: arg("want", "sk_live_*")},
		{Code: check.Violation, Kind: "distinct", Service: "simplex-api", Environment: "staging,prod", Path: "database.default.link", Place: here(6), Rule: at(41)},
		{Code: check.Violation, Kind: "equal", Service: "simplex-api", Environment: "staging,prod", Path: "mode", Place: here(7), Rule: at(44)},
		{Code: check.Violation, Kind: "forbid", Service: "simplex-api", Environment: "prod", Path: "any", Place: here(9), Rule: at(80), Args: arg("want", "sk_test_*")},
		{Code: check.Pending, Service: "simplex-api", Environment: "prod", Path: "payment.plans.[name=pro].stripePriceId", Place: here(30), Rule: at(57), Args: arg("hint", "create the Price in the Stripe Live Dashboard first, then give its ID")},
		{Code: check.Placeholder, Service: "simplex-api", Environment: "prod", Path: "mail.from", Place: here(33)},
		{Code: check.Secret, Service: "simplex-api", Environment: "ci", Path: "mail.password", Place: here(34), Args: arg("class", "key-name")},
		{Code: check.Ambiguous, Service: "simplex-api", Path: "jobs", Place: here(40), Args: arg("why", "no-identity")},
		{Code: check.NearMiss, Service: "simplex-api", Path: "payment.prices.stripePriceId", Place: here(31), Args: arg("pattern", "payment.*.stripePriceId", "suggestion", "payment.**.stripePriceId")},
		{Code: check.Expired, Path: "stripe keys", Place: at(48), Rule: at(48), Args: arg("until", "2026-01-31")},
		{Code: check.Unused, Path: "redis.default.address", Place: at(45), Rule: at(45)},
	}}
}

func verified(t *testing.T) *plan.Verified {
	files := overlayPaths("simplex-api/config.yaml")
	c := compare.Counts{Same: 100, Different: 2, Expected: 9, Pending: 1}
	return &plan.Verified{
		Files: []plan.VerifiedFile{{Path: files[1], Environment: "staging", Service: "simplex-api", Changes: 4}, {Path: files[2], Environment: "prod", Service: "simplex-api", Changes: 1, Edited: true}},
		Failures: []plan.Failure{
			{Code: plan.ChangeAbsent, Environment: "prod", Service: "simplex-api", Path: mustPath(t, "credit.newUserGrant"), Place: problem.Place{File: files[2], Line: 39, Column: 3}},
			{Code: plan.OtherMoved, Environment: "prod", Service: "simplex-api", Path: mustPath(t, "worker.concurrency"), Place: problem.Place{File: files[2], Line: 15, Column: 3}},
			{Code: plan.RuleBroken, Environment: "prod", Service: "simplex-api", Path: mustPath(t, "stripe.secretKey"), Place: problem.Place{File: files[2], Line: 8, Column: 3}, Rule: at(52)},
			{Code: plan.LeftPending, Environment: "prod", Service: "simplex-api", Path: mustPath(t, "mail.from"), Place: problem.Place{File: files[2], Line: 33, Column: 3}},
			{Code: plan.Unreadable, Service: "simplex-api", Place: problem.Place{File: files[2], Line: 7, Column: 1}},
		},
		Remaining: []plan.Remaining{{Service: "simplex-api", Counts: c}, {Service: "simplex-gateway", Counts: compare.Counts{Same: 20}}},
		Counts:    c,
	}
}

// explained is the example with the keys at and below a path.
func explained(t *testing.T, path string) *compare.Service {
	s := example(t)
	p := mustPath(t, path)
	var keys []compare.Key
	for _, k := range s.Keys {
		if k.Path.Under(p) {
			keys = append(keys, k)
		}
	}
	s.Keys = keys
	return s
}

func problems() problem.List {
	code := func(name string, c problem.Class) problem.Code { return problem.Code{Name: name, Class: c} }
	return problem.List{
		func() *problem.Problem {
			p := problem.New(code("config-unknown-field", problem.Wrong), problem.Place{File: "hoist.yaml", Line: 12, Column: 1}, "field", "enviroments", "in", "", "suggestion", "environments")
			p.Excerpt = "enviroments:   # 环境"
			return p
		}(),
		func() *problem.Problem {
			p := problem.New(code("config-bad-value", problem.Wrong), problem.Place{File: "hoist.yaml", Line: 107, Column: 12}, "field", "deploy", "value", "自动", "want", "automatic, manual")
			p.Excerpt = "\t# 部署方式: 自动部署到环境"
			return p
		}(),
		problem.New(code("stale-plan", problem.Refused), problem.Place{File: "plan.json"}, "what", "target").Type("hoist", "plan", "--from", "ci", "--set", "prod:a.[name=x]=1"),
		problem.New(code("git-failed", problem.Outside), problem.Place{}, "command", "git push", "output", "remote: denied\nfatal: could not push https://bob:FAKEpassw0rd99@git.example/x\x1b[31m").Because(errors.New("exit status 1")),
		problem.New(code("route-refused", problem.Refused), problem.Place{}, "kind", "config", "from", "prod", "to", "ci", "allowed", ""),
		problem.New(code("proof-moved", problem.Refused), problem.Place{File: "a.yaml", Line: 3}, "path", "a.b"),
		problem.New(code("brand-new-code", problem.Wrong), problem.Place{}, "thing", "x"),
	}
}
