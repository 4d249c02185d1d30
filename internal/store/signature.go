package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"pliego/internal/ledger"
	"pliego/internal/place"
	"pliego/internal/signature"
)

// DB is the store of the signers' use cases and of the sequencer.
var (
	_ signature.Store       = (*DB)(nil)
	_ ledger.SequencerStore = (*DB)(nil)
)

// signatureColumns are all of a signature that a page may show; the first are
// given when it is made.
const signatureColumns = madeColumns + `, organisation_id, own_domain, vouched_at, proven_at, set_aside_at`

const madeColumns = `id, letter_id, text_id, text_hash, lang, kind, basis, state, number, printed_number, convener,
	name, acronym, country, website, role, affiliation, generation, code_tries, mails_asked, created_at, signed_at, ended_at, visibility`

func scanSignature(row scanner) (*signature.Signature, error) {
	var s signature.Signature
	var number sql.NullInt64
	var convener, created, signed, ended, ownDomain, vouched, proven, setAside int64
	p := &s.Public
	err := row.Scan(&s.ID, &s.LetterID, &s.TextID, &s.TextHash, &s.Lang, &s.Kind, &s.Basis, &s.State, &number, &s.PrintedNumber, &convener,
		&p.Name, &p.Acronym, &p.Country, &p.Website, &p.Role, &p.Affiliation,
		&s.Generation, &s.CodeTries, &s.MailsAsked, &created, &signed, &ended, &s.Visibility,
		&s.OrganisationID, &ownDomain, &vouched, &proven, &setAside)
	if err != nil {
		return nil, err
	}
	s.Number, s.Convener = number.Int64, convener == 1
	s.CreatedAt, s.SignedAt, s.EndedAt = fromMillis(created), fromMillis(signed), fromMillis(ended)
	s.OwnDomain, s.VouchedAt, s.ProvenAt = ownDomain == 1, fromMillis(vouched), fromMillis(proven)
	s.SetAsideAt = fromMillis(setAside)
	return &s, nil
}

// SignatureByID reads one signature, or fails with signature.ErrUnknown.
func (db *DB) SignatureByID(ctx context.Context, id string) (*signature.Signature, error) {
	var s *signature.Signature
	err := db.Read(ctx, func(tx *Tx) (err error) {
		s, err = scanSignature(tx.QueryRow(`SELECT `+signatureColumns+` FROM signature WHERE id = $1`, id))
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, signature.ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("read signature %s: %w", id, err)
	}
	return s, nil
}

// SealedPrivate reads the vault's record of a signature, or fails with
// signature.ErrUnknown.
func (db *DB) SealedPrivate(ctx context.Context, id string) ([]byte, error) {
	var sealed []byte
	err := db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT sealed FROM vault WHERE signature_id = $1`, id).Scan(&sealed)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, signature.ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("read the vault's record of signature %s: %w", id, err)
	}
	return sealed, nil
}

// AddressHolder is the standing signature that holds the address, or "".
func (db *DB) AddressHolder(ctx context.Context, _ string, addressIndex []byte) (string, error) {
	var id string
	err := db.Read(ctx, func(tx *Tx) error {
		err := tx.QueryRow(`SELECT signature_id FROM signed_address WHERE address_index = $1`, addressIndex).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return id, err
}

// nameKeys are what a name is searched and sorted by: the name and acronym
// without accents and case, and the collation key of the name (CLDR root order).
func nameKeys(p signature.Public) (nameKey string, sortKey []byte) {
	if p.Name == "" { // a sealed one comes after all names
		return "", []byte{0xff}
	}
	c := collators.Get().(*collate.Collator)
	defer collators.Put(c)
	var buf collate.Buffer
	key := place.Fold(p.Name)
	if p.Acronym != "" {
		key += " " + place.Fold(p.Acronym)
	}
	return key, c.KeyFromString(&buf, p.Name)
}

var collators = sync.Pool{New: func() any { return collate.New(language.Und, collate.Loose) }}

func insertSignature(tx *Tx, s *signature.Signature) error {
	nameKey, sortKey := nameKeys(s.Public)
	p := s.Public
	visibility := s.Visibility
	if visibility == "" {
		visibility = signature.Shown
	}
	_, err := tx.Exec(`INSERT INTO signature (`+madeColumns+`, name_key, sort_key)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`,
		s.ID, s.LetterID, s.TextID, s.TextHash, s.Lang, s.Kind, s.Basis, s.State, s.PrintedNumber, flag(s.Convener),
		p.Name, p.Acronym, p.Country, p.Website, p.Role, p.Affiliation,
		s.Generation, s.CodeTries, s.MailsAsked, millis(s.CreatedAt), millis(s.SignedAt), millis(s.EndedAt), visibility, nameKey, sortKey)
	return err
}

// AddSignature keeps its promise in signature.Store.
func (db *DB) AddSignature(ctx context.Context, s *signature.Signature, sealed []byte, doubts []signature.Doubt, mail signature.MailKind, mailAbout string) error {
	return db.Write(ctx, func(tx *Tx) error {
		if err := insertSignature(tx, s); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO vault (signature_id, sealed) VALUES ($1, $2)`, s.ID, sealed); err != nil {
			return err
		}
		if err := addDoubts(tx, s.ID, doubts, s.CreatedAt); err != nil {
			return err
		}
		return queueMail(tx, mail, s.ID, mailAbout, s.CreatedAt)
	})
}

