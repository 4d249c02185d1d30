package web

import (
	"context"
	"maps"
	"strconv"
	"sync/atomic"
	"time"
)

// versions is the newest known version of each letter, read without a lock.
type versions struct {
	known atomic.Pointer[known]
}

type known struct {
	letters    map[string]int64 // by slug
	generation int64            // grows when any letter changed, or the evidence
	evidence   int64            // version of the evidence
	claims     map[string]bool  // letters that have claims, by slug
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

// evidenceKey is the key of a page that hangs on the evidence: pages of an
// earlier version are asked for no more.
func (v *versions) evidenceKey(path string) string {
	return path + "\x00" + strconv.FormatInt(v.load().evidence, 10)
}

// Refresh reads the versions of the letters and of the evidence, so that pages
// of what changed are drawn anew.
func (s *Site) Refresh(ctx context.Context) error {
	letters, err := s.store.Versions(ctx)
	if err != nil {
		return err
	}
	version, err := s.store.EvidenceVersion(ctx)
	if err != nil {
		return err
	}
	old := s.versions.load()
	if maps.Equal(letters, old.letters) && version == old.evidence {
		return nil
	}
	next := &known{letters: letters, generation: old.generation + 1, evidence: version, claims: old.claims}
	if version != old.evidence {
		slugs, err := s.store.LettersWithClaims(ctx)
		if err != nil {
			return err
		}
		next.claims = map[string]bool{}
		for _, slug := range slugs {
			next.claims[slug] = true
		}
	}
	s.versions.known.Store(next)
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
