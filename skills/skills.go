// Package skills holds what coding agents read about hoist, inside the binary,
// so that `hoist skill install` needs no network and the skill is always that
// of the hoist that is used.
//
// It only carries the skill and knows whether a copy of it was changed: nothing
// here knows where agents look.
package skills

import (
	"crypto/sha256"
	_ "embed" // the skill is a file, as other tools install it from the repository
	"encoding/hex"
	"strings"
)

// Sync is the skill for "sync ci to staging and prod", as agentskills.io has
// skills: YAML front matter, then Markdown.
//
//go:embed sync-ci-to-staging-prod/SKILL.md
var Sync string

// SyncName is its name, which by agentskills.io is also its folder's.
const SyncName = "sync-ci-to-staging-prod"

// mark begins the line of the front matter that holds the fingerprint of all
// other lines.
const mark = "  fingerprint: "

// Same reports whether two copies say the same. Line ends are no difference:
// git may have changed them.
func Same(a, b string) bool { return unix(a) == unix(b) }

// Untouched reports whether a copy, of this version or any other, is as its
// hoist wrote it: its fingerprint is right.
func Untouched(text string) bool {
	_, rest, found := strings.Cut(unix(text), "\n"+mark)
	have, _, ended := strings.Cut(rest, "\n")
	return found && ended && have == Fingerprint(text)
}

// Fingerprint is made of all lines of a copy but the one that holds it: half of
// their SHA-256 in hex, behind a prefix that keeps YAML from reading a number.
func Fingerprint(text string) string {
	text = unix(text)
	if before, rest, found := strings.Cut(text, "\n"+mark); found {
		_, after, _ := strings.Cut(rest, "\n")
		text = before + "\n" + after
	}
	sum := sha256.Sum256([]byte(text))
	return "v1-" + hex.EncodeToString(sum[:len(sum)/2])
}

func unix(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }
