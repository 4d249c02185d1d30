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

	dir    string // that it lies in and answers in
	keeper *exec.Cmd
	orders io.WriteCloser // to the keeper, who ends the server when this is closed
	done   *bufio.Reader  // a line for each order that was carried out
	stderr *bytes.Buffer
}

// keeper makes a server, says where, and keeps it until its standard input ends. A line
// there is an order: promote, halt, or a signal that ends the server, which is then
// started anew.
// That happens when this process closes it, and also when this process is killed,
// so nothing is left behind either way. Without fsync the data lies in memory if
// there is plenty: a new database is many small files, ten times as quick there. $1 is the folder of PostgreSQL's programs,
// $2 on or off for fsync, $3 the folder of the server whose standby it is to be, or empty.
const keeper = `
base=/tmp
if [ "$2" = off ] && [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 2000000 ]; then
	base=/dev/shm
fi
dir=$(mktemp -d "$base/pliego-postgres-XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
bin=$1 fsync=$2
if [ -z "$3" ]; then
	"$bin/initdb" -D "$dir/data" -U pliego -A trust -E UTF8 --no-locale --no-sync
else
	"$bin/pg_basebackup" -h "$3" -U pliego -D "$dir/data" -R -X stream -c fast --no-sync
fi >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
start() {
	"$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync="$fsync" \
		-c max_connections=500 -c shared_buffers=128MB -c max_wal_size=4GB </dev/null >>"$dir/log" 2>&1 &
	server=$!
}
start
echo "$dir"
while read -r order; do
	case $order in
	promote) "$bin/pg_ctl" -D "$dir/data" promote >>"$dir/log" 2>&1 ;;
	halt) kill -QUIT "$server"; wait "$server" ;;
	*) kill -"$order" "$server"; wait "$server"; start ;;
	esac
	echo done
done
kill -QUIT "$server" 2>/dev/null
wait "$server"
exit 0
`

// StartPostgres starts a server. fsync makes it as durable, and as slow to commit,
// as one that keeps real data; tests do without, since no test loses power.
func StartPostgres(fsync bool) (*PostgresServer, error) { return startPostgres(fsync, "") }

// StartStandby starts a server that follows another, and can take its place.
func StartStandby(of *PostgresServer) (*PostgresServer, error) { return startPostgres(false, of.dir) }

func startPostgres(fsync bool, standbyOf string) (*PostgresServer, error) {
	bin, err := Programs()
	if err != nil {
		return nil, err
	}
	sync := "off"
	if fsync {
		sync = "on"
	}
	args := []string{"sh", "-c", keeper, "keeper", bin, sync, standbyOf}
	if os.Getuid() == 0 { // initdb refuses to run as root
		args = append([]string{"runuser", "-u", "postgres", "--"}, args...)
	}
	s := &PostgresServer{keeper: exec.Command(args[0], args[1:]...), stderr: new(bytes.Buffer)}
	s.keeper.Dir = "/"
	s.keeper.Stderr = s.stderr
	ownGroup(s.keeper) // an interrupt at the terminal is ours to pass on
	if s.orders, err = s.keeper.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := s.keeper.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.keeper.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	s.done = bufio.NewReader(stdout)
	dir, err := s.done.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w: %s", errors.Join(err, s.Stop()), s.stderr)
	}
	s.dir = strings.TrimSpace(dir)
	s.URL = URLOf(s)
	if err := waitFor(s.URL, 60*time.Second); err != nil {
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		return nil, fmt.Errorf("start PostgreSQL: %w: %s", errors.Join(err, s.Stop()), log)
	}
	return s, nil
}

// URLOf is the URL of the administrative database of whichever of the servers takes
// writes.
func URLOf(servers ...*PostgresServer) string {
	var dirs []string
	for _, s := range servers {
		dirs = append(dirs, s.dir)
	}
	q := url.Values{"host": {strings.Join(dirs, ",")}, "user": {"pliego"}}
	if len(servers) > 1 {
		q.Set("target_session_attrs", "read-write")
	}
	return "postgres:///postgres?" + q.Encode()
}

// Restart ends the server, as its administrator does, or at once as a crash does, and
// starts it again on the same data. It does not wait until the server answers.
func (s *PostgresServer) Restart(atOnce bool) error {
	if atOnce {
		return s.order("QUIT")
	}
	return s.order("INT")
}

// Halt ends the server as a crash does. Stop still has to be called.
func (s *PostgresServer) Halt() error { return s.order("halt") }

// Promote lets a standby take the place of the server that it followed.
func (s *PostgresServer) Promote() error { return s.order("promote") }

func (s *PostgresServer) order(what string) error {
	if _, err := fmt.Fprintln(s.orders, what); err != nil {
		return err
	}
	_, err := s.done.ReadString('\n')
	return err
}

// Stop ends the server and removes its data.
func (s *PostgresServer) Stop() error {
	s.orders.Close()
	return s.keeper.Wait()
}

// Programs finds the folder of initdb and postgres: Debian's newest, else that of
// the search path.
func Programs() (string, error) {
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
