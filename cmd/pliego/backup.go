package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/store"
	"pliego/internal/vault"
)

type backupCommand struct {
	storeFlags
	File           string   `arg:"" help:"File to write; it must not exist yet." placeholder:"FILE"`
	Recipient      []string `help:"Encrypt to this age recipient; may be repeated, each can open the backup alone." placeholder:"age1…" sep:"none"`
	RecipientsFile string   `help:"Encrypt to the age recipients in this file, one a line." placeholder:"FILE"`
	PassphraseFile string   `help:"Encrypt with the passphrase in the first line of this file." placeholder:"FILE"`
	WithoutKeys    bool     `help:"Leave the keys out; see below."`
}

func (backupCommand) Help() string {
	return "Writes all that the store holds, as of one moment, beside a running serve. The file fits SQLite and PostgreSQL alike. " +
		"It is always encrypted (age-encryption.org): to recipients, whose identities stay elsewhere, or with a passphrase, " +
		"from --passphrase-file, PLIEGO_BACKUP_PASSPHRASE, or asked for on the terminal.\n\n" +
		"The keys are inside unless --without-keys is given. With them the file alone, once decrypted, is enough to bring the site back, " +
		"and whoever decrypts it can read every signer's address and sign the log in your name. " +
		"Without them nobody can read an address out of it, not even you, unless you keep a copy of vault.key and ledger.key elsewhere: " +
		"if those are lost, the addresses are lost and the log must begin anew.\n\n" +
		"Keep the newest checkpoint that your site published (/ledger/checkpoint) apart from the backups: a restore asks for it.\n\n" +
		"Example: pliego backup pliego-2026-05-01.age --recipient age1…\n\n" +
		"Example: pliego backup /media/usb/pliego.age --data /var/lib/pliego --passphrase-file /root/passphrase"
}

// Names of the store's notes about backups and the log's key.
const (
	metaLastBackup  = "last-backup"  // RFC 3339
	metaLogVerifier = "log-verifier" // so that checkpoints can be checked when the key is lost
)

