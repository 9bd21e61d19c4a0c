package promotion

import (
	"math"
	"time"
)

// Entry is one promotion of a history, or one that takes promotions back.
type Entry struct {
	Commit, Author, Email, Subject string
	When                           time.Time
	Trailers
	RevertedBy string // the commit that took it back, "" where none did
	Files      []EntryFile
}

// EntryFile is one file of an environment that the entry's commit changed.
type EntryFile struct {
	Path                 string // below hoist.yaml's directory
	Environment, Service string // Service "" of images
	Changes              []Change
	Names                []string // the changes as a message has them
	// Unreadable says that one of the versions is no YAML: Changes are unknown.
	Unreadable bool
}

// Synced is what the entry moved, as a message would have it if nothing were cut
// and environments had no titles.
func (e Entry) Synced() []string {
	f := Facts{To: e.To, untitled: true}
	for _, x := range e.Files {
		f.Moved = append(f.Moved, Moved{x.Service, x.Environment, x.Names})
	}
	return f.synced(math.MaxInt)
}
