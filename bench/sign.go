package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"pliego/internal/store"
)

// signing measures accepted posts of the sign form, and counts the rows after:
// what was answered must be there.
func signing(r *run) ([]figure, error) {
	s, _, err := r.start("sign", "--demo")
	if err != nil {
		return nil, err
	}
	step := 0
	var out []figure
	accepted := 0
	for _, clients := range []int{16, 64, 256} {
		step++
		got, err := load(clients, r.step, http.StatusSeeOther, func(client, n int) (*http.Request, error) {
			form := url.Values{
				"kind": {"organisation"}, "name": {fmt.Sprintf("Example Organisation %d %d %d", step, client, n)}, "country": {"PY"},
				"signer_name": {"Example Signer"}, "email": {fmt.Sprintf("s%dc%dn%d@example.org", step, client, n)}, "visibility": {"public"}, "consent": {"1"},
			}
			req, err := http.NewRequest(http.MethodPost, s.base+"/en/letters/practice-letter/sign", strings.NewReader(form.Encode()))
			if err == nil {
				req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
			return req, err
		})
		if err != nil {
			return nil, err
		}
		accepted += got.good
		memory, err := s.memory()
		if err != nil {
			return nil, err
		}
		out = append(out, figure{
			what:   fmt.Sprintf("sign, %d clients: accepted posts, durable", clients),
			value:  fmt.Sprintf("%s, %.0f MiB", got, memory),
			target: "5000/s at 64, p99 100 ms", met: got.bad == 0 && (clients != 64 || got.perSecond() >= 5000 && got.at(0.99) < 100*time.Millisecond),
		})
	}
	if err := s.stop(); err != nil {
		return nil, err
	}
	rows, err := countSignatures(r.ctx, filepath.Join(r.dir, "sign"))
	if err != nil {
		return nil, err
	}
	return append(out, figure{
		what: "sign: rows for accepted posts", value: fmt.Sprintf("%d of %d", rows, accepted), target: "all", met: rows == accepted,
	}), nil
}

func countSignatures(ctx context.Context, dir string) (n int, err error) {
	db, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		return 0, err
	}
	defer db.Close()
	err = db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM signature WHERE state = 'unconfirmed'`).Scan(&n)
	})
	return n, err
}
