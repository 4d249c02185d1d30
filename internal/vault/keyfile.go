package vault

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// LoadOrCreate reads the vault's key from file. When the file is missing and
// mayCreate is true it makes a new key first: written aside, synced, and linked
// into place, so that of two processes starting at once one key wins.
func LoadOrCreate(file string, mayCreate bool) (*Vault, error) {
	key, err := readKey(file)
	if errors.Is(err, fs.ErrNotExist) && mayCreate {
		if err := createKey(file); err != nil {
			return nil, fmt.Errorf("make the vault's key %s: %w", file, err)
		}
		key, err = readKey(file)
	}
	if err != nil {
		return nil, fmt.Errorf("read the vault's key: %w", err)
	}
	return New(key)
}

const keyComment = "# The key of Pliego's vault. Who has it and the database can read every signer's address; without it nobody can. Keep a copy apart.\n"

func createKey(file string) error {
	var key [KeySize]byte
	rand.Read(key[:])
	return CreateKeyFile(file, []byte(keyComment+hex.EncodeToString(key[:])+"\n"))
}

// CreateKeyFile writes a new key file, readable by its owner only: aside,
// synced, and then linked into place. A file that is there already stays, so
// of two processes making a key at once both use the winner's.
func CreateKeyFile(file string, content []byte) error {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, ".key-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(content)
	if err == nil {
		err = tmp.Sync()
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func readKey(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, err := hex.DecodeString(line)
		if err != nil || len(key) != KeySize {
			return nil, fmt.Errorf("%s holds no key of %d bytes in hexadecimal; bring back the right file from your copy", file, KeySize)
		}
		return key, nil
	}
	if err := sc.Err(); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%s is empty; bring back the right file from your copy", file)
}