// RecordSignatures keeps its promise in signature.Recorder.
func (db *DB) RecordSignatures(ctx context.Context, list []*signature.Signature, entries []ledger.Pending, sealed map[string][]byte) error {
	return db.Write(ctx, func(tx *Tx) error {
		for i, s := range list {
			if err := insertSignature(tx, s); err != nil {
				return fmt.Errorf("store the signature of %s: %w", s.Public.Name, err)
			}
			if err := linkOrganisation(tx, s.ID, s.SignedAt); err != nil {
				return err
			}
			if private := sealed[s.ID]; private != nil {
				if _, err := tx.Exec(`INSERT INTO vault (signature_id, sealed) VALUES ($1, $2)`, s.ID, private); err != nil {
					return err
				}
			}
			if err := addPending(tx, entries[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// CountRecorded keeps its promise in signature.Recorder.
func (db *DB) CountRecorded(ctx context.Context, letterID string, basis signature.Basis) (n int, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM signature WHERE letter_id = $1 AND basis = $2`, letterID, basis).Scan(&n)
	})
	return n, err
}

// ConfirmSignature keeps its promise in signature.Store.
func (db *DB) ConfirmSignature(ctx context.Context, c signature.Confirmation) (state signature.State, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		if err := addDoubts(tx, c.ID, c.Doubts, c.At); err != nil {
			return err
		}
		err := tx.QueryRow(`UPDATE signature SET signed_at = $3, own_domain = $4, state = CASE
				WHEN EXISTS (SELECT 1 FROM doubt WHERE signature_id = $1 AND decided_at = 0) THEN 'waiting' ELSE 'standing' END
			WHERE id = $1 AND generation = $2 AND state = 'unconfirmed' RETURNING state`, c.ID, c.Generation, millis(c.At), flag(c.OwnDomain)).Scan(&state)
		if errors.Is(err, sql.ErrNoRows) {
			return whyNot(tx, c.ID)
		}
		if err != nil {
			return err
		}
		if err := takeAddress(tx, c.AddressIndex, c.ID, c.Shares); err != nil {
			return err
		}
		if err := freeAmongSealed(tx, c.SealedIndex); err != nil {
			return err
		}
		if err := linkOrganisation(tx, c.ID, c.At); err != nil {
			return err
		}
		if state == signature.Waiting {
			return queueMail(tx, signature.MailWaiting, c.ID, c.ID, c.At)
		}
		if err := addPending(tx, c.Entry); err != nil {
			return err
		}
		if err := queueNotice(tx, c.ID, c.At); err != nil {
			return err
		}
		return queueMail(tx, signature.MailSigned, c.ID, c.ID, c.At)
	})
	return state, err
}

// whyNot tells why an unconfirmed signature was not found as expected.
func whyNot(tx *Tx, id string) error {
	var state signature.State
	err := tx.QueryRow(`SELECT state FROM signature WHERE id = $1`, id).Scan(&state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return signature.ErrUnknown
	case err != nil:
		return err
	case state.Confirmed():
		return signature.ErrConfirmed
	case state == signature.Unconfirmed:
		return signature.ErrReplaced
	}
	return signature.ErrWithdrawn
}

// CountCodeTry keeps its promise in signature.Store.
func (db *DB) CountCodeTry(ctx context.Context, id string) (tries int, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		return tx.QueryRow(`UPDATE signature SET code_tries = code_tries + 1 WHERE id = $1 RETURNING code_tries`, id).Scan(&tries)
	})
	return tries, err
}

// QueueMailAgain keeps its promise in signature.Store.
func (db *DB) QueueMailAgain(ctx context.Context, id string, maxMails int, sealed []byte, kind signature.MailKind, about string) error {
	return db.Write(ctx, func(tx *Tx) error {
		raise := 0
		if sealed != nil {
			raise = 1
		}
		n, err := changed(tx.Exec(`UPDATE signature SET mails_asked = mails_asked + 1, generation = generation + $3,
			code_tries = CASE WHEN $3 = 1 THEN 0 ELSE code_tries END
			WHERE id = $1 AND state = 'unconfirmed' AND mails_asked < $2`, id, maxMails, raise))
		if err != nil {
			return err
		}
		if n == 0 {
			if err := whyNot(tx, id); !errors.Is(err, signature.ErrReplaced) {
				return err
			}
			return signature.ErrTooManyMails
		}
		if sealed != nil {
			if _, err := tx.Exec(`UPDATE vault SET sealed = $2 WHERE signature_id = $1`, id, sealed); err != nil {
				return err
			}
		}
		return queueMail(tx, kind, id, about, time.Time{})
	})
}

// CorrectSignature keeps its promise in signature.Store.
func (db *DB) CorrectSignature(ctx context.Context, id string, p signature.Public, ownDomain bool, at time.Time, entry ledger.Pending) error {
	nameKey, sortKey := nameKeys(p)
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE signature SET name = $2, acronym = $3, country = $4, website = $5, name_key = $6, sort_key = $7
			WHERE id = $1 AND state = 'standing'`, id, p.Name, p.Acronym, p.Country, p.Website, nameKey, sortKey))
		if err != nil {
			return err
		}
		if n == 0 {
			return whyNot(tx, id)
		}
		if err := relinkOrganisation(tx, id, ownDomain, at); err != nil {
			return err
		}
		return addPending(tx, entry)
	})
}

// EndSignature keeps its promise in signature.Store.
func (db *DB) EndSignature(ctx context.Context, id string, to signature.State, at time.Time, entry ledger.Pending) error {
	return db.Write(ctx, func(tx *Tx) error { return endSignature(tx, id, to, at, entry) })
}

func endSignature(tx *Tx, id string, to signature.State, at time.Time, entry ledger.Pending) error {
	var from signature.State
	err := tx.QueryRow(`SELECT state FROM signature WHERE id = $1`, id).Scan(&from)
	if errors.Is(err, sql.ErrNoRows) {
		return signature.ErrUnknown
	}
	if err != nil {
		return err
	}
	if !from.Confirmed() {
		return whyNot(tx, id)
	}
	n, err := changed(tx.Exec(`UPDATE signature SET state = $2, ended_at = $3, set_aside_at = 0,
		name = '', acronym = '', country = '', website = '', role = '', affiliation = '', name_key = '', sort_key = $4
		WHERE id = $1 AND state = $5`, id, to, millis(at), []byte{}, from))
	if err != nil {
		return err
	}
	if n == 0 { // somebody else decided in between
		return whyNot(tx, id)
	}
	if err := leaveAddress(tx, id); err != nil {
		return err
	}
	if err := askThemselves(tx, id); err != nil {
		return err
	}
	for _, erase := range []string{
		`DELETE FROM doubt WHERE signature_id = $1`,
		`DELETE FROM refusal WHERE signature_id = $1`,
		`DELETE FROM notice WHERE signature_id = $1`,
		`UPDATE ledger_pending SET salt = NULL, record = NULL WHERE subject = $1`,
		`UPDATE ledger_entry SET salt = NULL, record = NULL WHERE subject = $1`,
		`DELETE FROM outbox WHERE recipient_id = $1 OR about_id = $1`,
	} {
		if _, err := tx.Exec(erase, id); err != nil {
			return err
		}
	}
	if err := dropEvidence(tx, id); err != nil {
		return err
	}
	if err := unlinkOrganisation(tx, id); err != nil {
		return err
	}
	if from == signature.Standing || from == signature.Contested { // it is in the log, or about to be
		if err := takeNameOut(tx, id, at); err != nil {
			return err
		}
		if err := addPending(tx, entry); err != nil {
			return err
		}
	}
	return queueMail(tx, signature.MailWithdrawn, id, id, at)
}

// DropUnconfirmed keeps its promise in signature.Store.
func (db *DB) DropUnconfirmed(ctx context.Context, id string) error {
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`DELETE FROM signature WHERE id = $1 AND state = 'unconfirmed'`, id))
		if err != nil {
			return err
		}
		if n == 0 {
			return whyNot(tx, id)
		}
		return dropBelongings(tx, id)
	})
}

func newID() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return id.String(), nil
}
