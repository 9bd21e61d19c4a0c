package writeset

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hoist.example/hoist/internal/problem"
)

// trial is one write that goes wrong, and its recovery.
type trial struct {
	undo    bool   // the write is an undo of two
	applied *world // what worlds to undo in are copied from
	cross   bool
	at      int
	flavour flavour
	err     error
	act     act
	actAt   int // the act is done before this call of the write; 0: after the death
	again   int // the recovery goes wrong at this call; 0: it does not
	second  flavour
}

// outcome is what the trials came to, for a person to look at.
type outcome map[string]int

// sabotage commits with one call going wrong, and says whether it came to that.
//
//lint:ignore ST1008 the error is one of four answers, in the order of events
func (x trial) sabotage(w *world, commit func(*machine) (error, bool)) (err error, dead, fired, acted bool) {
	m := w.machine()
	m.cross, m.at, m.flavour, m.err = x.cross, x.at, x.flavour, x.err
	if x.actAt > 0 {
		m.before = func(call string, paths ...string) {
			// Not in the one moment that is in nobody's power: between the last
			// look at a file and its rename.
			if m.calls == x.actAt && !(call == "rename" && slices.Contains(paths, w.path(w.writes[x.act.file].Path))) {
				acted = x.act.do(w)
			}
		}
	}
	err, dead = commit(m)
	if x.actAt == 0 {
		acted = x.act.do(w)
	}
	return err, dead, m.fired, acted
}

// recover opens as the next commands do, the first of which may go wrong too. It
// says whether that came to pass.
func (x trial) recover(w *world) (err error, fired bool) {
	if x.again > 0 {
		m := w.machine()
		m.cross, m.at, m.flavour, m.err, m.noSpace = x.cross, x.again, x.second, eio, true
		err, dead := run(func() error { return w.open(m) })
		fired = m.fired
		if !dead && err == nil && fired && !slices.Contains([]flavour{failAfter, fail, failHalf}, x.second) {
			w.t.Fatalf("%v: killed and fine", x)
		}
	}
	m := w.machine()
	m.cross, m.noSpace = x.cross, true
	return w.open(m), fired
}

// judge holds the end against the laws.
func (x trial) judge(w *world, o outcome, left map[string]string, acted bool, err error, dead bool, rerr error) {
	t := w.t
	t.Helper()
	if rerr != nil {
		t.Fatalf("%v: recovery: %v", x, rerr)
	}
	states := w.states()
	var skip []int
	if acted {
		skip = []int{x.act.file}
		name := w.writes[x.act.file].Path
		if now := w.tree()[name]; now != left[name] {
			t.Fatalf("%v: the user's %s was touched: %s, was %s", x, name, now, left[name])
		}
	}
	if !uniform(states, skip...) {
		t.Fatalf("%v: %s", x, states)
	}
	if acted && x.act.how == "edit" && w.over != strings.Contains(mask(states, skip), "n") {
		t.Fatalf("%v: edited when new is %v, and the rest is %s", x, w.over, states)
	}
	if s := w.stray(acted && strings.HasPrefix(w.writes[x.act.file].Path, "made/")); len(s) > 0 {
		t.Fatalf("%v: stray %v (%s)", x, s, states)
	}
	records, e := w.store.Records()
	must(t, e)
	isNew := strings.Contains(mask(states, skip), "n")
	if want := x.records(isNew); len(records) != want {
		t.Fatalf("%v: %s and %d records, want %d", x, states, len(records), want)
	}
	if !dead && (err == nil) != isNew && !acted {
		t.Fatalf("%v: commit said %v: %s", x, err, states)
	}
	o[mask(states, skip)+" "+said(err, dead)]++
}

// records is how many there are to be in the end.
func (x trial) records(done bool) int {
	switch {
	case x.undo && done:
		return 0
	case x.undo:
		return 2
	case done:
		return 1
	}
	return 0
}

// world is the one that x begins in, and its write.
func (x trial) world(t testing.TB) (*world, func(*machine) (error, bool)) {
	if x.undo {
		w := x.applied.copy(t)
		return w, w.undo
	}
	w := newWorld(t, standard())
	return w, func(m *machine) (error, bool) { return w.commit(m, "1", w.writes) }
}

// ready makes what worlds of x are copied from.
func (x trial) ready(t testing.TB) trial {
	if x.undo {
		x.applied = newWorld(t, standard())
		t.Cleanup(x.applied.remove)
		m := x.applied.machine()
		m.cross = x.cross
		x.applied.applyTwice(m)
		must(t, x.applied.store.Close())
	}
	return x
}

func (x trial) String() string {
	x.applied = nil
	type plain trial
	return fmt.Sprintf("%+v", plain(x))
}

