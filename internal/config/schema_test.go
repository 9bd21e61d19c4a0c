package config

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	yaml "go.yaml.in/yaml/v4"
	"hoist.example/hoist/schema"
)

// tree has the overlays that documents of tests name.
func tree(hoist string) fstest.MapFS {
	dir := &fstest.MapFile{Mode: os.ModeDir | 0o755}
	return fstest.MapFS{
		"hoist.yaml":      {Data: []byte(hoist)},
		"k/ci":            dir,
		"k/staging":       dir,
		"k/prod":          dir,
		"k/ci/c/one.yaml": {Data: []byte("a: 1\n")},
	}
}

const head = `version: 1
environments:
  - {name: ci, overlay: k/ci}
  - {name: staging, overlay: k/staging}
  - {name: prod, overlay: k/prod}
`

// verdict is who refuses a document.
type verdict int

const (
	good       verdict = iota
	bad                // reader and schema refuse it
	readerOnly         // what a schema cannot say
)

// documents are judged by the reader and by the schema.
var documents = []struct {
	name, text string
	verdict    verdict
}{
	{"the least", head, good},
	{"all of it", head + everything, good},
	{"no version", strings.TrimPrefix(head, "version: 1\n"), bad},
	{"version 2", strings.Replace(head, "1", "2", 1), bad},
	{"version as text", strings.Replace(head, "1", "'1'", 1), bad},
	{"version 1.5", strings.Replace(head, "1", "1.5", 1), bad},
	{"no environments", "version: 1\n", bad},
	{"one environment", "version: 1\nenvironments:\n  - {name: ci, overlay: k/ci}\n", bad},
	{"environments as a mapping", "version: 1\nenvironments: {ci: k/ci, prod: k/prod}\n", bad},
	{"unknown field", head + "service: []\n", bad},
	{"not a mapping", "- version: 1\n", bad},
	{"empty", "", bad},
	{"two documents", head + "---\n" + head, readerOnly},
	{"a key twice", head + "promote: []\npromote: []\n", readerOnly},

	{"environment without a name", env("overlay: k/prod"), bad},
	{"environment without an overlay", env("name: p"), bad},
	{"environment named with a comma", env("{name: 'a,b', overlay: k/prod}"), bad},
	{"environment named with a slash", env("{name: a/b, overlay: k/prod}"), bad},
	{"environment named with a blank", env("{name: 'a b', overlay: k/prod}"), bad},
	{"environment named like a flag", env("{name: -p, overlay: k/prod}"), bad},
	{"environment named in Chinese", env("{name: 生产, overlay: k/prod}"), good},
	{"environment name as a number", env("{name: 1, overlay: k/prod}"), bad},
	{"environment twice", env("{name: ci, overlay: k/prod}"), readerOnly},
	{"environment's title empty", env("{name: p, overlay: k/prod, title: ''}"), bad},
	{"environment's unknown field", env("{name: p, overlay: k/prod, form: [ci]}"), bad},
	{"overlay absolute", env("{name: p, overlay: /k/prod}"), bad},
	{"overlay of a drive", env(`{name: p, overlay: 'c:/k/prod'}`), bad},
	{"overlay above", env("{name: p, overlay: ../k/prod}"), bad},
	{"overlay above, inside", env("{name: p, overlay: k/../../prod}"), bad},
	{"overlay with dots in a name", env("{name: p, overlay: k/prod/..x}"), readerOnly}, // not there
	{"overlay with a backslash", env(`{name: p, overlay: 'k\prod'}`), bad},
	{"overlay the whole", env("{name: p, overlay: ./}"), bad},
	{"overlay not there", env("{name: p, overlay: k/prd}"), readerOnly},
	{"overlay a file", env("{name: p, overlay: hoist.yaml}"), readerOnly},
	{"overlay with ./ and a slash", env("{name: p, overlay: ./k/prod/}"), good},
	{"from as a list", env("{name: p, overlay: k/prod, from: [ci]}"), good},
	{"from nothing", env("{name: p, overlay: k/prod, from: []}"), good},
	{"from by kind", env("{name: p, overlay: k/prod, from: {config: [ci], images: [staging]}}"), good},
	{"from by one kind", env("{name: p, overlay: k/prod, from: {images: [staging]}}"), good},
	{"from a name", env("{name: p, overlay: k/prod, from: ci}"), bad},
	{"from null", env("{name: p, overlay: k/prod, from: }"), bad},
	{"from an unknown kind", env("{name: p, overlay: k/prod, from: {keys: [ci]}}"), bad},
	{"from twice the same", env("{name: p, overlay: k/prod, from: [ci, ci]}"), bad},
	{"from unknown", env("{name: p, overlay: k/prod, from: [cl]}"), readerOnly},
	{"from itself", env("{name: p, overlay: k/prod, from: [p]}"), readerOnly},
	{"deploy", env("{name: p, overlay: k/prod, deploy: automatic}"), good},
	{"deploy wrong", env("{name: p, overlay: k/prod, deploy: auto}"), bad},
	{"deploy as a flag", env("{name: p, overlay: k/prod, deploy: true}"), bad},
	{"argo cd", env("{name: p, overlay: k/prod, application: a, context: c, server: argocd.example}"), good},

	{"service", head + "services: [{name: a, config: c/a.yaml}]\n", good},
	{"services null", head + "services:\n", bad},
	{"service without config", head + "services: [{name: a}]\n", bad},
	{"service by environment", head + "services: [{name: a, config: {ci: a.yaml, prod: b.yaml}}]\n", good},
	{"service in no environment", head + "services: [{name: a, config: {}}]\n", bad},
	{"service in an unknown environment", head + "services: [{name: a, config: {c: a.yaml}}]\n", readerOnly},
	{"service by environment, above", head + "services: [{name: a, config: {ci: ../a.yaml}}]\n", bad},
	{"service above its overlay", head + "services: [{name: a, config: ../a.yaml}]\n", bad},
	{"service's list of files", head + "services: [{name: a, config: [a.yaml]}]\n", bad},
	{"service as text", head + "services: [a]\n", bad},
	{"service twice", head + "services: [{name: a, config: a.yaml}, {name: a, config: b.yaml}]\n", readerOnly},
	{"two services, one file", head + "services: [{name: a, config: a.yaml}, {name: b, config: ./a.yaml}]\n", readerOnly},
	{"two defaults", head + "services: [{name: a, config: a.yaml, default: true}, {name: b, config: b.yaml, default: true}]\n", good},
	{"default as text", head + "services: [{name: a, config: a.yaml, default: 'true'}]\n", bad},
	{"service with a category", head + "services: [{name: a, config: a.yaml, category: x}]\n", good},

	{"discover", head + "discover: ['c/{service}.yaml', '{service}/config.yaml']\n", good},
	{"discover nothing", head + "discover: ['c/*.yaml']\n", bad},
	{"discover with a glob", head + "discover: ['*/{service}.yaml']\n", readerOnly},
	{"discover above", head + "discover: ['../{service}.yaml']\n", bad},
	{"discover twice", head + "discover: ['{service}.yaml', '{service}.yaml']\n", bad},
	{"discover as text", head + "discover: '{service}.yaml'\n", bad},

	{"categories", head + "categories: {x: [a, b-*], y: []}\n", good},
	{"category as text", head + "categories: {x: a}\n", bad},
	{"category twice the same", head + "categories: {x: [a, a]}\n", bad},
	{"category's name", head + "categories: {'x,y': [a]}\n", bad},

	{"allow nothing", head + "allow: []\n", good},
	{"allow without a reason", head + "allow: [{keys: [a]}]\n", bad},
	{"allow with an empty reason", head + "allow: [{keys: [a], reason: ' '}]\n", bad},
	{"allow without keys", head + "allow: [{reason: r}]\n", bad},
	{"allow with no key", head + "allow: [{keys: [], reason: r}]\n", bad},
	{"allow one key as text", head + "allow: [{keys: a, reason: r}]\n", bad},
	{"allow everything", head + "allow: [{keys: ['**'], reason: r}]\n", bad},
	{"allow everything twice", head + "allow: [{keys: ['**.**'], reason: r}]\n", bad},
	{"allow deep", head + "allow: [{keys: ['**.link', 'a.**'], reason: r}]\n", good},
	{"allow a bad pattern", head + "allow: [{keys: ['a..b'], reason: r}]\n", readerOnly},
	{"allow a key twice", head + "allow: [{keys: [a, a], reason: r}]\n", bad},
	{"allow images", head + "allow: [{images: [litellm], reason: r, absent: [ci], until: 2027-01-31, group: g, hint: h}]\n", good},
	{"allow keys and images", head + "allow: [{keys: [a], images: [litellm], reason: r}]\n", bad},
	{"allow images with values", head + "allow: [{images: [litellm], values: {ci: x}, reason: r}]\n", bad},
	{"allow images, secretly", head + "allow: [{images: [litellm], secret: true, reason: r}]\n", bad},
	{"allow images in services", head + "allow: [{images: [litellm], services: [a], reason: r}]\n", bad},
	{"values of every kind", allowing("values: {ci: 'a*', staging: true, prod: 1.5}"), good},
	{"value null, written", allowing("values: {ci: null}"), good},
	{"value empty text", allowing("values: {ci: ''}"), good},
	{"value not given", allowing("values: {ci: }"), readerOnly},
	{"value a list", allowing("values: {ci: [a]}"), bad},
	{"values as a list", allowing("values: [a]"), bad},
	{"values of an unknown environment", allowing("values: {stagging: a}"), readerOnly},
	{"value of an own tag", allowing("values: {ci: !mine a}"), readerOnly},
	{"distinct", allowing("distinct: [[ci, staging], [ci, prod]]"), good},
	{"distinct flat", allowing("distinct: [ci, prod]"), bad},
	{"distinct alone", allowing("distinct: [[ci]]"), bad},
	{"distinct from itself", allowing("distinct: [[ci, ci]]"), bad},
	{"distinct nothing", allowing("distinct: []"), bad},
	{"distinct unknown", allowing("distinct: [[ci, dev]]"), readerOnly},
	{"equal", allowing("equal: [[staging, prod]]"), good},
	{"equal alone", allowing("equal: [[prod]]"), bad},
	{"absent", allowing("absent: [ci]"), good},
	{"absent nowhere", allowing("absent: []"), bad},
	{"absent as text", allowing("absent: ci"), bad},
	{"absent unknown", allowing("absent: [dev]"), readerOnly},
	{"secret as yes", allowing("secret: yes"), bad},
	{"until", allowing("until: 2027-01-31"), good},
	{"until quoted", allowing("until: '2028-02-29'"), good},
	{"until no such day", allowing("until: 2027-02-29"), bad},
	{"until with a time", allowing("until: 2027-01-31T12:00:00Z"), bad},
	{"until a word", allowing("until: summer"), bad},
	{"until a year", allowing("until: 2027"), bad},
	{"services", allowing("services: ['simplex-*']"), good},
	{"no services", allowing("services: []"), bad},
	{"misspelled", allowing("value: {ci: a}"), bad},

	{"forbid", head + "forbid: [{in: [prod], values: ['sk_test_*', 0, true]}]\n", good},
	{"forbid nowhere", head + "forbid: [{values: ['sk_test_*']}]\n", bad},
	{"forbid in no environment", head + "forbid: [{in: [], values: ['sk_test_*']}]\n", bad},
	{"forbid nothing", head + "forbid: [{in: [prod]}]\n", bad},
	{"forbid no value", head + "forbid: [{in: [prod], values: []}]\n", bad},
	{"forbid in an unknown one", head + "forbid: [{in: [prd], values: [a]}]\n", readerOnly},
	{"forbid with a key", head + "forbid: [{in: [prod], values: [a], keys: [x]}]\n", bad},

	{"promote", head + "promote: [links.*, '**']\n", good},
	{"promote a bad pattern", head + "promote: ['a[']\n", readerOnly},
	{"promote nothing", head + "promote: []\n", good},

	{"list by identity", head + "lists: [{path: a.b, identity: name, ordered: true}]\n", good},
	{"list as a set", head + "lists: [{path: a.b, as: set, ordered: false}]\n", good},
	{"list without a path", head + "lists: [{identity: name}]\n", bad},
	{"list as a set by identity", head + "lists: [{path: a.b, as: set, identity: name}]\n", bad},
	{"list as an ordered set", head + "lists: [{path: a.b, as: set, ordered: true}]\n", bad},
	{"list as a bag", head + "lists: [{path: a.b, as: bag}]\n", bad},
	{"list with an empty path", head + "lists: [{path: ''}]\n", bad},

	{"rendered values", head + "rendered: [{kinds: [Deploy*], names: [a, 'b-*'], keys: [spec.replicas, '**.image'], reason: r}]\n", good},
	{"rendered objects", head + "rendered: [{kinds: [PodDisruptionBudget.policy], absent: [ci], reason: r}]\n", good},
	{"rendered both", head + "rendered: [{keys: [spec.replicas], absent: [ci, staging], reason: r}]\n", good},
	{"rendered nothing", head + "rendered: []\n", good},
	{"rendered without a reason", head + "rendered: [{keys: [a]}]\n", bad},
	{"rendered without keys", head + "rendered: [{kinds: [Deployment], reason: r}]\n", bad},
	{"rendered with no key", head + "rendered: [{keys: [], reason: r}]\n", bad},
	{"rendered with one key as text", head + "rendered: [{keys: a, reason: r}]\n", bad},
	{"rendered everything", head + "rendered: [{keys: ['**'], reason: r}]\n", bad},
	{"rendered of a bad pattern", head + "rendered: [{keys: ['a..b'], reason: r}]\n", readerOnly},
	{"rendered of no kind", head + "rendered: [{kinds: [], keys: [a], reason: r}]\n", bad},
	{"rendered kind as text", head + "rendered: [{kinds: Deployment, keys: [a], reason: r}]\n", bad},
	{"rendered in an unknown environment", head + "rendered: [{absent: [dev], reason: r}]\n", readerOnly},
	{"rendered of services", head + "rendered: [{keys: [a], services: [b], reason: r}]\n", bad},

	{"separate", head + "separate: [[ci, prod], [staging, prod]]\n", good},
	{"separate one", head + "separate: [[ci]]\n", bad},
	{"separate flat", head + "separate: [ci, prod]\n", bad},
	{"separate unknown", head + "separate: [[ci, dev]]\n", readerOnly},
}

