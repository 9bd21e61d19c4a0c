package writeset

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hoist.example/hoist/internal/problem"
)

// TestTwoActsAndHead is where only a person can decide: two files touched after
// a death, and a history that moved on.
func TestTwoActsAndHead(t *testing.T) {
	for _, cross := range []bool{false, true} {
		for _, moved := range []bool{false, true} {
			t.Run(fmt.Sprintf("cross=%v,moved=%v", cross, moved), func(t *testing.T) {
				t.Parallel()
				o, n := outcome{}, 0
				for at := firstMove(t, cross); ; at++ {
					if !twoActs(t, o, cross, moved, at) {
						break
					}
					n++
				}
				report(t, n, o)
			})
		}
	}
}

// firstMove is the call after the decision.
func firstMove(t *testing.T, cross bool) int {
	w := newWorld(t, standard())
	defer w.remove()
	m := w.machine()
	m.cross = cross
	if err, _ := w.commit(m, "1", w.writes); err != nil || m.decision == 0 {
		t.Fatal(err, m.decision)
	}
	return m.decision + 1
}

func twoActs(t *testing.T, o outcome, cross, moved bool, at int) (fired bool) {
	all := (&world{writes: standard()}).acts()
	for i, a := range all {
		for _, b := range all[i:] {
			if !long() && (7*i+b.file+len(b.how)+at)%9 > 0 && a.file >= 0 {
				continue
			}
			x := pair{trial: trial{cross: cross, at: at}, moved: moved, acts: []act{a, b}}
			if !x.run(t, o) {
				return false
			}
			fired = true
		}
	}
	return fired
}

// pair is a death at a call and two acts after it.
type pair struct {
	trial
	moved bool
	acts  []act
}

func (x pair) String() string { return fmt.Sprint(x.trial, x.acts, x.moved) }

func (x pair) run(t *testing.T, o outcome) (fired bool) {
	w := newWorld(t, standard())
	defer w.remove()
	m := w.machine()
	m.cross, m.at = x.cross, x.at
	_, dead := w.commit(m, "1", w.writes)
	if !dead {
		return false
	}
	atDeath := w.states()
	before := w.tree()
	for _, a := range x.acts {
		a.do(w)
	}
	var acted []int // whose bytes are other than they were; nobody can see the rest
	for i, y := range w.writes {
		if w.tree()[y.Path] != before[y.Path] {
			acted = append(acted, i)
		}
	}
	if x.moved {
		w.head = "elsewhere"
	}
	left := w.tree()
	rm := w.machine()
	rm.cross, rm.noSpace = x.cross, true
	err := w.open(rm)
	o[said(err, false)]++
	if said(err, false) == Undecided.Name {
		x.undecided(w, err, atDeath, acted, left)
		return true
	}
	must(t, err)
	x.settled(w, acted, left)
	if n := strings.Count(mask(w.states(), acted), "n"); x.moved && strings.Count(mask(atDeath, acted), "n") < n {
		t.Fatalf("%v: finished unasked although the head moved: %s, then %s", x, atDeath, w.states())
	}
	return true
}

// settled: what the user touched is as it was left, the rest all old or all new.
func (x pair) settled(w *world, acted []int, left map[string]string) {
	w.t.Helper()
	if s := w.states(); !uniform(s, acted...) {
		w.t.Fatalf("%v: %s", x, s)
	}
	for _, i := range acted {
		name := w.writes[i].Path
		if now := w.tree()[name]; now != left[name] {
			w.t.Fatalf("%v: the user's %s was touched: %s, was %s", x, name, now, left[name])
		}
	}
	emptied := slices.ContainsFunc(acted, func(i int) bool { return strings.HasPrefix(w.writes[i].Path, "made/") })
	if s := w.stray(emptied); len(s) > 0 {
		w.t.Fatalf("%v: stray %v", x, s)
	}
}

// undecided: nothing is touched, the files are named, it was not to be decided,
// and either choice is carried out.
func (x pair) undecided(w *world, err error, atDeath string, acted []int, left map[string]string) {
	t := w.t
	t.Helper()
	if now := w.tree(); !maps.Equal(now, left) {
		t.Fatalf("%v: undecided, but touched: %v, was %v", x, now, left)
	}
	var p *problem.Problem
	errors.As(err, &p)
	for _, i := range acted {
		if now := sum(w.path(w.writes[i].Path)); now != digest(w.writes[i].New) && !strings.Contains(p.Arg("files"), w.writes[i].Path) {
			t.Fatalf("%v: %s does not name %s", x, p, w.writes[i].Path)
		}
	}
	if p.Arg("files") == "" {
		t.Fatalf("%v: %s names nothing", x, p)
	}
	chmod := slices.ContainsFunc(x.acts, func(a act) bool { return a.how == "chmod" }) // which states does not see
	if now := w.states(); uniform(now) && !chmod || !x.moved && len(acted) < 2 {
		t.Fatalf("%v: %s, then %s, could have been decided", x, atDeath, now)
	}
	for _, c := range []Choice{Finish, Back} {
		x.choose(w.copy(t), c, acted, left)
	}
}

