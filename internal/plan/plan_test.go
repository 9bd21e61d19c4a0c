package plan

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// head is a hoist.yaml's beginning; rules follow.
const head = `version: 1
environments:
  - {name: ci, overlay: o/aws-ci}
  - {name: staging, overlay: o/staging}
  - {name: prod, overlay: o/prod}
services: [{name: app, config: app.yaml}]
`

// files are the texts of one service by environment; "-" where there is none.
type files struct{ ci, staging, prod string }

func (f files) list() []string { return []string{f.ci, f.staging, f.prod} }

// tester is what testing.T and rapid.T share here.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

func load(t tester, rules string) *config.Config {
	t.Helper()
	tree := fstest.MapFS{"hoist.yaml": {Data: []byte(head + rules)}}
	for _, dir := range []string{"aws-ci", "staging", "prod"} {
		tree[path.Join("o", dir, "kustomization.yaml")] = &fstest.MapFile{}
	}
	c, err := config.Load(tree, "hoist.yaml")
	if err != nil {
		t.Fatalf("%v\n%s", err, rules)
	}
	return c
}

func input(cfg *config.Config, f files) compare.Input {
	in := compare.Input{Name: "app", Rules: cfg.Rules, From: map[string][]string{},
		Keep: func(compare.Status) bool { return true }}
	for i, text := range f.list() {
		e := cfg.Environments[i]
		name := path.Join(e.Overlay, "app.yaml")
		in.Environments = append(in.Environments, e.Name)
		in.From[e.Name] = cfg.From(e.Name, config.ForConfig)
		in.Paths = append(in.Paths, name)
		var parsed *yamlfile.File
		var err error
		if text != "-" {
			parsed, err = yamlfile.Parse(name, []byte(text))
		}
		in.Problems = append(in.Problems, problem.All(err)...)
		in.Files = append(in.Files, parsed)
	}
	return in
}

func make1(t tester, cfg *config.Config, f files, c Choice) (*Plan, error) {
	t.Helper()
	if c.From == "" {
		c.From = "ci"
	}
	if c.To == nil {
		c.To = []string{"prod"}
	}
	m, err := NewMaker(c, cfg, mask.CleanComment)
	if err != nil {
		return nil, err
	}
	if err := m.Service(compare.Files(input(cfg, f)), cfg.Rules); err != nil {
		return nil, err
	}
	return m.Plan(Source{Path: "hoist.yaml", SHA256: "x"})
}

// told is a plan as lines: what a test speaks of.
func told(p *Plan) string {
	several := len(p.Choice.To) > 1
	var b strings.Builder
	env := func(e string) {
		if several {
			b.WriteString(e + " ")
		}
	}
	for _, f := range p.Files {
		for _, c := range f.Changes {
			env(f.Environment)
			fmt.Fprintf(&b, "%s %s", map[edit.Action]string{edit.Set: "set", edit.Add: "add", edit.Delete: "delete", edit.Append: "append"}[c.Action], c.Path)
			for _, o := range c.After.Omit {
				fmt.Fprintf(&b, " -%s", strings.TrimPrefix(o.String(), c.Path.String()+"."))
			}
			if c.TypeChanged {
				b.WriteString(" type")
			}
			b.WriteByte('\n')
		}
	}
	for _, h := range p.HeldBack {
		env(h.Environment)
		fmt.Fprintf(&b, "held %s %s", h.Code, h.Path)
		if h.Why != "" {
			b.WriteString(" " + h.Why)
		}
		for _, n := range h.Needs {
			fmt.Fprintf(&b, " needs %s", n)
		}
		if h.Place.File == "" || h.Place.Line == 0 {
			b.WriteString(" NOWHERE")
		}
		b.WriteByte('\n')
	}
	for _, l := range p.TargetOnly {
		env(l.Environment)
		fmt.Fprintf(&b, "only %s\n", l.Path)
	}
	return b.String()
}

func lines(s ...string) string {
	if len(s) == 0 {
		return ""
	}
	return strings.Join(s, "\n") + "\n"
}

// set is --set in short: prod:a=1.
func set(texts ...string) (out []Supplied) {
	for _, x := range texts {
		env, rest, _ := strings.Cut(x, ":")
		i := strings.LastIndexByte(rest, '=')
		out = append(out, Supplied{Environment: env, Service: "app", Path: rest[:i], Text: rest[i+1:]})
	}
	return out
}

const (
	price = "allow: [{keys: ['plans.*.price'], reason: r, hint: h}]\n"
	named = "lists: [{path: plans, identity: name}]\n"
)

