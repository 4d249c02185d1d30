package signature

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"pliego/internal/letter"
)

// How long is kept what nothing needs any more. The privacy page says the same.
const (
	// KeepUnconfirmed is how long after the form an unconfirmed signature
	// vanishes with all that was typed: the confirmation link has long expired.
	KeepUnconfirmed = 14 * 24 * time.Hour
	// KeepRefused is how long a refused signature can come back.
	KeepRefused = 90 * 24 * time.Hour
	// KeepFailedMail is how long it is known that a mail could not be sent, for
	// whoever runs the program.
	KeepFailedMail = 7 * 24 * time.Hour
)

// ErrPromised says that a date would break what signers were told.
var ErrPromised = errors.New("signers were promised an earlier date")

// Promise is until when the addresses of a letter's signers are kept.
type Promise struct {
	EraseOn  time.Time // zero: no date was set
	ErasedAt time.Time // when it was done to the end; zero: not yet
}

// PromiseStore reads and writes promises.
type PromiseStore interface {
	// PromiseOf gives a letter's promise; the zero one when there is none.
	PromiseOf(ctx context.Context, letterID string) (Promise, error)
	// Promise sets the date, unless one is set and earlier and keepEarlier is
	// true: then it fails with ErrPromised. The letter's pages show it.
	Promise(ctx context.Context, letterID string, eraseOn time.Time, keepEarlier bool) error
}

// EraseAddressesOn promises that the addresses of a letter's signers, and the
// names of who signs for an organisation, are erased on a day, or at once when
// it has come. Once the letter was open only an earlier day can be set. The day
// is not before the letter's deadline: until then mail must go out.
func EraseAddressesOn(ctx context.Context, to PromiseStore, l *letter.Letter, day time.Time) error {
	if !l.Deadline.IsZero() && day.Before(l.Deadline) {
		return fmt.Errorf("letter %s takes signatures until %s: choose a day after it", l.Slug, l.Deadline.UTC().Format(time.DateTime+" MST"))
	}
	return to.Promise(ctx, l.ID, day, !l.OpenedAt.IsZero())
}

// KeeperStore is what the sweeper needs of the store. Its methods do a bounded
// piece of work in one durable transaction, and may be called by several
// processes at once.
type KeeperStore interface {
	// DropUnconfirmedBefore erases at most limit unconfirmed signatures whose
	// form was sent before a time, with all that belongs to them.
	DropUnconfirmedBefore(ctx context.Context, before time.Time, limit int) (n int, err error)
	// DropRefusedBefore does so with signatures refused before a time.
	DropRefusedBefore(ctx context.Context, before time.Time, limit int) (n int, err error)
	// DropFailedMail forgets at most limit mails given up before a time.
	DropFailedMail(ctx context.Context, before time.Time, limit int) (n int, err error)
	// DropSealedUnconfirmed is DropUnconfirmedBefore for sealed ones alone.
	DropSealedUnconfirmed(ctx context.Context, before time.Time, limit int) (n int, err error)
	// DropSealedIndexes destroys the indexes of addresses that gave sealed
	// signatures to letters whose deadline passed before a time: nobody signs
	// those any more, closed or not.
	DropSealedIndexes(ctx context.Context, before time.Time, limit int) (n int, err error)
	// LettersToForget gives the letters whose promised day has come and whose
	// addresses are not all erased.
	LettersToForget(ctx context.Context, now time.Time) ([]*letter.Letter, error)
	// ForgetAddresses erases the vault's records of the next limit signatures
	// of a letter after an ID, and the mail to them. With over, because the
	// letter takes no signatures any more, those of unconfirmed ones go too, and
	// that by which an address is known that has signed. It gives the last ID,
	// "" at the end, and how many records went.
	ForgetAddresses(ctx context.Context, letterID, after string, limit int, over bool) (last string, n int, err error)
	// AddressesForgotten records that a promise was kept.
	AddressesForgotten(ctx context.Context, letterID string, at time.Time) error
}

// Keeper erases what has been kept long enough.
type Keeper struct {
	Store KeeperStore
	Log   *slog.Logger
	Now   func() time.Time
}

// Swept counts what a sweep erased.
type Swept struct{ Unconfirmed, Refused, FailedMails, Addresses, SealedIndexes int }

const (
	sweepEvery = time.Hour
	sweepChunk = 200 // in one transaction
	sweepPause = 50 * time.Millisecond
)

// Run sweeps at once and each hour until ctx ends.
func (k *Keeper) Run(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		swept, err := k.Sweep(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			k.Log.Error("erase what was kept long enough", "error", err)
		case swept != Swept{}:
			k.Log.Info("erased what was kept long enough", "unconfirmed", swept.Unconfirmed, "refused", swept.Refused,
				"failed_mails", swept.FailedMails, "addresses", swept.Addresses)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Sweep erases all that is due now. It can be stopped and called again at any
// point.
func (k *Keeper) Sweep(ctx context.Context) (Swept, error) {
	var swept Swept
	now := k.Now()
	for _, due := range []struct {
		n    *int
		drop func(context.Context, time.Time, int) (int, error)
		keep time.Duration
	}{
		{&swept.Unconfirmed, k.Store.DropUnconfirmedBefore, KeepUnconfirmed},
		{&swept.Unconfirmed, k.Store.DropSealedUnconfirmed, ConfirmWithin}, // no longer than the link lives
		{&swept.Refused, k.Store.DropRefusedBefore, KeepRefused},
		{&swept.FailedMails, k.Store.DropFailedMail, KeepFailedMail},
		{&swept.SealedIndexes, k.Store.DropSealedIndexes, 0},
	} {
		for {
			n, err := due.drop(ctx, now.Add(-due.keep), sweepChunk)
			*due.n += n
			if err != nil {
				return swept, err
			}
			if n < sweepChunk {
				break
			}
			if err := pause(ctx); err != nil {
				return swept, err
			}
		}
	}
	letters, err := k.Store.LettersToForget(ctx, now)
	if err != nil {
		return swept, err
	}
	for _, l := range letters {
		n, err := k.forget(ctx, l, now)
		swept.Addresses += n
		if err != nil {
			return swept, fmt.Errorf("erase the addresses of letter %s: %w", l.Slug, err)
		}
	}
	return swept, nil
}

// ForgetNow keeps a letter's promise at once, when its day has come.
func (k *Keeper) ForgetNow(ctx context.Context, l *letter.Letter) (int, error) {
	return k.forget(ctx, l, k.Now())
}

// forget erases the addresses of a letter's signers. While the letter takes
// signatures it stays known that an address has signed, and the promise is kept
// again with each sweep.
func (k *Keeper) forget(ctx context.Context, l *letter.Letter, now time.Time) (int, error) {
	over := l.SignableAt(now) != nil
	total := 0
	for after := ""; ; {
		last, n, err := k.Store.ForgetAddresses(ctx, l.ID, after, sweepChunk, over)
		total += n
		if err != nil {
			return total, err
		}
		if last == "" {
			break
		}
		after = last
		if err := pause(ctx); err != nil {
			return total, err
		}
	}
	if !over {
		return total, nil
	}
	return total, k.Store.AddressesForgotten(ctx, l.ID, now)
}

// pause lets signers write between two chunks.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(sweepPause):
		return nil
	}
}
