package argocd

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/problem"
)

// World is where Find looks: the environment and the files of whoever runs
// hoist. Tests have worlds of their own.
type World struct {
	Getenv   func(string) string
	ReadFile func(string) ([]byte, error)
	IsDir    func(string) bool
	Home     string // "" where there is none
}

// Wanted is what hoist.yaml says of an environment's server. Both may be "".
type Wanted struct{ Server, Context string }

// Access is the way to one server, with the token that belongs to it. It shows
// no secret however it is printed.
type Access struct {
	base    *url.URL // scheme, host, and the path below which the server's own begin
	token   secret
	headers []header
	tls     *tls.Config
	from    string
}

// header is one that goes with every request. Its value is as secret as the
// token: it is there to get past a proxy.
type header struct {
	name  string
	value secret
}

// secrets are what must be seen nowhere.
func (a *Access) secrets() []secret {
	out := []secret{a.token}
	for _, h := range a.headers {
		out = append(out, h.value)
	}
	return out
}

// Server is the server's address, as people name it: without scheme.
func (a *Access) Server() string { return strings.TrimSuffix(a.base.Host+a.base.Path, "/") }

// Plain reports whether nothing is encrypted on the way to it.
func (a *Access) Plain() bool { return a.base.Scheme == "http" }

// Verified reports whether the server's certificate is verified.
func (a *Access) Verified() bool { return !a.Plain() && !a.tls.InsecureSkipVerify }

// From says where the server's address comes from: hoist.yaml, ARGOCD_OPTS,
// ARGOCD_SERVER, or the path of the argocd CLI's configuration.
func (a *Access) From() string { return a.from }

// String is the server's address.
func (a *Access) String() string { return a.Server() }

// GoString keeps printers out of the fields.
func (a *Access) GoString() string { return "argocd.Access(" + a.Server() + ")" }

// link is an application's page.
func (a *Access) link(application App) string {
	u, parts := *a.base, []string{"applications"}
	name, namespace := application.split()
	if namespace != "" {
		parts = append(parts, url.PathEscape(namespace))
	}
	return u.JoinPath(append(parts, url.PathEscape(name))...).String()
}

// finder puts an Access together from what is there.
type finder struct {
	world  World
	wanted Wanted
	flags  flags
	cfg    *cliConfig
	a      *Access

	context cliContext
	server  cliServer
	inFile  bool // server comes from cfg
}

// Find finds the server of an environment, and the token for it.
//
// The server is, in this order: hoist.yaml's server; that of hoist.yaml's
// context; --server in ARGOCD_OPTS; ARGOCD_SERVER; that of --argocd-context in
// ARGOCD_OPTS; that of the configuration's current context.
//
// The token is --auth-token in ARGOCD_OPTS, or ARGOCD_AUTH_TOKEN, where those
// belong to the server found (see owner), else that of the configuration's user
// for that server. hoist.yaml belongs to a repository that somebody else may have
// written: it chooses among the servers a token is there for, and cannot have
// one sent elsewhere, nor unencrypted.
func Find(world World, wanted Wanted) (*Access, error) {
	f := &finder{world: world, wanted: wanted, a: &Access{}}
	for _, step := range []func() error{f.options, f.configuration, f.chooseServer, f.address, f.chooseToken, f.transport, f.header} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return f.a, nil
}

func (f *finder) options() (err error) {
	if f.flags, err = parseFlags(f.world.Getenv(optionsVariable)); err != nil {
		return err
	}
	for _, what := range []string{"core", "port-forward"} {
		on, err := f.flags.on(what)
		if err != nil {
			return err
		}
		if on {
			return problem.New(Unsupported, problem.Place{}, "what", what)
		}
	}
	return nil
}

// configuration reads the argocd CLI's, if it is there. It is where the CLI has
// it: ARGOCD_CONFIG_DIR, ~/.argocd, XDG_CONFIG_HOME/argocd, ~/.config/argocd.
func (f *finder) configuration() error {
	path, given := f.flags.last("config")
	if !given {
		dir := f.directory()
		if dir == "" {
			f.cfg = &cliConfig{}
			return nil
		}
		path = filepath.Join(dir, "config")
	}
	src, err := f.world.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !given {
		f.cfg = &cliConfig{path: path}
		return nil
	}
	if err != nil {
		return problem.New(BadConfig, problem.Place{File: path}, "path", path, "field", "", "why", "unreadable").Because(err)
	}
	f.cfg, err = readConfig(path, src)
	return err
}

func (f *finder) directory() string {
	if dir := f.world.Getenv("ARGOCD_CONFIG_DIR"); dir != "" {
		return dir
	}
	if f.world.Home != "" {
		if old := filepath.Join(f.world.Home, ".argocd"); f.world.IsDir(old) {
			return old
		}
	}
	if dir := f.world.Getenv("XDG_CONFIG_HOME"); dir != "" {
		return filepath.Join(dir, "argocd")
	}
	if f.world.Home == "" {
		return ""
	}
	return filepath.Join(f.world.Home, ".config", "argocd")
}

