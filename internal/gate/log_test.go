//go:build unix

package gate

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func replacer(pairs ...string) *strings.Replacer { return strings.NewReplacer(pairs...) }

func index(s, part string) int { return strings.Index(s, part) }

func testLog(t *testing.T) (*Log, string) {
	path := filepath.Join(t.TempDir(), "a", "b", "audit.jsonl")
	return NewLog(path), path
}

func TestLogKeepsItsSchema(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("../../schema/hoist-audit-v1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	doc.(map[string]any)["additionalProperties"] = false
	c := jsonschema.NewCompiler()
	if err := c.AddResource("audit.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("audit.json")
	if err != nil {
		t.Fatal(err)
	}
	l, path := testLog(t)
	e := newEntry(Who{"A\n<a@hoist.example>", "a", "h"}, arrival(scene{Older: 2}, shown))
	p := &Pass{entry: e, log: l}
	if err := l.write(e); err != nil {
		t.Fatal(err)
	}
	if err := p.Ended("failed", "argocd-busy"); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil || bytes.Count(b, []byte("\n")) != 2 {
		t.Fatalf("%q, %v", b, err)
	}
	for line := range strings.Lines(string(b)) {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err == nil {
			err = schema.Validate(v)
		}
		if err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", st.Mode(), err)
	}
}

// A log is only ever appended to, also by several at once, and behind a line that
// a machine did not finish.
func TestLogIsAppendedTo(t *testing.T) {
	t.Parallel()
	l, path := testLog(t)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	const old = "{\"schema\":\"hoist/audit/v1\",\"id\":\"x\",\"event\":\"opened\",\"application\":\"old\"}\nnonsense\n{\"schema\":\"hoist/au"
	if err := os.WriteFile(path, []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	const n = 20
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			e := newEntry(Who{}, arrival(scene{}, shown))
			if err := l.write(e); err != nil {
				t.Error(err)
			}
			if err := (&Pass{entry: e, log: l}).Ended("synced", ""); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	b, err := os.ReadFile(path)
	if err != nil || !strings.HasPrefix(string(b), old+"\n") {
		t.Fatalf("what stood there is gone: %v\n%s", err, b)
	}
	list, err := l.Deploys()
	if err != nil || len(list) != n+1 || list[0].Application != "old" || list[0].Outcome != "" {
		t.Fatal(len(list), err)
	}
	ids := map[string]bool{}
	for _, o := range list[1:] {
		ids[o.ID] = true
		if o.Outcome != "synced" || o.Ended.Before(o.At) {
			t.Errorf("%+v", o)
		}
	}
	if len(ids) != n {
		t.Errorf("%d ids", len(ids))
	}
}

func TestNoLogIsNoOpening(t *testing.T) {
	t.Parallel()
	l, path := testLog(t)
	if list, err := l.Deploys(); list != nil || err != nil {
		t.Error(list, err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Deploys(); err == nil {
		t.Error("a directory is no log")
	}
	if err := l.write(Entry{}); err == nil {
		t.Error("a directory was written to")
	}
}
