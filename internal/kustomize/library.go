package kustomize

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"path"
	"sync"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

// library is held while kustomize runs. It keeps its schema in variables of its
// own package, which two runs would fight for (its issue 4824), and talks to the
// process's standard error.
var library sync.Mutex

// errPanic is what kustomize said when it gave up in the middle.
type errPanic struct{ said any }

func (e errPanic) Error() string { return fmt.Sprint("kustomize gave up: ", e.said) }

// build renders an overlay. It has no way to be interrupted: once ctx is done
// nobody waits for it, and it stops at the next file that it reads.
func build(ctx context.Context, f *files, overlay string, ownSchema bool) ([]rendered, error) {
	type answer struct {
		docs []rendered
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		docs, err := runAlone(f, overlay, ownSchema)
		done <- answer{docs, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case a := <-done:
		if f.refused != nil {
			return nil, f.refused
		}
		return a.docs, a.err
	}
}

func runAlone(f *files, overlay string, ownSchema bool) (docs []rendered, err error) {
	library.Lock()
	defer library.Unlock()
	defer func() {
		if said := recover(); said != nil {
			err = errPanic{said}
		}
	}()
	if err := f.ctx.Err(); err != nil {
		return nil, err
	}
	if ownSchema { // kustomize adds to the schema it has, and never takes away
		openapi.ResetOpenAPI()
		defer openapi.ResetOpenAPI()
	}
	defer quiet()()
	m, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(view{f}, path.Join(mount, overlay))
	if err != nil {
		return nil, err
	}
	return results(m)
}

// quiet keeps kustomize's warnings about old fields off the terminal, in the
// middle of hoist's own words, until the function it returns is called. hoist's
// streams are those it was started with and do not notice.
func quiet() (loud func()) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return func() {}
	}
	stderr, logs := os.Stderr, log.Writer()
	os.Stderr = null
	log.SetOutput(io.Discard)
	return func() {
		os.Stderr = stderr
		log.SetOutput(logs)
		null.Close()
	}
}

// results are the objects of a finished render.
func results(m resmap.ResMap) ([]rendered, error) {
	var out []rendered
	for _, r := range m.Resources() {
		d, err := describe(&r.RNode)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}
