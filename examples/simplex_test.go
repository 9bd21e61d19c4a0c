package examples

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"hoist.example/hoist/bench/oracle"
)

// drift is one planted difference. Values are as %v prints them, "-" where the
// key is absent.
type drift struct {
	service, path     string
	kind              string // different, missing, pending, expected: what hoist diff must call it
	ci, staging, prod string
}

const absent = "-"

// planted is the whole truth about the example: these leaves differ, no others.
func planted() []drift {
	const (
		api     = "simplex-api"
		gateway = "simplex-gateway"
		router  = "simplex-router-backend"
		pro     = "payment.plans.[name=pro]."
		digest  = `rabbitmq.queues.[name=email.digest].`
		route   = "routes.[name=research]."
		model   = "models.[id=deepseek-v3]."
		host    = "providers.deepseek."
	)
	return []drift{
		// What hoist.yaml expects: nine in the default service.
		{api, "database.default.link", "expected", "mysql:simplex:FAKE-ci-", "mysql:simplex:FAKE-staging-", "mysql:simplex:FAKE-prod-"},
		{api, "redis.default.address", "expected", "clustercfg.simplex-k8s-ci.", "clustercfg.simplex-k8s-staging.", "clustercfg.simplex-k8s-prod."},
		{api, "mongodb.default.uri", "expected", "mongodb://simplex:FAKE-ci-", "mongodb://simplex:FAKE-staging-", "mongodb://simplex:FAKE-prod-"},
		{api, "rabbitmq.default.url", "expected", "amqps://simplex:FAKE-ci-", "amqps://simplex:FAKE-staging-", "amqps://simplex:FAKE-prod-"},
		{api, "stripe.publishableKey", "expected", "pk_test_FAKE", "pk_live_FAKE", "pk_live_FAKE"},
		{api, "stripe.secretKey", "expected", "sk_test_FAKE", "sk_live_FAKE", "sk_live_FAKE"},
		{api, "stripe.webhookSecret", "expected", "whsec_FAKE_simplex_ci", "whsec_FAKE_simplex_staging", "whsec_FAKE_simplex_prod"},
		{api, "payment.plans.[name=plus].stripePriceId", "expected", "price_FAKE_test", "price_FAKE_live", "price_FAKE_live"},
		{api, "campaign.sendEmails.redirectEnabled", "expected", "true", "false", "false"},
		{gateway, "redis.default.address", "expected", "clustercfg.simplex-k8s-ci.", "clustercfg.simplex-k8s-staging.", "clustercfg.simplex-k8s-prod."},
		{gateway, "rabbitmq.default.url", "expected", "amqps://gateway:FAKE-ci-", "amqps://gateway:FAKE-staging-", "amqps://gateway:FAKE-prod-"},
		{router, "database.default.link", "expected", "pgsql:router:FAKE-ci-", "pgsql:router:FAKE-staging-", "pgsql:router:FAKE-prod-"},
		{router, "redis.default.address", "expected", "clustercfg.simplex-k8s-ci.", "clustercfg.simplex-k8s-staging.", "clustercfg.simplex-k8s-prod."},

		// Prices, grants and mail that should move.
		{api, "credit.newUserGrant", "different", "200", "100", "100"},
		{api, "credit.newUserGrantWithInvite", "different", "300", "200", "200"},
		{api, `credit.rates.gpt-4\.1`, "different", "1.2", "1.2", "1.5"},
		{api, "credit.rates.claude-sonnet-4", "missing", "1.6", "1.6", absent},
		{api, "credit.rates.deepseek-v3", "different", "0.15", "0.2", "0.2"},
		{api, "credit.signalRates.deep_research", "different", "12", "15", "15"},
		{api, "resend.sender.name", "different", "Simplex Team", "Simplex", "Simplex"},
		{api, "resend.sender.address", "different", "hello@mail.simplex.example", "no-reply@simplex.example", "no-reply@simplex.example"},
		{api, "resend.templates.welcome", "different", "tpl_5f1c0e7a", "tpl_2ac94d18", "tpl_2ac94d18"},
		{api, "resend.templates.planUpgraded", "missing", "tpl_e480c71d", absent, absent},
		{api, "worker.concurrency", "different", "16", "8", "8"},
		{api, "features.teamSpaces", "different", "true", "false", "false"},
		{api, "features.rollout.timeline", "different", "25", "10", "10"},
		{api, "server.cors.allowOrigins", "different", "[https://app.simplex.example https://www.simplex.example https://labs.simplex.example]",
			"[https://app.simplex.example https://www.simplex.example]", "[https://app.simplex.example https://www.simplex.example]"},

		// A plan without a live price: held back until somebody gives it.
		{api, pro + "name", "missing", "pro", absent, absent},
		{api, pro + "displayName", "missing", "Pro", absent, absent},
		{api, pro + "stripePriceId", "pending", "price_FAKE_test_pro_monthly", absent, absent},
		{api, pro + "amount", "missing", "2900", absent, absent},
		{api, pro + "interval", "missing", "month", absent, absent},
		{api, pro + "credits", "missing", "6000", absent, absent},
		{api, pro + "seats", "missing", "5", absent, absent},
		{api, pro + "features", "missing", "[notes search agent export spaces priority]", absent, absent},
		{api, pro + "badge", "missing", "新", absent, absent},

		// A queue in the middle of a list.
		{api, digest + "name", "missing", "email.digest", absent, absent},
		{api, digest + "routingKey", "missing", "email.digest", absent, absent},
		{api, digest + "durable", "missing", "true", absent, absent},
		{api, digest + "maxPriority", "missing", "0", absent, absent},
		{api, digest + "retry", "missing", "[300 1800]", absent, absent},

		// What is production's own: a hotfix, and a key nobody else has.
		{api, "server.rateLimit.login.burst", "different", "20", "20", "5"},
		{api, "features.legacyCheckout", "missing", absent, absent, "true"},

		{gateway, "rateLimit.burst", "different", "200", "100", "200"},
		{gateway, "circuitBreaker.openFor", "different", "15s", "15s", "30s"},
		{gateway, "webhooks.maxAttempts", "different", "6", "5", "5"},
		{gateway, "webhooks.support.callbackUrl", "missing", "https://ci.simplex.example/hooks/support", absent, absent}, // unclassified
		{gateway, "features.http3", "different", "true", "true", "false"},
		{gateway, route + "name", "missing", "research", "research", absent},
		{gateway, route + "prefix", "missing", "/v1/research", "/v1/research", absent},
		{gateway, route + "upstream", "missing", "anotherme-agent", "anotherme-agent", absent},
		{gateway, route + "timeout", "missing", "900s", "900s", absent},
		{gateway, route + "retries", "missing", "0", "0", absent},
		{gateway, route + "stream", "missing", "true", "true", absent},

		{router, "router.retry.maxAttempts", "different", "3", "3", "3"}, // the string "3" in production
		{router, `models.[id=gpt-4.1].weight`, "different", "40", "45", "45"},
		{router, `models.[id=gpt-4.1-mini].weight`, "different", "20", "15", "15"},
		{router, "models.[id=qwen3-max].price.input", "different", "1.2", "1.2", "1.6"},
		{router, "models.[id=qwen3-max].price.output", "different", "6", "6", "6.4"},
		{router, "models.[id=qwen3-max].price.cached", "different", "0.24", "0.24", "0.32"},
		{router, model + "id", "missing", "deepseek-v3", "deepseek-v3", absent},
		{router, model + "provider", "missing", "deepseek", "deepseek", absent},
		{router, model + "weight", "missing", "5", "5", absent},
		{router, model + "contextWindow", "missing", "131072", "131072", absent},
		{router, model + "price.input", "missing", "0.27", "0.27", absent},
		{router, model + "price.output", "missing", "1.1", "1.1", absent},
		{router, model + "price.cached", "missing", "0.07", "0.07", absent},
		{router, model + "capabilities", "missing", "[text tools]", "[text tools]", absent},
		{router, host + "baseUrl", "missing", "https://api.deepseek.example", "https://api.deepseek.example", absent},
		{router, host + "keyFile", "missing", "/var/run/router/deepseek", "/var/run/router/deepseek", absent},
		{router, host + "maxConcurrent", "missing", "32", "32", absent},
		{router, host + "requestsPerMinute", "missing", "600", "600", absent},
		{router, "fallback.chains.qwen3-max", "missing", "[deepseek-v3]", "[deepseek-v3]", absent},
		{router, "worker.concurrency", "different", "6", "4", "4"},
	}
}

