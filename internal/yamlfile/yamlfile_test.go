package yamlfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

func read(t testing.TB, src string) *File {
	t.Helper()
	f, err := Parse("config.yaml", []byte(src))
	if err != nil {
		t.Fatalf("%v in\n%s", err, src)
	}
	return f
}

// show is the leaves of a file, one a line: path, value, how reached (a, m), and
// ! for a duplicated key.
func show(f *File, lists func(keypath.Path) string) string {
	var b strings.Builder
	for p, n := range f.Leaves(lists) {
		mark := [...]string{"", "", "a", "m"}[n.Reached()]
		if n.Duplicated() {
			mark += "!"
		}
		fmt.Fprintf(&b, "%s=%s %s\n", p, spell(n), mark)
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}

func spell(n Node) string {
	switch n.Kind() {
	case syntax.Scalar:
		return n.Tag() + n.Text()
	case syntax.Mapping:
		return "{}"
	}
	var s []string
	for i := range n.Items() {
		s = append(s, spell(i))
	}
	return "[" + strings.Join(s, " ") + "]"
}

func lines(s ...string) string {
	if len(s) == 0 {
		return ""
	}
	return strings.Join(s, "\n") + "\n"
}

func TestEffectiveValues(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"scalars, lists of scalars, empty collections are leaves",
			"a: 1\nb: [x, y]\nc: {}\nd: []\ne:\nf: {g: h}\n", lines("a=1", "b=[x y]", "c={}", "d=[]", "e=", "f.g=h")},
		{"lists with a mapping are gone through", "a: [1, {b: 2}, [3, 4], []]\n", lines("a.[0]=1", "a.[1].b=2", "a.[2]=[3 4]", "a.[3]=[]")},

		{"the last of two equal keys counts, at the place of the first", "a: 1\nb: 2\na: 3\n", lines("a=3 !", "b=2")},
		{"quoted and plain spell one key", "1: a\n'1': b\n\"1\": c\n", lines("1=c !")},
		{"a key on two lines is one text", "{a\n  b: 1, 'a b': 2}\n", lines("a b=2 !")},
		{"what is below a duplicate key is doubtful too", "a: {x: 1}\na: {y: {z: 2}}\n", lines("a.y.z=2 !")},
		{"a duplicate in one mapping says nothing of another", "p: {a: 1, a: 2}\nq: {a: 1}\n", lines("p.a=2 !", "q.a=1")},
		{"null keys", "~: 1\nnull: 2\n? \n: 3\n", lines("~=1", "null=2", `""=3`)},

		{"an alias stands for its node", "a: &x {p: 1}\nb: *x\n", lines("a.p=1", "b.p=1 a")},
		{"an alias of a scalar, in a list", "a: &x 1\nb: [*x, 2]\n", lines("a=1", "b=[1 2]")},
		{"an anchor may be given anew", "a: &x 1\nb: *x\nc: &x 2\nd: *x\n", lines("a=1", "b=1 a", "c=2", "d=2 a")},
		{"an anchor inside its namesake", "a: &x {b: &x 1, c: *x}\nd: *x\n", lines("a.b=1", "a.c=1 a", "d=1 a")},
		{"an alias as a key", "a: &x name\n*x : 1\n", lines("a=name", "name=1")},
		{"an aliased key and a written one are duplicates", "a: &x b\nb: 1\n*x : 2\n", lines("a=b", "b=2 !")},

		{"a merge key brings keys", "a: &x {p: 1, q: 2}\nb: {<<: *x, r: 3}\n", lines("a.p=1", "a.q=2", "b.r=3", "b.p=1 m", "b.q=2 m")},
		{"a written key overrides a merged one, wherever it stands", "a: &x {p: 1}\nb: {p: 2, <<: *x}\nc: {<<: *x, p: 3}\n", lines("a.p=1", "b.p=2", "c.p=3")},
		{"of several sources the first has its way", "a: &x {p: 1}\nb: &y {p: 2, q: 3}\nc: {<<: [*x, *y]}\n", lines("a.p=1", "b.p=2", "b.q=3", "c.p=1 m", "c.q=3 m")},
		{"a source may merge itself", "a: &x {p: 1, q: 1}\nb: &y {<<: *x, q: 2}\nc: {<<: *y, r: 3}\n",
			lines("a.p=1", "a.q=1", "b.q=2", "b.p=1 m", "c.r=3", "c.q=2 m", "c.p=1 m")},
		{"a mapping written behind <<", "a: {<<: {p: 1}, q: 2}\n", lines("a.q=2", "a.p=1 m")},
		{"merging nothing leaves an empty mapping", "a: {<<: {}}\nb: {<<: []}\n", lines("a={}", "b={}")},
		{"below a merged node all is merged", "a: &x {p: {q: 1}}\nb: {<<: *x}\n", lines("a.p.q=1", "b.p.q=1 m")},
		{"merging does not go deep", "a: &x {p: {q: 1, r: 2}}\nb: {<<: *x, p: {q: 3}}\n", lines("a.p.q=1", "a.p.r=2", "b.p.q=3")},
		{"a quoted << is a key", "a: {'<<': {p: 1}}\nb: {\"<<\": 2}\nc: {!!str <<: 3}\n", lines("a.<<.p=1", "b.<<=2", "c.<<=3")},
		{"what is tagged as merge is one", "a: {!!merge foo: {p: 1}}\n", lines("a.p=1 m")},
		{"two merge keys: readers disagree", "a: {<<: {p: 1}, <<: {p: 2}, q: 3}\n", lines("a.q=3", "a.p=1 m!")},
		{"a duplicate key in a source", "a: &x {p: 1, p: 2}\nb: {<<: *x}\n", lines("a.p=2 !", "b.p=2 m!")},
		{"a merge key through an alias to a list", "l: &l [{p: 1}, {q: 2}]\na: {<<: *l}\n", lines("l.[0].p=1", "l.[1].q=2", "a.p=1 m", "a.q=2 m")},
		{"an alias below a merge is merged", "v: &v 1\na: &x {p: *v}\nb: {<<: *x}\n", lines("v=1", "a.p=1 a", "b.p=1 m")},
		{"a merge below a duplicate key", "a: {x: {<<: {q: 1}}}\na: {x: {<<: {q: 2}}}\n", lines("a.x.q=2 m!")},
		{"an alias of a mapping that merges", "a: &x {<<: {p: 1}}\nb: *x\n", lines("a.p=1 m", "b.p=1 m")},

		{"keys that are collections", "? [a, 1, 'b c', '1']\n: x\n? {a: b}\n: y\n", lines(`\[a, 1, "b c", "1"\]=x`, `\{a: b}=y`)},
		{"one collection in two spellings is one key", "? [a, b]\n: x\n? - a\n  - b\n: y\n", lines(`\[a, b\]=y !`)},
		{"a plain text with a comma is no list", "? - a, b\n: x\n? [a, b]\n: y\n", lines(`\["a, b"\]=x`, `\[a, b\]=y`)},
	} {
		f := read(t, c.src)
		if got := show(f, nil); got != c.want {
			t.Errorf("%s:\n%sgives\n%swant\n%s", c.name, c.src, got, c.want)
		}
		if n := strings.Count(c.want, "\n"); counted(f) != n {
			t.Errorf("%s: %d leaves are counted, there are %d", c.name, counted(f), n)
		}
	}
}

