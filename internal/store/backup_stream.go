package store

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
)

// A backup's stream is a line that names the format, and then records: one byte
// that says of what kind, the length as a varint, and so many bytes. In order:
//
//	header   the Manifest without the tables' hashes, JSON
//	key      a file of the key folder, JSON; as many as the manifest names
//	table    a table's name; then its rows, then what they add up to, JSON;
//	         as many as the manifest names, in its order
//	end      the whole Manifest, JSON
//
// Nothing follows the end. Rows are ordered by their primary key, texts by their
// bytes, so that the same content gives the same hash from either engine.
const backupMagic = "pliego backup 1\n"

const (
	recordHeader   = 'H'
	recordKey      = 'K'
	recordTable    = 'T'
	recordRow      = 'R'
	recordTableEnd = 'E'
	recordEnd      = 'M'
)

// Bounds of a record's length in bytes.
const (
	maxBackupNote = 1 << 20
	maxBackupRow  = 64 << 20
)

// ErrBadBackup says that a backup cannot be used as it is: it was damaged, cut,
// or is no backup of ours.
var ErrBadBackup = errors.New("this backup is damaged or was not made by this program; nothing was restored, use another copy")

func badBackup(format string, args ...any) error {
	return fmt.Errorf("%w (%s)", ErrBadBackup, fmt.Sprintf(format, args...))
}

// backupWriter writes records.
type backupWriter struct {
	w    io.Writer
	head []byte
}

// record writes one and, when sum is not nil, adds its bytes to it.
func (b *backupWriter) record(kind byte, payload []byte, sum hash.Hash) error {
	b.head = append(b.head[:0], kind)
	b.head = binary.AppendUvarint(b.head, uint64(len(payload)))
	for _, part := range [][]byte{b.head, payload} {
		if sum != nil {
			sum.Write(part)
		}
		if _, err := b.w.Write(part); err != nil {
			return fmt.Errorf("write the backup: %w", err)
		}
	}
	return nil
}

func (b *backupWriter) note(kind byte, v any) error {
	payload, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if len(payload) > maxBackupNote {
		return fmt.Errorf("write the backup: a note of it has %d bytes and may have %d", len(payload), maxBackupNote)
	}
	return b.record(kind, payload, nil)
}

// backupReader reads records. It trusts nothing it reads.
type backupReader struct {
	r   *bufio.Reader
	buf bytes.Buffer
}

// newBackupReader begins to read a stream.
func newBackupReader(r io.Reader) (*backupReader, error) {
	b := &backupReader{r: bufio.NewReaderSize(r, 1<<16)}
	magic := make([]byte, len(backupMagic))
	if _, err := io.ReadFull(b.r, magic); err != nil {
		return nil, cut(err)
	}
	if string(magic) != backupMagic {
		return nil, badBackup("its first line is not that of a backup")
	}
	return b, nil
}

// next gives the next record; its payload is the caller's until the call after.
func (b *backupReader) next() (kind byte, payload []byte, err error) {
	if kind, err = b.r.ReadByte(); err != nil {
		return 0, nil, cut(err)
	}
	size, err := binary.ReadUvarint(b.r)
	if err != nil {
		return 0, nil, cut(err)
	}
	limit := uint64(maxBackupNote)
	if kind == recordRow {
		limit = maxBackupRow
	}
	if size > limit {
		return 0, nil, badBackup("a record of %d bytes", size)
	}
	b.buf.Reset()
	// The buffer grows with what is there, not with what is promised.
	if _, err := io.CopyN(&b.buf, b.r, int64(size)); err != nil {
		return 0, nil, cut(err)
	}
	return kind, b.buf.Bytes(), nil
}

// note reads a record of one kind into v.
func (b *backupReader) note(kind byte, v any) error {
	got, payload, err := b.next()
	if err != nil {
		return err
	}
	if got != kind {
		return badBackup("a record of kind %q where %q is due", got, kind)
	}
	if err := json.Unmarshal(payload, v); err != nil {
		return badBackup("%v", err)
	}
	return nil
}

// atEnd says whether the stream ends here. What lies under the stream checks the
// last of its own seals only then.
func (b *backupReader) atEnd() error {
	if _, err := b.r.ReadByte(); err == nil {
		return badBackup("something follows its end")
	} else if !errors.Is(err, io.EOF) {
		return cut(err)
	}
	return nil
}

