package forge

import (
	"strings"
	"unicode/utf8"
)

// The marks around hoist's part of a description. Markdown shows comments
// nowhere.
const (
	begin = "<!-- hoist:begin -->"
	end   = "<!-- hoist:end -->"
)

// room is how much of a description hoist fills: GitHub takes 65,536 characters
// in all, GitLab 1,048,576.
func room(k Kind) int {
	if k == GitHub {
		return 60_000
	}
	return 900_000
}

// body is a description with hoist's part made anew: in its place, or behind
// what stands there. Of several pairs of marks the last is hoist's; a mark
// without its fellow is text.
func body(k Kind, have, part string) string {
	// Two marks in the part would make its end uncertain the next time.
	part = strings.NewReplacer(begin, "", end, "").Replace(part)
	part = begin + "\n" + Shorten(part, room(k)) + "\n" + end
	to := strings.LastIndex(have, end)
	from := strings.LastIndex(have[:max(to, 0)], begin)
	switch {
	case strings.TrimSpace(have) == "":
		return part
	case from >= 0:
		return have[:from] + part + have[to+len(end):]
	}
	return strings.TrimRight(have, " \t\r\n") + "\n\n" + part
}

// Shorten cuts a Markdown text to at most n bytes, between lines, and says so;
// what the cut left open is closed.
func Shorten(text string, n int) string {
	text = strings.Trim(text, "\n")
	if len(text) <= n {
		return text
	}
	const note = "\n\n…\n"
	closers := "\n```\n\n" + strings.Repeat("</details>\n", 4)
	keep := max(n-len(note)-len(closers), 0)
	for keep > 0 && !utf8.RuneStart(text[keep]) {
		keep--
	}
	if i := strings.LastIndexByte(text[:keep], '\n'); i >= 0 {
		keep = i
	}
	text = text[:keep]
	if strings.Count("\n"+text, "\n```")%2 == 1 {
		text += "\n```\n"
	}
	for range min(strings.Count(text, "<details>")-strings.Count(text, "</details>"), 4) {
		text += "\n</details>"
	}
	return text + note
}
