package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pliego/internal/followup"
	"pliego/internal/ledger"
)

// recordEntry are the kinds of ledger entry by the kinds of item.
var recordEntry = map[followup.Kind]ledger.Kind{
	followup.Answer:     ledger.AnswerRecorded,
	followup.Commitment: ledger.CommitmentRecorded,
	followup.Action:     ledger.ActionRecorded,
	followup.Assessment: ledger.AssessmentRecorded,
}

// AppendRecord adds versions of items to the record of a letter with their ledger
// entries, durably, in chunks that are each written whole or not at all. RecordedAt is now: nobody writes into the
// past. It fails with followup.ErrChanged when a version is there already, and
// with the rule of followup.Item.Check that an item breaks.
func (db *DB) AppendRecord(ctx context.Context, letterID, slug string, items []*followup.Item, now time.Time) error {
	rows, err := newItemRows(letterID, slug, items, now)
	if err != nil {
		return err
	}
	const chunk = 200 // of one transaction: others write beside
	for from := 0; from < len(items); from += chunk {
		to := min(from+chunk, len(items))
		err := db.Write(ctx, func(tx *Tx) error {
			return appendRows(tx, letterID, rows[from:to], now)
		})
		if err != nil {
			return fmt.Errorf("write the record of letter %s: %w", slug, err)
		}
	}
	return nil
}

// itemRow is a version of an item, made ready to be written.
type itemRow struct {
	item  *followup.Item
	body  string
	entry ledger.Pending
}

// newItemRows holds versions against the rules and makes their ledger entries.
func newItemRows(letterID, slug string, items []*followup.Item, now time.Time) ([]itemRow, error) {
	rows := make([]itemRow, len(items))
	for n, i := range items {
		i.LetterID, i.RecordedAt = letterID, now
		if i.Version == 0 {
			i.Version = 1
		}
		if err := i.Check(); err != nil {
			return nil, fmt.Errorf("record %s: %w", i.ID, err)
		}
		body, err := json.Marshal(i)
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", i.ID, err)
		}
		record := map[string]string{
			"id": i.ID, "version": strconv.Itoa(i.Version), "kind": string(i.Kind), "addressee": i.Addressee, "body": string(body),
		}
		if i.Reason != "" {
			record["reason"] = i.Reason
		}
		if i.TakenDown {
			record["taken_down"] = "yes"
			delete(record, "body")
		}
		entry, err := ledger.NewPending(recordEntry[i.Kind], letterID, slug, i.ID, "", now, record)
		if err != nil {
			return nil, err
		}
		rows[n] = itemRow{i, string(body), entry}
	}
	return rows, nil
}

// appendRows writes versions with their ledger entries.
func appendRows(tx *Tx, letterID string, rows []itemRow, now time.Time) error {
	gone := map[string]string{}
	for _, r := range rows {
		if err := appendItem(tx, r.item, r.body); err != nil {
			return err
		}
		if err := addPending(tx, r.entry); err != nil {
			return err
		}
		if r.item.TakenDown {
			gone[r.item.ID] = r.item.Reason
		}
	}
	if err := reissueEditions(tx, letterID, gone, now); err != nil {
		return err
	}
	return bumpLetter(tx, letterID)
}

