package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pliego/internal/ledger"
	"pliego/internal/letter"
)

// AddAddressee keeps its promise in letter.Store.
func (db *DB) AddAddressee(ctx context.Context, letterID string, a letter.Addressee) error {
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`INSERT INTO addressee (letter_id, key, position, country, office_native, native_lang, source_url, confidence)
			SELECT $1, $2, coalesce(max(position), -1) + 1, $3, $4, $5, $6, $7 FROM addressee WHERE letter_id = $1 ON CONFLICT DO NOTHING`,
			letterID, a.Key, a.Country, a.OfficeNative, a.NativeLang, a.SourceURL, a.Confidence))
		if err != nil {
			return fmt.Errorf("store an addressee: %w", err)
		}
		if n == 0 {
			return letter.ErrAddresseeTaken
		}
		for lang, office := range a.Office {
			if _, err := tx.Exec(`INSERT INTO addressee_office (letter_id, key, lang, office) VALUES ($1, $2, $3, $4)`, letterID, a.Key, lang, office); err != nil {
				return fmt.Errorf("store an addressee's office: %w", err)
			}
		}
		return bumpLetter(tx, letterID)
	})
}

// AppendDelivery keeps its promise in letter.Store.
func (db *DB) AppendDelivery(ctx context.Context, d letter.Delivery, receipt []byte, entry ledger.Pending) error {
	return db.Write(ctx, func(tx *Tx) error {
		var newest int
		if err := tx.QueryRow(`SELECT coalesce(max(version), 0) FROM delivery WHERE id = $1`, d.ID).Scan(&newest); err != nil {
			return err
		}
		if newest != d.Version-1 {
			return letter.ErrSavedMeanwhile
		}
		n, err := changed(tx.Exec(`INSERT INTO delivery (id, version, letter_id, addressee, channel, sent_on, received_on, reference, due_on, note,
			receipt_id, receipt_hash, recorded_at, recorded_by, reason, taken_down)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING`,
			d.ID, d.Version, d.LetterID, d.Addressee, d.Channel, d.SentOn, d.ReceivedOn, d.Reference, d.DueOn, d.Note,
			d.ReceiptID, d.ReceiptHash, millis(d.RecordedAt), d.RecordedBy, d.Reason, flag(d.TakenDown)))
		if err != nil {
			return fmt.Errorf("record a delivery: %w", err)
		}
		if n == 0 {
			return letter.ErrSavedMeanwhile
		}
		if receipt != nil {
			if _, err := tx.Exec(`INSERT INTO delivery_receipt (id, sealed, created_at) VALUES ($1, $2, $3)`, d.ReceiptID, receipt, millis(d.RecordedAt)); err != nil {
				return fmt.Errorf("keep a receipt: %w", err)
			}
		}
		if err := bumpLetter(tx, d.LetterID); err != nil {
			return err
		}
		return addPending(tx, entry)
	})
}

// Deliveries keeps its promise in letter.Store.
func (db *DB) Deliveries(ctx context.Context, letterID string) (list []letter.Delivery, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		var d letter.Delivery
		var recorded, down int64
		return each(tx, []any{&d.ID, &d.Version, &d.LetterID, &d.Addressee, &d.Channel, &d.SentOn, &d.ReceivedOn, &d.Reference, &d.DueOn, &d.Note,
			&d.ReceiptID, &d.ReceiptHash, &recorded, &d.RecordedBy, &d.Reason, &down}, func() error {
			d.RecordedAt, d.TakenDown = fromMillis(recorded), down == 1
			if !d.TakenDown {
				list = append(list, d)
			}
			return nil
		}, `SELECT id, version, letter_id, addressee, channel, sent_on, received_on, reference, due_on, note, receipt_id, receipt_hash,
			recorded_at, recorded_by, reason, taken_down FROM delivery d WHERE letter_id = $1
			AND version = (SELECT max(version) FROM delivery WHERE id = d.id) ORDER BY id`, letterID)
	})
	if err != nil {
		return nil, fmt.Errorf("read a letter's deliveries: %w", err)
	}
	return list, nil
}

// DeliveryReceipt keeps its promise in letter.Store.
func (db *DB) DeliveryReceipt(ctx context.Context, id string) (sealed []byte, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT sealed FROM delivery_receipt WHERE id = $1`, id).Scan(&sealed)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, letter.ErrNotFound
	}
	return sealed, err
}
