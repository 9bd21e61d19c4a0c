package kustomize

import (
	"strings"

	"sigs.k8s.io/kustomize/api/hasher"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/yaml"

	"hoist.example/hoist/internal/manifest"
)

// rendered is one object as kustomize printed it.
type rendered struct {
	ID      manifest.ID `json:"id"`
	Version string      `json:"version"`
	Text    string      `json:"text"`
	// Base is the name without the hash of the content, "" where it has none.
	Base string            `json:"base,omitempty"`
	data map[string]string // of a ConfigMap or Secret, as it stands there
}

func (d *rendered) isData() bool {
	return d.ID.Group == "" && (d.ID.Kind == "ConfigMap" || d.ID.Kind == "Secret")
}

// printed is an object as kustomize build prints it (its Resource.AsYAML).
func printed(n *kyaml.RNode) (string, error) {
	j, err := n.MarshalJSON()
	if err != nil {
		return "", err
	}
	text, err := yaml.JSONToYAML(j)
	return string(text), err
}

func describe(n *kyaml.RNode) (rendered, error) {
	text, err := printed(n)
	if err != nil {
		return rendered{}, err
	}
	group, version, grouped := strings.Cut(n.GetApiVersion(), "/")
	if !grouped {
		group, version = "", n.GetApiVersion()
	}
	d := rendered{ID: manifest.ID{Group: group, Kind: n.GetKind(), Namespace: n.GetNamespace(), Name: n.GetName()}, Version: version, Text: text}
	if d.isData() {
		d.data = n.GetDataMap()
		d.Base, err = baseName(n)
	}
	return d, err
}

// hashLength is how long the hash behind a generated name is.
const hashLength = 10

// baseName is the name of an object without the hash of its content; "" where
// what stands behind it is no such hash. The hash has no part of the name in it.
func baseName(n *kyaml.RNode) (string, error) {
	name := n.GetName()
	at := len(name) - hashLength
	if at < 2 || name[at-1] != '-' {
		return "", nil
	}
	h, err := (&hasher.Hasher{}).Hash(n)
	if err != nil || h != name[at:] {
		return "", err
	}
	return name[:at-1], nil
}