// TestSentences is product.md, sentence by sentence.
func TestSentences(t *testing.T) {
	for _, c := range []struct {
		name, rules string
		files       files
		choice      Choice
		want        string
	}{
		{"a value, a new key, what only the target has", "", files{"a: 1\nb: 2\n", "a: 1\n", "a: 3\nc: 4\n"}, Choice{}, lines("set a", "add b", "only c")},
		{"each target by itself", "", files{"a: 1\nb: 2\n", "a: 1\n", "a: 3\nc: 4\n"}, Choice{To: []string{"staging", "prod"}},
			lines("staging add b", "prod set a", "prod add b", "prod only c")},
		{"what is equal is nothing", "", files{"a: 'x'\n", "-", "a: x # c\n"}, Choice{}, ""},
		{"a change of type is done and said", "", files{"a: 1\nb: {c: 1}\nd: x\n", "-", "a: '1'\nb: 1\nd: [x]\n"}, Choice{}, lines("set a type", "set b type", "set d type")},
		{"missing parents are created", "", files{"a: {b: {c: 1}}\n", "-", "x: 1\n"}, Choice{}, lines("add a", "only x")},

		// Keys under an allow rule.
		{"an allowed key is never copied", "allow: [{keys: [a, b.c], reason: r}]\n", files{"a: 1\nb: {c: 1}\n", "-", "a: 2\nb: {c: 2}\n"}, Choice{}, ""},
		{"not even when an exact --only names it", "allow: [{keys: [a], reason: r}]\n", files{"a: 1\n", "-", "a: 2\n"}, Choice{Only: []string{"a"}}, ""},
		{"a new element with one is held back as a whole", price + named,
			files{"plans:\n- {name: a, price: 1}\n- {name: b, price: 2, n: 1}\n", "-", "plans:\n- {name: a, price: 3}\n"}, Choice{},
			lines("held pending plans.[name=b] needs plans.[name=b].price")},
		{"the innermost new element", "allow: [{keys: ['p.**.price'], reason: r}]\n",
			files{"p: {plans: [{name: a, tiers: [{name: t, price: 1}, {name: u, n: 1}]}]}\n", "-", "x: 1\n"}, Choice{},
			lines("add p -plans.[name=a].tiers.[name=t]", "held pending p.plans.[name=a].tiers.[name=t] needs p.plans.[name=a].tiers.[name=t].price", "only x")},
		{"an element before the mapping inside it", "allow: [{keys: ['p.*.limits.price'], reason: r}]\n",
			files{"p: [{name: a, limits: {price: 1}}, {name: b, n: 1}]\n", "-", "p: [{name: b, n: 1}]\n"}, Choice{},
			lines("held pending p.[name=a] needs p.[name=a].limits.price")},
		{"the innermost new mapping; the rest of the section goes on", "allow: [{keys: [s.t.key], reason: r}]\n",
			files{"s: {t: {key: 1, n: 1}, u: {v: 1}, w: 1}\n", "-", "x: 1\n"}, Choice{},
			lines("add s -t", "held pending s.t needs s.t.key", "only x")},
		{"a container of which nothing is left is not created", "allow: [{keys: [s.t.key], reason: r}]\n",
			files{"s: {t: {key: 1, n: 1}}\n", "-", "x: 1\n"}, Choice{}, lines("held pending s.t needs s.t.key", "only x")},
		{"all that one unit needs is one", "allow: [{keys: [s.a, s.b], reason: r}]\n", files{"s: {a: 1, b: 2, c: 3}\n", "-", "x: 1\n"}, Choice{},
			lines("held pending s needs s.a needs s.b", "only x")},
		{"absent where its parent stands", "allow: [{keys: [s.a], reason: r}]\n", files{"s: {a: 1, c: 3}\n", "-", "s: {c: 3}\n"}, Choice{}, lines("held pending s.a needs s.a")},
		{"also where another environment breaks the rule", "allow: [{keys: [s.a], reason: r, values: {staging: 'x*'}}]\n", files{"s: {a: 1, c: 3}\n", "s: {a: y, c: 3}\n", "s: {c: 3}\n"}, Choice{}, lines("held pending s.a needs s.a")},
		{"null, and what says it is to be filled in", "allow: [{keys: [a, b], reason: r}]\n", files{"a: 1\nb: x\n", "-", "a:\nb: CHANGEME\n"}, Choice{},
			lines("held pending a needs a", "held pending b needs b")},
		{"absent as the rule says", "allow: [{keys: [s.a], reason: r, absent: [prod]}]\n", files{"s: {a: 1, c: 3}\n", "-", "x: 1\n"}, Choice{}, lines("add s -a", "only x")},
		{"a literal of the rule is written inside what is new", "allow: [{keys: [s.a], reason: r, values: {ci: true, prod: false}}]\n", files{"s: {a: true, c: 3}\n", "-", "x: 1\n"}, Choice{},
			lines("add s -a", "only x")},
		{"and where the parent stands", "allow: [{keys: [s.a], reason: r, values: {ci: true, prod: false}}]\n", files{"s: {a: true, c: 3}\n", "-", "s: {c: 3}\n"}, Choice{}, lines("add s.a")},
		{"and over null", "allow: [{keys: [s.a], reason: r, values: {ci: true, prod: false}}]\n", files{"s: {a: true, c: 3}\n", "-", "s: {c: 3, a: }\n"}, Choice{}, lines("set s.a type")},
		{"never over what stands there", "allow: [{keys: [s.a], reason: r, values: {ci: true, prod: false}}]\n", files{"s: {a: true}\n", "-", "s: {a: true}\n"}, Choice{}, ""},
		{"a glob is no literal", "allow: [{keys: [s.a], reason: r, values: {prod: 'x*'}}]\n", files{"s: {a: true, c: 3}\n", "-", "s: {c: 3}\n"}, Choice{}, lines("held pending s.a needs s.a")},

		// --placeholder, --set.
		{"a placeholder", price + named, files{"plans:\n- name: a\n  price: 1\n", "-", "plans:\n- name: b\n  price: 1\n- name: c\n- name: a\n  n: 1\n"}, Choice{Placeholder: true},
			lines("add plans.[name=a].price", "only plans.[name=a].n", "only plans.[name=b]", "only plans.[name=c]")},
		{"a placeholder has no place in one-line flow style", price + named, files{"plans: [{name: a, price: 1}, {name: b}]\n", "-", "plans: [{name: b}]\n"}, Choice{Placeholder: true},
			lines("held unsafe plans.[name=a] comment-in-flow")},
		{"what is there already stays pending", "allow: [{keys: [a], reason: r}]\n", files{"a: x\n", "-", "a: \"\" # hoist:pending r\n"}, Choice{Placeholder: true}, lines("held pending a needs a")},
		{"a value releases its element", price + named, files{"plans:\n- {name: a, price: x}\n- {name: b, price: y}\n", "-", "plans:\n- {name: a, price: z}\n"},
			Choice{Set: set("prod:plans.[name=b].price=q")}, lines("add plans.[name=b] -price")},
		{"only its own", price + named, files{"plans:\n- {name: a, price: x}\n- {name: b, price: y}\n- {name: c, price: y}\n", "-", "plans:\n- {name: a, price: z}\n"},
			Choice{Set: set("prod:plans.[name=b].price=q")}, lines("add plans.[name=b] -price", "held pending plans.[name=c] needs plans.[name=c].price")},
		{"a value for a key that stands", "allow: [{keys: [a], reason: r}]\n", files{"a: x\n", "-", "a: w\n"}, Choice{Set: set("prod:a=z")}, lines("set a")},
		{"the same value is nothing", "allow: [{keys: [a], reason: r}]\n", files{"a: x\n", "-", "a: w\n"}, Choice{Set: set("prod:a=w")}, ""},
		{"but for a placeholder's comment", "allow: [{keys: [a], reason: r}]\n", files{"a: x\n", "-", "a: w # hoist:pending r\n"}, Choice{Set: set("prod:a=w")}, lines("set a")},
		{"a value that --only does not choose", "", files{"a: 1\nb: 1\n", "-", "a: 2\nb: 2\n"}, Choice{Only: []string{"a"}, Set: set("prod:b=7")}, lines("set a", "set b")},
		{"a value for what only the target has", "", files{"a: 1\n", "-", "a: 1\nb: 2\n"}, Choice{Set: set("prod:b=7")}, lines("set b")},
		{"a value for what only another environment has", "", files{"a: 1\n", "s: {k: x, l: y}\n", "a: 1\n"}, Choice{Set: set("prod:s.k=7")}, lines("add s -l")},
		{"a value that the source's new element lacks", price + named, files{"plans:\n- {name: a, n: 1}\n", "plans:\n- {name: a, n: 1, price: s}\n", "x: 1\n"},
			Choice{Set: set("prod:plans.[name=a].price=q")}, lines("add plans -[name=a].price", "only x")},

		// --only, --except.
		{"a pattern", "", files{"a: {b: 1, c: 1}\nd: 1\n", "-", "a: {b: 2, c: 2}\nd: 2\n"}, Choice{Only: []string{"a.*"}, Except: []string{"a.c"}}, lines("set a.b")},
		{"part of a new mapping", "", files{"a: {b: 1, c: 1}\n", "-", "d: 1\n"}, Choice{Only: []string{"a.b"}}, lines("add a -c")},
		{"part of a new element: what names it comes along", named, files{"plans: [{name: a, n: 1, m: 2}, {name: b}]\n", "-", "plans: [{name: b}]\n"}, Choice{Only: []string{"plans.*.n"}},
			lines("add plans.[name=a] -m")},
		{"a held unit of which nothing is chosen is not spoken of", price + named, files{"plans: [{name: a, price: 1}, {name: b, price: 2}]\nx: 1\n", "-", "plans: [{name: a, price: 3}]\nx: 2\n"},
			Choice{Only: []string{"x"}}, lines("set x")},
		{"target-only keys that are not chosen are not listed", "", files{"a: 1\n", "-", "a: 1\nb: {c: 1, d: 1}\n"}, Choice{Only: []string{"b.d"}}, lines("only b.d")},

		// --prune.
		{"never by default", "", files{"a: 1\n", "-", "a: 1\nb: {c: 1}\nl: [{name: x}]\n"}, Choice{}, lines("only b", "only l")},
		{"a pattern", "", files{"a: 1\n", "-", "a: 1\nb: {c: 1, d: 1}\ne: 1\n"}, Choice{Prune: []string{"b.c"}}, lines("delete b.c", "only b.d", "only e")},
		{"all", "", files{"a: 1\n", "-", "a: 1\nb: {c: 1, d: 1}\ne: 1\n"}, Choice{Prune: []string{"all"}}, lines("delete b", "delete e")},
		{"all but what is not chosen", "", files{"a: 1\n", "-", "a: 1\nb: {c: 1, d: 1}\ne: 1\n"}, Choice{Prune: []string{"all"}, Except: []string{"b.d"}}, lines("delete b.c", "delete e")},
		{"an element", named, files{"plans: [{name: a}]\n", "-", "plans: [{name: a}, {name: b}]\n"}, Choice{Prune: []string{"plans.*"}}, lines("delete plans.[name=b]")},
		{"what holds an allowed key only by its exact path", price + named, files{"plans: [{name: a}]\n", "-", "plans: [{name: a}, {name: b, price: 1, n: 2}]\n"}, Choice{Prune: []string{"plans", "all"}},
			lines("held unsafe plans.[name=b] prune-allowed", "only plans.[name=b]")},
		{"by its exact path", price + named, files{"plans: [{name: a}]\n", "-", "plans: [{name: a}, {name: b, price: 1, n: 2}]\n"}, Choice{Prune: []string{"plans.[name=b]"}}, lines("delete plans.[name=b]")},
		{"an allowed key by its exact path", "allow: [{keys: [a.b], reason: r}]\n", files{"a: {c: 1}\n", "-", "a: {b: 1, c: 1}\n"}, Choice{Prune: []string{"a.b"}}, lines("delete a.b")},
		{"an allowed key is not listed, nor pruned with all", "allow: [{keys: [a.b], reason: r}]\n", files{"a: {c: 1}\n", "-", "a: {b: 1, c: 1}\n"}, Choice{Prune: []string{"all"}}, ""},
		{"what names an element goes with it only", named, files{"plans: [{name: a}]\n", "-", "plans: [{name: a}, {name: b, n: 1}]\n"}, Choice{Prune: []string{"**.name", "**.n"}}, lines("delete plans.[name=b].n", "only plans.[name=b].name")},
		{"what the source has is not pruned", "", files{"a: {b: 1}\n", "-", "a: {b: 1, c: 1}\n"}, Choice{Prune: []string{"a.b"}}, lines("only a.c")},

		// Lists.
		{"elements by identity", named, files{"plans: [{name: a, n: 1}, {name: b, n: 1}]\n", "-", "plans: [{name: b, n: 2}, {name: c}]\n"}, Choice{},
			lines("add plans.[name=a]", "set plans.[name=b].n", "only plans.[name=c]")},
		{"by index where lengths agree", "", files{"l: [{x: 1}, {x: 2}]\n", "l: [{x: 1}]\n", "l: [{x: 1}, {x: 3}]\n"}, Choice{}, lines("set l.[1].x")},
		{"by index where they do not", "", files{"l: [{x: 1}, {x: 2}]\n", "l: [{x: 1}, {x: 2}]\n", "l: [{x: 1}]\n"}, Choice{}, lines("held ambiguous l no-identity")},
		{"by index where a rule reaches inside", "allow: [{keys: ['l.*.y'], reason: r}]\n", files{"l: [{x: 1, y: 1}]\n", "-", "l: [{x: 2, y: 2}]\n"}, Choice{}, lines("held ambiguous l no-identity")},
		{"also of a new list", "allow: [{keys: ['s.l.*.y'], reason: r}]\n", files{"s: {l: [{x: 1, y: 1}, {x: 2}], n: 1}\n", "-", "x: 1\n"}, Choice{}, lines("add s -l", "held ambiguous s.l no-identity", "only x")},
		{"part of a new list without names", "", files{"s: {l: [{x: 1}, {y: 2}], n: 1}\n", "-", "x: 1\n"}, Choice{Only: []string{"s.*.y", "s.n"}}, lines("add s -l", "held ambiguous s.l no-identity")},
		{"lists without one match", "", files{"l: [{name: a}]\n", "-", "l: [{name: b}]\n"}, Choice{}, lines("held ambiguous l no-match")},
		{"the identity of lists: that is not unique", "lists: [{path: l, identity: k}]\n", files{"l: [{k: 1, v: 1}, {k: 1, v: 2}]\n", "-", "l: [{k: 1, v: 3}, {k: 2, v: 2}]\n"}, Choice{}, lines("held ambiguous l bad-identity")},
		{"another order under ordered", "lists: [{path: l, identity: k, ordered: true}]\n", files{"l: [{k: 1}, {k: 2}]\n", "-", "l: [{k: 2}, {k: 1}]\n"}, Choice{}, lines("held unsafe l order")},
		{"the same order elsewhere is none", "lists: [{path: l, identity: k, ordered: true}]\n", files{"l: [{k: 1}, {k: 2}, {k: 3}]\n", "l: [{k: 1}, {k: 3}]\n", "l: [{k: 3}, {k: 1}]\n"}, Choice{To: []string{"staging"}}, lines("add l.[k=2]")},
		{"another order is no difference", "", files{"l: [{name: 1}, {name: 2}]\n", "-", "l: [{name: 2}, {name: 1}]\n"}, Choice{}, ""},
		{"scalars that would be lost", "", files{"l: [a]\nm: []\nn: [a, a]\no: [b, a]\n", "-", "l: [a, b]\nm: [1]\nn: [a, a, a]\no: [a, b]\n"}, Choice{},
			lines("set o", "held removes l", "held removes m", "held removes n")},
		{"and may be", "", files{"l: [a]\n", "-", "l: [a, b]\n"}, Choice{Prune: []string{"l"}}, lines("set l")},
		{"a set only grows", "lists: [{path: l, as: set}]\n", files{"l: [a, c]\n", "-", "l: [b, a]\n"}, Choice{}, lines("append l", "only l")},
		{"in a set twice is once", "lists: [{path: l, as: set}]\n", files{"l: [a, a]\n", "-", "l: [a]\n"}, Choice{}, ""},
		{"a set with all that it needs", "lists: [{path: l, as: set}]\n", files{"l: [a]\n", "-", "l: [b, a]\n"}, Choice{}, lines("only l")},
		{"what comes into a set is looked at, not what is in it", "lists: [{path: l, as: set}, {path: m, as: set}]\n",
			files{"l: [https://ci.example, a]\nm: [https://ci.example, a]\n", "-", "l: [https://ci.example]\nm: [b]\n"}, Choice{}, lines("append l", "held unclassified m environment-name")},

		// Shapes.
		{"another shape elsewhere", "", files{"s: {a: 1, b: 2}\n", "s: 1\n", "s: {a: 5, c: 3}\n"}, Choice{}, lines("set s.a", "add s.b", "only s.c")},
		{"a mapping that holds an allowed key is not replaced", "allow: [{keys: [s.a], reason: r}]\n", files{"s: 1\n", "-", "s: {a: 1}\n"}, Choice{}, lines("held unsafe s holds-allowed")},
		{"a new shape of which nothing may come in", "allow: [{keys: [s.a], reason: r, absent: [prod]}]\n", files{"s: {a: 1}\n", "-", "s: 1\n"}, Choice{}, lines("held unsafe s nothing-left")},
		{"a new shape with an allowed key", "allow: [{keys: [s.a], reason: r}]\n", files{"s: {a: 1, b: 2}\n", "-", "s: 1\n"}, Choice{}, lines("held pending s needs s.a")},

		// What must not travel.
		{"a credential", "", files{"k: sk_test_FAKE1234567890\n", "-", "k: x\n"}, Choice{}, lines("held unclassified k credential")},
		{"a credential in the target", "", files{"k: x\n", "-", "k: sk_live_FAKE1234567890\n"}, Choice{}, lines("held unclassified k credential")},
		{"a key called like one", "", files{"db: {password: x}\n", "-", "db: {password: y}\n"}, Choice{}, lines("held unclassified db.password credential")},
		{"a connection string", "", files{"u: 'amqp://mq.one.example:5672/v'\n", "-", "u: 'amqp://mq.two.example:5672/v'\n"}, Choice{}, lines("held unclassified u connection")},
		{"the source's name as a word", "", files{"u: https://api.ci.example\nc: circle\n", "-", "u: y\nc: z\n"}, Choice{}, lines("set c", "held unclassified u environment-name")},
		{"its overlay's name", "", files{"u: cluster-aws-ci-1\n", "-", "u: y\n"}, Choice{}, lines("held unclassified u environment-name")},
		{"in a list", "", files{"u: [a, ci-1]\n", "-", "u: [a]\n"}, Choice{}, lines("held unclassified u environment-name")},
		{"an exact --only names it", "", files{"u: ci-1\nk: sk_test_FAKE1234567890\n", "-", "u: w\nk: x\n"}, Choice{Only: []string{"u", "k"}}, lines("set u", "set k")},
		{"a pattern does not", "", files{"u: {v: ci-1}\n", "-", "u: {v: y}\n"}, Choice{Only: []string{"u.*"}}, lines("held unclassified u.v environment-name")},
		{"nor what it lies in", "", files{"u: {v: ci-1}\n", "-", "u: {v: y}\n"}, Choice{Only: []string{"u"}}, lines("held unclassified u.v environment-name")},
		{"promote:", "promote: [u.**]\n", files{"u: {v: ci-1}\n", "-", "u: {v: w}\n"}, Choice{}, lines("set u.v")},
		{"in what is new it holds the unit back", named, files{"plans: [{name: a, u: ci-1}, {name: b, u: x}]\n", "-", "x: 1\n"}, Choice{}, lines("add plans -[name=a]", "held unclassified plans.[name=a] environment-name", "only x")},
		{"elements by index are held together", "", files{"s: {l: [{u: ci-1}, {u: x}], n: 1}\n", "-", "x: 1\n"}, Choice{}, lines("add s -l", "held unclassified s.l environment-name", "only x")},
		{"a near miss", "allow: [{keys: [pay.plans.*.price], reason: r}]\n", files{"pay: {x: {price: 1}, n: 1}\n", "-", "pay: {x: {price: 2}, n: 2}\n"}, Choice{}, lines("set pay.n", "held unclassified pay.x.price near-miss")},
		{"a near miss in what is new", "allow: [{keys: [pay.plans.*.price], reason: r}]\n", files{"pay: {x: {price: 1}, n: 1}\n", "-", "pay: {n: 2}\n"}, Choice{}, lines("set pay.n", "held unclassified pay.x near-miss")},
		{"a near miss that is named", "allow: [{keys: [pay.plans.*.price], reason: r}]\n", files{"pay: {x: {price: 1}}\n", "-", "pay: {x: {price: 2}}\n"}, Choice{Only: []string{"pay.x.price"}}, lines("set pay.x.price")},
		{"a forbidden value", "forbid: [{in: [prod], values: ['t_*']}]\n", files{"a: t_1\nl: [x, t_2]\ns: {b: t_3, c: 1}\n", "-", "a: x\nl: [x]\n"}, Choice{Only: []string{"a", "l", "s", "s.b"}},
			lines("held unclassified a forbidden", "held unclassified l forbidden", "held unclassified s forbidden")},
		{"one that stands there already does not come in", "forbid: [{in: [prod], values: ['t_*']}]\n", files{"l: [t_1, b]\n", "-", "l: [t_1]\n"}, Choice{}, lines("set l")},
		{"an encrypted value", "", files{"a: 'ENC[AES256_GCM,data:x]'\nb: 1\n", "-", "a: 'ENC[AES256_GCM,data:y]'\nb: 2\n"}, Choice{Only: []string{"a", "b"}}, lines("set b", "held encrypted a value")},
		{"an encrypted file", "", files{"a: 1\nsops: {mac: x}\n", "-", "a: 2\nb: 1\nsops: {mac: y}\n"}, Choice{Prune: []string{"b"}}, lines("held encrypted a file", "held encrypted b file")},

		{"a literal that is forbidden is not written; the rest goes on", "allow: [{keys: [s.k], reason: r, values: {prod: bad}}]\nforbid: [{in: [prod], values: [bad]}]\n",
			files{"a: 1\nb: 1\nc: 1\ns: {k: x, l: 1}\n", "-", "a: 2\nb: 2\nc: 2\ns: {l: 2}\n"}, Choice{}, lines("set a", "set b", "set c", "set s.l", "held unsafe s.k proof-forbidden")},
		{"a set that may lose", "lists: [{path: l, as: set}]\n", files{"l: [a, c]\n", "-", "l: [b, a]\n"}, Choice{Prune: []string{"l"}}, lines("set l")},
		{"a target that is a mapping of nothing but allowed keys", "allow: [{keys: [s], reason: r}]\n", files{"s: {a: 1}\n", "-", "s: 1\n"}, Choice{}, ""},

		// What cannot be edited.
		{"an anchor that is used elsewhere", "", files{"a: 1\nb: 2\nc: 1\n", "-", "a: &x 2\nb: *x\nc: 2\n"}, Choice{}, lines("set c", "held unsafe a shared-anchor")},
		{"a key that stands twice", "", files{"a: 1\nb: 1\n", "-", "a: 2\na: 3\nb: 2\n"}, Choice{}, lines("set b", "held unsafe a duplicate-key")},
		{"twice in the source", "", files{"a: 1\na: 2\nb: 1\n", "-", "a: 3\nb: 2\n"}, Choice{}, lines("set b", "held unsafe a duplicate-key")},
		{"aliases are written as values", "", files{"a: &x {k: 1}\nb: *x\nc: {<<: *x, l: 1}\n", "-", "q: 1\n"}, Choice{}, lines("add a", "add b", "add c", "only q")},

		{"empty here, more elsewhere", "", files{"a: {}\nl: []\n", "x: 1\n", "a: {b: {c: 1}}\nl: [{name: 1}]\n"}, Choice{To: []string{"staging"}}, lines("add a", "add l", "only x")},
		{"empty there, more elsewhere", "", files{"x: 1\n", "a: {}\nl: []\nx: 1\n", "a: {b: {c: 1}}\nl: [{name: 1}]\n"}, Choice{To: []string{"staging"}}, lines("only a", "only l")},

		// Files.
		{"no file in the target", "", files{"a: 1\n", "-", "-"}, Choice{}, lines("held unsafe  no-file")},
		{"no file in the source", "", files{"-", "-", "a: 1\n"}, Choice{}, ""},
		{"a target that cannot be read", "", files{"a: 1\n", "a: 2\n", "a: [\n"}, Choice{To: []string{"staging", "prod"}}, ""},
		{"a file outside the promotion that cannot be read", "", files{"a: 1\n", "a: 2\n", "a: [\n"}, Choice{To: []string{"staging"}}, lines("set a")},
		{"several documents", "", files{"a: 1\n---\nb: 1\n", "-", "a: 2\n---\nb: 2\n"}, Choice{}, lines("set {0}.a", "set {1}.b")},
		{"a document inside", "allow: [{keys: ['data.c\\.yaml.k'], reason: r}]\n", files{"data:\n  c.yaml: |\n    a: 1\n    k: x\n    n: {m: 1}\n", "-", "data:\n  c.yaml: |\n    a: 2\n    k: y\n"}, Choice{},
			lines(`set data.c\.yaml.a`, `add data.c\.yaml.n`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := make1(t, load(t, c.rules), c.files, c.choice)
			if err != nil {
				t.Fatal(err)
			}
			if got := told(p); got != c.want {
				t.Errorf("gives\n%swant\n%s", got, c.want)
			}
		})
	}
}