func env(last string) string {
	return "version: 1\nenvironments:\n  - {name: ci, overlay: k/ci}\n  - {name: staging, overlay: k/staging}\n  - " + last + "\n"
}

func allowing(field string) string {
	return head + "allow:\n  - keys: [a.b]\n    reason: r\n    " + field + "\n"
}

const everything = `services:
  - {name: one, config: c/one.yaml, default: true, category: x}
  - name: two
    config: {ci: c/two.yaml, prod: c/zwei.yaml}
discover: ['d/{service}/{service}.yaml']
categories: {x: [front, 'simplex-*']}
allow:
  - keys: [payment.*.stripePriceId, 'a."b.c"', 'x[id=1].y']
    services: [one, t*]
    reason: Price IDs belong to different Stripe accounts
    group: stripePriceId
    hint: create the Price first
    secret: true
    values: {ci: 'price_*', prod: 1}
    distinct: [[ci, staging], [ci, prod]]
    equal: [[staging, prod]]
    absent: [staging]
    until: 2027-01-31
  - images: [litellm]
    reason: tested apart
forbid: [{in: [prod], values: ['sk_test_*', true]}]
promote: [links.*]
lists:
  - {path: payment.plans, identity: name, ordered: true}
  - {path: server.cors.allowOrigins, as: set}
rendered:
  - {kinds: [Deployment], names: [api], keys: [spec.replicas], reason: larger}
  - {kinds: [Pod*], absent: [ci], reason: only there}
separate: [[ci, prod]]
`

