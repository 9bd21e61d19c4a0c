package promotion

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Message is a commit message.
type Message struct {
	Subject  string
	Body     []string // one line each
	Trailers Trailers
}

// String is the message as git takes it, with a line break at its end.
func (m Message) String() string {
	parts := []string{m.Subject}
	if len(m.Body) > 0 {
		parts = append(parts, strings.Join(m.Body, "\n"))
	}
	if t := m.Trailers.String(); t != "" {
		parts = append(parts, t)
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// Bounds of a message.
const (
	subjectWidth = 72 // characters, git's own advice
	manyNames    = 6  // more of one service are cut to fewNames
	fewNames     = 3
	manyServices = 12 // more of them are cut to fewServices
	fewServices  = 8
)

// Write words the facts.
func Write(f Facts) Message {
	m := Message{Subject: f.subject(), Trailers: f.trailers()}
	section := func(title string, items []string, between string) {
		if len(items) > 0 {
			m.Body = append(m.Body, title+": "+strings.Join(items, between))
		}
	}
	if f.Reverts != nil {
		m.Body = append(m.Body, "This reverts commit "+f.Reverts.Commit+".", "")
		section("Put back", f.synced(manyNames), "; ")
		return m
	}
	section("Synced", f.synced(manyNames), "; ")
	section("Not synced", f.notSynced(), "; ")
	section("Whitelisted (not synced)", f.groups(), ", ")
	section("Allowed to differ", oneLine(f.Allowed), ", ")
	return m
}

func oneLine(texts []string) (out []string) {
	for _, t := range texts {
		if t = line(t); t != "" {
			out = append(out, t)
		}
	}
	return out
}

func (f Facts) groups() (out []string) {
	for _, g := range oneLine(f.Groups) {
		if !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	return out
}

func (f Facts) subject() string {
	if f.Reverts != nil {
		return "revert: " + strings.TrimPrefix(line(f.Reverts.Subject), "chore: ")
	}
	if len(f.Moved) == 0 {
		return f.allowedSubject()
	}
	start := "chore: sync " + listed(f.labels(f.From)) + " " + f.what() + " to "
	if s := start + listed(f.labels(f.To)); utf8.RuneCountInString(s) <= subjectWidth || len(f.To) < 3 {
		return s
	}
	return start + strconv.Itoa(len(f.To)) + " environments"
}

// what moved, as the subject has it.
func (f Facts) what() string {
	images := slices.ContainsFunc(f.Moved, func(m Moved) bool { return m.Service == "" })
	configs := slices.ContainsFunc(f.Moved, func(m Moved) bool { return m.Service != "" })
	switch {
	case images && configs:
		return "business configs and images"
	case images:
		return "images"
	}
	return "business configs"
}

func (f Facts) allowedSubject() string {
	keys := oneLine(f.Allowed)
	if s := "chore: allow " + listed(keys) + " to differ"; len(keys) == 1 || len(keys) > 1 && utf8.RuneCountInString(s) <= subjectWidth {
		return s
	}
	return "chore: allow keys to differ between environments"
}

// named is one name of a service, or one thing held back, and the environments
// that it is told of.
type named struct {
	name string
	envs []string
}

// byService brings together what is told of each service, in order of first
// appearance, images last.
type byService struct {
	service string
	items   []named
}

func gather(all []byService, service, name, env string) []byService {
	i := slices.IndexFunc(all, func(s byService) bool { return s.service == service })
	if i < 0 {
		i = len(all)
		all = append(all, byService{service: service})
	}
	s := &all[i]
	j := slices.IndexFunc(s.items, func(n named) bool { return n.name == name })
	if j < 0 {
		j = len(s.items)
		s.items = append(s.items, named{name: name})
	}
	if !slices.Contains(s.items[j].envs, env) {
		s.items[j].envs = append(s.items[j].envs, env)
	}
	return all
}

func imagesLast(all []byService) []byService {
	slices.SortStableFunc(all, func(a, b byService) int {
		switch {
		case a.service == "" && b.service != "":
			return 1
		case a.service != "" && b.service == "":
			return -1
		}
		return 0
	})
	return all
}

// fewer is what is told of services, images among them, where these are many:
// the first few, images, and how many more.
func fewer(all []byService, told []string) []string {
	services := len(all)
	if services > 0 && all[services-1].service == "" {
		services--
	}
	if services <= manyServices {
		return told
	}
	out := slices.Concat(told[:fewServices], told[services:])
	return append(out, "and "+strconv.Itoa(services-fewServices)+" more services")
}

// synced is what moved, service by service; where one has more than many names,
// a few of them.
func (f Facts) synced(many int) (out []string) {
	var all []byService
	for _, m := range f.Moved {
		for _, n := range m.Names {
			all = gather(all, m.Service, line(n), m.Environment)
		}
	}
	all = imagesLast(all)
	for _, s := range all {
		text := strings.Join(cut(s.items, many, f.movedName), ", ")
		switch {
		case s.service == "":
			text = Images + ": " + text
		case !f.One:
			text = line(s.service) + ": " + text
		}
		out = append(out, text)
	}
	if many == math.MaxInt {
		return out
	}
	return fewer(all, out)
}

// movedName is a name, and where it moved if that is not everywhere.
func (f Facts) movedName(n named) string {
	if len(n.envs) >= len(f.To) {
		return n.name
	}
	return n.name + " (" + strings.Join(f.labels(n.envs), ", ") + ")"
}

// cut words the items, of many only a few: those that stand for most first.
func cut(items []named, many int, word func(named) string) (out []string) {
	more := 0
	if len(items) > many {
		items = slices.Clone(items)
		slices.SortStableFunc(items, func(a, b named) int { return wide(b) - wide(a) })
		more = len(items) - fewNames
		items = items[:fewNames]
	}
	for _, n := range items {
		out = append(out, word(n))
	}
	if more > 0 {
		out[len(out)-1] += " and " + strconv.Itoa(more) + " more"
	}
	return out
}

func wide(n named) int {
	if strings.HasSuffix(n.name, ".*") {
		return 1
	}
	return 0
}

// notSynced has its environments always, with what is missing or the reason.
func (f Facts) notSynced() (out []string) {
	var all []byService
	whys := map[[3]string]string{}
	for _, h := range f.Held {
		path := line(h.Path)
		all = gather(all, h.Service, path, h.Environment)
		whys[[3]string{h.Service, path, h.Environment}] = h.why()
	}
	all = imagesLast(all)
	for _, s := range all {
		service := line(s.service)
		if s.service == "" {
			service = Images
		}
		word := func(n named) string {
			return n.name + " (" + f.reasons(n, func(env string) string { return whys[[3]string{s.service, n.name, env}] }) + ")"
		}
		out = append(out, service+": "+strings.Join(cut(s.items, manyNames, word), ", "))
	}
	return fewer(all, out)
}

// reasons brings environments of one reason together:
// "staging, production: stripePriceId", "staging: pending; production: hotfix".
func (f Facts) reasons(n named, why func(env string) string) string {
	var order []string
	envs := map[string][]string{}
	for _, e := range n.envs {
		w := why(e)
		if envs[w] == nil {
			order = append(order, w)
		}
		envs[w] = append(envs[w], f.label(e))
	}
	var parts []string
	for _, w := range order {
		parts = append(parts, strings.Join(envs[w], ", ")+": "+w)
	}
	return strings.Join(parts, "; ")
}

// why is what is missing, below the path that is held back, else the code.
func (h Held) why() string {
	var out []string
	for _, n := range h.Needs {
		if n != h.Path {
			out = append(out, line(strings.TrimPrefix(strings.TrimPrefix(n, h.Path), ".")))
		}
	}
	if len(out) == 0 {
		return line(h.Code)
	}
	if len(out) > fewNames {
		return strings.Join(out[:fewNames], ", ") + " and " + strconv.Itoa(len(out)-fewNames) + " more"
	}
	return strings.Join(out, ", ")
}
