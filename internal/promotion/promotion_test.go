package promotion

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/yamlfile"
)

var three = []Environment{{Name: "ci", Title: "ci"}, {Name: "staging"}, {Name: "prod", Title: "production"}}

// contract is the message of the contract, word for word.
const contract = `chore: sync CI business configs to staging and production

Synced: simplex-api: credit.rates.*, worker.concurrency; simplex-gateway: rateLimit.burst (staging)
Not synced: simplex-api: payment.plans.[name=pro] (production: stripePriceId)
Whitelisted (not synced): infra connections, stripe keys, stripePriceId, campaign.redirectEnabled

Hoist-From: ci
Hoist-To: staging, prod
Hoist-Plan: sha256:07be
Hoist-Source: 3f2a
`

func contractFacts() Facts {
	api := []string{"credit.rates.*", "worker.concurrency"}
	return Facts{
		Environments: three, From: []string{"ci"}, To: []string{"staging", "prod"},
		Moved: []Moved{{"simplex-api", "staging", api}, {"simplex-api", "prod", api}, {"simplex-gateway", "staging", []string{"rateLimit.burst"}}},
		Held: []Held{{Service: "simplex-api", Environment: "prod", Path: "payment.plans.[name=pro]", Code: "pending",
			Needs: []string{"payment.plans.[name=pro].stripePriceId"}}},
		Groups:  []string{"infra connections", "stripe keys", "stripePriceId", "campaign.redirectEnabled"},
		Plans:   []string{"sha256:07be"},
		Sources: []Source{{Commit: "3f2a"}},
	}
}

