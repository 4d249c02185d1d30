package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/signature"
)

// Snapshot is the public record as of the newest checkpoint, one consistent state
// of all of it: what was recorded since, and waits for a checkpoint, is left out.
// It is good only while the function runs that it was given to.
type Snapshot struct {
	// Checkpoint is the newest, signed and with its cosignatures; Size is its size.
	Checkpoint []byte
	Size       int64
	// Keys are those that the log has had.
	Keys ledger.KeyHistory

	tx *Tx
	// changed holds the signatures that entries after the checkpoint, or pending
	// ones, speak of.
	changed map[string]bool
}

// Listed is a signature of a snapshot with the place of its entry.
type Listed struct {
	*signature.Signature
	Leaf int64 // -1: the log has none
	// Waits: it ended or was set aside since the checkpoint, and the entry that says
	// so waits. What it was is erased already, or must not be shown.
	Waits bool
}

// Snapshot runs fn on the record as of the newest checkpoint. While fn runs the
// engine keeps that state, so its time must be bounded by ctx. It fails with
// ledger.ErrNotPublished when nothing was published yet.
func (db *DB) Snapshot(ctx context.Context, fn func(*Snapshot) error) error {
	return db.Read(ctx, func(tx *Tx) error {
		s := &Snapshot{tx: tx, changed: map[string]bool{}}
		var err error
		if s.Size, s.Checkpoint, err = latestCheckpoint(tx); err != nil {
			return err
		}
		if s.Size < 0 {
			return ledger.ErrNotPublished
		}
		if s.Keys, err = keyHistory(tx); err != nil {
			return err
		}
		var subject string
		err = each(tx, []any{&subject}, func() error {
			s.changed[subject] = true
			return nil
		}, `SELECT subject FROM ledger_pending WHERE kind LIKE 'signature-%'
			UNION ALL SELECT subject FROM ledger_entry WHERE leaf >= $1 AND kind LIKE 'signature-%'`, s.Size)
		if err != nil {
			return fmt.Errorf("find what changed since the checkpoint: %w", err)
		}
		return fn(s)
	})
}

// Tile reads a tile of hashes or of entries.
func (s *Snapshot) Tile(t ledger.Tile) ([]byte, error) { return readLogTile(s.tx, t, s.Size) }

// Openings reads what opens the n-th tile of entries.
func (s *Snapshot) Openings(n int64) ([]ledger.Opening, error) {
	return readOpenings(s.tx, n, s.Size)
}

// Letters reads the public letters with their texts and addressees, newest first.
// Their counts are left empty: those of the store run ahead of the checkpoint.
func (s *Snapshot) Letters() ([]*letter.Letter, error) {
	all, err := scanLetters(s.tx)
	if err != nil {
		return nil, fmt.Errorf("list letters: %w", err)
	}
	var public []*letter.Letter
	for _, l := range all {
		if l.State, err = s.state(l.ID); err != nil {
			return nil, err
		}
		if !l.State.Public() {
			continue
		}
		l.Counts = letter.Counts{}
		if l.Addressees, err = readAddressees(s.tx, l.ID); err != nil {
			return nil, fmt.Errorf("read the addressees of letter %s: %w", l.Slug, err)
		}
		versions, err := s.Texts(l.ID)
		if err != nil {
			return nil, err
		}
		for i, t := range versions {
			if i == 0 || versions[i-1].Lang != t.Lang {
				l.Texts = append(l.Texts, t)
			}
		}
		public = append(public, l)
	}
	return public, nil
}

// Texts reads every version of a letter's texts: by language, the newest first.
func (s *Snapshot) Texts(letterID string) ([]letter.Text, error) {
	texts, err := readTexts(s.tx, `SELECT `+textColumns+` FROM letter_text t WHERE letter_id = $1 AND EXISTS (
		SELECT 1 FROM ledger_entry e WHERE e.subject = t.id AND e.kind = 'text' AND e.leaf < $2) ORDER BY lang, version DESC`, letterID, s.Size)
	if err != nil {
		return nil, fmt.Errorf("read the versions of a letter's texts: %w", err)
	}
	return texts, nil
}

