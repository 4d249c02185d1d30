package store_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

// postSchema is the size and shape of what one accepted post writes: the row, its
// encrypted personal data, and a message to send.
var postSchema = withFile(itemSchema, "00002_post.sql", `-- +goose Up
CREATE TABLE post (id TEXT PRIMARY KEY, letter TEXT NOT NULL, name TEXT NOT NULL, country TEXT NOT NULL, created BIGINT NOT NULL);
CREATE TABLE secret (post TEXT PRIMARY KEY REFERENCES post (id), sealed TEXT NOT NULL, blind TEXT NOT NULL UNIQUE);
CREATE TABLE message (id TEXT PRIMARY KEY, post TEXT NOT NULL REFERENCES post (id), due BIGINT NOT NULL, sealed TEXT NOT NULL);
`)

// BenchmarkWrite measures durable posts of three rows from 64 goroutines. On
// PostgreSQL the server is one with fsync.
func BenchmarkWrite(b *testing.B) {
	b.Run(store.SQLite, func(b *testing.B) {
		benchmarkWrite(b, withSchema(storetest.SQLite(b), postSchema))
	})
	b.Run(store.Postgres, func(b *testing.B) {
		server, err := storetest.StartPostgres(true)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { // after the database was dropped
			if err := server.Stop(); err != nil {
				b.Error(err)
			}
		})
		benchmarkWrite(b, withSchema(store.Config{URL: server.Create(b), Log: slog.New(slog.DiscardHandler)}, postSchema))
	})
}

func benchmarkWrite(b *testing.B, cfg store.Config) {
	db := storetest.Open(b, cfg)
	sealed := rand.Text() + rand.Text() + rand.Text() + rand.Text() + rand.Text() + rand.Text()
	post := func(i int64) error {
		id, message, blind := uuid.Must(uuid.NewV7()).String(), uuid.Must(uuid.NewV7()).String(), rand.Text()
		return db.Write(context.Background(), func(tx *store.Tx) error {
			if _, err := tx.Exec("INSERT INTO post (id, letter, name, country, created) VALUES ($1, $2, $3, $4, $5)",
				id, "letter", "Example Organisation", "CR", i); err != nil {
				return err
			}
			if _, err := tx.Exec("INSERT INTO secret (post, sealed, blind) VALUES ($1, $2, $3)", id, sealed, blind); err != nil {
				return err
			}
			_, err := tx.Exec("INSERT INTO message (id, post, due, sealed) VALUES ($1, $2, $3, $4)", message, id, i, sealed)
			return err
		})
	}
	var next atomic.Int64
	var group sync.WaitGroup
	b.ResetTimer()
	for range 64 {
		group.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := post(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
	b.ReportMetric(3*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	if n := countPosts(b, db); n != b.N {
		b.Errorf("%d posts are there, want %d", n, b.N)
	}
}

func countPosts(b *testing.B, db *store.DB) (n int) {
	b.Helper()
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT count(*) FROM post").Scan(&n)
	})
	if err != nil {
		b.Fatal(fmt.Errorf("count: %w", err))
	}
	return n
}
