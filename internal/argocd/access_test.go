package argocd

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"hoist.example/hoist/internal/problem"
)

const cliFile = `contexts:
- name: one
  server: one.example
  user: one
- name: two
  server: two.example:8443
  user: two
- name: plain
  server: plain.example
  user: plain
- name: bare
  server: one.example
  user: nobody
- name: lost
  server: lost.example
  user: one
- name: kubernetes
  server: kubernetes
  user: one
current-context: one
servers:
- server: one.example
  grpc-web-root-path: ""
- server: two.example:8443
  grpc-web: true
  grpc-web-root-path: argo-cd
  insecure: true
- server: plain.example
  plain-text: true
- server: kubernetes
  core: true
users:
- name: one
  auth-token: token-of-one
  refresh-token: refresh
- name: two
  auth-token: token-of-two
- name: plain
  auth-token: token-of-plain
`

// worldWith has files and an environment.
func worldWith(files, env map[string]string) World {
	return World{
		Getenv: func(k string) string { return env[k] },
		ReadFile: func(name string) ([]byte, error) {
			if s, ok := files[name]; ok {
				return []byte(s), nil
			}
			return nil, fs.ErrNotExist
		},
		IsDir: func(name string) bool { _, ok := files[name+"/config"]; return ok },
		Home:  "/home/me",
	}
}

const cliPath = "/home/me/.config/argocd/config"

