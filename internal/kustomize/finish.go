package kustomize

import (
	"context"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"

	"hoist.example/hoist/internal/manifest"
)

// finish puts contents and images into a skeleton; nil where that would not give
// what kustomize gives, or where ctx is done. Objects that were made before of the
// same are the same.
func (k *known) finish(ctx context.Context, contents map[string][]byte, images []types.Image) ([]*manifest.Object, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	texts, err := k.place(ctx, images)
	if err != nil {
		return nil, err
	}
	digests := map[string]string{}
	for name, b := range contents {
		digests[name] = digest(b)
	}
	full := make([]*rendered, len(k.Docs))
	now := map[string]string{} // names by those in the skeleton
	for i := range k.Docs {
		b := &k.Docs[i]
		if len(b.Slots) == 0 {
			continue
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		d, err := k.fill(b, contents, digests)
		if err != nil || texts[i] != b.Text { // nobody has images in a map
			return nil, err
		}
		if was, ok := now[b.ID.Name]; ok && was != d.ID.Name && b.hashesTokens() {
			return nil, nil // one name in the skeleton, two in truth
		}
		now[b.ID.Name] = d.ID.Name
		full[i] = d
	}
	out := make([]*manifest.Object, len(k.Docs))
	for i := range k.Docs {
		out[i] = k.object(&k.Docs[i], full[i], texts[i], now, digests)
	}
	return out, nil
}

// place is every bone's text with the images set.
func (k *known) place(ctx context.Context, images []types.Image) ([]string, error) {
	key := imagesKey(images)
	if texts, ok := k.placed[key]; ok {
		return texts, nil
	}
	p := newPlacer(images)
	texts := make([]string, len(k.Docs))
	for i := range k.Docs {
		texts[i] = k.Docs[i].Text
		if p.concerns(texts[i]) {
			err := ctx.Err()
			if err != nil {
				return nil, err
			}
			if texts[i], err = p.place(texts[i]); err != nil {
				return nil, err
			}
		}
	}
	k.placed[key] = texts
	return texts, nil
}

// fill is a bone with its contents.
func (k *known) fill(b *bone, contents map[string][]byte, digests map[string]string) (*rendered, error) {
	key := b.key(digests)
	if d, ok := k.filled[key]; ok {
		return d, nil
	}
	d, err := b.fill(contents)
	if err == nil {
		k.filled[key] = &d
	}
	return &d, err
}

// key names a bone with its contents.
func (b *bone) key(digests map[string]string) string {
	parts := []string{b.ID.String()}
	for k, name := range b.Slots {
		parts = append(parts, k+"\x00"+name+"\x00"+digests[name])
	}
	slices.Sort(parts)
	return strings.Join(parts, "\x01")
}

// object is one finished object; that of last time, if nothing in it differs.
func (k *known) object(b *bone, full *rendered, text string, now map[string]string, digests map[string]string) *manifest.Object {
	d := b.rendered
	if full != nil {
		d = *full
	} else {
		d.Text = text
		if len(b.Names) > 0 {
			d.Text = renamed(d.Text, b.Names, now)
		}
	}
	if o, ok := k.made[d.Text]; ok {
		return o
	}
	files := map[string][]string{}
	for key, name := range b.Slots {
		files[key] = []string{name}
	}
	o := d.object(files)
	k.made[d.Text] = o
	return o
}