// chooseServer settles which server, and finds what the configuration has of it.
func (f *finder) chooseServer() error {
	option, _ := f.flags.last("server")
	chosen, _ := f.flags.last("argocd-context")
	switch {
	case f.wanted.Context != "":
		if err := f.take(f.wanted.Context); err != nil {
			return err
		}
		if f.wanted.Server != "" && !sameServer(f.wanted.Server, f.server.address) {
			f.server, f.inFile, f.context = cliServer{address: f.wanted.Server}, false, cliContext{}
		}
		f.a.from = "hoist.yaml"
	case f.wanted.Server != "":
		f.named(f.wanted.Server, "hoist.yaml", chosen)
	case option != "":
		f.named(option, optionsVariable, chosen)
	case f.world.Getenv("ARGOCD_SERVER") != "":
		f.named(f.world.Getenv("ARGOCD_SERVER"), "ARGOCD_SERVER", chosen)
	case chosen != "":
		f.a.from = f.cfg.path
		return f.take(chosen)
	case f.cfg.current != "":
		f.a.from = f.cfg.path
		return f.take(f.cfg.current)
	default:
		return problem.New(NoServer, problem.Place{})
	}
	return nil
}

// take uses a context of the configuration.
func (f *finder) take(name string) error {
	x, ok := f.cfg.context(name)
	if !ok {
		names := f.cfg.names()
		return problem.New(NoContext, problem.Place{}, "context", name, "path", f.cfg.path,
			"known", strings.Join(names, ", "), "suggestion", config.Nearest(name, names))
	}
	f.context = x
	if f.server, f.inFile = f.cfg.server(x.server); !f.inFile {
		return problem.New(BadConfig, problem.Place{File: f.cfg.path}, "path", f.cfg.path, "field", "servers", "why", "dangling")
	}
	if f.server.core {
		return problem.New(Unsupported, problem.Place{}, "what", "core")
	}
	return nil
}

// named uses a server by its address: with what the configuration knows of it,
// through the context prefer, the current one, or any.
func (f *finder) named(address, from, prefer string) {
	f.a.from, f.server = from, cliServer{address: address}
	candidates := []string{prefer, f.cfg.current}
	for _, x := range f.cfg.contexts {
		candidates = append(candidates, x.name)
	}
	for _, name := range candidates {
		x, ok := f.cfg.context(name)
		if !ok || !sameServer(x.server, address) {
			continue
		}
		if s, ok := f.cfg.server(x.server); ok && !s.core {
			f.context, f.server, f.inFile = x, s, true
			return
		}
	}
}

// sameServer reports whether two addresses are of one server. What the scheme
// says of encryption is no part of it; the port is.
func sameServer(a, b string) bool {
	u, err := parseAddress(a, false)
	v, other := parseAddress(b, false)
	return err == nil && other == nil && strings.EqualFold(hostPort(u), hostPort(v)) && strings.Trim(u.Path, "/") == strings.Trim(v.Path, "/")
}

func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	if u.Scheme == "http" {
		return u.Host + ":80"
	}
	return u.Host + ":443"
}

// parseAddress reads host, host:port, or a URL without query. plain is for what
// gives no scheme.
func parseAddress(address string, plain bool) (*url.URL, error) {
	scheme := "https://"
	if plain {
		scheme = "http://"
	}
	if strings.Contains(address, "://") {
		scheme = ""
	}
	u, err := url.Parse(scheme + address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("no address of a server")
	}
	return u, nil
}