func TestScalars(t *testing.T) {
	src := "k: v\nl: [1, [2, {m: 3}], {}]\na: &x {b: 4}\nc: *x\nd.yaml: |\n  e: 5\n"
	for _, src := range []string{src, "k: v\nl: [1, [2, {m: 3}], {}]\na: {b: 4}\nc: {b: 4}\nd: {e: 5}\n"} {
		var got []string
		root := read(t, src).Roots()[0]
		root.Scalars(func(n Node) bool { got = append(got, n.Text()); return true })
		if s := strings.Join(got, " "); s != "v 1 2 3 4 4 5" {
			t.Errorf("%q: %s", src, s)
		}
		seen := 0
		if root.Scalars(func(n Node) bool { seen++; return n.Text() != "2" }) || seen != 3 {
			t.Errorf("%q: not stopped, %d seen", src, seen)
		}
	}
}

func TestNodes(t *testing.T) {
	f := read(t, "a: &x {p: 1}\nb: *x\nc: {<<: *x}\n")
	for _, c := range []struct {
		path    string
		reached Reached
		at      string
	}{
		{"a", Written, "{p: 1}"}, {"b", ByAlias, "*x"}, {"b.p", ByAlias, "1"}, {"c.p", ByMerge, "1"},
	} {
		n, ok := f.Lookup(parsePath(t, c.path))
		if !ok || n.Reached() != c.reached || f.tree.Raw(n.At()) != c.at {
			t.Errorf("%s: %v %v %q", c.path, ok, n.Reached(), f.tree.Raw(n.At()))
		}
	}
	a, _ := f.Lookup(parsePath(t, "a"))
	b, _ := f.Lookup(parsePath(t, "b"))
	if a.ID() != b.ID() || f.Users(a.ID()) != 2 || f.Target(b.At()) != a.ID() {
		t.Errorf("the alias does not lead to its anchor: %v %v, %d users", a, b, f.Users(a.ID()))
	}
	if got := f.tree.Raw(f.Parent(a.ID())); got != strings.TrimSuffix(f.Source(), "\n") {
		t.Errorf("parent of a is %q", got)
	}
	if b.Line() != 2 || b.Place() != (problem.Place{File: "config.yaml", Line: 2, Column: 4}) {
		t.Errorf("b is in line %d at %v", b.Line(), b.Place())
	}
}

