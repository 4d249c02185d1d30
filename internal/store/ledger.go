package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"pliego/internal/ledger"
)

// addPending queues a ledger entry in the transaction that records its subject.
func addPending(tx *Tx, e ledger.Pending) error {
	_, err := tx.Exec(`INSERT INTO ledger_pending (id, kind, letter_id, subject, data, salt, record, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.ID, e.Kind, e.LetterID, e.Subject, e.Data, e.Salt, e.Record, millis(e.DueAt))
	if err != nil {
		return fmt.Errorf("queue a ledger entry: %w", err)
	}
	return nil
}

// InitLog creates the log's head for the given origin and verifier key when there
// is none, and fails when there is one of another origin: the key folder does not
// belong to this database.
func (db *DB) InitLog(ctx context.Context, origin, verifier string) error {
	return db.Write(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(`INSERT INTO log_head (one, origin, size, frozen, verifier) VALUES (1, $1, 0, 0, $2) ON CONFLICT DO NOTHING`, origin, verifier); err != nil {
			return err
		}
		var has string
		if err := tx.QueryRow(`SELECT origin FROM log_head`).Scan(&has); err != nil {
			return err
		}
		if has != origin {
			return fmt.Errorf("this database's log is %s, but the log's key in the key folder is for %s: bring back the key folder that belongs to this database", has, origin)
		}
		// A log of before keys could change has none noted.
		_, err := tx.Exec(`UPDATE log_head SET verifier = $1 WHERE verifier = ''`, verifier)
		return err
	})
}

// SequenceStep keeps its promise in ledger.SequencerStore. It looks first
// whether anything waits, so that an idle log does not wake the writer.
func (db *DB) SequenceStep(ctx context.Context, now time.Time, fn func(ledger.Step) error) error {
	var waits bool
	err := db.Read(ctx, func(tx *Tx) error {
		var id string
		err := tx.QueryRow(`SELECT id FROM ledger_pending WHERE due_at <= $1 LIMIT 1`, millis(now)).Scan(&id)
		waits = err == nil
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil || !waits {
		return err
	}
	return db.Write(ctx, func(tx *Tx) error { return fn(sequenceStep{tx, now}) })
}

// LogHead reads where the log stands.
func (db *DB) LogHead(ctx context.Context) (h ledger.Head, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		h, err = sequenceStep{tx: tx}.Head()
		return err
	})
	return h, err
}

// LogEdge reads the last tile of each level.
func (db *DB) LogEdge(ctx context.Context, size int64) (edge map[int][]byte, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		edge, err = sequenceStep{tx: tx}.Edge(size)
		return err
	})
	return edge, err
}

// LatestCheckpoint reads the newest stored checkpoint with the cosignatures on it,
// as it is published: size -1 when there is none.
func (db *DB) LatestCheckpoint(ctx context.Context) (size int64, signed []byte, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		size, signed, err = latestCheckpoint(tx)
		return err
	})
	return size, signed, err
}

func latestCheckpoint(tx *Tx) (size int64, signed []byte, err error) {
	err = tx.QueryRow(`SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1`).Scan(&size, &signed)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil, nil
	}
	if err == nil {
		var line string
		err = each(tx, []any{&line}, func() error {
			signed = append(signed, line...)
			return nil
		}, `SELECT line FROM cosignature WHERE size = $1 ORDER BY witness`, size)
	}
	if err != nil {
		return 0, nil, fmt.Errorf("read the newest checkpoint: %w", err)
	}
	return size, signed, nil
}

// StoreCheckpoint keeps the signed checkpoint of the log as head describes it; one
// of the same size stays, and nothing is kept when the log has moved.
func (db *DB) StoreCheckpoint(ctx context.Context, head ledger.Head, signed []byte, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		// The log's row is held, so that no change of keys comes between.
		n, err := changed(tx.Exec(`UPDATE log_head SET size = size WHERE origin = $1 AND size = $2 AND verifier = $3 AND frozen = 0`,
			head.Origin, head.Size, head.Verifier))
		if err != nil || n == 0 {
			return err
		}
		return sequenceStep{tx: tx}.StoreCheckpoint(head.Size, signed, at)
	})
}

// sequenceStep is one transaction of the sequencer.
type sequenceStep struct {
	tx  *Tx
	now time.Time
}

func (s sequenceStep) Head() (ledger.Head, error) {
	var h ledger.Head
	var frozen int64
	err := s.tx.QueryRow(`SELECT origin, size, frozen, verifier FROM log_head`).Scan(&h.Origin, &h.Size, &frozen, &h.Verifier)
	if errors.Is(err, sql.ErrNoRows) {
		return h, errors.New("the store has no log yet")
	}
	h.Frozen = frozen == 1
	return h, err
}

func (s sequenceStep) Pending(limit int) ([]ledger.Pending, error) {
	var list []ledger.Pending
	var p ledger.Pending
	err := each(s.tx, []any{&p.ID, &p.Kind, &p.LetterID, &p.Subject, &p.Data, &p.Salt, &p.Record}, func() error {
		list = append(list, p)
		p.Data, p.Salt, p.Record = nil, nil, nil
		return nil
	}, `SELECT id, kind, letter_id, subject, data, salt, record FROM ledger_pending
		WHERE due_at <= $2 ORDER BY id LIMIT $1`, limit, millis(s.now))
	return list, err
}

func (s sequenceStep) Edge(size int64) (map[int][]byte, error) {
	edge := map[int][]byte{}
	for level := 0; size > 0; level++ {
		var hashes []byte
		err := s.tx.QueryRow(`SELECT hashes FROM ledger_tile WHERE level = $1 AND n = $2`, level, size/ledger.TileWidth).Scan(&hashes)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		edge[level] = hashes
		size /= ledger.TileWidth
	}
	return edge, nil
}

func (s sequenceStep) Claim(head ledger.Head, size int64) (bool, error) {
	n, err := changed(s.tx.Exec(`UPDATE log_head SET size = $2 WHERE size = $1 AND frozen = 0 AND verifier = $3`, head.Size, size, head.Verifier))
	return n == 1, err
}

func (s sequenceStep) StoreCheckpoint(size int64, signed []byte, at time.Time) error {
	_, err := s.tx.Exec(`INSERT INTO checkpoint (size, note, signed_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, size, signed, millis(at))
	return err
}
