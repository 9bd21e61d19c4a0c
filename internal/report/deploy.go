package report

import (
	"io"
	"slices"
	"strings"
	"time"

	"hoist.example/hoist/internal/argocd"
	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
)

// Deploy is one environment's application, what runs, what was pushed, and what
// a sync would do.
type Deploy struct {
	Environment, Title, Overlay, Application string
	Manual                                   bool // only a person may sync it
	Server                                   string
	State                                    *argocd.State // nil where Problem says why
	Problem                                  *problem.Problem

	// Remote and Branch are what the application follows, Ref the branch in full,
	// and Revision the commit that it is at: what a sync brings. Pushed is the one
	// that the branch of this work tree is at on its remote. "" where not known.
	Remote, Branch, Ref, Revision, Pushed string
	// Deployed is the commit that runs, "" where none is known.
	Deployed string
	// Contains says whether what runs contains the pushed commit: "yes", "no", or
	// "" where the clone cannot tell.
	Contains string
	Commits  []Commit // that a sync brings, newest first
	More     int      // further ones

	// Difference is what a sync changes; nil where it was not asked for.
	Difference *manifest.Comparison
	Services   func(files []string) []string // as in RenderedView
	Prune      bool                          // what git has no more is deleted
	// Kept are objects that git has no more, and that say themselves that they stay;
	// Unexplained are different for Argo CD, in nothing that can be shown.
	Kept        []*manifest.Object
	Unexplained []argocd.Name
	// Shut are findings that came in since what is deployed, Older those that
	// stood there before.
	Shut, Older []check.Finding
	Hints       []Hint
}

// Commit is one commit, for people.
type Commit struct{ ID, Author, Subject string }

// Hint is something a person should see to: a code, and what fills its sentence.
type Hint struct {
	Code HintCode
	Args []problem.Arg
}

// HintCode names a hint; JSON has it as it is.
type HintCode string

// The hints.
const (
	SyncsItself    HintCode = "syncs-itself"     // a manual environment whose application Argo CD syncs by itself
	Unguarded      HintCode = "unguarded"        // a manual environment without a sync window, and the account may sync it
	PushedUnknown  HintCode = "pushed-unknown"   // the remote could not be asked; reason
	Unpushed       HintCode = "unpushed"         // commits that the remote has not; n, branch
	OtherBranch    HintCode = "other-branch"     // the application follows another branch than this one; target, branch
	BehindWindow   HintCode = "window-closed"    // syncs by hand are refused now
	OtherOverlay   HintCode = "other-overlay"    // the application is made of another directory; path, overlay
	NotAsCommitted HintCode = "not-as-committed" // hoist.yaml says automatic and the pushed one does not
)

// Synced is how a sync or a wait went: "synced", "waited", "already" (there was
// nothing to sync), "unfinished" (an error says why).
type Synced struct {
	*Deploy
	Outcome string
	Waited  bool // it was a wait, not a sync
}

// Titled is the environment as people call it.
func (d *Deploy) Titled() string {
	if d.Title != "" {
		return d.Title
	}
	return d.Environment
}

// Opening is one time that the gate was opened.
type Opening struct {
	ID                               string
	At, Ended                        time.Time // Ended is zero where no outcome is known
	GitUser, User, Host              string
	Environment, Application, Server string
	Revision, Deployed, Digest       string
	Prune                            bool
	Older                            int // findings that were acknowledged
	Outcome, Code                    string
}

// theirs is a text of somebody else's: a credential in it is masked, and nothing
// in it moves the cursor.
func (w Words) theirs(s string) string { return visible(w.masker().Text(s)) }

// shortID is how commits are shown.
const shortID = 7

func short(id string) string {
	if argocd.Pinned(id) {
		return id[:shortID]
	}
	return visible(id)
}

// DeployStatus writes what runs where: one block an environment. The last line
// counts.
func (w Words) DeployStatus(out io.Writer, list []*Deploy) error {
	p := &page{out: out}
	n := countDeploys(list)
	for _, d := range list {
		p.gap()
		w.deployBlock(p, d)
	}
	p.gap()
	p.line(w.paint(bold, w.say(msgDeployCounts, "n", len(list), "differing", n.differing, "unwell", n.unwell, "behind", n.behind, "unknown", notZero(n.unknown))))
	return p.flush()
}

type deployCounts struct{ differing, unwell, behind, unknown int }