func parsePath(t testing.TB, s string) keypath.Path {
	t.Helper()
	p, err := keypath.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRefused(t *testing.T) {
	long := func(n int, f func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i))
		}
		return b.String()
	}
	for _, c := range []struct {
		name, src string
		code      problem.Code
		place     string
	}{
		{"an alias of nothing", "a: 1\nb: [*x]\n", UndefinedAlias, "2:5"},
		{"an alias before its anchor", "a: *x\nb: &x 1\n", UndefinedAlias, "1:4"},
		{"an anchor of the document before", "--- &x a\n--- *x\n", UndefinedAlias, "2:5"},
		{"an alias inside its anchor", "a: &x [1, *x]\n", AliasCycle, "1:11"},
		{"an alias inside a later namesake", "a: &x 1\nb: &x {c: *x}\n", AliasCycle, "2:11"},
		{"a merge of itself", "a: &x {<<: *x}\n", AliasCycle, "1:12"},
		{"a merge of a scalar", "a: {<<: 1}\n", BadMerge, "1:9"},
		{"a merge of null", "a:\n  <<:\n  b: 1\n", BadMerge, "2:6"},
		{"a merge of an alias of a scalar", "x: &x 1\na: {<<: *x}\n", BadMerge, "2:9"},
		{"a merge of a list with a scalar", "a: {<<: [{p: 1}, q]}\n", BadMerge, "1:18"},
		{"a billion laughs", "a0: &a0 [x]\n" + long(12, func(i int) string {
			return fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 8), i)
		}), AliasBomb, ""},
		{"many documents, each with a part of a bomb", long(60, func(int) string {
			return "---\na: &a [" + strings.Repeat("x, ", 300) + "x]\nb: &b [" + strings.Repeat("*a, ", 300) + "*a]\nc: *b\n"
		}), AliasBomb, ""},
		{"a stair of merges", "m: &m0 {k: 1}\n" + long(4000, func(i int) string { return fmt.Sprintf("n%d: &m%d {<<: *m%d, k%d: 1}\n", i, i+1, i, i) }), AliasBomb, ""},
		{"merges inside merges", "a: &a {" + long(3000, func(i int) string { return fmt.Sprintf("k%d: 1, ", i) }) + "z: 1}\nb: " +
			strings.Repeat("{<<: ", 1500) + "*a" + strings.Repeat("}", 1500) + "\n", AliasBomb, ""},
		{"a stair of aliases, deep and thin", "a: &a " + strings.Repeat("[", 6000) + strings.Repeat("]", 6000) + "\nb: " + strings.Repeat("[", 6000) + "*a" + strings.Repeat("]", 6000) + "\n", AliasBomb, ""},
	} {
		start := time.Now()
		_, err := Parse("config.yaml", []byte(c.src))
		if !errors.Is(err, &problem.Problem{Code: c.code}) {
			t.Errorf("%s: %v, want %s", c.name, err, c.code.Name)
			continue
		}
		if got := problem.All(err)[0].Place; c.place != "" && got.String() != "config.yaml:"+c.place {
			t.Errorf("%s: at %v, want %s", c.name, got, c.place)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s took %v", c.name, d)
		}
	}
}

