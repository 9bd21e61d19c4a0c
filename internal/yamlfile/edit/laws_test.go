package edit

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v4"

	"hoist.example/hoist/internal/textedit"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

type trial struct {
	before, source *yamlfile.File
	ops            []Op
}

func newTrial(seed uint64) (*trial, string) {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 7))}
	g.plainOnly = g.chance(60)
	g.realistic = g.chance(30)
	var docs, mutated []*want
	n := 1
	if g.chance(10) {
		n = 2 + g.IntN(2)
	}
	for range n {
		w := g.mapping(pick(g, []int{1, 2, 2, 3, 4}))
		if g.chance(5) {
			w = g.tree(3)
		}
		docs = append(docs, w)
		mutated = append(mutated, g.mutate(w, pick(g, []int{5, 15, 40})))
	}
	a := g.document(docs)
	before, err := yamlfile.Parse("t.yaml", []byte(a))
	if err != nil {
		return nil, fmt.Sprintf("seed %d: target: %v\n%s", seed, err, a)
	}
	b := g.document(mutated)
	source, err := yamlfile.Parse("s.yaml", []byte(b))
	if err != nil {
		return nil, fmt.Sprintf("seed %d: source: %v\n%s", seed, err, b)
	}
	return &trial{before, source, g.ops(before, source)}, ""
}

func (tr *trial) String() string {
	s := "--- before\n" + show(tr.before.Source()) + "\n--- source\n" + show(tr.source.Source()) + "\n--- ops\n"
	for _, op := range tr.ops {
		s += fmt.Sprintf("%s %s\n", [...]string{"", "set", "add", "delete", "append"}[op.Action], op.Path)
	}
	return s
}

func show(s string) string {
	return strings.NewReplacer("\r", "␍", "\t", "⇥", mark, "<BOM>").Replace(s)
}

// check holds a draft against the laws and gives what is wrong.
func (tr *trial) check(d *Draft) string {
	if !textedit.Outside([]byte(tr.before.Source()), d.After, d.Edits) {
		return "bytes outside the splices moved"
	}
	for _, h := range d.Held {
		if why := h.Why.Arg("why"); why == WhyUnproved {
			return "unproved: " + tr.ops[h.Op].Path.String()
		}
	}
	src, after := tr.before.Source(), string(d.After)
	if strings.HasSuffix(src, "\n") != strings.HasSuffix(after, "\n") {
		return "final newline"
	}
	if strings.Contains(src, "\r\n") && strings.Count(src, "\n") == strings.Count(src, "\r\n") && strings.Count(after, "\n") != strings.Count(after, "\r\n") {
		return "line ends"
	}
	if strings.HasPrefix(src, mark) != strings.HasPrefix(after, mark) {
		return "byte order mark"
	}
	f, err := yamlfile.Parse(tr.before.Name(), d.After)
	if err != nil {
		return "unreadable: " + err.Error()
	}
	wanted := plainFile(tr.before)
	for _, op := range inOrder(d.Done) {
		wanted.apply(op, true)
	}
	if got := plainFile(f).sorted(); !got.equal(wanted.sorted()) {
		return "values:\n" + got.String() + "\nwant:\n" + wanted.String()
	}
	return secondOpinion(tr.before, f)
}

// inOrder: sets and appends, then adds, then deletes, so that positions by index
// stay good for the oracle.
func inOrder(ops []Op) []Op {
	out := slices.Clone(ops)
	slices.SortStableFunc(out, func(a, b Op) int { return rank(a) - rank(b) })
	return out
}

func rank(o Op) int { return [...]int{0, 0, 1, 2, 0}[o.Action] }

// secondOpinion asks go-yaml whether it reads the result, where it read before.
func secondOpinion(before, after *yamlfile.File) string {
	for _, f := range []*yamlfile.File{before, after} {
		if strings.Contains(f.Source(), "<<") || embeds(f) || repeats(f) {
			return "" // merge keys, documents inside and repeated keys are told in another way
		}
	}
	if _, ok := decode(before.Source()); !ok {
		return ""
	}
	got, ok := decode(after.Source())
	if !ok {
		return "go-yaml cannot read the result"
	}
	var ours []string
	for _, n := range after.Roots() {
		ours = append(ours, texts(plainOf(n)))
	}
	if w := strings.Join(ours, "\n"); got != w && !strings.Contains(got, "=?") {
		return "go-yaml reads\n" + got + "\nnot\n" + w
	}
	return ""
}

func embeds(f *yamlfile.File) bool {
	for id := range f.Tree().Len() {
		if f.Embedded(syntax.ID(id)) != nil {
			return true
		}
	}
	return false
}

func repeats(f *yamlfile.File) bool {
	_, nodes := places(f)
	return slices.ContainsFunc(nodes, yamlfile.Node.Duplicated)
}

func decode(src string) (string, bool) {
	dec := yaml.NewDecoder(strings.NewReader(src))
	var out []string
	for {
		var n yaml.Node
		err := dec.Decode(&n)
		if err != nil {
			return strings.Join(out, "\n"), err.Error() == "EOF"
		}
		out = append(out, v4Texts(&n))
	}
}

