package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/signature"
)

// OfferSealed keeps its promise in signature.SealedStore.
func (db *DB) OfferSealed(ctx context.Context, letterID, recipients string, key []byte, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		if recipients != "" {
			if _, err := tx.Exec(`INSERT INTO sealed_index_key (letter_id, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING`, letterID, key); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`UPDATE letter SET version = version + 1, sealed_recipients = $2,
			sealed_since = CASE WHEN sealed_since = 0 AND CAST($2 AS TEXT) <> '' THEN $3 ELSE sealed_since END WHERE id = $1`,
			letterID, recipients, millis(at))
		return err
	})
}

// dropSealedIndex destroys the index of the addresses that gave a letter sealed
// signatures, and its key.
func dropSealedIndex(tx *Tx, letterID string) error {
	if _, err := tx.Exec(`DELETE FROM sealed_index_key WHERE letter_id = $1`, letterID); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM sealed_address WHERE letter_id = $1`, letterID)
	return err
}

// DropSealedUnconfirmed keeps its promise in signature.KeeperStore.
func (db *DB) DropSealedUnconfirmed(ctx context.Context, before time.Time, limit int) (int, error) {
	return db.dropSignatures(ctx, signature.Unconfirmed,
		`SELECT id FROM signature WHERE state = 'unconfirmed' AND visibility = 'sealed' AND created_at < $1 ORDER BY created_at LIMIT $2`, before, limit)
}

// DropSealedIndexes keeps its promise in signature.KeeperStore.
func (db *DB) DropSealedIndexes(ctx context.Context, before time.Time, limit int) (int, error) {
	var ids []string
	err := db.Read(ctx, func(tx *Tx) error {
		var id string
		return each(tx, []any{&id}, func() error {
			ids = append(ids, id)
			return nil
		}, `SELECT letter_id FROM sealed_index_key WHERE letter_id IN (SELECT id FROM letter WHERE deadline > 0 AND deadline < $1) LIMIT $2`,
			millis(before), limit)
	})
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	err = db.Write(ctx, func(tx *Tx) error {
		for _, id := range ids {
			if err := dropSealedIndex(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("destroy the indexes of sealed signatures: %w", err)
	}
	return len(ids), nil
}

// SealedIndexKey keeps its promise in signature.SealedStore.
func (db *DB) SealedIndexKey(ctx context.Context, letterID string) (sealed []byte, err error) {
	return db.oneBlob(ctx, `SELECT sealed FROM sealed_index_key WHERE letter_id = $1`, letterID)
}

// SealedBox keeps its promise in signature.SealedStore.
func (db *DB) SealedBox(ctx context.Context, id string) (box []byte, err error) {
	return db.oneBlob(ctx, `SELECT box FROM sealed_box WHERE signature_id = $1`, id)
}

func (db *DB) oneBlob(ctx context.Context, query, arg string) (blob []byte, err error) {
	err = db.Read(ctx, func(tx *Tx) error { return tx.QueryRow(query, arg).Scan(&blob) })
	if errors.Is(err, sql.ErrNoRows) {
		return nil, signature.ErrUnknown
	}
	return blob, err
}

// AddSealed keeps its promise in signature.SealedStore.
func (db *DB) AddSealed(ctx context.Context, s *signature.Signature, box, private []byte, doubts []signature.Doubt) error {
	return db.Write(ctx, func(tx *Tx) error {
		if err := insertSignature(tx, s); err != nil {
			return err
		}
		if err := scatter(tx, s.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO sealed_box (signature_id, box) VALUES ($1, $2)`, s.ID, box); err != nil {
			return err
		}
		if err := addDoubts(tx, s.ID, doubts, s.CreatedAt); err != nil {
			return err
		}
		if private == nil {
			return nil
		}
		if _, err := tx.Exec(`INSERT INTO vault (signature_id, sealed) VALUES ($1, $2)`, s.ID, private); err != nil {
			return err
		}
		return queueMail(tx, signature.MailConfirm, s.ID, s.ID, time.Time{})
	})
}

