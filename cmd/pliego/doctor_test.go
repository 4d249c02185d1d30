package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"pliego/internal/ledger"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// exec writes into the store what no use case would.
func (p storePlace) exec(query string, args ...any) {
	p.t.Helper()
	db := storetest.Open(p.t, p.flags.config(nil))
	err := db.Write(context.Background(), func(tx *store.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
	p.check(err)
	p.check(db.Close())
}

// oldID is an ID as it was made two minutes ago.
func oldID() string {
	id := uuid.Must(uuid.NewV7())
	ms := time.Now().Add(-2 * time.Minute).UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (8 * (5 - i)))
	}
	return id.String()
}

func TestDoctorFindsNothingWhereAllIsWell(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		p := placeOf(t, cfg)
		p.letter("first-letter")
		p.sign("first-letter", "Alpha", "Beta")
		_, recipient := ageKey(t)
		p.must("backup", filepath.Join(t.TempDir(), "b.age"), "--recipient", recipient)
		want := map[string]verdict{"files": fine, "disk": fine, "mail": warning, "database": fine, "references": fine, "schema": fine,
			"vault key": fine, "log key": fine, "log": fine, "log head": fine, "numbers": fine, "outbox": fine, "clock": fine, "backup": fine}
		if cfg.URL == "" {
			want["vault key"] = warning // it lies beside the data
		}
		got := doctorFinds(t, p)
		for check, v := range want {
			if check == "disk" && got[check] == warning {
				continue // the machine that runs the tests may be full
			}
			if got[check] != v {
				t.Errorf("%s is %s, want %s", check, got[check], v)
			}
		}
		if len(got) != len(want) {
			t.Errorf("doctor looks at %v", got)
		}
		if out := p.must("doctor"); strings.Count(out, "\n") != len(want) {
			t.Errorf("doctor prints\n%s", out)
		}
		if cfg.URL == "" {
			elsewhere := filepath.Join(t.TempDir(), "vault.key")
			p.check(os.Rename(p.flags.vaultKeyFile(), elsewhere))
			if got := doctorFinds(t, p, "--vault-key", elsewhere); got["vault key"] != fine {
				t.Errorf("a vault's key kept elsewhere is %s", got["vault key"])
			}
		}
	})
}