// What is large but honest is read, in time that does not explode.
func TestLarge(t *testing.T) {
	var b strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&b, "key%d: %d\n", i, i)
	}
	fmt.Fprintf(&b, "key7: again\n")
	f := read(t, b.String())
	n, ok := f.Lookup(keypath.Path{}.Child("key7"))
	if !ok || n.Text() != "again" || !n.Duplicated() {
		t.Errorf("key7 is %v %v", n, ok)
	}
	count := 0
	for range f.Leaves(nil) {
		count++
	}
	if count != 200_000 {
		t.Errorf("%d leaves", count)
	}
}

func TestEmbedded(t *testing.T) {
	src := lines(
		"kind: ConfigMap",
		"data:",
		"  config.yaml: | # the service reads this",
		"    server:",
		"      port: 80",
		"",
		"    # 中文",
		"    名: [1, 2]",
		"    inner.yaml: |",
		"      not: opened",
		"  app.json: |",
		`    {"a": {"b": 1}}`,
		"  folded.yaml: >",
		"    a: 1",
		"  text.yaml: |",
		"    just a line",
		"  bad.yaml: |",
		"    a: [",
		"  two.yaml: |",
		"    a: 1",
		"    ---",
		"    b: 1",
		"  notes.txt: |",
		"    a: 1",
		"  .yaml: |",
		"    a: 1",
		"  empty.yaml: |",
		"    {}",
		"  quoted.yaml: 'a: 1'",
	)
	f := read(t, src)
	want := lines(
		"kind=ConfigMap",
		`data.config\.yaml.server.port=80`,
		`data.config\.yaml.名=[1 2]`,
		`data.config\.yaml.inner\.yaml=not: opened`+"\n",
		`data.app\.json.a.b=1`,
		`data.folded\.yaml=a: 1`+"\n",
		`data.text\.yaml=just a line`+"\n",
		`data.bad\.yaml=a: [`+"\n",
		`data.two\.yaml=a: 1`+"\n---\nb: 1\n",
		`data.notes\.txt=a: 1`+"\n",
		`data.\.yaml=a: 1`+"\n",
		`data.empty\.yaml={}`+"\n",
		`data.quoted\.yaml=a: 1`,
	)
	if got := show(f, nil); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	port, _ := f.Lookup(parsePath(t, `data.config\.yaml.server.port`))
	if got := port.Place().String(); got != "config.yaml:5:13" || port.Line() != 5 {
		t.Errorf("the port is at %s, line %d", got, port.Line())
	}
	name, _ := f.Lookup(parsePath(t, `data.config\.yaml.名`))
	if got := name.Place().String(); got != "config.yaml:8:8" || name.Line() != 8 {
		t.Errorf("名 is at %s, line %d", got, name.Line())
	}
	host, id := port.File().Host()
	if host != f || f.Embedded(id) != port.File() {
		t.Error("the document does not know its host")
	}
}

