package store

import (
	"database/sql"
	"time"
)

// millis is how times are kept: milliseconds since 1970 UTC, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// flag is how booleans are kept: 0 or 1.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// each scans every row of a query into what dest points at and calls fn.
func each(tx *Tx, dest []any, fn func() error, query string, args ...any) error {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if err := fn(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// changed is how many rows a statement touched.
func changed(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
