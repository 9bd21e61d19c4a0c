package argocd

import (
	"encoding/base64"
	"errors"
	"strings"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// cliConfig is the argocd CLI's own configuration, as far as hoist uses it. Its
// contexts name a server and a user of the same file.
type cliConfig struct {
	path     string
	current  string
	contexts []cliContext
	servers  []cliServer
	users    []cliUser
}

type (
	cliContext struct{ name, server, user string }
	cliServer  struct {
		address, rootPath       string
		insecure, plain, core   bool
		authority               []byte // PEM
		clientCrt, clientCrtKey []byte // PEM
	}
	cliUser struct {
		name  string
		token secret
	}
)

// configReader collects the first fault of a configuration: whoever broke it has
// one thing to mend at a time, and none of its lines may be shown.
type configReader struct {
	path  string
	fault *problem.Problem
}

// readConfig reads the argocd CLI's configuration. path is only shown. The error
// is a *problem.Problem; it has a place and never a line of the file.
func readConfig(path string, src []byte) (*cliConfig, error) {
	f, err := yamlfile.Parse(path, src)
	if err != nil {
		return nil, unreadableConfig(path, err)
	}
	c := &cliConfig{path: path}
	r := &configReader{path: path}
	root := firstRoot(f)
	if !root.Valid() || root.Value().Kind() == value.Null {
		return c, nil
	}
	if root.Kind() != syntax.Mapping {
		return nil, r.fail(root, "", "type")
	}
	c.current = r.text(root, "current-context")
	r.each(root, "contexts", func(n yamlfile.Node) {
		c.contexts = append(c.contexts, cliContext{r.text(n, "name"), r.text(n, "server"), r.text(n, "user")})
	})
	r.each(root, "servers", func(n yamlfile.Node) { c.servers = append(c.servers, r.server(n)) })
	r.each(root, "users", func(n yamlfile.Node) {
		c.users = append(c.users, cliUser{r.text(n, "name"), hide(r.text(n, "auth-token"))})
	})
	if r.fault != nil {
		return nil, r.fault
	}
	return c, nil
}

// unreadableConfig is that a file is no YAML: where, but none of what stands
// there.
func unreadableConfig(path string, err error) error {
	p := problem.New(BadConfig, problem.Place{File: path}, "path", path, "field", "", "why", "yaml")
	if l := problem.All(err); len(l) > 0 {
		p.Place = l[0].Place
		return p.Because(errors.New(l[0].Code.Name))
	}
	return p
}

func firstRoot(f *yamlfile.File) yamlfile.Node {
	for _, r := range f.Roots() {
		if r.Valid() {
			return r
		}
	}
	return yamlfile.Node{}
}

func (r *configReader) fail(n yamlfile.Node, field, why string) *problem.Problem {
	p := problem.New(BadConfig, n.Place(), "path", r.path, "field", field, "why", why)
	if r.fault == nil {
		r.fault = p
	}
	return p
}

func (r *configReader) server(n yamlfile.Node) cliServer {
	return cliServer{
		address: r.text(n, "server"), rootPath: r.text(n, "grpc-web-root-path"),
		insecure: r.flag(n, "insecure"), plain: r.flag(n, "plain-text"), core: r.flag(n, "core"),
		authority: r.bytes(n, "certificate-authority-data"),
		clientCrt: r.bytes(n, "client-certificate-data"), clientCrtKey: r.bytes(n, "client-certificate-key-data"),
	}
}

// text is a scalar's text; "" where it is absent or null.
func (r *configReader) text(n yamlfile.Node, key string) string {
	v, ok := n.Get(key)
	if !ok || v.Kind() == syntax.Scalar && v.Value().Kind() == value.Null {
		return ""
	}
	if v.Kind() != syntax.Scalar {
		r.fail(v, key, "type")
		return ""
	}
	return v.Text()
}

func (r *configReader) flag(n yamlfile.Node, key string) bool {
	switch t := r.text(n, key); t {
	case "true", "True", "TRUE":
		return true
	case "", "false", "False", "FALSE":
	default:
		v, _ := n.Get(key)
		r.fail(v, key, "type")
	}
	return false
}

// bytes is base64 text, as JSON has bytes.
func (r *configReader) bytes(n yamlfile.Node, key string) []byte {
	t := strings.Join(strings.Fields(r.text(n, key)), "")
	if t == "" {
		return nil
	}
	out, err := base64.StdEncoding.DecodeString(t)
	if err != nil {
		v, _ := n.Get(key)
		r.fail(v, key, "base64")
	}
	return out
}

// each calls f with the mappings of a list.
func (r *configReader) each(n yamlfile.Node, key string, f func(yamlfile.Node)) {
	v, ok := n.Get(key)
	if !ok || v.Kind() == syntax.Scalar && v.Value().Kind() == value.Null {
		return
	}
	if v.Kind() != syntax.Sequence {
		r.fail(v, key, "type")
		return
	}
	for x := range v.Items() {
		if x.Kind() != syntax.Mapping {
			r.fail(x, key, "type")
			continue
		}
		f(x)
	}
}

// context is the entry of that name.
func (c *cliConfig) context(name string) (cliContext, bool) {
	for _, x := range c.contexts {
		if x.name == name {
			return x, true
		}
	}
	return cliContext{}, false
}

func (c *cliConfig) names() (out []string) {
	for _, x := range c.contexts {
		out = append(out, x.name)
	}
	return out
}

func (c *cliConfig) server(address string) (cliServer, bool) {
	for _, x := range c.servers {
		if x.address == address {
			return x, true
		}
	}
	return cliServer{}, false
}

func (c *cliConfig) user(name string) (cliUser, bool) {
	for _, x := range c.users {
		if x.name == name {
			return x, true
		}
	}
	return cliUser{}, false
}
