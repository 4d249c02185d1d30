package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"
)

// maxStatements bounds the prepared statements a session keeps.
const maxStatements = 512

// sqliteSession is one connection with its prepared statements: preparing costs
// SQLite more than a small insert does. It belongs to one goroutine.
type sqliteSession struct {
	conn  *sql.Conn
	stmts map[string]*preparedStmt
}

type preparedStmt struct {
	*sql.Stmt
	rows *sql.Rows // of its last query, perhaps still open
}

func newSQLiteSession(ctx context.Context, pool *sql.DB) (*sqliteSession, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &sqliteSession{conn: conn, stmts: make(map[string]*preparedStmt)}, nil
}

// prepared gives the kept statement for query, or nil when that is in use: a
// query whose rows are being read may be run again inside the loop.
func (s *sqliteSession) prepared(ctx context.Context, query string) (*preparedStmt, error) {
	if st, ok := s.stmts[query]; ok {
		if st.rows != nil && isOpen(st.rows) {
			return nil, nil
		}
		st.rows = nil
		return st, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	st := &preparedStmt{Stmt: stmt}
	s.stmts[query] = st
	return st, nil
}

func (s *sqliteSession) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	st, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return s.conn.ExecContext(ctx, query, args...)
	}
	return st.Stmt.ExecContext(ctx, args...)
}

func (s *sqliteSession) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return s.conn.QueryContext(ctx, query, args...)
	}
	rows, err := st.Stmt.QueryContext(ctx, args...)
	if err == nil {
		st.rows = rows
	}
	return rows, err
}

// run executes one of the writer's own statements.
func (s *sqliteSession) run(query string) error {
	_, err := s.ExecContext(context.Background(), query)
	return err
}

// trim forgets the statements when there are too many of them: texts that were
// built from data fill the map. It is called between transactions.
func (s *sqliteSession) trim() {
	if len(s.stmts) <= maxStatements {
		return
	}
	for query, st := range s.stmts {
		st.Close()
		delete(s.stmts, query)
	}
}

// close ends the session. The statements go first: the driver cannot close them
// once the connection is closed, as it already is when it was found broken.
func (s *sqliteSession) close() error {
	if alive := s.conn.Raw(func(any) error { return nil }) == nil; alive {
		for _, st := range s.stmts {
			st.Close()
		}
	}
	err := s.conn.Raw(func(any) error { return driver.ErrBadConn }) // never back to the pool
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return nil
	}
	return err
}

// sqliteCode is SQLite's primary result code of err, or -1.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return -1
}

// isBusy says whether another connection holds a lock that err's statement needs.
func isBusy(err error) bool { return sqliteCode(err) == sqlitelib.SQLITE_BUSY }
