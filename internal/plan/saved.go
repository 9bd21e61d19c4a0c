package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"regexp"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
)

// Schema names the format of a plan file.
const Schema = "hoist/plan/v1"

// BadFile says that a plan file cannot be read; reason.
var BadFile = problem.Code{Name: "bad-plan-file", Class: problem.Wrong}

// Saved is a plan file read back: the choice to make again, and all of it to
// compare with.
type Saved struct {
	Choice Choice
	Digest string
	doc    document
	whole  any
}

type document struct {
	Schema string
	From   string
	To     []string
	Digest string
	Choice struct {
		Services, Only, Except, Prune, Overwrite, Images []string
		Placeholder, Add, WithRefs, OnlyImages           bool
		Set                                              []struct {
			Environment, Service, Path string
			Value                      json.RawMessage
		}
		Leave      []struct{ Environment, Service, Path string }
		ImagesFrom map[string]string
	}
	Config  savedSource
	Sources []savedSource
	Files   []savedSource
}

type savedSource struct{ Path, SHA256 string }

// Decode reads a plan file. The problem is BadFile; name is for its place.
func Decode(name string, r io.Reader) (*Saved, error) {
	bad := func(reason string, err error) error {
		return problem.New(BadFile, problem.Place{File: name}, "reason", reason).Because(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, bad("unreadable", err)
	}
	s := &Saved{}
	if err := json.Unmarshal(b, &s.doc); err != nil {
		return nil, bad("not-json", err)
	}
	if s.doc.Schema != Schema {
		return nil, bad("not-a-plan", nil)
	}
	if s.whole, err = decodeAny(b); err != nil {
		return nil, bad("not-json", err)
	}
	c := s.doc.Choice
	s.Digest = s.doc.Digest
	s.Choice = Choice{From: s.doc.From, To: s.doc.To, Services: c.Services, Only: c.Only, Except: c.Except, Prune: c.Prune,
		Overwrite: c.Overwrite, Images: c.Images, Placeholder: c.Placeholder, Add: c.Add, WithRefs: c.WithRefs, OnlyImages: c.OnlyImages, ImagesFrom: c.ImagesFrom}
	for _, x := range c.Set {
		g := Supplied{Environment: x.Environment, Service: x.Service, Path: x.Path}
		if err := json.Unmarshal(x.Value, &g.Text); err != nil { // a text is as it was typed; else it has its type
			if g.Value, err = fromJSON(x.Value); err != nil {
				return nil, bad("bad-value", err)
			}
		}
		s.Choice.Set = append(s.Choice.Set, g)
	}
	for _, x := range c.Leave {
		p, err := keypath.Parse(x.Path)
		if err != nil {
			return nil, bad("bad-value", err)
		}
		s.Choice.Leave = append(s.Choice.Leave, Left{x.Environment, x.Service, p})
	}
	return s, nil
}

func decodeAny(b []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// fromJSON is a supplied value read back: a scalar or a list of scalars.
func fromJSON(b json.RawMessage) (value.Value, error) {
	v, err := decodeAny(b)
	if err != nil {
		return value.Value{}, err
	}
	return fromAny(v)
}

func fromAny(v any) (value.Value, error) {
	switch x := v.(type) {
	case string:
		return value.Text(x), nil
	case nil:
		return value.Of(value.Null), nil
	case bool, json.Number:
		return value.Parse(fmt.Sprint(x))
	case []any:
		var items []value.Value
		for _, e := range x {
			i, err := fromAny(e)
			if err != nil {
				return value.Value{}, err
			}
			items = append(items, i)
		}
		return value.Sequence(items), nil
	}
	return value.Value{}, value.ErrNotScalar
}

// Unresolved is the choice as it goes into a request: services and images are
// given apart from it.
func (s *Saved) Unresolved() Choice {
	c := s.Choice
	c.Services, c.Images = nil, nil
	return c
}

// Differs says what keeps a plan made again, given as a plan file's JSON, from
// being the saved one: "config", "source", "target" with the file, else "plan";
// "" where they are the same. Fingerprints of masked values are of one clone
// only and do not count.
func (s *Saved) Differs(again []byte) (what, file string) {
	var doc document
	whole, err := decodeAny(again)
	if err != nil || json.Unmarshal(again, &doc) != nil {
		return "plan", ""
	}
	if doc.Config != s.doc.Config {
		return "config", s.doc.Config.Path
	}
	if f, ok := moved(s.doc.Sources, doc.Sources); ok {
		return "source", f
	}
	if f, ok := moved(s.doc.Files, doc.Files); ok {
		return "target", f
	}
	fp := regexp.MustCompile(`#[0-9a-f]{8}`)
	if s.Digest != doc.Digest || !reflect.DeepEqual(plainMasks(s.whole, fp), plainMasks(whole, fp)) {
		return "plan", ""
	}
	return "", ""
}

func moved(was, is []savedSource) (string, bool) {
	for i, f := range was {
		if i >= len(is) || is[i] != f {
			return f.Path, true
		}
	}
	if len(is) > len(was) {
		return is[len(was)].Path, true
	}
	return "", false
}

// plainMasks takes the fingerprints out of masked strings.
func plainMasks(v any, fp *regexp.Regexp) any {
	switch x := v.(type) {
	case string:
		if bytes.Contains([]byte(x), []byte("****")) {
			return fp.ReplaceAllString(x, "#")
		}
	case []any:
		for i := range x {
			x[i] = plainMasks(x[i], fp)
		}
	case map[string]any:
		for k := range x {
			x[k] = plainMasks(x[k], fp)
		}
	}
	return v
}
