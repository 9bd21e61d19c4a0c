package yamlfile

import (
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// entry is one effective entry of a mapping that has more to it than its text:
// duplicate keys or merge keys.
type entry struct {
	key, value  syntax.ID
	dup, merged bool
}

// scanner looks at each mapping once; its slices are used again and again.
type scanner struct {
	f       *File
	keys    []syntax.ID
	sieve   [8]uint64 // a bit for each key's hash: two equal keys set one bit
	texts   map[string]bool
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
	f, t, merges, met := s.f, s.f.tree, false, false
	s.keys, s.sieve = s.keys[:0], [8]uint64{}
	for k := t.First(id); k != syntax.None; {
		v := t.Next(k)
		if f.isMerge(k) {
			merges = true
		} else {
			s.keys = append(s.keys, k)
			met = s.meets(k) || met
			if t.Style(v) == syntax.Literal && f.host == nil && t.Kind(v) == syntax.Scalar && fileName(f.KeyText(k)) {
				f.open(f.KeyText(k), v)
			}
		}
		k = t.Next(v)
	}
	twice := met && s.repeated()
	f.repeats = f.repeats || twice
	if merges || twice {
		s.special = append(s.special, id)
	}
}

// meets notes a key in the sieve, and reports whether an equal one may have been
// there already. Nearly all keys are plain words on one line.
func (s *scanner) meets(key syntax.ID) bool {
	t := s.f.tree
	text, asSpelled := t.Raw(key), t.Kind(key) == syntax.Scalar && t.Style(key) == syntax.Plain
	h := uint(0)
	for i := 0; i < len(text) && asSpelled; i++ {
		h = h*31 + uint(text[i])
		asSpelled = text[i] != '\n' && text[i] != '\r'
	}
	if !asSpelled {
		text, h = s.f.KeyText(key), 0
		for i := range len(text) {
			h = h*31 + uint(text[i])
		}
	}
	h ^= h >> 17
	bit, word := uint64(1)<<(h&63), &s.sieve[h>>6&7]
	was := *word&bit != 0
	*word |= bit
	return was
}

// repeated reports whether two keys are equal.
func (s *scanner) repeated() bool {
	if s.texts == nil {
		s.texts = map[string]bool{}
	}
	clear(s.texts)
	for _, k := range s.keys {
		text := s.f.KeyText(k)
		if s.texts[text] {
			return true
		}
		s.texts[text] = true
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
