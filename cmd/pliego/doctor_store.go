package main

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/store"
	"pliego/internal/vault"
)

func (c *doctorCommand) examineDatabase(p process, e *examination, db *store.DB) {
	version, _, err := db.Server(p.ctx)
	if err != nil {
		e.failed("database", err)
		return
	}
	engine := "SQLite " + version
	if db.Engine() == store.Postgres {
		engine = "PostgreSQL " + version
	}
	const restore = "stop serve, keep the damaged files, and restore a backup into an empty place"
	faults, err := db.Integrity(p.ctx)
	if err != nil {
		e.add("database", problem, restore, "%s opens, but cannot be gone through: %s", engine, oneLine(err))
		return
	}
	if len(faults) > 0 {
		e.add("database", problem, restore, "%s is damaged: %s", engine, strings.Join(faults, ", "))
	} else {
		e.add("database", fine, "", "%s opens and is whole", engine)
	}
	broken, err := db.BrokenReferences(p.ctx)
	switch {
	case err != nil:
		e.failed("references", err)
	case broken > 0:
		e.add("references", problem, restore, "%d foreign keys lead nowhere or were never checked", broken)
	default:
		e.add("references", fine, "", "every foreign key leads somewhere")
	}
}

func (c *doctorCommand) examineKeys(p process, e *examination, db *store.DB) {
	const bring = "bring back the file that belongs to this database, from your copy or a backup"
	check, err := db.Meta(p.ctx, metaVaultCheck)
	if err != nil {
		e.failed("vault key", err)
		return
	}
	v, err := vault.LoadOrCreate(c.vaultKeyFile(), false)
	switch {
	case err != nil:
		e.add("vault key", problem, bring, "%s", oneLine(err))
	case v.Check() != check:
		e.add("vault key", problem, bring, "%s does not belong to this database", c.vaultKeyFile())
	case c.beside(db):
		e.add("vault key", warning, "keep it elsewhere and name it with --vault-key; then a stolen data folder says nothing", "belongs to this database and lies beside it")
	default:
		e.add("vault key", fine, "", "belongs to this database")
	}
	head, err := db.LogHead(p.ctx)
	if err != nil {
		e.failed("log key", err)
		return
	}
	key, err := ledger.LoadOrCreateKey(c.ledgerKeyFile(), false)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.add("log key", problem, bring+"; if it is lost for good, a new log must begin (pliego restore --help)", "%s", oneLine(err))
	case err != nil:
		e.add("log key", problem, bring, "%s", oneLine(err))
	case key.Name() != head.Origin:
		e.add("log key", problem, bring, "%s is the key of %s, and the log is %s", c.ledgerKeyFile(), key.Name(), head.Origin)
	case key.Verifier() != head.Verifier:
		e.add("log key", problem, "start pliego serve, which ends a change of keys that was broken off; if it refuses, "+bring, "%s is not the key that signs the log now", c.ledgerKeyFile())
	default:
		e.add("log key", fine, "", "belongs to the log %s", head.Origin)
	}
}

// beside says whether the vault's key lies in the folder that holds the database.
func (c *doctorCommand) beside(db *store.DB) bool {
	if db.Engine() == store.Postgres {
		return false
	}
	data, err1 := filepath.Abs(c.Data)
	key, err2 := filepath.Abs(c.vaultKeyFile())
	return err1 == nil && err2 == nil && strings.HasPrefix(key, data+string(filepath.Separator))
}

// Times after which what waits should have gone.
const (
	pendingFor = time.Minute
	mailFor    = 10 * time.Minute
)

func (c *doctorCommand) examineLog(p process, e *examination, db *store.DB) {
	head, err := db.LogHead(p.ctx)
	if err != nil {
		e.failed("log", err)
		return
	}
	c.examineTree(p, e, db, head)
	waiting, since, err := db.OldestPending(p.ctx)
	switch {
	case err != nil:
		e.failed("log head", err)
	case head.Frozen:
		e.add("log head", problem, "give the newest published checkpoint: pliego restore --checkpoint FILE", "the log was restored at %d entries and waits; %d more wait for their place, and no signature gets a number", head.Size, waiting)
	case waiting > 0 && time.Since(since) > pendingFor:
		e.add("log head", warning, "is serve running? look at what it logs", "at %d entries; %d wait for their place, the oldest since %s", head.Size, waiting, since.Format("2006-01-02 15:04 MST"))
	default:
		e.add("log head", fine, "", "at %d entries; %d wait for their place", head.Size, waiting)
	}
	wrong, err := db.Miscounted(p.ctx)
	switch {
	case err != nil:
		e.failed("numbers", err)
	case len(wrong) > 0:
		e.add("numbers", problem, "stop serve, keep a backup of what is there, and restore the last good one", "counts and signatures differ in %s", strings.Join(wrong, ", "))
	default:
		e.add("numbers", fine, "", "every letter's counts are those of its signatures")
	}
}

// examineTree compares the log with its newest checkpoint.
func (c *doctorCommand) examineTree(p process, e *examination, db *store.DB, head ledger.Head) {
	const restore = "stop serve, keep what is there, and restore a backup into an empty place"
	size, signed, err := db.LatestCheckpoint(p.ctx)
	if err != nil {
		e.failed("log", err)
		return
	}
	newest := ledger.Checkpoint{Size: -1}
	if size >= 0 {
		keys, err := db.KeyHistory(p.ctx)
		if err != nil {
			e.failed("log", err)
			return
		}
		verifier, err := keys.Signer(size)
		if err != nil {
			e.add("log", problem, restore, "the statements of the log's keys are not right: %s", oneLine(err))
			return
		}
		newest, err = ledger.OpenCheckpoint(verifier, signed)
		if err == nil && newest.Size != size {
			err = errors.New("it speaks of another size than it is kept for")
		}
		if err != nil {
			e.add("log", problem, restore, "the newest checkpoint is not right: %s", oneLine(err))
			return
		}
	}
	if err := db.VerifyLog(p.ctx, newest); err != nil {
		e.add("log", problem, restore, "%s", oneLine(err))
		return
	}
	switch {
	case size < 0:
		e.add("log", warning, "start pliego serve once", "no checkpoint was signed yet")
	case size < head.Size && !head.Frozen:
		e.add("log", warning, "is serve running? it signs each second", "entries, tiles and the newest checkpoint agree, but that is of size %d and the log has %d", size, head.Size)
	default:
		e.add("log", fine, "", "entries, tiles and the newest checkpoint (size %d) agree", size)
	}
}

func (c *doctorCommand) examineOutbox(p process, e *examination, db *store.DB) {
	waiting, failed, err := db.OutboxCounts(p.ctx)
	if err != nil {
		e.failed("outbox", err)
		return
	}
	overdue, err := db.OverdueMail(p.ctx, time.Now().Add(-mailFor))
	if err != nil {
		e.failed("outbox", err)
		return
	}
	switch {
	case overdue > 0:
		e.add("outbox", warning, "is serve running? look at what it logs", "%d mails should have gone long ago; %d wait, %d were given up", overdue, waiting, failed)
	case failed > 0:
		e.add("outbox", warning, "serve's log says why; most often an address does not exist", "%d mails were given up; %d wait", failed, waiting)
	default:
		e.add("outbox", fine, "", "%d mails wait, none was given up", waiting)
	}
}
