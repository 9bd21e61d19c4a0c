package cli

import (
	"errors"
	"io"
	"slices"
	"strings"

	"hoist.example/hoist/internal/keypath"
	"hoist.example/hoist/internal/plan"
	"hoist.example/hoist/internal/report"
)

// chooser asks about a plan's units one by one, with the letters of git add -p.
// It knows no terminal.
type chooser struct {
	show   func(u plan.Unit, n, total int) error
	ask    func(letters []string) (string, error)
	help   func(letters []string, u plan.Unit)
	reason func(u plan.Unit) (string, error)
}

// decision is what a person decided: what stays as it is, and which keys are
// meant to differ.
type decision struct {
	leave  []plan.Left
	expect []expected
	quit   bool // q, or the end of the input
}

// expected is a key that is meant to differ, and why.
type expected struct {
	service string
	path    keypath.Path
	reason  string
}

// choose asks until every unit is decided. The end of the input is a q.
func (c chooser) choose(units []plan.Unit) (d decision, err error) {
	units = slices.Clone(units)
	decided := map[string]bool{} // services of which the rest is decided, and how
	for i := 0; i < len(units); i++ {
		u := units[i]
		take, known := decided[u.Service]
		if !known {
			letter, err := c.letter(u, i+1, len(units))
			if errors.Is(err, io.EOF) {
				letter, err = "q", nil
			}
			if err != nil {
				return d, err
			}
			switch letter {
			case "s":
				units = slices.Replace(units, i, i+1, u.Split()...)
				i--
				continue
			case "a", "d":
				decided[u.Service] = letter == "a"
			case "q":
				for _, rest := range units[i:] {
					d.leave = append(d.leave, rest.Left(rest.Environments()...)...)
				}
				d.quit = true
				return d, nil
			case "e":
				why, err := c.reason(u)
				if err != nil {
					return d, err
				}
				if why == "" { // no rule after all: asked again
					i--
					continue
				}
				d.expect = append(d.expect, expected{u.Service, u.Path, why})
			}
			take = letter == "y" || letter == "a"
		}
		if !take {
			d.leave = append(d.leave, u.Left(u.Environments()...)...)
		}
	}
	return d, nil
}

// letter asks about one unit until the answer is one of the letters.
func (c chooser) letter(u plan.Unit, n, total int) (string, error) {
	letters := lettersFor(u)
	if err := c.show(u, n, total); err != nil {
		return "", err
	}
	for {
		answer, err := c.ask(letters)
		if err != nil {
			return "", err
		}
		answer = strings.ToLower(strings.TrimSpace(answer))
		if answer == "?" || !slices.Contains(letters, answer) {
			c.help(letters, u)
			continue
		}
		return answer, nil
	}
}

func lettersFor(u plan.Unit) []string {
	out := []string{"y", "n", "a", "d"}
	if len(u.Environments()) > 1 {
		out = append(out, "s")
	}
	if u.Service != "" {
		out = append(out, "e")
	}
	return append(out, "q", "?")
}

// unitHelp says what the letters mean.
var unitHelp = map[string]report.Message{"y": report.HelpUnitYes, "n": report.HelpUnitNo, "a": report.HelpUnitAll, "d": report.HelpUnitNone,
	"s": report.HelpUnitSplit, "e": report.HelpUnitRule, "q": report.HelpUnitQuit, "?": report.HelpUnitHelp}

// pending is one value that only a person can give.
type pending struct {
	held  plan.Held
	needs keypath.Path
}

func (p pending) id() string {
	return p.held.Environment + "\x00" + p.held.Service + "\x00" + p.needs.String()
}

// ignoreEnd is err unless it is the end of the input, which answers nothing.
func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
