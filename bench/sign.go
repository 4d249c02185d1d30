package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"pliego/internal/store"
)

// Clients side by side, in the steps of the measurement.
var signClients = []int{16, 64, 256}

// signed is what one step brought.
type signed struct {
	clients int
	rate
	rows   int     // that are there after
	memory float64 // MiB, at the end of the load
}

// line is a step as one line; what it is of stands first.
func (s signed) line(what string) string {
	return fmt.Sprintf("%s %d clients: %.0f accepted/s p50 %.1f ms p99 %.1f ms rows %d of %d", what, s.clients, s.perSecond(),
		float64(s.at(0.5).Microseconds())/1000, float64(s.at(0.99).Microseconds())/1000, s.rows, s.good)
}

// signing measures accepted posts of the sign form, with everything on, and counts
// the rows after: what was answered must be there.
func signing(r *run) ([]figure, error) {
	var out []figure
	for _, clients := range signClients {
		got, err := signStep(r, clients)
		if err != nil {
			return nil, err
		}
		out = append(out, figure{
			what: fmt.Sprintf("sign, %d clients: accepted posts, durable", clients), value: fmt.Sprintf("%s, %.0f MiB, rows %d of %d", got.rate, got.memory, got.rows, got.good),
			target: "5000/s at 64, p99 100 ms", met: got.bad == 0 && got.rows == got.good && (clients != 64 || got.perSecond() >= 5000 && got.at(0.99) < 100*time.Millisecond),
		})
	}
	return out, nil
}

// benchSign prints one line a step, of the program and of a bare handler with the
// same group commit, which is the limit. It fails when a row is missing.
func benchSign(r *run) error {
	for _, clients := range signClients {
		for _, part := range []struct {
			what string
			step func(*run, int) (signed, error)
		}{{"sign", signStep}, {"bare", bareStep}} {
			got, err := part.step(r, clients)
			if err != nil {
				return err
			}
			fmt.Println(got.line(part.what))
			if got.rows != got.good || got.bad > 0 {
				return fmt.Errorf("%s, %d clients: %d rows for %d accepted posts, and %d other answers", part.what, clients, got.rows, got.good, got.bad)
			}
		}
	}
	return nil
}

// signStep runs one step on a server of its own, so that its rows can be counted
// once it has ended.
func signStep(r *run, clients int) (signed, error) {
	data := "sign-" + strconv.Itoa(clients)
	s, _, err := r.start(data, "--demo")
	if err != nil {
		return signed{}, err
	}
	got := signed{clients: clients}
	if got.rate, err = load(clients, r.step, http.StatusSeeOther, s.signPost); err != nil {
		return got, err
	}
	if got.memory, err = s.memory(); err != nil {
		return got, err
	}
	if err := s.stop(); err != nil {
		return got, err
	}
	got.rows, err = countRows(r.ctx, store.Config{Dir: filepath.Join(r.dir, data)}, unconfirmed)
	return got, err
}

// unconfirmed counts what forms made.
const unconfirmed = `SELECT count(*) FROM signature WHERE state = 'unconfirmed'`

// signPost is the n-th form of a client.
func (s *server) signPost(client, n int) (*http.Request, error) {
	return formPost(s.base+"/en/letters/practice-letter/sign", url.Values{
		"kind": {"organisation"}, "name": {fmt.Sprintf("Example Organisation %d %d", client, n)}, "country": {"PY"},
		"signer_name": {"Example Signer"}, "email": {fmt.Sprintf("c%dn%d@example.org", client, n)}, "visibility": {"public"}, "consent": {"1"},
	})
}

// formPost is a form as a browser sends it.
func formPost(address string, form url.Values) (*http.Request, error) {
	req, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err == nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return req, err
}

func countRows(ctx context.Context, cfg store.Config, query string) (n int, err error) {
	db, err := store.Open(ctx, cfg)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	err = db.Read(ctx, func(tx *store.Tx) error { return tx.QueryRow(query).Scan(&n) })
	return n, err
}
