package cli

import (
	"slices"
	"strings"

	"hoist.example/hoist/internal/check"
	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/config"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/workspace"
)

// found is what a comparison came to.
type found struct {
	compare.Counts
	broken  problem.List // what could not be read
	service string       // of the first violation
	path    string
}

func (f *found) add(s *compare.Service) {
	f.Plus(s.Counts)
	f.broken = append(f.broken, s.Problems...)
	for i := range s.Keys {
		if k := &s.Keys[i]; k.Status == compare.Violation && f.service == "" {
			f.service, f.path = s.Name, k.Path.String()
		}
	}
}

// nextAfter names the command to type after a comparison: what could not be read
// comes first, then what can be promoted, then what breaks a rule.
func (a *app) nextAfter(w *workspace.Workspace, req workspace.CompareRequest, f found) error {
	switch {
	case len(f.broken) > 0:
		a.next(append([]string{"hoist", "check"}, req.Services...)...)
	case f.Different+f.Missing+f.Pending > 0:
		return a.nextPlan(w, req)
	case f.service != "":
		a.next("hoist", "explain", f.service, f.path)
	}
	return nil
}

// nextAfterVerify: what holds is to be committed, what does not to be looked at.
func (a *app) nextAfterVerify(v *plan.Verified) {
	edited := slices.ContainsFunc(v.Files, func(f plan.VerifiedFile) bool { return f.Edited })
	switch {
	case len(v.Failures) > 0 && edited:
		a.next("git", "diff")
	case len(v.Failures) > 0:
		a.next("hoist", "undo")
	case len(v.Files) > 0:
		a.next("hoist", "commit")
	}
}

// nextAfterCheck asks why the first finding about a key is one.
func (a *app) nextAfterCheck(r *check.Result) {
	for _, f := range r.Findings {
		if f.Service != "" && f.Path != "" {
			a.next("hoist", "explain", f.Service, f.Path)
			return
		}
	}
}

// nextAfterExplain: a key that can be promoted is planned.
func (a *app) nextAfterExplain(w *workspace.Workspace, s *compare.Service) error {
	if len(s.Keys) != 1 {
		return nil
	}
	switch k := &s.Keys[0]; k.Status {
	case compare.Different, compare.Missing, compare.Pending:
		sel := workspace.Selection{Services: []string{s.Name}, Environments: a.flags.envs}
		return a.nextPlan(w, workspace.CompareRequest{Selection: sel, Only: []string{k.Path.String()}})
	}
	return nil
}

// correct gives a problem that knows what was probably meant the command line as
// it should have been.
func (a *app) correct(l problem.List) {
	if len(l) != 1 || l[0].Place.File != "" || l[0].Arg("suggestion") == "" {
		return
	}
	for _, name := range []string{"flag", "command", "name", "path"} {
		if wrong := l[0].Arg(name); wrong != "" {
			if words, ok := a.instead(wrong, l[0].Arg("suggestion")); ok {
				l[0].Try = words
			}
			return
		}
	}
}

// instead is this command line with one word for another: an argument, a flag, a
// flag's value, or one of a comma list.
func (a *app) instead(wrong, right string) (words []string, ok bool) {
	for _, x := range a.again("", "")[1:] {
		if !ok {
			x, ok = corrected(x, wrong, right)
		}
		words = append(words, x)
	}
	return append([]string{"hoist"}, words...), ok
}

func corrected(x, wrong, right string) (string, bool) {
	flag, value, assigned := "", x, false
	if strings.HasPrefix(x, "-") {
		if flag, value, assigned = strings.Cut(x, "="); flag == wrong {
			return right + x[len(flag):], true
		}
		if !assigned {
			return x, false
		}
		flag += "="
	}
	list := strings.Split(value, ",")
	i := slices.Index(list, wrong)
	if value == wrong {
		return flag + right, true
	}
	if i < 0 {
		return x, false
	}
	list[i] = right
	return flag + strings.Join(list, ","), true
}

// withWay is this command line with a way that hoist.yaml allows in place of what
// was not said of it: from the first environment that has one, to all that may
// have it from there. nil where there is none.
func (a *app) withWay(from string, to []string) []string {
	w, err := a.open()
	if err != nil {
		return nil
	}
	cfg, kind := w.Config(), config.ForConfig
	if len(a.args) > 0 && a.args[0] == "images" {
		kind = config.ForImages
	}
	for _, f := range cfg.Names() {
		allowed := to
		for _, t := range cfg.Names() {
			if len(to) == 0 && slices.Contains(cfg.From(t, kind), f) {
				allowed = append(allowed, t)
			}
		}
		if from != "" && f != from || len(allowed) == 0 || cfg.Route(f, allowed, kind) != nil {
			continue
		}
		words := a.again("", "")
		if from == "" {
			words = append(words, "--from", f)
		}
		if len(to) == 0 {
			words = append(words, "--to", strings.Join(allowed, ","))
		}
		return words
	}
	return nil
}
