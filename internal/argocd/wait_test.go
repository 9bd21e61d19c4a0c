package argocd

import (
	"context"
	"testing"
	"time"
)

func accepting(want string) func(context.Context, []string) (bool, error) {
	return func(_ context.Context, r []string) (bool, error) { return only(r) == want, nil }
}

func TestWaitAfterSync(t *testing.T) {
	inLab(t, func(t *testing.T, l *lab) {
		c := l.as("ci")
		l.push(second, objectsOf(content{timeout: "45s", image: "1.4.3"}))
		begun := time.Now()
		ticket, err := c.Sync(t.Context(), anybody{}, Wish{App: staging, Revision: second, Prune: true})
		if err != nil {
			t.Fatal(err)
		}
		var told steps
		s, err := c.Wait(t.Context(), Goal{Ticket: ticket, Accepts: accepting(second)}, told.add)
		if err != nil {
			t.Fatalf("%v\n%s", tellError(err), told)
		}
		t.Log(time.Since(begun), len(l.server.Requests()), told)
		if s.Sync != Synced || s.Health != Healthy || s.Revision() != second || only(s.Runs()) != second {
			t.Error(tellState(s))
		}
	})
}