// TestWrongChoices are refused before anything is planned.
func TestWrongChoices(t *testing.T) {
	rules := `allow:
  - {keys: [v], reason: r, values: {ci: 'ci_*', prod: 'p_*'}}
  - {keys: [d], reason: r, distinct: [[ci, staging, prod]]}
  - {keys: [e], reason: r, equal: [[staging, prod]]}
  - {keys: [plans.*.price], reason: r, distinct: [[ci, prod]]}
forbid: [{in: [prod], values: [bad*]}]
lists: [{path: plans, identity: name}]
`
	f := files{"v: ci_1\nd: a\ne: x\nn: 1\nplans: [{name: a, price: x, n: 1}, {name: c}]\nl: [1]\n", "v: s\nd: b\ne: y\nn: 2\nplans: [{name: a, n: 1}, {name: z, price: y}]\n", "plans: [{name: c}]\nv: p_1\nd: c\ne: y\nn: 3\nw: x\n"}
	for _, c := range []struct {
		name   string
		choice Choice
		want   string
	}{
		{"values", Choice{Set: set("prod:v=ci_2")}, "set-breaks-rule prod v values"},
		{"values kept", Choice{Set: set("prod:v=p_2")}, ""},
		{"distinct", Choice{Set: set("prod:d=a")}, "set-breaks-rule prod d distinct"},
		{"distinct among what is given", Choice{To: []string{"staging", "prod"}, Set: set("staging:d=q", "prod:d=q")}, "set-breaks-rule staging d distinct"},
		{"distinct of a new element", Choice{Set: set("prod:plans.[name=a].price=x")}, "set-breaks-rule prod plans.[name=a].price distinct"},
		{"equal", Choice{Set: set("prod:e=z")}, "set-breaks-rule prod e equal"},
		{"equal, both given", Choice{To: []string{"staging", "prod"}, Set: set("staging:e=z", "prod:e=z")}, ""},
		{"forbidden", Choice{Set: set("prod:w=bad1")}, "set-breaks-rule prod w forbid"},
		{"not of its type", Choice{Set: set("prod:n=x")}, "set-type n int"},
		{"no list", Choice{Set: set("prod:l=x")}, "set-type l list"},
		{"unknown", Choice{Set: set("prod:zz=x")}, "set-unknown-key prod zz"},
		{"what names an element", Choice{Set: set("prod:plans.[name=a].name=b")}, "set-unknown-key prod plans.[name=a].name"},
		{"a mapping", Choice{Set: set("prod:plans=x")}, "set-unknown-key prod plans"},
		{"no path", Choice{Set: set("prod:a[=x")}, "bad-pattern --set a[ 3 unclosed"},
		{"not in --to", Choice{Set: set("staging:n=1")}, "set-environment staging n"},
		{"twice", Choice{Set: set("prod:n=1", "prod:n=2")}, "set-twice prod app n"},
		{"alone in a new element", Choice{Only: []string{"n"}, Set: set("prod:plans.[name=a].price=q")}, "set-has-no-place prod plans.[name=a].price plans.[name=a]"},
		{"in an element that only a third environment has", Choice{Set: set("prod:plans.[name=z].price=q")}, "set-has-no-place prod plans.[name=z].price plans.[name=z]"},
		{"patterns", Choice{Only: []string{"a..b"}, Except: []string{"["}, Prune: []string{"a."}}, "bad-pattern --only a..b 3 empty-segment\nbad-pattern --except [ 2 unclosed\nbad-pattern --prune a. 3 empty-segment"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := make1(t, load(t, rules), f, c.choice)
			var got []string
			for _, p := range problem.All(err) {
				s := p.Code.Name
				for _, a := range p.Args {
					s += " " + a.Text
				}
				got = append(got, s)
				if p.Code == SetBreaks && p.Place.File != "hoist.yaml" {
					t.Errorf("its place is %v", p.Place)
				}
			}
			if strings.Join(got, "\n") != c.want {
				t.Errorf("gives\n%s\nwant\n%s", strings.Join(got, "\n"), c.want)
			}
		})
	}
}

