package forge

import (
	"net/url"
	"strings"
	"unicode"

	"hoist.example/hoist/internal/problem"
)

// Remote is where a repository is hosted, as its git remote says.
type Remote struct {
	Host   string // with its port where the remote is http(s), lower case
	Path   string // owner/name, group/subgroup/name; no .git
	Scheme string // of the web and the API: https, or http where the remote has that
}

// ParseRemote reads a git remote's URL (git-fetch(1), "GIT URLS"). A user and a
// password in it are dropped. The error is UnknownForge: a path, a bundle, or a
// repository that no server gives a name to.
func ParseRemote(text string) (Remote, error) {
	scheme, host, path := splitURL(text)
	r := Remote{Host: strings.ToLower(host), Path: repository(path), Scheme: "https"}
	if scheme == "http" {
		r.Scheme = "http"
	}
	r.Host = webHost(strings.TrimSuffix(r.Host, map[string]string{"https": ":443", "http": ":80"}[r.Scheme]))
	if !isHost(r.Host) || !strings.Contains(r.Path, "/") {
		return Remote{}, problem.New(UnknownForge, problem.Place{}, "host", "")
	}
	return r, nil
}

// isHost reports whether a name may be a host's, with a port or without.
func isHost(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-_:[]", r) {
			return false
		}
	}
	return s != "" && s[0] != '-'
}

// splitURL takes a remote apart. The host has its port where that is the web's.
func splitURL(text string) (scheme, host, path string) {
	if !strings.Contains(text, "://") {
		host, path = scp(text)
		return "ssh", host, path
	}
	u, err := url.Parse(text)
	if err != nil {
		return "", "", ""
	}
	switch u.Scheme {
	case "http", "https":
		return u.Scheme, u.Host, u.Path
	case "ssh", "git", "git+ssh", "ssh+git":
		return "ssh", u.Hostname(), u.Path
	}
	return "", "", ""
}

// scp is [user@]host:path. A path with a slash before the colon is a file's, and
// so is one with a drive letter.
func scp(text string) (host, path string) {
	if strings.HasPrefix(text, "[") || strings.Contains(text, "@[") { // [host:port]:path
		at := strings.Index(text, "[")
		inside, rest, ok := strings.Cut(text[at+1:], "]:")
		if !ok {
			return "", ""
		}
		host, _, _ = strings.Cut(inside, ":")
		return host, rest
	}
	host, path, ok := strings.Cut(text, ":")
	if !ok || strings.Contains(host, "/") || len(host) == 1 {
		return "", ""
	}
	return host[strings.LastIndexByte(host, '@')+1:], path
}

func repository(path string) string {
	path = strings.Trim(path, "/")
	return strings.TrimSuffix(path, ".git")
}

// webHost is the host of the web where ssh has one of its own: both forges offer
// ssh on port 443 under another name.
func webHost(host string) string {
	switch host {
	case "ssh.github.com", "www.github.com":
		return "github.com"
	case "altssh.gitlab.com":
		return "gitlab.com"
	}
	return host
}

// owner is the first part of the path, where the head branch of a request is.
func (r Remote) owner() string {
	owner, _, _ := strings.Cut(r.Path, "/")
	return owner
}

// name is the host without its port.
func (r Remote) name() string {
	host, _, _ := strings.Cut(r.Host, ":")
	return host
}

// loopback reports whether the host is this machine.
func (r Remote) loopback() bool {
	n := r.name()
	return n == "localhost" || n == "127.0.0.1" || strings.HasPrefix(r.Host, "[::1]")
}
