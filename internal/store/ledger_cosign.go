package store

import (
	"context"
	"fmt"

	"pliego/internal/ledger"
)

var _ ledger.CosigningStore = (*DB)(nil)

// StoreCosignature keeps its promise in ledger.CosigningStore.
func (db *DB) StoreCosignature(ctx context.Context, c ledger.Cosignature) error {
	err := db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO cosignature (witness, size, line, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (witness) DO UPDATE SET size = excluded.size, line = excluded.line, at = excluded.at
			WHERE cosignature.size < excluded.size`, c.Witness, c.Size, c.Line, millis(c.Time))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a cosignature: %w", err)
	}
	return nil
}

// Cosignatures keeps its promise in ledger.CosigningStore.
func (db *DB) Cosignatures(ctx context.Context) (list []ledger.Cosignature, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var c ledger.Cosignature
		var at int64
		return each(tx, []any{&c.Witness, &c.Size, &c.Line, &at}, func() error {
			c.Time = fromMillis(at)
			list = append(list, c)
			return nil
		}, `SELECT witness, size, line, at FROM cosignature ORDER BY witness`)
	})
	if err != nil {
		return nil, fmt.Errorf("read the cosignatures: %w", err)
	}
	return list, nil
}
