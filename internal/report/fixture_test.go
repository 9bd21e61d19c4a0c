package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares got with testdata/name, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		was, is := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
		for i := range is {
			if i >= len(was) || was[i] != is[i] {
				t.Errorf("%s:%d differs (-update writes it): %q", file, i+1, is[i])
				return
			}
		}
		t.Errorf("%s: its end is missing", file)
	}
}

func testMask() *mask.Masker { return mask.New([]byte("a key for tests only"), false) }

func parse(t *testing.T, name, src string) *yamlfile.File {
	t.Helper()
	f, err := yamlfile.Parse(name, []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// side compares files the simple way: leaf by leaf, rules by exact path. The
// real comparison has its own tests; here only the shape of its result counts.
type side struct {
	name  string
	paths []string
	files []*yamlfile.File
	keys  []compare.Key
	at    map[keypath.Path]int
}

func (s *side) walk(env int, p keypath.Path, n yamlfile.Node) {
	if n.Leaf() {
		i, ok := s.at[p]
		if !ok {
			i = len(s.keys)
			s.at[p] = i
			s.keys = append(s.keys, compare.Key{Path: p, Nodes: make([]yamlfile.Node, len(s.files)), Values: make([]value.Value, len(s.files))})
		}
		s.keys[i].Nodes[env], s.keys[i].Values[env] = n, n.Value()
		return
	}
	if n.Kind() == syntax.Mapping {
		for k, c := range n.Entries() {
			s.walk(env, p.Child(k), c)
		}
		return
	}
	id, i := likelyIdentity(n), 0
	for c := range n.Items() {
		s.walk(env, childPath(p, c, i, id), c)
		i++
	}
}

func (s *side) service(envs []string, adjust func(k *compare.Key)) *compare.Service {
	out := &compare.Service{Name: s.name, Environments: envs, Paths: s.paths, Files: s.files}
	for i, f := range s.files {
		if f != nil {
			s.walk(i, keypath.Path{}, f.Roots()[0])
		}
	}
	for _, k := range s.keys {
		k.Status = compare.Same
		for i, v := range k.Values {
			switch {
			case s.files[i] == nil && len(out.Problems) > 0:
			case !v.Present() && k.Status == compare.Same:
				k.Status = compare.Missing
			case v.Present() && k.Values[0].Present() && !v.Equal(k.Values[0]):
				k.Status = compare.Different
				k.Types = v.Kind() != k.Values[0].Kind()
			}
		}
		adjust(&k)
		out.Counts.Add(k.Status, 1)
		out.Keys = append(out.Keys, k)
	}
	return out
}

func newSide(t *testing.T, name string, paths []string, sources []string) *side {
	s := &side{name: name, paths: paths, files: make([]*yamlfile.File, len(paths)), at: map[keypath.Path]int{}}
	for i, src := range sources {
		if src != "" {
			s.files[i] = parse(t, paths[i], src)
		}
	}
	return s
}

var envs = []string{"ci", "staging", "prod"}

func overlayPaths(file string) (out []string) {
	for _, e := range envs {
		out = append(out, "kubernetes/overlays/aws-"+e+"/configs/"+file)
	}
	return out
}

func at(line int) problem.Place { return problem.Place{File: "hoist.yaml", Line: line, Column: 5} }

const ciConfig = `server:
  port: 8080
  name: simplex
database:
  default:
    link: "mysql:app:FAKEci1@tcp(ci.example:3306)/simplex"
stripe:
  secretKey: sk_test_FAKEci000000000001
  publishableKey: pk_test_FAKEci
credit:
  newUserGrant: 200      # 新用户赠送
  rates:
    gpt-4.1: 0.5
worker:
  concurrency: "4"
  pool: {min: 1, max: 8}
features:
  newCheckout: true
  legacy: {}
notice:
  banner: 全场九折
rules:
  expr: 'user.country in ["CN", "SG"] && order.currency == "USD" && cart.items.count >= 2 && cart.amount > 500 && user.level >= 3 && user.risk < 40'
payment:
  plans:
    - name: free
      amount: 0
      stripePriceId: price_ci_free
    - name: pro
      amount: 2000
      currency: usd
      interval: month
      credits: 500
      title: 专业版
      stripePriceId: price_ci_pro
  prices:
    stripePriceId: price_ci_loose
hosts: [a.example, b.example]
`

const stagingConfig = `server:
  port: 8080
  name: simplex
database:
  default:
    link: "mysql:app:FAKEst2@tcp(staging.example:3306)/simplex"
stripe:
  secretKey: sk_live_FAKEst000000000002
  publishableKey: pk_live_FAKE
credit:
  newUserGrant: 100
  rates:
    gpt-4.1: 0.5
worker:
  concurrency: 4
features:
  newCheckout: true
  legacy: {}
notice:
  banner: 全场九折
rules:
  expr: 'user.country in ["CN", "SG"] && order.currency == "USD" && cart.items.count >= 2 && cart.amount > 500 && user.level >= 3 && user.risk < 40'
payment:
  plans:
    - name: free
      amount: 0
      stripePriceId: price_live_free
  prices:
    stripePriceId: price_live_loose
hosts: [a.example, b.example]
`

const prodConfig = `server:
  port: 8080
  name: simplex
database:
  default:
    link: "mysql:app:FAKEpr3@tcp(prod.example:3306)/simplex"
stripe:
  secretKey: sk_test_FAKEci000000000001
  publishableKey: pk_live_FAKE
credit:
  newUserGrant: 100
  rates:
    gpt-4.1: 0.5
worker:
  concurrency: 4
features:
  newCheckout: false
  legacy:
    gateway: "http://old.example/\u202epay\x1b[2J"
    retries: 3
notice:
  banner: 新春活动已结束
rules:
  expr: 'user.country in ["CN", "SG"] && order.currency == "USD" && cart.items.count >= 2 && cart.amount > 300 && user.level >= 3 && user.risk < 40'
payment:
  plans:
    - name: free
      amount: 0
      stripePriceId: price_live_free
  prices:
    stripePriceId: price_live_loose
hosts: [a.example]
`

// testRules are the rules of the example, by exact path.
type testRules struct{ link, secretKey, publishable, price *rule.Allow }

func rules() testRules {
	keys := func(texts ...string) (out []keypath.Pattern) {
		for _, x := range texts {
			p, err := keypath.ParsePattern(x)
			if err != nil {
				panic(err)
			}
			out = append(out, p)
		}
		return out
	}
	return testRules{
		link:        &rule.Allow{Keys: keys("database.default.link"), Distinct: [][]string{envs}, Reason: "each environment has its own RDS", Group: "infra connections", Secret: true, Place: at(41)},
		secretKey:   &rule.Allow{Keys: keys("stripe.secretKey"), Reason: "CI uses test keys", Group: "stripe keys", Secret: true, Place: at(52)},
		publishable: &rule.Allow{Keys: keys("stripe.publishableKey"), Reason: "CI uses test keys", Group: "stripe keys", Place: at(48)},
		price: &rule.Allow{Keys: keys("payment.*.stripePriceId"), Distinct: [][]string{{"ci", "staging"}, {"ci", "prod"}}, Reason: "Price IDs belong to different Stripe accounts", Group: "stripePriceId",
			Hint: "create the Price in the Stripe Live Dashboard first, then give its ID", Place: at(57)},
	}
}

func (r testRules) adjust(k *compare.Key) {
	switch k.Path.String() {
	case "database.default.link":
		k.Status, k.Rules = compare.Expected, []*rule.Allow{r.link}
	case "stripe.publishableKey":
		k.Status, k.Rules = compare.Expected, []*rule.Allow{r.publishable}
	case "stripe.secretKey":
		k.Status, k.Rules = compare.Violation, []*rule.Allow{r.secretKey}
		k.Breaches = []rule.Breach{{Kind: rule.BadValue, Environments: []string{"prod"}, Want: "sk_live_*", Place: at(52)},
			{Kind: rule.Forbidden, Environments: []string{"prod"}, Want: "sk_test_*", Place: at(80)}}
	case "payment.plans.[name=free].stripePriceId":
		k.Status, k.Rules = compare.Expected, []*rule.Allow{r.price}
	case "payment.plans.[name=pro].stripePriceId":
		k.Status, k.Rules, k.Pending = compare.Pending, []*rule.Allow{r.price}, []string{"staging", "prod"}
	case "payment.prices.stripePriceId":
		k.NearMiss, k.Suggestion = "payment.*.stripePriceId", "payment.**.stripePriceId"
	}
}

// example is a service with one of everything.
func example(t *testing.T) *compare.Service {
	s := newSide(t, "simplex-api", overlayPaths("simplex-api/config.yaml"), []string{ciConfig, stagingConfig, prodConfig}).service(envs, rules().adjust)
	for i := range s.Keys { // legacy: {} in two, a mapping in the third
		k := &s.Keys[i]
		if k.Path.String() == "features.legacy" {
			k.Nodes[2], _ = s.Files[2].Lookup(k.Path)
			k.Values[2] = k.Nodes[2].Value()
			k.Status, k.Shape = compare.Different, true
			s.Counts.Missing, s.Counts.Different = s.Counts.Missing-3, s.Counts.Different+1
		}
	}
	s.Keys = without(s.Keys, "features.legacy.gateway", "features.legacy.retries")
	s.Notes = []compare.Note{{Code: compare.OrderDiffers, Path: mustPath(t, "payment.plans"), Environments: []string{"prod"}},
		{Code: compare.AmbiguousList, Path: mustPath(t, "jobs"), Environments: envs}}
	return s
}

func without(keys []compare.Key, paths ...string) (out []compare.Key) {
	for _, k := range keys {
		drop := false
		for _, p := range paths {
			drop = drop || k.Path.String() == p
		}
		if !drop {
			out = append(out, k)
		}
	}
	return out
}

func mustPath(t *testing.T, s string) keypath.Path {
	t.Helper()
	p, err := keypath.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func parseQuiet(name, src string) (*yamlfile.File, error) { return yamlfile.Parse(name, []byte(src)) }

func revealing() *mask.Masker { return mask.New(nil, true) }