// TestBrokenBefore: a value may be given where another one breaks the rule, and
// the broken one may be given anew.
func TestBrokenBefore(t *testing.T) {
	rules := "allow: [{keys: [a], reason: r, values: {staging: 's_*', prod: 'p_*'}, distinct: [[staging, prod]]}]\n"
	for _, c := range []struct {
		files files
		set   []Supplied
		wrong bool
	}{
		{files{"a: x\n", "a: q\n", "a: p_1\n"}, set("prod:a=p_2"), false},
		{files{"a: x\n", "a: s_1\n", "a: q\n"}, set("prod:a=p_2"), false},
		{files{"a: x\n", "a: s_1\n", "a: q\n"}, set("prod:a=r"), true},
		{files{"a: x\n", "a: p_1\n", "a: p_1\n"}, set("prod:a=p_1"), false},
		{files{"a: x\n", "a: p_1\n", "a: p_2\n"}, set("prod:a=p_1"), true},
		{files{"a: x\n", "a: p_1 # hoist:pending\n", "a: p_2\n"}, set("prod:a=p_1"), false},
	} {
		if _, err := make1(t, load(t, rules), c.files, Choice{Set: c.set}); (err != nil) != c.wrong {
			t.Errorf("%v %v: %v", c.files, c.set[0].Text, err)
		}
	}
}

