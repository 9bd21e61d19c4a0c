package argocd

import (
	"slices"
	"time"
)

// Doing is what a wait waits for.
type Doing string

// What a wait waits for.
const (
	ForController Doing = "controller" // that Argo CD looks at git and the cluster again
	ForOperation  Doing = "operation"  // that the sync ends
	ForRetry      Doing = "retry"      // that Argo CD tries the sync again
	ForOther      Doing = "other"      // that somebody else's operation ends
	ForRevision   Doing = "revision"   // that Argo CD sees the revision in git
	ForSync       Doing = "sync"       // that somebody, or Argo CD itself, syncs it
	ForHealth     Doing = "health"     // that what was deployed becomes healthy
	ForComparison Doing = "comparison" // that Argo CD can compare with git again
	ForServer     Doing = "server"     // that the server answers again
)

// look is one view of an application in the course of a wait.
type look struct {
	*State
	ticket   *Ticket // of our own sync; nil: somebody else syncs, if anybody
	fresh    bool    // refreshed since the last operation ended
	accepted bool    // what it is compared with is what is wanted
	applied  bool    // what the last operation deployed is what is wanted
}

// verdict is what follows from a look.
type verdict uint8

const (
	waiting     verdict = iota // look again later
	refresh                    // ask the controller, the look may be stale
	arrived                    // Synced and Healthy, at what is wanted
	deleted                    // the application is going
	failed                     // the operation has failed
	superseded                 // somebody else has begun another operation
	uncompared                 // there is no comparison with git: wrong, if it lasts
	unhealthy                  // Degraded: wrong, if it lasts
	outOfSync                  // the operation is over, and it is still OutOfSync: wrong, if it lasts
	pruneNeeded                // what is left could only be deleted
	movedOn                    // deployed, and git has gone on meanwhile
)

// judge says what a look means, and what to wait for. It knows no clock: what is
// wrong only if it lasts is for the caller to see again.
func (l look) judge() (verdict, Doing) {
	o := l.Operation
	switch {
	case l.Deleting:
		return deleted, ""
	case l.ticket != nil && l.ticket.before(l.State):
		return waiting, ForOperation
	case l.Busy():
		return l.busy(o)
	case l.ticket != nil && l.ticket.Mine(l.State) && o.Bad():
		return failed, ForOperation
	case l.lost():
		return superseded, ForOther
	case !l.fresh:
		return refresh, ForController
	}
	return l.settled(o)
}

func (l look) busy(o *Operation) (verdict, Doing) {
	switch {
	case l.ticket != nil && !l.ticket.Mine(l.State):
		if l.lost() {
			return superseded, ForOther
		}
		return waiting, ForOther
	case o.Phase == Running && !o.FinishedAt.IsZero() && o.Retries > 0:
		return waiting, ForRetry
	}
	return waiting, ForOperation
}

// lost reports whether our operation is gone from sight: another stands in its
// place, and does not deploy what is wanted. (What it replaced may well have
// ended; nobody can tell how.)
func (l look) lost() bool {
	return l.ticket != nil && l.Operation != nil && !l.ticket.Mine(l.State) && !l.applied
}

// settled judges an application in which nothing goes on, freshly compared.
func (l look) settled(o *Operation) (verdict, Doing) {
	if _, ok := l.Uncompared(); ok {
		return uncompared, ForComparison
	}
	done := l.deployed(o)
	switch {
	case l.accepted && l.Sync == Synced:
		return l.health(arrived)
	case l.accepted && l.failedHere(o):
		return failed, ForOperation
	case done && !slices.Equal(o.Revisions, l.Compared):
		if l.Automated {
			return waiting, ForSync
		}
		return l.health(movedOn)
	case !l.accepted:
		return refresh, ForRevision
	case done && len(l.Prunes()) > 0 && len(l.Differing()) == 0:
		return l.health(pruneNeeded)
	case done:
		return l.health(outOfSync)
	}
	return waiting, ForSync
}

// deployed reports whether the last operation put what is wanted into place.
func (l look) deployed(o *Operation) bool {
	return o.Good() && !o.DryRun && !o.Partial && l.applied && (l.ticket == nil || l.ticket.Mine(l.State))
}

// failedHere reports whether the last operation failed at the very revision that
// should be deployed, so that nothing more will come of it.
func (l look) failedHere(o *Operation) bool {
	return o.Bad() && !o.DryRun && !o.Partial && slices.Equal(o.Revisions, l.Compared)
}

// health is then, once the objects are well.
func (l look) health(then verdict) (verdict, Doing) {
	switch l.Health {
	case Healthy:
		return then, ForHealth
	case IsDegraded:
		return unhealthy, ForHealth
	}
	return waiting, ForHealth
}

// patience is how long what may pass has to last before it is taken for wrong,
// and how often it has to be seen.
func (v verdict) patience() (long time.Duration, often int) {
	switch v {
	case uncompared:
		return 6 * time.Second, 3
	case unhealthy:
		return 5 * time.Second, 2
	case outOfSync:
		return 10 * time.Second, 3
	case pruneNeeded, movedOn, arrived:
		return time.Second, 2
	}
	return 0, 1
}
