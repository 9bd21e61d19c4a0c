package syntax_test

import (
	"fmt"
	"strings"
	"testing"

	"hoist.example/hoist/internal/yamlfile/syntax"
)

// constructs has every construct of YAML 1.2.2, by section, with the events that
// it gives in the notation of brief.
var constructs = []struct{ name, src, want string }{
	{"5.1 printable characters",
		"a: é\U0001f600\u00a0x\ud7ff\ue000\n",
		`( :a :é😀 x퟿ )`},
	{"5.1 DEL and C1 as go-yaml reads them",
		"\"a\x7fb\u0080\"",
		`""a\x7fb\u0080"`},
	{"5.2 byte order mark",
		"\ufeffa: 1\n",
		`( :a :1 )`},
	{"5.2 byte order mark and directive",
		"\ufeff%YAML 1.2\n---\na\n",
		`--- :a`},
	{"5.3 indicators inside plain scalars",
		"a-b?c:d,e[f]g{h}i#j&k*l!m|n>o'p\"q%r@s`t\n",
		":a-b?c:d,e[f]g{h}i#j&k*l!m|n>o'p\"q%r@s`t"},
	{"5.3 indicators that start plain scalars",
		"- -a\n- ?b\n- :c\n- --- d\n- -\te\n- ::\n",
		`- :-a :?b ::c :"--- d" - :e . ( :: :"" ) .`},
	{"5.4 breaks of all systems",
		"a: 1\r\nb: 2\rc: 3\nd: x\r\n  y\r  z\n",
		`( :a :1 :b :2 :c :3 :d :"x y z" )`},
	{"5.4 U+2028, U+2029 and U+0085 are no breaks",
		"a: x\u2028b \u0085y\nc: z\n",
		`( :a :"x\u2028b \u0085y" :c :z )`},
	{"5.5 white space",
		"a \t : \t b \t \n",
		`( :a :b )`},
	{"5.7 escapes",
		"\"\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\\"\\/\\\\\\N\\_\\L\\P\\x41\\u00e9\\U0001F600\\\t\"\n",
		`""\x00\a\b\t\n\v\f\r\x1b \"/\\\u0085\u00a0\u2028\u2029Aé😀\t"`},
	{"6.1 indentation of any depth",
		"a:\n      b:\n       c: 1\n      d: 2\ne: 3\n",
		`( :a ( :b ( :c :1 ) :d :2 ) :e :3 )`},
	{"6.1 a root that is indented",
		"   a: 1\n   b:\n     c: 2\n",
		`( :a :1 :b ( :c :2 ) )`},
	{"6.2 separation by tabs",
		"a:\tb\n",
		`( :a :b )`},
	{"6.2 tabs behind spaces",
		"a:\n \tb\nc:\n  \t[d]\n",
		`( :a :b :c [ :d ] )`},
	{"6.2 tab behind a dash",
		"-\ta\n- \t'b'\n-\t[c]\n",
		`- :a 'b [ :c ] .`},
	{"6.2 tab at the start",
		"\ta\n",
		`:a`},
	{"6.3 line prefixes",
		"plain: text\n  lines\nquoted: \"text\n  \tlines\"\nblock: |\n  text\n   \tlines\n",
		`( :plain :"text lines" :quoted ""text lines" :block |"text\n \tlines\n" )`},
	{"6.4 empty lines",
		"a: \"b\n  \t\n  c\"\nd: |\n  e\n \n  f\n",
		`( :a ""b\nc" :d |"e\n\nf\n" )`},
	{"6.5 folding",
		">-\n  one\n  two\n\n\n  three\n  \n  four\n",
		`>"one two\n\nthree\nfour"`},
	{"6.5 folding of more indented lines",
		">\n  one\n\n    two\n  three\n   four\n\n  five\n",
		`>"one\n\n  two\nthree\n four\n\nfive\n"`},
	{"6.5 flow folding",
		"\"one \n  two\n \n  \t\n  three\"\n",
		`""one two\n\nthree"`},
	{"6.6 comments",
		"# one\na: # two\n  # three\n    b # four\n  # five\n#six\n",
		`( :a :b )`},
	{"6.6 comments between everything",
		"# c\n- # c\n  # c\n  - a # c\n # c\n  - b\n# c\n- ? # c\n    k # c\n  # c\n  : # c\n    v\n",
		`- - :a :b . ( :k :v ) .`},
	{"6.6 no comment without space",
		"a#b: c#d\n",
		`( :a#b :c#d )`},
	{"6.7 multi-line comments",
		"a:    # one\n      # two\n\n\n      # three\n  b\n",
		`( :a :b )`},
	{"6.8 version directives",
		"%YAML 1.2\n---\na\n...\n%YAML 1.1 # c\n---\nb\n...\n%YAML 1.3\n# c\n\n---\nc\n",
		`--- :a ... ; --- :b ... ; --- :c`},
	{"6.8 reserved directives",
		"%FOO bar: baz # c\n%YAML1.1\n%***\n---\na\n",
		`--- :a`},
	{"6.8 tag directives",
		"%TAG !e! tag:example.com,2000:app/\n%TAG ! !mine-\n%TAG !! tag:other,1:\n---\n- !e!x a\n- !y b\n- !!z c\n- ! d\n- !<tag:v,1:{}[]> e\n...\n- !y f\n- !!z g\n",
		`--- - <tag:example.com,2000:app/x> :a <!mine-y> :b <tag:other,1:z> :c <!> :d <tag:v,1:{}[]> :e . ... ; - <!y> :f <tag:yaml.org,2002:z> :g .`},
	{"6.8 tag directives end with their document",
		"%TAG !e! tag:one,1:\n---\n!e!x a\n...\n%TAG !e! tag:two,2:\n---\n!e!x b\n",
		`--- <tag:one,1:x> :a ... ; --- <tag:two,2:x> :b`},
	{"6.9 properties",
		"- !!str &a one\n- &b !t two\n- &c\n  !t\n  three\n- !t &d # c\n  - four\n- &e\n- !t\n- &f !t\n",
		`- &a <tag:yaml.org,2002:str> :one &b <!t> :two &c <!t> :three &d <!t> - :four . &e :"" <!t> :"" &f <!t> :"" .`},
	{"6.9 properties of mappings and keys",
		"&m\n&k a: &v 1\n!t b: !t\n  &k2 c: 2\n&e : 3\n!t : 4\n",
		`&m ( &k :a &v :1 <!t> :b <!t> ( &k2 :c :2 ) &e :"" :3 <!t> :"" :4 )`},
	{"6.9 properties of a level sequence",
		"a: &s\n- 1\nb: !t\n- 2\n",
		`( :a &s - :1 . :b <!t> - :2 . )`},
	{"6.9 tags with escapes",
		"!a%20b%C3%A9 c\n",
		`<!a bé> :c`},
	{"6.9 verbatim and non-specific tags",
		"- !<tag:yaml.org,2002:str> a\n- ! b\n- !local c\n- !<!> d\n",
		`- <tag:yaml.org,2002:str> :a <!> :b <!local> :c <!> :d .`},
	{"6.9 anchor names",
		"- &a-b_c.d/e@f a\n- &\u4f1a\u5458 b\n- *a-b_c.d/e@f\n- *\u4f1a\u5458\n",
		`- &a-b_c.d/e@f :a &会员 :b *a-b_c.d/e@f *会员 .`},
	{"6.9 anchors with colons inside",
		"&a:b c: *a:b\n",
		`( &a:b :c *a:b )`},
	{"7.1 aliases",
		"a: &x 1\nb: *x\n*x : *x\n? *x\n: [*x, {*x : *x}, *x]\n",
		`( :a &x :1 :b *x *x *x *x [ *x { *x *x } *x ] )`},
	{"7.1 alias that is a key, as go-yaml reads it",
		"a: &x 1\n*x: 2\n",
		`( :a &x :1 *x :2 )`},
	{"7.1 names that end in a colon, where nothing else is meant",
		"&a: key: &a value\nfoo:\n  *a:\n",
		`( &a: :key &a :value :foo *a: )`},
	{"7.2 empty nodes",
		"a:\nb: !!str\n? c\n? \n: \n-x:\n",
		`( :a :"" :b <tag:yaml.org,2002:str> :"" :c :"" :"" :"" :-x :"" )`},
	{"7.2 empty nodes in flow style",
		"{a, b:, : c, ? , ? d, \"e\", [f]: }\n",
		`{ :a :"" :b :"" :"" :c :"" :"" :d :"" "e :"" [ :f ] :"" }`},
	{"7.3 double quoted",
		"\"implicit key\" : [\"in flow\" : v, \"\"]\n\"\": \"a \\\"b\\\" \\\\ c\"\n",
		`( ""implicit key" [ { ""in flow" :v } """ ] """ ""a \"b\" \\ c" )`},
	{"7.3 double quoted lines",
		"\" 1st non-empty\n\n 2nd\\tnon-empty \\\n  \\ 3rd\\n \n \t4th \"\n",
		`"" 1st non-empty\n2nd\tnon-empty  3rd\n 4th "`},
	{"7.3 double quoted break at the end",
		"- \"a\n  \"\n- \"\n  a\"\n- \"\n\n  \"\n- \"a\\\n\n  b\"\n",
		`- ""a " "" a" ""\n" ""a\nb" .`},
	{"7.3 single quoted",
		"'it''s' : ['a', '''', '']\n",
		`( 'it's [ 'a '' '"" ] )`},
	{"7.3 single quoted lines",
		"' 1st\n\n 2nd \n\t3rd ''x'' '\n",
		`'" 1st\n2nd 3rd 'x' "`},
	{"7.3 quoted lines shallower than the spec wants",
		"a:\n  b: \"x\ny\n  \tz\"\n  c: 'p\n q'\n",
		`( :a ( :b ""x y z" :c '"p q" ) )`},
	{"7.3 plain",
		"1st non-empty\n\n 2nd non-empty \n\t3rd non-empty\n",
		`:"1st non-empty\n2nd non-empty 3rd non-empty"`},
	{"7.3 plain values",
		"a: b c\nd: http://x:y/z#f\ne: a:b\nf: -1\ng: 12:30:45\nh: C:\\dir\ni: x\"y\n",
		`( :a :"b c" :d :http://x:y/z#f :e :a:b :f :-1 :g :12:30:45 :h :C:\dir :i :x"y )`},
	{"7.3 plain lines with what looks like structure",
		"a: b\n  - c\n  ? d\n  -e\n f\n",
		`( :a :"b - c ? d -e f" )`},
	{"7.3 plain in flow style",
		"[a b, http://x/y, a:b, -1, ?x, :y, a#b, c\n d]",
		`[ :"a b" :http://x/y :a:b :-1 :?x ::y :a#b :"c d" ]`},
	{"7.3 plain in flow style, where go-yaml reads more than the spec",
		"[?, a]\n",
		`[ :? :a ]`},
	{"7.4 flow sequences",
		"[]\n---\n[a]\n---\n[a, ]\n---\n[ [b], {c: d} , 'e' ]\n",
		`[ ] ; --- [ :a ] ; --- [ :a ] ; --- [ [ :b ] { :c :d } 'e ]`},
	{"7.4 flow sequence over lines",
		"a: [\n  b, # c\n  d\n# e\n  ,\n\n  f\n]\n",
		`( :a [ :b :d :f ] )`},
	{"7.4 flow lines shallower than the spec wants",
		"a:\n  - [b,\nc\n]\n  - [\n\td]\n",
		`( :a - [ :b :c ] [ :d ] . )`},
	{"7.4 single pairs",
		"[a: b, \"c\":d, ? e : f, ? g, : h, {i: j}: k, *x : l, [m]: n, o: ]\n",
		`[ { :a :b } { "c :d } { :e :f } { :g :"" } { :"" :h } { { :i :j } :k } { *x :l } { [ :m ] :n } { :o :"" } ]`},
	{"7.4 explicit pairs over lines",
		"[? a\n b : c, ? \n d\n :\n e]\n",
		`[ { :"a b" :c } { :d :e } ]`},
	{"7.4 flow mappings",
		"{}\n---\n{a: b, c: d}\n---\n{a: b,}\n---\n{ ? a : b, ? c, d, \"e\" }\n",
		`{ } ; --- { :a :b :c :d } ; --- { :a :b } ; --- { :a :b :c :"" :d :"" "e :"" }`},
	{"7.4 flow mapping values",
		"{\"a\":b, 'c':d, [e]:f, {g}:h, \"i\"::j, k: l:m, n: 'o'}\n",
		`{ "a :b 'c :d [ :e ] :f { :g :"" } :h "i ::j :k :l:m :n 'o }`},
	{"7.4 flow mapping, key and colon apart",
		"{a\n: b, \"c\"\n # x\n : d, e:\n f}\n",
		`{ :a :b "c :d :e :f }`},
	{"7.4 multi-line keys of a flow mapping",
		"{a\n b: c, \"d\n e\": f, [g,\n h]: i}\n",
		`{ :"a b" :c ""d e" :f [ :g :h ] :i }`},
	{"7.4 colon before a bracket",
		"[{a:[b], c:{d: e}}, \"f\":[g]]\n",
		`[ { :a [ :b ] :c { :d :e } } { "f [ :g ] } ]`},
	{"7.4 empty keys",
		"[: a, :, {: b}, {:}]\n",
		`[ { :"" :a } { :"" :"" } { :"" :b } { :"" :"" } ]`},
	{"7.4 properties in flow style",
		"[&a b, !t c, &d, !e , &f {g: h}, &i !t [j], !t\n &k l, {&m n: &o p, &q : r}]\n",
		`[ &a :b <!t> :c &d :"" <!e> :"" &f { :g :h } &i <!t> [ :j ] &k <!t> :l { &m :n &o :p &q :"" :r } ]`},
	{"7.4 property before a colon, as go-yaml reads it",
		"[&a :b, {!t :c}]\n",
		`[ { &a :"" :b } { <!t> :"" :c } ]`},
	{"7.5 flow nodes as keys",
		"[a]: b\n{c: d}: e\n'f': g\n",
		`( [ :a ] :b { :c :d } :e 'f :g )`},
	{"8.1 literal",
		"|\n literal\n \ttext\n\n\n",
		`|"literal\n\ttext\n"`},
	{"8.1 folded",
		">\n\n folded\n text\n\n\n",
		`>"\nfolded text\n"`},
	{"8.1 chomping",
		"a: |-\n  x\nb: |\n  x\nc: |+\n  x\n",
		`( :a |x :b |"x\n" :c |"x\n" )`},
	{"8.1 chomping of blank lines",
		"a: |-\n  x\n\n\nb: >\n  x\n\n\nc: |+\n  x\n\n\nd: 1\n",
		`( :a |x :b >"x\n" :c |"x\n\n\n" :d :1 )`},
	{"8.1 chomping without text",
		"a: |\n\nb: >-\n\n\nc: |+\n\n\nd: >+\n",
		`( :a |"" :b >"" :c |"\n\n" :d >"" )`},
	{"8.1 no break at the end",
		"a: |\n  x",
		`( :a |x )`},
	{"8.1 no break at the end, keep",
		"a: |+\n  x\n  ",
		`( :a |"x\n\n" )`},
	{"8.1 blanks at the end, as go-yaml reads them",
		"- |\n a\n   ",
		`- |"a\n  \n" .`},
	{"8.1 indentation indicator",
		"- |1\n  explicit\n- >-2\n    a\n   b\n- |+1\n\n  c\n\n-\n  |2\n    d\n",
		`- |" explicit\n" >"  a\n b" |"\n c\n\n" |"  d\n" .`},
	{"8.1 indentation is detected",
		"- |\n detected\n- >\n \n  \n  # detected\n- |\n \t\n detected\n",
		`- |"detected\n" >"\n\n# detected\n" |"\t\ndetected\n" .`},
	{"8.1 header comments",
		"a: | # c\n  x\nb: >-  # c\n  y\nc: |2- #c\n  z\n",
		`( :a |"x\n" :b >y :c |z )`},
	{"8.1 text like structure",
		"a: |\n  # no comment\n  b: c\n   - d\n  ---\n  \"\n",
		`( :a |"# no comment\nb: c\n - d\n---\n\"\n" )`},
	{"8.1 comment behind",
		"a: |\n  x\n\n # c\n  # d\nb: >\n  y\n  # no comment\n# e\n",
		`( :a |"x\n" :b >"y # no comment\n" )`},
	{"8.1 at column 0",
		"--- |\na\nb\n--- >\nc\n\nd\n... # e\n",
		`--- |"a\nb\n" ; --- >"c\nd\n" ...`},
	{"8.1 markers in text that is indented",
		"--- |\n  ---\n  ...\n",
		`--- |"---\n...\n"`},
	{"8.1 blank lines deeper than anything, as go-yaml reads them",
		"a: >\n \n  \n   \n # c\nb: 1\n",
		`( :a >"" :b :1 )`},
	{"8.1 header at the parent's column, as go-yaml reads it",
		"a:\n|\n  b\nc: 1\n",
		`( :a |"b\n" :c :1 )`},
	{"8.1 CRLF",
		"a: |\r\n  b\r\n\r\n  c\r\nd: >\r\n  e\r\n  f\r\n",
		`( :a |"b\n\nc\n" :d >"e f\n" )`},
	{"8.2 block sequences",
		"- a\n- b\n\n-\n  c\n- \n- - d\n  - e\n-\n  - f\n",
		`- :a :b :c :"" - :d :e . - :f . .`},
	{"8.2 nested dashes",
		"- - - a\n    - b\n  - c\n- d\n",
		`- - - :a :b . :c . :d .`},
	{"8.2 sequence level with its key",
		"a:\n- b\n- c: d\n  e:\n  - f\n-\ng: h\n",
		`( :a - :b ( :c :d :e - :f . ) :"" . :g :h )`},
	{"8.2 sequence deeper than its key",
		"a:\n  - b\n  -   c: 1\n      d: 2\n",
		`( :a - :b ( :c :1 :d :2 ) . )`},
	{"8.2 block mappings",
		"a: b\nc:\n  d: e\n  f: g\nh :  i\n",
		`( :a :b :c ( :d :e :f :g ) :h :i )`},
	{"8.2 explicit keys",
		"? a\n: b\n? |\n  c\n: - d\n  - e\n? - f\n  - g\n: h: i\n  j: k\n? l\n? m: n\n",
		`( :a :b |"c\n" - :d :e . - :f :g . ( :h :i :j :k ) :l :"" ( :m :n ) :"" )`},
	{"8.2 explicit entries, level sequences",
		"?\n- a\n- b\n:\n- c\nd: e\n",
		`( - :a :b . - :c . :d :e )`},
	{"8.2 empty keys",
		": a\n---\n- : b\n---\n? a\n: b\n: c\n",
		`( :"" :a ) ; --- - ( :"" :b ) . ; --- ( :a :b :"" :c )`},
	{"8.2 collections behind an empty key, as go-yaml reads them",
		": - a\n  - b\n---\n: c: d\n",
		`( :"" - :a :b . ) ; --- ( :"" ( :c :d ) )`},
	{"8.2 compact mappings",
		"- a: b\n  c: d\n- ? e\n  : f\n- \"g\": h\n",
		`- ( :a :b :c :d ) ( :e :f ) ( "g :h ) .`},
	{"8.2 block nodes as values",
		"a: |\n  b\nc: >\n  d\ne: !t |\n  f\ng: &h\n  >-\n  i\nj:\n  k\n",
		`( :a |"b\n" :c >"d\n" :e <!t> |"f\n" :g &h >i :j :k )`},
	{"8.2 keys of all styles",
		"plain key: 1\n\"double\": 2\n'single': 3\n[flow]: 4\n? |\n  block\n: 5\n*a : 6\n",
		`( :"plain key" :1 "double :2 'single :3 [ :flow ] :4 |"block\n" :5 *a :6 )`},
	{"8.2 long keys",
		strings.Repeat("long ", 300) + ": v\n",
		`( :"` + strings.Repeat("long ", 299) + `long" :v )`},
	{"8.2 duplicate keys are two entries",
		"a: 1\na: 2\n",
		`( :a :1 :a :2 )`},
	{"8.2 merge keys are keys",
		"<<: *x\n!!merge <<: [*x, *y]\n",
		`( :<< *x <tag:yaml.org,2002:merge> :<< [ *x *y ] )`},
	{"9.1 comments only",
		"# a\n\n  # b\n",
		``},
	{"9.1 nothing",
		"",
		``},
	{"9.1 document ends",
		"a\n...\n# c\n...\n...\nb\n... # c\n",
		`:a ... ; :b ...`},
	{"9.1 ends only",
		"...\n...\n",
		``},
	{"9.1 no document behind an end",
		"a: b\n...\n",
		`( :a :b ) ...`},
	{"9.2 bare documents",
		"a: 1\n...\nb: 2\n...\n[c]\n",
		`( :a :1 ) ... ; ( :b :2 ) ... ; [ :c ]`},
	{"9.2 explicit documents",
		"---\na\n---\n# nothing\n---\n\n--- b\n--- # c\nd: e\n---\n...\n",
		`--- :a ; --- nothing ; --- nothing ; --- :b ; --- ( :d :e ) ; --- nothing ...`},
	{"9.2 content on the marker's line",
		"--- a\n--- \"b\"\n--- [c]\n--- {d: e}\n--- |\n f\n--- &g h\n--- !t\n--- !t\n- i\n---\tj\n",
		`--- :a ; --- "b ; --- [ :c ] ; --- { :d :e } ; --- |"f\n" ; --- &g :h ; --- <!t> :"" ; --- <!t> - :i . ; --- :j`},
	{"9.2 markers without space are text",
		"---a\n---- b\n...c\n",
		`:"---a ---- b ...c"`},
	{"9.2 markers end every scalar",
		"a\n--- \nb:\n  c\n...\n",
		`:a ; --- ( :b :c ) ...`},
	{"9.2 markers that are indented are text",
		"a: b\n ---\n ...\n",
		`( :a :"b --- ..." )`},
	{"9.2 percent at the start of a line",
		"a\n%b\n",
		`:"a %b"`},
	{"9.2 streams",
		"a\n---\nb\n...\n---\nc\n%d\n...\n%TAG !x! y\n---\n!x!e f\n",
		`:a ; --- :b ... ; --- :"c %d" ... ; --- <ye> :f`},
	{"10.3 JSON as YAML",
		"{\"a\":[1,-2.5e3,true,null,\"\\u4f1a\\\"\\/\"],\"b\":{}}",
		`{ "a [ :1 :-2.5e3 :true :null "会"/ ] "b { } }`},
	{"real a ConfigMap",
		"apiVersion: v1\ndata:\n  config.yaml: |\n    server:\n      port: 8080\n  key: \"\"\nkind: ConfigMap\n",
		`( :apiVersion :v1 :data ( :config.yaml |"server:\n  port: 8080\n" :key """ ) :kind :ConfigMap )`},
	{"real a kustomization",
		"images:\n- name: front\n  newTag: v1.2.3\n- {name: api, newTag: \"1.0\"}\n",
		`( :images - ( :name :front :newTag :v1.2.3 ) { :name :api :newTag "1.0 } . )`},
}

