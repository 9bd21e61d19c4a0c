package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"hoist.example/hoist/bench/fleet"
	"hoist.example/hoist/examples"
	"hoist.example/hoist/internal/workspace"
)

var update = flag.Bool("update", false, "write the outputs that scripts compare with")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"hoist":   main,
		"example": example,
		"sits":    sits,
		"fleet":   writeFleet,
	})
}

// example makes the example repository in the directory given.
func example() {
	history, err := examples.SimplexHistory()
	var snapshots []workspace.Snapshot
	for _, c := range history {
		snapshots = append(snapshots, workspace.Snapshot(c))
	}
	if err == nil {
		_, err = workspace.Unpack(context.Background(), snapshots, os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// writeFleet makes a repository of as many services as the second argument says
// in the directory of the first, with drift.
func writeFleet() {
	n, err := strconv.Atoi(os.Args[2])
	if err == nil {
		_, err = fleet.Write(os.Args[1], fleet.Options{Services: n, Seed: 7, Drift: 0.3})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// TestScripts tests the binary as a user types.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: false,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"forge": forge},
		Setup: func(e *testscript.Env) error {
			e.Values["forge"] = &forgeOf{}
			for _, kv := range [][2]string{{"HOME", e.WorkDir}, {"LANG", "C.UTF-8"}, {"LC_ALL", ""}, {"HOIST_LANG", ""}, {"HOIST_CONFIG", ""},
				{"GIT_CONFIG_NOSYSTEM", "1"}, {"GIT_CONFIG_GLOBAL", filepath.Join(e.WorkDir, ".gitconfig")}, {"GIT_CEILING_DIRECTORIES", filepath.Dir(e.WorkDir)}} {
				e.Setenv(kv[0], kv[1])
			}
			return os.WriteFile(filepath.Join(e.WorkDir, ".gitconfig"), []byte("[user]\n\tname = Test\n\temail = test@hoist.example\n[init]\n\tdefaultBranch = main\n"), 0o644)
		},
	})
}
