package kustomize

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// fleet is an overlay of n services as teams have them: a Deployment, a Service
// and a configuration each, a tag for every image.
func fleet(n int) fstest.MapFS {
	files := map[string]string{}
	var base, own, images strings.Builder
	base.WriteString("resources:\n")
	own.WriteString("namespace: fleet\nresources: [../base]\nconfigMapGenerator:\n")
	images.WriteString("images:\n")
	for i := range n {
		s := fmt.Sprintf("service-%03d", i)
		base.WriteString("- " + s + ".yaml\n")
		files["base/"+s+".yaml"] = strings.ReplaceAll(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  labels: {app: NAME}
spec:
  replicas: 1
  selector:
    matchLabels: {app: NAME}
  template:
    metadata:
      labels: {app: NAME}
    spec:
      containers:
      - name: NAME
        image: registry.example/fleet/NAME
        volumeMounts:
        - name: config
          mountPath: /app/config
      volumes:
      - name: config
        configMap:
          name: NAME-config
---
apiVersion: v1
kind: Service
metadata:
  name: NAME
spec:
  selector: {app: NAME}
  ports:
  - port: 80
`, "NAME", s)
		own.WriteString("- {name: " + s + "-config, files: [config.yaml=configs/" + s + "/config.yaml]}\n")
		images.WriteString("- {name: registry.example/fleet/" + s + fmt.Sprintf(", newTag: v%d}\n", i))
		files["overlay/configs/"+s+"/config.yaml"] = "# " + s + "\n" + strings.Repeat("server:\n  port: 80 # 端口\n  hosts: [a.example, b.example]\n", 1) + strings.Repeat("# a comment of the usual length, as they are\n", 40)
	}
	files["base/kustomization.yaml"] = base.String()
	files["overlay/kustomization.yaml"] = own.String() + images.String()
	return repository(files)
}

// BenchmarkRender measures one render of an overlay: whole, by way of a new
// skeleton, of one from the cache, and once more with one file changed.
func BenchmarkRender(b *testing.B) {
	for _, n := range []int{20, 100, 300} {
		fsys := fleet(n)
		run := func(b *testing.B, r func() *Renderer, over map[string][]byte, want How) {
			for b.Loop() {
				got, err := r().Render(b.Context(), fsys, over, "overlay", nil)
				if err != nil || got.How != want || len(got.Objects) != 3*n {
					b.Fatal(err, got.How, len(got.Objects))
				}
			}
		}
		b.Run(fmt.Sprintf("services=%d/whole", n), func(b *testing.B) {
			run(b, func() *Renderer { return &Renderer{whole: true} }, nil, Whole)
		})
		b.Run(fmt.Sprintf("services=%d/reduced", n), func(b *testing.B) {
			run(b, func() *Renderer { return &Renderer{} }, nil, Reduced)
		})
		b.Run(fmt.Sprintf("services=%d/cached", n), func(b *testing.B) {
			dir := b.TempDir()
			if _, err := (&Renderer{Cache: &Cache{dir}}).Render(b.Context(), fsys, nil, "overlay", nil); err != nil {
				b.Fatal(err)
			}
			run(b, func() *Renderer { return &Renderer{Cache: &Cache{dir}} }, nil, Known)
		})
		b.Run(fmt.Sprintf("services=%d/after", n), func(b *testing.B) {
			r := &Renderer{}
			if _, err := r.Render(b.Context(), fsys, nil, "overlay", nil); err != nil {
				b.Fatal(err)
			}
			over := map[string][]byte{"overlay/configs/service-007/config.yaml": []byte("server:\n  port: 81\n")}
			run(b, func() *Renderer { return r }, over, Known)
		})
	}
}