// scatter moves a row to a place of chance in SQLite's table, whose order is else
// that in which rows came: between public ones, which tell the second. PostgreSQL
// has no such place to choose; its pages and transaction numbers tell an order
// until it has rewritten them.
func scatter(tx *Tx, id string) error {
	if _, ok := tx.on.(*sqliteSession); !ok {
		return nil
	}
	var b [8]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	// Negative, so that rows of others, which get the number after the highest, do
	// not run out of numbers.
	_, err := tx.Exec(`UPDATE signature SET rowid = $2 WHERE id = $1`, id, -int64(binary.BigEndian.Uint64(b[:])>>1)-1)
	return err
}

// ConfirmSealed keeps its promise in signature.SealedStore.
func (db *DB) ConfirmSealed(ctx context.Context, c signature.Confirmation) (state signature.State, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		if err := addDoubts(tx, c.ID, c.Doubts, c.At); err != nil {
			return err
		}
		err := tx.QueryRow(`UPDATE signature SET signed_at = $3, state = CASE
				WHEN EXISTS (SELECT 1 FROM doubt WHERE signature_id = $1 AND decided_at = 0) THEN 'waiting' ELSE 'standing' END
			WHERE id = $1 AND generation = $2 AND state = 'unconfirmed' AND visibility = 'sealed' RETURNING state`,
			c.ID, c.Generation, millis(c.At)).Scan(&state)
		if errors.Is(err, sql.ErrNoRows) {
			return whyNot(tx, c.ID)
		}
		if err != nil {
			return err
		}
		if err := takeSealedAddress(tx, c); err != nil {
			return err
		}
		if err := setPhrase(tx, c.ID, c.PhraseIndex); err != nil {
			return err
		}
		for _, erase := range []string{`DELETE FROM vault WHERE signature_id = $1`, `DELETE FROM outbox WHERE recipient_id = $1`} {
			if _, err := tx.Exec(erase, c.ID); err != nil {
				return err
			}
		}
		if state == signature.Waiting {
			return nil
		}
		return addPending(tx, c.Entry)
	})
	return state, err
}

