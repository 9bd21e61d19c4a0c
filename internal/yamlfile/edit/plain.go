package edit

import (
	"regexp"
	"strings"

	"hoist.example/hoist/internal/value"
)

// typed are the plain scalars that a YAML 1.1 or a YAML 1.2 reader takes for
// something else than a string: null, bool, int (with underscores, octal, hex,
// binary, base 60), float, timestamp, merge and value (yaml.org/type, and the
// core schema of YAML 1.2.2, section 10.3.2).
var typed = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`~|null|Null|NULL`,
	`[yY]|yes|Yes|YES|[nN]|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF`,
	`[-+]?[0-9][0-9_,]*`,
	`[-+]?0[oO]?[0-7_]+|[-+]?0[xX][0-9a-fA-F_]+|[-+]?0[bB][01_]+`,
	`[-+]?[0-9][0-9_]*(?::[0-9_]+)+(?:\.[0-9_]*)?`,
	`[-+]?(?:\.[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9_]+)?`,
	`[-+]?0[xX][0-9a-fA-F_.]+[pP][-+]?[0-9_]+`,
	`[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)`,
	`(?i)[-+]?(?:inf|infinity|nan)`,
	`[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?`,
	`<<|=`,
}, "|") + `)$`)

// plainSafe reports whether text may be written plain and is a string for every
// reader: neither of another type nor, inside flow if so asked, cut short.
func plainSafe(text string, flow bool) bool {
	if text == "" || typed.MatchString(text) || !printable(text) {
		return false
	}
	if v := value.Resolve(text, true, ""); v.Kind() != value.String {
		return false
	}
	return plainChars(text, flow)
}

// plainChars reports whether the characters of text, whatever its type, may
// stand plain on one line (YAML 1.2.2, section 7.3.3).
func plainChars(text string, flow bool) bool {
	switch text[0] {
	case ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`':
		return false
	case '-', '?', ':':
		if len(text) == 1 || isBlank(text[1]) || flow && strings.IndexByte(",[]{}", text[1]) >= 0 {
			return false
		}
	}
	if strings.TrimSpace(text) != text || strings.HasSuffix(text, ":") || strings.ContainsAny(text, "\n\r\t") {
		return false
	}
	if strings.HasPrefix(text, "---") || strings.HasPrefix(text, "...") {
		return false
	}
	if strings.Contains(text, ": ") || strings.Contains(text, " #") {
		return false
	}
	if !flow {
		return true
	}
	// ":x" and "?x" begin no plain scalar for every reader inside flow, and "x:,"
	// ends one.
	return !strings.ContainsAny(text, ",[]{}") && text[0] != ':' && text[0] != '?'
}

// printable reports whether text may stand in a file unescaped, and unchanged
// for readers of both versions: no control characters, no byte order mark and
// no line break of YAML 1.1 (NEL, LS, PS).
func printable(text string) bool {
	for _, r := range text {
		switch {
		case r == '\n' || r == '\t':
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff:
			return false
		case r >= 0xd800 && r < 0xe000 || r == 0xfffe || r == 0xffff:
			return false
		}
	}
	return true
}