// applyTwice commits the standard writes and then more to some of the files, and
// makes the undo of both the world's write.
func (w *world) applyTwice(m *machine) {
	w.apply(m, "1", w.writes)
	later := []Write{
		{Path: "a/config.yaml", Old: []byte("new a\n"), New: []byte("newer a\n")},
		{Path: "a/more.yaml", Old: []byte("new more\n")},
		{Path: "gone.yaml", New: []byte("old gone, new\n")},
	}
	w.apply(m, "2", later)
	reversed := standard()
	for i, x := range reversed {
		reversed[i].Old, reversed[i].New = x.New, x.Old
		for _, y := range later {
			if y.Path == x.Path {
				reversed[i].Old = y.New
			}
		}
	}
	reversed = slices.Delete(reversed, 1, 2) // made, and removed again
	w.writes = reversed
}

func (w *world) apply(m *machine, id string, writes []Write) {
	w.t.Helper()
	if err, _ := w.commit(m, id, writes); err != nil {
		w.t.Fatal(err)
	}
}

// undo opens and undoes all with m, as one process.
func (w *world) undo(m *machine) (error, bool) {
	return run(func() error {
		if err := w.open(m); err != nil {
			return err
		}
		m.calls, m.noSpace = 0, false
		_, err := w.store.Undo(w.t.Context())
		return err
	})
}

// mask leaves out the files skipped.
func mask(states string, skip []int) string {
	b := []byte(states)
	for _, i := range skip {
		b[i] = '.'
	}
	return string(b)
}

func said(err error, dead bool) string {
	var p *problem.Problem
	switch {
	case dead:
		return "dead"
	case err == nil:
		return "done"
	case errors.As(err, &p):
		return p.Code.Name
	}
	return err.Error()
}

// trials runs x with every call going wrong, and for each the recovery too.
func (x trial) trials(t *testing.T, o outcome, seconds []flavour, stride int) (n int) {
	for x.at = 1; ; x.at++ {
		for again := 0; ; again++ {
			x.again = again
			fired, more := x.trial(t, o, seconds)
			if !fired {
				return n
			}
			n++
			if again > 0 && !more || len(seconds) == 0 {
				break
			}
			if again > 0 {
				again += stride - 1
			}
		}
	}
}

func (x trial) trial(t *testing.T, o outcome, seconds []flavour) (fired, more bool) {
	if len(seconds) > 0 {
		x.second = seconds[(x.at+x.again)%len(seconds)]
	}
	w, commit := x.world(t)
	defer w.remove()
	err, dead, fired, acted := x.sabotage(w, commit)
	if !fired {
		return false, false
	}
	if !dead && err != nil && said(err, false) != Unsettled.Name && !acted {
		if s := w.states(); strings.Trim(s, "o") != "" {
			t.Fatalf("%v: commit failed (%v) and left %s", x, err, s)
		}
	}
	left := w.tree()
	rerr, more := x.recover(w)
	x.judge(w, o, left, acted, err, dead, rerr)
	return true, more
}

// TestEveryCallGoesWrong lets every single call of a write fail or die, with
// and without a user's act after it, on one file system and across two.
func TestEveryCallGoesWrong(t *testing.T) {
	for _, undo := range []bool{false, true} {
		for _, cross := range []bool{false, true} {
			t.Run(fmt.Sprintf("undo=%v,cross=%v", undo, cross), func(t *testing.T) {
				t.Parallel()
				everyCall(t, trial{undo: undo, cross: cross})
			})
		}
	}
}

func everyCall(t *testing.T, x trial) {
	x = x.ready(t)
	o, n := outcome{}, 0
	x.err = enospc
	for x.flavour = range flavours {
		for i, a := range x.acts() {
			// In a short run acts take turns.
			if i == 0 || long() || i%int(flavours) == int(x.flavour) && (i+len(a.how))%2 == 0 {
				x.act = a
				n += x.trials(t, o, nil, 1)
			}
		}
	}
	x.flavour, x.act = fail, noAct
	for _, x.err = range []error{eio, eacces} {
		n += x.trials(t, o, nil, 1)
	}
	report(t, n, o)
}

// acts are all of a user's acts in x's world.
func (x trial) acts() []act {
	w, _ := x.world(discard{})
	defer w.remove()
	return w.acts()
}

// TestUserActsMeanwhile is about acts while the write goes on.
func TestUserActsMeanwhile(t *testing.T) {
	for _, undo := range []bool{false, true} {
		for _, cross := range []bool{false, true} {
			t.Run(fmt.Sprintf("undo=%v,cross=%v", undo, cross), func(t *testing.T) {
				t.Parallel()
				actsMeanwhile(t, trial{undo: undo, cross: cross, err: eio})
			})
		}
	}
}