func v4Texts(n *yaml.Node) string {
	switch n.Kind {
	case yaml.DocumentNode:
		return v4Texts(n.Content[0])
	case yaml.AliasNode:
		return v4Texts(n.Alias)
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "null"
		}
		if n.Tag == "!!bool" {
			return strconv.Quote(strings.ToLower(n.Value))
		}
		return strconv.Quote(n.Value)
	case yaml.SequenceNode:
		s := "["
		for _, c := range n.Content {
			s += v4Texts(c) + " "
		}
		return s + "]"
	}
	s := "{"
	for i := 0; i < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind == yaml.AliasNode {
			k = k.Alias
		}
		if k.Kind != yaml.ScalarNode {
			return "=?" // a key that is no scalar has no text
		}
		s += strconv.Quote(k.Value) + "=" + v4Texts(n.Content[i+1]) + " "
	}
	return s + "}"
}

func texts(p *plain) string {
	switch p.kind {
	case 's':
		if p.val.Kind().String() == "null" {
			return "null"
		}
		if p.val.Kind() == value.Bool {
			return strconv.Quote(strings.ToLower(p.val.Reveal()))
		}
		return strconv.Quote(p.val.Reveal())
	case 'l':
		s := "["
		for _, k := range p.kids {
			s += texts(k) + " "
		}
		return s + "]"
	}
	s := "{"
	for i, k := range p.kids {
		s += strconv.Quote(p.keys[i]) + "=" + texts(k) + " "
	}
	return s + "}"
}

// oneByOne makes the Ops each by itself, with a parse between.
func (tr *trial) oneByOne(ops []Op) (*yamlfile.File, []Op) {
	f := tr.before
	left := ops
	for progress := true; progress && len(left) > 0; {
		progress = false
		var again []Op
		for _, op := range left {
			d := Make(f, []Op{op})
			if len(d.Held) > 0 {
				again = append(again, op)
				continue
			}
			g, err := yamlfile.Parse("t.yaml", d.After)
			if err != nil {
				again = append(again, op)
				continue
			}
			f, progress = g, true
		}
		left = again
	}
	return f, left
}

func checkSeed(seed uint64, tally map[string]int) string {
	tr, bad := newTrial(seed)
	if tr == nil {
		tally["not a trial"]++
		_ = bad
		return ""
	}
	if bad = tr.laws(seed, tally); bad == "" {
		return ""
	}
	for i := 0; i < len(tr.ops); { // leave out what the failure does not need
		less := *tr
		less.ops = slices.Delete(slices.Clone(tr.ops), i, i+1)
		if worse := less.laws(seed, map[string]int{}); worse != "" {
			tr, bad = &less, worse
		} else {
			i++
		}
	}
	return bad
}

// laws is what is wrong with one trial, "" for nothing.
func (tr *trial) laws(seed uint64, tally map[string]int) string {
	d := Make(tr.before, tr.ops)
	tally["ops"] += len(tr.ops)
	tally["edits"] += len(d.Edits)
	for _, h := range d.Held {
		tally["held "+h.Why.Arg("why")]++
	}
	if bad := tr.check(d); bad != "" {
		return fmt.Sprintf("seed %d: %s\n%s\n--- after\n%s\nheld %v", seed, bad, tr, show(string(d.After)), d.Held)
	}
	ops := slices.Clone(d.Done)
	r := rand.New(rand.NewPCG(seed, 9))
	r.Shuffle(len(ops), func(i, j int) { ops[i], ops[j] = ops[j], ops[i] })
	f, left := tr.oneByOne(ops)
	if len(left) > 0 {
		// One order may lead through a text that another never sees.
		if why := Make(f, left[:1]).Held[0].Why.Arg("why"); why == WhyOpenEnd || why == WhyBlankStart {
			return ""
		}
		tally["one by one refuses"]++
		return fmt.Sprintf("seed %d: one by one refuses %v\n%s\n--- after\n%s--- one by one\n%s", seed, Make(f, left[:1]).Held[0].Why, tr, show(string(d.After)), show(f.Source()))
	}
	together, _ := yamlfile.Parse("t.yaml", d.After)
	if a, b := plainFile(f).sorted(), plainFile(together).sorted(); !a.equal(b) {
		return fmt.Sprintf("seed %d: one by one\n%s\ntogether\n%s\n%s\n--- after\n%s\n--- one by one\n%s", seed, a, b, tr, show(string(d.After)), show(f.Source()))
	}
	again := Make(together, sets(d.Done))
	if len(again.Edits) > 0 {
		return fmt.Sprintf("seed %d: not idempotent %v\n%s\n--- after\n%s", seed, again.Edits, tr, show(string(d.After)))
	}
	return ""
}

// sets are the Ops that may be made a second time.
func sets(ops []Op) (out []Op) {
	for _, op := range ops {
		if op.Action == Set || op.Action == Append {
			out = append(out, op)
		}
	}
	return out
}

func TestLaws(t *testing.T) {
	n := 3000
	if s := os.Getenv("EDIT_TRIALS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	from := 0
	if s := os.Getenv("EDIT_FROM"); s != "" {
		from, _ = strconv.Atoi(s)
	}
	tally := map[string]int{}
	var failures []string
	for seed := from; seed < from+n; seed++ {
		if bad := checkSeed(uint64(seed), tally); bad != "" {
			failures = append(failures, bad)
		}
	}
	slices.SortFunc(failures, func(a, b string) int { return len(a) - len(b) })
	for _, bad := range failures[:min(3, len(failures))] {
		t.Error(bad) // the shortest say most
	}
	t.Log(tally, "failures", len(failures))
}

func FuzzLaws(f *testing.F) {
	for i := range 20 {
		f.Add(uint64(i))
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		if bad := checkSeed(seed, map[string]int{}); bad != "" {
			t.Error(bad)
		}
	})
}
