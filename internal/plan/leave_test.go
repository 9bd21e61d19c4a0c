package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestUnits: every change is in exactly one unit, and what is left by one is
// exactly what is missing from the plan made again.
func TestUnits(t *testing.T) {
	cfg := load(t, "allow: [{keys: [p.*.price], reason: r}]\nlists: [{path: p, identity: name}]\n")
	f := files{
		"a: 1\nm: {x: 1, y: 2}\nnew:\n  k: 1\np:\n- name: one\n  price: p_1\n  n: 1\n- name: two\n  price: p_2\n",
		"a: 2\nm: {x: 2, y: 2}\np:\n- name: one\n  price: q_1\n  n: 2\n",
		"a: 3\nm: {x: 1, y: 3}\nnew:\n  k: 2\np:\n- name: one\n  price: r_1\n  n: 1\n",
	}
	to := []string{"staging", "prod"}
	whole, err := make1(t, cfg, f, Choice{To: to})
	if err != nil {
		t.Fatal(err)
	}
	all := changes(whole)
	units := whole.Units()
	n := 0
	for _, u := range units {
		n += len(u.Changes)
	}
	if n != len(all) || len(units) != 6 {
		t.Fatalf("%d changes in %d units, of %v", n, len(units), all)
	}
	for mask := range 1 << len(units) {
		c := Choice{To: to}
		want := slices.Clone(all)
		for i, u := range units {
			if mask>>i&1 == 0 {
				continue
			}
			env := u.Environments()[mask%len(u.Environments())]
			c.Leave = append(c.Leave, u.Left(env)...)
			want = slices.DeleteFunc(want, func(s string) bool { return s == fmt.Sprint(env, " ", u.Path) })
		}
		p, err := make1(t, cfg, f, c)
		if err != nil {
			t.Fatal(err)
		}
		if got := changes(p); !slices.Equal(got, want) {
			t.Errorf("leaving %v: %v, want %v", c.Leave, got, want)
		}
		if len(p.HeldBack) != 2 || (p.Digest == whole.Digest) != (mask == 0) {
			t.Errorf("leaving %v: held %v, digest %s", c.Leave, p.HeldBack, p.Digest)
		}
	}
}

func changes(p *Plan) (out []string) {
	for _, f := range p.Files {
		for _, c := range f.Changes {
			out = append(out, f.Environment+" "+c.Path.String())
		}
	}
	return out
}

// TestLeaveHeld: what is left is not waited for either, with all below it.
func TestLeaveHeld(t *testing.T) {
	cfg := load(t, "allow: [{keys: [p.*.price], reason: r}]\nlists: [{path: p, identity: name}]\n")
	f := files{"p:\n- name: one\n  price: p_1\n- name: two\n  price: p_2\n", "-", "p:\n- name: one\n  price: r_1\n"}
	p, err := make1(t, cfg, f, Choice{})
	if err != nil || len(p.HeldBack) != 1 {
		t.Fatal(err, p)
	}
	c := Choice{Leave: []Left{{"prod", "app", p.HeldBack[0].Path}}}
	if p, err = make1(t, cfg, f, c); err != nil || len(p.HeldBack) != 0 {
		t.Error(err, p.HeldBack)
	}
	s := decode(t, strings.Replace(planFile, `"set": [`, `"leave": [{"environment": "prod", "service": "app", "path": "p.[name=two]"}], "set": [`, 1))
	if l := s.Choice.Leave; len(l) != 1 || l[0] != c.Leave[0] {
		t.Errorf("read back: %v, want %v", l, c.Leave)
	}
}
