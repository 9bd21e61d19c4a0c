package workspace

import (
	"path"
	"path/filepath"
	"slices"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/report"
)

// ListServices gives the services of a selection with their files, and which of
// the files are not there.
func (w *Workspace) ListServices(sel Selection) (out report.ServiceList, err error) {
	services, err := w.Services(sel)
	if err != nil {
		return out, err
	}
	envs, err := w.Environments(sel)
	if err != nil {
		return out, err
	}
	for _, e := range envs {
		out.Environments = append(out.Environments, e.Name)
	}
	for _, s := range services {
		row := report.ServiceRow{Name: s.Name, Category: w.cfg.CategoryOf(s.Name), Default: s.Default}
		for _, e := range envs {
			row.Files = append(row.Files, s.Files[e.Name])
			if !w.there(s.Files[e.Name]) {
				row.Missing = append(row.Missing, e.Name)
			}
		}
		for _, x := range w.cfg.Shadowed {
			if x.Service == s.Name && slices.Contains(out.Environments, x.Environment) {
				row.Shadowed = append(row.Shadowed, x.Path)
			}
		}
		out.Services = append(out.Services, row)
	}
	return out, nil
}

func (w *Workspace) there(name string) bool {
	if name == "" {
		return false
	}
	_, err := w.root.Stat(filepath.FromSlash(path.Join(w.base, name)))
	return err == nil
}

// Secret reports whether a rule makes the value at a path of a service secret.
func (w *Workspace) Secret(service string, p keypath.Path) bool {
	return w.cfg.Rules.Secret(service, p)
}
