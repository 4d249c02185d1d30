package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"pliego/internal/ledger"
	"pliego/internal/signature"
)

// SignatureReceipt keeps its promise in signature.Store.
func (db *DB) SignatureReceipt(ctx context.Context, id string) (*ledger.Receipt, error) {
	size, signed, err := db.LatestCheckpoint(ctx)
	if err != nil {
		return nil, err
	}
	r := &ledger.Receipt{Checkpoint: signed}
	err = db.Read(ctx, func(tx *Tx) error {
		err := tx.QueryRow(`SELECT leaf, data, salt, record FROM ledger_entry WHERE subject = $1 AND kind = 'signature' AND leaf < $2`,
			id, size).Scan(&r.Index, &r.Entry, &r.Salt, &r.Record)
		if errors.Is(err, sql.ErrNoRows) {
			return signature.ErrNoEntryYet
		}
		if err != nil {
			return fmt.Errorf("read the entry of signature %s: %w", id, err)
		}
		if r.Salt == nil || r.Record == nil {
			return signature.ErrWithdrawn
		}
		r.Proof, err = ledger.Prove(size, r.Index, func(id ledger.TileID) ([]byte, error) {
			return readTile(tx, ledger.Tile{Level: id.Level, N: id.N, Width: int(min((size>>(ledger.TileHeight*id.Level))-id.N*ledger.TileWidth, ledger.TileWidth))})
		})
		if err != nil {
			return fmt.Errorf("prove the entry of signature %s: %w", id, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}
