package workspace

import (
	"context"
	"path"
	"slices"

	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/images"
	"hoist.example/hoist/internal/kustomize"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/report"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// What can be wrong with a request about images.
var (
	UnknownImage    = problem.Code{Name: "unknown-image", Class: problem.Wrong}    // name, suggestion
	NoKustomization = problem.Code{Name: "no-kustomization", Class: problem.Wrong} // overlay
)

// ImageSelection says which images a verb is about.
type ImageSelection struct {
	Images       []string // services or full names, and globs of them; none: all
	Categories   []string
	Environments []string
	// Routed: a target that may not take images from the promotion's source takes
	// them from the nearest environment before it that it may take them from.
	Routed bool
}

// overlayFile is one environment's kustomization.yaml.
type overlayFile struct {
	env    config.Environment
	name   string
	file   *yamlfile.File
	images []kustomize.Image
}

// Images puts the images of every overlay side by side. A kustomization.yaml
// that cannot be read is a problem, and its environment stands without images.
func (w *Workspace) Images(ctx context.Context, sel ImageSelection) (out report.ImageList, err error) {
	envs, err := w.cfg.EnvironmentsSubset(sel.Environments)
	if err != nil {
		return out, err
	}
	var readable []overlayFile
	for _, e := range envs {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		f, err := w.overlayFile(e)
		if err != nil {
			out.Problems = append(out.Problems, problemsOf(e.Overlay, err)...)
			continue
		}
		readable = append(readable, f)
		out.Environments = append(out.Environments, e.Name)
	}
	rows := w.imageRows(readable)
	out.Rows, err = w.selectImages(rows, sel)
	return out, err
}

func (w *Workspace) imageRows(files []overlayFile) []images.Row {
	entries := make([][]kustomize.Image, len(files))
	for i, f := range files {
		entries[i] = f.images
	}
	return images.Rows(entries, w.cfg.CategoryOf, w.cfg.Rules)
}

// overlayFile reads an environment's kustomization.yaml, whatever its name.
func (w *Workspace) overlayFile(e config.Environment) (overlayFile, error) {
	for _, n := range kustomize.FileNames() {
		name := path.Join(e.Overlay, n)
		src, ok, err := w.read(name)
		if err != nil {
			return overlayFile{}, err
		}
		if !ok {
			continue
		}
		f, err := yamlfile.Parse(name, src)
		if err != nil {
			return overlayFile{}, w.withLines(src, err)
		}
		list, err := kustomize.Images(f)
		return overlayFile{e, name, f, list}, err
	}
	return overlayFile{}, problem.New(NoKustomization, problem.Place{File: e.Overlay}, "overlay", e.Overlay)
}

// selectImages picks rows by service or full name, exactly or by glob, and by
// category. What names nothing is a problem that suggests the nearest.
func (w *Workspace) selectImages(rows []images.Row, sel ImageSelection) ([]images.Row, error) {
	if len(sel.Images)+len(sel.Categories) == 0 {
		return rows, nil
	}
	take := make([]bool, len(rows))
	var l problem.List
	for _, want := range sel.Images {
		found := false
		for i, r := range rows {
			if named(r, want) {
				take[i], found = true, true
			}
		}
		if !found {
			l = append(l, problem.New(UnknownImage, problem.Place{}, "name", want, "suggestion", config.Nearest(want, services(rows))))
		}
	}
	for _, name := range sel.Categories {
		c, err := w.cfg.Category(name)
		if err != nil {
			l = append(l, problem.All(err)...)
			continue
		}
		for i, r := range rows {
			take[i] = take[i] || c.Holds(r.Service)
		}
	}
	var out []images.Row
	for i, r := range rows {
		if take[i] {
			out = append(out, r)
		}
	}
	return out, l.Err()
}

func named(r images.Row, want string) bool {
	if want == r.Service || rule.IsGlob(want) && rule.Glob(want, r.Service) {
		return true
	}
	return slices.ContainsFunc(r.Entries, func(i *kustomize.Image) bool { return i != nil && i.Name == want })
}

func services(rows []images.Row) (out []string) {
	for _, r := range rows {
		out = append(out, r.Service)
	}
	return out
}

// imageFiles are the overlays that a choice of images is taken between.
type imageFiles struct {
	files map[string]overlayFile // by environment
	to    []overlayFile
	rows  []images.Row
	index map[string]int // environment → column of the rows
}

// takeImages reads the overlays and settles which images are meant: their names
// go into the choice, so that a saved plan asks for the same ones.
func (w *Workspace) takeImages(ctx context.Context, c *plan.Choice, sel ImageSelection) (*imageFiles, error) {
	x := &imageFiles{files: map[string]overlayFile{}, index: map[string]int{}}
	if sel.Routed {
		c.ImagesFrom = w.imageRoutes(*c)
	}
	var files []overlayFile
	for _, e := range w.cfg.Environments {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := w.overlayFile(e)
		target := slices.Contains(c.To, e.Name)
		part := target || slices.ContainsFunc(c.To, func(to string) bool { return imageSource(*c, to) == e.Name })
		if err != nil {
			if part {
				return nil, err
			}
			continue
		}
		x.index[e.Name] = len(files)
		files = append(files, f)
		if x.files[e.Name] = f; target {
			x.to = append(x.to, f)
		}
	}
	var err error
	if x.rows, err = w.selectImages(w.imageRows(files), sel); err != nil {
		return nil, err
	}
	for _, r := range x.rows {
		c.Images = append(c.Images, r.Name)
	}
	return x, nil
}

// imageSource is the environment that a target takes images from.
func imageSource(c plan.Choice, to string) string {
	if from := c.ImagesFrom[to]; from != "" {
		return from
	}
	return c.From
}

// imageRoutes are the targets that take images from elsewhere than From.
func (w *Workspace) imageRoutes(c plan.Choice) map[string]string {
	routes := map[string]string{}
	for _, to := range c.To {
		if may := w.cfg.From(to, config.ForImages); len(may) > 0 && !slices.Contains(may, c.From) {
			routes[to] = may[len(may)-1]
		}
	}
	if len(routes) == 0 {
		return nil
	}
	return routes
}

// plan adds each target's kustomization.yaml to a plan.
func (x *imageFiles) plan(m *plan.Maker, c plan.Choice) error {
	var told []string
	for _, to := range x.to {
		source := imageSource(c, to.env.Name)
		from := x.files[source]
		if !slices.Contains(told, source) {
			told = append(told, source)
			m.ImageSource(from.name, from.file)
		}
		f := plan.ImageFile{Path: to.name, Environment: to.env.Name, File: to.file}
		var moves []*images.Move
		for i := range x.rows {
			r := &x.rows[i]
			src, dst := r.Entries[x.index[source]], r.Entries[x.index[to.env.Name]]
			if mv := images.Take(r, x.index[source], x.index[to.env.Name], c.Add); mv != nil {
				moves = append(moves, mv)
				f.Ops = append(f.Ops, mv.Ops...)
			} else if len(r.Rules) == 0 && src != nil && dst == nil {
				f.Missing = append(f.Missing, src.Path)
			} else if src == nil && dst != nil {
				f.Left = append(f.Left, dst.Path)
			}
		}
		f.Ops = images.First(to.file, from.file, from.images, f.Ops)
		twins(&f, moves, to, c.WithRefs)
		if err := m.Images(f); err != nil {
			return err
		}
	}
	return nil
}

// twins moves the resources that repeat a tag along, or names them as left
// behind: also where the images that have the tag go different ways, or one of
// them stays.
func twins(f *plan.ImageFile, moves []*images.Move, to overlayFile, along bool) {
	for _, t := range kustomize.Twins(to.file) {
		var ops []edit.Op
		b := plan.Behind{Path: t.Path, Place: t.Node.Place()}
		for _, i := range to.images {
			if i.NewTag == t.Ref {
				b.Images = append(b.Images, i.Name)
			}
		}
		stays := len(b.Images)
		for _, m := range moves {
			for _, found := range m.TwinsOf([]kustomize.Twin{t}) {
				stays--
				if !slices.ContainsFunc(ops, func(o edit.Op) bool { return o.Supply[0].Value.Equal(found.Op.Supply[0].Value) }) {
					ops = append(ops, found.Op)
				}
			}
		}
		b.Split = len(ops) > 1 || stays > 0
		switch {
		case along && len(ops) == 1 && !b.Split:
			f.Ops = append(f.Ops, ops[0])
		case len(ops) > 0:
			f.Behind = append(f.Behind, b)
		}
	}
}