func TestEmbeddedElsewhere(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"in CRLF", "data:\r\n  a.yaml: |\r\n    x: 1\r\n    y: 2\r\n", lines(`data.a\.yaml.x=1`, `data.a\.yaml.y=2`)},
		{"with its own indentation", "a.yaml: |2\n    x: 1\n", lines(`a\.yaml.x=1`)},
		{"stripped and kept ends", "a.yaml: |-\n  x: 1\nb.yml: |+\n  y: 2\n\n", lines(`a\.yaml.x=1`, `b\.yml.y=2`)},
		{"below an alias", "a: &m\n  c.yaml: |\n    x: 1\nb: *m\n", lines(`a.c\.yaml.x=1`, `b.c\.yaml.x=1 a`)},
		{"with a list at its root", "a.yaml: |\n  - x: 1\n", lines(`a\.yaml.[0].x=1`)},
		{"with duplicate keys of its own", "a.yaml: |\n  x: 1\n  x: 2\n", lines(`a\.yaml.x=2 !`)},
		{"with an alias of nothing", "a.yaml: |\n  x: *y\n", lines("a\\.yaml=x: *y\n")},
	} {
		if got := show(read(t, c.src), nil); got != c.want {
			t.Errorf("%s:\n%sgives\n%swant\n%s", c.name, c.src, got, c.want)
		}
	}
}

func TestDocuments(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"one has no segment", "---\na: 1\n", lines("a=1")},
		{"several are numbered", "a: 1\n---\nb: 2\n", lines("{0}.a=1", "{1}.b=2")},
		{"objects are named", "kind: A\nmetadata: {name: x}\n---\nkind: B\nmetadata: {name: x}\n",
			lines("{A/x}.kind=A", "{A/x}.metadata.name=x", "{B/x}.kind=B", "{B/x}.metadata.name=x")},
		{"namesakes are numbered", "kind: A\nmetadata: {name: x}\n---\nkind: A\nmetadata: {name: x}\n---\nkind: B\nmetadata: {name: y}\n",
			lines("{0}.kind=A", "{0}.metadata.name=x", "{1}.kind=A", "{1}.metadata.name=x", "{B/y}.kind=B", "{B/y}.metadata.name=y")},
		{"empty ones are none", "---\n# nothing\n---\na: 1\n---\n", lines("a=1")},
		{"empty ones are counted", "---\n---\na: 1\n---\nb: 1\n", lines("{1}.a=1", "{2}.b=1")},
		{"nothing at all", "# only a comment\n", ""},
		{"a written null is a document", "--- ~\n", lines("=~")},
		{"a scalar", "hello\n", lines("=hello")},
		{"a list", "- a: 1\n", lines("[0].a=1")},
		{"scalars side by side", "--- a\n--- b\n", lines("{0}=a", "{1}=b")},
	} {
		if got := show(read(t, c.src), nil); got != c.want {
			t.Errorf("%s:\n%sgives\n%swant\n%s", c.name, c.src, got, c.want)
		}
	}
}

func TestDocumentByNameOrIndex(t *testing.T) {
	f := read(t, "kind: A\nmetadata: {name: x}\n---\nb: 1\n")
	for _, p := range []string{"{A/x}.kind", "{0}.kind", "{1}.b"} {
		if _, ok := f.Lookup(parsePath(t, p)); !ok {
			t.Errorf("%s is not found", p)
		}
	}
	for _, p := range []string{"kind", "{2}.b", "{00}.kind", "{B/x}.kind", "{-1}.b"} {
		if _, ok := f.Lookup(parsePath(t, p)); ok {
			t.Errorf("%s is found", p)
		}
	}
	if _, ok := read(t, "a: 1\n").Lookup(parsePath(t, "{0}.a")); !ok {
		t.Error("{0} of a single document is not found")
	}
	var none keypath.Path
	if _, ok := read(t, "").Lookup(none); ok {
		t.Error("an empty file has a root")
	}
}

func TestLookupOfElements(t *testing.T) {
	f := read(t, "l:\n- {name: a, v: 1}\n- {name: b, v: 2}\n- {name: b, v: 3}\n- {name: 1, v: 4}\n- x\n'0': zero\n")
	for p, want := range map[string]string{"l.[name=a].v": "1", "l.[0].v": "1", "l.[name=1].v": "4", "l.[4]": "x", "[0]": "zero"} {
		if n, ok := f.Lookup(parsePath(t, p)); !ok || n.Text() != want {
			t.Errorf("%s is not %s", p, want)
		}
	}
	for _, p := range []string{"l.[name=b].v", "l.[name=c].v", "l.[5]", "l.name", "l.[v=5]"} {
		if n, ok := f.Lookup(parsePath(t, p)); ok {
			t.Errorf("%s is %s", p, n.Text())
		}
	}
}

