package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// NextKeyFile is where the key of a new log waits until the store has switched
// to it.
func NextKeyFile(file string) string { return file + ".next" }

// UseNextKey puts the key in NextKeyFile in the place of the one in file. The old
// one, if there is one, stays beside it under the name of its origin, which is
// returned. Done again after a crash it goes on where it stopped.
func UseNextKey(file string) (kept string, err error) {
	old, err := LoadOrCreateKey(file, false)
	switch {
	case err == nil:
		kept = besides(file, "ledger-"+fileWord(old.Name())+".key")
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	return kept, replaceKey(file, NextKeyFile(file), kept)
}

// rotatedKeyFile is where a log's next key waits until the store has switched to
// it. A backup takes it along.
func rotatedKeyFile(file string) string { return besides(file, "ledger-next.key") }

// NextKey makes the key that is to follow the one in file, of the same origin,
// and lets it wait beside it. One that waits there already is taken.
func NextKey(file string, old *Key) (*Key, error) {
	waits := rotatedKeyFile(file)
	if _, err := os.Stat(waits); errors.Is(err, fs.ErrNotExist) {
		if err := createKey(waits, old.Name()); err != nil {
			return nil, fmt.Errorf("make the log's next key: %w", err)
		}
	}
	next, err := LoadOrCreateKey(waits, false)
	if err != nil {
		return nil, err
	}
	if next.Name() != old.Name() {
		return nil, fmt.Errorf("%s is a key of log %s, and this log is %s: put it elsewhere", waits, next.Name(), old.Name())
	}
	return next, nil
}

// LoadKey reads the log's key from file: the one with the given verifier, as the
// store has it. When that waits as NextKey left it, it is first put in its place,
// and the one before it stays beside it.
func LoadKey(file, verifier string) (*Key, error) {
	old, err := LoadOrCreateKey(file, false)
	if err != nil || old.Verifier() == verifier {
		return old, err
	}
	next, err := LoadOrCreateKey(rotatedKeyFile(file), false)
	if err == nil && next.Verifier() == verifier {
		word := fileWord(old.Name()) + "-" + fmt.Sprintf("%08x", old.KeyHash())
		err = replaceKey(file, rotatedKeyFile(file), besides(file, "ledger-"+word+".key"))
		if err == nil {
			return next, nil
		}
	}
	if errors.Is(err, fs.ErrNotExist) { // another process may have been faster
		if old, err := LoadOrCreateKey(file, false); err != nil || old.Verifier() == verifier {
			return old, err
		}
		err = nil
	}
	if err == nil {
		err = fmt.Errorf("the log's key in %s is not the one that signs this log now, %s: bring back the key folder that belongs to this database", file, verifier)
	}
	return nil, err
}

// replaceKey puts the key that waits in the place of the one in file, which stays
// as kept unless that is "".
func replaceKey(file, waits, kept string) error {
	if kept != "" {
		if err := os.Link(file, kept); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("keep the log's old key: %w", err)
		}
	}
	if err := os.Rename(waits, file); err != nil {
		return fmt.Errorf("put the log's new key in its place: %w", err)
	}
	d, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// besides is a file in the same folder.
func besides(file, name string) string { return filepath.Join(filepath.Dir(file), name) }

// fileWord makes of an origin a part of a file's name.
func fileWord(origin string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.TrimPrefix(strings.ToLower(origin), "pliego/"))
}