func appendItem(tx *Tx, i *followup.Item, body string) error {
	var there int
	if err := tx.QueryRow(`SELECT coalesce(max(version), 0) FROM record WHERE id = $1`, i.ID).Scan(&there); err != nil {
		return err
	}
	if there != i.Version-1 {
		return fmt.Errorf("%w: %s has version %d", followup.ErrChanged, i.ID, there)
	}
	var corrects, cited any
	if i.Version > 1 {
		corrects = i.Version - 1
	}
	for n, c := range i.Citations {
		_, err := tx.Exec(`INSERT INTO citation (id, version, n, url, publisher, grade, confidence) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			i.ID, i.Version, n+1, c.URL, strings.ToLower(strings.TrimSpace(c.Publisher)), c.Grade, c.Confidence)
		if err != nil {
			return err
		}
		if cited == nil && c.Confidence == followup.Seen {
			cited = n + 1
		}
	}
	_, err := tx.Exec(`INSERT INTO record (id, version, corrects, kind, letter_id, addressee, recorded_at, recorded_by, reason, taken_down, track, value, rubric, cited, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		i.ID, i.Version, corrects, i.Kind, i.LetterID, i.Addressee, millis(i.RecordedAt), i.RecordedBy, i.Reason, flag(i.TakenDown),
		i.Track, i.Value, i.Rubric, cited, body)
	if err != nil || !i.TakenDown {
		return err
	}
	return eraseOpenings(tx, i.ID) // what was taken down is not told by the log either
}

// RecordOf reads every version of every item of a letter's record, in the order
// in which they were recorded.
func (db *DB) RecordOf(ctx context.Context, letterID string) (followup.Record, error) {
	var list followup.Record
	err := db.Read(ctx, func(tx *Tx) error {
		list = nil
		var i followup.Item
		var at, down int64
		var body string
		return each(tx, []any{&i.ID, &i.Version, &i.Kind, &i.Addressee, &at, &i.RecordedBy, &i.Reason, &down, &body}, func() error {
			item := followup.Item{LetterID: letterID}
			if err := json.Unmarshal([]byte(body), &item); err != nil {
				return fmt.Errorf("%s, version %d: %w", i.ID, i.Version, err)
			}
			item.ID, item.Version, item.Kind, item.Addressee = i.ID, i.Version, i.Kind, i.Addressee
			item.RecordedBy, item.Reason, item.RecordedAt, item.TakenDown = i.RecordedBy, i.Reason, fromMillis(at), down == 1
			list = append(list, &item)
			return nil
		}, `SELECT id, version, kind, addressee, recorded_at, recorded_by, reason, taken_down, body FROM record
			WHERE letter_id = $1 ORDER BY recorded_at, id, version`, letterID)
	})
	if err != nil {
		return nil, fmt.Errorf("read the record of a letter: %w", err)
	}
	return list, nil
}

// MergeRecord brings a letter's record to what somebody holds who keeps it
// elsewhere, such as a pack: items that are new are added, those that differ
// become further versions for the reason given, and those with the ID's prefix
// that are there no more are taken down. It returns how many versions it wrote.
func (db *DB) MergeRecord(ctx context.Context, letterID, slug, prefix, reason string, items []*followup.Item, now time.Time) (int, error) {
	if prefix == "" {
		return 0, errors.New("merge a record: the prefix of the items' IDs is missing")
	}
	has, err := db.RecordOf(ctx, letterID)
	if err != nil {
		return 0, err
	}
	newest := map[string]*followup.Item{}
	for _, i := range has {
		if n := newest[i.ID]; n == nil || n.Version < i.Version {
			newest[i.ID] = i
		}
	}
	var write []*followup.Item
	kept := map[string]bool{}
	for _, i := range items {
		kept[i.ID] = true
		old := newest[i.ID]
		if old == nil {
			write = append(write, i)
			continue
		}
		i.Carry(old)
		same, err := sameItem(old, i)
		if err != nil {
			return 0, err
		}
		if !same {
			i.Version, i.Reason = old.Version+1, reason
			write = append(write, i)
		}
	}
	for _, old := range has {
		if n := newest[old.ID]; n == old && strings.HasPrefix(old.ID, prefix) && !kept[old.ID] && !old.TakenDown {
			write = append(write, &followup.Item{ID: old.ID, Version: old.Version + 1, Kind: old.Kind, Addressee: old.Addressee,
				RecordedBy: old.RecordedBy, Reason: reason, TakenDown: true})
		}
	}
	if len(write) == 0 {
		return 0, nil
	}
	return len(write), db.AppendRecord(ctx, letterID, slug, write, now)
}

// sameItem tells whether an item says what is on record of it.
func sameItem(old, i *followup.Item) (bool, error) {
	a, err := json.Marshal(old)
	if err != nil {
		return false, err
	}
	b, err := json.Marshal(i)
	if err != nil {
		return false, err
	}
	return !old.TakenDown && old.Addressee == i.Addressee && string(a) == string(b), nil
}
