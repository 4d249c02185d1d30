package store_test

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// isUnique says whether err is a broken PRIMARY KEY or unique index.
func isUnique(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqlitelib.SQLITE_CONSTRAINT_UNIQUE ||
			lite.Code() == sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY ||
			lite.Code() == sqlitelib.SQLITE_CONSTRAINT_ROWID
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505"
}
