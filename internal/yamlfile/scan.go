package yamlfile

import (
	"hash/maphash"

	"hoist.example/hoist/internal/yamlfile/syntax"
)

// entry is one effective entry of a mapping that has more to it than its text:
// duplicate keys or merge keys.
type entry struct {
	key, value  syntax.ID
	dup, merged bool
}

// pairLimit is up to how many keys a mapping is searched for duplicates by
// looking at each pair; larger ones use a table.
const pairLimit = 10

// scanner looks at each mapping once; its slices are used again and again.
type scanner struct {
	f       *File
	texts   []string
	table   []int32 // open addressing; index of a text + 1
	seed    maphash.Seed
	special []syntax.ID
	err     error
}

// scan finds, once for the whole file, the mappings with duplicate or merge
// keys, and opens the documents inside literal block scalars whose key is a file
// name (config.yaml: |, as a ConfigMap holds them).
func (f *File) scan() error {
	s, t := scanner{f: f}, f.tree
	for id := syntax.ID(0); int(id) < t.Len(); id++ {
		if t.Kind(id) == syntax.Mapping {
			s.mapping(id)
		}
	}
	if s.special == nil {
		return nil
	}
	f.special = make(map[syntax.ID][]entry, len(s.special))
	for _, id := range s.special {
		f.special[id] = nil
	}
	for _, id := range s.special {
		s.effective(id)
	}
	return s.err
}

func (s *scanner) mapping(id syntax.ID) {
	f, t, merges := s.f, s.f.tree, false
	s.texts = s.texts[:0]
	for k := t.First(id); k != syntax.None; {
		v := t.Next(k)
		if f.isMerge(k) {
			merges = true
		} else {
			text := f.KeyText(k)
			s.texts = append(s.texts, text)
			if f.host == nil && t.Style(v) == syntax.Literal && t.Kind(v) == syntax.Scalar && fileName(text) {
				f.open(text, v)
			}
		}
		k = t.Next(v)
	}
	twice := s.repeated()
	f.repeats = f.repeats || twice
	if merges || twice {
		s.special = append(s.special, id)
	}
}

// repeated reports whether two of the texts are equal.
func (s *scanner) repeated() bool {
	if len(s.texts) > pairLimit {
		return s.repeatedInTable()
	}
	for i, a := range s.texts {
		for _, b := range s.texts[:i] {
			if len(a) == len(b) && a == b {
				return true
			}
		}
	}
	return false
}

func (s *scanner) repeatedInTable() bool {
	if s.table == nil {
		s.seed = maphash.MakeSeed()
	}
	size := 32
	for size < 2*len(s.texts) {
		size *= 2
	}
	if size > len(s.table) {
		s.table = make([]int32, size)
	}
	table, mask := s.table[:size], uint64(size-1)
	clear(table)
	for i, text := range s.texts {
		at := maphash.String(s.seed, text) & mask
		for ; table[at] != 0; at = (at + 1) & mask {
			if s.texts[table[at]-1] == text {
				return true
			}
		}
		table[at] = int32(i + 1)
	}
	return false
}

// isMerge reports whether key is a merge key: a plain << or whatever is tagged
// so (YAML 1.1 merge type, as go-yaml reads it).
func (f *File) isMerge(key syntax.ID) bool {
	t := f.tree
	if t.Kind(key) != syntax.Scalar {
		return false
	}
	if sp := t.Span(key); sp.Len() == 2 && t.Source()[sp.Start] == '<' && t.Source()[sp.Start+1] == '<' && t.Style(key) == syntax.Plain && t.Tag(key) == "" {
		return true
	}
	return t.Tag(key) != "" && f.tag(key) == "!!merge"
}

// effective works out the entries of a special mapping: written keys in order,
// then merged ones that no written or earlier merged key overrides. Of a
// duplicated key the last counts, at the place of the first.
func (s *scanner) effective(id syntax.ID) []entry {
	f := s.f
	if done := f.special[id]; done != nil || s.err != nil {
		return done
	}
	list, merges := s.written(id)
	have := make(map[string]bool, len(list))
	for _, e := range list {
		have[f.KeyText(e.key)] = true
	}
	for _, m := range merges {
		for _, e := range s.sources(m) {
			if text := f.KeyText(e.key); !have[text] {
				have[text] = true
				// go-yaml refuses a second <<, other readers take the first or the last.
				list = append(list, entry{e.key, e.value, e.dup || len(merges) > 1, true})
			}
		}
	}
	f.special[id] = list
	return list
}

// written are the entries in the text, and the values of the merge keys.
func (s *scanner) written(id syntax.ID) (list []entry, merges []syntax.ID) {
	f, at := s.f, map[string]int{}
	list = []entry{}
	for k, v := range f.tree.Entries(id) {
		if f.isMerge(k) {
			merges = append(merges, v)
			continue
		}
		text := f.KeyText(k)
		if i, ok := at[text]; ok {
			list[i] = entry{k, v, true, false}
			continue
		}
		at[text] = len(list)
		list = append(list, entry{key: k, value: v})
	}
	return list, merges
}

// sources are the entries that a merge key's value brings, the ones that win
// first.
func (s *scanner) sources(v syntax.ID) []entry {
	f := s.f
	from := f.Target(v)
	if f.tree.Kind(from) == syntax.Mapping {
		return s.source(from)
	}
	if f.tree.Kind(from) != syntax.Sequence {
		s.fail(v)
		return nil
	}
	var all []entry
	for i := range f.tree.Items(from) {
		if f.tree.Kind(f.Target(i)) != syntax.Mapping {
			s.fail(i)
			return nil
		}
		all = append(all, s.source(f.Target(i))...)
	}
	return all
}

func (s *scanner) fail(id syntax.ID) {
	if s.err == nil {
		s.err = s.f.problem(BadMerge, id)
	}
}

func (s *scanner) source(id syntax.ID) []entry {
	var list []entry
	if _, ok := s.f.special[id]; ok {
		list = s.effective(id)
	} else {
		for k, v := range s.f.tree.Entries(id) {
			list = append(list, entry{key: k, value: v})
		}
	}
	if s.f.budget -= len(list); s.f.budget < 0 && s.err == nil {
		s.err = s.f.problem(AliasBomb, id)
	}
	if s.err != nil {
		return nil
	}
	return list
}

// open parses the text of a block scalar. What cannot be read, or is not one
// mapping or sequence with something in it, stays a scalar.
func (f *File) open(name string, id syntax.ID) {
	in, err := parse(name, f.tree.Text(id), f, id)
	if err != nil || len(in.tree.Documents()) != 1 {
		return
	}
	r := in.tree.Documents()[0].Root
	if r == syntax.None || in.tree.First(r) == syntax.None {
		return // also scalars and aliases: they have no children
	}
	if f.embedded == nil {
		f.embedded = map[syntax.ID]*File{}
	}
	f.embedded[id] = in
	f.repeats = f.repeats || in.repeats
}
