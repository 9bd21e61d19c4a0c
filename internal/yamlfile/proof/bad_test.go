package proof_test

import (
	"strings"
	"testing"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile/proof"
)

// bad drafts: each is an edit gone wrong in one way.
var bad = []script{
	// What was planned is not what stands there.
	{name: "wrong number", text: "a: «1»«3»\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.WrongValue, what: "value"},
	{name: "not set at all", text: "a: 1\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.WrongValue, what: "value"},
	{name: "number turned into a string", text: "a: «1»«\"2\"»\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.WrongValue, what: "type"},
	{name: "string turned into a number", text: "a: «x»«2»\n", src: "a: '2'\n", ops: []change{set("a")}, want: proof.WrongValue, what: "type"},
	{name: "string turned into a bool", text: "a: «x»«true»\n", src: "a: 'true'\n", ops: []change{set("a")}, want: proof.WrongValue, what: "type"},
	{name: "string turned into null", text: "a:« x»«»\n", src: "a: ''\n", ops: []change{set("a")}, want: proof.WrongValue, what: "type"},
	{name: "string turned into a date", text: "a: «x»«2026-01-31»\n", src: "a: '2026-01-31'\n", ops: []change{set("a")}, want: proof.WrongValue},
	{name: "string turned into an octal", text: "a: «x»«010»\n", src: "a: '010'\n", ops: []change{set("a")}, want: proof.WrongValue},
	{name: "string turned into a YAML 1.1 bool", text: "a: «x»«no»\n", src: "a: 'no'\n", ops: []change{set("a")}, want: proof.WrongValue},
	{name: "string turned into sexagesimal", text: "a: «x»«12:30»\n", src: "a: '12:30'\n", ops: []change{set("a")}, want: proof.WrongValue},
	{name: "number respelled", text: "a: «1»«2.5»\n", src: "a: 2.50\n", ops: []change{set("a")}, want: proof.WrongValue, what: "spelling"},
	{name: "exponent respelled", text: "a: «1»«1000.0»\n", src: "a: 1e3\n", ops: []change{set("a")}, want: proof.WrongValue},
	{name: "int turned into a float", text: "a: «1»«2.0»\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.WrongValue, what: "type"},
	{name: "leading blank lost", text: "a: «x»«lead»\n", src: "a: ' lead'\n", ops: []change{set("a")}, want: proof.WrongValue, what: "value"},
	{name: "text folded", text: "a: «x»«p q»\n", src: "a: \"p\\nq\"\n", ops: []change{set("a")}, want: proof.WrongValue, what: "value"},
	{name: "block newline lost", text: "a: «x»«|-\n  p»\n", src: "a: |\n  p\n", ops: []change{set("a")}, want: proof.WrongValue, what: "value"},
	{name: "tag of the source lost", text: "a: «1»«x»\n", src: "a: !vault x\n", ops: []change{set("a")}, want: proof.WrongValue, what: "type"},
	{name: "tag of the target left", text: "a: !vault «1»«2»\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.WrongValue, what: "type"},
	{name: "tag of a list lost", text: "a:« 1»«\n  - x»\n", src: "a: !set [x]\n", ops: []change{set("a")}, want: proof.WrongValue, what: "tag"},
	{name: "anchor lost", text: "a: «&x 1»«2»\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.WrongValue, what: "anchor"},
	{name: "anchor brought along", text: "a: «1»«&y 2»\n", src: "a: &y 2\n", ops: []change{set("a")}, want: proof.WrongValue, what: "anchor"},
	{name: "alias written as an alias", text: "x: &x 2\na: «1»«*x»\n", src: "x: &x 2\na: *x\n", ops: []change{set("a")}, want: proof.WrongValue},
	{name: "merge written as a merge", text: "x: &x {k: 1}\n«»«a:\n  <<: *x\n»", src: "x: &x {k: 1}\na: {<<: *x}\n", ops: []change{add("a")}, want: proof.Extra},
	{name: "scalar instead of a mapping", text: "a: «1»«2»\n", src: "a: {b: 1}\n", ops: []change{set("a")}, want: proof.WrongValue, what: "kind"},
	{name: "element of a list wrong", text: "l: [a, «b»«d»]\n", src: "l: [a, c]\n", ops: []change{set("l")}, want: proof.WrongValue},
	{name: "element of a list lost", text: "l: [a, «b»«c»]\n", src: "l: [a, c, d]\n", ops: []change{set("l")}, want: proof.Lost},
	{name: "element of a list too many", text: "l: [a«»«, c, d»]\n", src: "l: [a, c]\n", ops: []change{set("l")}, want: proof.Extra},
	{name: "elements of a list swapped", text: "l: [«a, b»«b, a, c»]\n", src: "l: [a, b, c]\n", ops: []change{set("l")}, want: proof.Misplaced},
	{name: "nested list flattened", text: "l: «1»«[a, b]»\n", src: "l: [[a], b]\n", ops: []change{set("l")}, want: proof.WrongValue},
	{name: "appended twice", text: "l: [a«»«, b, b»]\n", src: "l: [b, b]\n", ops: []change{app("l")}, want: proof.Extra},
	{name: "appended what was there", text: "l: [a«»«, a, b»]\n", src: "l: [a, b]\n", ops: []change{app("l")}, want: proof.Extra},
	{name: "appended in front", text: "l: [«»«b, »a]\n", src: "l: [b]\n", ops: []change{app("l")}, want: proof.Misplaced},
	{name: "append lost one of two", text: "l: [a«»«, b»]\n", src: "l: [b, c]\n", ops: []change{app("l")}, want: proof.Lost},
	{name: "append replaced", text: "l: [«a»«b»]\n", src: "l: [b]\n", ops: []change{app("l")}, want: proof.BadSplice},
	{name: "added subtree lacks a key", text: "«»«a:\n  b: 1\n»z: 1\n", src: "a: {b: 1, c: 2}\n", ops: []change{add("a")}, want: proof.Lost},
	{name: "added subtree has a key too many", text: "«»«a:\n  b: 1\n  c: 2\n»z: 1\n", src: "a: {b: 1}\n", ops: []change{add("a")}, want: proof.Extra},
	{name: "omitted key written", text: "«»«a:\n  b: 1\n  c: 2\n»z: 1\n", src: "a: {b: 1, c: 2}\n", ops: []change{add("a").omitting("a.c")}, want: proof.Extra},
	{name: "source's value in place of the supplied one", text: "«»«a:\n  b: test\n»z: 1\n", src: "a: {b: test}\n",
		ops: []change{add("a").supplying("a.b", value.Text("live"), "")}, want: proof.WrongValue},
	{name: "supplied comment missing", text: "«»«a:\n  b: \"\"\n»z: 1\n", src: "a: {b: test}\n",
		ops: []change{add("a").supplying("a.b", value.Text(""), "hoist:pending x")}, want: proof.CommentLost},
	{name: "supplied comment on another line", text: "«»«a:\n  # hoist:pending x\n  b: \"\"\n»z: 1\n", src: "a: {b: test}\n",
		ops: []change{add("a").supplying("a.b", value.Text(""), "hoist:pending x")}, want: proof.CommentLost},
	{name: "added under another key", text: "«»«b: 1\n»z: 1\n", src: "a: 1\n", ops: []change{add("a")}, want: proof.Extra},
	{name: "added twice", text: "«»«a: 1\na: 1\n»z: 1\n", src: "a: 1\n", ops: []change{add("a")}, want: proof.Extra},
	{name: "added beside the parent", text: "p:\n  x: 1\n«»«a: 1\n»z: 1\n", src: "p: {a: 1}\n", ops: []change{add("p.a")}, want: proof.Lost},
	{name: "added one level too deep", text: "p:\n  x:\n    y: 1\n«»«    a: 1\n»z: 1\n", src: "p: {a: 1}\n", ops: []change{add("p.a")}, want: proof.Extra},
	{name: "key with another type", text: "«»«\"1\": x\n»z: 1\n", src: "1: x\n", ops: []change{add("1")}, want: proof.WrongValue, what: "key"},
	{name: "key with an anchor", text: "«»«&k a: x\n»z: 1\n", src: "a: x\n", ops: []change{add("a")}, want: proof.WrongValue, what: "anchor"},
	{name: "element at the end instead of in its place", text: "l:\n  - name: a\n  - name: z\n«»«  - name: b\n»",
		src: "l: [{name: a}, {name: b}, {name: z}]\n", ops: []change{add("l.[name=b]")}, want: proof.Misplaced},
	{name: "element in front instead of in its place", text: "l:\n«»«  - name: b\n»  - name: a\n  - name: z\n",
		src: "l: [{name: a}, {name: b}, {name: z}]\n", ops: []change{add("l.[name=b]")}, want: proof.Misplaced},
	{name: "two elements swapped", text: "l:\n  - name: a\n«»«  - name: c\n  - name: b\n»",
		src: "l: [{name: a}, {name: b}, {name: c}]\n", ops: []change{add("l.[name=b]"), add("l.[name=c]")}, want: proof.Misplaced},
	{name: "element with another name", text: "l:\n  - name: a\n«»«  - name: c\n»", src: "l: [{name: a}, {name: b}]\n",
		ops: []change{add("l.[name=b]")}, want: proof.WrongValue},
	{name: "element merged into its neighbour", text: "l:\n  - name: a\n«»«    n: 1\n»", src: "l: [{name: a}, {name: b, n: 1}]\n",
		ops: []change{add("l.[name=b]")}, want: proof.Extra},
	{name: "not deleted", text: "a: 1\nb: 2\n", ops: []change{del("b")}, want: proof.Extra},
	{name: "null instead of an empty mapping", text: "a:«\n  b: 1»«»\nc: 1\n", ops: []change{del("a.b")}, want: proof.Elsewhere, what: "kind"},
	{name: "empty list instead of an empty mapping", text: "a:«\n  b: 1»« []»\nc: 1\n", ops: []change{del("a.b")}, want: proof.Elsewhere, what: "kind"},
	{name: "parent deleted with its last key", text: "«a:\n  b: 1\n»«»c: 1\n", ops: []change{del("a.b")}, want: proof.BadSplice},

	// Something else changed.
	{name: "neighbour changed", text: "a: «1»«2»\nb: «1»«2»\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.BadSplice, what: "place"},
	{name: "neighbour lost", text: "a: 1\n«b: 2\nc: 3\n»«»d: 4\n", ops: []change{del("b")}, want: proof.BadSplice},
	{name: "neighbour's value swallowed", text: "a:\n«»«  - »b: 2\n", src: "a: [{b: 2}]\n", ops: []change{set("a")}, want: proof.Lost},
	{name: "key lost into a comment", text: "a: «1»«2 # x» \nb: 1\n", src: "a: 2 # x\n", ops: []change{set("a")}},
	{name: "next key swallowed by an open quote", text: "a: «1»«\"2»\nb: \"1\"\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.Unreadable},
	{name: "indentation that moves the next key", text: "a:« 1»«\n  b: 1\n»  \nc: 2\n", src: "a: {b: 1}\n", ops: []change{set("a")}},
	{name: "duplicate key created", text: "a: 1\n«»«b: 1\na: 1\n»c: 1\n", src: "b: 1\n", ops: []change{add("b")}, want: proof.Extra},
	{name: "merge key brought in", text: "x: &x {p: 1}\na:\n  k: 1\n«»«  b: 1\n  <<: *x\n»c: 1\n", src: "a: {b: 1}\n", ops: []change{add("a.b")}, want: proof.Extra},
	{name: "deleted the wrong duplicate's twin", text: "a: 1\nb: 1\n«a: 2\n»«»", ops: []change{del("a")}, want: proof.BadChange, what: "ambiguous"},
	{name: "trailing document changed", text: "a: «1»«2»\n---\na: «1»«2»\n", src: "a: 2\n---\na: 1\n", ops: []change{set("{0}.a")}, want: proof.BadSplice},
	{name: "trailing document lost", text: "a: «1»«2»\n«---\nb: 1\n»«»", src: "a: 2\n---\nb: 1\n", ops: []change{set("{0}.a")}, want: proof.BadSplice},
	{name: "document marker brought in", text: "a: «1»«2\n---»\nb: 1\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.Elsewhere, what: "documents"},
	{name: "document start brought in", text: "«»«---\n»a: «1»«2»\nb: 1\n", src: "a: 2\nc: 1\n", ops: []change{set("a"), add("c")}, want: proof.Elsewhere, what: "documents"},
	{name: "directive brought in", text: "«»«%YAML 1.2\n---\nc: 1\n»a: 1\n", src: "c: 1\n", ops: []change{add("c")}, want: proof.Elsewhere, what: "documents"},
	{name: "document end brought in", text: "a: 1\n«»«c: 1\n...\n»", src: "c: 1\n", ops: []change{add("c")}, want: proof.Elsewhere, what: "documents"},
	{name: "document start lost", text: "«---\nc: 1\n»«---»a: 1\n", ops: []change{del("c")}, want: proof.BadSplice},
	{name: "document end swallowed", text: "a: 1\n«b: 2\n...\n»«»---\nc: 1\n", ops: []change{del("{0}.b")}, want: proof.BadSplice},
	{name: "quotes of a neighbour changed", text: "l:\n- x: «1»«2»\n  y: «'a'»«\"a\"»\n", src: "l: [{x: 2}]\n", ops: []change{set("l.[0].x")}, want: proof.BadSplice},
	{name: "block scalar above loses its last line", text: "s: |+\n  a\n\n«b: 1\n»«»c: 1\n", ops: []change{del("b")}},
	{name: "block scalar above loses its newline", text: "s: |\n  a«\nb: 1»«»", ops: []change{del("b")}, want: proof.Elsewhere, what: "value"},
	{name: "kept blank lines above changed", text: "s: |+\n  a\n«\nb: 1»«b: 1\n»\n", ops: []change{del("b")}, want: proof.BadSplice},
	{name: "inserted behind kept blank lines, one more", text: "s: |+\n  a\n\n«»«\nb: 1\n»", src: "b: 1\n", ops: []change{add("b")}, want: proof.Elsewhere},

	// Aliases, anchors and merges.
	{name: "anchored value changes another key", text: "a: &x «1»«2»\nb: *x\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.Moved},
	{name: "key in an anchored mapping changes another", text: "a: &x\n  k: «1»«2»\nb:\n  <<: *x\n", src: "a: {k: 2}\n", ops: []change{set("a.k")}, want: proof.Moved},
	{name: "key added to an anchored mapping", text: "a: &x\n  k: 1\n«»«  n: 1\n»b: *x\n", src: "a: {n: 1}\n", ops: []change{add("a.n")}, want: proof.Moved},
	{name: "both keys of an anchor, by one splice", text: "a: &x «1»«2»\nb: *x\n", src: "a: 2\nb: 2\n", ops: []change{set("a"), set("b")}, want: proof.WrongValue},
	{name: "anchor deleted that is still in use", text: "a: &x 1\n«b: &x 2\n»«»c: *x\n", ops: []change{del("b")}, want: proof.Moved},
	{name: "anchor deleted, alias undefined", text: "«a: &x 1\n»«»b: *x\n", ops: []change{del("a")}, want: proof.Unreadable},
	{name: "inside an alias", text: "a: &x {k: «1»«2»}\nb: *x\n", src: "b: {k: 2}\n", ops: []change{set("b.k")}, want: proof.BadChange, what: "inside-alias"},
	{name: "inside a merged mapping", text: "a: &x {k: {j: «1»«2»}}\nb: {<<: *x}\n", src: "b: {k: {j: 2}}\n", ops: []change{set("b.k.j")}, want: proof.BadChange, what: "inside-merge"},
	{name: "merged key deleted", text: "a: &x {k: 1}\nb: {<<: *x}\n", ops: []change{del("b.k")}, want: proof.BadChange, what: "inside-merge"},
	{name: "override deleted, merged value shows", text: "a: &x {k: 1}\nb:\n  <<: *x\n«  k: 2\n»«»c: 1\n", ops: []change{del("b.k")}, want: proof.WrongValue, what: "present"},
	{name: "alias renamed", text: "a: &x 1\nb: &y 1\nc: «*x»«*y»\nd: «1»«2»\n", src: "d: 2\n", ops: []change{set("d")}, want: proof.BadSplice},
	{name: "a new anchor takes an alias over", text: "a: &x 1\n«»«n: &x 2\n»c: *x\n", src: "n: 2\n", ops: []change{add("n")}, want: proof.WrongValue, what: "anchor"},
	{name: "list that others use", text: "a: &x [p«»«, q»]\nb: *x\n", src: "a: [q]\n", ops: []change{app("a")}, want: proof.Moved},

	// Bytes.
	{name: "bytes differ outside", text: "a: «1»«2»\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.BytesMoved},
	{name: "byte order mark lost", text: "«\ufeffa: 1»«»\nb: 1\n", ops: []change{del("a")}, want: proof.ByteOrderMark},
	{name: "byte order mark came in", text: "«»«\ufeffa: 1\n»b: 1\n", src: "a: 1\n", ops: []change{add("a")}, want: proof.ByteOrderMark},
	{name: "LF in a CRLF file", text: "a: 1\r\n«»«b: 2\n»c: 1\r\n", src: "b: 2\n", ops: []change{add("b")}, want: proof.LineEnds},
	{name: "CRLF in an LF file", text: "a: 1\n«»«b: 2\r\n»c: 1\n", src: "b: 2\r\n", ops: []change{add("b")}, want: proof.LineEnds},
	{name: "half of a CRLF", text: "a: 1\r«\n»«»b: 1\r\n", src: "a: 1\n", ops: []change{set("a")}, want: proof.LineEnds},
	{name: "CR in a file of one line", text: "a: «1»«2\r»", src: "a: 2\n", ops: []change{set("a")}, want: proof.LineEnds},
	{name: "LF inside a block in a CRLF file", text: "a: |\r\n  «x»«y\n  z»\r\n", src: "a: |\n  y\n  z\n", ops: []change{set("a")}, want: proof.LineEnds},
	{name: "final newline added", text: "a: 1«»«\nb: 2\n»", src: "b: 2\n", ops: []change{add("b")}, want: proof.FinalNewline},
	{name: "final newline lost", text: "a: 1«\nb: 2\n»«»", ops: []change{del("b")}, want: proof.FinalNewline},
	{name: "two insertions at one place", text: "a: 1\n«»«b: 1\n»«»«c: 1\n»", src: "b: 1\nc: 1\n", ops: []change{add("b"), add("c")}, want: proof.BadSplice, what: "order"},
	{name: "result is no YAML", text: "a: «1»«[»\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.Unreadable},
	{name: "go-yaml reads a key in a comment", text: "a: 1\n«»«# x\u2028y: 1\nb: 2\n»", src: "# x\u2028y: 1\nb: 2\n", ops: []change{add("b")}, want: proof.Disputed},
	{name: "go-yaml cannot read the comment", text: "a: 1\n«»«# x\u2028y\nb: 2\n»", src: "# x\u2028y\nb: 2\n", ops: []change{add("b")}, want: proof.Disputed},
	{name: "go-yaml folds the new string", text: "a: «1»«'x\u2028 y'»\n", src: "a: \"x\\L y\"\n", ops: []change{set("a")}, want: proof.Disputed},

	// Comments.
	{name: "trailing comment lost", text: "a: «1 # c»«2»\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.CommentLost},
	{name: "trailing comment moved", text: "a: «1»«2\n »   # c\nb: 1\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.CommentLost},
	{name: "gap before the comment changed", text: "a: «1  »«2 » # c\nb: 1\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.CommentLost},
	{name: "old comment swallowed by a placeholder's", text: "a:« # old»« \"\" # hoist:pending ask»\n",
		ops: []change{set("a").alone().supplying("a", value.Text(""), "hoist:pending ask")}, want: proof.CommentLost},
	{name: "neighbour's trailing blanks lost", text: "a: 1«  \nb: 2\n»«\n»c: 1\n", ops: []change{del("b")}, want: proof.LineChanged},
	{name: "inner comment of a deleted entry lost", text: "a: |\n  x\n«b:\n  c: 1\n  # end\n»«»d: 1\n", ops: []change{del("b")}, want: proof.CommentLost},
	{name: "comment beside a deleted entry re-indented", text: "x:\n  a: 1\n«  b: 1\n  # end\n»«# end\n»d: 1\n", ops: []change{del("x.b")}, want: proof.LineChanged},
	{name: "comment re-indented", text: "a:\n  x: 1\n«  # free\n\nb: 2\n»«# free\n\n»c: 1\n", ops: []change{del("b")}, want: proof.LineChanged},
	{name: "two blank lines lost", text: "a: 1\n\n«\nb: 2\n\n»«»c: 1\n", ops: []change{del("b")}, want: proof.BlankLost},
	{name: "blank line lost by an add", text: "a: 1\n«\n»«b: 2\n»c: 1\n", src: "b: 2\n", ops: []change{add("b")}, want: proof.BlankLost},
	{name: "neighbour's comment lost", text: "a: 1\n«b: 2\n# of c\n»«»c: 1\n", ops: []change{del("b")}, want: proof.CommentLost},
	{name: "comment above lost, another column", text: "a:\n  x: 1\n«  # of a\nb: 2\n»«»c: 1\n", ops: []change{del("b")}, want: proof.CommentLost},
	{name: "free comment lost", text: "a: 1\n«# free\n\nb: 2\n»«»c: 1\n", ops: []change{del("b")}, want: proof.CommentLost},
	{name: "licence lost", text: "«# licence\nb: 2\n»«»c: 1\n", ops: []change{del("b")}, want: proof.CommentLost},
	{name: "licence lost behind a byte order mark", text: "\ufeff«# licence\nb: 2\n»«»c: 1\n", ops: []change{del("b")}, want: proof.CommentLost},
	{name: "comment below the deleted entry lost", text: "a:\n  b: 1\n«  c: 1\n  # end of a\n»«»d: 1\n", ops: []change{del("a.c")}, want: proof.CommentLost},
	{name: "comment's text changed", text: "a: 1\n«# of b\nb: 2\n»«# Of b\n»c: 1\n", ops: []change{del("b")}, want: proof.CommentNew},
	{name: "comment in a flow list lost", text: "l: [\n  a,\n  b« # free\n»«,\n  c\n»]\n", src: "l: [c]\n", ops: []change{app("l")}, want: proof.CommentLost},
	{name: "tail of a one-line mapping lost", text: "«a: {b: 1, c: 2} # c»«a: {c: 2}»\n", ops: []change{del("a.b")}, want: proof.BadSplice},
	{name: "comment nobody has", text: "a: 1\n«»«# made up\nb: 2\n»", src: "b: 2\n", ops: []change{add("b")}, want: proof.CommentNew},
	{name: "comment that may not be copied", text: "a: 1\n«»«# token\nb: 2\n»", src: "# token\nb: 2\n",
		ops: []change{{action: add("b").action, path: "b", clean: func(string) bool { return false }}}, want: proof.CommentNew},
	{name: "comment with a forbidden value", text: "a: 1\n«»«# was: sk_test_1.\nb: 2\n»", src: "# was: sk_test_1.\nb: 2\n",
		ops: []change{add("b")}, rules: forbids("sk_test_1"), want: proof.CommentNew},

	// Rules.
	{name: "protected key set", text: "secret: «a»«b»\n", src: "secret: b\n", ops: []change{set("secret")}, rules: protects("secret"), want: proof.Protected},
	{name: "protected key added", text: "a: 1\n«»«b:\n  secret: x\n»", src: "b: {secret: x}\n", ops: []change{add("b")}, rules: protects("b.secret"), want: proof.Protected},
	{name: "protected key deleted with its parent", text: "a: 1\n«b:\n  secret: x\n»«»", ops: []change{del("b")}, rules: protects("b.secret"), want: proof.Protected},
	{name: "protected key replaced by a shape", text: "b: «{secret: x}»«1»\n", src: "b: 1\n", ops: []change{set("b")}, rules: protects("b.secret"), want: proof.Protected},
	{name: "protected key changed through an anchor", text: "a: &x «1»«2»\nsecret: *x\n", src: "a: 2\n", ops: []change{set("a")}, rules: protects("secret"), want: proof.Moved},
	{name: "protected key set through its alias too", text: "a: &x «1»«2»\nsecret: «*x»«2»\n", src: "a: 2\nsecret: 2\n", ops: []change{set("a"), set("secret")}, rules: protects("secret"), want: proof.Protected},
	{name: "protected key respelled", text: "secret: «'a'»«a»\n", src: "secret: a\n", ops: []change{set("secret")}, rules: protects("secret"), want: proof.Protected},
	{name: "protected key in an element, by identity", text: "l:\n  - name: a\n    secret: «x»«y»\n", src: "l: [{name: a, secret: y}]\n",
		ops: []change{set("l.[name=a].secret")}, rules: identity(protects("l.[name=a].secret"), "name"), want: proof.Protected},
	{name: "protected key in a new element", text: "l:\n  - name: a\n«»«  - name: b\n    secret: y\n»", src: "l: [{name: b, secret: y}]\n",
		ops: []change{add("l.[name=b]")}, rules: identity(protects("l.[name=b].secret"), "name"), want: proof.Protected},
	{name: "protected key in an embedded document", text: "data:\n  c.yaml: |\n    secret: «x»«y»\n", src: "data:\n  c.yaml: |\n    secret: y\n",
		ops: []change{set(`data.c\.yaml.secret`)}, rules: protects(`data.c\.yaml.secret`), want: proof.Protected},
	{name: "protected key in a new embedded document", text: "data:\n  a: 1\n«»«  c.yaml: |\n    secret: y\n»", src: "data:\n  c.yaml: |\n    secret: y\n",
		ops: []change{add(`data.c\.yaml`)}, rules: protects(`data.c\.yaml.secret`), want: proof.Protected},
	{name: "forbidden value set", text: "a: «x»«bad»\n", src: "a: bad\n", ops: []change{set("a")}, rules: forbids("bad"), want: proof.Forbidden},
	{name: "forbidden value in a subtree", text: "x: 1\n«»«a:\n  b: [c, bad]\n»", src: "a: {b: [c, bad]}\n", ops: []change{add("a")}, rules: forbids("bad"), want: proof.Forbidden},
	{name: "forbidden value in a new element of a list", text: "l: [a«»«, bad»]\n", src: "l: [a, bad]\n", ops: []change{set("l")}, rules: forbids("bad"), want: proof.Forbidden},
	{name: "forbidden value in an embedded document", text: "data:\n  a: 1\n«»«  c.yaml: |\n    k: bad\n»", src: "data:\n  c.yaml: |\n    k: bad\n",
		ops: []change{add(`data.c\.yaml`)}, rules: forbids("bad"), want: proof.Forbidden},
	{name: "forbidden value by merge", text: "«»«a: {k: bad}\n»x: 1\n", src: "b: &b {k: bad}\na: {<<: *b}\n", ops: []change{add("a")}, rules: forbids("bad"), want: proof.Forbidden},

	// Embedded documents.
	{name: "embedded value wrong", text: "data:\n  c.yaml: |\n    a: «1»«3»\n", src: "data:\n  c.yaml: |\n    a: 2\n", ops: []change{set(`data.c\.yaml.a`)}, want: proof.WrongValue},
	{name: "embedded neighbour changed", text: "data:\n  c.yaml: |\n    a: «1»«2»\n    b: «1»«2»\n", src: "data:\n  c.yaml: |\n    a: 2\n", ops: []change{set(`data.c\.yaml.a`)}, want: proof.BadSplice},
	{name: "embedded comment lost", text: "data:\n  c.yaml: |\n    a: «1 # c»«2»\n", src: "data:\n  c.yaml: |\n    a: 2\n", ops: []change{set(`data.c\.yaml.a`)}, want: proof.CommentLost},
	{name: "host changed elsewhere", text: "data:\n  «x: 1»«x: 2»\n  c.yaml: |\n    a: «1»«2»\n", src: "data:\n  c.yaml: |\n    a: 2\n", ops: []change{set(`data.c\.yaml.a`)}, want: proof.BadSplice},
	{name: "embedded key falls out of the block", text: "data:\n  c.yaml: |\n    a: 1\n«»«  b: 1\n»z: 1\n", src: "data:\n  c.yaml: |\n    b: 1\n", ops: []change{add(`data.c\.yaml.b`)}, want: proof.Lost},
	{name: "chomping changed", text: "data:\n  c.yaml: |«»«-»\n    a: «1»«2»\n", src: "data:\n  c.yaml: |\n    a: 2\n", ops: []change{set(`data.c\.yaml.a`)}, want: proof.BadSplice},
	{name: "embedded final newline lost", text: "data:\n  c.yaml: |\n    a: 1\n    b: 1«»«»\nz: 1\n", ops: []change{del(`data.c\.yaml.b`)}, want: proof.Extra},
	{name: "embedded document no longer one", text: "data:\n  c.yaml: |\n    «a: 1»«»\n", ops: []change{del(`data.c\.yaml.a`)}, want: proof.Elsewhere, what: "document"},
	{name: "embedded document written as a string", text: "data:\n  a: 1\n«»«  c.yaml: \"k: 1\\n\"\n»", src: "data:\n  c.yaml: |\n    k: 1\n", ops: []change{add(`data.c\.yaml`)}, want: proof.WrongValue, what: "document"},

	{name: "embedded document added with a comment that may not be copied", text: "data:\n  a: 1\n«»«  c.yaml: |\n    # token\n    k: 1\n»", src: "data:\n  c.yaml: |\n    # token\n    k: 1\n",
		ops: []change{{action: add("b").action, path: `data.c\.yaml`, clean: func(c string) bool { return c != "# token" }}}, want: proof.CommentNew},
	{name: "embedded document added with another value", text: "data:\n  a: 1\n«»«  c.yaml: |\n    k: 2\n»", src: "data:\n  c.yaml: |\n    # token\n    k: 1\n", ops: []change{add(`data.c\.yaml`)}, want: proof.WrongValue},

	// Ops that cannot be.
	{name: "set what is absent", text: "a: 1\n", src: "b: 1\n", ops: []change{set("b")}, want: proof.BadChange, what: "absent"},
	{name: "add what is present", text: "a: 1\n", src: "a: 2\n", ops: []change{add("a")}, want: proof.BadChange, what: "present"},
	{name: "delete what is absent", text: "a: 1\n", ops: []change{del("b")}, want: proof.BadChange, what: "absent"},
	{name: "delete a document", text: "a: 1\n", ops: []change{del("")}, want: proof.BadChange, what: "whole-document"},
	{name: "two ops on one path", text: "a: «1»«2»\n", src: "a: 2\n", ops: []change{set("a"), set("a")}, want: proof.BadChange, what: "conflict"},
	{name: "an op inside a deleted one", text: "«a: {b: 1}\n»«»c: 1\n", src: "a: {b: 2}\n", ops: []change{del("a"), set("a.b")}, want: proof.BadChange, what: "conflict"},
	{name: "add below a scalar", text: "a: 1\n", src: "a: {b: 1}\n", ops: []change{add("a.b")}, want: proof.BadChange, what: "no-parent"},
	{name: "add below null", text: "a:\n", src: "a: {b: 1}\n", ops: []change{add("a.b")}, want: proof.BadChange, what: "no-parent"},
	{name: "supply outside", text: "a: «1»«2»\n", src: "a: 2\n", ops: []change{set("a").supplying("b", value.Text("x"), "")}, want: proof.BadChange, what: "supply"},
	{name: "no value at all", text: "a: 1\n", ops: []change{set("a").alone()}, want: proof.BadChange, what: "no-value"},
	{name: "no such document", text: "a: 1\n---\na: 1\n", src: "x: 1\n---\ny: 1\n---\na: 1\n", ops: []change{set("{2}.a")}, want: proof.BadChange, what: "no-document"},
	{name: "append to a scalar", text: "a: 1\n", src: "a: [1]\n", ops: []change{app("a")}, want: proof.BadChange, what: "not-a-list"},
	{name: "ambiguous element", text: "l: [{name: a, x: «1»«2»}, {name: a}]\n", src: "l: [{name: a, x: 2}]\n", ops: []change{set("l.[name=a].x")}, want: proof.BadChange, what: "ambiguous"},

	{name: "supply in a list", text: "«»«a: [1]\n»b: 1\n", src: "a: [1]\n", ops: []change{add("a").supplying("a.[name=x].b", value.Text("x"), "")}, want: proof.BadChange, what: "supply"},
	{name: "kept merge adds a key", text: "x: &x {k: 1}\na: «5»«\n  j: 1\n  <<: *x»\n", src: "a: {j: 1}\n", ops: []change{set("a")}, want: proof.Extra},

	// Files that only one reader can read.
	{name: "go-yaml reads a key that is a comment to us", text: "# x\u2028y: 9\na: «1»«2»\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.Disagree},
	{name: "go-yaml gives up", text: "%FOO bar\n---\na: «1»«2»\n", src: "a: 2\n", ops: []change{set("a")}, want: proof.GaveUp},
}

func TestSabotagedDraftsAreRefused(t *testing.T) {
	for _, s := range bad {
		t.Run(s.name, func(t *testing.T) {
			if s.name != "bytes differ outside" {
				s.run(t)
				return
			}
			d := s.draft(t)
			d.After = []byte("A: 2\n")
			if _, err := proof.Check(d, s.rules); err == nil || !strings.Contains(err.Error(), s.want.Name) {
				t.Errorf("%v", err)
			}
		})
	}
}

// Whatever a rule protects, an untouched file passes.
func TestUntouchedFileIsProved(t *testing.T) {
	all := proof.Rules{
		Protected: func(keypath.Path) bool { return true },
		Forbidden: func(keypath.Path, value.Value) bool { return true },
	}
	for _, s := range append(good, bad...) {
		before, _, _ := cut(t, s.text)
		s.text, s.ops, s.rules = before, nil, all
		if s.want != proof.Disagree && s.want != proof.GaveUp {
			s.want = good[0].want
		}
		s.what = ""
		t.Run(s.name, s.run)
	}
}
