package kustomize

import (
	"encoding/base64"
	"strings"

	"sigs.k8s.io/kustomize/api/hasher"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"

	"hoist.example/hoist/internal/manifest"
)

// skeleton is an overlay rendered without what a promotion changes.
type skeleton struct {
	Seen map[string]look `json:"seen"` // what kustomize saw of the repository
	Docs []bone          `json:"docs"`
}

// bone is one object of a skeleton.
type bone struct {
	rendered
	// Slots are the keys of data that hold the content of a file.
	Slots map[string]string `json:"slots,omitempty"`
	// Names are the names in its text that end in the hash of tokens.
	Names []string `json:"names,omitempty"`
}

// hashesTokens reports whether its name changes with the contents.
func (b *bone) hashesTokens() bool { return b.Base != "" && len(b.Slots) > 0 }

// newSkeleton finds out where the tokens went; false where one went anywhere
// else than into a value of data, or a name was not merely carried.
func newSkeleton(f *files, docs []rendered) (*skeleton, bool) {
	files := map[string]string{} // by token
	for name, token := range f.token {
		files[token] = name
	}
	s := &skeleton{Seen: f.seen}
	names := map[string]int{}
	for _, d := range docs {
		b := bone{rendered: d, Slots: slots(&d, files)}
		if strings.Count(d.Text, tokenMark)+strings.Count(d.Text, tokenMark64) != len(b.Slots) {
			return nil, false
		}
		if b.hashesTokens() {
			names[d.ID.Name]++
		}
		s.Docs = append(s.Docs, b)
	}
	return s, s.findNames(names)
}

// slots are the keys of data that hold a token, with the files they stand for.
func slots(d *rendered, files map[string]string) map[string]string {
	var out map[string]string
	for k, v := range d.data {
		token := v
		if d.ID.Kind == "Secret" {
			raw, err := base64.StdEncoding.DecodeString(v)
			if err != nil {
				continue
			}
			token = string(raw)
		}
		if name, ok := files[token]; ok {
			if out == nil {
				out = map[string]string{}
			}
			out[k] = name
		}
	}
	return out
}

// findNames notes which objects have which of the names in their text. A hash of
// tokens stands nowhere by chance; where it stands otherwise than as the end of
// a whole name, answer is false.
func (s *skeleton) findNames(names map[string]int) bool {
	hashes := map[string]bool{}
	for n := range names {
		hashes[n[len(n)-hashLength:]] = true
	}
	for i := range s.Docs {
		b := &s.Docs[i]
		seen := map[string]bool{}
		for word := range words(b.Text) {
			if names[word] > 0 {
				if b.isData() && word != b.ID.Name {
					return false // its own hash may depend on the other's name
				}
				if !seen[word] {
					seen[word] = true
					b.Names = append(b.Names, word)
				}
				continue
			}
			for at := 0; at+hashLength <= len(word); at++ {
				if hashes[word[at:at+hashLength]] {
					return false
				}
			}
		}
	}
	return true
}

// words are the runs of letters, digits, dashes and dots in a text: names of
// objects, and more.
func words(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		from := -1
		for i := 0; i <= len(text); i++ {
			if i < len(text) && inName(text[i]) {
				if from < 0 {
					from = i
				}
				continue
			}
			if from >= 0 {
				if !yield(text[from:i]) {
					return
				}
				from = -1
			}
		}
	}
}

func inName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_'
}

// fill puts contents into a bone: its data, and the hash in its name.
func (b *bone) fill(contents map[string][]byte) (rendered, error) {
	n, err := kyaml.Parse(b.Text)
	if err != nil {
		return rendered{}, err
	}
	data := map[string]string{}
	for k, name := range b.Slots {
		data[k] = string(contents[name])
	}
	load := n.LoadMapIntoConfigMapData
	if b.ID.Kind == "Secret" {
		load = n.LoadMapIntoSecretData
	}
	if err := load(data); err != nil {
		return rendered{}, err
	}
	out := b.rendered
	if b.Base != "" {
		if out.ID.Name, err = rehash(n, b.Base); err != nil {
			return rendered{}, err
		}
	}
	out.Text, err = printed(n)
	return out, err
}

// rehash names an object after its content.
func rehash(n *kyaml.RNode, base string) (string, error) {
	h, err := (&hasher.Hasher{}).Hash(n)
	if err != nil {
		return "", err
	}
	name := base + "-" + h
	return name, n.SetName(name)
}

// renamed is a text with the names of maps put in; each is as long as before, so
// that no printer would break its line elsewhere.
func renamed(text string, names []string, now map[string]string) string {
	pairs := make([]string, 0, 2*len(names))
	for _, n := range names {
		pairs = append(pairs, n, now[n])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func (d *rendered) object(files map[string][]string) *manifest.Object {
	o := manifest.New(d.ID, d.Version, d.Text)
	o.Base, o.Files = d.Base, files
	return o
}
