package plan

import (
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/mask"
	"hoist.example/hoist/internal/problem"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
)

// suspicion is why a value must not travel by itself.
type suspicion struct {
	code    Code
	why     string
	rule    string // the place of the forbid
	suggest string // the allow entry to paste
}

// specific holds back a change of a value that looks as if it belonged to one
// environment, and one that may not come in at all. sv is what would come in.
func (t *target) specific(p keypath.Path, src yamlfile.Node, sv value.Value, dst yamlfile.Node, dv value.Value) bool {
	x := t.suspect(p, sv, dv)
	if x.why == "" {
		return false
	}
	h := Held{Path: p, Code: x.code, Why: x.why, Place: firstPlace(dst, src), Suggest: x.suggest}
	t.hold(x.args(h, p))
	return true
}

func (x suspicion) args(h Held, key keypath.Path) Held {
	h.Args = append(h.Args, problem.Arg{Name: "key", Text: key.String()})
	if x.rule != "" {
		h.Args = append(h.Args, problem.Arg{Name: "rule", Text: x.rule})
	}
	return h
}

// suspect looks at a value that would come in at p, and at the one that would go.
func (t *target) suspect(p keypath.Path, sv, dv value.Value) suspicion {
	if !t.sealed && (sealed(sv) || sealed(dv)) {
		return suspicion{code: HeldEncrypted, why: "value"}
	}
	if f := t.rules.Forbidden(t.env, value.Sequence(lacking(sv, dv))); f != nil {
		return suspicion{HeldUnclassified, "forbidden", f.Place.String(), suggestAllow(p.String())}
	}
	if t.m.narrow.only.names(p) || t.walk.Promoted(t.state(p)) {
		return suspicion{}
	}
	if near, better := t.walk.NearMiss(p); near != "" {
		return suspicion{code: HeldUnclassified, why: "near-miss", suggest: suggestAllow(better)}
	}
	for _, v := range []value.Value{sv, dv} {
		switch why := t.looks(p, v); why {
		case "":
		case looksEnvironment:
			return suspicion{code: HeldUnclassified, why: why, suggest: suggestAllow(p.String())}
		default:
			return suspicion{code: HeldUnclassified, why: why, suggest: suggestAllow(p.String()) + "\n  secret: true"}
		}
	}
	return suspicion{}
}

// Why a value seems to belong to one environment.
const (
	looksCredential  = "credential"
	looksConnection  = "connection"
	looksEnvironment = "environment-name"
)

// looks says why a value seems to belong to one environment; "" it does not.
func (t *target) looks(p keypath.Path, v value.Value) string {
	if !v.Present() || t.sealed {
		return ""
	}
	if _, ok := mask.LooksSecret(p, v); ok {
		return looksCredential
	}
	if mask.ConnectionString(v) {
		return looksConnection
	}
	for _, x := range elements(v) {
		if x.HoldsWord(t.words) {
			return looksEnvironment
		}
	}
	return ""
}

// sealed reports whether a value, or an element of it, was encrypted by SOPS.
func sealed(v value.Value) bool {
	for _, x := range elements(v) {
		if x.Kind() == value.String && strings.HasPrefix(x.Reveal(), "ENC[AES256_GCM,") {
			return true
		}
	}
	return false
}

func firstPlace(nodes ...yamlfile.Node) problem.Place {
	for _, n := range nodes {
		if n.Valid() {
			return place(n)
		}
	}
	return problem.Place{}
}

// place is where a value stands: the line of its key, for a value that begins
// below that.
func place(n yamlfile.Node) problem.Place {
	p := n.Place()
	if l := n.Line(); l != p.Line {
		p.Line, p.Column = l, 0
	}
	return p
}

// suggestAllow is the entry to paste under allow; it is valid as it is.
func suggestAllow(pattern string) string {
	return "- keys: [" + quoteFlow(pattern) + "]\n  reason: each environment has its own"
}

func quoteFlow(s string) string {
	if strings.ContainsAny(s, "[]{},#:&*!|>'\"%@`\\ ?") {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	return s
}