func countDeploys(list []*Deploy) (n deployCounts) {
	for _, d := range list {
		if d.State == nil {
			n.unknown++
			continue
		}
		if d.State.Sync != argocd.Synced {
			n.differing++
		}
		if d.State.Health != argocd.Healthy {
			n.unwell++
		}
		if d.Contains == "no" {
			n.behind++
		}
	}
	return n
}

// deployBlock is one environment.
func (w Words) deployBlock(p *page, d *Deploy) {
	w.deployHead(p, d)
	if d.State == nil {
		if d.Problem != nil {
			w.problem(p, d.Problem, "  ")
		}
		return
	}
	w.deployFacts(p, d)
	w.hints(p, d)
}

// deployHead is the environment, its application, and how that is.
func (w Words) deployHead(p *page, d *Deploy) {
	how := ""
	if s := d.State; s != nil {
		how = w.syncText(s.Sync) + ", " + w.healthText(s.Health)
		if c, bad := s.Uncompared(); bad && c.Type != "" && c.Type != s.Sync {
			how += ", " + w.paint(boldRed, visible(c.Type))
		}
	}
	head := w.paint(bold, visible(d.Environment)) + "  " + visible(d.Application)
	if w.Width > 0 && cells(stripped(head))+between+cells(stripped(how)) > w.width() {
		p.line(head)
		head = strings.Repeat(" ", margin-between)
	}
	p.line(head, "  ", how)
}

// syncText and healthText are Argo CD's own words, coloured.
func (w Words) syncText(s string) string {
	switch s {
	case argocd.Synced:
		return w.paint(green, s)
	case "":
		return w.say(msgNoStatus)
	}
	return w.paint(amber, visible(s))
}

func (w Words) healthText(s string) string {
	switch s {
	case argocd.Healthy:
		return w.paint(green, s)
	case argocd.IsDegraded, argocd.Missing:
		return w.paint(boldRed, s)
	case "":
		return w.say(msgNoHealth)
	}
	return w.paint(amber, visible(s))
}

// deployFacts are lines of a name and what is to be said about it.
func (w Words) deployFacts(p *page, d *Deploy) {
	s := d.State
	w.fact(p, msgFactDeployed, w.deployedText(d))
	w.fact(p, msgFactPushed, w.pushedText(d))
	w.fact(p, msgFactPolicy, w.policyText(d))
	if s.Operation != nil {
		w.fact(p, msgFactOperation, w.operationText(s.Operation))
	}
	for _, c := range s.Conditions {
		w.fact(p, msgFactCondition, visible(c.Type)+w.say(msgColon)+w.theirs(c.Message))
	}
	w.windows(p, s.Windows)
	w.resources(p, d)
}

// factWidth is how wide the names are, factIndent where what they name begins.
const (
	factWidth  = 10
	factIndent = 2 + factWidth + 1
)

func (w Words) fact(p *page, name Message, text string) {
	if text != "" {
		w.hanging(p, "  "+w.paint(dim, pad(w.say(name), factWidth))+" ", factIndent, text)
	}
}

func (w Words) deployedText(d *Deploy) string {
	s := d.State
	if s.Deployed == nil && d.Deployed == "" {
		return w.say(msgNeverDeployed)
	}
	at, by := "", ""
	if s.Deployed != nil {
		at, by = moment(s.Deployed.At), s.Deployed.By
		if by == "" {
			by = "Argo CD"
		}
	}
	return w.say(msgDeployedAt, "revision", short(d.Deployed), "at", at, "by", visible(by))
}

// moment is a time as everybody reads it.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

func (w Words) pushedText(d *Deploy) string {
	asked := !slices.ContainsFunc(d.Hints, func(h Hint) bool { return h.Code == PushedUnknown })
	switch {
	case d.State.Several():
		return w.say(msgPushedSeveral)
	case d.Revision == "" && asked && d.Remote != "":
		return w.say(msgPushedNone, "branch", visible(d.Branch), "remote", visible(d.Remote))
	case d.Revision == "":
		return w.say(msgPushedUnknown)
	}
	m := msgPushedIs
	switch d.Contains {
	case "yes":
		m = msgPushedRuns
	case "no":
		m = msgPushedWaits
	}
	return w.say(m, "revision", short(d.Revision), "branch", visible(d.Branch), "remote", visible(d.Remote), "n", len(d.Commits)+d.More)
}

