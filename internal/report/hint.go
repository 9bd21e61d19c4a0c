package report

import (
	"strings"

	"hoist.example/hoist/internal/compare"
	"hoist.example/hoist/internal/images"
)

// hintCell is how much of a value a hint shows.
const hintCell = 24

// KeyHint says of a key what a menu has room for: its status and its values,
// masked, equal ones once.
func (w Words) KeyHint(s *compare.Service, k *compare.Key) string {
	v := view{w: w, s: s}
	secret := secretByRule(k.Rules) || w.secret(s.Name, k.Path)
	var texts []string
	for i := range s.Environments {
		texts = append(texts, v.at(k, i, secret).text)
	}
	return w.statusText(k.Status) + w.say(msgColon) + sideBySide(texts)
}

// ImageHint is KeyHint for an image.
func (w Words) ImageHint(r images.Row) string {
	var texts []string
	for _, e := range r.Entries {
		if e == nil {
			texts = append(texts, w.say(msgAbsent))
		} else {
			texts = append(texts, imageText(e))
		}
	}
	return w.statusText(r.Status) + w.say(msgColon) + sideBySide(texts)
}

// sideBySide joins values, cut around where they differ; one where all are the
// same.
func sideBySide(texts []string) string {
	at, all := common(texts), true
	for i, t := range texts {
		all = all && t == texts[0]
		texts[i] = window(t, at, hintCell)
	}
	if all && len(texts) > 0 {
		return texts[0]
	}
	return strings.Join(texts, " | ")
}
