package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"hoist.example/hoist/internal/forge/fake"
)

// forgeOf is the forge of a script.
type forgeOf struct{ *fake.Server }

// forge is a command of scripts:
//
//	forge github|gitlab REPOSITORY   begins one; $FORGE is its address, $FORGE_TOKEN its token
//	forge status 502                 every call is answered so from now on; 0: as it should be
//	forge merges FILE                writes the requests that it has
//	forge calls FILE                 writes the calls that came
func forge(ts *testscript.TestScript, neg bool, args []string) {
	f := ts.Value("forge").(*forgeOf)
	switch {
	case neg || len(args) != 2 && (len(args) != 3 || args[0] == "merges"):
		ts.Fatalf("usage: forge github|gitlab REPOSITORY, forge status CODE, forge merges FILE, forge calls FILE")
	case args[0] == "github" || args[0] == "gitlab":
		f.Server = fake.New(args[0] == "github", args[1])
		ts.Defer(f.Close)
		ts.Setenv("FORGE", f.URL)
		ts.Setenv("FORGE_TOKEN", fake.Token)
	case args[0] == "status":
		f.Before = nil
		if args[1] != "0" {
			f.Before = func(w http.ResponseWriter, _ *http.Request) bool {
				var code int
				fmt.Sscan(args[1], &code)
				w.WriteHeader(code)
				return true
			}
		}
	case args[0] == "merges":
		var b strings.Builder
		for _, m := range f.Merges() {
			fmt.Fprintf(&b, "%d %s %s -> %s: %s\n%s\n", m.Number, m.State, m.Head, m.Base, m.Title, m.Body)
		}
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o600))
	case args[0] == "calls":
		var b strings.Builder
		for _, s := range f.Seen() {
			fmt.Fprintf(&b, "%s %s %s\n", s.Method, s.Path, s.Fault)
		}
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(b.String()), 0o600))
	default:
		ts.Fatalf("forge %s", args[0])
	}
}