// TestLinked: what would change another file is held back.
func TestLinked(t *testing.T) {
	cfg := load(t, "")
	m, err := NewMaker(Choice{From: "ci", To: []string{"prod"}}, cfg, mask.CleanComment)
	if err != nil {
		t.Fatal(err)
	}
	m.Linked("o/prod/app.yaml", "o/staging/app.yaml")
	if err := m.Service(compare.Files(input(cfg, files{"a: 1\n", "a: 2\n", "a: 2\n"})), cfg.Rules); err != nil {
		t.Fatal(err)
	}
	p, err := m.Plan(Source{})
	if err != nil || told(p) != "held unsafe a link\n" || p.HeldBack[0].Arg("target") != "o/staging/app.yaml" || p.HeldBack[0].Arg("none") != "" {
		t.Errorf("%v\n%s", err, told(p))
	}
}

// TestComments that hold a credential or what is forbidden there are not copied.
func TestComments(t *testing.T) {
	p, err := make1(t, load(t, "forbid: [{in: [prod], values: ['t_*']}]\n"),
		files{"a: 1\n# key sk_live_FAKE1234567890abcdef\nb: 1 # fine\n# see 't_1', please\nc: 1 # or t_2.\n# about d\nd: 1\n", "-", "a: 1\n"}, Choice{})
	if want := "a: 1\nb: 1 # fine\nc: 1\n# about d\nd: 1\n"; err != nil || p.Files[0].After.Source() != want {
		t.Errorf("%v\n%s", err, p.Files[0].After.Source())
	}
}

