package images

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hoist.example/hoist/internal/kustomize"
	"hoist.example/hoist/internal/rule"
	"hoist.example/hoist/internal/yamlfile"
)

// entries reads environments from lines: "ci: name=tag name=newName:tag@digest".
func entries(t rapid.TB, envs ...string) [][]kustomize.Image {
	t.Helper()
	out := make([][]kustomize.Image, len(envs))
	for e, line := range envs {
		src := "images:\n"
		for _, word := range strings.Fields(line) {
			name, ref, _ := strings.Cut(word, "=")
			src += "- name: " + name + "\n"
			newName, ref, named := cutName(ref)
			if named {
				src += "  newName: " + newName + "\n"
			}
			tag, digest, _ := strings.Cut(ref, "@")
			if tag != "" {
				src += fmt.Sprintf("  newTag: %q\n", tag)
			}
			if digest != "" {
				src += "  digest: " + digest + "\n"
			}
		}
		f, err := yamlfile.Parse(fmt.Sprintf("%d/kustomization.yaml", e), []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		if out[e], err = kustomize.Images(f); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func cutName(ref string) (newName, rest string, ok bool) {
	if at := strings.IndexByte(ref, '>'); at >= 0 {
		return ref[:at], ref[at+1:], true
	}
	return "", ref, false
}

func none(string) string { return "" }

// story is rows as text: status service [what each environment has].
func story(rows []Row) string {
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%s %s", r.Status, r.Service)
		for _, i := range r.Entries {
			switch {
			case i == nil:
				b.WriteString(" -")
			default:
				b.WriteString(" " + strings.Trim(i.Name+"="+i.NewTag+"@"+i.Digest, "@"))
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestRows(t *testing.T) {
	litellm := rule.New([]rule.Allow{{Images: []string{"lite*"}, Reason: "apart"}}, nil, nil, nil)
	for _, test := range []struct {
		name string
		envs []string
		want string
	}{
		{"same", []string{"a=1", "a=1"}, "same a a=1 a=1\n"},
		{"a service that begins like another", []string{"x/front=1 x/front-homepage=2", "x/front-homepage=2"}, "missing front x/front=1 -\nsame front-homepage x/front-homepage=2 x/front-homepage=2\n"},
		{"1.10 is not 1.1", []string{"a=1.10", "a=1.1"}, "different a a=1.10 a=1.1\n"},
		{"a digest", []string{"a=1@sha256:b", "a=1"}, "different a a=1@sha256:b a=1\n"},
		{"a digest alone", []string{"a=@sha256:b", "a=@sha256:b"}, "same a a=@sha256:b a=@sha256:b\n"},
		{"another registry, two environments", []string{"ecr/a=1", "aliyun/a=2"}, "different a ecr/a=1 aliyun/a=2\n"},
		{"another registry in the middle", []string{"ecr/a=1", "aliyun/a=2", "ecr/a=1"}, "different a ecr/a=1 aliyun/a=2 ecr/a=1\n"},
		{"another registry at the end", []string{"ecr/a=1", "ecr/a=2", "aliyun/a=2"}, "different a ecr/a=1 ecr/a=2 aliyun/a=2\n"},
		{"two registries: full names first", []string{"ecr/a=1 aliyun/a=2", "aliyun/a=2 ecr/a=3"}, "different a ecr/a=1 ecr/a=3\nsame a aliyun/a=2 aliyun/a=2\n"},
		{"two registries, one of them in each", []string{"ecr/a=1 aliyun/a=2", "aliyun/a=2", "aliyun/a=2 ecr/a=3"}, "different a ecr/a=1 - ecr/a=3\nsame a aliyun/a=2 aliyun/a=2 aliyun/a=2\n"},
		{"two left for one place: nothing is guessed", []string{"ecr/a=1", "b/a=2 c/a=3", "ecr/a=1"}, "missing a ecr/a=1 - ecr/a=1\nmissing a - b/a=2 -\nmissing a - c/a=3 -\n"},
		{"two places for one: nothing is guessed", []string{"ecr/a=1 b/a=1", "c/a=3", "ecr/a=1 b/a=1"}, "missing a ecr/a=1 - ecr/a=1\nmissing a b/a=1 - b/a=1\nmissing a - c/a=3 -\n"},
		{"only newName differs", []string{"a=m>1", "a=n>1"}, "expected a a=1 a=1\n"},
		{"newName and tag differ", []string{"a=m>1", "a=n>2"}, "different a a=1 a=2\n"},
		{"under a rule", []string{"litellm=1", "litellm=2"}, "expected litellm litellm=1 litellm=2\n"},
		{"under a rule, in one only", []string{"litellm=1", ""}, "expected litellm litellm=1 -\n"},
		{"only in the last", []string{"", "a=1"}, "missing a - a=1\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := story(Rows(entries(t, test.envs...), none, litellm)); got != test.want {
				t.Errorf("got:\n%swant:\n%s", got, test.want)
			}
		})
	}
}

// TestRowsKeepEveryEntry: every entry of every environment stands in exactly one
// row, in its environment's column, under its own service; entries of one full
// name stand in one row.
func TestRowsKeepEveryEntry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		envs := make([]string, rapid.IntRange(1, 4).Draw(t, "environments"))
		for e := range envs {
			var words []string
			for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"ecr/a", "aliyun/a", "a", "ecr/b", "ghcr/b", "ecr/a-b", "b"}), 0, 7, rapid.ID).Draw(t, "names") {
				words = append(words, name+"="+rapid.SampledFrom([]string{"1", "2", "1.10", "@sha256:a", "2@sha256:a", "n>1"}).Draw(t, "ref"))
			}
			envs[e] = strings.Join(words, " ")
		}
		all := entries(t, envs...)
		seen := map[*kustomize.Image]bool{}
		at := map[string]int{}
		rows := Rows(all, none, rule.New(nil, nil, nil, nil))
		for r, row := range rows {
			for e, i := range row.Entries {
				if i == nil {
					continue
				}
				if seen[i] || Service(i.Name) != row.Service {
					t.Fatalf("%s is in a row of %s, or twice", i.Name, row.Service)
				}
				seen[i] = true
				if first, ok := at[i.Name]; ok && first != r {
					t.Fatalf("%s is in two rows", i.Name)
				}
				at[i.Name] = r
				if !slices.ContainsFunc(all[e], func(x kustomize.Image) bool { return x.Name == i.Name && x.NewTag == i.NewTag }) {
					t.Fatalf("%s is in the column of another environment", i.Name)
				}
			}
		}
		n := 0
		for _, list := range all {
			n += len(list)
		}
		if len(seen) != n {
			t.Fatalf("%d entries, %d in rows:\n%s", n, len(seen), story(rows))
		}
	})
}