func TestLeavesByIdentity(t *testing.T) {
	src := "l:\n- {name: a, v: 1}\n- {name: b, l: [{v: 2}]}\nm: [{name: a}, {name: a}]\nn: [{name: a}, 1]\n"
	got := show(read(t, src), func(p keypath.Path) string { return "name" })
	want := lines("l.[name=a].name=a", "l.[name=a].v=1", "l.[name=b].name=b", "l.[name=b].l.[0].v=2",
		"m.[0].name=a", "m.[1].name=a", "n.[0].name=a", "n.[1]=1")
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if texts, ok := mustLookup(t, read(t, src), "l").Identities("name"); !ok || !slices.Equal(texts, []string{"a", "b"}) {
		t.Errorf("identities %v %v", texts, ok)
	}
	for _, bad := range []string{"l: [{name: a, name: b}]", "l: [{name: [a]}]", "l: [{id: a}]", "l: [name]"} {
		if _, ok := mustLookup(t, read(t, bad), "l").Identities("name"); ok {
			t.Errorf("%s has identities", bad)
		}
	}
}

func mustLookup(t testing.TB, f *File, p string) Node {
	t.Helper()
	n, ok := f.Lookup(parsePath(t, p))
	if !ok {
		t.Fatalf("%s is not found", p)
	}
	return n
}

