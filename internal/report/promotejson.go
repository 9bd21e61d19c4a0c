package report

import "io"

// PromotedRun is what a guided promotion did.
type PromotedRun struct {
	From     string
	To       []string
	Steps    []PromotedStep
	Changes  int // applied
	HeldBack int
	Commits  []string
	Pushed   bool
	Next     []string // the command to type next; none: nothing is left
}

// PromotedStep is one step of it.
type PromotedStep struct {
	Step        string // compare, choose, plan, apply, verify, commit, push, deploy, gate
	Environment string // of deploy and gate
	Outcome     Outcome
}

// Outcome is how a step ended.
type Outcome string

// The outcomes.
const (
	StepDone      Outcome = "done"
	StepSkipped   Outcome = "skipped"   // there is no remote, or no Argo CD
	StepStopped   Outcome = "stopped"   // it can be gone on with
	StepPerson    Outcome = "person"    // only a person goes on
	StepAttention Outcome = "attention" // done, and something was left
)

// PromotedJSON writes hoist/promote/v1.
func (w Words) PromotedJSON(out io.Writer, r PromotedRun) error {
	s := &scribe{}
	s.open('{')
	s.strMember("schema", "hoist/promote/v1")
	s.strMember("from", r.From)
	s.strings("to", r.To)
	s.newline(1)
	s.key("steps")
	s.open('[')
	for _, x := range r.Steps {
		s.newline(2)
		s.open('{')
		s.strMember("step", x.Step)
		if x.Environment != "" {
			s.strMember("environment", x.Environment)
		}
		s.strMember("outcome", string(x.Outcome))
		s.close('}')
	}
	s.close(']')
	s.newline(1)
	s.intMember("changes", r.Changes)
	s.intMember("heldBack", r.HeldBack)
	s.strings("commits", r.Commits)
	s.key("pushed")
	s.bool(r.Pushed)
	s.strings("next", r.Next)
	return s.end(out)
}
