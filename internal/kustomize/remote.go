package kustomize

import (
	"net/url"
	"path"
	"regexp"
	"strings"
)

// login is how kustomize recognizes user@host in front of a path.
var login = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]*@`)

// remote reports whether kustomize would go to the network for a path: http and
// https for files, and whatever it takes for a git repository (user@host:…,
// github.com/…, ssh://…, file://…). It says yes to more than that, so that it
// never says no to one of those; oci:// and the like get a better answer here
// than "no such file".
func remote(s string) bool {
	if path.IsAbs(s) {
		return false
	}
	if u, err := url.Parse(s); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		return true
	}
	lower := strings.ToLower(s)
	for strings.HasPrefix(lower, "git::") {
		s, lower = s[len("git::"):], lower[len("git::"):]
	}
	return strings.Contains(lower, "://") || login.MatchString(s) ||
		strings.HasPrefix(lower, "github.com/") || strings.HasPrefix(lower, "github.com:")
}
