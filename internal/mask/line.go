package mask

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line is a line of a file in which something is wrong, so that nobody can say
// what in it is a value. Its structure is shown: the key it begins with, its
// brackets, quotes, anchors and aliases; every word of a value or comment is
// hidden. Up to column (from 1, in characters) a star stands for each hidden
// character, so that the column stays where it is; behind it words are Stars.
func (m *Masker) Line(line string, column int) string {
	if m.reveal {
		return line
	}
	at := m.keyEnd(line)
	var b strings.Builder
	b.WriteString(line[:at])
	for at < len(line) {
		if strings.IndexByte(structure, line[at]) >= 0 {
			b.WriteByte(line[at])
			at++
			continue
		}
		end := at + strings.IndexAny(line[at:]+" ", structure)
		word, behind := line[at:end], column-1-utf8.RuneCountInString(line[:at])
		switch {
		case shownWord(word):
			b.WriteString(word)
		case behind > 0: // the column lies behind the begin of the word
			b.WriteString(strings.Repeat("*", min(utf8.RuneCountInString(word), max(behind, len(Stars)))))
		default:
			b.WriteString(Stars)
		}
		at = end
	}
	return b.String()
}

const (
	structure  = " \t\r[]{},\"'#"
	longestKey = 64
)

// keyEnd is where the key ends that the line begins with, its colon included; 0
// where it begins with none, or with one that may be a secret itself.
func (m *Masker) keyEnd(line string) int {
	start := len(line) - len(strings.TrimLeft(line, " \t"))
	for strings.HasPrefix(line[start:], "- ") {
		start += len(line[start:]) - len(strings.TrimLeft(line[start+1:], " "))
	}
	end := strings.Index(line[start:]+" ", ": ")
	if end < 0 || end > longestKey {
		return 0
	}
	key := line[start : start+end]
	name := strings.Trim(key, `"'`)
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' && r != '.' && (r != ' ' || name == key)
	}
	if name == "" || m.Text(key) != key || strings.ContainsFunc(name, odd) {
		return 0
	}
	return start + end + 1
}

// shownWord: what a word says of the structure, and no value that is hidden.
func shownWord(word string) bool {
	if slices.Contains([]string{"true", "false", "null", "~", "-", "?", ":", "|", ">", "|-", ">-", "|+", ">+", "<<:", "---", "..."}, word) {
		return true
	}
	if len(word) < 2 || len(word) > 32 || word[0] != '&' && word[0] != '*' {
		return false
	}
	return strings.Trim(word[1:], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == ""
}