func (f *finder) address() error {
	plain, err := f.flags.on("plaintext")
	if err != nil {
		return err
	}
	given := f.server.address
	plain = plain || f.inFile && f.server.plain
	if f.inFile && strings.HasPrefix(f.wanted.Server, "https://") {
		plain = false
	}
	u, err := parseAddress(given, plain)
	if err != nil {
		return problem.New(BadAddress, problem.Place{}, "server", newScrubber().clean(withoutUser(given)), "from", f.a.from)
	}
	root, _ := f.flags.last("grpc-web-root-path")
	if root == "" && f.inFile {
		root = f.server.rootPath
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	if root = strings.Trim(root, "/"); root != "" {
		u.Path += "/" + root
	}
	f.a.base = u
	return nil
}

// chooseToken settles which token belongs to the server that was found.
func (f *finder) chooseToken() error {
	token, belongs := f.given()
	if token == "" || !belongs {
		other := token != ""
		if token = f.stored(); token == "" {
			why := "none"
			if other {
				why = "other-server"
			}
			return f.noToken(why)
		}
	}
	token = strings.TrimSpace(token)
	for i := range len(token) {
		if token[i] <= ' ' || token[i] >= 0x7f {
			return f.noToken("malformed")
		}
	}
	f.a.token = hide(token)
	return nil
}

// given is the token that the environment gives; belongs says that it is for
// the server that was found.
func (f *finder) given() (token string, belongs bool) {
	token, _ = f.flags.last("auth-token")
	if token == "" {
		token = f.world.Getenv("ARGOCD_AUTH_TOKEN")
	}
	return token, f.owned()
}

// owned reports whether what ARGOCD_OPTS and ARGOCD_AUTH_TOKEN hold is for the
// server that was found, and for the way to it.
func (f *finder) owned() bool {
	owner, plain := f.owner()
	if owner == "" {
		return true
	}
	return sameServer(owner, f.server.address) && (plain || !f.a.Plain())
}

// owner is the server that the environment's token belongs to: the one that the
// environment gives, else the one that the argocd CLI would use. "": nobody says.
// plain says that the way to it need not be encrypted.
func (f *finder) owner() (address string, plain bool) {
	plain, _ = f.flags.on("plaintext")
	address, _ = f.flags.last("server")
	if address == "" {
		address = f.world.Getenv("ARGOCD_SERVER")
	}
	if address == "" {
		name, given := f.flags.last("argocd-context")
		if !given {
			name = f.cfg.current
		}
		x, _ := f.cfg.context(name)
		address = x.server
	}
	if s, ok := f.cfg.server(address); ok {
		plain = plain || s.plain
	}
	return address, plain || strings.HasPrefix(address, "http://")
}

// stored is the token that the configuration has for the server.
func (f *finder) stored() string {
	if !f.inFile {
		return ""
	}
	u, _ := f.cfg.user(f.context.user)
	return u.token.reveal()
}

func (f *finder) noToken(why string) error {
	return problem.New(NoToken, problem.Place{}, "server", f.a.Server(), "why", why).Type("argocd", "login", f.a.Server())
}

// transport settles what is trusted.
func (f *finder) transport() error {
	insecure, err := f.flags.on("insecure")
	if err != nil {
		return err
	}
	f.a.tls = &tls.Config{MinVersion: tls.VersionTLS12}
	f.a.tls.InsecureSkipVerify = insecure || f.inFile && f.server.insecure
	if err := f.authorities(); err != nil {
		return err
	}
	return f.clientCertificate()
}

// authorities are who may have signed the server's certificate, besides those
// that this machine trusts.
func (f *finder) authorities() error {
	path, given := f.flags.last("server-crt")
	pem := f.server.authority
	if given {
		var err error
		if pem, err = f.world.ReadFile(path); err != nil {
			return problem.New(BadCertificate, problem.Place{File: path}, "path", path, "why", "unreadable").Because(err)
		}
	}
	if len(pem) == 0 {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		if given {
			return problem.New(BadCertificate, problem.Place{File: path}, "path", path, "why", "pem")
		}
		return problem.New(BadConfig, problem.Place{File: f.cfg.path}, "path", f.cfg.path, "field", "certificate-authority-data", "why", "certificate")
	}
	f.a.tls.RootCAs = pool
	return nil
}

func (f *finder) clientCertificate() error {
	crt, key := f.server.clientCrt, f.server.clientCrtKey
	crtPath, given := f.flags.last("client-crt")
	keyPath, too := f.flags.last("client-crt-key")
	if given != too {
		return badFlag("client-crt", "no-value")
	}
	if given {
		var err, other error
		crt, err = f.world.ReadFile(crtPath)
		key, other = f.world.ReadFile(keyPath)
		if err := errors.Join(err, other); err != nil {
			return problem.New(BadCertificate, problem.Place{File: crtPath}, "path", crtPath, "why", "unreadable").Because(err)
		}
	}
	if len(crt) == 0 && len(key) == 0 {
		return nil
	}
	pair, err := tls.X509KeyPair(crt, key)
	switch {
	case err == nil:
		f.a.tls.Certificates = []tls.Certificate{pair}
		return nil
	case given:
		return problem.New(BadCertificate, problem.Place{File: crtPath}, "path", crtPath, "why", "pair")
	}
	return problem.New(BadConfig, problem.Place{File: f.cfg.path}, "path", f.cfg.path, "field", "client-certificate-data", "why", "certificate")
}

// header takes the headers of --header. They go where the environment's token
// goes.
func (f *finder) header() error {
	belongs := f.owned()
	for _, x := range f.flags.all("header") {
		for _, one := range strings.Split(x, ",") {
			name, value, ok := strings.Cut(one, ":")
			name, value = strings.TrimSpace(name), strings.TrimSpace(value)
			if !ok || !headerName(name) || !headerValue(value) {
				return badFlag("header", "bad-value")
			}
			if belongs {
				f.a.headers = append(f.a.headers, header{name, hide(value)})
			}
		}
	}
	return nil
}

// headerName reports whether s is a token of RFC 9110, 5.6.2, and none that hoist
// sets.
func headerName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != "" && !isOne(http.CanonicalHeaderKey(s), []string{"Authorization", "Content-Type", "Content-Length", "Host", "Transfer-Encoding"})
}

func headerValue(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