func TestConstructs(t *testing.T) {
	for _, c := range constructs {
		t.Run(c.name, func(t *testing.T) {
			tree, err := syntax.Parse("x.yaml", c.src)
			if err != nil {
				t.Fatalf("%q: %v", c.src, err)
			}
			if got := brief(tree); got != c.want {
				t.Errorf("%q\ngot  %s\nwant %s", c.src, got, c.want)
			}
			lawful(t, "x.yaml", c.src)
			if d := disagreement(c.src); d != "" {
				t.Error(d)
			}
		})
	}
}

// brief is the events of a tree on one line: style and text of scalars (the text
// quoted where it has blanks, breaks or nothing in it), brackets for collections,
// --- and ... where a document has them.
func brief(t *syntax.Tree) string {
	var out []string
	for i, d := range t.Documents() {
		if i > 0 {
			out = append(out, ";")
		}
		if d.Start >= 0 {
			out = append(out, "---")
		}
		if d.Root != syntax.None {
			out = briefNode(out, t, d.Root)
		} else {
			out = append(out, "nothing")
		}
		if d.End >= 0 {
			out = append(out, "...")
		}
	}
	return strings.Join(out, " ")
}

func briefNode(out []string, t *syntax.Tree, id syntax.ID) []string {
	if a := t.Anchor(id); a != "" {
		out = append(out, "&"+a)
	}
	if tag := t.TagName(id); tag != "" {
		out = append(out, "<"+tag+">")
	}
	if t.Kind(id) == syntax.Alias {
		return append(out, "*"+t.AliasName(id))
	}
	if t.Kind(id) == syntax.Scalar {
		text := t.Text(id)
		if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 }) {
			text = fmt.Sprintf("%q", text)
		}
		return append(out, [...]string{"", ":", "'", "\"", "|", ">"}[t.Style(id)]+text)
	}
	open, end := "(", ")"
	if t.Kind(id) == syntax.Sequence {
		open, end = "-", "."
	}
	if t.Style(id) == syntax.Flow {
		open, end = "{", "}"
		if t.Kind(id) == syntax.Sequence {
			open, end = "[", "]"
		}
	}
	out = append(out, open)
	for c := t.First(id); c != syntax.None; c = t.Next(c) {
		out = briefNode(out, t, c)
	}
	return append(out, end)
}
