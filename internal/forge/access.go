package forge

import (
	"net/url"
	"slices"
	"strings"

	"hoist.example/hoist/internal/problem"
)

// World is what of the person's machine says how a forge is reached.
type World struct {
	Getenv func(string) string
	// Read gives a file's bytes; nil bytes where it is not there.
	Read func(path string) ([]byte, error)
}

// Access is a forge and the way in.
type Access struct {
	Remote
	Kind  Kind
	API   string // without a slash at its end
	token secret
	oauth bool // GitLab: the token is of OAuth 2
}

// secret has no text but where it goes to the forge.
type secret struct{ text string }

func (secret) String() string   { return "****" }
func (secret) GoString() string { return "****" }

// HasToken reports whether a token was found for this forge.
func (a *Access) HasToken() bool { return a.token.text != "" }

// Variable is the environment variable that a token for this forge is taken
// from.
func (a *Access) Variable() string {
	switch {
	case a.Kind == GitLab:
		return "GITLAB_TOKEN"
	case a.hosted():
		return "GITHUB_TOKEN"
	}
	return "GH_ENTERPRISE_TOKEN"
}

// hosted reports whether GitHub itself runs the host (also as GitHub Enterprise
// Cloud with data residency).
func (r Remote) hosted() bool {
	return r.Host == "github.com" || strings.HasSuffix(r.Host, ".ghe.com")
}

// Find says what a remote's forge is and how it is reached: by what GitHub's and
// GitLab's own tools and CI jobs go by. Kind is "" where nothing tells; then
// Probe may. Nothing is sent.
//
// HOIST_FORGE=github or gitlab says what the name of a host does not.
func Find(r Remote, w World) (*Access, error) {
	a := &Access{Remote: r}
	files, err := readTools(w)
	if err != nil {
		return nil, err
	}
	a.Kind, err = a.kind(w, files)
	if err != nil || a.Kind == "" {
		return a, err
	}
	a.settle(w, files)
	return a, nil
}

func (a *Access) kind(w World, files tools) (Kind, error) {
	switch set := w.Getenv("HOIST_FORGE"); Kind(set) {
	case GitHub, GitLab:
		return Kind(set), nil
	case "":
	default:
		return "", problem.New(BadSetting, problem.Place{}, "variable", "HOIST_FORGE", "value", set, "want", "github, gitlab")
	}
	switch {
	case a.hosted(), labelled(a.name(), "github"), a.isHost(w.Getenv("GITHUB_SERVER_URL")), a.isHost(w.Getenv("GH_HOST")), files.github[a.Host] != nil:
		return GitHub, nil
	case labelled(a.name(), "gitlab"), a.isHost(w.Getenv("CI_SERVER_URL")), a.isHost(w.Getenv("GITLAB_HOST")), files.gitlab[a.Host] != nil:
		return GitLab, nil
	}
	return "", nil
}

// labelled reports whether a part of the host's name is word, or has it as a
// part: gitlab.team.example, my-github.example.
func labelled(host, word string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(host, func(r rune) bool { return r == '.' || r == '-' }), func(l string) bool { return l == word })
}

// isHost reports whether a setting (a host, or a URL) names this host.
func (a *Access) isHost(setting string) bool { return setting != "" && hostOf(setting) == a.Host }

func hostOf(setting string) string {
	if u, err := url.Parse(setting); err == nil && u.Host != "" {
		return strings.ToLower(u.Host)
	}
	host, _, _ := strings.Cut(setting, "/")
	return strings.ToLower(host)
}

// settle finds the API's address and the token, for a known kind.
func (a *Access) settle(w World, files tools) {
	if a.Kind == GitHub {
		a.API = a.githubAPI(w)
		a.token = secret{a.githubToken(w, files)}
		return
	}
	known := files.gitlab[a.Host]
	a.API = a.gitlabAPI(w, known)
	a.token = secret{a.gitlabToken(w)}
	if known != nil && !a.HasToken() {
		a.token, a.oauth = known.token, known.oauth
	}
}

// githubAPI: an Actions job says it; else https://api.github.com, the api host
// of ghe.com, or /api/v3 of an Enterprise Server.
func (a *Access) githubAPI(w World) string {
	if set := w.Getenv("GITHUB_API_URL"); set != "" && a.ciHost(w, "GITHUB_SERVER_URL") {
		return strings.TrimRight(set, "/")
	}
	if a.hosted() {
		return "https://api." + a.Host
	}
	return a.Scheme + "://" + a.Host + "/api/v3"
}

// gitlabAPI: a CI job says it, or glab's configuration; else /api/v4.
func (a *Access) gitlabAPI(w World, known *toolHost) string {
	if set := w.Getenv("CI_API_V4_URL"); set != "" && a.ciHost(w, "CI_SERVER_URL") {
		return strings.TrimRight(set, "/")
	}
	scheme, host := a.Scheme, a.Host
	if known != nil && known.api != "" {
		host = known.api
	}
	if known != nil && known.protocol != "" {
		scheme = known.protocol
	}
	return scheme + "://" + host + "/api/v4"
}

// ciHost reports whether a CI job's settings are about this host; a job that
// does not name its server means the repository's.
func (a *Access) ciHost(w World, server string) bool {
	return w.Getenv(server) == "" || a.isHost(w.Getenv(server))
}

// githubToken: GH_TOKEN and GITHUB_TOKEN are for GitHub's own hosts and for the
// server of the job; others have GH_ENTERPRISE_TOKEN (gh, "environment").
func (a *Access) githubToken(w World, files tools) string {
	names := []string{"GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"}
	job := w.Getenv("GITHUB_API_URL") != "" && a.ciHost(w, "GITHUB_SERVER_URL")
	if a.hosted() || job || a.loopback() {
		names = append([]string{"GH_TOKEN", "GITHUB_TOKEN"}, names...)
	}
	if a.hosted() {
		names = names[:2]
	}
	if t := first(w, names); t != "" {
		return t
	}
	if h := files.github[a.Host]; h != nil {
		return h.token.text
	}
	return ""
}

// gitlabToken: as glab has it; where GITLAB_HOST names another host, the token
// is that one's.
func (a *Access) gitlabToken(w World) string {
	for _, name := range []string{"GITLAB_HOST", "GL_HOST"} {
		if set := w.Getenv(name); set != "" && hostOf(set) != a.Host {
			return ""
		}
	}
	return first(w, []string{"GITLAB_TOKEN", "GITLAB_ACCESS_TOKEN"})
}

func first(w World, names []string) string {
	for _, n := range names {
		if t := strings.TrimSpace(w.Getenv(n)); t != "" {
			return t
		}
	}
	return ""
}

// Missing is the error that there is no token.
func (a *Access) Missing(w World) error {
	other := ""
	if a.Kind == GitHub && !a.hosted() && first(w, []string{"GH_TOKEN", "GITHUB_TOKEN"}) != "" {
		other = "GITHUB_TOKEN"
	}
	if a.Kind == GitLab && w.Getenv("GITLAB_TOKEN") != "" {
		other = "GITLAB_TOKEN"
	}
	return problem.New(NoToken, problem.Place{}, "host", a.Host, "variable", a.Variable(), "other", other)
}
