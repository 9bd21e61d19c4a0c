// Package examples holds whole repositories to try hoist on, inside the binary,
// so that the demonstration needs no network and no checkout.
//
// It only carries them: nothing here knows what hoist makes of them.
package examples

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

//go:embed all:simplex-gitops
var files embed.FS

// Simplex is the GitOps repository of an invented company, as its last commit
// left it: hoist.yaml, kubernetes/, argocd/.
func Simplex() fs.FS {
	sub, err := fs.Sub(files, "simplex-gitops")
	if err != nil {
		panic(err) // the directory is embedded above
	}
	return sub
}

// Commit is one step of a repository's history.
type Commit struct {
	Author, Email string
	When          time.Time
	Message       string
	Files         map[string][]byte // what it writes, by slash-separated path; it deletes nothing
}

// SimplexHistory is how Simplex came to be, oldest first. The first commit has
// every file and the last leaves exactly Simplex. It is there because some
// answers depend on history: who changed a value last.
func SimplexHistory() ([]Commit, error) {
	now, err := contents(Simplex())
	if err != nil {
		return nil, err
	}
	later := simplexStory()
	steps := make([]map[string][]byte, len(later))
	for i, s := range slices.Backward(later) {
		if steps[i], err = s.undo(now); err != nil {
			return nil, err
		}
	}
	out := []Commit{{
		Author: "Zhou Ming", Email: "zhou.ming@simplex.example", When: date(10, 12),
		Message: "Move the Kubernetes manifests into their own repository\n",
		Files:   now,
	}}
	for i, s := range later {
		out = append(out, Commit{s.author, s.email, s.when, s.message, steps[i]})
	}
	return out, nil
}

func contents(tree fs.FS) (map[string][]byte, error) {
	out := map[string][]byte{}
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		out[path], err = fs.ReadFile(tree, path)
		return err
	})
	return out, err
}

// step is a commit as what it replaced in one file, each text found once.
type step struct {
	author, email, message string
	when                   time.Time
	file                   string
	edits                  [][2]string // before, after
}

// undo puts the file of now back to what it was before s, and returns what s
// wrote.
func (s step) undo(now map[string][]byte) (map[string][]byte, error) {
	after := string(now[s.file])
	before := after
	for _, e := range s.edits {
		if n := strings.Count(before, e[1]); n != 1 {
			return nil, fmt.Errorf("examples: %s: %q stands there %d times", s.file, e[1], n)
		}
		before = strings.Replace(before, e[1], e[0], 1)
	}
	now[s.file] = []byte(before)
	return map[string][]byte{s.file: []byte(after)}, nil
}

func date(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 10, 30, 0, 0, time.FixedZone("", 8*60*60))
}

func simplexStory() []step {
	const overlays = "kubernetes/overlays/"
	return []step{{
		author: "Zhou Ming", email: "zhou.ming@simplex.example", when: date(10, 22),
		message: "ci: burst of the gateway as production has it since the launch\n",
		file:    overlays + "aws-ci/configs/gateway/config.yaml",
		edits: [][2]string{{
			"  burst: 100\n  # 按套餐限流\n",
			"  burst: 200\n  # 按套餐限流\n",
		}},
	}, {
		author: "Lin Wei", email: "lin.wei@simplex.example", when: date(11, 2),
		message: "prod: fewer login attempts, credential stuffing since 09:40\n",
		file:    overlays + "aws-prod/configs/simplex-api/config.yaml",
		edits: [][2]string{{
			"            burst: 20\n",
			"            burst: 5            # hotfix 11-02: credential stuffing from two networks\n",
		}},
	}, {
		author: "Ana Duarte", email: "ana.duarte@simplex.example", when: date(11, 16),
		message: "ci: larger grants, cheaper deepseek, more workers\n",
		file:    overlays + "aws-ci/configs/simplex-api/config.yaml",
		edits: [][2]string{
			{"  newUserGrant: 100\n", "  newUserGrant: 200\n"},
			{"  newUserGrantWithInvite: 200\n", "  newUserGrantWithInvite: 300\n"},
			{"    deepseek-v3: 0.2\n", "    deepseek-v3: 0.15\n"},
			{"  concurrency: 8\n", "  concurrency: 16\n"},
		},
	}, {
		author: "Ana Duarte", email: "ana.duarte@simplex.example", when: date(11, 19),
		message: "ci: plan pro, with team spaces\n",
		file:    overlays + "aws-ci/configs/simplex-api/config.yaml",
		edits: [][2]string{
			{"", proPlan},
			{"  teamSpaces: false\n", "  teamSpaces: true\n"},
		},
	}}
}

const proPlan = `
    # For teams: shared spaces, and answers from the larger models.
    - name: pro
      displayName: "Pro"
      stripePriceId: price_FAKE_test_pro_monthly
      amount: 2900                    # cents
      interval: month
      credits: 6000
      seats: 5
      features: [notes, search, agent, export, spaces, priority]
      badge: 新                        # shown beside the name
`