func TestTake(t *testing.T) {
	for _, test := range []struct {
		name, from, to string
		add            bool
		want           string
	}{
		{"a tag", "a=2", "a=1", false, "set images.[name=a].newTag"},
		{"the same", "a=1", "a=1", false, ""},
		{"a pair over a tag", "a=2@sha256:b", "a=1", false, "set images.[name=a].newTag, add images.[name=a].digest"},
		{"a tag over a pair", "a=2", "a=1@sha256:a", false, "set images.[name=a].newTag, delete images.[name=a].digest"},
		{"the same tag, no longer pinned", "a=1", "a=1@sha256:a", false, "delete images.[name=a].digest"},
		{"a digest over a tag", "a=@sha256:b", "a=1", false, "delete images.[name=a].newTag, add images.[name=a].digest"},
		{"newName stays", "a=m>2", "a=n>1", false, "set images.[name=a].newTag"},
		{"not there", "a=2", "", false, ""},
		{"not there, added", "a=2", "", true, "add images.[name=a]"},
		{"not in the source", "", "a=1", true, ""},
		{"another registry", "ecr/a=2", "aliyun/a=1", false, "set images.[name=aliyun/a].newTag"},
		{"another registry, pinned", "ecr/a=2@sha256:a", "aliyun/a=2", false, "add images.[name=aliyun/a].digest"},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows := Rows(entries(t, test.from, test.to), none, rule.New(nil, nil, nil, nil))
			var got []string
			if m := Take(&rows[0], 0, 1, test.add); m != nil {
				for _, op := range m.Ops {
					got = append(got, op.Action.String()+" "+op.Path.String())
				}
			}
			if s := strings.Join(got, ", "); s != test.want {
				t.Errorf("got %q, want %q", s, test.want)
			}
		})
	}
	allowed := Rows(entries(t, "a=2", "a=1"), none, rule.New([]rule.Allow{{Images: []string{"a"}, Reason: "r"}}, nil, nil, nil))
	if Take(&allowed[0], 0, 1, true) != nil {
		t.Error("an image under a rule is never taken over")
	}
}

func TestServiceOf(t *testing.T) {
	for ref, want := range map[string]string{
		"a": "a", "r.example/x/a:1": "a", "r.example:5000/a": "a", "r.example:5000/x/a@sha256:0b": "a", "r.example/a:1@sha256:0b": "a", "": "",
	} {
		if got := ServiceOf(ref); got != want {
			t.Errorf("%q: %q, want %q", ref, got, want)
		}
	}
}
