package store

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// newestMigration gives the number of the newest migration among files; 0 when
// there is none.
func newestMigration(files fs.FS) (newest int64, err error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return 0, err
	}
	for _, name := range names {
		n, err := goose.NumericComponent(name)
		if err != nil {
			return 0, fmt.Errorf("read the schema's migrations: %w", err)
		}
		newest = max(newest, n)
	}
	return newest, nil
}

// upTo brings an empty database to the schema that a backup was made of.
func (m *migrations) upTo(ctx context.Context, version int64) error {
	current, _, err := m.provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if current > version {
		return fmt.Errorf("the database's schema is number %d and the backup's is %d: name a database without tables", current, version)
	}
	if _, err := m.provider.UpTo(ctx, version); err != nil {
		return fmt.Errorf("make the backup's schema: %w", err)
	}
	return nil
}
