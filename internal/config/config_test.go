package config

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"pgregory.net/rapid"
)

func load(t testing.TB, text string) *Config {
	t.Helper()
	c, err := Load(tree(text), "hoist.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// told is each problem as one line: place, code, arguments.
func told(err error) string {
	var b strings.Builder
	for _, p := range problem.All(err) {
		fmt.Fprintf(&b, "%d:%d %s", p.Place.Line, p.Place.Column, strings.TrimPrefix(p.Code.Name, "config-"))
		for _, a := range p.Args {
			fmt.Fprintf(&b, " %s=%s", a.Name, a.Text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestProblems(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"all at once", `version: 2
enviroments: []
environments:
  - name: ci
    overlay: k/ci
    overly: x
  - name: ci
    overlay: k/pord
    from: [stagin, prod]
  - overlay: [k/prod]
    name: prod
    from: {config: [prod], imgs: []}
allow:
  - keys: [a, 'b..c', "d\\.x.[e", '**']
    values: {ci: a, prd: b}
    until: soon
`, `1:10 version version=2 known=1
2:1 unknown-field field=enviroments in= suggestion=environments
6:5 unknown-field field=overly in=environments suggestion=overlay
7:11 duplicate field=environment name=ci
8:14 no-overlay overlay=k/pord suggestion=k/prod
9:12 unknown-environment field=from name=stagin suggestion=
9:20 bad-from environment=ci name=prod why=later
10:14 wrong-type field=overlay want=text got=list
12:21 bad-from environment=prod name=prod why=itself
12:28 unknown-field field=imgs in=from suggestion=images
14:5 missing-field field=reason in=allow
14:18 bad-pattern field=keys pattern=b..c why=empty-segment
14:32 bad-pattern field=keys pattern=d\.x.[e why=unclosed
14:35 bad-pattern field=keys pattern=** why=matches-everything
15:21 unknown-environment field=values name=prd suggestion=prod
16:12 bad-value field=until value=soon want=date
`},
		{"wrong types", head + `services:
  - name: 1
    config: [a]
    default: yes
  - x
categories: []
promote: {a: b}
forbid: null
lists: [{path: a, ordered: 'true'}]
`, `7:11 wrong-type field=name want=text got=int
8:13 wrong-type field=config want=text|mapping got=list
9:14 wrong-type field=default want=flag got=yes
10:5 wrong-type field=services want=mapping got=string
11:13 wrong-type field=categories want=mapping got=list
12:10 wrong-type field=promote want=list got=mapping
13:9 wrong-type field=forbid want=list got=null
14:28 wrong-type field=ordered want=flag got=string
`},
		{"twice", head + `promote: []
services:
  - {name: a, config: x.yaml, name: b}
  - {name: b, config: ./x.yaml}
  - {name: b, config: {ci: y.yaml, ci: z.yaml}}
promote: []
allow:
  - {keys: [a, a], reason: r, distinct: [[ci, ci]]}
`, `8:31 duplicate field=key name=name
9:12 duplicate field=service name=b
9:23 same-file path=k/ci/x.yaml service=b environment=ci other-service=b other-environment=ci
9:23 same-file path=k/staging/x.yaml service=b environment=staging other-service=b other-environment=staging
9:23 same-file path=k/prod/x.yaml service=b environment=prod other-service=b other-environment=prod
10:12 duplicate field=service name=b
10:36 duplicate field=key name=ci
11:1 duplicate field=key name=promote
13:16 duplicate field=keys name=a
13:47 duplicate field=distinct name=ci
`},
		{"rules against themselves", head + `allow:
  - {keys: [a], images: [b], reason: r}
  - {reason: r}
  - {images: [b], reason: r, secret: true, services: [x]}
lists:
  - {path: a, as: set, identity: id, ordered: true}
  - {path: 'x.[', as: bag}
`, `7:17 conflict field=images with=keys
8:5 missing-field field=keys in=allow
9:30 conflict field=secret with=images
9:44 conflict field=services with=images
11:24 conflict field=identity with=as: set
11:38 conflict field=ordered with=as: set
12:16 bad-pattern field=path pattern=x.[ why=unclosed
12:23 bad-value field=as value=bag want=set
`},
		{"paths and names", `version: 1
environments:
  - {name: 'a b', overlay: /etc}
  - {name: b, overlay: ../x, title: ''}
  - {name: c, overlay: .}
  - {name: d, overlay: hoist.yaml}
services:
  - {name: a/b, config: 'c\d'}
discover: [x.yaml, '{service}{service}', '*/{service}']
categories: {'a,b': [x]}
`, `3:12 bad-name field=name name=a b
3:28 bad-path field=overlay path=/etc why=absolute
4:24 bad-path field=overlay path=../x why=parent
4:37 empty field=title
5:24 bad-path field=overlay path=. why=whole
6:24 no-overlay overlay=hoist.yaml suggestion=
8:12 bad-name field=name name=a/b
8:25 bad-path field=config path=c\d why=backslash
9:12 bad-discover pattern=x.yaml why=no-service
9:20 bad-discover pattern={service}{service} why=twice
9:42 bad-discover pattern=*/{service} why=stray
10:14 bad-name field=categories name=a,b
`},
		{"empty", "# nothing\n", "1:1 missing-field field=version in=\n1:1 missing-field field=environments in=\n"},
		{"words that YAML 1.1 has for booleans", head + "allow: [{keys: [y, on.no], reason: no}]\ncategories: {b: [010]}\n", "7:18 wrong-type field=categories want=text got=010\n"},
		{"nothing of it", "a: 1\n", "1:1 unknown-field field=a in= suggestion=\n1:1 missing-field field=version in=\n1:1 missing-field field=environments in=\n"},
		{"a list", "- a\n", "1:1 wrong-type field=hoist.yaml want=mapping got=list\n"},
		{"documents", head + "---\na: 1\n", "7:1 documents count=2\n"},
		{"pointed brackets", head + "discover: [x/<service>/y.yaml]\n", "6:12 bad-discover pattern=x/<service>/y.yaml why=no-service\n"},
		{"two in a segment", head + "discover: [x/{service}{service}]\n", "6:12 bad-discover pattern=x/{service}{service} why=twice\n"},
		{"braces and a fault", head + "discover: [x/{service}/y.yaml\n", "6:11 yaml-unclosed-flow bracket=[\n"},
		{"behind what is twice", head + "separate:\n  - [ci, ci, pord, prod, prod, dev]\n",
			"7:10 duplicate field=separate name=ci\n7:14 unknown-environment field=separate name=pord suggestion=prod\n" +
				"7:26 duplicate field=separate name=prod\n7:32 unknown-environment field=separate name=dev suggestion=\n"},
		{"one environment", "version: 1\nenvironments:\n- {name: ci, overlay: k/ci}\n", "3:1 too-few field=environments least=2\n"},
		{"said once through an alias", head + "separate:\n  - &a [ci, pord]\n  - *a\n", "7:13 unknown-environment field=separate name=pord suggestion=prod\n"},
		{"a title is no name", strings.Replace(head, "name: prod", "name: prod, title: production", 1) + "separate: [[ci, production]]\n",
			"6:17 unknown-environment field=separate name=production suggestion=prod\n"},
	} {
		_, err := Load(tree(c.text), "hoist.yaml")
		if got := told(err); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
		for _, p := range problem.All(err) {
			if lines := strings.Split(c.text, "\n"); p.Place.File != "hoist.yaml" || p.Excerpt != lines[p.Place.Line-1] {
				t.Errorf("%s: %v shows %q", c.name, p, p.Excerpt)
			}
		}
	}
}

func TestLoadWithoutFile(t *testing.T) {
	_, err := Load(fstest.MapFS{}, "hoist.yaml")
	if told(err) != "0:0 unreadable path=hoist.yaml\n" {
		t.Error(told(err))
	}
}

func TestLoadEverything(t *testing.T) {
	c := load(t, head+everything)
	if c.Environments[2].Title != "prod" || c.Environments[1].Automatic {
		t.Errorf("environments %+v", c.Environments)
	}
	one, ok := c.Service("one")
	if _, other := c.Service("three"); !ok || other {
		t.Error("Service")
	}
	two, _ := c.Service("two")
	if !one.Default || one.Files["staging"] != "k/staging/c/one.yaml" || !slices.Equal(one.Categories, []string{"x"}) {
		t.Errorf("one: %+v", one)
	}
	if two.Default || two.Files["prod"] != "k/prod/c/zwei.yaml" || two.Files["staging"] != "" || len(two.Categories) != 0 {
		t.Errorf("two: %+v", two)
	}
	if c.CategoryOf("simplex-cron") != "x" || c.CategoryOf("one") != "x" || c.CategoryOf("frontal") != "" {
		t.Error("categories")
	}
	a := c.Rules.Allow()[0]
	if len(a.Keys) != 3 || !a.Secret || a.Group != "stripePriceId" || a.Hint == "" || a.Reason == "" || !slices.Equal(a.Services, []string{"one", "t*"}) {
		t.Errorf("rule %+v", a)
	}
	if w := a.Values["ci"]; !w.Accepts(value.Text("price_1")) || w.Place().Line != 19 {
		t.Errorf("ci wants %v at %v", w, w.Place())
	}
	if v, ok := a.Values["prod"].Literal(); !ok || v.Kind() != value.Int {
		t.Error("prod wants a number")
	}
	if len(a.Distinct) != 2 || a.Distinct[1][1] != "prod" || len(a.Equal) != 1 || a.Absent[0] != "staging" || !a.Until.Equal(time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("rule %+v", a)
	}
	if len(c.Rules.Images("litellm")) != 1 || c.Rules.Allow()[1].Place.Line != 24 {
		t.Error("images")
	}
	if f := c.Rules.Forbidden("prod", value.Text("sk_test_FAKE")); f == nil || f.Place.Line != 26 {
		t.Error("forbid")
	}
	if l := c.Rules.Lists(); l[0].Identity != "name" || !l[0].Ordered || l[0].Set || !l[1].Set {
		t.Error("lists")
	}
	if r := c.Rendered; len(r) != 2 || r[0].Kinds[0] != "Deployment" || r[0].Names[0] != "api" || r[0].Keys[0].String() != "spec.replicas" || r[0].Reason != "larger" ||
		r[1].Keys != nil || r[1].Absent[0] != "ci" || r[1].Place.Line != 33 {
		t.Errorf("rendered %+v", r)
	}
	if len(c.Rules.Promote()) != 1 || len(c.Separate) != 1 || !slices.Equal(c.Separate[0], []string{"ci", "prod"}) {
		t.Error("promote, separate")
	}
	if c.File.Source() != head+everything {
		t.Error("the file is not kept")
	}
}

func TestLoadBelowADirectory(t *testing.T) {
	inner := tree(head + "services: [{name: a, config: c/a.yaml}]\n")
	outer := fstest.MapFS{}
	for name, f := range inner {
		outer["deploy/"+name] = f
	}
	c, err := Load(outer, "deploy/hoist.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if c.Environments[0].Overlay != "deploy/k/ci" || c.Services[0].Files["ci"] != "deploy/k/ci/c/a.yaml" {
		t.Errorf("%+v", c.Services)
	}
	outer["deploy/hoist.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(head, "k/prod", "k/prd", 1))}
	if _, err := Load(outer, "deploy/hoist.yaml"); !strings.Contains(told(err), "suggestion=k/prod") {
		t.Error(told(err))
	}
}

func TestFrom(t *testing.T) {
	for _, c := range []struct{ from, config, images string }{
		{"", "ci staging", "ci staging"},
		{"from: [staging]", "staging", "staging"},
		{"from: [staging, ci]", "ci staging", "ci staging"},
		{"from: []", "", ""},
		{"from: {images: [staging]}", "ci staging", "staging"},
		{"from: {config: [], images: [ci]}", "", "ci"},
	} {
		last := "{name: prod, overlay: k/prod, " + c.from + "}"
		cfg := load(t, env(last))
		if got := strings.Join(cfg.From("prod", ForConfig), " "); got != c.config {
			t.Errorf("%s: config from %s", c.from, got)
		}
		if got := strings.Join(cfg.From("prod", ForImages), " "); got != c.images {
			t.Errorf("%s: images from %s", c.from, got)
		}
		if cfg.From("ci", ForConfig) != nil && len(cfg.From("ci", ForConfig)) > 0 {
			t.Error("the first environment has a source")
		}
	}
}

func TestRoute(t *testing.T) {
	c := load(t, env("{name: prod, title: production, overlay: k/prod, from: {config: [ci, staging], images: [staging]}}"))
	for _, r := range []struct {
		from  string
		to    []string
		kind  Kind
		want  string
		class problem.Class
	}{
		{"ci", []string{"staging", "prod"}, ForConfig, "", 0},
		{"staging", []string{"prod", "prod"}, ForImages, "", 0},
		{"ci", []string{"staging", "prod"}, ForImages, "5:60 route-refused kind=images from=ci to=prod allowed=staging\n", problem.Refused},
		{"prod", []string{"ci", "staging"}, ForConfig,
			"3:5 route-refused kind=config from=prod to=ci allowed=\n4:5 route-refused kind=config from=prod to=staging allowed=ci\n", problem.Refused},
		{"ci", []string{"ci"}, ForConfig, "0:0 same-environment name=ci\n", problem.Wrong},
		{"cii", []string{"production", "prod"}, ForConfig,
			"0:0 unknown-environment name=cii suggestion=ci known=ci, staging, prod\n0:0 unknown-environment name=production suggestion=prod known=ci, staging, prod\n", problem.Wrong},
		{"prod", []string{"staging", "dev"}, ForConfig, "0:0 unknown-environment name=dev suggestion= known=ci, staging, prod\n", problem.Wrong},
	} {
		err := c.Route(r.from, r.to, r.kind)
		if got := told(err); got != r.want {
			t.Errorf("%s to %s: got\n%swant\n%s", r.from, r.to, got, r.want)
		}
		for _, p := range problem.All(err) {
			if p.Code.Class != r.class || r.class == problem.Refused && p.Excerpt == "" {
				t.Errorf("%v: class %d, excerpt %q", p, p.Code.Class, p.Excerpt)
			}
		}
	}
}

func TestEnvironmentsSubset(t *testing.T) {
	c := load(t, head)
	for _, s := range []struct{ names, want, problems string }{
		{"", "ci staging prod", ""},
		{"prod ci", "ci prod", ""},
		{"prod prod", "prod", ""},
		{"stage prod dev dev", "prod", "0:0 unknown-environment name=stage suggestion=staging known=ci, staging, prod\n0:0 unknown-environment name=dev suggestion= known=ci, staging, prod\n"},
	} {
		got, err := c.EnvironmentsSubset(strings.Fields(s.names))
		var names []string
		for _, e := range got {
			names = append(names, e.Name)
		}
		if strings.Join(names, " ") != s.want || told(err) != s.problems {
			t.Errorf("%s: %v %s", s.names, names, told(err))
		}
	}
}

func TestSelect(t *testing.T) {
	services := `services:
  - {name: simplex-api, config: a.yaml}
  - {name: simplex-gateway, config: b.yaml}
  - {name: front, config: c.yaml}
  - {name: crawler, config: d.yaml, category: data}
categories: {data: [x], frontend: [front, front-homepage], images: [litellm], simplex: ['simplex-*']}
`
	plain := load(t, head+services)
	favourite := load(t, head+strings.ReplaceAll(services, "{name: front,", "{name: front, default: true,"))
	two := load(t, head+strings.ReplaceAll(services, "config:", "default: true, config:"))
	for _, s := range []struct {
		c                 *Config
		names, categories string
		all               bool
		want, problems    string
	}{
		{plain, "", "", false, "simplex-api simplex-gateway front crawler", ""},
		{favourite, "", "", false, "front", ""},
		{favourite, "", "", true, "simplex-api simplex-gateway front crawler", ""},
		{two, "", "", false, "simplex-api simplex-gateway front crawler", ""},
		{plain, "front simplex-api", "", false, "simplex-api front", ""},
		{plain, "simplex-*", "", false, "simplex-api simplex-gateway", ""},
		{plain, "simplex-* simplex-api", "", false, "simplex-api simplex-gateway", ""},
		{plain, "", "frontend", false, "front", ""},
		{plain, "crawler", "simplex", false, "simplex-api simplex-gateway crawler", ""},
		{plain, "", "data", false, "crawler", ""},
		{plain, "", "images", false, "", ""},
		{plain, "simplex", "", false, "", "0:0 unknown-service name=simplex suggestion=simplex-api\n"},
		{plain, "gateway", "", false, "", "0:0 unknown-service name=gateway suggestion=simplex-gateway\n"},
		{plain, "simplex-gatway", "", false, "", "0:0 unknown-service name=simplex-gatway suggestion=simplex-gateway\n"},
		{plain, "Front", "", false, "", "0:0 unknown-service name=Front suggestion=front\n"},
		{plain, "z* front z*", "", false, "front", "0:0 unknown-service name=z* suggestion=\n"},
		{plain, "nothing", "frontent", false, "", "0:0 unknown-service name=nothing suggestion=\n" +
			"0:0 unknown-category name=frontent suggestion=frontend known=data, frontend, images, simplex\n"},
	} {
		got, err := s.c.Select(strings.Fields(s.names), strings.Fields(s.categories), s.all)
		var names []string
		for _, e := range got {
			names = append(names, e.Name)
		}
		if strings.Join(names, " ") != s.want || told(err) != s.problems {
			t.Errorf("%s|%s: %v %s", s.names, s.categories, names, told(err))
		}
	}
}

func TestNearest(t *testing.T) {
	services := []string{"simplex-api", "simplex-gateway", "front", "front-homepage", "价格服务"}
	for _, c := range []struct{ typed, want string }{
		{"simplex-aip", "simplex-api"}, {"simplexapi", "simplex-api"}, {"FRONT", "front"}, {"fornt", "front"}, {"homepage", "front-homepage"},
		{"价格服务器", "价格服务"}, {"x", ""}, {"", ""}, {"completely-else", ""}, {"frontt", "front"},
	} {
		if got := Nearest(c.typed, services); got != c.want {
			t.Errorf("%s: %q, want %q", c.typed, got, c.want)
		}
	}
}

// Each typing error counts one, wherever it is made; a name that is as near as
// an earlier one does not take its place.
func TestDistance(t *testing.T) {
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("abc待")), 1, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := letters.Draw(t, "a"), letters.Draw(t, "b"), letters.Draw(t, "c")
		d := func(a, b string) int { return distance(a, b, 100) }
		if d(a, b) != d(b, a) || (d(a, b) == 0) != (a == b) {
			t.Fatalf("%q %q: %d, %d", a, b, d(a, b), d(b, a))
		}
		n, m := len([]rune(a)), len([]rune(b))
		if d(a, b) > max(n, m) || d(a, b) < max(n-m, m-n) || d(a, "") != n {
			t.Fatalf("%q %q: %d", a, b, d(a, b))
		}
		if d(a+"x"+b, a+b) != 1 || d(a+"x"+b, a+"y"+b) != 1 || d(a+"xy"+b, a+"yx"+b) != 1 || d(a+"x"+b+"y"+c, a+b+c) != 2 {
			t.Fatalf("%q %q %q", a, b, c)
		}
	})
	if got := Nearest("cart", []string{"part", "dart"}); got != "part" {
		t.Error(got)
	}
	if got := Nearest("ap", []string{"map-x", "gap-x"}); got != "" {
		t.Error(got)
	}
}

func TestFind(t *testing.T) {
	top := t.TempDir()
	write := func(name string) {
		t.Helper()
		if err := os.MkdirAll(top+"/"+name[:strings.LastIndexByte("/"+name, '/')], 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(top+"/"+name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("repo/hoist.yaml")
	write("repo/a/b/x")
	write("repo/hidden/.hoist.yaml")
	write("repo/two/hoist.yaml")
	write("repo/two/.hoist.yaml")
	write("repo/dir/hoist.yaml/x")
	write("repo/dir/y")
	write("bare/a/x")
	for _, c := range []struct{ dir, top, want, problem string }{
		{"repo/a/b", "repo", "repo/hoist.yaml", ""},
		{"repo", "repo", "repo/hoist.yaml", ""},
		{"repo/hidden", "repo", "repo/hidden/.hoist.yaml", ""},
		{"repo/dir", "repo", "repo/hoist.yaml", ""},
		{"repo/two", "repo", "", "two-configs"},
		{"repo/a/b", "repo/a", "", "no-config"},
		{"bare/a", "bare", "", "no-config"},
	} {
		got, err := Find(top+"/"+c.dir, top+"/"+c.top)
		code := ""
		if l := problem.All(err); l != nil {
			code = l[0].Code.Name
			if code == "no-config" && !slices.Equal(l[0].Try, []string{"hoist", "init"}) {
				t.Error("no next step")
			}
		}
		if strings.TrimPrefix(got, top+"/") != c.want || code != c.problem {
			t.Errorf("%s: %q %v", c.dir, got, err)
		}
	}
	if got, err := Find(top+"/repo/a/b", ""); got != top+"/repo/hoist.yaml" {
		t.Errorf("up to the root: %q %v", got, err)
	}
}

func TestDiscover(t *testing.T) {
	fsys := tree(head + `services:
  - {name: gateway-api, config: c/gateway/config.yaml}
  - {name: router, config: c/router/backend.yaml}
  - {name: only-ci, config: {ci: c/half/config.yaml}}
discover: ['c/{service}/config.yaml', 'flat/{service}.yaml', 'c/{service}/{service}.yaml']
categories: {group: [zeta]}
`)
	for _, name := range []string{
		"k/ci/c/gateway/config.yaml", "k/prod/c/gateway/config.yaml", // claimed
		"k/ci/c/half/config.yaml", "k/prod/c/half/config.yaml", // claimed in ci only
		"k/ci/c/router/backend.yaml", "k/ci/c/router/config.yaml", // its name is taken
		"k/prod/c/zeta/config.yaml",
		"k/ci/flat/alpha.yaml", "k/staging/flat/alpha.yaml", "k/ci/flat/alpha.yml", "k/ci/flat/.hidden.yaml",
		"k/ci/c/twin/config.yaml", "k/ci/c/twin/twin.yaml",
		"k/staging/c/own/own.yaml", "k/ci/c/.git/config.yaml", "k/ci/c/empty/other.yaml", "k/ci/c/folder/config.yaml/x",
	} {
		fsys[name] = &fstest.MapFile{Data: []byte("a: 1\n")}
	}
	c, err := Load(fsys, "hoist.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range c.Services {
		got = append(got, fmt.Sprint(s.Name, " ", s.Files["ci"], " ", s.Files["staging"], " ", s.Files["prod"], " ", s.Categories))
	}
	want := []string{
		"gateway-api k/ci/c/gateway/config.yaml k/staging/c/gateway/config.yaml k/prod/c/gateway/config.yaml []",
		"router k/ci/c/router/backend.yaml k/staging/c/router/backend.yaml k/prod/c/router/backend.yaml []",
		"only-ci k/ci/c/half/config.yaml   []",
		"alpha k/ci/flat/alpha.yaml k/staging/flat/alpha.yaml k/prod/flat/alpha.yaml []",
		"half  k/staging/c/half/config.yaml k/prod/c/half/config.yaml []",
		"own k/ci/c/own/own.yaml k/staging/c/own/own.yaml k/prod/c/own/own.yaml []",
		"twin k/ci/c/twin/config.yaml k/staging/c/twin/config.yaml k/prod/c/twin/config.yaml []",
		"zeta k/ci/c/zeta/config.yaml k/staging/c/zeta/config.yaml k/prod/c/zeta/config.yaml [group]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("services\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	shadowed := []Shadow{{"router", "ci", "k/ci/c/router/config.yaml"}, {"twin", "ci", "k/ci/c/twin/twin.yaml"}}
	if !slices.Equal(c.Shadowed, shadowed) {
		t.Errorf("shadowed %v", c.Shadowed)
	}
	if c.Discover[0].Found != 3 || c.Discover[1].Found != 2 || c.Discover[2].Found != 1 {
		t.Errorf("found %+v", c.Discover)
	}
}

// Links are followed, broken ones are no service, and one that leaves the tree
// is one, so that reading it says what is wrong.
func TestDiscoverLinks(t *testing.T) {
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range []string{"k/ci/c/real", "k/staging/c", "k/prod/c"} {
		must(os.MkdirAll(dir+"/"+d, 0o755))
	}
	must(os.WriteFile(dir+"/k/ci/c/real/config.yaml", []byte("a: 1\n"), 0o644))
	must(os.WriteFile(dir+"/k/ci/c/file", nil, 0o644))
	must(os.Symlink("real", dir+"/k/ci/c/linked"))
	must(os.Symlink("nowhere", dir+"/k/ci/c/broken"))
	must(os.Symlink("file", dir+"/k/ci/c/tofile"))
	must(os.Symlink(t.TempDir(), dir+"/k/ci/c/outside"))
	must(os.WriteFile(dir+"/hoist.yaml", []byte(head+"discover: ['c/{service}/config.yaml']\n"), 0o644))
	root, err := os.OpenRoot(dir)
	must(err)
	defer root.Close()
	c, err := Load(root.FS(), "hoist.yaml")
	must(err)
	if got := strings.Join(c.ServiceNames(), " "); got != "linked outside real" {
		t.Errorf("services %s", got)
	}
}

type broken struct{ fs.FS }

func (b broken) ReadDir(name string) ([]fs.DirEntry, error) {
	if strings.HasSuffix(name, "/c") {
		return nil, fs.ErrPermission
	}
	return fs.ReadDir(b.FS, name)
}

func TestDiscoverCannotLook(t *testing.T) {
	_, err := Load(broken{tree(head + "discover: ['c/{service}/config.yaml']\n")}, "hoist.yaml")
	if got := told(err); got != "6:12 unreadable path=k/ci/c\n6:12 unreadable path=k/staging/c\n6:12 unreadable path=k/prod/c\n" {
		t.Error(got)
	}
}

func TestOverlaySharedByTwo(t *testing.T) {
	shared := strings.Replace(head, "k/staging", "k/ci", 1)
	if _, err := Load(tree(shared+"discover: ['{service}.yaml']\n"), "hoist.yaml"); told(err) != "4:30 duplicate field=overlay name=k/ci\n" {
		t.Error(told(err))
	}
	if _, err := Load(tree(shared+"services: [{name: a, config: {ci: a-ci.yaml, staging: a-staging.yaml}}]\n"), "hoist.yaml"); err != nil {
		t.Error(err)
	}
}

func TestAServiceHoleNeedsNoQuotes(t *testing.T) {
	for _, list := range []string{"[configs/{service}/config.yaml]", "['configs/{service}/config.yaml']", "\n  - configs/{service}/config.yaml"} {
		cfg, err := Load(tree(head+"discover: "+list+"\n"), "hoist.yaml")
		if err != nil {
			t.Errorf("%s: %v", list, err)
			continue
		}
		if got := cfg.Discover[0].Pattern; got != "configs/{service}/config.yaml" {
			t.Errorf("%s: read as %q", list, got)
		}
		if cfg.Source != head+"discover: "+list+"\n" {
			t.Errorf("%s: the source is not what was read", list)
		}
	}
}
