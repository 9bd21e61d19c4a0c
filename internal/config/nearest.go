package config

import (
	"strings"
	"unicode/utf8"
)

// Nearest is the name that was probably meant: the one with the fewest typing
// errors, up to one in three characters; else one that holds what was typed, as
// simplex-gateway holds gateway, or begins nearly alike, as staging and stage
// do; else "".
func Nearest(typed string, names []string) string {
	lower := strings.ToLower(typed)
	best, least := "", min(utf8.RuneCountInString(typed)/3+1, 4)
	for _, n := range names {
		if d := distance(lower, strings.ToLower(n), least); d <= least && (best == "" || d < least) {
			best, least = n, d
		}
	}
	if best != "" || utf8.RuneCountInString(typed) < 2 {
		return best
	}
	for _, n := range names {
		if alike(lower, strings.ToLower(n)) && closer(typed, n, best) {
			best = n
		}
	}
	return best
}

// alike: one holds the other, or four fifths of the shorter begin the longer.
func alike(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) >= 3 && strings.Contains(b, a) {
		return true
	}
	same := 0
	for same < len(a) && a[same] == b[same] {
		same++
	}
	return same >= 3 && same*5 >= len(a)*4
}

// closer reports whether a is nearer to typed in length than b.
func closer(typed, a, b string) bool {
	far := func(s string) int { return max(len(s)-len(typed), len(typed)-len(s)) }
	return b == "" || far(a) < far(b)
}

// distance is how many characters must be put in, left out, changed or swapped
// with their neighbour to make b of a (optimal string alignment); more than
// limit is not told apart.
func distance(a, b string, limit int) int {
	s, t := []rune(a), []rune(b)
	if len(s)-len(t) > limit || len(t)-len(s) > limit {
		return limit + 1
	}
	var before, above []int
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(s); i++ {
		before, above, row = above, row, make([]int, len(t)+1)
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(t)]
}