// takeSealedAddress takes an address for a sealed signature, unless it holds
// another on the letter.
//
// Of the public ones it only looks: two confirmations of one address, one public
// and one sealed, within the same milliseconds could both pass on PostgreSQL. That
// takes the mailbox's owner to press two buttons at once; the other way would be to
// write the address's public index of a sealed signer to the disk.
func takeSealedAddress(tx *Tx, c signature.Confirmation) error {
	if c.AddressIndex != nil {
		var taken int64
		if err := tx.QueryRow(`SELECT count(*) FROM signed_address WHERE address_index = $1`, c.AddressIndex).Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return signature.ErrTaken
		}
	}
	if c.SealedIndex == nil {
		return nil
	}
	n, err := changed(tx.Exec(`INSERT INTO sealed_address (address_index, letter_id, signature_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		c.SealedIndex, c.LetterID, c.ID))
	if err == nil && n == 0 {
		return signature.ErrTaken
	}
	return err
}

// freeAmongSealed fails with ErrTaken when the address holds a sealed signature.
func freeAmongSealed(tx *Tx, index []byte) error {
	if index == nil {
		return nil
	}
	var taken int64
	if err := tx.QueryRow(`SELECT count(*) FROM sealed_address WHERE address_index = $1`, index).Scan(&taken); err != nil {
		return err
	}
	if taken > 0 {
		return signature.ErrTaken
	}
	return nil
}

// setPhrase makes a phrase lead to a signature. That another has the same is no
// chance: somebody sends a phrase that they know.
func setPhrase(tx *Tx, id string, index []byte) error {
	n, err := changed(tx.Exec(`UPDATE sealed_box SET phrase_index = $2 WHERE signature_id = $1
		AND NOT EXISTS (SELECT 1 FROM sealed_box WHERE phrase_index = $2 AND signature_id <> $1)`, id, index))
	if err == nil && n == 0 {
		return signature.ErrPhraseTaken
	}
	return err
}

// ReplacePhrase keeps its promise in signature.SealedStore.
func (db *DB) ReplacePhrase(ctx context.Context, id string, index []byte) error {
	return db.Write(ctx, func(tx *Tx) error {
		var there int64
		if err := tx.QueryRow(`SELECT count(*) FROM sealed_box WHERE signature_id = $1`, id).Scan(&there); err != nil {
			return err
		}
		if there == 0 {
			return signature.ErrUnknown
		}
		return setPhrase(tx, id, index)
	})
}

// SignatureByPhrase keeps its promise in signature.SealedStore.
func (db *DB) SignatureByPhrase(ctx context.Context, index []byte) (s *signature.Signature, err error) {
	err = db.Read(ctx, func(tx *Tx) (err error) {
		s, err = scanSignature(tx.QueryRow(`SELECT `+signatureColumns+` FROM signature
			WHERE id = (SELECT signature_id FROM sealed_box WHERE phrase_index = $1)`, index))
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, signature.ErrUnknown
	}
	return s, err
}

// EachSealed keeps its promise in signature.SealedStore.
func (db *DB) EachSealed(ctx context.Context, letterID string, fn func(*signature.Signature, []byte) error) error {
	const page = 64 // boxes are some KiB each
	for last := ""; ; {
		type sealed struct {
			sig *signature.Signature
			box []byte
		}
		var list []sealed
		err := db.Read(ctx, func(tx *Tx) error {
			var id string
			var box []byte
			err := each(tx, []any{&id, &box}, func() error {
				list = append(list, sealed{&signature.Signature{ID: id}, box})
				box = nil
				return nil
			}, `SELECT b.signature_id, b.box FROM sealed_box b JOIN signature s ON s.id = b.signature_id
				WHERE s.letter_id = $1 AND b.signature_id > $2 ORDER BY b.signature_id LIMIT $3`, letterID, last, page)
			if err != nil {
				return err
			}
			for i, x := range list {
				if list[i].sig, err = scanSignature(tx.QueryRow(`SELECT `+signatureColumns+` FROM signature WHERE id = $1`, x.sig.ID)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("read the sealed signatures: %w", err)
		}
		for _, x := range list {
			if err := fn(x.sig, x.box); err != nil {
				return err
			}
			last = x.sig.ID
		}
		if len(list) < page {
			return nil
		}
	}
}

// eraseOpenings destroys what opens the entries that speak of a signature.
func eraseOpenings(tx *Tx, id string) error {
	for _, erase := range []string{
		`UPDATE ledger_pending SET salt = NULL, record = NULL WHERE subject = $1`,
		`UPDATE ledger_entry SET salt = NULL, record = NULL WHERE subject = $1`,
	} {
		if _, err := tx.Exec(erase, id); err != nil {
			return err
		}
	}
	return nil
}

// SealShown keeps its promise in signature.SealedStore.
func (db *DB) SealShown(ctx context.Context, c signature.Sealing) error {
	_, last := nameKeys(signature.Public{})
	return db.Write(ctx, func(tx *Tx) error {
		var number sql.NullInt64
		var kind signature.Kind
		err := tx.QueryRow(`UPDATE signature SET visibility = 'sealed', created_at = $2, signed_at = $2,
			name = '', acronym = '', country = '', website = '', role = '', affiliation = '', name_key = '', sort_key = $3
			WHERE id = $1 AND state = 'standing' AND visibility = 'public' RETURNING number, kind`,
			c.ID, millis(c.At), last).Scan(&number, &kind)
		if errors.Is(err, sql.ErrNoRows) {
			return whyNot(tx, c.ID)
		}
		if err != nil {
			return err
		}
		if err := dropBelongings(tx, c.ID); err != nil {
			return err
		}
		if err := eraseOpenings(tx, c.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO sealed_box (signature_id, box) VALUES ($1, $2)`, c.ID, c.Box); err != nil {
			return err
		}
		if err := setPhrase(tx, c.ID, c.PhraseIndex); err != nil {
			return err
		}
		if err := takeNameOut(tx, c.ID, c.SealedOn); err != nil {
			return err
		}
		if c.SealedIndex != nil {
			_, err := tx.Exec(`INSERT INTO sealed_address (address_index, letter_id, signature_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
				c.SealedIndex, c.LetterID, c.ID)
			if err != nil {
				return err
			}
		}
		if number.Valid { // else it is counted when it gets its number
			column := "sealed_organisations"
			if kind == signature.Person {
				column = "sealed_persons"
			}
			if _, err := tx.Exec(`UPDATE letter SET version = version + 1, `+column+` = `+column+` + 1 WHERE id = $1`, c.LetterID); err != nil {
				return err
			}
		}
		return addPending(tx, c.Entry)
	})
}

// EndSealed keeps its promise in signature.SealedStore.
func (db *DB) EndSealed(ctx context.Context, id string, at time.Time, entry ledger.Pending) (erased bool, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		erased = false
		var number sql.NullInt64
		var letterID, country string
		err := tx.QueryRow(`UPDATE signature SET ended_at = $2
			WHERE id = $1 AND visibility = 'sealed' AND state IN ('standing', 'waiting', 'refused') AND ended_at = 0
			RETURNING number, letter_id, country`, id, millis(at)).Scan(&number, &letterID, &country)
		if errors.Is(err, sql.ErrNoRows) {
			return whyNot(tx, id)
		}
		if err != nil {
			return err
		}
		if err := dropBelongings(tx, id); err != nil {
			return err
		}
		if !number.Valid { // the log knows nothing of it, and never will
			erased = true
			if _, err := tx.Exec(`DELETE FROM ledger_pending WHERE subject = $1`, id); err != nil {
				return err
			}
			_, err := tx.Exec(`DELETE FROM signature WHERE id = $1`, id)
			return err
		}
		if err := eraseOpenings(tx, id); err != nil {
			return err
		}
		if country != "" {
			if _, err := tx.Exec(`UPDATE signature SET country = '' WHERE id = $1`, id); err != nil {
				return err
			}
			if err := hideFewCountries(tx, letterID); err != nil {
				return err
			}
			if err := bumpLetter(tx, letterID); err != nil {
				return err
			}
		}
		return addPending(tx, entry)
	})
	return erased, err
}

// hideFewCountries takes away the countries of sealed signatures that fewer than
// so many share.
func hideFewCountries(tx *Tx, letterID string) error {
	_, err := tx.Exec(`UPDATE signature SET country = '' WHERE letter_id = $1 AND visibility = 'sealed' AND country IN (
		SELECT country FROM signature WHERE letter_id = $1 AND visibility = 'sealed' AND state = 'standing'
		GROUP BY country HAVING count(*) < $2)`, letterID, signature.ShowCountryFrom)
	return err
}

// ShowCountries keeps its promise in signature.SealedStore.
func (db *DB) ShowCountries(ctx context.Context, letterID string, byNumber map[int64]string) error {
	return db.Write(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(`UPDATE signature SET country = '' WHERE letter_id = $1 AND visibility = 'sealed' AND country <> ''`, letterID); err != nil {
			return err
		}
		for number, country := range byNumber {
			if _, err := tx.Exec(`UPDATE signature SET country = $3 WHERE letter_id = $1 AND number = $2 AND visibility = 'sealed' AND state = 'standing' AND ended_at = 0`,
				letterID, number, country); err != nil {
				return err
			}
		}
		if err := hideFewCountries(tx, letterID); err != nil {
			return err
		}
		return bumpLetter(tx, letterID)
	})
}
