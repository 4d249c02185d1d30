package main

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// benchPostgres prints one line a step of signing on a PostgreSQL that waits for its
// disk, and one of what pgbench makes of the same transaction: of the same statements,
// with as many connections as the program writes with, and nothing else to do.
func benchPostgres(r *run) (err error) {
	server, err := storetest.StartPostgres(true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	for _, clients := range signClients {
		got, err := postgresStep(r, server, clients)
		if err != nil {
			return err
		}
		fmt.Println(got.line("postgres"))
		if got.rows != got.good || got.bad > 0 {
			return fmt.Errorf("postgres, %d clients: %d rows for %d accepted posts, and %d other answers", clients, got.rows, got.good, got.bad)
		}
		line, err := pgbench(r, server.Database(databaseOf(clients)), min(clients, postgresWriters))
		if err != nil {
			return err
		}
		fmt.Printf("pgbench %d connections: %s\n", min(clients, postgresWriters), line)
	}
	return nil
}

// postgresWriters is how many transactions the store runs at once.
const postgresWriters = 32

func databaseOf(clients int) string { return "sign_" + strconv.Itoa(clients) }

// postgresStep is signStep on a database of its own.
func postgresStep(r *run, server *storetest.PostgresServer, clients int) (signed, error) {
	db, err := sql.Open("pgx", server.URL)
	if err != nil {
		return signed{}, err
	}
	defer db.Close()
	if _, err := db.Exec("CREATE DATABASE " + databaseOf(clients)); err != nil {
		return signed{}, err
	}
	url := server.Database(databaseOf(clients))
	s, _, err := r.start("postgres-"+strconv.Itoa(clients), "--demo", "--database", url)
	if err != nil {
		return signed{}, err
	}
	got := signed{clients: clients}
	if got.rate, err = load(clients, r.step, http.StatusSeeOther, s.signPost); err != nil {
		return got, err
	}
	if err := s.stop(); err != nil {
		return got, err
	}
	got.rows, err = countRows(r.ctx, store.Config{URL: url}, unconfirmed)
	return got, err
}

// sameTransaction is what a form writes, as pgbench reads it. Its ids grow, as the
// program's do.
const sameTransaction = `\set i :i + 1
BEGIN;
INSERT INTO signature (id, letter_id, text_id, text_hash, lang, kind, basis, state, number, printed_number, convener,
	name, acronym, country, website, role, affiliation, generation, code_tries, mails_asked, created_at, signed_at, ended_at, visibility, name_key, sort_key)
	SELECT 'bench-' || :client_id || '-' || lpad(:i::text, 9, '0'), letter_id, id, hash, lang, 'organisation', 'confirmed', 'unconfirmed', NULL, 0, 0,
	'Example Organisation ' || :i, '', 'PY', '', '', '', 1, 0, 1, :i, 0, 0, 'public', 'example organisation ' || :i, '\x0102030405060708090a0b0c0d0e0f10'::bytea
	FROM letter_text LIMIT 1;
INSERT INTO vault (signature_id, sealed) VALUES ('bench-' || :client_id || '-' || lpad(:i::text, 9, '0'), decode(repeat('0123456789abcdef', 18), 'hex'));
INSERT INTO outbox (id, kind, recipient_id, about_id, attempts, due_at, failed)
	SELECT 'bench-' || :client_id || '-' || lpad(:i::text, 9, '0'), 'confirm', signature_id, signature_id, 0, :i, ''
	FROM vault WHERE signature_id = 'bench-' || :client_id || '-' || lpad(:i::text, 9, '0');
COMMIT;
`

// pgbench runs the same transaction on a database that the program has made, and
// gives the line that tells its rate.
func pgbench(r *run, url string, connections int) (string, error) {
	programs, err := storetest.Programs()
	if err != nil {
		return "", err
	}
	script := filepath.Join(r.dir, "transaction.sql")
	if err := os.WriteFile(script, []byte(sameTransaction), 0o600); err != nil {
		return "", err
	}
	cmd := exec.Command(filepath.Join(programs, "pgbench"), "-n", "-M", "prepared", "-c", strconv.Itoa(connections), "-j", "2",
		"-T", strconv.Itoa(max(1, int(r.step.Seconds()))), "-D", "i=0", "-f", script, url)
	var out, problem bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problem
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("pgbench: %w: %s", err, problem.String())
	}
	for line := range bytes.Lines(out.Bytes()) {
		if rate, ok := bytes.CutPrefix(line, []byte("tps = ")); ok {
			number, _, _ := bytes.Cut(rate, []byte(" "))
			perSecond, err := strconv.ParseFloat(string(number), 64)
			return fmt.Sprintf("%.0f transactions/s", perSecond), err
		}
	}
	return "", fmt.Errorf("pgbench gave no rate: %s", out.String())
}
