package workspace

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/problem"
)

// What can be wrong with a guided promotion.
var (
	NoPromotion    = problem.Code{Name: "no-promotion-begun", Class: problem.Wrong}
	PromotionBegun = problem.Code{Name: "promotion-begun", Class: problem.Refused} // from, to, step
)

// Promotion is a guided promotion as it is remembered from its apply to its end,
// so that it can be gone on with: what was asked for, and how far it has come.
type Promotion struct {
	From       string   `json:"from"`
	To         []string `json:"to"`
	Services   []string `json:"services,omitempty"`
	Categories []string `json:"categories,omitempty"`
	All        bool     `json:"all,omitempty"`
	Images     []string `json:"images,omitempty"`
	Until      string   `json:"until,omitempty"`
	Plan       string   `json:"plan"` // the digest of what was applied
	Commit     string   `json:"commit,omitempty"`
	Pushed     bool     `json:"pushed,omitempty"`
}

// Promotion is the one that was begun in this work tree; nil: none.
func (w *Workspace) Promotion() (*Promotion, error) {
	if w.repo == nil {
		return nil, nil
	}
	b, err := os.ReadFile(w.promotionFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unreadable(w.promotionFile(), err)
	}
	p := &Promotion{}
	if json.Unmarshal(b, p) != nil {
		return nil, nil // nothing that can be gone on with
	}
	return p, nil
}

// KeepPromotion remembers how far a promotion has come.
func (w *Workspace) KeepPromotion(p *Promotion) error {
	if w.repo == nil {
		return problem.New(gitrepo.NotARepository, problem.Place{}, "dir", w.root.Name())
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(w.repo.State(), 0o700); err != nil {
		return unwritable(w.repo.State(), err)
	}
	return replaceFile(w.promotionFile(), b)
}

// EndPromotion forgets it.
func (w *Workspace) EndPromotion() error {
	err := os.Remove(w.promotionFile())
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return unwritable(w.promotionFile(), err)
}

func (w *Workspace) promotionFile() string { return filepath.Join(w.repo.State(), "promotion.json") }
