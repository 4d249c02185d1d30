package web

import (
	"context"
	"maps"
	"sync/atomic"
	"time"
)

// versions is the newest known version of each letter, read without a lock.
type versions struct {
	known atomic.Pointer[known]
}

type known struct {
	letters    map[string]int64 // by slug
	generation int64            // grows when any letter changed
}

func (v *versions) load() known {
	if k := v.known.Load(); k != nil {
		return *k
	}
	return known{}
}

// of gives the version that a drawn page must have reached. Pages of no one
// letter, such as the list of letters, go by the generation.
func (v *versions) of(slug string) int64 {
	k := v.load()
	if slug == "" {
		return k.generation
	}
	return k.letters[slug]
}

// Refresh reads the letters' versions, so that pages of those that changed are
// drawn anew.
func (s *Site) Refresh(ctx context.Context) error {
	letters, err := s.store.Versions(ctx)
	if err != nil {
		return err
	}
	old := s.versions.load()
	if maps.Equal(letters, old.letters) {
		return nil
	}
	s.versions.known.Store(&known{letters: letters, generation: old.generation + 1})
	return nil
}

// Watch calls Refresh each second until ctx ends: changes made by commands and
// by other processes are seen within that time.
func (s *Site) Watch(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	failing := false
	for {
		err := s.Refresh(ctx)
		if ctx.Err() != nil {
			return
		}
		if (err != nil) != failing { // say it when it begins and when it ends
			failing = err != nil
			if failing {
				s.log.Error("cannot see whether letters changed; pages may be old", "err", err)
			} else {
				s.log.Info("letters can be read again")
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
