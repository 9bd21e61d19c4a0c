package terminal

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// screens is a terminal that shows stdout and stderr, as people have it.
func screens(live bool) (*Screen, *bytes.Buffer) {
	var b bytes.Buffer
	s := newScreen(&b, &b)
	s.Live(live)
	return s, &b
}

func text(s string) func() string { return func() string { return s } }

func TestShortWorkShowsNoProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, b := screens(true)
		s.Step(text("1/3"))
		time.Sleep(patience - time.Millisecond)
		s.Step(text("2/3"))
		s.Close()
		if b.Len() > 0 {
			t.Errorf("%q", b)
		}
	})
}

func TestProgressIsWrittenInPlaceAndWiped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, b := screens(true)
		s.Step(text("1/9"))
		time.Sleep(patience)
		s.Step(text("2/9"))
		s.Step(text("3/9")) // too soon to be read
		time.Sleep(redraw)
		s.Step(text("4/9"))
		io.WriteString(s, "answer\n")
		io.WriteString(s.Talk(), "talk\n")
		time.Sleep(redraw)
		s.Step(text("5/9"))
		s.Close()
		if want := "\r\x1b[K2/9\r\x1b[K4/9\r\x1b[Kanswer\ntalk\n\r\x1b[K5/9\r\x1b[K"; b.String() != want {
			t.Errorf("%q, want %q", b, want)
		}
	})
}

func TestWithoutATerminalProgressIsSeldomAndInLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, b := screens(false)
		for i := range 250 {
			s.Step(text("step " + string(rune('0'+i/100))))
			time.Sleep(time.Second / 10)
		}
		s.Close()
		if want := "step 1\nstep 2\n"; b.String() != want {
			t.Errorf("%q, want %q", b, want)
		}
	})
}

// Whatever comes in which pieces: answers and talk stand as they were written,
// in order, and wiping leaves nothing of the progress between them.
func TestProgressNeverTouchesAnAnswer(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOf(rapid.SampledFrom([]string{"answer", "answer\n", "\n", "a\nb", "talk\n", "step", "wait"})).Draw(rt, "steps")
		synctest.Test(t, func(t *testing.T) {
			s, b := screens(true)
			want := ""
			for _, x := range steps {
				switch x {
				case "step":
					s.Step(text("PROGRESS"))
				case "wait":
					time.Sleep(patience)
				case "talk\n":
					io.WriteString(s.Talk(), x)
					want += x
				default:
					io.WriteString(s, x)
					want += x
				}
			}
			s.Close()
			if got := seen(b.String()); got != want {
				rt.Errorf("%q is seen, want %q", got, want)
			}
		})
	})
}

// seen is what a terminal shows of s: a line that is wiped is gone.
func seen(s string) string {
	lines := strings.SplitAfter(s, "\n")
	for i, l := range lines {
		if at := strings.LastIndex(l, erase); at >= 0 {
			lines[i] = l[at+len(erase):]
		}
	}
	return strings.Join(lines, "")
}

func TestWhatIsNoTerminalGetsTheBytesAtOnce(t *testing.T) {
	s, b := screens(false)
	io.WriteString(s, "no end")
	if b.String() != "no end" {
		t.Errorf("%q", b)
	}
}

type full struct{ room int }

var errFull = errors.New("full")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestTheFirstFailureIsKept(t *testing.T) {
	for _, live := range []bool{false, true} {
		s := newScreen(&full{3}, io.Discard)
		s.Live(live)
		if _, err := io.WriteString(s, "ab\n"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(s, "cd\n"); !errors.Is(err, errFull) {
			t.Errorf("live %v: %v", live, err)
		}
		if err := s.Close(); !errors.Is(err, errFull) || !errors.Is(s.Failure(), errFull) {
			t.Errorf("live %v: %v at the end", live, err)
		}
	}
}

func TestLinesOnTheScreen(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"", 0}, {"a\nb\n", 2}, {"0123456789\n", 1}, {"0123456789x\n", 2}, {strings.Repeat("x", 31), 3},
		{"\x1b[38;5;160m0123456789\x1b[0m\n", 1}, {"环境环境环\n", 1}, {"环境环境环境\n", 2},
	} {
		p := &page{width: 10}
		p.count([]byte(c.text))
		if p.lines != c.want {
			t.Errorf("%q: %d lines, want %d", c.text, p.lines, c.want)
		}
	}
}

func TestWhatFitsOnTheScreenIsNotPaged(t *testing.T) {
	var b bytes.Buffer
	s := newScreen(&b, &b)
	s.Page("no-such-pager-here --at-all", 80, 10)
	io.WriteString(s, "one\n")
	io.WriteString(s.Talk(), "talk\n")
	if b.Len() > 0 {
		t.Errorf("%q came before anybody knew that it fits", b.String())
	}
	io.WriteString(s, "two\n")
	s.Close()
	if want := "one\ntwo\ntalk\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

func TestWithoutThePagerAllIsWritten(t *testing.T) {
	var b bytes.Buffer
	s := newScreen(&b, &b)
	s.Page("no-such-pager-here --at-all", 80, 10)
	want := strings.Repeat("line\n", 100)
	for l := range strings.SplitAfterSeq(want, "\n") {
		io.WriteString(s, l)
	}
	s.Close()
	if b.String() != want {
		t.Errorf("%q", b.String())
	}
}

func TestPager(t *testing.T) {
	for _, c := range []struct {
		own, pager, want string
	}{{"a", "b", "a"}, {"", "b", "b"}, {"", "", "less -FRX"}} {
		env := map[string]string{"HOIST_PAGER": c.own, "PAGER": c.pager}
		if got := Pager(func(name string) string { return env[name] }); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	for _, c := range []struct {
		kind, ci string
		want     bool
	}{{"xterm", "", true}, {"", "", false}, {"dumb", "", false}, {"xterm", "true", false}, {"xterm", "false", true}} {
		if Pages(c.kind, c.ci) != c.want {
			t.Errorf("%+v", c)
		}
	}
}
