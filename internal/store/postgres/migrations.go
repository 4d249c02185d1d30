// Package postgres holds what is particular to PostgreSQL: the schema's migrations.
package postgres

import (
	"embed"
	"io/fs"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations is the schema's history for PostgreSQL: files NNNNN_name.sql in goose's
// format, applied in the order of their numbers.
func Migrations() fs.FS {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // cannot be: the folder is compiled in
	}
	return dir
}