func (x pair) choose(w *world, c Choice, acted []int, left map[string]string) {
	defer w.remove()
	m := w.machine()
	m.cross, m.noSpace = x.cross, true
	o := w.options(m)
	o.Unsettled = true
	must(w.t, w.openWith(o))
	l, err := w.store.Left()
	must(w.t, err)
	if l == nil || len(l.Files) != len(w.writes) || l.HeadMoved != x.moved {
		w.t.Fatalf("%v: left %+v", x, l)
	}
	if err := w.store.Commit(w.t.Context(), "2", w.writes, nil); said(err, false) != Unsettled.Name {
		w.t.Fatalf("%v: a write over an unsettled one: %v", x, err)
	}
	must(w.t, w.store.Settle(c))
	x.settled(w, acted, left)
	want := map[Choice]string{Finish: "n", Back: "o"}[c]
	if s := mask(w.states(), acted); strings.ReplaceAll(s, ".", "") != strings.Repeat(want, len(s)-len(acted)) {
		w.t.Fatalf("%v: %s came to %s", x, c, s)
	}
	if l, err := w.store.Left(); l != nil || err != nil {
		w.t.Fatalf("%v: still left: %+v, %v", x, l, err)
	}
}

// dieAt leaves a world whose write died before the nth call after its decision.
func dieAt(t *testing.T, after int) *world {
	t.Helper()
	at := firstMove(t, false) + after
	w := newWorld(t, standard())
	t.Cleanup(w.remove)
	m := w.machine()
	m.at = at
	if _, dead := w.commit(m, "1", w.writes); !dead {
		t.Fatal("it did not die")
	}
	return w
}

func TestLeftSaysWhereFilesStand(t *testing.T) {
	w := dieAt(t, 3) // the state is synced, a/config.yaml and a/more.yaml are new
	act{0, "edit"}.do(w)
	act{1, "revert"}.do(w)
	act{2, "edit"}.do(w)
	o := w.options(OS{})
	o.Unsettled = true
	must(t, w.openWith(o))
	l, err := w.store.Left()
	must(t, err)
	got := map[string]Stand{}
	for _, f := range l.Files {
		got[f.Path] = f.Stand
	}
	want := map[string]Stand{"a/config.yaml": StandOver, "a/more.yaml": StandReverted, "b/config.yaml": StandEdited, "made/deep/config.yaml": StandOld, "gone.yaml": StandOld}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if l.ID != "1" || l.Undo || l.HeadMoved || l.Time.IsZero() || len(l.Note) == 0 {
		t.Errorf("%+v", l)
	}
}

// TestTreeMovesBetweenDeathAndRecovery: a journal knows no absolute paths.
func TestTreeMovesBetweenDeathAndRecovery(t *testing.T) {
	w := dieAt(t, 3)
	moved := w.root + "-moved"
	must(t, os.Rename(w.root, moved))
	w.root = moved
	must(t, w.open(w.machine()))
	if s := w.states(); s != "nnnnn" {
		t.Error(s)
	}
}

// TestDirectoryBecomesLink: recovery does not follow where a link now leads.
func TestDirectoryBecomesLink(t *testing.T) {
	w := dieAt(t, 1) // nothing is new yet
	outside := filepath.Join(filepath.Dir(w.root), "outside")
	must(t, os.Rename(w.path("b"), outside))
	must(t, os.Symlink(outside, w.path("b")))
	must(t, w.open(w.machine()))
	if b, err := os.ReadFile(filepath.Join(outside, "config.yaml")); err != nil || string(b) != "old b\n" {
		t.Errorf("%q, %v", b, err)
	}
	if s := mask(w.states(), []int{2}); s != "oo.oo" {
		t.Error(s)
	}
}

func TestDamagedState(t *testing.T) {
	for name, spoil := range map[string]func(w *world) error{
		"journal cut": func(w *world) error { return os.Truncate(filepath.Join(w.state, "journal.json"), 100) },
		"journal of a later hoist": func(w *world) error {
			return os.WriteFile(filepath.Join(w.state, "journal.json"), []byte(`{"version": 2}`), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := dieAt(t, 2)
			must(t, spoil(w))
			left := w.tree()
			if err := w.open(w.machine()); said(err, false) != Damaged.Name {
				t.Error(err)
			}
			if !maps.Equal(left, w.tree()) {
				t.Error("the tree was touched")
			}
		})
	}
}

// TestStagedBytesRot: what is not what was staged is never put in place.
func TestStagedBytesRot(t *testing.T) {
	w := dieAt(t, 2) // a/config.yaml is new
	must(t, os.WriteFile(filepath.Join(w.state, "tx-1", "0002.new"), []byte("rotten"), 0o600))
	must(t, w.open(w.machine()))
	if s := w.states(); s != "ooooo" {
		t.Error(s)
	}
	if s := w.stray(false); len(s) > 0 {
		t.Error(s)
	}
}
