package storetest

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// EnvURL names the environment variable that holds the URL of a running throwaway
// PostgreSQL, whose user may create databases. Several test binaries then share
// it, instead of starting one each; withpostgres sets it.
const EnvURL = "PLIEGO_TEST_POSTGRES"

// PostgresServer is a throwaway PostgreSQL server: its data lies in a temporary
// folder that goes with it, and it listens on a socket in that folder only.
type PostgresServer struct {
	URL string // of its administrative database

	keeper *exec.Cmd
	alive  io.Closer // the keeper ends the server when this is closed
	stderr *bytes.Buffer
}

// keeper makes a server, says where, and keeps it until its standard input ends.
// That happens when this process closes it, and also when this process is killed,
// so nothing is left behind either way. Without fsync the data lies in memory if
// there is plenty: a new database is many small files, ten times as quick there. $1 is the folder of PostgreSQL's programs,
// $2 on or off for fsync.
const keeper = `
base=/tmp
if [ "$2" = off ] && [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 2000000 ]; then
	base=/dev/shm
fi
dir=$(mktemp -d "$base/pliego-postgres-XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
"$1/initdb" -D "$dir/data" -U pliego -A trust -E UTF8 --no-locale --no-sync >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
"$1/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync="$2" \
	-c max_connections=500 -c shared_buffers=128MB -c max_wal_size=4GB </dev/null >"$dir/log" 2>&1 &
server=$!
echo "$dir"
cat >/dev/null
kill -QUIT "$server"
wait "$server"
exit 0
`

// StartPostgres starts a server. fsync makes it as durable, and as slow to commit,
// as one that keeps real data; tests do without, since no test loses power.
func StartPostgres(fsync bool) (*PostgresServer, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	sync := "off"
	if fsync {
		sync = "on"
	}
	args := []string{"sh", "-c", keeper, "keeper", bin, sync}
	if os.Getuid() == 0 { // initdb refuses to run as root
		args = append([]string{"runuser", "-u", "postgres", "--"}, args...)
	}
	s := &PostgresServer{keeper: exec.Command(args[0], args[1:]...), stderr: new(bytes.Buffer)}
	s.keeper.Dir = "/"
	s.keeper.Stderr = s.stderr
	ownGroup(s.keeper) // an interrupt at the terminal is ours to pass on
	if s.alive, err = s.keeper.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := s.keeper.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.keeper.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	dir, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w: %s", errors.Join(err, s.Stop()), s.stderr)
	}
	dir = strings.TrimSpace(dir)
	s.URL = "postgres:///postgres?" + url.Values{"host": {dir}, "user": {"pliego"}}.Encode()
	if err := waitFor(s.URL, 60*time.Second); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, fmt.Errorf("start PostgreSQL: %w: %s", errors.Join(err, s.Stop()), log)
	}
	return s, nil
}

// Stop ends the server and removes its data.
func (s *PostgresServer) Stop() error {
	s.alive.Close()
	return s.keeper.Wait()
}

// programs finds the folder of initdb and postgres: Debian's newest, else that of
// the search path.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		version := func(p string) int {
			n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(p))))
			return n
		}
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return cmp.Compare(version(a), version(b)) })), nil
	}
	p, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("PostgreSQL is not installed, and the tests run on it: apt-get install postgresql")
	}
	return filepath.Dir(p), nil
}

// waitFor waits until the server answers.
func waitFor(serverURL string, limit time.Duration) error {
	db, err := sql.Open("pgx", serverURL)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for {
		err := db.PingContext(ctx)
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}
