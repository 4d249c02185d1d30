package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// restorePostgres fills a database whose tables hold no row, in one transaction
// that holds every table locked, so that no program that is started meanwhile sees
// or writes anything.
func restorePostgres(ctx context.Context, cfg Config, in *restorer) (err error) {
	conf, err := pgx.ParseConfig(cfg.URL)
	if err != nil {
		return fmt.Errorf("the database URL cannot be read: %w", err)
	}
	conf.RuntimeParams["synchronous_commit"] = "on"
	pool := stdlib.OpenDB(*conf)
	defer func() { err = errors.Join(err, pool.Close()) }()
	if err := refuseRows(ctx, pool); err != nil {
		return err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, uint64(migrateWait.Seconds())))
	if err != nil {
		return err
	}
	m, err := newMigrations(goose.DialectPostgres, pool, cfg.Migrations, cfg.Log, goose.WithSessionLocker(locker))
	if err != nil {
		return err
	}
	if err := m.upTo(ctx, in.manifest.Schema); err != nil {
		return err
	}
	if err := loadPostgres(ctx, pool, in); err != nil {
		return err
	}
	if err := m.up(ctx); err != nil {
		return fmt.Errorf("the backup was restored, but its schema is older than this program and could not be brought up to date: %w", err)
	}
	return nil
}

// refuseRows looks, before anything is changed, whether the database is empty.
func refuseRows(ctx context.Context, pool *sql.DB) error {
	sqlTx, err := pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	defer sqlTx.Rollback()
	tx := &Tx{ctx: ctx, on: sqlTx}
	names, err := tableNames(tx, Postgres)
	if err != nil {
		return err
	}
	for _, name := range names {
		var holds bool
		if err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM ` + quoteName(name) + `)`).Scan(&holds); err != nil {
			return err
		}
		if holds {
			return fmt.Errorf("%w, and table %s of the database holds rows: name an empty database", ErrNotEmpty, name)
		}
	}
	return tx.end()
}

func loadPostgres(ctx context.Context, pool *sql.DB, in *restorer) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	sqlTx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer sqlTx.Rollback()
	tx := &Tx{ctx: ctx, on: sqlTx}
	names, err := tableNames(tx, Postgres)
	if err != nil {
		return err
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quoteName(name)
	}
	if _, err := tx.Exec(`LOCK TABLE ` + strings.Join(quoted, ", ") + ` IN ACCESS EXCLUSIVE MODE`); err != nil {
		return err
	}
	// Tables come in the order of their names, so references are checked last.
	addReferences, err := dropReferences(tx)
	if err != nil {
		return err
	}
	undo, err := in.load(tx, Postgres, func(t BackupTable, rows *rowSource) error {
		columns := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			columns[i] = c.Name
		}
		return conn.Raw(func(driver any) error {
			_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{t.Name}, columns, rows)
			return err
		})
	})
	if err != nil {
		return err
	}
	for _, add := range addReferences {
		if _, err = tx.Exec(add); err != nil {
			err = badBackup("rows refer to others that are not there: %v", err)
			break
		}
	}
	if err == nil {
		err = tx.end()
	}
	if err == nil {
		err = sqlTx.Commit()
	}
	if err != nil {
		return errors.Join(err, undo())
	}
	return nil
}

// dropReferences takes the foreign keys away, and gives the statements that bring
// them back and check every row.
func dropReferences(tx *Tx) (add []string, err error) {
	var drop []string
	var table, name, definition string
	err = each(tx, []any{&table, &name, &definition}, func() error {
		alter := `ALTER TABLE ` + quoteName(table)
		drop = append(drop, alter+` DROP CONSTRAINT `+quoteName(name))
		add = append(add, alter+` ADD CONSTRAINT `+quoteName(name)+` `+definition)
		return nil
	}, `SELECT c.relname::text, f.conname::text, pg_get_constraintdef(f.oid) FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
		WHERE f.contype = 'f' AND f.connamespace = current_schema()::regnamespace ORDER BY 1, 2`)
	if err != nil {
		return nil, err
	}
	for _, statement := range drop {
		if _, err := tx.Exec(statement); err != nil {
			return nil, err
		}
	}
	return add, nil
}