// hoistFile is the part of hoist.yaml that the tests read.
type hoistFile struct {
	Environments []struct {
		Name, Overlay string
	}
	Services []struct {
		Name, Config string
	}
	Categories map[string][]string
	Allow      []rule
}

type rule struct {
	Keys     []string
	Values   map[string]any
	Distinct [][]string
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := fs.ReadFile(Simplex(), name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decode[T any](t *testing.T, name string) (out T) {
	t.Helper()
	if err := yaml.Unmarshal(read(t, name), &out); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

// TestExactlyThePlantedLeavesDiffer holds the table to what go-yaml reads.
func TestExactlyThePlantedLeavesDiffer(t *testing.T) {
	conf := decode[hoistFile](t, "hoist.yaml")
	want := map[string]drift{}
	for _, d := range planted() {
		want[d.service+" "+d.path] = d
	}
	for _, s := range conf.Services {
		texts := make([][]byte, len(conf.Environments))
		for i, e := range conf.Environments {
			texts[i] = read(t, path.Join(e.Overlay, s.Config))
		}
		leaves, err := oracle.Compare(texts...)
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		for _, l := range leaves {
			id := s.Name + " " + l.Path
			d, ok := want[id]
			delete(want, id)
			if ok == (l.Kind == oracle.Same) {
				t.Errorf("%s: %s, and in the table: %t", id, l.Kind, ok)
			}
			if ok {
				checkRow(t, d, l)
			}
		}
	}
	for id := range want {
		t.Errorf("%s is in the table and in no file", id)
	}
}

func checkRow(t *testing.T, d drift, l oracle.Leaf) {
	t.Helper()
	for i, text := range []string{d.ci, d.staging, d.prod} {
		got := absent
		if l.Present[i] {
			got = fmt.Sprint(l.Values[i])
		}
		if got != text && (d.kind != "expected" || !strings.HasPrefix(got, text)) {
			t.Errorf("%s %s: environment %d has %s, the table says %s", d.service, d.path, i, got, text)
		}
	}
	switch d.kind {
	case "different", "missing":
		if string(l.Kind) != d.kind {
			t.Errorf("%s %s: %s, the table says %s", d.service, d.path, l.Kind, d.kind)
		}
	case "expected", "pending":
		if want := map[bool]oracle.Kind{true: oracle.Different, false: oracle.Missing}[d.kind == "expected"]; l.Kind != want {
			t.Errorf("%s %s is %s and cannot be %s", d.service, d.path, l.Kind, d.kind)
		}
	}
}

// TestRulesHold reads the nine rules in the plainest way there is: every
// expected difference is under one, none is broken, nothing else is allowed.
func TestRulesHold(t *testing.T) {
	rules := decode[hoistFile](t, "hoist.yaml").Allow
	if len(rules) != 9 {
		t.Errorf("%d rules, the contract has nine", len(rules))
	}
	used := make([]bool, len(rules))
	inDefault := 0
	for _, d := range planted() {
		i := slices.IndexFunc(rules, func(r rule) bool { return covers(r.Keys[0], d.path) })
		if (i >= 0) != (d.kind == "expected" || d.kind == "pending") {
			t.Errorf("%s %s is %s, and under a rule: %t", d.service, d.path, d.kind, i >= 0)
		}
		if i < 0 {
			continue
		}
		used[i] = true
		if d.kind == "expected" {
			checkRule(t, rules[i], d)
			if d.service == "simplex-api" {
				inDefault++
			}
		}
	}
	if i := slices.Index(used, false); i >= 0 {
		t.Errorf("rule %v matches nothing", rules[i].Keys)
	}
	if inDefault != 9 {
		t.Errorf("%d expected differences in the default service, README says nine", inDefault)
	}
}

// covers knows just the patterns of this hoist.yaml: literal paths, and one *.
func covers(pattern, p string) bool {
	expr := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, `plans\.\[name=[a-z]+\]`)
	return regexp.MustCompile("^" + expr + "$").MatchString(p)
}

func checkRule(t *testing.T, r rule, d drift) {
	t.Helper()
	value := map[string]string{"ci": d.ci, "staging": d.staging, "prod": d.prod}
	for env, want := range r.Values {
		expr := "^" + strings.ReplaceAll(regexp.QuoteMeta(fmt.Sprint(want)), `\*`, ".*")
		if !regexp.MustCompile(expr).MatchString(value[env]) {
			t.Errorf("%s %s: %s has %s, the rule wants %v", d.service, d.path, env, value[env], want)
		}
	}
	for _, group := range r.Distinct {
		seen := map[string]bool{}
		for _, env := range group {
			if seen[value[env]] {
				t.Errorf("%s %s: not distinct in %v", d.service, d.path, group)
			}
			seen[value[env]] = true
		}
	}
}

type kustomization struct {
	Resources          []string
	ConfigMapGenerator []struct{ Files []string } `yaml:"configMapGenerator"`
	Patches            []struct{ Path string }
	Images             []struct {
		Name   string
		NewTag string `yaml:"newTag"`
		Digest string
	}
}

// imageDrift is what the images entries differ in, by image: tags of ci,
// staging and prod, and the environments with a digest or another newName.
func imageDrift() map[string]string {
	const ours = "ecr.simplex.example/simplex/"
	return map[string]string{
		ours + "anotherme-agent":                 "main-5431-8f20c1d main-5402-77d91ab main-5364-e3b5f19",
		ours + "anotherme-api":                   "main-5431-8f20c1d main-5402-77d91ab main-5364-e3b5f19",
		ours + "anotherme-worker":                "main-5431-8f20c1d main-5402-77d91ab main-5364-e3b5f19",
		ours + "front":                           "v1.5.0-rc.2 v1.4.2 v1.4.2",
		ours + "simplex-cron":                    "main-5425-5c146ed main-5402-77d91ab main-5364-e3b5f19",
		ours + "simplex-gateway-api":             "main-5419-d07b3aa main-5419-d07b3aa main-5350-90aa7c4",
		ours + "simplex-gateway-worker":          "main-5419-d07b3aa main-5419-d07b3aa main-5350-90aa7c4",
		ours + "crawler":                         "20261120 20261106 20261106",
		"aliyun.simplex.example/simplex/crawler": "20261120 20261106 20261106",
		"ghcr.example/berriai/litellm":           "main-v1.79.1-stable main-v1.77.5-stable@sha256 main-v1.77.5-stable",
		ours + "node-server":                     "2.10 2.10 2.9",
		ours + "simplex-router-backend":          "main-5377-0be6f52 main-5351-2ad4e08 main-5351-2ad4e08",
	}
}

// TestOverlays checks what kustomize would stumble over, and the images: each of
// the sixteen services in every overlay, and in the base.
func TestOverlays(t *testing.T) {
	conf := decode[hoistFile](t, "hoist.yaml")
	tags := map[string][]string{}
	for _, e := range conf.Environments {
		k := decode[kustomization](t, e.Overlay+"/kustomization.yaml")
		for _, g := range k.ConfigMapGenerator {
			for _, f := range g.Files {
				_, file, _ := strings.Cut(f, "=")
				read(t, path.Join(e.Overlay, file))
			}
		}
		for _, p := range k.Patches {
			read(t, path.Join(e.Overlay, p.Path))
		}
		if len(k.ConfigMapGenerator) != len(conf.Services) {
			t.Errorf("%s: %d generated ConfigMaps for %d services", e.Name, len(k.ConfigMapGenerator), len(conf.Services))
		}
		for _, i := range k.Images {
			tag, _, _ := strings.Cut(i.NewTag+"@"+i.Digest, ":")
			tags[i.Name] = append(tags[i.Name], strings.TrimSuffix(tag, "@"))
		}
	}
	for name, got := range tags {
		want, differs := imageDrift()[name]
		if line := strings.Join(got, " "); differs && line != want {
			t.Errorf("%s: %s, the table says %s", name, line, want)
		} else if !differs && (len(got) != 3 || len(slices.Compact(slices.Clone(got))) != 1) {
			t.Errorf("%s: %s, and not in the table", name, line)
		}
	}
	checkSixteen(t, conf, slices.Collect(maps.Keys(tags)))
}

func checkSixteen(t *testing.T, conf hoistFile, images []string) {
	t.Helper()
	var want, got []string
	for _, names := range conf.Categories {
		want = append(want, names...)
	}
	for _, i := range images {
		got = append(got, path.Base(i))
	}
	slices.Sort(want)
	slices.Sort(got)
	if got = slices.Compact(got); len(want) != 16 || !slices.Equal(got, want) {
		t.Errorf("images: %v\ncategories: %v", got, want)
	}
	base := decode[kustomization](t, "kubernetes/base/kustomization.yaml")
	var objects bytes.Buffer
	for _, r := range base.Resources {
		objects.Write(read(t, path.Join("kubernetes/base", r)))
	}
	for _, i := range images {
		if !strings.Contains(objects.String(), "image: "+i+"\n") {
			t.Errorf("%s is in no Deployment", i)
		}
	}
}

// TestHabits: the ugly things are still there, whatever an editor or git did.
func TestHabits(t *testing.T) {
	const overlays = "kubernetes/overlays/aws-"
	crlf := read(t, overlays+"prod/configs/simplex-router-backend/config-backend.yaml")
	if n := bytes.Count(crlf, []byte("\n")); n < 100 || bytes.Count(crlf, []byte("\r\n")) != n {
		t.Errorf("production of the router is CRLF throughout; %d lines, %d CRLF", n, bytes.Count(crlf, []byte("\r\n")))
	}
	if bytes.HasSuffix(read(t, overlays+"staging/configs/gateway/config.yaml"), []byte("\n")) {
		t.Error("staging of the gateway has no final newline")
	}
	if !bytes.Contains(read(t, overlays+"prod/configs/simplex-api/config.yaml"), []byte("\n    address:")) {
		t.Error("production of simplex-api is indented by four")
	}
}

// TestNothingReal: hosts end in .example and secrets say FAKE.
func TestNothingReal(t *testing.T) {
	host := regexp.MustCompile(`(?:://|@|@tcp\()((?:[a-z0-9-]+\.)+[a-z]+)`)
	key := regexp.MustCompile(`\b(?:[spr]k_(?:test|live)|whsec|price)_\w+`)
	err := fs.WalkDir(Simplex(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text := string(read(t, name))
		for _, m := range host.FindAllStringSubmatch(text, -1) {
			if !strings.HasSuffix(m[1], ".example") {
				t.Errorf("%s: host %s", name, m[1])
			}
		}
		for _, k := range key.FindAllString(text, -1) {
			if !strings.Contains(k, "_FAKE") {
				t.Errorf("%s: %s does not look fake", name, k)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestHistory replays it: every step still parses, and the last leaves the
// example.
func TestHistory(t *testing.T) {
	commits, err := SimplexHistory()
	if err != nil {
		t.Fatal(err)
	}
	tree := map[string][]byte{}
	for i, c := range commits {
		if i > 0 && !c.When.After(commits[i-1].When) {
			t.Errorf("commit %d is not after the one before", i)
		}
		for name, data := range c.Files {
			if bytes.Equal(tree[name], data) {
				t.Errorf("commit %d writes %s as it was", i, name)
			}
			tree[name] = data
			var v any
			if strings.HasSuffix(name, "/config.yaml") && yaml.Unmarshal(data, &v) != nil {
				t.Errorf("commit %d: %s does not parse", i, name)
			}
		}
	}
	want, err := contents(Simplex())
	if err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(tree, want, bytes.Equal) {
		t.Error("the history does not end in the example")
	}
	if len(commits) < 3 || len(commits[0].Files) != len(want) {
		t.Errorf("%d commits, the first with %d of %d files", len(commits), len(commits[0].Files), len(want))
	}
}
