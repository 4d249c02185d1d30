package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"pliego/internal/ledger"
	"pliego/internal/store"
	"pliego/internal/vault"
)

type restoreCommand struct {
	storeFlags
	File           string           `arg:"" optional:"" help:"Backup to restore; leave it out to let a restored log go on." placeholder:"FILE"`
	Identity       []string         `help:"File with the age identity that opens the backup." placeholder:"FILE" sep:"none"`
	PassphraseFile string           `help:"File whose first line is the backup's passphrase." placeholder:"FILE"`
	Checkpoint     string           `help:"The newest checkpoint that the site published: when the backup agrees with it, the log goes on." placeholder:"FILE"`
	NewLog         bool             `help:"Begin a new log that names the old one, when the old one may not go on."`
	Highest        map[string]int64 `help:"With --new-log: the highest number that a letter ever showed; may be repeated." placeholder:"LETTER=N"`
}

func (restoreCommand) Help() string {
	return "Restores a backup into an empty place: a data folder without database and keys, or an empty PostgreSQL database. Nothing is overwritten, " +
		"and the store is there whole or not at all. The passphrase comes from --passphrase-file, PLIEGO_BACKUP_PASSPHRASE, or the terminal. " +
		"Keys that are in the backup go into the key folder; else put your copy of vault.key and ledger.key there.\n\n" +
		"What was published after the backup is not in it. A log that went on from the backup's end would contradict it, and numbers would be given twice. " +
		"So the restored log waits: serve runs and takes signatures, but none gets a number until you give the newest checkpoint that was published " +
		"(--checkpoint; yours, a reader's or a mirror's copy of /ledger/checkpoint). When the backup has all that it speaks of, the log goes on. " +
		"Otherwise restore a newer backup, or begin a new log with --new-log: it names the old one, holds its entries again, and gives numbers above the highest " +
		"that can have been given: found from --checkpoint, or said by --highest. Start serve anew after it.\n\n" +
		"Example: pliego restore pliego.age --data /var/lib/pliego --identity key.txt --checkpoint checkpoint.txt\n\n" +
		"Example: pliego restore --data /var/lib/pliego --new-log --checkpoint checkpoint.txt"
}

// Validate refuses flags that say nothing together.
func (c *restoreCommand) Validate() error {
	switch {
	case c.File == "" && c.Checkpoint == "" && !c.NewLog:
		return errors.New("say which backup FILE to restore, or how a restored log goes on: --checkpoint FILE or --new-log")
	case len(c.Highest) > 0 && !c.NewLog:
		return errors.New("--highest goes with --new-log")
	}
	return nil
}

func (c *restoreCommand) Run(p process) error {
	if c.File != "" {
		if err := c.restore(p); err != nil {
			return err
		}
	}
	switch {
	case c.NewLog:
		return c.newLog(p)
	case c.Checkpoint != "":
		return c.resume(p)
	}
	fmt.Fprintln(p.stdout, "The log waits: nothing gets a number until you give the newest checkpoint that was published, with pliego restore --checkpoint FILE.")
	return nil
}

// restore brings the backup into its place.
func (c *restoreCommand) restore(p process) error {
	f, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("the backup: %w", err)
	}
	defer f.Close()
	identities, err := c.identities(p)
	if err != nil {
		return err
	}
	stream, err := store.OpenBackup(f, identities...)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	defer stream.Close()
	m, err := store.Restore(p.ctx, c.config(c.logger(p.stderr)), stream, store.RestoreOptions{
		Keys: c.placeKeys, Progress: progress(p.stderr, "restored"),
	})
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	fmt.Fprintf(p.stdout, "Restored %s of %s: %d letters, %d signatures, the log %s at %d entries.\n",
		c.File, m.At.Format("2006-01-02 15:04 MST"), m.Letters, m.Signatures, m.Origin, m.LogSize)
	if len(m.Keys) == 0 {
		fmt.Fprintf(p.stdout, "The backup holds no keys: put your copies at %s and %s before you start serve.\n", c.vaultKeyFile(), c.ledgerKeyFile())
	} else {
		fmt.Fprintf(p.stdout, "Keys restored: %s.\n", sortedNames(m.Keys))
	}
	return nil
}

// keyFile is the place of a key in a backup.
func (c *restoreCommand) keyFile(name string) string {
	if name == "vault.key" {
		return c.vaultKeyFile()
	}
	return filepath.Join(c.keyFolder(), name)
}

// placeKeys puts the keys of a backup into their places. Keys that are there
// already stay: the very same are what an interrupted restore left, or what the
// operator brought for a backup without keys; any other is a reason to stop.
func (c *restoreCommand) placeKeys(m *store.Manifest, keys map[string][]byte) (undo func() error, err error) {
	var placed []string
	undo = func() error {
		var errs []error
		for _, file := range placed {
			errs = append(errs, os.Remove(file))
		}
		return errors.Join(errs...)
	}
	if len(keys) == 0 {
		return undo, c.checkBroughtKey(m)
	}
	for name := range keys {
		has, err := readBounded(c.keyFile(name), store.MaxBackupKey)
		if err == nil && !bytes.Equal(has, keys[name]) {
			return nil, fmt.Errorf("%w, and %s is another key than the backup's: name an empty folder with --data", store.ErrNotEmpty, c.keyFile(name))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err == nil {
			continue
		}
		if err := vault.CreateKeyFile(c.keyFile(name), keys[name]); err != nil {
			return nil, errors.Join(fmt.Errorf("restore the keys: %w", err), undo())
		}
		placed = append(placed, c.keyFile(name))
	}
	return undo, nil
}

// checkBroughtKey sees, for a backup without keys, that the log's key that is
// there, if one is, belongs to it.
func (c *restoreCommand) checkBroughtKey(m *store.Manifest) error {
	key, err := ledger.LoadOrCreateKey(c.ledgerKeyFile(), false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if key.Name() != m.Origin {
		return fmt.Errorf("%w, and %s is the key of log %s, while the backup's log is %s: name another folder with --data", store.ErrNotEmpty, c.ledgerKeyFile(), key.Name(), m.Origin)
	}
	return nil
}
