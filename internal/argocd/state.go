package argocd

import (
	"slices"
	"time"
)

// The sync statuses and healths that hoist knows, as Argo CD spells them. Both
// may be "" right after an application was made.
const (
	Synced    = "Synced"
	OutOfSync = "OutOfSync"
	Unknown   = "Unknown"

	Healthy     = "Healthy"
	Progressing = "Progressing"
	IsDegraded  = "Degraded"
	Suspended   = "Suspended"
	Missing     = "Missing"
)

// The phases of an operation.
const (
	Running     = "Running"
	Terminating = "Terminating"
	Succeeded   = "Succeeded"
	FailedPhase = "Failed" // resources could not be applied
	ErrorPhase  = "Error"  // the manifests could not be made
)

// State is one application as the server sees it at one moment. Texts are
// cleaned: bounded, without control characters.
type State struct {
	Name, Namespace, Project string
	// Link is the application's page in Argo CD's own interface.
	Link    string
	Sources []Source // as the application wants them; one, unless it has several
	// Automated says that Argo CD syncs it by itself; SelfHeal, also when the
	// cluster alone has changed; AutoPrune, that it deletes then.
	Automated, SelfHeal, AutoPrune bool
	Deleting                       bool

	Sync   string // Synced, OutOfSync, Unknown or ""
	Health string
	// Compared are the revisions of git that Sync speaks of, one a source: full
	// commit hashes. nil where the comparison failed: Argo CD then gives the
	// branch's name instead.
	Compared []string
	// ComparedAt is when. Whole seconds.
	ComparedAt time.Time
	Conditions []Condition
	// Deployed is the last complete sync or rollback, nil for none. Partial syncs
	// and dry runs are not among them, and an automated application that became
	// Synced without a sync has an older one than Compared.
	Deployed *Deployment
	// Operation is what goes on, or the last that went on; nil for none.
	Operation *Operation
	Resources []Resource
	Images    []string
	// Windows are only there when they were asked for: see Client.Windows.
	Windows *Windows

	asked   string // App.Name
	version string // metadata.resourceVersion
}

// Source is where an application's manifests are.
type Source struct {
	Repository, Path, Chart string
	Target                  string // targetRevision: a branch, a tag, a hash; "" is HEAD
	Ref                     string // the name under which other sources use it
}

// Condition is something Argo CD has to say about an application.
type Condition struct {
	Type    string // ComparisonError, SyncError, OrphanedResourceWarning, …
	Message string
	At      time.Time
}

// Error reports whether the condition is an error, not a warning.
func (c Condition) Error() bool {
	switch c.Type {
	case "ComparisonError", "SyncError", "InvalidSpecError", "DeletionError", "UnknownError":
		return true
	}
	return false
}

// Deployment is an entry of an application's history.
type Deployment struct {
	ID        int64
	Revisions []string
	At        time.Time
	By        string // "": Argo CD itself
}

// Operation is a sync that was asked for, runs, or has ended.
type Operation struct {
	// InProgress says that it has not ended. FinishedAt alone does not mean that it
	// has: it is also set while a retry is pending.
	InProgress bool
	// Phase is "" until the controller has begun.
	Phase     string
	Message   string
	Revisions []string
	By        string // "": Argo CD itself
	DryRun    bool
	Prune     bool
	Partial   bool // of some resources only
	Retries   int  // how often it has been tried again
	StartedAt time.Time
	// FinishedAt is zero while it runs.
	FinishedAt time.Time
	Results    []Result
}

// Bad reports whether it ended, and not well.
func (o *Operation) Bad() bool {
	return o != nil && !o.InProgress && (o.Phase == FailedPhase || o.Phase == ErrorPhase)
}

// Good reports whether it ended well.
func (o *Operation) Good() bool { return o != nil && !o.InProgress && o.Phase == Succeeded }

// Revision is the only revision, "" where there are several or none.
func (o *Operation) Revision() string { return only(o.Revisions) }

// Name is what Kubernetes calls an object by.
type Name struct{ Group, Kind, Namespace, Name string }

