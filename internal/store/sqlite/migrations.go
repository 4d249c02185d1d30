// Package sqlite holds what is particular to SQLite: the schema's migrations.
package sqlite

import (
	"embed"
	"io/fs"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations is the schema's history for SQLite: files NNNNN_name.sql in goose's
// format, applied in the order of their numbers.
func Migrations() fs.FS {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // cannot be: the folder is compiled in
	}
	return dir
}