func (c *backupCommand) Run(p process) error {
	if _, err := os.Lstat(c.File); err == nil {
		return fmt.Errorf("%s exists, and this command overwrites nothing; choose another name", c.File)
	}
	recipients, to, err := c.recipients(p)
	if err != nil {
		return err
	}
	db, err := c.openKept(p, 0)
	if err != nil {
		return err
	}
	defer db.Close()
	keys, err := c.keysOf(p.ctx, db)
	if err != nil {
		return err
	}
	now := time.Now()
	var m *store.Manifest
	size, err := writeAside(c.File, func(w io.Writer) error {
		sealed, err := store.SealBackup(w, recipients...)
		if err != nil {
			return err
		}
		m, err = db.Backup(p.ctx, sealed, store.BackupOptions{At: now, Keys: keys, Progress: progress(p.stderr, "backed up")})
		if err != nil {
			return err
		}
		return sealed.Close()
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Wrote %s: %d letters, %d signatures, the log %s at %d entries; %s, encrypted %s.\n",
		c.File, m.Letters, m.Signatures, m.Origin, m.LogSize, bytesText(size), to)
	if len(keys) == 0 {
		fmt.Fprintln(p.stdout, "The keys are not inside: keep a copy of vault.key and ledger.key elsewhere.")
	} else {
		fmt.Fprintln(p.stdout, "The keys are inside: who opens this file can read every address and sign the log.")
	}
	if m.Checkpoint == "" {
		fmt.Fprintln(p.stdout, "No checkpoint was signed yet.")
	} else {
		fmt.Fprintf(p.stdout, "Newest checkpoint:\n\n%s", m.Checkpoint)
	}
	if err := db.SetMeta(p.ctx, metaLastBackup, now.UTC().Format(time.RFC3339)); err != nil {
		fmt.Fprintln(p.stderr, "pliego: the backup is whole, but its time could not be noted for pliego doctor:", oneLine(err))
	}
	return nil
}

// keysOf reads the keys that go into the backup, and sees that they belong to the
// store.
func (c *backupCommand) keysOf(ctx context.Context, db *store.DB) (map[string][]byte, error) {
	instead := "bring it back, or leave the keys out with --without-keys"
	key, err := ledger.LoadOrCreateKey(c.ledgerKeyFile(), false)
	if err != nil && (!c.WithoutKeys || !errors.Is(err, fs.ErrNotExist)) {
		return nil, fmt.Errorf("%w; %s", err, instead)
	}
	if key != nil {
		head, err := db.LogHead(ctx)
		if err != nil {
			return nil, err
		}
		if head.Origin != key.Name() {
			return nil, fmt.Errorf("the log's key %s is for %s, and this store's log is %s; bring back the key that belongs to it", c.ledgerKeyFile(), key.Name(), head.Origin)
		}
		if err := db.SetMeta(ctx, metaLogVerifier, key.Verifier()); err != nil {
			return nil, err
		}
	}
	if c.WithoutKeys {
		return nil, nil
	}
	v, err := vault.LoadOrCreate(c.vaultKeyFile(), false)
	if err != nil {
		return nil, fmt.Errorf("%w; %s", err, instead)
	}
	check, err := db.Meta(ctx, metaVaultCheck)
	if err != nil {
		return nil, err
	}
	if check != v.Check() {
		return nil, fmt.Errorf("the vault's key %s does not belong to this database; %s", c.vaultKeyFile(), instead)
	}
	files := map[string]string{"vault.key": c.vaultKeyFile()}
	inFolder, err := os.ReadDir(c.keyFolder())
	if err != nil {
		return nil, fmt.Errorf("the key folder: %w", err)
	}
	for _, e := range inFolder {
		if name := e.Name(); name != "vault.key" && store.BackupKeyName(name) {
			files[name] = filepath.Join(c.keyFolder(), name)
		}
	}
	keys := map[string][]byte{}
	for name, file := range files {
		if keys[name], err = readBounded(file, store.MaxBackupKey); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// openKept opens a store that is there already. writeTimeout bounds one write; 0:
// the usual bound.
func (f storeFlags) openKept(p process, writeTimeout time.Duration) (*store.DB, error) {
	cfg := f.config(f.logger(p.stderr))
	cfg.WriteTimeout = writeTimeout
	there, err := store.Exists(cfg)
	if err != nil {
		return nil, err
	}
	if !there {
		return nil, fmt.Errorf("there is no store in %s; name its folder with --data", f.Data)
	}
	db, err := store.Open(p.ctx, cfg)
	if err != nil {
		return nil, err
	}
	if _, err := db.LogHead(p.ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("%w: start pliego serve once, or restore a backup into an empty place", err)
	}
	return db, nil
}

// writeAside writes a file readable by its owner only, under a name of its own
// until it is whole and on disk. A file that is there stays as it is.
func writeAside(file string, write func(io.Writer) error) (size int64, err error) {
	dir := filepath.Dir(file)
	f, err := os.CreateTemp(dir, "."+filepath.Base(file)+".part-*") // made with mode 0600
	if err != nil {
		return 0, fmt.Errorf("write %s: %w", file, err)
	}
	defer os.Remove(f.Name())
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		size, err = f.Seek(0, io.SeekEnd)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return 0, err
	}
	// A link fails where a rename would overwrite; where there are no links (a USB
	// stick), the look before the rename must do.
	err = os.Link(f.Name(), file)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		if _, there := os.Lstat(file); there == nil {
			err = fs.ErrExist
		} else {
			err = os.Rename(f.Name(), file)
		}
	}
	if errors.Is(err, fs.ErrExist) {
		return 0, fmt.Errorf("%s exists, and a backup overwrites nothing; choose another name", file)
	}
	if err != nil {
		return 0, fmt.Errorf("write %s: %w", file, err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return 0, err
	}
	return size, errors.Join(d.Sync(), d.Close())
}

// progress tells of long work every few seconds.
func progress(w io.Writer, done string) store.Progress {
	last := time.Now()
	return func(n, total int64) {
		if now := time.Now(); now.Sub(last) > 2*time.Second {
			last = now
			fmt.Fprintf(w, "pliego: %d of %d rows %s\n", n, total, done)
		}
	}
}

// readBounded reads a small file.
func readBounded(file string, limit int64) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%s is longer than %s; is it the right file?", file, bytesText(limit))
	}
	return b, nil
}

// bytesText is a size for people.
func bytesText(n int64) string {
	units := []string{"bytes", "kB", "MB", "GB", "TB"}
	size, unit := float64(n), 0
	for size >= 1000 && unit < len(units)-1 {
		size /= 1000
		unit++
	}
	if unit == 0 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f %s", size, units[unit])
}

// sortedNames lists the names in a map for a sentence.
func sortedNames[V any](m map[string]V) string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
