package web

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"pliego/internal/ledger"
	"pliego/internal/locale"
	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
)

func (h *house) count(query string) (n int64) {
	h.t.Helper()
	h.must(h.db.Read(context.Background(), func(tx *store.Tx) error { return tx.QueryRow(query).Scan(&n) }))
	return n
}

// column reads one column of a query.
func (h *house) column(query string) (list []string) {
	h.t.Helper()
	h.must(h.db.Read(context.Background(), func(tx *store.Tx) error {
		rows, err := tx.Query(query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return err
			}
			list = append(list, s)
		}
		return rows.Err()
	}))
	return list
}

// Nothing that is kept or published of sealed signatures tells more of when they
// were given than the day, and their order tells nothing.
func TestSealedTellsOnlyTheDay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.offer()
		const signers = 12
		var order []string
		for i := range signers {
			h.clock.advance(17*time.Minute + 391*time.Millisecond)
			_, token := h.signed(fmt.Sprintf("Public %d", i), fmt.Sprintf("p%d@example.org", i))
			h.post("/es/confirm/"+token, nil)
			order = append(order, h.idOf(h.recover(h.sealHere(sealedForm("Oculta", "", "HN")))))
			h.settle()
		}
		if n := h.count(`SELECT count(*) FROM ledger_pending`); n != signers {
			t.Errorf("%d entries are held", n)
		}
		day := ledger.Day(h.clock.Now())
		for _, column := range []string{"created_at", "signed_at"} {
			if n := h.count(`SELECT count(*) FROM signature WHERE visibility = 'sealed' AND ` + column + ` % 86400000 <> 0`); n != 0 {
				t.Errorf("%s of %d sealed signatures tells the hour", column, n)
			}
		}
		stamp := fmt.Sprintf("%012x", day.UnixMilli())
		for _, id := range order {
			if strings.ReplaceAll(id, "-", "")[:12] != stamp {
				t.Errorf("the id %s tells the time", id)
			}
		}
		h.clock.advance(day.Add(24*time.Hour - time.Second).Sub(h.clock.Now()))
		h.settle()
		if n := h.count(`SELECT count(*) FROM ledger_pending`); n != signers {
			t.Errorf("a second before midnight %d entries are held", n)
		}
		h.tomorrow()
		if n := h.count(`SELECT count(*) FROM ledger_pending`); n != 0 {
			t.Errorf("after midnight %d entries wait", n)
		}
		numbered := h.column(`SELECT id FROM signature WHERE visibility = 'sealed' ORDER BY number`)
		if slices.Equal(numbered, order) { // once in 479 million
			t.Error("the numbers have the order in which they signed")
		}
		if h.db.Engine() == store.SQLite {
			if rows := h.column(`SELECT id FROM signature WHERE visibility = 'sealed' ORDER BY rowid`); slices.Equal(rows, order) {
				t.Error("the rows lie in the order in which they came")
			}
			if n := h.count(`SELECT count(*) FROM signature WHERE visibility = 'sealed' AND rowid > 0`); n != 0 {
				t.Errorf("%d rows lie among the public ones", n)
			}
		}
		slices.Sort(numbered)
		slices.Sort(order)
		if !slices.Equal(numbered, order) {
			t.Errorf("numbered: %v", numbered)
		}
		// Numbers 1 to 12 are the public ones of the day, and each sealed entry has the
		// day's first second.
		if n := h.count(`SELECT count(*) FROM signature WHERE visibility = 'sealed' AND number <= 12`); n != 0 {
			t.Errorf("%d sealed signatures stand among the public ones of their day", n)
		}
		for _, data := range h.column(`SELECT CAST(e.data AS TEXT) FROM ledger_entry e JOIN signature s ON s.id = e.subject WHERE s.visibility = 'sealed'`) {
			if h.db.Engine() == store.SQLite && !strings.Contains(data, "time "+day.Format(time.RFC3339)+"\n") {
				t.Errorf("the entry tells the time:\n%s", data)
			}
		}
	})
}

