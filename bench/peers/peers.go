// Package peers is what the programs that hoist is measured against share:
// finding the configurations of a fleet, and reading them with as many
// goroutines as there are processors, as hoist does.
package peers

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

// Each calls do with the content of every configuration below dir. It calls it
// from several goroutines, and returns every error.
func Each(dir string, do func(data []byte) error) error {
	files, err := filepath.Glob(filepath.Join(dir, "kubernetes/overlays/*/configs/*/config.yaml"))
	if err != nil || len(files) == 0 {
		return errors.Join(err, fmt.Errorf("no configurations below %s", dir))
	}
	var group sync.WaitGroup
	todo, errs := make(chan string), make([]error, runtime.GOMAXPROCS(0))
	for i := range errs {
		group.Go(func() {
			for name := range todo {
				data, err := os.ReadFile(name)
				if err == nil {
					err = do(data)
				}
				if err != nil {
					errs[i] = errors.Join(errs[i], fmt.Errorf("%s: %w", name, err))
				}
			}
		})
	}
	for _, f := range files {
		todo <- f
	}
	close(todo)
	group.Wait()
	return errors.Join(errs...)
}
