package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pliego/internal/penalty"
)

// Kinds of rows of a law.
const (
	penaltyRow   = "penalty"
	thresholdRow = "threshold"
)

// ReplaceLaw puts a pack's tables of drug laws in the place of those that the
// same pack brought before. Nothing is written when they are the same.
func (db *DB) ReplaceLaw(ctx context.Context, pack string, penalties []penalty.Penalty, thresholds []penalty.Threshold, now time.Time) error {
	rows := map[string][]string{}
	sum := sha256.New()
	add := func(kind string, x any) error {
		body, err := json.Marshal(x)
		if err != nil {
			return err
		}
		rows[kind] = append(rows[kind], string(body))
		fmt.Fprintf(sum, "%s %s\n", kind, body)
		return nil
	}
	for _, p := range penalties {
		if err := add(penaltyRow, p); err != nil {
			return fmt.Errorf("penalty %s %s %s: %w", p.Country, p.Statute, p.Article, err)
		}
	}
	for _, t := range thresholds {
		if err := add(thresholdRow, t); err != nil {
			return fmt.Errorf("threshold %s %s: %w", t.Country, t.Kind, err)
		}
	}
	digest := hex.EncodeToString(sum.Sum(nil))
	err := db.Write(ctx, func(tx *Tx) error {
		var has string
		err := tx.QueryRow(`SELECT sha256 FROM law WHERE pack = $1`, pack).Scan(&has)
		switch absent := errors.Is(err, sql.ErrNoRows); {
		case err != nil && !absent:
			return err
		case has == digest, absent && len(rows) == 0:
			return nil
		}
		if _, err := tx.Exec(`INSERT INTO law (pack, sha256, loaded_at) VALUES ($1, $2, $3)
			ON CONFLICT (pack) DO UPDATE SET sha256 = excluded.sha256, loaded_at = excluded.loaded_at`, pack, digest, now.UnixMilli()); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM law_row WHERE pack = $1`, pack); err != nil {
			return err
		}
		for kind, bodies := range rows {
			for place, body := range bodies {
				if _, err := tx.Exec(`INSERT INTO law_row (pack, kind, place, body) VALUES ($1, $2, $3, $4)`, pack, kind, place, body); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store the laws of pack %s: %w", pack, err)
	}
	return nil
}

// Law reads every pack's tables of drug laws, in the order of their files.
func (db *DB) Law(ctx context.Context) (penalties []penalty.Penalty, thresholds []penalty.Threshold, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var kind, body string
		return each(tx, []any{&kind, &body}, func() error {
			if kind == thresholdRow {
				thresholds = append(thresholds, penalty.Threshold{})
				return json.Unmarshal([]byte(body), &thresholds[len(thresholds)-1])
			}
			penalties = append(penalties, penalty.Penalty{})
			return json.Unmarshal([]byte(body), &penalties[len(penalties)-1])
		}, `SELECT kind, body FROM law_row ORDER BY pack, kind, place`)
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the laws: %w", err)
	}
	return penalties, thresholds, nil
}