func TestMessages(t *testing.T) {
	sections := func(change func(*Facts)) string {
		f := contractFacts()
		f.Held, f.Groups, f.Plans, f.Sources = nil, nil, nil, nil
		change(&f)
		m := Write(f)
		return m.Subject + "\n" + strings.Join(m.Body, "\n")
	}
	const subject = "chore: sync CI business configs to staging and production\n"
	for _, c := range []struct {
		name, want string
		change     func(*Facts)
	}{
		{"one service", subject + "Synced: a.b", func(f *Facts) {
			f.One = true
			f.Moved = []Moved{{"api", "staging", []string{"a.b"}}, {"api", "prod", []string{"a.b"}}}
		}},
		{"six names are told", subject + "Synced: api: a, b, c, d, e, f", func(f *Facts) {
			f.Moved = []Moved{{"api", "staging", []string{"a", "b", "c", "d", "e", "f"}}, {"api", "prod", []string{"a", "b", "c", "d", "e", "f"}}}
		}},
		{"many are cut, wide ones first", subject + "Synced: api: f.*, a (staging), b (staging) and 4 more", func(f *Facts) {
			f.Moved = []Moved{{"api", "staging", []string{"a", "b", "c", "d", "e", "f.*", "g"}}, {"api", "prod", []string{"f.*"}}}
		}},
		{"names that one environment has wider", subject + "Synced: api: a.* (staging), a.b (production)", func(f *Facts) {
			f.Moved = []Moved{{"api", "staging", []string{"a.*"}}, {"api", "prod", []string{"a.b"}}}
		}},
		{"images", "chore: sync CI images to staging\nSynced: images: front v1.4.2, api v2", func(f *Facts) {
			f.To, f.Moved = []string{"staging"}, []Moved{{"", "staging", []string{"front v1.4.2", "api v2"}}}
		}},
		{"configs and images", "chore: sync CI business configs and images to staging\nSynced: a.b; images: front v1.4.2", func(f *Facts) {
			f.To, f.One = []string{"staging"}, true
			f.Moved = []Moved{{"", "staging", []string{"front v1.4.2"}}, {"api", "staging", []string{"a.b"}}}
		}},
		{"held back of one service is named", subject + "Synced: a.b\nNot synced: api: c (staging, production: unclassified), d (staging: pending; production: hotfix)", func(f *Facts) {
			f.One = true
			f.Moved = []Moved{{"api", "staging", []string{"a.b"}}, {"api", "prod", []string{"a.b"}}}
			f.Held = []Held{{"api", "staging", "c", "unclassified", nil}, {"api", "prod", "c", "unclassified", nil},
				{"api", "staging", "d", "pending", []string{"d"}}, {"api", "prod", "d", "hotfix", nil}}
		}},
		{"needs below", "chore: sync CI business configs to staging\nSynced: api: a\nNot synced: api: p.[name=pro] (staging: prices.[cur=usd].id, b, c and 1 more)", func(f *Facts) {
			f.To, f.Moved = []string{"staging"}, []Moved{{"api", "staging", []string{"a"}}}
			p := "p.[name=pro]"
			f.Held = []Held{{"api", "staging", p, "pending", []string{p + ".prices.[cur=usd].id", p + ".b", p + ".c", p + ".d"}}}
		}},
		{"many services", "chore: sync CI business configs and images to staging\nSynced: s1: k; s2: k; s3: k; s4: k; s5: k; s6: k; s7: k; s8: k; images: front v1; and 5 more services", func(f *Facts) {
			f.To, f.Moved = []string{"staging"}, []Moved{{"", "staging", []string{"front v1"}}}
			for i := range 13 {
				f.Moved = append(f.Moved, Moved{fmt.Sprintf("s%d", i+1), "staging", []string{"k"}})
			}
		}},
		{"twelve are told", "chore: sync CI business configs to staging\nSynced: s1: k; s2: k; s3: k; s4: k; s5: k; s6: k; s7: k; s8: k; s9: k; s10: k; s11: k; s12: k", func(f *Facts) {
			f.To, f.Moved = []string{"staging"}, nil
			for i := range 12 {
				f.Moved = append(f.Moved, Moved{fmt.Sprintf("s%d", i+1), "staging", []string{"k"}})
			}
		}},
		{"from several", "chore: sync CI and staging business configs to staging and production\nSynced: x", func(f *Facts) {
			f.From, f.One, f.Moved = []string{"ci", "staging"}, true, []Moved{{"a", "staging", []string{"x"}}, {"a", "prod", []string{"x"}}}
		}},
		{"into many", "chore: sync CI business configs to 4 environments\nSynced: x", func(f *Facts) {
			f.To = []string{"europe-staging", "america-staging", "asia-staging", "prod"}
			f.One, f.Moved = true, nil
			for _, e := range f.To {
				f.Moved = append(f.Moved, Moved{"a", e, []string{"x"}})
			}
		}},
		{"rules only", "chore: allow search.url to differ\nAllowed to differ: search.url", func(f *Facts) {
			f.Moved, f.To, f.Allowed = nil, nil, []string{"search.url"}
		}},
		{"line breaks", "chore: sync CI business configs to staging\nSynced: a b\nWhitelisted (not synced): x Hoist-To: prod", func(f *Facts) {
			f.One, f.To, f.Moved = true, []string{"staging"}, []Moved{{"api", "staging", []string{"a\n\nb"}}}
			f.Groups = []string{"x\n\nHoist-To: prod", "  "}
		}},
		{"revert", "revert: sync CI business configs to staging\nThis reverts commit 0af1.\n\nPut back: a.b", func(f *Facts) {
			f.To, f.One, f.Reverts = []string{"staging"}, true, &Reverted{"0af1", "chore: sync CI business configs to staging"}
			f.Moved = []Moved{{"api", "staging", []string{"a.b"}}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := sections(c.change); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
	if got := Write(contractFacts()).String(); got != contract {
		t.Errorf("got\n%s\nwant\n%s", got, contract)
	}
}

func TestLabels(t *testing.T) {
	for name, want := range map[string]string{"ci": "CI", "qa": "QA", "uat": "UAT", "dev": "dev", "prod": "prod", "e1": "e1", "预发": "预发"} {
		if got := (Environment{Name: name}).Label(); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func paths(t *testing.T, texts ...string) (out []keypath.Path) {
	for _, s := range texts {
		p, err := keypath.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func parsed(t *testing.T, src string) *yamlfile.File {
	f, err := yamlfile.Parse("f.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestNames(t *testing.T) {
	before := "credit:\n  grant: 1\n  rates: {a: 1, b: 2, gone: 3}\nworker: {n: 1}\nplans:\n- {name: x, p: 1, q: 2}\n- {name: y, p: 1, q: 2}\n"
	after := "credit:\n  grant: 1\n  rates: {a: 3, b: 4, new: {x: 1, y: 2}}\nworker: {n: 2}\nplans:\n- {name: x, p: 2, q: 3}\n- {name: z, p: 1, q: 2}\n"
	for _, c := range []struct {
		name           string
		changed, wants []string
	}{
		{"all of a mapping", []string{"credit.rates.a", "credit.rates.b", "credit.rates.gone", "credit.rates.new"}, []string{"credit.rates.*"}},
		{"but for what was deleted", []string{"credit.rates.a", "credit.rates.b", "credit.rates.new"}, []string{"credit.rates.a", "credit.rates.b", "credit.rates.new"}},
		{"higher", []string{"credit.grant", "credit.rates.a", "credit.rates.b", "credit.rates.gone", "credit.rates.new"}, []string{"credit.*"}},
		{"the only one of a mapping has its name", []string{"worker.n"}, []string{"worker.n"}},
		{"an element's identity stays", []string{"plans.[name=x].p", "plans.[name=x].q"}, []string{"plans.[name=x].p", "plans.[name=x].q"}},
		{"all of a list", []string{"plans.[name=x]", "plans.[name=y]", "plans.[name=z]"}, []string{"plans.*"}},
		{"a subtree is itself", []string{"credit.rates.new"}, []string{"credit.rates.new"}},
		{"everything has no name", []string{"credit", "worker", "plans"}, []string{"credit", "worker", "plans"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Names(parsed(t, before), parsed(t, after), paths(t, c.changed...)); !slices.Equal(got, c.wants) {
				t.Errorf("got %q", got)
			}
		})
	}
	two := "---\na: {x: 1, y: 2}\n---\na: 1\n"
	if got := Names(parsed(t, two), parsed(t, two), paths(t, "{0}.a.x", "{0}.a.y")); !slices.Equal(got, []string{"{0}.a.*"}) {
		t.Errorf("of a document %q", got)
	}
}

func TestImageNames(t *testing.T) {
	f := parsed(t, "resources: [x?ref=v1]\nimages:\n- {name: r.example/front, newTag: v1}\n- {name: q.example/front, newTag: v1}\n- {name: front-homepage, newTag: v9}\n- {name: api, digest: 'sha256:0123456789abcdef'}\n")
	got := ImageNames(f, paths(t, `resources.[0]`, `images.[name=r.example/front].newTag`, `images.[name=q.example/front].newTag`, "images.[name=api].digest"))
	if want := []string{"front v1", "api sha256:0123456789ab"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := ImageNames(f, paths(t, `resources.[0]`)); !slices.Equal(got, []string{"resources.[0]"}) {
		t.Errorf("references alone: %q", got)
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		envs     []string
		separate [][]string
		want     [][]string
	}{
		{[]string{"staging", "prod"}, nil, [][]string{{"staging", "prod"}}},
		{[]string{"staging", "prod"}, [][]string{{"staging", "prod"}}, [][]string{{"staging"}, {"prod"}}},
		{[]string{"qa", "staging", "prod"}, [][]string{{"staging", "prod"}}, [][]string{{"qa", "staging"}, {"prod"}}},
		{[]string{"a", "b", "c"}, [][]string{{"a", "b"}, {"b", "c"}}, [][]string{{"a", "c"}, {"b"}}},
		{[]string{"a", "b", "c"}, [][]string{{"a", "b", "c"}}, [][]string{{"a"}, {"b"}, {"c"}}},
		{nil, [][]string{{"a", "b"}}, nil},
	} {
		got := Split(c.envs, c.separate)
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q by %q: %q", c.envs, c.separate, got)
		}
		for _, part := range got {
			if m := Mixed(part, c.separate); m != nil {
				t.Errorf("%q mixes %q", part, m)
			}
		}
	}
	if got := Mixed([]string{"staging", "x", "prod"}, [][]string{{"ci", "x"}, {"staging", "prod"}}); !slices.Equal(got, []string{"staging", "prod"}) {
		t.Error(got)
	}
}

func TestParts(t *testing.T) {
	f := contractFacts()
	f.Allowed = []string{"a"}
	f.To, f.Moved = []string{"staging"}, f.Moved[:1] // all of production is held back
	parts := Split(f.To, [][]string{{"staging", "prod"}})
	if got := f.Part(parts, 0); len(got.Held) != 1 || got.Allowed == nil {
		t.Errorf("what no commit is about is told by the first: %+v", got)
	}
	f = contractFacts()
	parts = Split(f.To, [][]string{{"staging", "prod"}})
	a, b := f.Part(parts, 0), f.Part(parts, 1)
	if len(a.Moved) != 2 || len(a.Held) != 0 || len(b.Moved) != 1 || len(b.Held) != 1 || !slices.Equal(b.To, []string{"prod"}) {
		t.Errorf("%+v\n%+v", a, b)
	}
}

func TestParseForeign(t *testing.T) {
	want := contractFacts().trailers()
	for name, text := range map[string]string{
		"alone":            contract,
		"CRLF":             strings.ReplaceAll(contract, "\n", "\r\n"),
		"signed":           contract + "Signed-off-by: A <a@x.example>\n",
		"merged on GitLab": contract + "\nSee merge request team/gitops!12\n",
		"squashed":         "Promote (#12)\n\n* " + contract + "\n* typo\n",
		"other case":       strings.ReplaceAll(contract, "Hoist-From:", "hoist-from:"),
		"folded":           strings.ReplaceAll(contract, "staging, prod\n", "staging,\n  prod\n"),
	} {
		if got, ok := Parse(text); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v %+v", name, ok, got)
		}
	}
	for name, text := range map[string]string{
		"none": "fix: typo\n\nbody\n", "empty": "", "indented": "x\n\n  Hoist-From: ci\n  Hoist-To: prod\n",
		"in prose": "x\n\nHoist-From: ci\nand Hoist-To are the trailers.\n", "only from": "x\n\nHoist-From: ci\n",
		"no names": "x\n\nHoist-From: ,\nHoist-To: , ,\n",
	} {
		if got, ok := Parse(text); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
	two := contract + "\nHoist-From: staging\nHoist-To: prod\nHoist-Plan: sha256:ff\nHoist-Source: 3f2a-dirty\n"
	got, _ := Parse(two)
	if !slices.Equal(got.From, []string{"ci", "staging"}) || len(got.Plans) != 2 || got.Sources[1] != (Source{"3f2a", true}) {
		t.Errorf("two promotions in one: %+v", got)
	}
}

func TestText(t *testing.T) {
	for message, want := range map[string]string{
		contract: strings.TrimSuffix(strings.Join(Write(contractFacts()).Body, "\n"), "\n"),
		"x\n\nSynced: a\n\nHoist-From: ci\nHoist-To: prod\n": "Synced: a",
		"\nx\n\na\nb\n\nc\n\nSigned-off-by: x\n":             "a\nb\n\nc",
		"x":                                                  "",
		"":                                                   "",
	} {
		if got := Text(message); got != want {
			t.Errorf("%q: %q", message, got)
		}
	}
}

var texts = rapid.OneOf(rapid.StringMatching(`[a-z]{1,8}`), rapid.SampledFrom([]string{"a\n\nHoist-To: prod", "x: y", "Hoist-From: z", "", " ", "# no comment", "中文", "\x00", "a\r\nb", "\u2028", "\xff"}))

func drawFacts(t *rapid.T) Facts {
	env := rapid.SampledFrom([]string{"ci", "staging", "prod", "预发", "e.1_x"})
	some := func(g *rapid.Generator[string], n int, label string) []string {
		return rapid.SliceOfN(g, 0, n).Draw(t, label)
	}
	f := Facts{One: rapid.Bool().Draw(t, "one"), Groups: some(texts, 3, "groups"), Allowed: some(texts, 2, "allowed")}
	f.From = rapid.SliceOfNDistinct(env, 1, 2, rapid.ID[string]).Draw(t, "from")
	f.To = rapid.SliceOfNDistinct(env, 1, 4, rapid.ID[string]).Draw(t, "to")
	for _, e := range append(f.From, f.To...) {
		f.Environments = append(f.Environments, Environment{e, rapid.SampledFrom([]string{"", "T", "a\n\nHoist-To: b"}).Draw(t, "title")})
	}
	for _, e := range f.To {
		f.Moved = append(f.Moved, Moved{texts.Draw(t, "service"), e, append([]string{"k"}, some(texts, 8, "names")...)})
		f.Held = append(f.Held, Held{texts.Draw(t, "service"), e, texts.Draw(t, "path"), texts.Draw(t, "code"), some(texts, 4, "needs")})
	}
	hex := rapid.StringMatching(`[0-9a-f]{4,40}`)
	f.Plans = rapid.SliceOfNDistinct(rapid.Map(hex, func(s string) string { return "sha256:" + s }), 0, 3, rapid.ID[string]).Draw(t, "plans")
	for i, s := range rapid.SliceOfNDistinct(hex, 0, 3, rapid.ID[string]).Draw(t, "sources") {
		f.Sources = append(f.Sources, Source{s, i%2 == 1})
	}
	if rapid.IntRange(0, 3).Draw(t, "reverts") == 0 {
		f.Reverts = &Reverted{hex.Draw(t, "reverted"), texts.Draw(t, "subject")}
	}
	return f
}

// TestParseReadsWhatWriteMade is the law, with foreign text around.
func TestParseReadsWhatWriteMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Write(drawFacts(t))
		foreign := rapid.SampledFrom([]string{"", "\n", "See merge request a/b!1\n", "* more\n\nSigned-off-by: A <a@x.example>\n", "Reviewed-by: x\n", "\r\n#\r\n"})
		text := foreign.Draw(t, "before") + "\n\n" + m.String() + "\n" + foreign.Draw(t, "behind")
		got, ok := Parse(text)
		if !ok || !same(got, m.Trailers) {
			t.Fatalf("%q\ngot  %+v\nwant %+v", text, got, m.Trailers)
		}
		if strings.ContainsAny(m.Subject, "\r\n") || m.Subject == "" {
			t.Fatalf("subject %q", m.Subject)
		}
		for _, l := range m.Body {
			if strings.ContainsAny(l, "\r\n") || strings.HasPrefix(l, "#") {
				t.Fatalf("line %q", l)
			}
		}
	})
}

func same(a, b Trailers) bool {
	return slices.Equal(a.From, b.From) && slices.Equal(a.To, b.To) && slices.Equal(a.Plans, b.Plans) && slices.Equal(a.Sources, b.Sources) && slices.Equal(a.Reverts, b.Reverts)
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{contract, "", "\n\n", " x\n", "Hoist-From:\n Hoist-To: a\n", ":\n", "a:\n\tb\n", "\xff: x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := Parse(text)
		if ok != (got.Promotion() || got.Revert()) {
			t.Fatal("ok")
		}
		again, ok2 := Parse("subject\n\n" + got.String() + "\n")
		if ok && (!ok2 || !same(again, got)) {
			t.Fatalf("%+v\n%+v", got, again)
		}
	})
}