func actsMeanwhile(t *testing.T, x trial) {
	x = x.ready(t)
	o, n := outcome{}, 0
	for _, x.act = range x.acts()[1:] {
		for x.at = 1; ; x.at += pick(1, 19) {
			fired := false
			for x.actAt = 1; x.actAt <= x.at; x.actAt += pick(1, 5) {
				for _, x.flavour = range []flavour{die, fail} {
					hit, _ := x.trial(t, o, nil)
					fired = fired || hit
					n++
				}
			}
			if !fired && x.at > 50 { // an act may have ended it early
				break
			}
		}
	}
	report(t, n, o)
}

// pick is the first in a long run.
func pick(inLong, otherwise int) int {
	if long() {
		return inLong
	}
	return otherwise
}

// TestRecoveryGoesWrong lets every call of the recovery go wrong too.
func TestRecoveryGoesWrong(t *testing.T) {
	for _, undo := range []bool{false, true} {
		for _, cross := range []bool{false, true} {
			t.Run(fmt.Sprintf("undo=%v,cross=%v", undo, cross), func(t *testing.T) {
				t.Parallel()
				twice(t, trial{undo: undo, cross: cross, err: eio})
			})
		}
	}
}

func twice(t *testing.T, x trial) {
	x = x.ready(t)
	o, n := outcome{}, 0
	as := x.acts()
	if x.undo && !long() {
		as = []act{noAct, {0, "edit"}}
	} else if !long() {
		as = []act{noAct, {0, "edit"}, {2, "delete"}, {3, "revert"}}
	}
	for _, x.flavour = range []flavour{die, fail} {
		for _, x.act = range as {
			n += x.trials(t, o, []flavour{die, dieAfter, fail, failAfter}, pick(1, 9))
		}
	}
	report(t, n, o)
}

func report(t *testing.T, n int, o outcome) {
	t.Helper()
	t.Logf("%d trials", n)
	for _, k := range slices.Sorted(maps.Keys(o)) {
		t.Logf("%6d  %s", o[k], k)
	}
}

// TestEverythingFailsFromThenOn is a disk that dies: nothing can be settled any
// more, and a later command on a mended one settles.
func TestEverythingFailsFromThenOn(t *testing.T) {
	o := outcome{}
	for _, x := range []trial{{}, {cross: true}, {undo: true}, {undo: true, cross: true}} {
		x = x.ready(t)
		x.act = noAct
		for x.at = 1; ; x.at++ {
			w, commit := x.world(t)
			m := w.machine()
			m.cross, m.at, m.flavour, m.err, m.forever = x.cross, x.at, fail, eio, true
			err, _ := commit(m)
			if err == nil && m.decision == 0 {
				t.Fatal("done without a decision")
			}
			if s := w.states(); said(err, false) == WriteFail.Name && strings.Trim(s, "o") != "" {
				t.Fatalf("%v: %v: %s", x, err, s)
			}
			left := w.tree()
			rerr, _ := x.recover(w)
			if said(err, false) == Unsettled.Name {
				x.judge(w, o, left, false, err, true, rerr)
			} else {
				x.judge(w, o, left, false, err, false, rerr)
			}
			w.remove()
			if !m.fired {
				break
			}
		}
	}
	report(t, 0, o)
}

// TestPowerCut undoes what was not synced.
func TestPowerCut(t *testing.T) {
	for _, undo := range []bool{false, true} {
		for _, cross := range []bool{false, true} {
			t.Run(fmt.Sprintf("undo=%v,cross=%v", undo, cross), func(t *testing.T) {
				t.Parallel()
				powerCuts(t, trial{undo: undo, cross: cross, act: noAct})
			})
		}
	}
}

func powerCuts(t *testing.T, x trial) {
	x = x.ready(t)
	o, n := outcome{}, 0
	for seed := range uint64(pick(400, 5)) {
		r := rand.New(rand.NewPCG(seed, 1))
		for x.at = 1; x.powerCut(t, o, r); x.at++ {
			n++
		}
	}
	report(t, n, o)
}

// powerCut cuts the power during the write and again during the recovery. In
// half of all trials a user does something after the first.
func (x trial) powerCut(t *testing.T, o outcome, r *rand.Rand) (fired bool) {
	w, commit := x.world(t)
	defer w.remove()
	m := w.machine()
	m.journal = &journalled{unsafe: map[string]bool{}}
	m.cross, m.at, m.flavour = x.cross, x.at, flavour(r.IntN(2))
	err, dead := commit(m)
	m.journal.cut(r)
	acted := false
	if x.act = noAct; r.IntN(2) == 0 {
		x.act = act{r.IntN(len(w.writes)), []string{"edit", "delete", "revert"}[r.IntN(3)]}
		acted = x.act.do(w)
	}
	left := w.tree()
	again := w.machine()
	again.cross, again.at, again.flavour, again.journal = x.cross, 1+r.IntN(20), flavour(r.IntN(2)), m.journal
	run(func() error { return w.open(again) })
	again.journal.cut(r)
	rerr, _ := x.recover(w)
	x.judge(w, o, left, acted, err, dead, rerr)
	return m.fired
}
