package forge

import "strings"

// pushRoom is how much of a description goes with a push: git takes at most
// 65,516 bytes for a push option (gitprotocol-common(5), pkt-line).
const pushRoom = 16_000

// PushOptions are what makes GitLab open a request, or bring the open one up to
// date, when a branch is pushed (`git push -o`): that needs no token. git takes
// no line break in one; GitLab reads \n in a description as one.
func PushOptions(r Request) []string {
	text := begin + "\n" + Shorten(strings.NewReplacer(begin, "", end, "").Replace(r.Body), pushRoom) + "\n" + end
	return []string{
		"merge_request.create",
		"merge_request.target=" + oneLine(r.Base),
		"merge_request.title=" + oneLine(r.Title),
		"merge_request.description=" + strings.ReplaceAll(strings.ReplaceAll(text, "\r", ""), "\n", `\n`),
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