// What a sealed signer typed, and what a public one who was sealed had shown, is
// nowhere in clear: not in the data folder, not in what a backup holds before it
// is encrypted, not in the log.
func TestSealedLeavesNothingOnDisk(t *testing.T) {
	cfg := storetest.SQLite(t)
	h := newHouse(t, storetest.Open(t, cfg))
	h.offer()
	look := func(when string, secrets ...string) {
		t.Helper()
		var files int
		h.must(filepath.WalkDir(cfg.Dir, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			files++
			b, err := os.ReadFile(file)
			for _, s := range secrets {
				if bytes.Contains(b, []byte(s)) {
					t.Errorf("%s: %s holds %q", when, filepath.Base(file), s)
				}
			}
			return err
		}))
		if files == 0 {
			t.Fatal("there is no data folder to look at")
		}
		var backup bytes.Buffer
		_, err := h.db.Backup(context.Background(), &backup, store.BackupOptions{At: h.clock.Now()})
		h.must(err)
		for _, s := range secrets {
			if bytes.Contains(backup.Bytes(), []byte(s)) {
				t.Errorf("%s: the backup holds %q", when, s)
			}
			if strings.Contains(h.log.String(), s) {
				t.Errorf("%s: the log holds %q", when, s)
			}
		}
	}
	secrets := []string{secretName, "Jamás Nombrado", secretSigner, secretMail, "jamas.example.org"}
	h.post("/es/letters/"+openLetter+"/sign", sealedForm(secretName, secretMail, "HN"))
	look("after the form", secrets...)
	mails := h.postMail()
	at := strings.Index(mails[0].Text, baseURL+"/es/confirm/")
	link, _, _ := strings.Cut(mails[0].Text[at+len(baseURL):], "\n")
	phrase := phraseOf(h.get(link))
	h.post(link, url.Values{"words": {phrase}})
	look("after confirming", append(secrets, phrase, strings.Fields(phrase)[0]+" "+strings.Fields(phrase)[1])...)
	if n := h.count(`SELECT count(*) FROM vault`); n != 0 {
		t.Errorf("the vault holds %d records after confirming", n)
	}
	h.tomorrow()
	look("when listed", secrets...)

	// A public signature that its signer seals.
	const shown = "Asociación Antes Visible"
	_, token := h.signed(shown, "antes@example.org")
	own, _, _ := strings.Cut(h.post("/es/confirm/"+token, nil).Header.Get("Location"), "?")
	h.settle()
	if a := h.get("/es/letters/" + openLetter + "/signatories"); !strings.Contains(a.body, shown) {
		t.Fatal("the public signature is not listed")
	}
	page := h.post(own, url.Values{"act": {"seal"}})
	h.expect(page, http.StatusOK, privatePage)
	if !strings.Contains(textOf(page.doc), locale.T("es", "seal.copies")) {
		t.Error("nothing warns of the copies")
	}
	if a := h.post(own, url.Values{"act": {"seal"}, "words": {phraseOf(page)}}); a.StatusCode != http.StatusOK {
		t.Fatalf("seal: %d\n%s", a.StatusCode, a.body)
	}
	h.must(h.site.Refresh(context.Background()))
	list := h.get("/es/letters/" + openLetter + "/signatories")
	if got := names(list); len(got) != 2 || got[1] != "2 Una organización, país reservado" {
		t.Errorf("listed: %q", got)
	}
	for _, rest := range []string{"", "/receipt"} {
		h.expect(h.get(own+rest), http.StatusOK, privatePage)
	}
	if h.recover(phraseOf(page)) != own {
		t.Error("the phrase does not lead to the own page")
	}
	if mails := h.postMail(); len(mails) != 0 {
		t.Errorf("%d mails after sealing", len(mails))
	}
	h.tomorrow()
	l, err := h.db.LetterBySlug(t.Context(), openLetter)
	h.must(err)
	if l.Counts.Organisations != 2 || l.Counts.Sealed() != 2 {
		t.Errorf("counts %+v", l.Counts)
	}
	if n := h.count(`SELECT count(*) FROM ledger_entry WHERE kind = 'signature-sealed'`); n != 1 {
		t.Errorf("%d entries say that it was sealed", n)
	}
	// SQLite's log is emptied a moment after the last write.
	for range 100 {
		st, err := os.Stat(filepath.Join(cfg.Dir, "pliego.db-wal"))
		if err == nil && st.Size() == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	look("after sealing", append(secrets, shown, "antes@example.org")...)
}

// A country is shown of those who agreed, when five stand, and of none any more when
// one of five is withdrawn.
func TestSealedCountries(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.offer()
		var phrases []string
		for i := range 8 {
			form := sealedForm("Oculta", "", "HN")
			switch {
			case i == 5:
				form.Del("show_country")
			case i > 5:
				form.Set("country", "SV")
			}
			phrases = append(phrases, h.sealHere(form))
		}
		h.tomorrow()
		show, slug := h.openCountries(key)
		if len(show) != 5 || slug != openLetter {
			t.Fatalf("%d countries may be shown of %s", len(show), slug)
		}
		list := "/en/letters/" + openLetter + "/signatories"
		shown := func() (honduras int) {
			h.must(h.site.Refresh(t.Context()))
			for _, name := range names(h.get(list)) {
				if strings.HasSuffix(name, "An organisation, name withheld Honduras") {
					honduras++
				}
			}
			return honduras
		}
		if n := shown(); n != 0 {
			t.Errorf("%d countries are shown before the coordinator said so", n)
		}
		h.must(h.signing.ShowCountries(t.Context(), slug, show))
		if n := shown(); n != 5 {
			t.Errorf("%d countries are shown", n)
		}
		few := map[int64]string{}
		for number := range show {
			if len(few) < 4 {
				few[number] = "HN"
			}
		}
		h.must(h.signing.ShowCountries(t.Context(), slug, few))
		if n := shown(); n != 0 {
			t.Errorf("%d countries are shown of four", n)
		}
		h.must(h.signing.ShowCountries(t.Context(), slug, show))
		h.post(h.recover(phrases[0]), url.Values{"act": {"withdraw"}})
		if n := shown(); n != 0 {
			t.Errorf("%d countries are shown after one of five withdrew", n)
		}
	})
}

// openCountries is what a coordinator does with an exported file.
func (h *house) openCountries(key age.Identity) (map[int64]string, string) {
	h.t.Helper()
	l, err := h.db.LetterBySlug(context.Background(), openLetter)
	h.must(err)
	var file, back bytes.Buffer
	_, err = h.signing.ExportSealed(context.Background(), l, &file)
	h.must(err)
	var list []signature.Opened
	slug, err := signature.OpenSealed(&file, []age.Identity{key}, func(o signature.Opened) error {
		list = append(list, o)
		return o.Err
	})
	h.must(err)
	h.must(signature.WriteCountries(&back, slug, signature.CountriesToShow(list)))
	slug, show, err := signature.ReadCountries(back.String())
	h.must(err)
	return show, slug
}
