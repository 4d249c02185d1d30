package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"
)

// ColumnType is a type that both engines have, and a backup can carry.
type ColumnType string

// The types of columns.
const (
	ColumnInt   ColumnType = "int"   // BIGINT
	ColumnText  ColumnType = "text"  // TEXT
	ColumnBytes ColumnType = "bytes" // BLOB, BYTEA
)

var columnTypes = map[string]ColumnType{
	"BIGINT": ColumnInt, "TEXT": ColumnText, "BLOB": ColumnBytes, "BYTEA": ColumnBytes,
}

// BackupColumn is a column of a table.
type BackupColumn struct {
	Name string     `json:"name"`
	Type ColumnType `json:"type"`
}

// BackupTable is a table, and what its rows add up to.
type BackupTable struct {
	Name    string         `json:"name"`
	Columns []BackupColumn `json:"columns"` // by name
	Rows    int64          `json:"rows"`
	SHA256  string         `json:"sha256,omitempty"` // of the rows' records

	key []string // the primary key's columns, in its order
}

// gooseTable holds the schema's version; each store has its own.
const gooseTable = "goose_db_version"

// tableNames lists the tables that hold content, by name: what a search index
// keeps is made of it again.
func tableNames(tx *Tx, engine string) (names []string, err error) {
	query := `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`
	if engine == Postgres {
		query = `SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace`
	}
	var name string
	err = each(tx, []any{&name}, func() error {
		if name != gooseTable {
			names = append(names, name)
		}
		return nil
	}, query)
	slices.Sort(names)
	return names, err
}

// readTables describes the tables as the schema has them, with how many rows each
// has.
func readTables(tx *Tx, engine string) ([]BackupTable, error) {
	names, err := tableNames(tx, engine)
	if err != nil {
		return nil, fmt.Errorf("list the store's tables: %w", err)
	}
	query := `SELECT name, type, pk FROM pragma_table_info($1) ORDER BY name`
	if engine == Postgres {
		query = `SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), coalesce(array_position(i.indkey::smallint[], a.attnum) + 1, 0)
			FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
			WHERE a.attrelid = (SELECT oid FROM pg_class WHERE relname = $1 AND relnamespace = current_schema()::regnamespace)
			AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attname::text COLLATE "C"`
	}
	tables := make([]BackupTable, len(names))
	for i, name := range names {
		t := &tables[i]
		t.Name = name
		key := map[int]string{}
		var column, declared string
		var place int
		err := each(tx, []any{&column, &declared, &place}, func() error {
			kind, ok := columnTypes[strings.ToUpper(declared)]
			if !ok {
				return fmt.Errorf("table %s: column %s is of type %s, which a backup cannot carry", name, column, declared)
			}
			t.Columns = append(t.Columns, BackupColumn{column, kind})
			if place > 0 {
				key[place] = column
			}
			return nil
		}, query, name)
		if err != nil {
			return nil, fmt.Errorf("read the store's tables: %w", err)
		}
		// PostgreSQL counts an index's places from 0 or 1: only their order matters.
		for place := range len(t.Columns) + 2 {
			if column, ok := key[place]; ok {
				t.key = append(t.key, column)
			}
		}
		if len(t.key) == 0 {
			return nil, fmt.Errorf("table %s has no primary key, and a backup orders by it", name)
		}
		if err := tx.QueryRow(`SELECT count(*) FROM ` + quoteName(name)).Scan(&t.Rows); err != nil {
			return nil, fmt.Errorf("count the rows of table %s: %w", name, err)
		}
	}
	return tables, nil
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// columnList is a table's columns for a statement.
func (t BackupTable) columnList() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quoteName(c.Name)
	}
	return strings.Join(names, ", ")
}

func (t BackupTable) typeOf(column string) ColumnType {
	for _, c := range t.Columns {
		if c.Name == column {
			return c.Type
		}
	}
	return ""
}

// selectRows is the statement that reads a table in a backup's order: texts by
// their bytes, whatever the database sorts by.
func (t BackupTable) selectRows(engine string) string {
	order := make([]string, len(t.key))
	for i, column := range t.key {
		order[i] = quoteName(column)
		if engine == Postgres && t.typeOf(column) == ColumnText {
			order[i] += ` COLLATE "C"`
		}
	}
	return `SELECT ` + t.columnList() + ` FROM ` + quoteName(t.Name) + ` ORDER BY ` + strings.Join(order, ", ")
}

// eachRow hands every row of a table to fn, as a backup's record has it. The bytes
// are fn's until it returns.
func eachRow(tx *Tx, engine string, t BackupTable, fn func(row []byte) error) error {
	values, dest := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i := range values {
		dest[i] = &values[i]
	}
	var row []byte
	err := each(tx, dest, func() (err error) {
		row = row[:0]
		for i, c := range t.Columns {
			if row, err = appendValue(row, c, values[i]); err != nil {
				return err
			}
		}
		if len(row) > maxBackupRow {
			return fmt.Errorf("a row has %d bytes, and a backup's row may have %d", len(row), maxBackupRow)
		}
		return fn(row)
	}, t.selectRows(engine))
	if err != nil {
		return fmt.Errorf("read table %s: %w", t.Name, err)
	}
	return nil
}

// sumSHA256 is a hash as a manifest shows it.
func sumSHA256(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// sameTables says where two descriptions of the tables differ; nil when they are
// the same but for their rows.
func sameTables(want, has []BackupTable) error {
	names := func(list []BackupTable) string {
		var b strings.Builder
		for _, t := range list {
			fmt.Fprintf(&b, "%s %v\n", t.Name, t.Columns)
		}
		return b.String()
	}
	if names(want) == names(has) {
		return nil
	}
	for i := range max(len(want), len(has)) {
		switch {
		case i >= len(has) || i < len(want) && want[i].Name < has[i].Name:
			return fmt.Errorf("table %s of the backup is not in the schema", want[i].Name)
		case i >= len(want) || want[i].Name > has[i].Name:
			return fmt.Errorf("table %s of the database is not in the backup", has[i].Name)
		case !slices.Equal(want[i].Columns, has[i].Columns):
			return fmt.Errorf("table %s has other columns in the backup than in the schema", has[i].Name)
		}
	}
	return nil
}

// verifyTables reads the tables once more and compares what their rows add up to
// with the manifest.
func verifyTables(tx *Tx, engine string, want []BackupTable) error {
	has, err := readTables(tx, engine)
	if err != nil {
		return err
	}
	if err := sameTables(want, has); err != nil {
		return err
	}
	for i, t := range has {
		sum := sha256.New()
		var rows int64
		w := backupWriter{w: sum}
		err := eachRow(tx, engine, t, func(row []byte) error {
			rows++
			return w.record(recordRow, row, nil)
		})
		if err != nil {
			return err
		}
		if rows != want[i].Rows || sumSHA256(sum) != want[i].SHA256 {
			return fmt.Errorf("table %s of the database differs from the backup's after it was written", t.Name)
		}
	}
	return nil
}
