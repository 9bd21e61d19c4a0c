package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/value"
	"hoist.example/hoist/internal/yamlfile"
	"hoist.example/hoist/internal/yamlfile/syntax"
)

// scribe writes JSON in a fixed order of keys. It knows where commas go; what
// stands between open and close is the caller's.
type scribe struct {
	b     []byte
	comma bool
}

func (s *scribe) sep() {
	if s.comma {
		s.b = append(s.b, ',', ' ')
	}
	s.comma = true
}

// open begins an object or list as the next element.
func (s *scribe) open(c byte) {
	s.sep()
	s.b = append(s.b, c)
	s.comma = false
}

func (s *scribe) close(c byte) {
	s.b = append(s.b, c)
	s.comma = true
}

// key begins a member; its value comes next.
func (s *scribe) key(name string) {
	s.sep()
	s.b = append(appendString(s.b, name), ':', ' ')
	s.comma = false
}

// newline starts a line, indented by n, before the next element.
func (s *scribe) newline(n int) {
	if s.comma {
		s.b = append(s.b, ',')
		s.comma = false
	}
	s.b = append(s.b, '\n')
	for range n {
		s.b = append(s.b, ' ')
	}
}

// end closes the document and writes it.
func (s *scribe) end(out io.Writer) error {
	s.close('}')
	_, err := out.Write(append(s.b, '\n'))
	return err
}

func (s *scribe) str(v string) {
	s.sep()
	s.b = appendString(s.b, v)
}

func (s *scribe) int(v int) {
	s.sep()
	s.b = strconv.AppendInt(s.b, int64(v), 10)
}

func (s *scribe) bool(v bool) {
	s.sep()
	s.b = strconv.AppendBool(s.b, v)
}

// strMember, intMember and the like write a whole member.
func (s *scribe) strMember(name, v string)     { s.key(name); s.str(v) }
func (s *scribe) intMember(name string, v int) { s.key(name); s.int(v) }

// trueMember writes a member that is left out where it is false.
func (s *scribe) trueMember(name string, v bool) {
	if v {
		s.key(name)
		s.bool(true)
	}
}

func (s *scribe) strings(name string, v []string) {
	s.key(name)
	s.open('[')
	for _, x := range v {
		s.str(x)
	}
	s.close(']')
}

// largest is up to which integers every reader of JSON keeps the value.
const largest = 1 << 53

// any writes what mask gives: null, bool, a number, a string, a list.
func (s *scribe) any(v any) {
	switch v := v.(type) {
	case nil:
		s.sep()
		s.b = append(s.b, "null"...)
	case bool:
		s.bool(v)
	case string:
		s.str(v)
	case int:
		s.any(int64(v))
	case int64:
		if v > largest || v < -largest {
			s.str(strconv.FormatInt(v, 10))
			return
		}
		s.sep()
		s.b = strconv.AppendInt(s.b, v, 10)
	case uint64:
		if v > largest {
			s.str(strconv.FormatUint(v, 10))
			return
		}
		s.any(int64(v))
	case float64:
		s.float(v)
	case json.Number:
		s.number(string(v))
	case []any:
		s.open('[')
		for _, x := range v {
			s.any(x)
		}
		s.close(']')
	case map[string]any: // mask gives none but the empty one
		s.open('{')
		s.close('}')
	default:
		s.str(fmt.Sprint(v))
	}
}

func (s *scribe) float(v float64) {
	switch {
	case math.IsNaN(v):
		s.str(".nan")
	case math.IsInf(v, 1):
		s.str(".inf")
	case math.IsInf(v, -1):
		s.str("-.inf")
	case v == math.Trunc(v) && math.Abs(v) > largest && math.Abs(v) < 1e21:
		s.str(strconv.FormatFloat(v, 'f', -1, 64))
	default:
		b, _ := json.Marshal(v) // a finite float64 never fails
		s.sep()
		s.b = append(s.b, b...)
	}
}

// number writes a number that is spelled already, if JSON can hold it.
func (s *scribe) number(text string) {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil && i >= -largest && i <= largest && json.Valid([]byte(text)) {
		s.any(i)
		return
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && json.Valid([]byte(text)) && strings.ContainsAny(text, ".eE") && !math.IsInf(f, 0) {
		s.sep()
		s.b = append(s.b, text...)
		return
	}
	s.str(text)
}

// appendString quotes s for JSON (RFC 8259 section 7). Beyond what JSON
// demands it escapes what a terminal would act on: DEL, C1, bidi and other
// format characters.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	if plain(s) && strings.IndexByte(s, '"') < 0 && strings.IndexByte(s, '\\') < 0 {
		return append(append(b, s...), '"')
	}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r == '\t':
			b = append(b, '\\', 't')
		case r < ' ' || r >= 0x7f && r <= 0x9f || r > 0x9f && r <= 0xffff && !unicode.IsPrint(r):
			b = fmt.Appendf(b, `\u%04x`, r)
		case r > 0xffff && !unicode.IsPrint(r):
			r1, r2 := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			b = fmt.Appendf(b, `\u%04x\u%04x`, r1, r2)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// content writes the value or subtree at n, and reports whether anything in it
// is masked.
func (w Words) content(s *scribe, t subtree, p keypath.Path, n yamlfile.Node, v value.Value) bool {
	if !n.Valid() || n.Leaf() {
		if n.Valid() && !v.Present() {
			v = n.Value()
		}
		x, masked := w.masker().JSON(p, v, t.secret || w.secret(t.service, p) || w.sharedSecret(t.service, n))
		s.any(x)
		return masked
	}
	if n.Kind() == syntax.Mapping {
		return w.mapping(s, t, p, n)
	}
	masked, i := false, 0
	identity := likelyIdentity(n)
	s.open('[')
	for c := range n.Items() {
		if !t.leavesOut(c) {
			masked = w.content(s, t, childPath(p, c, i, identity), c, value.Value{}) || masked
		}
		i++
	}
	s.close(']')
	return masked
}

func (w Words) mapping(s *scribe, t subtree, p keypath.Path, n yamlfile.Node) bool {
	masked := false
	s.open('{')
	for k, c := range n.Entries() {
		if t.leavesOut(c) {
			continue
		}
		s.key(k)
		masked = w.content(s, t, p.Child(k), c, value.Value{}) || masked
	}
	s.close('}')
	return masked
}
