// Package argocd is Argo CD over its REST API: what an application is, how it
// differs from git, and, with leave, a sync of exactly one revision.
//
// It reads the argocd CLI's own configuration and writes none; it logs in
// nowhere and asks for no password. It decides nothing about who may deploy:
// Sync demands leave for exactly one application and revision, and only the gate
// and the automatic environments have any to give.
//
// Laws: a token goes to no server but the one it belongs to, follows no
// redirect, and stands in no string that leaves this room; every call ends, at
// the latest at its limit; only what changes nothing is tried again; an answer
// that may be stale, or that comes from a failed comparison, is never "no
// difference" and never "healthy".
//
// What the server does is not what its API document says in every place; the
// tests hold this room against recorded answers of argocd-server 3.5.1.
package argocd

import "hoist.example/hoist/internal/problem"

// What can be wrong with the way to the server.
var (
	NoServer       = problem.Code{Name: "argocd-no-server", Class: problem.Wrong}       // no args
	NoToken        = problem.Code{Name: "argocd-no-token", Class: problem.Wrong}        // server, why: none, malformed, other-server (the token that is there belongs to another)
	NoContext      = problem.Code{Name: "argocd-no-context", Class: problem.Wrong}      // context, path, known, suggestion
	BadConfig      = problem.Code{Name: "argocd-bad-config", Class: problem.Wrong}      // path, field ("": the whole), why: unreadable, yaml, type, dangling, base64, certificate
	BadOptions     = problem.Code{Name: "argocd-bad-options", Class: problem.Wrong}     // variable, flag, why: unclosed-quote, stray, no-value, bad-value
	BadAddress     = problem.Code{Name: "argocd-bad-address", Class: problem.Wrong}     // server, from
	BadCertificate = problem.Code{Name: "argocd-bad-certificate", Class: problem.Wrong} // path, why: unreadable, pem, pair
	Unsupported    = problem.Code{Name: "argocd-unsupported", Class: problem.Wrong}     // what: core, port-forward
)

// What can go wrong on the way, or at the server. All have the Arg server; what is
// an Asked.
var (
	Unreachable  = problem.Code{Name: "argocd-unreachable", Class: problem.Outside}   // reason (Go's, cleaned)
	Untrusted    = problem.Code{Name: "argocd-untrusted", Class: problem.Outside}     // reason
	NotTLS       = problem.Code{Name: "argocd-not-tls", Class: problem.Outside}       // the server speaks plain HTTP
	Redirected   = problem.Code{Name: "argocd-redirected", Class: problem.Outside}    // to (scheme and host), https ("yes" where that is the only difference)
	NoAnswer     = problem.Code{Name: "argocd-no-answer", Class: problem.Outside}     // what, limit
	BadAnswer    = problem.Code{Name: "argocd-bad-answer", Class: problem.Outside}    // what, status, message
	Unauthorized = problem.Code{Name: "argocd-unauthorized", Class: problem.Outside}  // why: none, expired, revoked, invalid; message
	Failed       = problem.Code{Name: "argocd-failed", Class: problem.Outside}        // what, status, message
	ControlDown  = problem.Code{Name: "argocd-no-controller", Class: problem.Outside} // application, what, limit
)

// What the server says of an application. All have the Args server, application
// and message (Argo CD's own words, cleaned).
var (
	Denied          = problem.Code{Name: "argocd-denied", Class: problem.Outside}           // what; sure: "no" where the application may not exist at all; suggestion
	NotFound        = problem.Code{Name: "argocd-no-application", Class: problem.Wrong}     // project
	Busy            = problem.Code{Name: "argocd-busy", Class: problem.Refused}             // another operation is in progress
	Idle            = problem.Code{Name: "argocd-idle", Class: problem.Refused}             // there is no operation to terminate
	BadRevision     = problem.Code{Name: "argocd-bad-revision", Class: problem.Outside}     // revision
	SyncsItself     = problem.Code{Name: "argocd-syncs-itself", Class: problem.Refused}     // revision, target: an automated application syncs to its target only
	WindowClosed    = problem.Code{Name: "argocd-window-closed", Class: problem.Refused}    // a sync window is shut
	GitDown         = problem.Code{Name: "argocd-git-down", Class: problem.Outside}         // Argo CD cannot read the repository
	RepoServerDown  = problem.Code{Name: "argocd-repo-server-down", Class: problem.Outside} //
	ComparisonError = problem.Code{Name: "argocd-comparison-error", Class: problem.Outside} // Argo CD cannot compare it with git
	Unsteady        = problem.Code{Name: "argocd-unsteady", Class: problem.Outside}         // why: moving, unexplained, hidden: no difference could be had that is sure to be of one moment
	Deleting        = problem.Code{Name: "argocd-deleting", Class: problem.Outside}         // the application is being deleted
)

// What Sync refuses by itself. Both have the Args application and revision.
var (
	NoLeave       = problem.Code{Name: "argocd-no-leave", Class: problem.Refused}        // nobody has allowed this
	NotPinned     = problem.Code{Name: "argocd-not-pinned", Class: problem.Refused}      // the revision is no full commit hash
	SeveralSource = problem.Code{Name: "argocd-several-sources", Class: problem.Refused} // hoist syncs applications of one source
)

// What Wait ends with, besides the above. All have the Args server and
// application.
var (
	OperationFailed = problem.Code{Name: "argocd-operation-failed", Class: problem.Outside} // phase, revision, message, resources
	Degraded        = problem.Code{Name: "argocd-degraded", Class: problem.Outside}         // message, resources
	PodsFail        = problem.Code{Name: "argocd-pods-fail", Class: problem.Outside}        // pod, reason, message
	PruneSkipped    = problem.Code{Name: "argocd-prune-skipped", Class: problem.Attention}  // resources
	StillOutOfSync  = problem.Code{Name: "argocd-out-of-sync", Class: problem.Attention}    // revision, resources
	MovedOn         = problem.Code{Name: "argocd-moved-on", Class: problem.Attention}       // revision (deployed), target (what git has by now)
	Left            = problem.Code{Name: "argocd-left", Class: problem.Interrupted}         // by Ctrl-C, while a sync goes on that was asked for
	Superseded      = problem.Code{Name: "argocd-superseded", Class: problem.Outside}       // revision, by (who began another operation), other (its revision)
	TimedOut        = problem.Code{Name: "argocd-timed-out", Class: problem.Outside}        // limit, sync, health, phase, revision, message
)

// Leave allows syncs. There are two: of the environments that hoist.yaml says
// are automatic, and the pass of a person who was asked at the gate.
type Leave interface {
	// Allows reports whether the application may be synced to the revision, a full
	// commit hash.
	Allows(application, revision string) bool
}