func TestDoctorFindsEachFault(t *testing.T) {
	faults := []struct {
		check string
		want  verdict
		plant func(p storePlace)
		flags []string
	}{
		{"files", problem, func(p storePlace) { p.check(os.Chmod(p.flags.ledgerKeyFile(), 0o644)) }, nil},
		{"files", warning, func(p storePlace) { p.check(os.Chmod(p.flags.Data, 0o755)) }, nil},
		{"mail", problem, func(storePlace) {}, []string{"--mail", "smtp://127.0.0.1:1", "--mail-from", "letters@example.org"}},
		{"schema", problem, func(p storePlace) {
			p.exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (999999, ` + p.yes() + `)`)
		}, nil},
		{"vault key", problem, func(p storePlace) { p.check(os.Remove(p.flags.vaultKeyFile())) }, nil},
		{"vault key", problem, func(p storePlace) {
			p.check(os.WriteFile(p.flags.vaultKeyFile(), []byte(strings.Repeat("ab", 32)+"\n"), 0o600))
		}, nil},
		{"log key", problem, func(p storePlace) { p.check(os.Remove(p.flags.ledgerKeyFile())) }, nil},
		{"log key", problem, func(p storePlace) {
			p.check(os.Remove(p.flags.ledgerKeyFile()))
			_, err := ledger.LoadOrCreateKey(p.flags.ledgerKeyFile(), true)
			p.check(err)
		}, nil},
		{"log", problem, func(p storePlace) { p.exec(`UPDATE ledger_entry SET data = $1 WHERE leaf = 1`, []byte("x")) }, nil},
		{"log", problem, func(p storePlace) { p.exec(`DELETE FROM ledger_entry WHERE leaf = 2`) }, nil},
		{"log", problem, func(p storePlace) { p.exec(`DELETE FROM ledger_tile`) }, nil},
		{"log", problem, func(p storePlace) { p.exec(`UPDATE checkpoint SET note = $1`, []byte("x")) }, nil},
		{"log", warning, func(p storePlace) { p.exec(`DELETE FROM checkpoint`) }, nil},
		{"log head", problem, func(p storePlace) { p.exec(`UPDATE log_head SET frozen = 1`) }, nil},
		{"log head", warning, func(p storePlace) {
			p.exec(`INSERT INTO ledger_pending (id, kind, letter_id, subject, data) VALUES ($1, 'text', '', '', $2)`, oldID(), []byte("x"))
		}, nil},
		{"numbers", problem, func(p storePlace) { p.exec(`UPDATE letter SET organisations = organisations + 1`) }, nil},
		{"numbers", problem, func(p storePlace) { p.exec(`UPDATE letter SET highest_number = 1`) }, nil},
		{"outbox", warning, func(p storePlace) { p.exec(`UPDATE outbox SET failed = 'refused'`) }, nil},
		{"outbox", warning, func(p storePlace) { p.exec(`UPDATE outbox SET due_at = 1`) }, nil},
		{"clock", problem, func(p storePlace) { p.exec(`UPDATE letter SET created_at = $1`, time.Now().Add(time.Hour).UnixMilli()) }, nil},
		{"backup", warning, func(p storePlace) {
			p.exec(`UPDATE meta SET value = $1 WHERE key = $2`, time.Now().Add(-8*24*time.Hour).Format(time.RFC3339), metaLastBackup)
		}, nil},
		{"backup", warning, func(p storePlace) { p.exec(`DELETE FROM meta WHERE key = $1`, metaLastBackup) }, nil},
	}
	storetest.EachConfig(t, func(t *testing.T, cfg store.Config) {
		// One sound store, copied for each fault by its backup.
		sound := placeOf(t, cfg)
		sound.letter("first-letter")
		sound.sign("first-letter", "Alpha", "Beta")
		identity, recipient := ageKey(t)
		file := filepath.Join(t.TempDir(), "b.age")
		sound.must("backup", file, "--recipient", recipient)
		sound.must("backup", file+"2", "--recipient", recipient) // holds the time of the first
		checkpoint := sound.checkpoint()
		for _, f := range faults {
			t.Run(f.check, func(t *testing.T) {
				p := emptyLike(t, cfg)
				p.must("restore", file+"2", "--identity", identity, "--checkpoint", checkpoint)
				if before := doctorFinds(t, p); before[f.check] == f.want {
					t.Fatalf("%s is %s before anything was planted", f.check, f.want)
				}
				f.plant(p)
				if got := doctorFinds(t, p, f.flags...); got[f.check] != f.want {
					t.Errorf("%s is %q, want %s", f.check, got[f.check], f.want)
				}
			})
		}
	})
}

// yes is true in the store's SQL.
func (p storePlace) yes() string {
	if p.flags.Database != "" {
		return "true"
	}
	return "1"
}

func TestDoctorFindsWhatIsNoStore(t *testing.T) {
	p := placeOf(t, storetest.SQLite(t))
	if got := doctorFinds(t, p); got["database"] != problem {
		t.Errorf("an empty folder: %v", got)
	}
	if left, err := os.ReadDir(p.flags.Data); err != nil || len(left) > 1 { // the trial's mail folder may be made
		t.Errorf("doctor left %v, %v", left, err)
	}
	p.check(os.WriteFile(filepath.Join(p.flags.Data, "pliego.db"), []byte(strings.Repeat("no database ", 1000)), 0o600))
	if got := doctorFinds(t, p); got["database"] != problem {
		t.Errorf("a file that is no database: %v", got)
	}
	if got := doctorFinds(t, placeOf(t, storetest.EmptyPostgres(t))); got["schema"] != problem {
		t.Errorf("an empty PostgreSQL database: %v", got)
	}
}

func TestDoctorFindsADamagedDatabaseFile(t *testing.T) {
	p := placeOf(t, storetest.SQLite(t))
	p.letter("first-letter")
	p.sign("first-letter", "Alpha")
	file := filepath.Join(p.flags.Data, "pliego.db")
	content, err := os.ReadFile(file)
	p.check(err)
	for i := len(content) / 2; i < len(content)/2+16*1024; i++ {
		content[i] = 0x55
	}
	p.check(os.WriteFile(file, content, 0o600))
	if got := doctorFinds(t, p); got["database"] != problem {
		t.Errorf("a damaged file: %v", got)
	}
}

func TestDoctorJudgesClockAndSpace(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for what, c := range map[string]struct {
		newest, built time.Time
		ahead         time.Duration
		want          verdict
	}{
		"all before now":           {now.Add(-time.Hour), now.Add(-time.Hour), time.Second, fine},
		"nothing known":            {time.Time{}, time.Time{}, 0, fine},
		"a record a moment ahead":  {now.Add(30 * time.Second), time.Time{}, 0, fine},
		"a record of the future":   {now.Add(2 * time.Minute), time.Time{}, 0, problem},
		"a program of the future":  {now, now.Add(time.Second), 0, problem},
		"the server's clock ahead": {now, now, time.Minute, warning},
		"the server's clock back":  {now, now, -time.Minute, warning},
	} {
		if got, _, says := clockVerdict(now, c.newest, c.built, c.ahead); got != c.want {
			t.Errorf("%s: %s, %q; want %s", what, got, says, c.want)
		}
	}
	for _, c := range []struct {
		free, size int64
		want       verdict
	}{{2 << 30, 10 << 30, fine}, {1<<30 - 1, 2 << 30, warning}, {5 << 30, 100 << 30, warning}, {0, 0, warning}} {
		if got, _ := spaceVerdict(c.free, c.size); got != c.want {
			t.Errorf("%d of %d free: %s, want %s", c.free, c.size, got, c.want)
		}
	}
}

func TestDoctorJSONIsWhatItPrints(t *testing.T) {
	p := placeOf(t, storetest.SQLite(t))
	_, stdout, _ := command(t, p.args("doctor", "--json")...)
	var out struct {
		Findings []struct{ Check, Status, Message, Do string }
		Problems *int
	}
	if err := json.Unmarshal([]byte(stdout), &out); err != nil || out.Problems == nil || len(out.Findings) == 0 {
		t.Errorf("doctor --json prints %q: %v", stdout, err)
	}
}