func (w Words) policyText(d *Deploy) string {
	switch {
	case d.State.Automated:
		return w.say(msgPolicyArgo, "prune", flagText(d.State.AutoPrune), "heal", flagText(d.State.SelfHeal))
	case d.Manual:
		return w.say(msgPolicyManual)
	}
	return w.say(msgPolicyHoist)
}

// flagText is an argument that is there or not.
func flagText(on bool) string {
	if on {
		return "yes"
	}
	return ""
}

func (w Words) operationText(o *argocd.Operation) string {
	m := msgOperationEnded
	if o.InProgress {
		m = msgOperationRuns
	}
	by, phase := o.By, o.Phase
	if by == "" {
		by = "Argo CD"
	}
	if phase == "" {
		phase = w.say(msgOperationWaits)
	}
	return w.say(m, "phase", visible(phase), "revision", short(o.Revision()), "by", visible(by), "at", moment(o.StartedAt), "message", w.theirs(o.Message),
		"dry", flagText(o.DryRun), "partial", flagText(o.Partial), "retries", notZero(o.Retries))
}

func (w Words) windows(p *page, x *argocd.Windows) {
	if x == nil || len(x.Assigned)+len(x.Active) == 0 {
		return
	}
	m := msgWindowsShut
	if x.Open {
		m = msgWindowsOpen
	}
	w.fact(p, msgFactWindow, w.say(m))
	for _, v := range x.Assigned {
		w.prose(p, factIndent, w.windowText(v, slices.Contains(x.Active, v)))
	}
}

func (w Words) windowText(v argocd.Window, active bool) string {
	m := msgWindowDeny
	if v.Kind == "allow" {
		m = msgWindowAllow
	}
	return w.say(m, "when", w.schedule(v.Schedule), "duration", visible(v.Duration), "manual", flagText(v.Manual), "active", flagText(active))
}

// resources are what is not as git has it, and what git has no more.
func (w Words) resources(p *page, d *Deploy) {
	list := func(name Message, rs []argocd.Resource, text func(argocd.Resource) string) {
		for i, r := range rs {
			switch {
			case i == mostResources:
				w.prose(p, factIndent, w.say(msgMore, "n", len(rs)-i))
				return
			case i == 0:
				w.fact(p, name, text(r))
			default:
				w.prose(p, factIndent, text(r))
			}
		}
	}
	list(msgFactDiffers, d.State.Differing(), func(r argocd.Resource) string { return visible(r.Name.String()) })
	list(msgFactPrune, d.State.Prunes(), func(r argocd.Resource) string { return visible(r.Name.String()) })
	list(msgFactUnwell, unwell(d.State), func(r argocd.Resource) string {
		return w.say(msgUnwell, "name", visible(r.Name.String()), "health", visible(r.Health), "message", w.theirs(r.Message))
	})
}

// mostResources is how many are named before they are counted.
const mostResources = 8

// unwell are the resources whose health is none; those that a sync will make, and
// those that merely wait, aside.
func unwell(s *argocd.State) (out []argocd.Resource) {
	for _, r := range s.Resources {
		toCome := r.Health == argocd.Missing && r.Sync != argocd.Synced
		if r.Health != "" && r.Health != argocd.Healthy && r.Health != argocd.Suspended && !toCome {
			out = append(out, r)
		}
	}
	return out
}

func (w Words) hints(p *page, d *Deploy) {
	for _, h := range d.Hints {
		w.labelled(p, "  ", w.say(labelWarning), w.hintText(d, h))
	}
}

// Hint is a hint as it stands on stderr, without the last line's end.
func (w Words) Hint(d *Deploy, h Hint) string {
	p := &page{}
	w.labelled(p, "", w.say(labelWarning), visible(d.Environment)+w.say(msgColon)+w.hintText(d, h))
	return strings.TrimSuffix(p.b.String(), "\n")
}

func (w Words) hintText(d *Deploy, h Hint) string {
	t, ok := hintTexts[h.Code]
	if !ok {
		return visible(string(h.Code))
	}
	return fill(t.in(w.Lang), func(name string) string {
		for _, a := range h.Args {
			if a.Name == name {
				return visible(w.masker().Text(a.Text))
			}
		}
		switch name {
		case "application":
			return visible(d.Application)
		case "environment":
			return visible(d.Titled())
		}
		return ""
	})
}

