package storetest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"pliego/internal/store"
	"pliego/internal/store/postgres"
)

// shared is the one server of this process, started when a test first needs it.
var shared struct {
	sync.Mutex
	server *PostgresServer
	err    error
}

// sharedServer gives the running server that EnvURL names, or starts one.
func sharedServer(t testing.TB) *PostgresServer {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		if running := os.Getenv(EnvURL); running != "" {
			shared.server = &PostgresServer{URL: running}
		} else {
			shared.server, shared.err = StartPostgres(false)
		}
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.server
}

func stopShared() error {
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil || shared.server.keeper == nil {
		return nil
	}
	return shared.server.Stop()
}

// Create makes an empty database for a test, which drops it when it ends, and gives
// its URL.
func (s *PostgresServer) Create(t testing.TB) string {
	t.Helper()
	return s.create(t, "template0")
}

// create makes a database that is a copy of template, drops it when the test ends,
// and gives its URL.
func (s *PostgresServer) create(t testing.TB, template string) string {
	t.Helper()
	name := "pliego_test_" + strings.ToLower(rand.Text())
	if err := s.exec("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		t.Fatalf("create a database for the test: %v", err)
	}
	t.Cleanup(func() {
		if err := s.exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return s.Database(name)
}

// createMigrated is create with the schema in the database: it is migrated once,
// into a template that later tests and test binaries copy.
func (s *PostgresServer) createMigrated(t testing.TB) string {
	t.Helper()
	template, err := s.template()
	if err != nil {
		t.Fatalf("make the template database: %v", err)
	}
	return s.create(t, template)
}

var templates sync.Mutex

// template gives the name of the database that holds nothing but the schema. Its
// name is that of the migrations' content; it is made under another name, so that
// one that bears it is whole.
func (s *PostgresServer) template() (name string, err error) {
	templates.Lock()
	defer templates.Unlock()
	sum, err := fingerprint(postgres.Migrations())
	if err != nil {
		return "", err
	}
	name = "pliego_template_" + sum
	admin, err := sql.Open("pgx", s.URL)
	if err != nil {
		return "", err
	}
	defer admin.Close()
	ctx := context.Background()
	conn, err := admin.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close() // and with it the lock ends
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
		return "", err
	}
	var there bool
	err = conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there)
	if err != nil || there {
		return name, err
	}
	draft := "pliego_draft_" + strings.ToLower(rand.Text())
	if _, err := conn.ExecContext(ctx, "CREATE DATABASE "+draft+" TEMPLATE template0"); err != nil {
		return "", err
	}
	db, err := store.Open(ctx, store.Config{URL: s.Database(draft), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return "", err
	}
	if err := db.Close(); err != nil {
		return "", err
	}
	_, err = conn.ExecContext(ctx, "ALTER DATABASE "+draft+" RENAME TO "+name)
	return name, err
}

// fingerprint is a short name for the content of files.
func fingerprint(files fs.FS) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, path)
		fmt.Fprintf(h, "%q %q\n", path, content)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:8]), err
}

// Database is the server's URL with another database.
func (s *PostgresServer) Database(name string) string {
	u, err := url.Parse(s.URL)
	if err != nil {
		panic(fmt.Sprintf("%s is not a URL: %v", EnvURL, err))
	}
	u.Path = "/" + name
	return u.String()
}

func (s *PostgresServer) exec(query string) error {
	db, err := sql.Open("pgx", s.URL)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(query)
	return err
}
