// Package progress is one step of long work, as data, told while it runs.
// Faces render it on stderr or drop it; it never carries a result.
package progress

// Stage names a kind of work; report words it.
type Stage string

// The stages.
const (
	Compare Stage = "compare"
	Plan    Stage = "plan"
	Prove   Stage = "prove"
	Write   Stage = "write"
	Verify  Stage = "verify"
	Commit  Stage = "commit"
	Push    Stage = "push"
	Fetch   Stage = "fetch"
	Render  Stage = "render" // Subject is an overlay, the steps are its files
)

// Event is one step.
type Event struct {
	Stage       Stage
	Subject     string // a service, a file
	Done, Total int    // Total 0: unknown
	Seconds     int    // that it has lasted; 0: too few to say
}

// Func receives events. It may be called from several goroutines, never after
// the verb has returned. A nil Func means that nobody listens: call Tell.
type Func func(Event)

// Tell calls f unless it is nil.
func (f Func) Tell(e Event) {
	if f != nil {
		f(e)
	}
}