func TestSameBytes(t *testing.T) {
	for _, c := range []struct {
		name, a, b, path string
		want             bool
	}{
		{"one text", "a: {b: 1}\n", "x: 0\na: {b: 1}\n", "a", true},
		{"a block at one column", "a:\n  b: 1\n  c: 2\n", "# more\na:\n  b: 1\n  c: 2\nd: 3\n", "a", true},
		{"one text at another column is another tree", "a:\n  b:\n  c: 1\n", "a:\n b:\n  c: 1\n", "a", false},
		{"explicit indentation counts from the parent", "a:\n  b: |2\n      x\n", "a:\n    b: |2\n      x\n", "a.b", false},
		{"a byte order mark is no column", "\ufeffa: 1\nb: 2\n", "a: 1\nb: 2\n", "", true},
		{"quotes matter to bytes", "a: x\n", "a: 'x'\n", "a", false},
		{"an alias has its anchor's text elsewhere", "x: &x 1\na: [*x]\n", "x: &x 2\na: [*x]\n", "a", false},
		{"two merge keys are a duplicate", "a: {<<: {p: 1}, <<: {p: 1}}\n", "a: {<<: {p: 1}, <<: {p: 1}}\n", "a", false},
		{"so has a merge", "x: &x {p: 1}\na: {<<: *x}\n", "x: &x {p: 2}\na: {<<: *x}\n", "a", false},
		{"what is no alias is not looked at in a file without any", "a: 'x * y < z!'\n", "a: 'x * y < z!'\n", "a", true},
		{"duplicates are never same", "a: {b: 1, b: 1}\n", "a: {b: 1, b: 1}\n", "a", false},
		{"below duplicates neither", "a: {b: 1}\na: {b: 1}\n", "a: {b: 1}\na: {b: 1}\n", "a.b", false},
		{"a handle is its prefix", "%TAG !e! tag:x,1:\n---\na: !e!t 1\n", "%TAG !e! tag:y,1:\n---\na: !e!t 1\n", "a", false},
		{"an embedded duplicate", "a.yaml: |\n  x: 1\n  x: 1\n", "a.yaml: |\n  x: 1\n  x: 1\n", "", false},
		{"an anchor is spelled", "a: &x 1\n", "a: &y 1\n", "a", false},
	} {
		a, b := mustLookup(t, read(t, c.a), c.path), mustLookup(t, read(t, c.b), c.path)
		if got := a.SameBytes(b); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestComment(t *testing.T) {
	for _, c := range []struct{ src, path, want string }{
		{"a: 1 # x\n", "a", "x"}, {"a: 1\n# x\n", "a", ""}, {"a: 'b # c'\n", "a", ""}, {"a: b#c\n", "a", ""},
		{"a: # hoist:pending 待填\n", "a", "hoist:pending 待填"}, {"a: \"\"  \t# x \r\nb: 1\n", "a", "x"},
		{"a: | # x\n  # y\n", "a", "x"}, {"a: |- # x\n  y\n", "a", "x"}, {"a: >\n  # y\n", "a", ""},
		{"a: {\n  b: 1, # x\n  c: 2\n}\n", "a.b", "x"}, {"a: {b: 1} # x\n", "a", "x"},
		{"a: # x\n  - 1 # y\n", "a", "x"}, {"a:\n  - 1 # y\n", "a", ""}, {"a: &k 1\nb: *k # x\n", "b", "x"},
		{"a: 1 # x", "a", "x"}, {"a: 1", "a", ""}, {"a: \"x\n y\" # z\n", "a", "z"}, {"a: 1 ## x\n", "a", "x"},
	} {
		if got := mustLookup(t, read(t, c.src), c.path).Comment(); got != c.want {
			t.Errorf("%q %s: %q, want %q", c.src, c.path, got, c.want)
		}
	}
}

func TestTag(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"a: 1\n", ""}, {"a: !!str 1\n", "!!str"}, {"a: !<tag:yaml.org,2002:str> 1\n", "!!str"}, {"a: !v 1\n", "!v"},
		{"a: !<!v> 1\n", "!v"}, {"a: !<tag:x,1:y> 1\n", "!<tag:x,1:y>"}, {"a: ! 1\n", "!"},
		{"%TAG !e! tag:x,1:\n---\na: !e!y 1\n", "!<tag:x,1:y>"}, {"%TAG ! !my-\n---\na: !v 1\n", "!my-v"},
		{"%TAG !! tag:x,1:\n---\na: !!str 1\n", "!<tag:x,1:str>"}, {"a: &x !v 1\n", "!v"},
	} {
		if got := mustLookup(t, read(t, c.src), "a").Tag(); got != c.want {
			t.Errorf("%q: %q, want %q", c.src, got, c.want)
		}
	}
}

func TestEncrypted(t *testing.T) {
	for src, want := range map[string]bool{
		"a: 1\nsops: {mac: x}\n": true, "sops: {}\n": false, "a: {sops: {mac: x}}\n": false, "a: 1\n---\nsops: {mac: x}\n": true,
		"": false, "sops: mac\n": false, "- sops\n": false,
	} {
		if got := read(t, src).Encrypted(); got != want {
			t.Errorf("%q: %v", src, got)
		}
	}
}

func TestGetIn(t *testing.T) {
	f, err := Parse("a.yaml", []byte("a: &x {b: {c: 1, d: [1]}}\ne: *x\nf: {<<: *x}\n"))
	if err != nil {
		t.Fatal(err)
	}
	root := f.Roots()[0]
	for _, c := range []struct {
		keys []string
		text string
		ok   bool
	}{
		{nil, "", true}, {[]string{"a", "b", "c"}, "1", true}, {[]string{"e", "b", "c"}, "1", true}, {[]string{"f", "b", "c"}, "1", true},
		{[]string{"a", "b", "d"}, "", true}, {[]string{"a", "b", "x"}, "", false}, {[]string{"a", "b", "c", "d"}, "", false}, {[]string{"a", "b", "d", "0"}, "", false},
	} {
		if _, ok := root.GetIn(c.keys...); ok != c.ok || root.TextIn(c.keys...) != c.text {
			t.Errorf("%v: %v %q", c.keys, ok, root.TextIn(c.keys...))
		}
	}
	if _, ok := (Node{}).GetIn(); ok {
		t.Error("there is nothing in nothing")
	}
}