// view is the difference as a rendered one, without what would only be deleted.
func (d *Deploy) view() RenderedView {
	c := &manifest.Comparison{}
	if d.Difference != nil {
		*c = *d.Difference
		c.Differences = slices.DeleteFunc(slices.Clone(c.Differences), func(x manifest.Difference) bool { return x.Kind == manifest.Removed })
	}
	return RenderedView{Diff: true, Services: d.Services, Overlays: []RenderedOverlay{{Rendering: plan.Rendering{Environment: d.Environment, Overlay: d.Overlay, Comparison: c}}}}
}

// Prunes are the objects that git has no more, but for those that stay by
// themselves: a map that goes on under another name has left one behind.
func (d *Deploy) Prunes() (out []*manifest.Object) {
	if d.Difference == nil {
		return nil
	}
	for i := range d.Difference.Differences {
		if x := &d.Difference.Differences[i]; x.Kind == manifest.Removed || x.Renamed() {
			out = append(out, x.Before)
		}
	}
	return out
}

// Differs reports whether a sync would change anything.
func (d *Deploy) Differs() bool {
	return len(d.Unexplained) > 0 || d.Difference != nil && len(d.Difference.Differences)+len(d.Difference.Followers) > 0
}

// DeployDiff writes what a sync would change, object by object, as a rendered
// difference is shown. The last line counts.
func (w Words) DeployDiff(out io.Writer, d *Deploy) error {
	w = w.fresh()
	p := &page{out: out}
	w.deployChanges(p, d)
	p.gap()
	w.painted(p, 0, bold, w.deployTotal(d))
	return p.flush()
}

func (w Words) deployChanges(p *page, d *Deploy) {
	w.beside(p, "", w.paint(bold, visible(d.Environment))+"  "+visible(d.Application), w.say(msgFromTo, "from", orNothing(w, d.Deployed), "to", short(d.Revision)))
	v := d.view()
	x := v.Overlays[0]
	if !d.Differs() {
		p.line("  = ", w.say(msgDeployNothing))
	}
	for i := range x.Comparison.Differences {
		w.renderedObject(p, v, x, &x.Comparison.Differences[i])
	}
	for _, f := range x.followers() {
		w.follower(p, f)
	}
	for _, n := range d.Unexplained {
		w.beside(p, "  "+w.paint(amber, "?")+" ", visible(n.String()), w.say(msgUnexplained))
	}
	w.prunes(p, d)
}

func orNothing(w Words, id string) string {
	if id == "" {
		return w.say(msgNothingYet)
	}
	return short(id)
}

// prunes says of each object that git has no more what becomes of it.
func (w Words) prunes(p *page, d *Deploy) {
	sign, st, m := "=", amber, msgStays
	if d.Prune {
		sign, st, m = "-", red, msgIsDeleted
	}
	for _, o := range d.Prunes() {
		w.beside(p, "  "+w.paint(st, sign)+" ", visible(o.String()), w.say(m))
	}
	for _, o := range d.Kept {
		w.beside(p, "  = ", visible(o.String()), w.say(msgKept))
	}
}

func (w Words) deployTotal(d *Deploy) string {
	n := countRendered(d.view())
	prunes, stays := len(d.Prunes()), 0
	if !d.Prune {
		prunes, stays = 0, prunes
	}
	return w.say(msgDeployTotal, "objects", n.objects, "restarts", n.restarts, "prunes", notZero(prunes), "stays", notZero(stays))
}

// GateShown writes what a person is asked about: the application as it is, the
// commits and the difference that come, and what is wrong with them.
func (w Words) GateShown(out io.Writer, d *Deploy) error {
	w = w.fresh()
	p := &page{out: out}
	w.deployHead(p, d)
	w.deployFacts(p, d)
	for _, c := range d.Commits {
		w.hanging(p, "  "+w.paint(dim, short(c.ID))+" ", 2+shortID+1, w.theirs(c.Subject)+" ("+w.theirs(c.Author)+")")
	}
	if d.More > 0 {
		p.line("  ", w.say(msgMoreCommits, "n", d.More))
	}
	p.gap()
	w.deployChanges(p, d)
	p.gap()
	w.painted(p, 0, bold, w.deployTotal(d))
	w.gateFindings(p, msgGateShut, d.Shut)
	w.gateFindings(p, msgGateOlder, d.Older)
	if len(d.Hints) > 0 {
		p.gap()
		w.hints(p, d)
	}
	return p.flush()
}

func (w Words) gateFindings(p *page, title Message, list []check.Finding) {
	if len(list) == 0 {
		return
	}
	p.gap()
	w.painted(p, 0, bold, w.say(title, "n", len(list)))
	for _, f := range list {
		w.finding(p, f)
	}
}
