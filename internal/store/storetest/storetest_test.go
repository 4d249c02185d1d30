package storetest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"testing"
	"time"

	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

const childRole = "PLIEGO_STORETEST_ROLE"

func TestMain(m *testing.M) {
	if os.Getenv(childRole) == "server" {
		server, err := storetest.StartPostgres(false)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(server.URL)
		select {}
	}
	storetest.Main(m)
}

// A killed test leaves neither its server nor its data behind.
func TestServerGoesWithItsProcess(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childRole+"=server")
	cmd.Stderr = t.Output()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(line[:len(line)-1])
	if err != nil {
		t.Fatal(err)
	}
	dir := u.Query().Get("host")
	if _, err := os.Stat(dir); err != nil {
		t.Fatalf("the server's folder: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	for limit := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("%s is still there", dir)
		}
	}
}

// Each test has its own store, on each engine, and opens the same one again.
func TestEachHasItsOwnStore(t *testing.T) {
	engines := make(map[string]int)
	for range 2 {
		storetest.Each(t, func(t *testing.T, open func() *store.DB) {
			db := open()
			engines[db.Engine()]++
			ctx := context.Background()
			err := db.Write(ctx, func(tx *store.Tx) error {
				_, err := tx.Exec("CREATE TABLE only_here (n BIGINT)") // fails where it is there already
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			err = open().Read(ctx, func(tx *store.Tx) error {
				return tx.QueryRow("SELECT count(*) FROM only_here").Scan(new(int))
			})
			if err != nil {
				t.Errorf("opened again: %v", err)
			}
		})
	}
	if engines[store.SQLite] != 2 || engines[store.Postgres] != 2 {
		t.Errorf("ran on %v, want each engine twice", engines)
	}
}
