package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/store"
)

// newLogTime bounds the one transaction that makes a new log.
const newLogTime = time.Hour

// resume lets a restored log go on when the newest published checkpoint agrees.
func (c *restoreCommand) resume(p process) error {
	db, err := c.openKept(p, 0)
	if err != nil {
		return err
	}
	defer db.Close()
	published, _, err := c.published(p, db)
	if err != nil {
		return err
	}
	err = db.ResumeLog(p.ctx, published)
	switch {
	case errors.Is(err, ledger.ErrOlder):
		return fmt.Errorf("%w; the log still waits: find the newest that anybody kept", err)
	case errors.Is(err, ledger.ErrAhead), errors.Is(err, ledger.ErrOtherTree):
		return fmt.Errorf("%w; the log still waits, since going on would contradict what was published: restore a newer backup into an empty place, or begin a new log with pliego restore --new-log --checkpoint %s", err, c.Checkpoint)
	case err != nil:
		return err
	}
	fmt.Fprintf(p.stdout, "The backup agrees with the checkpoint of size %d: the log %s goes on.\n", published.Size, published.Origin)
	return nil
}

// published reads the checkpoint that was given, and checks its signature: by the
// log's key, or, when that is lost, by the verifier that the store noted.
func (c *restoreCommand) published(p process, db *store.DB) (ledger.Checkpoint, []byte, error) {
	signed, err := readBounded(c.Checkpoint, 1<<20)
	if err != nil {
		return ledger.Checkpoint{}, nil, fmt.Errorf("the checkpoint: %w", err)
	}
	head, err := db.LogHead(p.ctx)
	if err != nil {
		return ledger.Checkpoint{}, nil, err
	}
	var verifier string
	key, err := ledger.LoadOrCreateKey(c.ledgerKeyFile(), false)
	switch {
	case err == nil && key.Name() == head.Origin:
		verifier = key.Verifier()
	case err == nil:
		return ledger.Checkpoint{}, nil, fmt.Errorf("the log's key %s is for %s, and this store's log is %s; bring back the key that belongs to it", c.ledgerKeyFile(), key.Name(), head.Origin)
	case errors.Is(err, fs.ErrNotExist):
		if verifier, err = db.Meta(p.ctx, metaLogVerifier); err != nil {
			return ledger.Checkpoint{}, nil, err
		}
		if verifier == "" {
			return ledger.Checkpoint{}, nil, fmt.Errorf("the log's key %s is not there, and the checkpoint's signature cannot be checked without it; bring it back", c.ledgerKeyFile())
		}
	default:
		return ledger.Checkpoint{}, nil, err
	}
	published, err := ledger.OpenCheckpoint(verifier, signed)
	if err != nil {
		return ledger.Checkpoint{}, nil, fmt.Errorf("%s: %w", c.Checkpoint, err)
	}
	return published, signed, nil
}

// newLog begins a log that takes the place of the restored one. The new key waits
// beside the old one until the store has switched; when a crash comes between, the
// same command again goes on from there.
func (c *restoreCommand) newLog(p process) error {
	db, err := c.openKept(p, newLogTime)
	if err != nil {
		return err
	}
	defer db.Close()
	head, err := db.LogHead(p.ctx)
	if err != nil {
		return err
	}
	next, err := ledger.LoadOrCreateKey(ledger.NextKeyFile(c.ledgerKeyFile()), false)
	if err == nil && next.Name() == head.Origin {
		return c.useNextKey(p, head.Origin)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !head.Frozen {
		return store.ErrNotFrozen
	}
	highest, newest, err := c.highest(p, db)
	if err != nil {
		return err
	}
	if next, err = ledger.LoadOrCreateKey(ledger.NextKeyFile(c.ledgerKeyFile()), true); err != nil {
		return err
	}
	now := time.Now()
	first, err := ledger.Continue(head, newest, highest, now)
	if err != nil {
		return err
	}
	err = db.ContinueLog(p.ctx, store.NewLog{
		Old: head, First: first, Origin: next.Name(), Key: next.Verifier(), Sign: next.Sign, At: now, Highest: highest,
		Notes: map[string]string{metaLogOrigin: next.Name(), metaLogVerifier: next.Verifier()},
	})
	if err != nil {
		return fmt.Errorf("begin a new log: %w", err)
	}
	fmt.Fprintf(p.stdout, "A new log began: %s. Its first entry names %s, whose %d entries follow.\n", next.Name(), head.Origin, head.Size)
	for _, slug := range slices.Sorted(maps.Keys(highest)) {
		fmt.Fprintf(p.stdout, "Letter %s: the next number is %d.\n", slug, highest[slug]+1)
	}
	return c.useNextKey(p, next.Name())
}

func (c *restoreCommand) useNextKey(p process, origin string) error {
	kept, err := ledger.UseNextKey(c.ledgerKeyFile())
	if err != nil {
		return err
	}
	if kept != "" {
		fmt.Fprintf(p.stdout, "The old log's key is kept as %s.\n", kept)
	}
	fmt.Fprintf(p.stdout, "The key of log %s is in its place. Start serve anew, say publicly why the log changed, and make a backup.\n", origin)
	return nil
}

// highest finds for each letter the highest number that it may have given out, and
// the newest checkpoint of the old log that is known.
func (c *restoreCommand) highest(p process, db *store.DB) (highest map[string]int64, newest string, err error) {
	highest, err = db.HighestNumbers(p.ctx)
	if err != nil {
		return nil, "", err
	}
	bound := func(int64) int64 { return -1 } // nothing is known
	if c.Checkpoint != "" {
		published, signed, err := c.published(p, db)
		if err != nil {
			return nil, "", err
		}
		head, why := db.MayResume(p.ctx, published)
		if why != nil && !errors.Is(why, ledger.ErrAhead) && !errors.Is(why, ledger.ErrOtherTree) {
			return nil, "", why
		}
		newest = string(signed)
		bound = func(n int64) int64 { return ledger.HighestEver(n, head, published, why) }
	} else {
		_, signed, err := db.LatestCheckpoint(p.ctx)
		if err != nil {
			return nil, "", err
		}
		newest = string(signed)
	}
	for slug, n := range c.Highest {
		has, ok := highest[slug]
		if !ok {
			return nil, "", fmt.Errorf("--highest %s=%d: there is no letter %s; there are %s", slug, n, slug, sortedNames(highest))
		}
		if n > 1<<40 {
			return nil, "", fmt.Errorf("--highest %s=%d: no letter ever had so many", slug, n)
		}
		if n < has {
			return nil, "", fmt.Errorf("--highest %s=%d: the backup itself holds number %d", slug, n, has)
		}
	}
	var unknown []string
	for slug, n := range highest {
		if said, ok := c.Highest[slug]; ok {
			highest[slug] = said
		} else if highest[slug] = bound(n); highest[slug] < 0 {
			unknown = append(unknown, slug)
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return nil, "", fmt.Errorf("numbers that were published after the backup must not be given again, and nothing says how far they went: give the newest checkpoint that was published with --checkpoint FILE, or the highest number of each letter with --highest LETTER=N (missing: %s)", strings.Join(unknown, ", "))
	}
	return highest, newest, nil
}
