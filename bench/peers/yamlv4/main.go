// Command yamlv4 reads the configurations of a fleet and parses each with
// go.yaml.in/yaml/v4 into nodes: what a comparison costs that starts from a
// library, before it compares anything.
package main

import (
	"fmt"
	"os"
	"sync/atomic"

	"go.yaml.in/yaml/v4"

	"hoist.example/hoist/bench/peers"
)

func main() {
	var documents atomic.Int64
	err := peers.Each(os.Args[1], func(data []byte) error {
		var n yaml.Node
		if err := yaml.Unmarshal(data, &n); err != nil {
			return err
		}
		documents.Add(int64(len(n.Content)))
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	fmt.Println(documents.Load())
}
