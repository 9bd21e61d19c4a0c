package compare

import (
	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/yamlfile"
)

// Below compares what stands at one path in some environments, and below it:
// two environments may have the same shape there where a third has another, so
// that Files has one key for all of it. rows and parents are what stands at p
// and around it, by environment of the input; every file is readable. Lists
// above p are named in it as they were named elsewhere.
func Below(in Input, p keypath.Path, rows, parents []yamlfile.Node) *Service {
	s := &Service{Name: in.Name, Environments: in.Environments, Paths: in.Paths, Files: in.Files, Lists: map[keypath.Path]ListInfo{}}
	if in.Rules == nil {
		in.Rules = rule.New(nil, nil, nil, nil)
	}
	w := newWalk(&in, s)
	for _, step := range p.Steps() {
		w.push(step)
	}
	w.node(&at{row: rows, parent: parents, state: w.rules.Path(p), depth: len(w.steps)})
	return s
}
