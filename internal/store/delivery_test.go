package store_test

import (
	"context"
	"testing"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

func TestDeliveriesOnlyGrow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		db := open()
		ctx, now := context.Background(), time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
		entry, err := ledger.NewPending(ledger.StateChanged, "l", "open-letter", "l", "", now, nil)
		if err != nil {
			t.Fatal(err)
		}
		l := &letter.Letter{ID: "0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f", Slug: "open-letter", State: letter.Open, OriginalLang: "es", CreatedAt: now}
		if err := db.CreateLetter(ctx, l, entry); err != nil {
			t.Fatal(err)
		}
		d := letter.Delivery{ID: "d1", Version: 1, LetterID: l.ID, Addressee: "ury", Channel: "hand", SentOn: "2026-04-30", RecordedAt: now}
		add := func(d letter.Delivery) error {
			entry, err := ledger.NewPending(ledger.DeliveryRecorded, l.ID, l.Slug, d.ID, "", now, nil)
			if err != nil {
				t.Fatal(err)
			}
			return db.AppendDelivery(ctx, d, nil, entry)
		}
		if err := add(d); err != nil {
			t.Fatal(err)
		}
		if err := add(d); err == nil {
			t.Error("a version is recorded twice")
		}
		d.Version = 2
		if err := add(d); err == nil {
			t.Error("a correction needs no reason")
		}
		d.Reason, d.Reference = "The stamp says so", "EXP-1"
		if err := add(d); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{`UPDATE delivery SET sent_on = '2020-01-01'`, `DELETE FROM delivery`} {
			if err := db.Write(ctx, func(tx *store.Tx) error { _, err := tx.Exec(bad); return err }); err == nil {
				t.Errorf("%s is let through", bad)
			}
		}
		list, err := db.Deliveries(ctx, l.ID)
		if err != nil || len(list) != 1 || list[0].Version != 2 || list[0].Reference != "EXP-1" {
			t.Errorf("on record: %+v, %v", list, err)
		}
	})
}