// TestSuppliedValues have the type that the key has elsewhere.
func TestSuppliedValues(t *testing.T) {
	f := files{"s: x\ni: 1\nf: 1.5\nb: true\nl: [a]\nn: null\n", "n: 7\n", "s: w\ni: 2\nf: 2.5\nb: false\nl: [b]\nn: 8\nt: '5'\n"}
	for _, c := range []struct{ give, want string }{
		{"s=123", "string 123"}, {"s=true", "string true"}, {"s=", "string "}, {"s=a: #b", "string a: #b"}, {"i=5", "int 5"}, {"f=3", "float 3.0"},
		{"b=true", "bool true"}, {"l=[1, c]", "list string 1 string c"}, {"n=9", "int 9"}, {"t=6", "string 6"},
	} {
		p, err := make1(t, load(t, ""), f, Choice{Only: []string{"nothing"}, Set: set("prod:" + c.give)})
		if err != nil {
			t.Errorf("%s: %v", c.give, err)
			continue
		}
		v := p.Files[0].After.Value(p.Files[0].Changes[0].Path)
		got := v.TypeName() + " " + v.Reveal()
		if v.Kind() == value.Scalars {
			got = "list"
			for _, i := range v.Items() {
				got += " " + i.TypeName() + " " + i.Reveal()
			}
		}
		if got != c.want {
			t.Errorf("%s gives %s, want %s", c.give, got, c.want)
		}
	}
}

