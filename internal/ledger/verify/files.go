package verify

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// File is an open file of a record.
type File = io.ReadCloser

// The most bytes that a file may have; far above any real one.
const (
	maxNote     = 1 << 20
	maxKey      = 4 << 10
	maxBundle   = 256 * (2 + 1<<16)
	maxOpenings = 32 << 20
	maxLetters  = 256 << 20
	maxLetter   = 32 << 20
	maxRow      = 64 << 10 // one line of the list of signatures
)

// FS gives the files of a folder or of anything else that is a file system.
func FS(files fs.FS) Files { return fsFiles{files} }

type fsFiles struct{ files fs.FS }

func (f fsFiles) Open(ctx context.Context, name string) (File, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return f.files.Open(name)
}

// Bundle opens a bundle: a ZIP of the files. A bundle may come from anybody, so
// what is read of each file is bounded, whatever its directory says; maxFiles
// bounds the directory itself, which is read into memory.
func Bundle(r io.ReaderAt, size int64, maxFiles int) (Files, error) {
	if err := countDirectory(r, size, maxFiles); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("this is no bundle of a record: %w", err)
	}
	return FS(z), nil
}

// directoryMark begins each file's line in a ZIP's directory.
var directoryMark = []byte("PK\x01\x02")

// countDirectory refuses a ZIP that may list more than maxFiles files, before
// anything of its directory is kept.
func countDirectory(r io.ReaderAt, size int64, maxFiles int) error {
	const step = 1 << 20
	buf := make([]byte, step+len(directoryMark)-1)
	marks := 0
	for at := int64(0); at < size; at += step {
		n, err := r.ReadAt(buf[:min(int64(len(buf)), size-at)], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read the bundle: %w", err)
		}
		if marks += bytes.Count(buf[:n], directoryMark); marks > maxFiles {
			return fmt.Errorf("this bundle lists more than %d files, and is not read", maxFiles)
		}
	}
	return nil
}

// errTooLong says that a file is longer than any real one.
var errTooLong = errors.New("it is longer than any real one")

// read reads a whole file of at most limit bytes.
func read(ctx context.Context, files Files, name string, limit int64) ([]byte, error) {
	f, err := files.Open(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("read %s: %w", name, errTooLong)
	}
	return b, nil
}

// needed makes of a file that is not there, or is no such file, the lie that it is.
func needed(name string, entry int64, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return lie(Missing, entry, "%s is missing, although the checkpoint covers it", name)
	}
	if errors.Is(err, errTooLong) {
		return lie(Missing, entry, "%s cannot be what it should be: %v", name, errTooLong)
	}
	return err
}