func TestFind(t *testing.T) {
	for _, test := range []struct {
		name   string
		env    string // NAME=VALUE, several with |
		wanted Wanted
		want   string // scheme://server token from, or the problem
	}{
		{"the current context", "", Wanted{}, "https://one.example token-of-one " + cliPath},
		{"a context of the environment", "", Wanted{Context: "two"}, "https://two.example:8443/argo-cd token-of-two hoist.yaml"},
		{"a server of the environment", "", Wanted{Server: "two.example:8443"}, "https://two.example:8443/argo-cd token-of-two hoist.yaml"},
		{"its port said", "", Wanted{Server: "one.example:443"}, "https://one.example token-of-one hoist.yaml"},
		{"another of the CLI's", "ARGOCD_OPTS=--argocd-context two", Wanted{}, "https://two.example:8443/argo-cd token-of-two " + cliPath},
		{"server and token", "ARGOCD_SERVER=three.example|ARGOCD_AUTH_TOKEN=t3", Wanted{}, "https://three.example t3 ARGOCD_SERVER"},
		{"token only", "ARGOCD_AUTH_TOKEN=t1", Wanted{}, "https://one.example t1 " + cliPath},
		{"server only, one that is known", "ARGOCD_SERVER=two.example:8443", Wanted{}, "https://two.example:8443/argo-cd token-of-two ARGOCD_SERVER"},
		{"options before variables", "ARGOCD_OPTS=--server three.example --auth-token=t3|ARGOCD_SERVER=x.example|ARGOCD_AUTH_TOKEN=tx", Wanted{}, "https://three.example t3 ARGOCD_OPTS"},
		{"plain by its scheme", "ARGOCD_SERVER=http://127.0.0.1:8080|ARGOCD_AUTH_TOKEN=t", Wanted{}, "http://127.0.0.1:8080 t ARGOCD_SERVER"},
		{"plain by option", "ARGOCD_OPTS=--plaintext|ARGOCD_SERVER=three.example|ARGOCD_AUTH_TOKEN=t", Wanted{}, "http://three.example t ARGOCD_SERVER"},
		{"plain by configuration", "ARGOCD_SERVER=plain.example:80", Wanted{}, "problem argocd-no-token server=\"plain.example:80\" why=\"none\""},
		{"plain context", "", Wanted{Context: "plain"}, "http://plain.example token-of-plain hoist.yaml"},
		{"a path below", "ARGOCD_OPTS=--grpc-web-root-path /cd/|ARGOCD_SERVER=three.example|ARGOCD_AUTH_TOKEN=t", Wanted{}, "https://three.example/cd t ARGOCD_SERVER"},
		{"blanks around a token", "ARGOCD_SERVER=three.example|ARGOCD_AUTH_TOKEN= t\n", Wanted{}, "https://three.example t ARGOCD_SERVER"},

		// A token goes nowhere but to its own server, whatever hoist.yaml says.
		{"the environment's token is for its server", "ARGOCD_SERVER=one.example|ARGOCD_AUTH_TOKEN=t1", Wanted{Server: "evil.example"}, "problem argocd-no-token server=\"evil.example\" why=\"other-server\""},
		{"or for the CLI's", "ARGOCD_AUTH_TOKEN=t1", Wanted{Server: "evil.example"}, "problem argocd-no-token server=\"evil.example\" why=\"other-server\""},
		{"a stored one is for its server", "", Wanted{Server: "evil.example"}, "problem argocd-no-token server=\"evil.example\" why=\"none\""},
		{"also with a context", "", Wanted{Context: "one", Server: "evil.example"}, "problem argocd-no-token server=\"evil.example\" why=\"none\""},
		{"and a context has its own", "ARGOCD_SERVER=one.example|ARGOCD_AUTH_TOKEN=t1", Wanted{Context: "two"}, "https://two.example:8443/argo-cd token-of-two hoist.yaml"},
		{"unless it is the same server", "ARGOCD_SERVER=one.example|ARGOCD_AUTH_TOKEN=t1", Wanted{Context: "one"}, "https://one.example t1 hoist.yaml"},
		{"not in clear", "", Wanted{Server: "http://one.example:443"}, "https://one.example token-of-one hoist.yaml"},
		{"not in clear, from the environment", "ARGOCD_SERVER=three.example|ARGOCD_AUTH_TOKEN=t3", Wanted{Server: "http://three.example:443"}, "problem argocd-no-token server=\"three.example:443\" why=\"other-server\""},
		{"another port is another server", "", Wanted{Server: "one.example:8080"}, "problem argocd-no-token server=\"one.example:8080\" why=\"none\""},

		{"no such context", "", Wanted{Context: "tow"}, "problem argocd-no-context context=\"tow\" path=\"" + cliPath + "\" known=\"one, two, plain, bare, lost, kubernetes\" suggestion=\"two\""},
		{"a context without token", "", Wanted{Context: "bare"}, "problem argocd-no-token server=\"one.example\" why=\"none\""},
		{"a context without server", "", Wanted{Context: "lost"}, "problem argocd-bad-config path=\"" + cliPath + "\" field=\"servers\" why=\"dangling\""},
		{"core", "", Wanted{Context: "kubernetes"}, "problem argocd-unsupported what=\"core\""},
		{"core by option", "ARGOCD_OPTS=--core", Wanted{}, "problem argocd-unsupported what=\"core\""},
		{"port-forward", "ARGOCD_OPTS=--port-forward --port-forward-namespace argocd", Wanted{}, "problem argocd-unsupported what=\"port-forward\""},
		{"no address", "ARGOCD_SERVER=https://u:p@x.example?q|ARGOCD_AUTH_TOKEN=t", Wanted{}, "problem argocd-bad-address from=\"ARGOCD_SERVER\""},
		{"another scheme", "ARGOCD_SERVER=ftp://x.example|ARGOCD_AUTH_TOKEN=t", Wanted{}, "problem argocd-bad-address from=\"ARGOCD_SERVER\""},
		{"a token in two words", "ARGOCD_AUTH_TOKEN=a b", Wanted{}, "problem argocd-no-token server=\"one.example\" why=\"malformed\""},
		{"a token with a line break", "ARGOCD_AUTH_TOKEN=a\nX-Evil: b", Wanted{}, "problem argocd-no-token server=\"one.example\" why=\"malformed\""},
		{"an open quote", "ARGOCD_OPTS=--auth-token 'x", Wanted{}, "problem argocd-bad-options variable=\"ARGOCD_OPTS\" why=\"unclosed-quote\""},
		{"no flag", "ARGOCD_OPTS=token-here", Wanted{}, "problem argocd-bad-options variable=\"ARGOCD_OPTS\" why=\"stray\""},
		{"no value", "ARGOCD_OPTS=--server", Wanted{}, "problem argocd-bad-options variable=\"ARGOCD_OPTS\" flag=\"server\" why=\"no-value\""},
		{"no boolean", "ARGOCD_OPTS=--insecure=perhaps", Wanted{}, "problem argocd-bad-options variable=\"ARGOCD_OPTS\" flag=\"insecure\" why=\"bad-value\""},
		{"a header that hoist sets", "ARGOCD_OPTS=--header 'Authorization: x'", Wanted{}, "problem argocd-bad-options variable=\"ARGOCD_OPTS\" flag=\"header\" why=\"bad-value\""},
		{"a certificate that is not there", "ARGOCD_OPTS=--server-crt /no/ca.crt", Wanted{}, "problem argocd-bad-certificate path=\"/no/ca.crt\" why=\"unreadable\""},
		{"a certificate that is none", "ARGOCD_OPTS=--server-crt " + cliPath, Wanted{}, "problem argocd-bad-certificate path=\"" + cliPath + "\" why=\"pem\""},
		{"half a client certificate", "ARGOCD_OPTS=--client-crt x", Wanted{}, "problem argocd-bad-options variable=\"ARGOCD_OPTS\" flag=\"client-crt\" why=\"no-value\""},
		{"a configuration that was named", "ARGOCD_OPTS=--config /nowhere", Wanted{}, "problem argocd-bad-config path=\"/nowhere\" why=\"unreadable\""},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := map[string]string{}
			for _, kv := range strings.Split(test.env, "|") {
				k, v, _ := strings.Cut(kv, "=")
				env[k] = v
			}
			a, err := Find(worldWith(map[string]string{cliPath: cliFile}, env), test.wanted)
			if got := tellAccess(a, err); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func tellAccess(a *Access, err error) string {
	if err == nil {
		return fmt.Sprintf("%s %s %s", strings.TrimSuffix(a.base.String(), "/"), a.token.reveal(), a.From())
	}
	var args []string
	var p *problem.Problem
	if !errors.As(err, &p) {
		return "error " + err.Error()
	}
	for _, x := range p.Args {
		if x.Text != "" && !(p.Code == BadAddress && x.Name == "server") {
			args = append(args, fmt.Sprintf("%s=%q", x.Name, x.Text))
		}
	}
	return "problem " + p.Code.Name + " " + strings.Join(args, " ")
}

func TestFindWhereTheConfigurationIs(t *testing.T) {
	file := func(server string) string {
		return "current-context: c\ncontexts: [{name: c, server: " + server + ", user: u}]\nservers: [{server: " + server + "}]\nusers: [{name: u, auth-token: t}]\n"
	}
	files := map[string]string{
		"/dir/config": file("dir.example"), "/home/me/.argocd/config": file("old.example"), "/xdg/argocd/config": file("xdg.example"),
		cliPath: file("home.example"), "/named": file("named.example"),
	}
	without := func(names ...string) map[string]string {
		out := map[string]string{}
		for k, v := range files {
			out[k] = v
		}
		for _, n := range names {
			delete(out, n)
		}
		return out
	}
	for _, test := range []struct {
		files map[string]string
		env   map[string]string
		want  string
	}{
		{files, map[string]string{"ARGOCD_OPTS": "--config /named", "ARGOCD_CONFIG_DIR": "/dir"}, "named.example"},
		{files, map[string]string{"ARGOCD_CONFIG_DIR": "/dir", "XDG_CONFIG_HOME": "/xdg"}, "dir.example"},
		{files, map[string]string{"XDG_CONFIG_HOME": "/xdg"}, "old.example"},
		{without("/home/me/.argocd/config"), map[string]string{"XDG_CONFIG_HOME": "/xdg"}, "xdg.example"},
		{without("/home/me/.argocd/config"), nil, "home.example"},
		{nil, nil, ""},
	} {
		a, err := Find(worldWith(test.files, test.env), Wanted{})
		if test.want == "" {
			if !is(err, NoServer) {
				t.Errorf("no file: %v", err)
			}
			continue
		}
		if err != nil || a.Server() != test.want {
			t.Errorf("%v: %v %v, want %s", test.env, a, err, test.want)
		}
	}
	if _, err := Find(World{Getenv: func(string) string { return "" }}, Wanted{}); !is(err, NoServer) {
		t.Errorf("no home: %v", err)
	}
}

func TestReadConfig(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{"", ""}, {"# nothing\n", ""}, {"null\n", ""}, {"{}\n", ""}, {"contexts: null\n", ""}, {"prompts-enabled: true\nnew: [1]\n", ""},
		{"- a\n", "1:1 type"}, {"contexts: {}\n", "1:11 type contexts"}, {"contexts: [1]\n", "1:12 type contexts"},
		{"users:\n- name: a\n  auth-token: [secret-text]\n", "3:15 type auth-token"},
		{"servers:\n- server: a\n  insecure: maybe\n", "3:13 type insecure"},
		{"servers:\n- server: a\n  certificate-authority-data: '***secret-text***'\n", "3:31 base64 certificate-authority-data"},
		{"users:\n- name: a\n  auth-token: 'secret-text\n", "3:15 yaml"},
		{"users: [\xff]\n", "1:9 yaml"},
		{"users:\n- name: a\n\tauth-token: secret-text\n", "3:1 yaml"},
	} {
		_, err := readConfig("config", []byte(test.src))
		got := ""
		if p := problem.All(err); len(p) == 1 {
			got = strings.TrimSpace(fmt.Sprintf("%d:%d %s %s", p[0].Place.Line, p[0].Place.Column, p[0].Arg("why"), p[0].Arg("field")))
			if p[0].Excerpt != "" {
				t.Errorf("%q: an excerpt", test.src)
			}
		}
		if got != test.want {
			t.Errorf("%q: %q, want %q", test.src, got, test.want)
		}
		if strings.Contains(fmt.Sprintf("%v %+v", err, err), "secret-text") {
			t.Errorf("%q: %v shows it", test.src, err)
		}
	}
}

// FuzzReadConfig: whatever the bytes, reading them gives a configuration or one
// problem that lies in the file and repeats nothing of it.
func FuzzReadConfig(f *testing.F) {
	for _, s := range []string{cliFile, "", "a: &a [*a]\n", "users: [{auth-token: x, auth-token: y}]\n", "contexts: &c [{name: a}]\nservers: *c\nusers: *c\n", "<<: {users: []}\n", "users: [{<<: {auth-token: t}}]\n",
		"a: !!binary x\n---\nb: 1\n", "current-context: !!int one\n", "users:\n- {name: 1, auth-token: 0x10}\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		c, err := readConfig("config", src)
		if (c == nil) == (err == nil) {
			t.Fatalf("%v and %v", c, err)
		}
		if err == nil {
			for _, u := range c.users {
				if tok := u.token.reveal(); len(tok) > 20 && strings.Contains(fmt.Sprintf("%+v %#v", *c, *c), tok) {
					t.Fatal("a printer shows a token")
				}
			}
			return
		}
		p := problem.All(err)
		if len(p) != 1 || p[0].Code != BadConfig || p[0].Excerpt != "" || p[0].Place.File != "config" {
			t.Fatalf("%+v", p)
		}
		if lines := strings.Count(string(src), "\n") + 1; p[0].Place.Line > lines+strings.Count(string(src), "\r") {
			t.Fatalf("line %d of %d", p[0].Place.Line, lines)
		}
	})
}