// state is the letter's state as its newest entry says; "" when it has none yet.
func (s *Snapshot) state(letterID string) (letter.State, error) {
	_, record, err := s.newest(letterID, `kind = 'state'`)
	return letter.State(record["state"]), err
}

// newest is the newest entry of a subject that can be opened, and its record; nil
// for none.
func (s *Snapshot) newest(subject, kinds string) (e ledger.Entry, record map[string]string, err error) {
	var data, b []byte
	err = s.tx.QueryRow(`SELECT data, record FROM ledger_entry WHERE subject = $1 AND `+kinds+` AND leaf < $2 AND record IS NOT NULL
		ORDER BY leaf DESC LIMIT 1`, subject, s.Size).Scan(&data, &b)
	if errors.Is(err, sql.ErrNoRows) {
		return e, nil, nil
	}
	if err == nil {
		e, err = ledger.ParseEntry(data)
	}
	if err == nil {
		err = json.Unmarshal(b, &record)
	}
	if err != nil {
		return e, nil, fmt.Errorf("read the newest entry of %s: %w", subject, err)
	}
	return e, record, nil
}

// EachSignature calls fn for every numbered signature of a letter in the order of
// numbers, those withdrawn included, in steady memory.
func (s *Snapshot) EachSignature(letterID string, fn func(Listed) error) error {
	for last := int64(0); ; {
		page, err := readSignatures(s.tx, `SELECT `+signatureColumns+` FROM signature
			WHERE letter_id = $1 AND number > $2 ORDER BY number LIMIT $3`, letterID, last, RegistrationPage)
		if err != nil || len(page) == 0 {
			return err
		}
		leaves, err := readSignatureLeaves(s.tx, letterID, last+1, page[len(page)-1].Number)
		if err != nil {
			return err
		}
		for _, sig := range page {
			last = sig.Number
			leaf, ok := leaves[sig.Number]
			if !ok { // it is shown as the site shows it, for all to see
				leaf = -1
			}
			if leaf >= s.Size {
				return nil // numbers go up with the leaves
			}
			row := Listed{Signature: sig, Leaf: leaf}
			if s.changed[sig.ID] {
				if err := s.asOf(&row); err != nil {
					return err
				}
			}
			if err := fn(row); err != nil {
				return err
			}
		}
	}
}

// asOf gives a signature that changed since the checkpoint what it was then.
func (s *Snapshot) asOf(row *Listed) error {
	if row.State.Ended() {
		row.Waits = true
		return nil
	}
	setAside, err := s.setAside(row.ID)
	if err != nil {
		return err
	}
	if row.State == signature.Contested {
		row.Waits = setAside.IsZero()
		return nil
	}
	if !setAside.IsZero() { // it was restored since
		row.State, row.SetAsideAt, row.Public = signature.Contested, setAside, signature.Public{}
		return nil
	}
	entry, record, err := s.newest(row.ID, `kind IN ('signature', 'signature-corrected')`)
	if err != nil || record == nil {
		return err
	}
	row.TextHash = entry.TextHash
	row.Public = signature.Public{
		Name: record["name"], Acronym: record["acronym"], Country: record["country"], Website: record["website"],
		Role: record["role"], Affiliation: record["affiliation"],
	}
	return nil
}

// setAside is when the log set a signature aside, and has not restored it; else
// zero.
func (s *Snapshot) setAside(id string) (time.Time, error) {
	var data []byte
	var kind ledger.Kind
	err := s.tx.QueryRow(`SELECT data, kind FROM ledger_entry WHERE subject = $1 AND kind IN ('signature-contested', 'signature-restored') AND leaf < $2
		ORDER BY leaf DESC LIMIT 1`, id, s.Size).Scan(&data, &kind)
	if errors.Is(err, sql.ErrNoRows) || err == nil && kind == ledger.SignatureRestored {
		return time.Time{}, nil
	}
	var e ledger.Entry
	if err == nil {
		e, err = ledger.ParseEntry(data)
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read whether signature %s is set aside: %w", id, err)
	}
	return e.Time, nil
}
