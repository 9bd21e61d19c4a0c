package kustomize

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"hoist.example/hoist/internal/progress"
)

// TestStepsTellTheTime: between two files each second is told, and nothing after
// the end.
func TestStepsTellTheTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []progress.Event
		s := newSteps(func(e progress.Event) { got = append(got, e) }, "o")
		s.expect(2)
		s.next()
		time.Sleep(2500 * time.Millisecond)
		synctest.Wait()
		s.next() // one too many
		s.next()
		s.end()
		s.next()
		time.Sleep(5 * time.Second)
		event := func(done, seconds int) progress.Event {
			return progress.Event{Stage: progress.Render, Subject: "o", Done: done, Total: 2, Seconds: seconds}
		}
		want := []progress.Event{event(1, 0), event(1, 1), event(1, 2), event(1, 2), event(1, 2), event(2, 0)}
		if !slices.Equal(got, want) {
			t.Errorf("got %v\nwant %v", got, want)
		}
		newSteps(nil, "o").end()
	})
}