func TestParseFlags(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"--server a.example", "server=a.example"},
		{" --server=a.example\t--insecure\n", "server=a.example insecure=true"},
		{`--server 'a b' --header "X: \"y\"" --x a\ b`, `server=a b header=X: "y" x=a b`},
		{`--grpc-web --server-crt /a/b.crt --unknown value --flag --other`, "grpc-web=true server-crt=/a/b.crt unknown=value flag= other="},
		{"-H 'A: b'", "header=A: b"},
		{"--auth-token -starts-with-dash", "auth-token=-starts-with-dash"},
		{`--server ""`, "server="},
		{"--insecure --server a", "insecure=true server=a"},
		{`"`, "!"}, {`\`, "!"}, {"a", "!"}, {"--", "!"}, {"--server a b", "!"}, {"--=x", "!"},
	} {
		f, err := parseFlags(test.text)
		var got []string
		for _, x := range f {
			got = append(got, x.name+"="+x.value)
		}
		if s := strings.Join(got, " "); err != nil && test.want != "!" || err == nil && s != test.want {
			t.Errorf("%q: %q %v, want %q", test.text, s, err, test.want)
		}
	}
}

// TestNoPrinterShowsASecret: nothing that is printed or encoded of what holds a
// token has it.
func TestNoPrinterShowsASecret(t *testing.T) {
	a, err := Find(worldWith(map[string]string{cliPath: strings.ReplaceAll(cliFile, "token-of-one", testToken)},
		map[string]string{"ARGOCD_OPTS": "--header 'X-Pass: proxy-secret-text'"}), Wanted{})
	if err != nil {
		t.Fatal(err)
	}
	c := New(a, Options{})
	type around struct{ a Access }
	for _, v := range []any{a, *a, c, *c, around{*a}, &around{*a}, []any{*a}, map[string]any{"a": *a}, a.token, a.headers, c.scrubber} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			s := fmt.Sprintf(verb, v)
			if strings.Contains(s, testToken) || strings.Contains(s, "proxy-secret") || strings.Contains(s, fmt.Sprintf("%x", testToken)) {
				t.Errorf("%s of %T shows it: %s", verb, v, s)
			}
		}
		if b, err := json.Marshal(v); err == nil && strings.Contains(string(b), testToken) {
			t.Errorf("JSON of %T shows it: %s", v, b)
		}
	}
	if len(a.headers) != 1 || a.headers[0].value.reveal() != "proxy-secret-text" {
		t.Error("the header is not there")
	}
}

func TestWithoutUser(t *testing.T) {
	for address, want := range map[string]string{
		"https://git.example/a.git": "https://git.example/a.git", "https://u:p@git.example/a@b": "https://git.example/a@b", "https://token@git.example": "https://git.example",
		"git@git.example:a/b.git": "git@git.example:a/b.git", "ssh://git@git.example/a": "ssh://git.example/a", "u:p@a.example": "a.example", "": "", "oci://r.example/x": "oci://r.example/x",
		"https://u:p/w@git.example/a": "https://git.example/a", "https://[::1]:80/a": "https://[::1]:80/a", "https://git.example:8443/a@b": "https://git.example:8443/a@b",
	} {
		if got := withoutUser(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