func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(schema.Hoist))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("hoist.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("hoist.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asEditorsRead is a document as a JSON value; a date is text, as YAML 1.2 has it.
func asEditorsRead(text string) (any, error) {
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		return nil, err
	}
	return plainJSON(v), nil
}

func plainJSON(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = plainJSON(e)
		}
	case map[any]any:
		m := map[string]any{}
		for k, e := range v {
			m[fmt.Sprint(k)] = plainJSON(e)
		}
		return m
	case []any:
		for i, e := range v {
			v[i] = plainJSON(e)
		}
	case time.Time:
		if v.Format(time.TimeOnly) == "00:00:00" {
			return v.Format(time.DateOnly)
		}
		return v.Format(time.RFC3339)
	}
	return v
}

func TestReaderAndSchemaAgree(t *testing.T) {
	s := compiled(t)
	for _, d := range documents {
		_, err := Load(tree(d.text), "hoist.yaml")
		if (err == nil) != (d.verdict == good) {
			t.Errorf("%s: the reader says %v", d.name, err)
		}
		v, yamlErr := asEditorsRead(d.text)
		refused := yamlErr
		if yamlErr == nil {
			refused = s.Validate(v)
		} else if d.verdict == readerOnly { // go-yaml refuses it by itself: a key twice
			continue
		}
		if (refused != nil) != (d.verdict == bad) {
			t.Errorf("%s: the schema says %v", d.name, refused)
		}
	}
}

