//go:build linux

package faults

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// cutConnections ends every connection to the database, whatever it is in the middle
// of, as an administrator or a failing network does.
func cutConnections(l *load) {
	l.startAll() // one that cannot reach its database at first says so and ends
	l.pause(200 * time.Millisecond)
	db, err := sql.Open("pgx", l.cfg.URL)
	if err != nil {
		l.t.Fatal(err)
	}
	defer db.Close()
	var cut int
	err = db.QueryRow(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&cut)
	if err != nil {
		l.t.Errorf("cut the connections: %v", err)
	}
}

// restarted is a server of its own that is restarted, in order or by a crash.
func restarted(t *testing.T) (store.Config, hit) {
	server, err := storetest.StartPostgres(false)
	if err != nil {
		t.Fatal(err)
	}
	stopAfter(t, server)
	return store.Config{URL: server.URL}, func(l *load) {
		l.pause(600 * time.Millisecond)
		if err := server.Restart(l.chance.IntN(2) == 0); err != nil {
			l.t.Errorf("restart the server: %v", err)
		}
	}
}

// promoted is a server with a standby that has everything before a commit is
// answered. The server dies, and the standby takes its place.
func promoted(t *testing.T) (store.Config, hit) {
	first, err := storetest.StartPostgres(false)
	if err != nil {
		t.Fatal(err)
	}
	stopAfter(t, first)
	second, err := storetest.StartStandby(first)
	if err != nil {
		t.Fatal(err)
	}
	stopAfter(t, second)
	db, err := sql.Open("pgx", first.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, query := range []string{`ALTER SYSTEM SET synchronous_standby_names = '*'`, `SELECT pg_reload_conf()`} {
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the standby follows", func() bool {
		var state string
		err := db.QueryRow(`SELECT sync_state FROM pg_stat_replication`).Scan(&state)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			t.Fatal(err)
		}
		return state == "sync"
	})
	return store.Config{URL: storetest.URLOf(first, second)}, func(l *load) {
		time.Sleep(time.Second)
		l.pause(time.Second)
		if err := errors.Join(first.Halt(), second.Promote()); err != nil {
			l.t.Errorf("promote the standby: %v", err)
		}
		time.Sleep(time.Second) // and people go on
	}
}

func stopAfter(t *testing.T, s *storetest.PostgresServer) {
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Errorf("stop the server: %v", err)
		}
	})
}
