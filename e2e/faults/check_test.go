//go:build linux

package faults

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"pliego/internal/store"
)

// row is a signature as the store has it.
type row struct {
	state  string
	number int64
	times  int // rows of that name
}

// check compares what people were told with what is there.
func check(l *load) {
	t := l.t
	t.Helper()
	rows := l.rows()
	if len(l.accepted) == 0 || len(l.confirmed) == 0 {
		t.Errorf("%d signatures were accepted and %d confirmed: there was nothing to lose", len(l.accepted), len(l.confirmed))
	}
	for _, address := range sorted(l.accepted) {
		r := rows[nameOf(address)]
		if r.times != 1 {
			t.Errorf("%s was accepted in round %d and is there %d times", address, l.accepted[address], r.times)
		}
		if first, _ := l.mail.confirmations(address); len(first) == 0 {
			t.Errorf("%s was accepted in round %d and got no mail", address, l.accepted[address])
		}
	}
	for _, address := range sorted(l.confirmed) {
		if r := rows[nameOf(address)]; r.state != "standing" || r.number == 0 {
			t.Errorf("%s confirmed in round %d and is %q with number %d", address, l.confirmed[address], r.state, r.number)
		}
		if _, others := l.mail.confirmations(address); others == 0 {
			t.Errorf("%s confirmed in round %d and got no mail about it", address, l.confirmed[address])
		}
	}
	holders := map[int64]string{}
	for name, r := range rows {
		if r.times > 1 {
			t.Errorf("%s is there %d times", name, r.times)
		}
		if r.number == 0 {
			continue
		}
		if other, taken := holders[r.number]; taken {
			t.Errorf("number %d was given to %s and to %s", r.number, other, name)
		}
		holders[r.number] = name
	}
	for number := range int64(len(holders)) {
		if holders[number+1] == "" {
			t.Errorf("number %d was left out", number+1)
		}
	}
	for number, name := range l.listed {
		if now := rows[name].number; fmt.Sprint(now) != number {
			t.Errorf("%s was seen with number %s and has %d", name, number, now)
		}
	}
	l.checkStore()
	l.checkLinks()
	l.checkLog()
	for _, p := range l.programs {
		p.stop()
	}
	l.checkWords()
}

// rows are the signatures by name.
func (l *load) rows() map[string]row {
	l.t.Helper()
	rows := map[string]row{}
	db := l.open()
	defer db.Close()
	err := db.Read(context.Background(), func(tx *store.Tx) error {
		found, err := tx.Query(`SELECT name, state, coalesce(number, 0) FROM signature`)
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			var name string
			var r row
			if err := found.Scan(&name, &r.state, &r.number); err != nil {
				return err
			}
			r.times = rows[name].times + 1
			rows[name] = r
		}
		return found.Err()
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return rows
}

// checkStore looks at what nobody was told but must hold.
func (l *load) checkStore() {
	l.t.Helper()
	ctx := context.Background()
	db := l.open()
	defer db.Close()
	if waiting, failed, err := db.OutboxCounts(ctx); err != nil || waiting+failed > 0 {
		l.t.Errorf("%d mails wait, %d were given up (%v)", waiting, failed, err)
	}
	if wrong, err := db.Miscounted(ctx); err != nil || len(wrong) > 0 {
		l.t.Errorf("counts and rows differ for %q (%v)", wrong, err)
	}
	if pending, _, err := db.OldestPending(ctx); err != nil || pending > 0 {
		l.t.Errorf("%d entries have no place in the log (%v)", pending, err)
	}
}

// most bounds how many links are tried.
const most = 40

// checkLinks follows every copy of mails that came more than once, and some that
// came once: each leads to where the others do, whichever was used.
func (l *load) checkLinks() {
	l.t.Helper()
	base, tried := l.base(l.chance), 0
	for _, address := range sorted(l.accepted) {
		paths, _ := l.mail.confirmations(address)
		_, done := l.confirmed[address]
		if tried >= most || len(paths) < 2 && (done || tried >= most/2) {
			continue
		}
		tried++
		for n := len(paths) - 1; n >= 0; n-- { // the newest first, then those before it
			if status, _ := l.post(base, paths[n], nil); status != http.StatusSeeOther {
				l.t.Errorf("%s: the link of copy %d of %d answers %d", address, n+1, len(paths), status)
			}
		}
	}
	if tried == 0 {
		l.t.Error("no link was tried")
	}
}

// checkLog lets the program's own verifier check the whole record, and that the log
// holds every checkpoint that a reader saw.
func (l *load) checkLog() {
	l.t.Helper()
	dir := l.t.TempDir()
	args := []string{"ledger", "verify", l.base(l.chance), "--state", filepath.Join(dir, "state"), "--cache", filepath.Join(dir, "cache")}
	for n, signed := range l.checkpoint {
		if n > 0 && string(signed) == string(l.checkpoint[n-1]) {
			continue
		}
		file := filepath.Join(dir, fmt.Sprint("checkpoint-", n))
		if err := os.WriteFile(file, signed, 0o600); err != nil {
			l.t.Fatal(err)
		}
		args = append(args, "--checkpoint", file)
	}
	if out, err := exec.Command(l.programs[0].binary, args...).CombinedOutput(); err != nil {
		l.t.Errorf("the record does not hold: %v\n%s", err, out)
	}
}

// checkWords looks into what the programs wrote down: nothing personal, no panic.
func (l *load) checkWords() {
	l.t.Helper()
	for _, p := range l.programs {
		log, err := os.ReadFile(p.log)
		if err != nil {
			l.t.Fatal(err)
		}
		for line := range strings.Lines(string(log)) {
			if strings.Contains(line, "@example.org") || strings.Contains(line, "Example Person") || strings.Contains(line, "panic") {
				l.t.Errorf("the log holds: %s", line)
				break
			}
		}
	}
}
