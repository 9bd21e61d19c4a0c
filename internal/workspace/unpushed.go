package workspace

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"hoist.example/hoist/internal/gitrepo"
)

// unpushed is what hoist committed here and did not push yet, oldest first: what
// must be known to make the plans again where the branch has moved meanwhile.
type unpushed []group

// group is commits that were made together.
type group struct {
	Commits []groupCommit `json:"commits"`
	Applies []groupApply  `json:"applies"`
}

// groupApply is one apply that the commits are about.
type groupApply struct {
	// Choice is what it was asked for, as a plan file without changes; null where
	// it was no promotion.
	Choice json.RawMessage `json:"choice,omitempty"`
	Paths  []string        `json:"paths"` // of its files
}

// groupCommit is one commit. One of the same tree on the same parent is the same
// commit with another message.
type groupCommit struct {
	ID     string      `json:"id"` // "" until it is made: hoist may be killed in between
	Tree   string      `json:"tree"`
	Parent string      `json:"parent"`
	Files  []groupFile `json:"files"`
}

// groupFile is one file of a commit.
type groupFile struct {
	Name        string `json:"name"` // below the top
	Path        string `json:"path"` // below hoist.yaml's directory
	Environment string `json:"environment"`
	Service     string `json:"service"`
}

func (f groupFile) fileOf() fileOf { return fileOf{f.Path, f.Environment, f.Service} }

// manyGroups are kept at most: who pushes with git itself never says so.
const manyGroups = 50

func (w *Workspace) unpushedFile() string { return filepath.Join(w.repo.State(), "unpushed.json") }

func (w *Workspace) unpushed() (u unpushed, err error) {
	b, err := os.ReadFile(w.unpushedFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unreadable(w.unpushedFile(), err)
	}
	if json.Unmarshal(b, &u) != nil {
		return nil, nil // then they count as somebody else's
	}
	return u, nil
}

func (w *Workspace) keepUnpushed(u unpushed) error {
	u = u[max(0, len(u)-manyGroups):]
	b, err := json.Marshal(u)
	if err != nil {
		return err
	}
	return replaceFile(w.unpushedFile(), b)
}

// recognise gives commits that were begun, and made, their ids. all are oldest
// first.
func (u unpushed) recognise(all []gitrepo.Commit) {
	for _, c := range all {
		if len(c.Parents) != 1 {
			continue
		}
		for _, g := range u {
			for i := range g.Commits {
				x := &g.Commits[i]
				if i > 0 && x.ID == "" {
					x.Parent = g.Commits[i-1].ID
				}
				if x.ID == "" && x.Tree == c.Tree && x.Parent == c.Parents[0] {
					x.ID = c.ID
				}
			}
		}
	}
}

// find is the group of a commit, and which of it it is; ok is false where hoist
// did not make it.
func (u unpushed) find(c gitrepo.Commit) (at, i int, ok bool) {
	for at, g := range u {
		i := slices.IndexFunc(g.Commits, func(x groupCommit) bool {
			return x.ID == c.ID || len(c.Parents) == 1 && x.Tree == c.Tree && x.Parent == c.Parents[0]
		})
		if i >= 0 {
			return at, i, true
		}
	}
	return 0, 0, false
}
