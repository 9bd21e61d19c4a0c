package report

import (
	"bytes"
	"testing"
	"time"

	"hoist.example/hoist/internal/promotion"
	"hoist.example/hoist/internal/yamlfile/edit"
)

// aHistory has a promotion that was taken back, what took it back, and one of
// images beside a file that is no YAML.
func aHistory(t *testing.T) History {
	change := func(path string, a edit.Action) promotion.Change {
		return promotion.Change{Path: mustPath(t, path), Action: a}
	}
	when := time.Date(2026, 3, 2, 10, 0, 0, 0, time.FixedZone("", 8*3600))
	file := func(env string, names []string, changes ...promotion.Change) promotion.EntryFile {
		return promotion.EntryFile{Path: "o/" + env + "/api.yaml", Environment: env, Service: "simplex-api", Changes: changes, Names: names}
	}
	names := []string{"credit.rates.*", "worker.concurrency", "server.cors.allowOrigins", "payment.plans.[name=pro].features", "rabbitmq.queues.[name=email.digest]"}
	return History{
		Shallow: true, Limit: 3,
		Promotions: []promotion.Entry{
			{Commit: "c3c3c3c3c3c3c3c3c3c3", Author: "Wei\x1b[2J", Email: "wei@hoist.example", Subject: "chore: sync staging images to production", When: when,
				Trailers: promotion.Trailers{From: []string{"staging"}, To: []string{"prod"}, Plans: []string{"sha256:02"}},
				Files: []promotion.EntryFile{{Path: "o/prod/kustomization.yaml", Environment: "prod", Names: []string{"front v1.4.2"}, Changes: []promotion.Change{change("images.[name=front].newTag", edit.Set)}},
					{Path: "o/prod/web.yaml", Environment: "prod", Service: "web", Unreadable: true}}},
			{Commit: "b2b2b2b2b2b2b2b2b2b2", Author: "王伟", Email: "wei@hoist.example", Subject: "revert: sync CI business configs to staging and production", When: when,
				Trailers: promotion.Trailers{To: []string{"staging"}, Reverts: []string{"a1a1a1a1a1a1a1a1a1a1"}},
				Files:    []promotion.EntryFile{file("staging", []string{"old"}, change("old", edit.Add))}},
			{Commit: "a1a1a1a1a1a1a1a1a1a1", Author: "Wei", Email: "wei@hoist.example", Subject: "chore: sync CI business configs to staging and production", When: when, RevertedBy: "b2b2b2b2b2b2b2b2b2b2",
				Trailers: promotion.Trailers{From: []string{"ci"}, To: []string{"staging", "prod"}, Plans: []string{"sha256:01"}, Sources: []promotion.Source{{Commit: "d4", Dirty: true}}},
				Files:    []promotion.EntryFile{file("staging", names, change("credit.rates.a", edit.Set), change("old", edit.Delete)), file("prod", names[1:], change("credit.rates.a", edit.Set))}},
		},
	}
}

func TestHistoryLooks(t *testing.T) {
	looks(t, "history", func(w Words, b *bytes.Buffer) error { return w.History(b, aHistory(t)) })
}

func TestHistoryKeepsItsSchema(t *testing.T) {
	for _, h := range []History{aHistory(t), {}} {
		var b bytes.Buffer
		if err := (Words{Lang: "zh", Colour: true, Mask: testMask()}).HistoryJSON(&b, h); err != nil {
			t.Fatal(err)
		}
		validate(t, "history", b.Bytes())
		if h.Promotions != nil {
			golden(t, "history.json", b.Bytes())
		}
	}
}

func TestUndoneLooks(t *testing.T) {
	looks(t, "undone", func(w Words, b *bytes.Buffer) error {
		for _, u := range []Undone{
			{},
			{Applies: []string{"a"}, Files: []string{"o/prod/api.yaml"}},
			{Applies: []string{"a"}, Files: []string{"o/prod/api.yaml"}, Commit: "a1a1a1a1a1a1a1a1a1a1", Subject: "chore: x\x1b", Keys: 1},
			{Commit: "a1a1", Subject: "chore: x"},
		} {
			if err := w.Undone(b, u); err != nil {
				return err
			}
		}
		return nil
	})
	var b bytes.Buffer
	if err := (Words{}).UndoneJSON(&b, Undone{Commit: "a1", Subject: "chore: x", Keys: 2, Files: []string{"a"}}); err != nil {
		t.Fatal(err)
	}
	validate(t, "undo", b.Bytes())
}
