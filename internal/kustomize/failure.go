package kustomize

import (
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/yamlfile"
)

// failure is kustomize's error as a problem, at the file where it can be mended.
func (t *tree) failure(overlay string, f *files, err error) error {
	why := errors.New(reason(err)) // the error itself may print secrets
	var list problem.List
	var one *problem.Problem
	switch {
	case errors.As(err, &list), errors.As(err, &one):
		return err // the screen's own
	case types.IsErrOnlyBuiltinPluginsAllowed(err):
		return problem.New(NotRendered, t.pluginPlace(overlay), "why", "plugin").Because(why)
	case len(t.missing) > 0:
		p := t.missing[0]
		return problem.New(DoesNotBuild, p.Place, "overlay", overlay, "reason", p.Arg("reason"), "file", p.Arg("file")).Because(why)
	}
	place := t.unreadable(f)
	if place.File == "" {
		place = t.blamed(overlay, f, err)
	}
	return problem.New(DoesNotBuild, place, "overlay", overlay, "reason", why.Error()).Because(why)
}

// pluginPlace is where the overlay asks for a plugin.
func (t *tree) pluginPlace(overlay string) problem.Place {
	for _, x := range t.kusts {
		for field, list := range map[string][]string{"generators": x.k.Generators, "transformers": x.k.Transformers, "validators": x.k.Validators} {
			if len(list) > 0 {
				return placeOf(x, "", field)
			}
		}
	}
	return problem.Place{File: overlay}
}

// unreadable is the place of the first error in YAML that kustomize read.
func (t *tree) unreadable(f *files) problem.Place {
	for _, in := range inputs(f.seen) {
		_, content := t.content[in.Path]
		if content || !slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(in.Path)) && path.Base(in.Path) != "Kustomization" {
			continue
		}
		src, err := f.raw(in.Path)
		if err != nil {
			continue
		}
		if _, err := yamlfile.Parse(in.Path, src); err != nil {
			if all := problem.All(err); len(all) > 0 {
				return all[0].Place
			}
		}
	}
	return problem.Place{}
}

// blamed is the file that kustomize's words name: the longest of those it read,
// as it calls them or as a kustomization does; else the overlay's own.
func (t *tree) blamed(overlay string, f *files, err error) problem.Place {
	said := err.Error()
	best := problem.Place{}
	for _, x := range t.kusts {
		for _, r := range references(&x.k) {
			if r.inline() || !strings.Contains(said, "'"+r.text+"'") && !strings.Contains(said, `"`+r.text+`"`) && !strings.Contains(said, "("+r.text+")") {
				continue
			}
			if name := path.Join(x.dir, r.text); f.seen[name].Kind == isFile && len(name) > len(best.File) {
				best.File = name
			}
		}
	}
	for name, l := range f.seen {
		if l.Kind == isFile && strings.Contains(said, path.Join(mount, name)) && len(name) > len(best.File) {
			best.File = name
		}
	}
	switch {
	case best.File != "":
	case len(t.kusts) > 0:
		best.File = t.kusts[0].file
		for _, x := range t.kusts { // the deepest that is named
			if strings.Contains(said, "'"+path.Join(mount, x.dir)+"'") {
				best.File = x.file
			}
		}
	default:
		best.File = overlay
	}
	return best
}

// longest is how many characters of kustomize's words are shown.
const longest = 400

var (
	// Of every resource kustomize first tries whether it is a file, and then
	// whether it is a directory, and prints both errors. inFile is where that of the
	// file counts, inDirectory where that of the directory does.
	inFile      = regexp.MustCompile(`(?s)accumulation err='(.*?)': must build at directory: .*`)
	inDirectory = regexp.MustCompile(`(?s)accumulation err='.*?': (recursed |couldn't make target )`)
	// dump is where it begins to print whole objects or generators, which may hold
	// secrets.
	//
	// pointer and resID are how Go prints what kustomize meant to name.
	pointer = regexp.MustCompile(` &\{0x[0-9a-f]+[^}]*\}`)
	resID   = regexp.MustCompile(`resid\.ResId\{Gvk:resid\.Gvk\{Group:"([^"]*)", Version:"([^"]*)", Kind:"([^"]*)", isClusterScoped:(?:true|false)\}, Name:"([^"]*)", Namespace:"([^"]*)"\}`)

	config = regexp.MustCompile("(?s) with config: `.*`")
	dump   = regexp.MustCompile(`(?s)(\n|\[patch: |\*\*\*\*|node contents:|bytes :).*`)
)

// reason is kustomize's words in one line, as they may be shown.
func reason(err error) string {
	s := strings.ReplaceAll(err.Error(), mount+"/", "")
	s = strings.ReplaceAll(s, mount, ".")
	s = inDirectory.ReplaceAllString(s, "$1")
	s = inFile.ReplaceAllString(s, "$1")
	s = pointer.ReplaceAllString(s, "")
	s = resID.ReplaceAllString(s, "$3/$4")
	s = config.ReplaceAllString(s, "")
	s = dump.ReplaceAllString(s, "")
	s = mask.New(nil, false).Text(strings.TrimRight(strings.TrimSpace(s), ": "))
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return s
}