// cut is an error of reading the stream, seen as what it means to the operator.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%w (%w)", ErrBadBackup, err)
}

// How a value begins in a row.
const (
	valueNull  = 0
	valueInt   = 1 // then a signed varint
	valueText  = 2 // then the length as a varint, and the bytes
	valueBytes = 3 // likewise
)

// appendValue adds one value of a column to a row.
func appendValue(row []byte, c BackupColumn, v any) ([]byte, error) {
	with := func(tag byte, s []byte) []byte {
		row = append(row, tag)
		row = binary.AppendUvarint(row, uint64(len(s)))
		return append(row, s...)
	}
	switch v := v.(type) {
	case nil:
		return append(row, valueNull), nil
	case int64:
		if c.Type == ColumnInt {
			return binary.AppendVarint(append(row, valueInt), v), nil
		}
	case string:
		if c.Type == ColumnText {
			return with(valueText, []byte(v)), nil
		}
	case []byte:
		if c.Type == ColumnBytes {
			return with(valueBytes, v), nil
		}
	}
	return nil, fmt.Errorf("column %s holds a %T, and its type is %s", c.Name, v, c.Type)
}

// parseRow reads what appendValue wrote into values, one for each column.
func parseRow(row []byte, columns []BackupColumn, values []any) error {
	for i, c := range columns {
		if len(row) == 0 {
			return badBackup("a row is too short")
		}
		tag := row[0]
		row = row[1:]
		want := map[ColumnType]byte{ColumnInt: valueInt, ColumnText: valueText, ColumnBytes: valueBytes}[c.Type]
		switch {
		case tag == valueNull:
			values[i] = nil
			continue
		case tag != want:
			return badBackup("column %s holds what it cannot", c.Name)
		case tag == valueInt:
			v, n := binary.Varint(row)
			if n <= 0 {
				return badBackup("column %s holds no number", c.Name)
			}
			values[i], row = v, row[n:]
			continue
		}
		size, n := binary.Uvarint(row)
		if n <= 0 || size > uint64(len(row)-n) {
			return badBackup("column %s is cut", c.Name)
		}
		content := row[n : n+int(size)]
		row = row[n+int(size):]
		if tag == valueText {
			values[i] = string(content)
		} else {
			values[i] = append([]byte{}, content...)
		}
	}
	if len(row) > 0 {
		return badBackup("a row is too long")
	}
	return nil
}

// rowSource gives the rows of one table out of a backup, and then checks them
// against what the backup says they add up to. It is a pgx.CopyFromSource.
type rowSource struct {
	r        *backupReader
	table    BackupTable
	sum      hash.Hash
	rows     int64
	values   []any
	head     []byte
	end      tableEnd
	err      error
	progress func()
}

// tableEnd is what a table's rows add up to.
type tableEnd struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// Next reads a row; false at the table's end and after an error.
func (s *rowSource) Next() bool {
	if s.err != nil || s.end.Name != "" {
		return false
	}
	kind, payload, err := s.r.next()
	switch {
	case err != nil:
		s.err = err
	case kind == recordTableEnd:
		s.err = s.check(payload)
	case kind != recordRow:
		s.err = badBackup("a record of kind %q among the rows of table %s", kind, s.table.Name)
	case s.rows == s.table.Rows:
		s.err = badBackup("table %s has more than its %d rows", s.table.Name, s.table.Rows)
	default:
		s.head = binary.AppendUvarint(append(s.head[:0], kind), uint64(len(payload)))
		s.sum.Write(s.head)
		s.sum.Write(payload)
		s.rows++
		s.progress()
		s.err = parseRow(payload, s.table.Columns, s.values)
		return s.err == nil
	}
	return false
}

func (s *rowSource) check(payload []byte) error {
	if err := json.Unmarshal(payload, &s.end); err != nil {
		return badBackup("%v", err)
	}
	has := tableEnd{s.table.Name, s.rows, hex.EncodeToString(s.sum.Sum(nil))}
	if s.end != has || s.rows != s.table.Rows {
		return badBackup("the rows of table %s are not those that were written", s.table.Name)
	}
	return nil
}

// Values gives the row that Next read; they are the caller's until the next call.
func (s *rowSource) Values() ([]any, error) { return s.values, s.err }

// Err gives what ended the rows before their end.
func (s *rowSource) Err() error { return s.err }
