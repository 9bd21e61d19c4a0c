package proof_test

import (
	"testing"

	"hoist.example/hoist/internal/value"
)

// good drafts: what an editor should write, by hand.
var good = []script{
	{name: "nothing", text: "a: 1\n"},
	{name: "set a number as the source spells it", text: "a: «1»«2.50»\nb: 1\n", src: "a: 2.50\n", ops: []change{set("a")}},
	{name: "set keeps the quotes", text: "a: \"«x»«z»\" # c\n", src: "a: z\n", ops: []change{set("a")}},
	{name: "set keeps the trailing comment", text: "a: «old»«new»   # why\n", src: "a: new\n", ops: []change{set("a")}},
	{name: "string that looks like a number is quoted", text: "a: «x»«\"1\"»\n", src: "a: '1'\n", ops: []change{set("a")}},
	{name: "ambiguous word as the source spells it", text: "a: «no»«yes»\n", src: "a: yes\n", ops: []change{set("a")}},
	{name: "set an empty value", text: "a:«»« 5»\nb: 1\n", src: "a: 5\n", ops: []change{set("a")}},
	{name: "set an empty value with a comment", text: "a:«»« 5» # c\nb: 1\n", src: "a: 5\n", ops: []change{set("a")}},
	{name: "set an empty item", text: "l:\n  -«»« {a: 1}»\n", src: "l:\n  - {a: 1}\n", ops: []change{set("l")}},
	{name: "set to null", text: "a: «5»«null»\n", src: "a: ~\n", ops: []change{set("a")}},
	{name: "set to the empty string", text: "a: «5»«\"\"»\n", src: "a: ''\n", ops: []change{set("a")}},
	{name: "set in Chinese", text: "名称: «旧»«新的» # 注释\n", src: "名称: 新的\n", ops: []change{set("名称")}},
	{name: "set a literal block", text: "a: |\n  «x»«y»\n  z\nb: 1\n", src: "a: |\n  y\n  z\n", ops: []change{set("a")}},
	{name: "scalar becomes a mapping", text: "a:« 1»«\n  b: 1»\nc: 2\n", src: "a: {b: 1}\n", ops: []change{set("a")}},
	{name: "scalar becomes a mapping behind its comment", text: "a:« 1»«» # c«»«\n  b: 1»\nc: 2\n", src: "a: {b: 1}\n", ops: []change{set("a")}},
	{name: "mapping becomes a scalar", text: "a:«\n  b: 1 # gone»« 1»\nc: 2\n", src: "a: 1\n", ops: []change{set("a")}},
	{name: "set a list of scalars", text: "l: [a, «b»«c, d»]\n", src: "l: [a, c, d]\n", ops: []change{set("l")}},
	{name: "list of scalars shrinks", text: "l:\n  - a\n«  - b # gone\n»«»  - c\n", src: "l: [a, c]\n", ops: []change{set("l")}},
	{name: "set in flow", text: "{a: «1»«2», b: 1}\n", src: "a: 2\n", ops: []change{set("a")}},
	{name: "tag stays where the value means the same", text: "a: !!str «1»«2»\n", src: "a: '2'\n", ops: []change{set("a")}},
	{name: "tagged value", text: "a: «1»«!vault x»\n", src: "a: !vault x\n", ops: []change{set("a")}},
	{name: "anchor without users stays", text: "a: &x «1»«2»\n", src: "a: 2\n", ops: []change{set("a")}},
	{name: "alias gives way to a value", text: "a: &x 1\nb: «*x»«2»\n", src: "b: 2\n", ops: []change{set("b")}},
	{name: "merged key is overridden", text: "a: &x {k: 1}\nb:\n  <<: *x\n«»«  k: 2\n»c: 1\n", src: "b: {k: 2}\n", ops: []change{set("b.k")}},
	{name: "both users of an anchor are set", text: "a: &x «1»«2»\nb: «*x»«2»\n", src: "a: 2\nb: 2\n", ops: []change{set("a"), set("b")}},
	{name: "source value by alias and merge", text: "«»«a:\n  k: 1\n  j: 2\n»b: 1\n", src: "x: &x {k: 1}\ny: &y 2\na: {<<: *x, j: *y}\nb: 1\n", ops: []change{add("a")}},

	{name: "add a key", text: "a: 1\n«»«b: 2\n»c: 3\n", src: "a: 1\nb: 2\nc: 3\n", ops: []change{add("b")}},
	{name: "add with its comment", text: "a: 1\n«»«\n# why\nb: 2 # tail\n»c: 3\n", src: "# why\nb: 2 # tail\n", ops: []change{add("b")}},
	{name: "add at the end without a newline", text: "a: 1«»«\nb: 2»", src: "b: 2\n", ops: []change{add("b")}},
	{name: "add into an empty mapping", text: "a: «{}»«{b: 1}»\n", src: "a: {b: 1}\n", ops: []change{add("a.b")}},
	{name: "add into flow", text: "a: {x: 1«»«, b: 1»}\n", src: "a: {b: 1}\n", ops: []change{add("a.b")}},
	{name: "add into an empty file", text: "«»«a: 1\n»", src: "a: 1\n", ops: []change{add("a")}},
	{name: "add into a file of comments", text: "# c\n«»«a: 1\n»", src: "a: 1\n", ops: []change{add("a")}},
	{name: "add with missing parents", text: "a: 1\n«»«b:\n  c:\n    d: 1\n»", src: "b: {c: {d: 1}}\n", ops: []change{add("b.c.d")}},
	{name: "nested adds", text: "a: 1\n«»«b:\n  c: 1\n  d: 2\n»", src: "b: {c: 1, d: 2}\n", ops: []change{add("b.d"), add("b").omitting("b.d")}},
	{name: "add without what is omitted", text: "a: 1\n«»«b:\n  c: 1\n»", src: "b: {c: 1, d: 2, e: {f: 1}}\n", ops: []change{add("b").omitting("b.d", "b.e")}},
	{name: "all omitted leaves an empty mapping", text: "a: 1\n«»«b:\n  c: {}\n»", src: "b: {c: {d: 1}}\n", ops: []change{add("b").omitting("b.c.d")}},
	{name: "add with a supplied value", text: "a: 1\n«»«b:\n  c: live\n  n: 1\n»", src: "b: {c: test, n: 1}\n",
		ops: []change{add("b").supplying("b.c", value.Text("live"), "")}},
	{name: "placeholder with its comment", text: "a: 1\n«»«b:\n  c: \"\" # hoist:pending ask\n»", src: "b: {c: test}\n",
		ops: []change{add("b").supplying("b.c", value.Text(""), "hoist:pending ask")}},
	{name: "supplied key that the source lacks", text: "a: 1\n«»«b:\n  n: 1\n  c: live\n»", src: "b: {n: 1}\n",
		ops: []change{add("b").supplying("b.c", value.Text("live"), "")}},
	{name: "supplied value alone", text: "a: «1»«2»\n", ops: []change{set("a").alone().supplying("a", value.Resolve("2", true, ""), "")}},
	{name: "supplied over an omitted one", text: "«»«b: {c: 1}\n»a: 1\n", src: "b: {c: 0}\n",
		ops: []change{add("b").omitting("b.c").supplying("b.c", value.Resolve("1", true, ""), "")}},
	{name: "new element behind its neighbour", text: "l:\n  - name: a\n«»«  - name: b\n    n: 1\n»  - name: z\n",
		src: "l: [{name: a}, {name: b, n: 1}]\n", ops: []change{add("l.[name=b]")}},
	{name: "new element before its neighbour", text: "l:\n  - name: a\n«»«  - name: b\n»  - name: z\n",
		src: "l: [{name: b}, {name: z}]\n", ops: []change{add("l.[name=b]")}},
	{name: "new element last", text: "l:\n  - name: a\n  - name: z\n«»«  - name: b\n»c: 1\n",
		src: "l: [{name: b}]\n", ops: []change{add("l.[name=b]")}},
	{name: "two new elements", text: "l:\n  - name: a\n«»«  - name: b\n  - name: c\n»  - name: z\n",
		src: "l: [{name: a}, {name: b}, {name: c}]\n", ops: []change{add("l.[name=c]"), add("l.[name=b]")}},
	{name: "key added inside an element", text: "l:\n  - name: a\n«»«    n: 1\n»  - name: b\n",
		src: "l: [{name: a, n: 1}]\n", ops: []change{add("l.[name=a].n")}},
	{name: "element by index", text: "l:\n  - x: «1»«2»\n  - x: 2\n", src: "l: [{x: 2}]\n", ops: []change{set("l.[0].x")}},
	{name: "element added by index", text: "l:\n  - x: 1\n«»«  - y: 2\n»", src: "l: [{x: 1}, {y: 2}]\n", ops: []change{add("l.[1]")}},

	{name: "delete a key", text: "a: 1\n«b: 2\n»«»c: 3\n", ops: []change{del("b")}},
	{name: "delete with the comments it owns", text: "a: 1\n\n«# of b\n# more\nb: 2 # tail\n\n»«»c: 3\n", ops: []change{del("b")}},
	{name: "a free comment stays", text: "# licence\n\n«b: 2\n»«»c: 3\n", ops: []change{del("b")}},
	{name: "delete the only key", text: "a:«\n  b: 1»« {}»\nc: 1\n", ops: []change{del("a.b")}},
	{name: "delete all keys", text: "a:«\n  b: 1\n  c: 2»« {}»\nd: 1\n", ops: []change{del("a.b"), del("a.c")}},
	{name: "delete the last key without a newline", text: "a: 1«\nb: 2»«»", ops: []change{del("b")}},
	{name: "delete the first key of a compact mapping", text: "- «a: 1\n  »«»b: 2\n- c: 1\n", ops: []change{del("[0].a")}},
	{name: "delete from flow", text: "{«a: 1, »«»b: 2}\n", ops: []change{del("a")}},
	{name: "delete an element", text: "l:\n  - name: a\n«  # of b\n  - name: b\n»«»  - name: c\n", ops: []change{del("l.[name=b]")}},
	{name: "delete the only element", text: "l:«\n  - name: b»« []»\n", ops: []change{del("l.[name=b]")}},
	{name: "delete by index shifts nothing", text: "l:\n«  - x: 1\n»«»  - x: 2\n  - x: 3\n", ops: []change{del("l.[0]")}},
	{name: "set the second while the first goes", text: "l:\n«  - x: 1\n»«»  - x: «2»«5»\n", src: "l: [{x: 1}, {x: 5}]\n", ops: []change{del("l.[0]"), set("l.[1].x")}},
	{name: "delete the first key behind a byte order mark", text: "\ufeff«a: 1\n»«»b: 2\n", ops: []change{del("a")}},

	{name: "append to a set", text: "l:\n  - a\n  - b\n«»«  - c\n»", src: "l: [c, a]\n", ops: []change{app("l")}},
	{name: "append in flow", text: "l: [a«»«, c, d»]\n", src: "l: [c, a, d]\n", ops: []change{app("l")}},
	{name: "append to nothing", text: "l: «[]»«[c]»\n", src: "l: [c]\n", ops: []change{app("l")}},

	{name: "CRLF", text: "a: «1»«2»\r\n«»«b: 3\r\n»c: 4\r\n", src: "a: 2\nb: 3\n", ops: []change{set("a"), add("b")}},
	{name: "several documents", text: "a: 1\n---\na: «1»«2»\n---\na: 1\n", src: "x: 1\n---\na: 2\n", ops: []change{set("{1}.a")}},
	{name: "documents by name", text: "kind: A\nmetadata: {name: x}\n---\nkind: B\nmetadata: {name: y}\nd: «1»«2»\n",
		src: "kind: B\nmetadata: {name: y}\nd: 2\n---\nkind: A\nmetadata: {name: x}\n", ops: []change{set("{B/y}.d")}},
	{name: "%YAML 1.2", text: "%YAML 1.2 # why\n---\na: «1»«2»\n", src: "a: 2\n", ops: []change{set("a")}},
	{name: "%TAG", text: "%TAG !e! tag:x.example,2000:\n---\na: !e!t 1\nb: «1»«2»\n", src: "b: 2\n", ops: []change{set("b")}},
	{name: "empty documents around", text: "---\n---\na: «1»«2»\n---\n", src: "a: 2\n", ops: []change{set("a")}},
	{name: "line separator in a comment", text: "# x\u2028# y\na: «1»«2»\n", src: "a: 2\n", ops: []change{set("a")}},
	{name: "line separator in a string", text: "s: 'x\u2028 y'\na: «1»«2»\n", src: "a: 2\n", ops: []change{set("a")}},
	{name: "line separator that go-yaml stumbles over", text: "s: |\n  x\u2028y\na: «1»«2»\n", src: "a: 2\n", ops: []change{set("a")}},

	{name: "embedded value", text: "data:\n  config.yaml: |\n    a: «1»«2»\n    # c\n    b: 1\n", src: "data:\n  config.yaml: |\n    a: 2\n", ops: []change{set(`data.config\.yaml.a`)}},
	{name: "embedded key, CRLF host", text: "data:\r\n  config.yaml: |\r\n    a: 1\r\n«»«    n:\r\n      m: 1\r\n»    b: 1\r\n",
		src: "data:\n  config.yaml: |\n    n: {m: 1}\n", ops: []change{add(`data.config\.yaml.n`)}},
	{name: "embedded delete, last line", text: "data:\n  config.yaml: |-\n    a: 1«\n    b: 1»«»\nz: 1\n", ops: []change{del(`data.config\.yaml.b`)}},
	{name: "embedded document added whole", text: "data:\n  a: 1\n«»«  config.yaml: |\n    x: 1\n»", src: "data:\n  config.yaml: |\n    x: 1\n", ops: []change{add(`data.config\.yaml`)}},
	{name: "embedded document added without a key", text: "data:\n  a: 1\n«»«  config.yaml: |\n    x: 1\n»",
		src: "data:\n  config.yaml: |\n    x: 1\n    y: 2\n", ops: []change{add(`data.config\.yaml`).omitting(`data.config\.yaml.y`)}},
	{name: "subtree with an embedded document, supplied inside", text: "a: 1\n«»«data:\n  config.yaml: |\n    x: 5\n»",
		src: "data:\n  config.yaml: |\n    x: 1\n", ops: []change{add(`data`).supplying(`data.config\.yaml.x`, value.Resolve("5", true, ""), "")}},

	{name: "JSON", file: "t.json", text: "{\"a\": «1»«2», \"s\": \"\\ud83d\\ude00\"«»«, \"b\": [true]»}\n", src: `{"a": 2, "b": [true]}`, ops: []change{set("a"), add("b")}},
	{name: "protected keys stay", text: "a: «1»«2»\nsecret: x\n", src: "a: 2\n", ops: []change{set("a")}, rules: protects("secret")},
	{name: "forbidden value that was there", text: "l: [bad«»«, good»]\nx: bad\n", src: "l: [bad, good]\n", ops: []change{set("l")}, rules: forbids("bad")},
}

func TestGoodDraftsPass(t *testing.T) {
	for _, s := range good {
		t.Run(s.name, s.run)
	}
}
