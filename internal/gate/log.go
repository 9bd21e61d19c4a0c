package gate

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
)

// Log is the audit log of one clone: a file that is only ever appended to, one
// JSON object a line. Each opening of the gate is a line, on disk before the
// sync is asked for, and its outcome another.
//
// Whoever may write the file may also forge it: it tells honest people what
// happened. What Argo CD and git remember is beyond their reach.
type Log struct{ path string }

// NewLog is the log at path. The file, and its directory, need not exist yet.
func NewLog(path string) *Log { return &Log{path} }

// Who opened the gate, as far as the machine knows.
type Who struct {
	Git  string // name and mail as git has them
	User string // of the operating system
	Host string
}

// The events of an entry.
const (
	eventOpened = "opened"
	eventEnded  = "ended"
)

// logSchema names the format of a line.
const logSchema = "hoist/audit/v1"

// Entry is one line.
type Entry struct {
	Schema      string    `json:"schema"`
	ID          string    `json:"id"` // the same in both lines of one opening
	Event       string    `json:"event"`
	At          time.Time `json:"at"`
	GitUser     string    `json:"gitUser"`
	User        string    `json:"osUser"`
	Host        string    `json:"host"`
	Environment string    `json:"environment"`
	Application string    `json:"application"`
	Server      string    `json:"server"`
	Revision    string    `json:"revision"`
	Deployed    string    `json:"deployed"`
	Digest      string    `json:"digest"` // of what was shown
	Prune       bool      `json:"prune"`
	Older       int       `json:"findings"` // that were acknowledged
	Outcome     string    `json:"outcome,omitempty"`
	Code        string    `json:"code,omitempty"`
}

func newEntry(who Who, d *report.Deploy) Entry {
	id := make([]byte, 8)
	rand.Read(id)
	return Entry{Schema: logSchema, ID: hex.EncodeToString(id), Event: eventOpened, GitUser: who.Git, User: who.User, Host: who.Host,
		Environment: d.Environment, Application: d.Application, Server: d.Server, Revision: d.Revision, Deployed: d.Deployed,
		Digest: digest(d), Prune: d.Prune, Older: len(d.Older)}
}

// write appends one line and waits until it is on disk. The error is NoLog.
func (l *Log) write(e Entry) error {
	e.At = time.Now().UTC()
	text, err := json.Marshal(e)
	if err == nil {
		err = l.add(append(text, '\n'))
	}
	if err != nil {
		return problem.New(NoLog, problem.Place{File: l.path}, "reason", reason(err)).Because(err)
	}
	return nil
}

func (l *Log) add(text []byte) error {
	dir := filepath.Dir(l.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if torn(f) { // by a machine that went down while it wrote
		text = append([]byte{'\n'}, text...)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return syncDir(dir)
}

// torn reports whether the last line has no end.
func torn(f *os.File) bool {
	st, err := f.Stat()
	if err != nil || st.Size() == 0 {
		return false
	}
	last := make([]byte, 1)
	_, err = f.ReadAt(last, st.Size()-1)
	return err == nil && last[0] != '\n'
}

// syncDir puts a new file's name on disk; a file system that cannot do that for
// directories does it anyway.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}

// Deploys are the openings in the log, oldest first, each with its outcome. A
// line that is none is passed over.
func (l *Log) Deploys() ([]report.Opening, error) {
	src, err := os.ReadFile(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, problem.New(NoLog, problem.Place{File: l.path}, "reason", reason(err)).Because(err)
	}
	var out []report.Opening
	at := map[string]int{}
	s := bufio.NewScanner(bytes.NewReader(src))
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var e Entry
		if json.Unmarshal(s.Bytes(), &e) != nil || e.Schema != logSchema {
			continue
		}
		if i, ok := at[e.ID]; ok && e.Event == eventEnded {
			out[i].Outcome, out[i].Code, out[i].Ended = e.Outcome, e.Code, e.At
		} else if e.Event == eventOpened {
			at[e.ID] = len(out)
			out = append(out, e.opening())
		}
	}
	return out, s.Err()
}

func (e Entry) opening() report.Opening {
	return report.Opening{ID: e.ID, At: e.At, GitUser: e.GitUser, User: e.User, Host: e.Host, Environment: e.Environment, Application: e.Application,
		Server: e.Server, Revision: e.Revision, Deployed: e.Deployed, Digest: e.Digest, Prune: e.Prune, Older: e.Older}
}

func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}
