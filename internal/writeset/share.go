package writeset

import "context"

// Share lets readers in while what was begun goes on elsewhere (a hook of the
// user's may call hoist). Writers stay out, but for the moment between the two
// locks: whoever shares looks again at what counts. Exclude ends it.
func (s *Store) Share(ctx context.Context) error { return s.relock(ctx, false) }

// Exclude takes the lock for writing again. The problem is Locked, and the store
// may only be closed, where a reader does not let go of it.
func (s *Store) Exclude(ctx context.Context) error { return s.relock(ctx, true) }

func (s *Store) relock(ctx context.Context, exclusive bool) error {
	if err := s.Close(); err != nil {
		return err
	}
	s.o.Exclusive = exclusive
	return s.open(ctx)
}
