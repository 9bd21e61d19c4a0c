// Command cmd writes a fleet: a GitOps repository of any size with known drift.
//
//	go run ./bench/fleet/cmd -n 300 -out DIR
//
// What is planted goes to stdout as JSON with -truth.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"hoist.example/hoist/bench/fleet"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

func run() error {
	var o fleet.Options
	flag.IntVar(&o.Services, "n", 300, "number of services")
	flag.Uint64Var(&o.Seed, "seed", 7, "the same seed gives the same fleet")
	flag.Float64Var(&o.Drift, "drift", 0.3, "share of services with planted drift; negative: none")
	flag.Float64Var(&o.Noise, "noise", 0.12, "share of services with a file in another style; negative: none")
	flag.Float64Var(&o.Violations, "violations", 0, "share of services with a test key in production")
	flag.BoolVar(&o.CRLF, "crlf", false, "some files with CRLF")
	flag.BoolVar(&o.BOM, "bom", false, "some files with a byte order mark")
	flag.BoolVar(&o.NoFinalNewline, "no-final-newline", false, "some files without")
	flag.BoolVar(&o.Anchors, "anchors", false, "some files with anchors, aliases and merge keys")
	out := flag.String("out", "", "directory to write, made when it is not there")
	truth := flag.Bool("truth", false, "print everything planted as JSON")
	flag.Parse()
	if *out == "" || flag.NArg() > 0 {
		return fmt.Errorf("usage: -out DIR [-n N] …; -h lists the rest")
	}
	t, err := fleet.Write(*out, o)
	if err != nil {
		return err
	}
	if *truth {
		return json.NewEncoder(os.Stdout).Encode(t)
	}
	fmt.Fprintf(os.Stderr, "%d services below %s: %+v\n", len(t.Services), *out, t.Counts)
	return nil
}