// node is a JSON Schema as data.
type node map[string]any

func (n node) resolve(root node) node {
	out := node{}
	for k, v := range n {
		out[k] = v
	}
	if ref, ok := n["$ref"].(string); ok {
		at := root["definitions"].(map[string]any)[strings.TrimPrefix(ref, "#/definitions/")]
		for k, v := range node(at.(map[string]any)).resolve(root) {
			out[k] = v
		}
	}
	if all, ok := n["allOf"].([]any); ok {
		for _, a := range all {
			for k, v := range node(a.(map[string]any)).resolve(root) {
				if _, has := out[k]; !has {
					out[k] = v
				}
			}
		}
	}
	return out
}

// The reader's shapes and the schema have the same fields, types, bounds and
// words, all the way down.
func TestShapesAreTheSchema(t *testing.T) {
	var root node
	if err := json.Unmarshal([]byte(schema.Hoist), &root); err != nil {
		t.Fatal(err)
	}
	sameShape(t, "hoist.yaml", hoistFile(), root, root)
}

func sameShape(t *testing.T, at string, s *shape, n, root node) {
	t.Helper()
	n = n.resolve(root)
	if one, ok := n["oneOf"].([]any); ok && s.or != nil {
		if len(one) != 2 || s.or.or != nil {
			t.Errorf("%s: %d alternatives in the schema", at, len(one))
			return
		}
		plain := *s
		plain.or = nil
		sameShape(t, at, &plain, one[0].(map[string]any), root)
		sameShape(t, at, s.or, one[1].(map[string]any), root)
		return
	}
	if s.or != nil {
		t.Errorf("%s: the schema has one alternative", at)
	}
	types := map[kind]string{text: "string", flag: "boolean", integer: "integer", date: "string", list: "array", mapping: "object", table: "object"}
	if want := types[s.kind]; want != "" && n["type"] != want {
		t.Errorf("%s: type %v, want %s", at, n["type"], want)
	}
	switch s.kind {
	case text:
		if words := texts(n["enum"]); !slices.Equal(words, s.words) {
			t.Errorf("%s: enum %v, want %v", at, words, s.words)
		}
	case date:
		if n["format"] != "date" {
			t.Errorf("%s: no format", at)
		}
	case scalar:
		if got := texts(n["type"]); !slices.Equal(got, []string{"boolean", "null", "number", "string"}) {
			t.Errorf("%s: type %v", at, got)
		}
	case list:
		least, _ := n["minItems"].(float64)
		unique, _ := n["uniqueItems"].(bool)
		if int(least) != s.least || unique != s.unique {
			t.Errorf("%s: minItems %v uniqueItems %v, want %d %v", at, least, unique, s.least, s.unique)
		}
		sameShape(t, at+"[]", s.each, n["items"].(map[string]any), root)
	case table:
		sameShape(t, at+".*", s.each, n["additionalProperties"].(map[string]any), root)
	case mapping:
		sameFields(t, at, s, n, root)
	}
}

