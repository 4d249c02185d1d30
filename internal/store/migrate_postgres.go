package store

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// migratePostgres brings the database up to date. goose's session lock, an advisory
// lock of the server, keeps two processes from doing it at once. A backup is the
// operator's: pg_dump knows the server's roles and versions, and we do not.
func migratePostgres(ctx context.Context, cfg Config, pool *sql.DB) error {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, uint64(migrateWait.Seconds())))
	if err != nil {
		return err
	}
	m, err := newMigrations(goose.DialectPostgres, pool, cfg.Migrations, cfg.Log, goose.WithSessionLocker(locker))
	if err != nil || m == nil {
		return err
	}
	first, migrated, err := m.pending(ctx)
	if err != nil || first == 0 {
		return err
	}
	if migrated {
		cfg.Log.Warn("migrating the PostgreSQL schema without a backup of ours; pg_dump makes one", "migration", first)
	}
	return m.up(ctx)
}
