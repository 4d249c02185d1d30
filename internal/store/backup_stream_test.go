package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"
)

// smallBackup is a stream of one table with every kind of value.
func smallBackup(t testing.TB) []byte {
	t.Helper()
	table := BackupTable{Name: "item", Columns: []BackupColumn{{"bytes", ColumnBytes}, {"id", ColumnText}, {"n", ColumnInt}}, Rows: 3}
	m := Manifest{Format: BackupFormat, Schema: 1, At: time.Unix(1e9, 0).UTC(), Origin: "pliego/test",
		Keys: map[string]string{"vault.key": keySum([]byte("k"))}, Tables: []BackupTable{table}}
	var b bytes.Buffer
	b.WriteString(backupMagic)
	w := &backupWriter{w: &b}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.note(recordHeader, m))
	must(w.note(recordKey, backupKey{"vault.key", []byte("k")}))
	must(w.note(recordTable, "item"))
	sum := sha256.New()
	for _, values := range [][]any{{[]byte{}, "", int64(0)}, {nil, nil, nil}, {[]byte{0, 255}, "ñ\x00", int64(math.MinInt64)}} {
		var row []byte
		for i, v := range values {
			var err error
			row, err = appendValue(row, table.Columns[i], v)
			must(err)
		}
		must(w.record(recordRow, row, sum))
	}
	m.Tables[0].SHA256 = sumSHA256(sum)
	must(w.note(recordTableEnd, tableEnd{"item", 3, m.Tables[0].SHA256}))
	must(w.note(recordEnd, m))
	return b.Bytes()
}

// readBackup reads a whole stream and gives its rows; nothing else is done with it.
func readBackup(stream []byte) (m *Manifest, rows [][]any, err error) {
	in, err := newRestorer(bytes.NewReader(stream), RestoreOptions{}, 1)
	if err != nil {
		return nil, nil, err
	}
	for i := range in.manifest.Tables {
		err := in.table(&in.manifest.Tables[i], func() {}, func(t BackupTable, source *rowSource) error {
			for source.Next() {
				rows = append(rows, append([]any(nil), source.values...))
			}
			return source.Err()
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return in.manifest, rows, in.end()
}

func TestBackupStreamGivesBackWhatWasWritten(t *testing.T) {
	m, rows, err := readBackup(smallBackup(t))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]any{{[]byte{}, "", int64(0)}, {nil, nil, nil}, {[]byte{0, 255}, "ñ\x00", int64(math.MinInt64)}}
	if !reflect.DeepEqual(rows, want) || m.Origin != "pliego/test" {
		t.Errorf("rows are %q of %+v", rows, m)
	}
}

func TestBackupStreamIsRefusedWhereverItIsCutOrChanged(t *testing.T) {
	stream := smallBackup(t)
	_, whole, err := readBackup(stream)
	if err != nil {
		t.Fatal(err)
	}
	for at := range stream {
		if _, _, err := readBackup(stream[:at]); !errors.Is(err, ErrBadBackup) {
			t.Errorf("cut at %d: %v", at, err)
		}
		for bit := range 8 {
			changed := bytes.Clone(stream)
			changed[at] ^= 1 << bit
			// JSON can be written in more ways than one; rows cannot.
			if _, rows, err := readBackup(changed); err == nil && !reflect.DeepEqual(rows, whole) {
				t.Errorf("byte %d, bit %d: other rows were taken", at, bit)
			}
		}
	}
	if _, _, err := readBackup(append(bytes.Clone(stream), 0)); !errors.Is(err, ErrBadBackup) {
		t.Errorf("more at the end: %v", err)
	}
}

func TestBackupHeaderCannotNameForeignFilesOrSizes(t *testing.T) {
	for _, name := range []string{"../vault.key", "vault.key/..", "", "other.key", "ledger-.key/x", "/etc/passwd", "ledger-A.key"} {
		if BackupKeyName(name) {
			t.Errorf("%q may be a key's name", name)
		}
	}
	for what, change := range map[string][2]string{
		"two keys of one name": {`"vault.key"`, `"../..key"`},
		"a negative count":     {`"rows":3`, `"rows":-3`},
		"a newer format":       {`"format":1`, `"format":2`},
	} {
		stream := bytes.Replace(smallBackup(t), []byte(change[0]), []byte(change[1]), 1)
		if _, _, err := readBackup(stream); !errors.Is(err, ErrBadBackup) {
			t.Errorf("%s: %v", what, err)
		}
	}
	huge := append([]byte(backupMagic), recordHeader, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)
	if _, _, err := readBackup(huge); !errors.Is(err, ErrBadBackup) {
		t.Errorf("a record of all the memory there is: %v", err)
	}
}

func TestBackupRefusesAValueThatItsColumnCannotHold(t *testing.T) {
	for _, v := range []any{"text", []byte("bytes"), 1.5, true} {
		if _, err := appendValue(nil, BackupColumn{"n", ColumnInt}, v); err == nil {
			t.Errorf("a column of numbers took a %T", v)
		}
	}
}

func FuzzReadBackup(f *testing.F) {
	stream := smallBackup(f)
	f.Add(stream)
	f.Add(stream[:len(stream)/2])
	f.Add([]byte(backupMagic))
	f.Add(fmt.Append([]byte(backupMagic), "H\x02{}M\x02{}"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		m, rows, err := readBackup(stream)
		if err == nil && m.Rows() != int64(len(rows)) {
			t.Errorf("%d rows were read, and the manifest counts %d", len(rows), m.Rows())
		}
		if err != nil && !errors.Is(err, ErrBadBackup) && !errors.Is(err, ErrNewerSchema) {
			t.Errorf("an error without a name: %v", err)
		}
	})
}
