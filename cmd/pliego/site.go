package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"pliego/internal/account"
	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/vault"
)

// storeFlags say where the store and its keys are. Commands that touch a store
// embed them.
type storeFlags struct {
	Data      string `help:"Data folder: database, keys, mail for trial (default: ${default})." default:"./pliego-data" placeholder:"DIR"`
	Database  string `help:"PostgreSQL instead of SQLite in the data folder; keys stay in --data." placeholder:"postgres://USER:PASSWORD@HOST/NAME"`
	VaultKey  string `help:"File with the vault's key; default: keys/vault.key in the data folder. Kept elsewhere, a stolen data folder says nothing." placeholder:"FILE"`
	LogFormat string `help:"Log as text or json, on standard error." enum:"text,json" default:"text"`
}

// site is an open store with its keys and the use cases on it.
type site struct {
	db       *store.DB
	vault    *vault.Vault
	key      *ledger.Key
	letters  *letter.Service
	signing  *signature.Service
	accounts *account.Service
	registry *signature.Registry
	log      *slog.Logger
	sequence *ledger.Sequencer
}

func (f storeFlags) keyFolder() string { return filepath.Join(f.Data, "keys") }

func (f storeFlags) vaultKeyFile() string {
	if f.VaultKey != "" {
		return f.VaultKey
	}
	return filepath.Join(f.keyFolder(), "vault.key")
}

func (f storeFlags) ledgerKeyFile() string { return filepath.Join(f.keyFolder(), "ledger.key") }

func (f storeFlags) logger(w io.Writer) *slog.Logger {
	if f.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

func (f storeFlags) config(log *slog.Logger) store.Config {
	return store.Config{Dir: f.Data, URL: f.Database, Log: log}
}

// Names of the store's notes about its keys.
const (
	metaVaultCheck = "vault-key-check"
	metaLogOrigin  = "log-origin"
)

// open opens the store and its keys, making both when they are not there. Keys
// are made only for a store that never had any: a lost key must be noticed, not
// replaced.
func (f storeFlags) open(ctx context.Context, stderr io.Writer) (*site, error) {
	log := f.logger(stderr)
	db, err := store.Open(ctx, f.config(log))
	if err != nil {
		return nil, err
	}
	s, err := f.unlock(ctx, db, log)
	if err != nil {
		db.Close()
		return nil, err
	}
	return s, nil
}

func (f storeFlags) unlock(ctx context.Context, db *store.DB, log *slog.Logger) (*site, error) {
	check, err := db.Meta(ctx, metaVaultCheck)
	if err != nil {
		return nil, err
	}
	v, err := vault.LoadOrCreate(f.vaultKeyFile(), check == "")
	if err != nil {
		return nil, err
	}
	if check, err = db.KeepMeta(ctx, metaVaultCheck, v.Check()); err != nil {
		return nil, err
	}
	if check != v.Check() {
		return nil, fmt.Errorf("the vault's key in %s does not belong to this database; bring back the right file from your copy, or name it with --vault-key", f.vaultKeyFile())
	}
	origin, err := db.Meta(ctx, metaLogOrigin)
	if err != nil {
		return nil, err
	}
	key, err := ledger.LoadOrCreateKey(f.ledgerKeyFile(), origin == "")
	if err != nil {
		return nil, err
	}
	if _, err = db.KeepMeta(ctx, metaLogOrigin, key.Name()); err != nil {
		return nil, err
	}
	if err := db.InitLog(ctx, key.Name(), key.Verifier()); err != nil {
		return nil, err
	}
	head, err := db.LogHead(ctx)
	if err != nil {
		return nil, err
	}
	reload := func(verifier string) (*ledger.Key, error) { return ledger.LoadKey(f.ledgerKeyFile(), verifier) }
	if key, err = reload(head.Verifier); err != nil {
		return nil, err
	}
	s := &site{
		db: db, vault: v, key: key, log: log,
		letters:  &letter.Service{Store: db, Now: time.Now},
		accounts: &account.Service{Store: db, Vault: v, Now: time.Now},
		signing:  &signature.Service{Store: db, Vault: v, Now: time.Now},
		registry: &signature.Registry{Store: db, Log: log, Now: time.Now},
		sequence: &ledger.Sequencer{Store: db, Key: key, Reload: reload, Log: log},
	}
	// The first checkpoint exists from the store's creation.
	return s, s.sequence.SignHead(ctx)
}

// keeper erases what has been kept long enough.
func (s *site) keeper() *signature.Keeper {
	return &signature.Keeper{Store: s.db, Log: s.log, Now: time.Now}
}

// openOnTime opens letters as their embargoes end.
func (s *site) openOnTime(ctx context.Context) {
	s.letters.Run(ctx, func(opened []string, err error) {
		if len(opened) > 0 {
			s.log.Info("embargo ended: open for signing", "letters", opened)
		}
		if err != nil {
			s.log.Error("cannot open letters whose embargo has ended; trying again", "error", err)
		}
	})
}

// settle gives everything recorded its place, unless the log waits after a
// restore.
func (s *site) settle(ctx context.Context) error {
	head, err := s.db.LogHead(ctx)
	if err != nil || head.Frozen {
		return err
	}
	if err := s.sequence.SequenceAll(ctx); err != nil {
		return err
	}
	return s.sequence.SignHead(ctx)
}

func (s *site) close() error { return s.db.Close() }
