package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/google/uuid"

	"pliego/internal/store"
)

// bareTable is the one table of the bare handler.
const bareTable = `CREATE TABLE bare (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL)`

// serveBare is a handler that reads a form and commits one row by the store's group
// commit: what the program does at the least. It is a process of its own, as the
// program is.
func serveBare(dir string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Write(ctx, func(tx *store.Tx) error { _, err := tx.Exec(bareTable); return err }); err != nil {
		return err
	}
	return serveHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		id, err := uuid.NewV7()
		if err == nil {
			err = db.Write(r.Context(), func(tx *store.Tx) error {
				_, err := tx.Exec(`INSERT INTO bare (id, name, email) VALUES ($1, $2, $3)`, id.String(), r.PostForm.Get("name"), r.PostForm.Get("email"))
				return err
			})
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Location", "/"+id.String())
		w.WriteHeader(http.StatusSeeOther)
	}))
}

// serveHandler serves until it is told to end, and says where.
func serveHandler(h http.Handler) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h}
	go func() {
		<-ctx.Done()
		server.Shutdown(context.Background())
	}()
	fmt.Printf("ready http://%s\n", listener.Addr())
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// bareStep is signStep against the bare handler.
func bareStep(r *run, clients int) (signed, error) {
	data := "bare-" + strconv.Itoa(clients)
	dir := filepath.Join(r.dir, data)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return signed{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return signed{}, err
	}
	s, _, err := r.ready(exec.Command(self, "-bare", dir), data)
	if err != nil {
		return signed{}, err
	}
	got := signed{clients: clients}
	got.rate, err = load(clients, r.step, http.StatusSeeOther, func(client, n int) (*http.Request, error) {
		return formPost(s.base, url.Values{"name": {fmt.Sprintf("Example Organisation %d %d", client, n)}, "email": {fmt.Sprintf("c%dn%d@example.org", client, n)}})
	})
	if err != nil {
		return got, err
	}
	if err := s.stop(); err != nil {
		return got, err
	}
	got.rows, err = countRows(r.ctx, store.Config{Dir: dir}, `SELECT count(*) FROM bare`)
	return got, err
}
