package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
)

// migrations applies one engine's schema history to one database.
type migrations struct {
	provider *goose.Provider
	log      *slog.Logger
}

// newMigrations reads the history in files. No file at all is a schema without
// history; then it returns nil.
func newMigrations(dialect goose.Dialect, pool *sql.DB, files fs.FS, log *slog.Logger, opts ...goose.ProviderOption) (*migrations, error) {
	opts = append(opts, goose.WithSlog(log), goose.WithDisableGlobalRegistry(true))
	p, err := goose.NewProvider(dialect, pool, files, opts...)
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the schema's migrations: %w", err)
	}
	return &migrations{provider: p, log: log}, nil
}

// pending gives the number of the first migration to be applied, 0 for none, and
// whether the schema has been migrated before.
func (m *migrations) pending(ctx context.Context) (first int64, migrated bool, err error) {
	current, target, err := m.provider.GetVersions(ctx)
	if err != nil {
		return 0, false, fmt.Errorf("read the schema's version: %w", err)
	}
	if current > target {
		return 0, true, fmt.Errorf("%w (its schema is number %d, this program knows %d)", ErrNewerSchema, current, target)
	}
	status, err := m.provider.Status(ctx)
	if err != nil {
		return 0, false, fmt.Errorf("read the schema's version: %w", err)
	}
	for _, s := range status {
		if s.State == goose.StatePending {
			return s.Source.Version, current > 0, nil
		}
	}
	return 0, current > 0, nil
}

// up applies what is pending.
func (m *migrations) up(ctx context.Context) error {
	done, err := m.provider.Up(ctx)
	var partial *goose.PartialError
	if errors.As(err, &partial) {
		return fmt.Errorf("migrate the schema: %s: %w", partial.Failed.Source.Path, partial.Err)
	}
	if err != nil {
		return fmt.Errorf("migrate the schema: %w", err)
	}
	for _, r := range done {
		m.log.Info("schema migrated", "migration", r.Source.Path, "took", r.Duration)
	}
	return nil
}
