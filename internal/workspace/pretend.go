package workspace

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"hoist.example/hoist/internal/argocd/fake"
	"hoist.example/hoist/internal/gitrepo"
	"hoist.example/hoist/internal/kustomize"
	"hoist.example/hoist/internal/manifest"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// Pretend is no Argo CD: a server on this machine's loopback interface that
// answers like one, over clusters that are in memory. It deploys nothing
// anywhere; the demonstration and the tests need one.
type Pretend struct {
	*fake.Server
	Address string // HOST:PORT, plain HTTP
	Token   string

	loop     *fake.Loopback
	repo     *gitrepo.Repo
	settings string // a directory without a configuration of the argocd CLI; "": the user's is read

	mu    sync.Mutex // kustomize serves one at a time
	built map[string][]fake.Object
}

// PretendOptions say what the pretended Argo CD governs.
type PretendOptions struct {
	// Dir holds the manifests of Applications (*.yaml), as Argo CD would be given
	// them; GitDir is the repository that they all follow.
	Dir, GitDir string
	Deployed    string // the revision that all of them run to begin with; "": none
	Pace        fake.Pace
	Change      func([]fake.Application) // before it begins; nil: nothing
}

// pretendProject is the project of applications that name none.
const pretendProject = "default"

// NewPretend starts one. Stop it.
func NewPretend(ctx context.Context, o PretendOptions) (*Pretend, error) {
	p := &Pretend{repo: gitrepo.Bare(o.GitDir), built: map[string][]fake.Object{}}
	apps, err := applications(o.Dir)
	if err != nil {
		return nil, err
	}
	objects := func(a fake.Application, revision string) ([]fake.Object, error) { return p.objects(ctx, a, revision) }
	for i := range apps {
		if o.Deployed == "" {
			continue
		}
		if apps[i].Deployed = o.Deployed; err == nil {
			apps[i].Live, err = objects(apps[i], o.Deployed)
		}
	}
	if err != nil {
		return nil, err
	}
	if o.Change != nil {
		o.Change(apps)
	}
	accounts := fake.Accounts(pretendProject, "")
	p.Token = accounts[0].Token
	p.Server = fake.New(fake.Options{World: fake.World{Head: fake.Repository(o.GitDir), Objects: objects}, Applications: apps, Accounts: accounts, Pace: o.Pace})
	if p.loop, err = fake.Listen(p.Server); err != nil {
		p.Server.Close()
		return nil, err
	}
	p.Address = p.loop.Address
	return p, nil
}

// Stop ends it at once.
func (p *Pretend) Stop() error {
	err := p.loop.Close()
	p.Server.Close()
	return err
}

// Environ is what hoist finds it by.
func (p *Pretend) Environ() map[string]string {
	env := map[string]string{"ARGOCD_SERVER": p.Address, "ARGOCD_AUTH_TOKEN": p.Token, "ARGOCD_OPTS": "--plaintext"}
	if p.settings != "" {
		env["ARGOCD_CONFIG_DIR"] = p.settings
	}
	return env
}

// Fast is a pace for tests, and for people who watch.
func Fast() fake.Pace {
	const soon = 20 * time.Millisecond
	return fake.Pace{PickUp: soon, Operation: 4 * soon, Stale: soon, Compared: soon, Rollout: 4 * soon, Deadline: time.Second, Refresh: soon, Terminate: soon, Outage: 4 * soon}
}

// applications are those whose manifests are in a directory.
func applications(dir string) (out []fake.Application, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			return nil, unreadable(f, err)
		}
		list, err := manifest.Read(filepath.Base(f), src)
		if err != nil {
			return nil, err
		}
		for _, o := range list {
			if o.Kind == "Application" {
				out = append(out, application(o))
			}
		}
	}
	return out, nil
}

func application(o *manifest.Object) fake.Application {
	at := o.Root().TextIn
	a := fake.Application{Name: o.Name, Project: at("spec", "project"), Repository: at("spec", "source", "repoURL"), Path: at("spec", "source", "path"),
		Target: at("spec", "source", "targetRevision"), Namespace: at("spec", "destination", "namespace")}
	if a.Project == "" {
		a.Project = pretendProject
	}
	_, a.Automated = o.Root().GetIn("spec", "syncPolicy", "automated")
	a.Prune = at("spec", "syncPolicy", "automated", "prune") == "true"
	a.SelfHeal = at("spec", "syncPolicy", "automated", "selfHeal") == "true"
	return a
}

// objects renders an application at a revision, as Argo CD's repo-server would.
func (p *Pretend) objects(ctx context.Context, a fake.Application, revision string) ([]fake.Object, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := a.Path + " " + revision
	if got, ok := p.built[key]; ok {
		return got, nil
	}
	rev, err := p.repo.Revision(ctx, revision)
	if err != nil {
		return nil, err
	}
	defer rev.Close()
	var r kustomize.Renderer
	got, err := r.Render(ctx, rev, nil, a.Path, nil)
	if err != nil {
		return nil, err
	}
	var out []fake.Object
	for _, o := range got.Objects {
		if m, ok := decoded(o.Root()).(map[string]any); ok {
			out = append(out, inNamespace(m, a.Namespace))
		}
	}
	p.built[key] = out
	return out, nil
}

// inNamespace gives an object that names no namespace that of its application.
func inNamespace(o fake.Object, namespace string) fake.Object {
	meta, _ := o["metadata"].(map[string]any)
	if meta != nil && meta["namespace"] == nil && namespace != "" {
		meta["namespace"] = namespace
	}
	return o
}

// decoded is a node as encoding/json would decode it.
func decoded(n yamlfile.Node) any {
	if !n.Valid() {
		return nil
	}
	switch n.Kind() {
	case syntax.Mapping:
		out := map[string]any{}
		for k, v := range n.Entries() {
			if host, id := v.File().Host(); v.File() != n.File() && host != nil {
				out[k] = host.Tree().Text(id) // a document in a text: the text
				continue
			}
			out[k] = decoded(v)
		}
		return out
	case syntax.Sequence:
		out := []any{}
		for v := range n.Items() {
			out = append(out, decoded(v))
		}
		return out
	}
	return scalar(n)
}

func scalar(n yamlfile.Node) any {
	text := n.Text()
	switch n.Value().Kind() {
	case value.Null:
		return nil
	case value.Bool:
		return strings.EqualFold(text, "true")
	case value.Int, value.Float:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	}
	return text
}

// DemoDeploys gives the demonstration's repository a remote of its own, inside
// its git directory, and an Argo CD that is none, which follows it and runs what
// it has. Stop it.
func DemoDeploys(ctx context.Context, dir string) (*Pretend, error) {
	repo, err := gitrepo.Find(dir)
	if err != nil || repo == nil {
		return nil, problem.New(gitrepo.NotARepository, problem.Place{}, "dir", dir).Because(err)
	}
	bare := filepath.Join(repo.State(), "demo-remote.git")
	if err := os.MkdirAll(bare, 0o755); err != nil {
		return nil, unwritable(bare, err)
	}
	if err := gitrepo.CreateBare(ctx, bare); err != nil {
		return nil, err
	}
	if err := repo.Publish(ctx, "origin", bare); err != nil {
		return nil, err
	}
	head, err := repo.Head(ctx)
	if err != nil {
		return nil, err
	}
	p, err := NewPretend(ctx, PretendOptions{Dir: filepath.Join(dir, "argocd", "applications"), GitDir: bare, Deployed: head.ID, Pace: Fast()})
	if err == nil {
		p.settings = repo.State()
	}
	return p, err
}
