// Package forge opens a merge or pull request on GitLab or GitHub over REST, or
// brings the one that is open up to date.
//
// It never merges, approves, closes or deletes; it never pushes (gitrepo does);
// it never reads a repository's files.
//
// Laws: a token goes to the address that it was meant for and nowhere else: not
// to the host of a redirect, not into a text; every call has an end; what a
// person wrote into a request's description stays there; a title is never
// changed once it stands, since people mark drafts in it.
//
// The calls are those of GitHub's REST API, version 2022-11-28 ("Pulls",
// "Repositories"), and GitLab's REST API v4 ("Merge requests", "Projects").
package forge

import (
	"hoist.example/hoist/internal/problem"
)

// What can go wrong. No argument holds a token or an address with one in it.
var (
	UnknownForge = problem.Code{Name: "forge-unknown", Class: problem.Wrong}         // host ("": the remote is no address of a server)
	BadSetting   = problem.Code{Name: "forge-bad-setting", Class: problem.Wrong}     // variable, value, want
	BadConfig    = problem.Code{Name: "forge-bad-config", Class: problem.Wrong}      // path
	NoToken      = problem.Code{Name: "forge-no-token", Class: problem.Wrong}        // host, variable, other (a variable that is set, for another host; "")
	SameBranch   = problem.Code{Name: "forge-same-branch", Class: problem.Wrong}     // branch
	Unreachable  = problem.Code{Name: "forge-unreachable", Class: problem.Outside}   // host, reason
	NoAnswer     = problem.Code{Name: "forge-no-answer", Class: problem.Outside}     // host, limit
	Redirected   = problem.Code{Name: "forge-redirected", Class: problem.Outside}    // host, to
	BadAnswer    = problem.Code{Name: "forge-bad-answer", Class: problem.Outside}    // host, status
	Unauthorized = problem.Code{Name: "forge-unauthorized", Class: problem.Outside}  // host, variable
	Forbidden    = problem.Code{Name: "forge-forbidden", Class: problem.Outside}     // host, message
	NotFound     = problem.Code{Name: "forge-no-repository", Class: problem.Outside} // host, repository
	RateLimited  = problem.Code{Name: "forge-rate-limited", Class: problem.Outside}  // host, seconds ("": unknown)
	Rejected     = problem.Code{Name: "forge-rejected", Class: problem.Outside}      // host, status, message
	Down         = problem.Code{Name: "forge-down", Class: problem.Outside}          // host, status
)

// Kind is a forge's software.
type Kind string

// The kinds.
const (
	GitHub Kind = "github"
	GitLab Kind = "gitlab"
)

// Request is what is to be reviewed.
type Request struct {
	Head, Base string // branches, without refs/heads/
	Title      string // used where the request is new
	Body       string // Markdown; hoist's part of the description
}

// Opened is the request as it stands now.
type Opened struct {
	Kind   Kind
	Number int
	URL    string // of its page; "" where the forge gave none that may be shown
	New    bool   // it was opened; else the one that was open is up to date
}