// String is Kind/name, as Argo CD's messages have it.
func (n Name) String() string {
	if n.Group != "" {
		return n.Group + "/" + n.Kind + "/" + n.Name
	}
	return n.Kind + "/" + n.Name
}

// Resource is one of the application's objects.
type Resource struct {
	Name
	Sync          string // "" for hooks
	Health        string // "" for kinds that have none
	Message       string // of its health
	RequiresPrune bool   // git does not have it any more
	Hook          bool
}

// Result is what an operation did with an object.
type Result struct {
	Name
	Status  string // Synced, SyncFailed, Pruned, PruneSkipped
	Message string
	Hook    string // PreSync, Sync, PostSync, …; "" for what is no hook
	Phase   string // of its hook, or of the sync
}

// Windows are the times in which syncs are allowed or refused.
type Windows struct {
	Open     bool // a sync by hand is allowed now
	Active   []Window
	Assigned []Window
}

// Window is one of them.
type Window struct {
	Kind     string // allow, deny
	Schedule string // as cron has it
	Duration string
	Manual   bool // syncs by hand are allowed in spite of it
}

// Several reports whether the application has several sources.
func (s *State) Several() bool { return len(s.Sources) > 1 }

// Target is what the application follows in git: a branch, as a rule. "" where
// it has several sources.
func (s *State) Target() string {
	if len(s.Sources) != 1 {
		return ""
	}
	if s.Sources[0].Target == "" {
		return "HEAD"
	}
	return s.Sources[0].Target
}

// Revision is the commit that Sync speaks of, "" where there are several
// sources, or none could be compared.
func (s *State) Revision() string { return only(s.Compared) }

// Runs are the revisions that the cluster has, as far as Argo CD knows: those it
// compared with where nothing differs, else those of the last complete sync.
func (s *State) Runs() []string {
	if s.Sync == Synced && len(s.Compared) > 0 {
		return s.Compared
	}
	if s.Deployed == nil {
		return nil
	}
	return s.Deployed.Revisions
}

// Busy reports whether an operation is in progress.
func (s *State) Busy() bool { return s.Operation != nil && s.Operation.InProgress }

// Uncompared is the condition because of which nothing can be said about the
// difference from git; ok is false where there is none. Health proves nothing
// then: it is that of the objects that happen to be there.
func (s *State) Uncompared() (c Condition, ok bool) {
	for _, c := range s.Conditions {
		if c.Error() && c.Type != "SyncError" && c.Type != "DeletionError" {
			return c, true
		}
	}
	if s.Sync == "" || s.Sync == Unknown || len(s.Compared) == 0 {
		return Condition{Type: s.Sync}, true
	}
	return Condition{}, false
}

// Prunes are the objects that git does not have any more. A hook that has run is
// none of them; and where git cannot be read, Argo CD calls all so.
func (s *State) Prunes() (out []Resource) {
	if _, unknown := s.Uncompared(); unknown {
		return nil
	}
	for _, r := range s.Resources {
		if r.RequiresPrune && !r.Hook {
			out = append(out, r)
		}
	}
	return out
}

// Differing are the objects that are not as git has them, and not to be pruned.
func (s *State) Differing() (out []Resource) {
	if _, unknown := s.Uncompared(); unknown {
		return nil
	}
	for _, r := range s.Resources {
		if r.Sync != "" && r.Sync != Synced && !r.RequiresPrune {
			out = append(out, r)
		}
	}
	return out
}

// only is the one revision of a list, or the one that all of it is.
func only(revisions []string) string {
	if len(revisions) == 0 || slices.ContainsFunc(revisions, func(r string) bool { return r != revisions[0] }) {
		return ""
	}
	return revisions[0]
}

// Pinned reports whether a revision is a full commit hash (SHA-1 or SHA-256): it
// always means the same files.
func Pinned(revision string) bool {
	if len(revision) != 40 && len(revision) != 64 {
		return false
	}
	for _, r := range revision {
		if (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return false
		}
	}
	return true
}
