package check

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"hoist.example/hoist/internal/problem"
)

// BaselineSchema names the format of a baseline file.
const BaselineSchema = "hoist/baseline/v1"

// BadBaseline says that a baseline file cannot be read; reason: unreadable,
// not-json, not-a-baseline.
var BadBaseline = problem.Code{Name: "bad-baseline", Class: problem.Wrong}

// Entry is one accepted finding. What it accepts is its Fingerprint; the rest
// is for people who read the file.
type Entry struct {
	Fingerprint string `json:"fingerprint"`
	Code        string `json:"code"`
	Service     string `json:"service"`
	Environment string `json:"environment"`
	Path        string `json:"path"`
}

// Baseline is what an old repository has today and a check accepts. A nil
// Baseline accepts nothing.
type Baseline struct{ Accepted []Entry }

type baselineFile struct {
	Schema   string  `json:"schema"`
	Accepted []Entry `json:"accepted"`
}

// Fingerprint names a finding for as long as its code, service, environment and
// path stay the same: lines may move, files may be renamed. 16 hexadecimal
// digits; it says nothing about a value.
func (f Finding) Fingerprint() string {
	h := sha256.Sum256([]byte(strings.Join([]string{string(f.Code), f.Kind, f.Service, f.Environment, f.Path}, "\x00")))
	return hex.EncodeToString(h[:8])
}

// NewBaseline accepts findings, each once, in a stable order.
func NewBaseline(findings []Finding) *Baseline {
	b := &Baseline{Accepted: []Entry{}}
	seen := map[string]bool{}
	for _, f := range findings {
		e := Entry{f.Fingerprint(), string(f.Code), f.Service, f.Environment, f.Path}
		if !seen[e.Fingerprint] {
			seen[e.Fingerprint] = true
			b.Accepted = append(b.Accepted, e)
		}
	}
	slices.SortFunc(b.Accepted, func(a, b Entry) int {
		return strings.Compare(a.Service+"\x00"+a.Path+"\x00"+a.Code+"\x00"+a.Environment+"\x00"+a.Fingerprint,
			b.Service+"\x00"+b.Path+"\x00"+b.Code+"\x00"+b.Environment+"\x00"+b.Fingerprint)
	})
	return b
}

// Write writes the file, one entry a line, so that git merges it.
func (b *Baseline) Write(w io.Writer) error {
	var s strings.Builder
	s.WriteString("{\"schema\": \"" + BaselineSchema + "\",\n \"accepted\": [")
	for i, e := range b.Accepted {
		text, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if i > 0 {
			s.WriteString(",")
		}
		s.WriteString("\n  " + string(text))
	}
	s.WriteString("]}\n")
	_, err := io.WriteString(w, s.String())
	return err
}

// ReadBaseline reads the file; name is for the place of the problem, which is
// BadBaseline.
func ReadBaseline(name string, r io.Reader) (*Baseline, error) {
	bad := func(reason string, err error) (*Baseline, error) {
		return nil, problem.New(BadBaseline, problem.Place{File: name}, "reason", reason).Because(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return bad("unreadable", err)
	}
	var f baselineFile
	if err := json.Unmarshal(text, &f); err != nil {
		return bad("not-json", err)
	}
	if f.Schema != BaselineSchema {
		return bad("not-a-baseline", nil)
	}
	return &Baseline{Accepted: f.Accepted}, nil
}

// split divides findings into new and accepted ones. gone are the entries that
// no finding has; they are known only where everything was looked at.
func (b *Baseline) split(all []Finding, complete bool) (found, accepted []Finding, gone []Entry) {
	if b == nil {
		return all, nil, nil
	}
	known := map[string]bool{}
	for _, e := range b.Accepted {
		known[e.Fingerprint] = true
	}
	met := map[string]bool{}
	for _, f := range all {
		if id := f.Fingerprint(); known[id] {
			met[id] = true
			accepted = append(accepted, f)
		} else {
			found = append(found, f)
		}
	}
	for _, e := range b.Accepted {
		if complete && !met[e.Fingerprint] && e.Code != string(Mixed) { // of other commits than these
			gone = append(gone, e)
		}
	}
	return found, accepted, gone
}