// TestFileOverSet: of one key a --set wins over a file of values.
func TestFileOverSet(t *testing.T) {
	given := set("prod:a=1", "prod:a=2")
	given[0].FromFile = true
	for range 2 {
		p, err := make1(t, load(t, ""), files{"a: 3\n", "-", "a: 4\n"}, Choice{Set: given})
		if err != nil || p.Files[0].After.Source() != "a: 2\n" || len(p.Choice.Set) != 1 {
			t.Errorf("%v %v", p, err)
		}
		slices.Reverse(given)
	}
	typed := []Supplied{{Environment: "prod", Service: "app", Path: "a", Value: value.Text("x")}}
	if p, err := make1(t, load(t, ""), files{"a: 3\n", "-", "a: 4\n"}, Choice{Set: typed}); err != nil || p.Files[0].After.Source() != "a: x\n" {
		t.Errorf("%v %v", p, err)
	}
}

// TestHeldSays what a person needs to go on.
func TestHeldSays(t *testing.T) {
	p, err := make1(t, load(t, "allow: [{keys: [pay.plans.*.price, s.key], reason: r}]\nforbid: [{in: [prod], values: [bad]}]\n"),
		files{"s:\n  u: ci-1\n  v: 1\n'a b': ci-2\nk: sk_test_FAKE1234567890\npay: {x: {price: 1}}\nf: bad\n", "-", "\nk: x\n\n'a b': 1\npay: {x: {price: 2}}\nf: x\n"}, Choice{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range p.HeldBack {
		got = append(got, fmt.Sprintf("%s %s %s | %s | %s", h.Path, h.Place, h.Arg("key"), h.Arg("rule"), h.Suggest))
	}
	reason := "\n  reason: each environment has its own"
	want := []string{
		"s o/aws-ci/app.yaml:2:6 s.u |  | - keys: [s.u]" + reason,
		"a b o/prod/app.yaml:4:8 a b |  | - keys: ['a b']" + reason,
		"k o/prod/app.yaml:2:4 k |  | - keys: [k]" + reason + "\n  secret: true",
		"pay.x.price o/prod/app.yaml:5:18 pay.x.price |  | - keys: ['pay.**.price']" + reason,
		"f o/prod/app.yaml:6:4 f | hoist.yaml:8:10 | - keys: [f]" + reason,
	}
	if !slices.Equal(got, want) {
		t.Errorf("gives\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestVerify finds what is not as the plan left it.
func TestVerify(t *testing.T) {
	wanted := "a: 1\nl: [{name: x, v: 1}]\nm: {z: 1}\nq: 1\n"
	for _, c := range []struct{ name, disk, want string }{
		{"as it was left", wanted, ""},
		{"spelled otherwise", "m: {z: 1} # c\nq: 1\na: 0x1\nl:\n- v: 1\n  name: x\n", ""},
		{"a planned key gone", "l: [{name: x, v: 1}]\nm: {z: 1}\nq: 1\n", "change-absent a"},
		{"a planned key with another value", "a: 2\nl: [{name: x, v: 1}]\nm: {z: 1}\nq: 1\n", "change-absent a"},
		{"one of another type", "a: '1'\nl: [{name: x, v: 1}]\nm: {z: 1}\nq: 1\n", "change-absent a"},
		{"a deleted key back", wanted + "gone: {b: 1}\n", "change-absent gone.b"},
		{"another key moved", "a: 1\nl: [{name: x, v: 2}]\nm: {z: 1}\nq: 1\n", "other-moved l.[name=x].v"},
		{"another key new", wanted + "n: 1\n", "other-moved n"},
		{"one in what was added", "a: 1\nl: [{name: x, v: 1}]\nm: {z: 1, y: 1}\nq: 1\n", "other-moved m.y"},
		{"another key gone", "a: 1\nl: [{name: x, v: 1}]\nm: {z: 1}\n", "other-moved q"},
		{"all gone", "-", "change-absent a\nother-moved l.[name=x].name\nother-moved l.[name=x].v\nchange-absent m.z\nother-moved q"},
	} {
		parse := func(text string) *yamlfile.File {
			if text == "-" {
				return nil
			}
			f, err := yamlfile.Parse("app.yaml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		x := Touched{Path: "app.yaml", Environment: "prod", Wanted: parse(wanted), Disk: parse(c.disk), Identity: func(keypath.Path) string { return "name" }}
		for _, p := range []string{"a", "gone", "m"} {
			q, err := keypath.Parse(p)
			if err != nil {
				t.Fatal(err)
			}
			x.Changes = append(x.Changes, q)
		}
		var got []string
		for _, f := range x.Verify() {
			got = append(got, string(f.Code)+" "+f.Path.String())
		}
		if strings.Join(got, "\n") != c.want {
			t.Errorf("%s: gives\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), c.want)
		}
	}
}