func sameFields(t *testing.T, at string, s *shape, n, root node) {
	t.Helper()
	properties := n["properties"].(map[string]any)
	var required []string
	for _, f := range s.fields {
		p, ok := properties[f.name].(map[string]any)
		if !ok {
			t.Errorf("%s: the schema has no %s", at, f.name)
			continue
		}
		if d, _ := p["description"].(string); !strings.HasSuffix(d, ".") {
			t.Errorf("%s.%s: no description to show on hover", at, f.name)
		}
		if f.required {
			required = append(required, f.name)
		}
		sameShape(t, at+"."+f.name, f.shape, p, root)
	}
	for name := range properties {
		if !slices.Contains(s.names(), name) {
			t.Errorf("%s: the reader has no %s", at, name)
		}
	}
	slices.Sort(required)
	if got := texts(n["required"]); !slices.Equal(got, required) {
		t.Errorf("%s: required %v, want %v", at, got, required)
	}
	if n["additionalProperties"] != false {
		t.Errorf("%s: unknown fields are let through", at)
	}
}

func texts(v any) (out []string) {
	list, _ := v.([]any)
	for _, e := range list {
		out = append(out, e.(string))
	}
	slices.Sort(out)
	return out
}

// Every field is in the reference, and the example there is a good hoist.yaml.
func TestReference(t *testing.T) {
	src, err := os.ReadFile("../../docs/hoist-yaml.md")
	if err != nil {
		t.Fatal(err)
	}
	var every func(s *shape)
	every = func(s *shape) {
		for ; s != nil; s = s.or {
			for _, f := range s.fields {
				if !strings.Contains(string(src), "`"+f.name+"`") {
					t.Errorf("the reference does not mention `%s`", f.name)
				}
				every(f.shape)
			}
			if s.each != nil {
				every(s.each)
			}
		}
	}
	every(hoistFile())
	s := compiled(t)
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(src), -1)
	if len(blocks) < 10 {
		t.Errorf("%d examples", len(blocks))
	}
	for _, b := range blocks {
		doc := b[1]
		if !strings.Contains(doc, "version:") {
			doc = "version: 1\n" + doc
		}
		if !strings.Contains(doc, "environments:") {
			doc += "environments:\n  - {name: ci, overlay: overlays/ci}\n  - {name: staging, overlay: overlays/staging}\n  - {name: prod, overlay: overlays/prod}\n"
		}
		dir := &fstest.MapFile{Mode: os.ModeDir | 0o755}
		fsys := fstest.MapFS{"hoist.yaml": {Data: []byte(doc)}}
		for _, m := range regexp.MustCompile(`overlay: ([\w/-]+)`).FindAllStringSubmatch(doc, -1) {
			fsys[m[1]] = dir
		}
		if _, err := Load(fsys, "hoist.yaml"); err != nil {
			t.Errorf("an example of the reference is wrong: %v\n%s", err, doc)
		}
		v, err := asEditorsRead(doc)
		if err != nil {
			t.Error(err)
			continue
		}
		if err := s.Validate(v); err != nil {
			t.Errorf("an example of the reference is against the schema: %v\n%s", err, doc)
		}
	}
}
