package forge

import (
	"path/filepath"
	"strings"

	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// tools is what gh and glab remember of the hosts that a person is logged in to.
type tools struct{ github, gitlab map[string]*toolHost }

// toolHost is one host; token is "" where the tool keeps it in a keyring.
type toolHost struct {
	token         secret
	api, protocol string // glab's api_host and api_protocol
	oauth         bool
}

// readTools reads gh's hosts.yml and glab's config.yml, where they are. A file
// that is no YAML is an error, which shows nothing of it.
func readTools(w World) (t tools, err error) {
	for _, path := range ghPaths(w) {
		if t.github, err = hosts(w, path, ghHosts); err != nil || t.github != nil {
			break
		}
	}
	if err != nil {
		return t, err
	}
	for _, path := range glabPaths(w) {
		if t.gitlab, err = hosts(w, path, glabHosts); err != nil || t.gitlab != nil {
			break
		}
	}
	return t, err
}

// ghPaths are where gh looks (gh help environment, GH_CONFIG_DIR).
func ghPaths(w World) []string {
	return under(w, "hosts.yml", "GH_CONFIG_DIR", "gh", "GitHub CLI", "")
}

// glabPaths are where glab looks.
func glabPaths(w World) []string {
	return under(w, "config.yml", "GLAB_CONFIG_DIR", "glab-cli", "glab-cli", "Library/Application Support/glab-cli")
}

func under(w World, file, own, unix, windows, mac string) (out []string) {
	add := func(parts ...string) {
		if parts[0] != "" {
			out = append(out, filepath.Join(append(parts, file)...))
		}
	}
	if dir := w.Getenv(own); dir != "" {
		add(dir)
		return out
	}
	home := w.Getenv("HOME")
	add(w.Getenv("XDG_CONFIG_HOME"), unix)
	add(w.Getenv("AppData"), windows)
	add(home, ".config", unix)
	if mac != "" {
		add(home, filepath.FromSlash(mac))
	}
	return out
}

// hosts reads one file; nil where it is not there.
func hosts(w World, path string, each func(root yamlfile.Node, add func(string, *toolHost))) (map[string]*toolHost, error) {
	src, err := w.Read(path)
	if err != nil {
		return nil, problem.New(BadConfig, problem.Place{File: path}, "path", path).Because(err)
	}
	if src == nil {
		return nil, nil
	}
	f, err := yamlfile.Parse(path, src)
	if err != nil {
		return nil, problem.New(BadConfig, problem.Place{File: path}, "path", path).Because(err)
	}
	out := map[string]*toolHost{}
	for _, root := range f.Roots() {
		if root.Valid() && root.Kind() == syntax.Mapping {
			each(root, func(host string, h *toolHost) { out[strings.ToLower(host)] = h })
		}
	}
	return out, nil
}

// ghHosts: host → {oauth_token, user, users: {name: {oauth_token}}}.
func ghHosts(root yamlfile.Node, add func(string, *toolHost)) {
	for host, n := range root.Entries() {
		h := &toolHost{token: secret{text(n, "oauth_token")}}
		if user := text(n, "user"); h.token.text == "" && user != "" {
			if users, ok := entry(n, "users"); ok {
				if one, ok := entry(users, user); ok {
					h.token = secret{text(one, "oauth_token")}
				}
			}
		}
		add(host, h)
	}
}

// glabHosts: hosts → host → {token, api_host, api_protocol, is_oauth2}.
func glabHosts(root yamlfile.Node, add func(string, *toolHost)) {
	all, ok := entry(root, "hosts")
	if !ok || all.Kind() != syntax.Mapping {
		return
	}
	for host, n := range all.Entries() {
		add(host, &toolHost{token: secret{text(n, "token")}, api: strings.ToLower(text(n, "api_host")),
			protocol: protocol(text(n, "api_protocol")), oauth: text(n, "is_oauth2") == "true"})
	}
}

func protocol(text string) string {
	if text == "http" || text == "https" {
		return text
	}
	return ""
}

func entry(n yamlfile.Node, key string) (yamlfile.Node, bool) {
	if !n.Valid() || n.Kind() != syntax.Mapping {
		return yamlfile.Node{}, false
	}
	v, ok := n.Get(key)
	return v, ok && v.Valid()
}

// text is a scalar's text, whatever tag it has: glab writes tokens as !!null.
func text(n yamlfile.Node, key string) string {
	v, ok := entry(n, key)
	if !ok || v.Kind() != syntax.Scalar {
		return ""
	}
	return strings.TrimSpace(v.Text())
}
