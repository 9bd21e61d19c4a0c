// Command read only reads the configurations of a fleet: the floor of every
// comparison.
package main

import (
	"fmt"
	"os"
	"sync/atomic"

	"hoist.example/hoist/bench/peers"
)

func main() {
	var bytes atomic.Int64
	err := peers.Each(os.Args[1], func(data []byte) error {
		bytes.Add(int64(len(data)))
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	fmt.Println(bytes.Load())
}
