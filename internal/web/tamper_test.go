package web

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/ledger/verify"
	"pliego/internal/store"
)

// These tests are a site that lies, in each way that doc/ledger.md speaks of, and
// an outsider who looks at what it serves.

// served is the files of a record as it is served, which a test may patch.
type served map[string][]byte

func (s served) files() verify.Files {
	m := fstest.MapFS{}
	for name, content := range s {
		m[name] = &fstest.MapFile{Data: content}
	}
	return verify.FS(m)
}

// put replaces words in a file that must hold them.
func (s served) put(t *testing.T, name, old, with string) {
	t.Helper()
	if !bytes.Contains(s[name], []byte(old)) {
		t.Fatalf("%s does not hold %q:\n%s", name, old, s[name])
	}
	s[name] = bytes.Replace(s[name], []byte(old), []byte(with), 1)
}

// serve gives what the site serves now.
func (h *house) serve() served {
	h.t.Helper()
	body := h.get("/ledger/bundle.zip").body
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	h.must(err)
	s := served{}
	for _, f := range z.File {
		r, err := f.Open()
		h.must(err)
		s[f.Name], err = io.ReadAll(r)
		h.must(err)
	}
	return s
}

// look is an outsider's check, who has the key from elsewhere.
func (h *house) look(s served, known ...verify.Known) (*verify.Report, *verify.Lie) {
	h.t.Helper()
	report, err := verify.Check(context.Background(), verify.Config{Files: s.files(), Key: h.seq.Key.Verifier(), Known: known, Now: h.clock.Now})
	var found *verify.Lie
	if err != nil && !errors.As(err, &found) {
		h.t.Fatal(err)
	}
	return report, found
}

func (h *house) wantLie(kind verify.Kind, s served, known ...verify.Known) {
	h.t.Helper()
	if _, found := h.look(s, known...); found == nil || found.Kind != kind {
		h.t.Errorf("the check finds %v, want one of kind %s", found, kind)
	}
}

// sql does what somebody does who has the database.
func (h *house) sql(statements ...string) {
	h.t.Helper()
	h.must(h.db.Write(context.Background(), func(tx *store.Tx) error {
		for _, s := range statements {
			res, err := tx.Exec(s)
			if err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return fmt.Errorf("%s: %d rows, %w", s, n, err)
			}
		}
		return nil
	}))
}

// publish places what waits and signs the log.
func (h *house) publish() {
	h.t.Helper()
	h.settle()
	h.must(h.seq.SignHead(context.Background()))
}

// rewrite makes the log's tree and checkpoint anew out of the entries in the
// database, as somebody does who has the key too.
func (h *house) rewrite() {
	h.t.Helper()
	tree, err := ledger.NewTree(0, nil)
	h.must(err)
	h.must(h.db.Write(context.Background(), func(tx *store.Tx) error {
		if tree, err = ledger.NewTree(0, nil); err != nil {
			return err
		}
		rows, err := tx.Query(`SELECT data FROM ledger_entry ORDER BY leaf`)
		if err != nil {
			return err
		}
		for rows.Next() {
			var data []byte
			if err := rows.Scan(&data); err != nil {
				return err
			}
			tree.Append(data)
		}
		rows.Close()
		for _, s := range []string{`DELETE FROM ledger_tile`, `DELETE FROM checkpoint`} {
			if _, err := tx.Exec(s); err != nil {
				return err
			}
		}
		for id, hashes := range tree.Changed() {
			if _, err := tx.Exec(`INSERT INTO ledger_tile (level, n, hashes) VALUES ($1, $2, $3)`, id.Level, id.N, hashes); err != nil {
				return err
			}
		}
		_, err = tx.Exec(`UPDATE log_head SET size = $1`, tree.Size())
		return err
	}))
	h.must(h.seq.SignHead(context.Background()))
}

// The second signature of the printed letter and its entry.
const (
	ofPrinted = `letter_id = (SELECT id FROM letter WHERE slug = '` + printedLetter + `')`
	theSecond = `id = (SELECT id FROM signature WHERE number = 2 AND ` + ofPrinted + `)`
	itsEntry  = `kind = 'signature' AND subject = (SELECT id FROM signature WHERE number = 2 AND ` + ofPrinted + `)`
)

// copied are the columns of a signature that a copy may share.
const copied = `letter_id, text_id, text_hash, lang, kind, basis, state, printed_number, convener, name, acronym, country, website, role,
	affiliation, name_key, sort_key, generation, code_tries, mails_asked, created_at, signed_at, ended_at, visibility`

func TestLiesInTheDatabaseAreCaught(t *testing.T) {
	for what, lie := range map[string]struct {
		statements []string
		caught     verify.Kind
	}{
		"a name changed":                  {[]string{`UPDATE signature SET name = 'Another Example' WHERE ` + theSecond}, verify.BadRow},
		"a country changed":               {[]string{`UPDATE signature SET country = 'PY' WHERE ` + theSecond}, verify.BadRow},
		"a basis made better":             {[]string{`UPDATE signature SET basis = 'confirmed' WHERE ` + theSecond}, verify.BadRow},
		"dated before its letter's entry": {[]string{`UPDATE signature SET signed_at = signed_at + 7200000 WHERE ` + theSecond}, verify.BadRow},
		"its record changed too": {[]string{
			`UPDATE signature SET name = 'Another Example' WHERE ` + theSecond,
			`UPDATE ledger_entry SET record = salt WHERE ` + itsEntry}, verify.BadOpening},
		"its record destroyed": {[]string{
			`UPDATE signature SET name = 'Another Example' WHERE ` + theSecond,
			`UPDATE ledger_entry SET record = NULL, salt = NULL WHERE ` + itsEntry}, verify.BadRow},
		"a signature dropped": {[]string{`DELETE FROM signature WHERE ` + theSecond}, verify.Dropped},
		"dropped as if it were withdrawn": {[]string{
			`UPDATE ledger_entry SET record = NULL, salt = NULL WHERE ` + itsEntry,
			`UPDATE signature SET state = 'withdrawn', ended_at = signed_at + 1000, name = '' WHERE ` + theSecond}, verify.BadWithdrawal},
		"a signature invented": {[]string{`INSERT INTO signature (` + copied + `, id, number) SELECT ` + copied + `, '00000000-0000-7000-8000-000000000000', 4 FROM signature WHERE ` + theSecond}, verify.Invented},
		"two numbers swapped": {[]string{
			`UPDATE signature SET number = 99 WHERE ` + theSecond,
			`UPDATE signature SET number = 2 WHERE number = 3 AND ` + ofPrinted,
			`UPDATE signature SET number = 3 WHERE number = 99 AND ` + ofPrinted}, verify.BadNumber},
		"a text's words changed": {[]string{`UPDATE letter_text SET body = 'Something else.' WHERE lang = 'en' AND ` + ofPrinted}, verify.BadText},
		"a signature put under another text": {[]string{
			`UPDATE signature SET text_hash = (SELECT hash FROM letter_text WHERE lang = 'es' AND ` + ofPrinted + `) WHERE ` + theSecond}, verify.BadText},
		"an entry rewritten": {[]string{`UPDATE ledger_entry SET data = (SELECT data FROM ledger_entry WHERE leaf = 0) WHERE ` + itsEntry}, verify.BadTile},
	} {
		t.Run(what, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				h.publish()
				if _, found := h.look(h.serve()); found != nil {
					t.Fatalf("before the lie: %v", found)
				}
				h.sql(lie.statements...)
				h.wantLie(lie.caught, h.serve())
			})
		})
	}
}

func TestRewrittenHistoryIsCaughtByWhoSawTheOther(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		own := func(name, email string) {
			_, confirm := h.signed(name, email)
			h.post("/es/confirm/"+confirm, nil)
		}
		own("First Example", "a@example.org")
		h.publish()
		seen := verify.Known{Signed: h.serve()["ledger/checkpoint"], At: h.clock.Now()}
		own("Second Example", "b@example.org")
		h.publish()
		first := h.serve()
		newer := verify.Known{Signed: first["ledger/checkpoint"], By: "another reader"}
		if report, found := h.look(first, seen); found != nil || len(report.Consistent) != 1 {
			t.Fatalf("before the lies: %v, %+v", found, report)
		}

		// The store goes on from an old copy: what was published since is lost, and
		// its places are given again.
		h.sql(`DELETE FROM notice WHERE signature_id IN (SELECT id FROM signature WHERE name = 'Second Example')`, `DELETE FROM signature WHERE name = 'Second Example'`, `DELETE FROM ledger_entry WHERE leaf = (SELECT size - 1 FROM log_head)`,
			`UPDATE letter SET highest_number = highest_number - 1, organisations = organisations - 1 WHERE slug = '`+openLetter+`'`)
		h.rewrite()
		shorter := h.serve()
		if _, found := h.look(shorter, seen); found != nil {
			t.Errorf("who saw the log before cannot tell: %v", found)
		}
		h.wantLie(verify.RolledBack, shorter, newer) // a checkpoint rolled back
		own("Third Example", "c@example.org")
		h.publish()
		second := h.serve()
		if _, found := h.look(second, seen); found != nil {
			t.Errorf("each history is whole by itself: %v", found)
		}
		h.wantLie(verify.Forked, second, newer) // two histories shown to two readers
	})
}

func TestWithdrawnSignatureCannotBeShownAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, confirm := h.signed("First Example", "a@example.org")
		own := strings.TrimSuffix(h.post("/es/confirm/"+confirm, nil).Header.Get("Location"), "?new")
		h.settle()
		h.post(own, url.Values{"act": {"withdraw"}})
		h.publish()
		if report, found := h.look(h.serve()); found != nil || report.Gone != 1 {
			t.Fatalf("before the lie: %v, %+v", found, report)
		}
		h.sql(`UPDATE signature SET state = 'standing', ended_at = 0, name = 'First Example' WHERE state = 'withdrawn'`)
		h.wantLie(verify.BadWithdrawal, h.serve())
	})
}

func TestClockThatWasSetBackIsDoubted(t *testing.T) {
	h := onSQLite(t)
	sign := func(email string) {
		_, confirm := h.signed("Example "+email[:1], email)
		h.post("/es/confirm/"+confirm, nil)
		h.publish()
	}
	sign("a@example.org")
	seen := verify.Known{Signed: h.serve()["ledger/checkpoint"], At: h.clock.Now()}
	if report, found := h.look(h.serve(), seen); found != nil || len(report.Doubts) > 0 {
		t.Fatalf("before the lie: %v, %v", found, report.Doubts)
	}
	h.clock.advance(-2 * time.Hour)
	sign("b@example.org")
	h.clock.advance(2 * time.Hour)
	report, found := h.look(h.serve(), seen)
	if found != nil || len(report.Doubts) != 2 { // it runs back, and is older than when somebody looked
		t.Errorf("a clock set back: %v, %q", found, report.Doubts)
	}
	h.clock.advance(-24 * time.Hour) // of who looks
	if report, found := h.look(h.serve()); found != nil || len(report.Doubts) < 2 {
		t.Errorf("a clock that runs ahead: %v, %q", found, report.Doubts)
	}
}

func TestLiesOfTheServerAreCaught(t *testing.T) {
	h := onSQLite(t)
	h.publish()
	stranger, err := ledger.LoadOrCreateKey(t.TempDir()+"/stranger", true)
	h.must(err)
	size := strings.Split(string(h.serve()["ledger/checkpoint"]), "\n")[1]
	list, letter := "api/v1/letters/"+printedLetter+"/signatures.jsonl", "api/v1/letters/"+printedLetter+".json"
	for what, lie := range map[string]struct {
		tell   func(s served)
		caught verify.Kind
	}{
		"a letter left out": {func(s served) {
			s["api/v1/letters.json"] = []byte(`{"letters":[{"slug":"` + openLetter + `"}]}`)
		}, verify.Dropped},
		"a letter nobody published":   {func(s served) { s.put(t, "api/v1/letters.json", printedLetter, "other-letter") }, verify.Invented},
		"a letter whose file is gone": {func(s served) { delete(s, letter) }, verify.Missing},
		"a list that is gone":         {func(s served) { delete(s, list) }, verify.Missing},
		"another state":               {func(s served) { s.put(t, letter, `"follow-up"`, `"open"`) }, verify.BadState},
		"more signatures counted":     {func(s served) { s.put(t, letter, `"listed": 3`, `"listed": 4`) }, verify.BadCount},
		"a text with another hash": {func(s served) {
			s.put(t, letter, "in short", "at length")
		}, verify.BadText},
		"another place in the log":  {func(s served) { s.put(t, list, `"leaf":`, `"leaf":1`) }, verify.BadNumber},
		"a name taken off the list": {func(s served) { s.put(t, list, `"name":"Zeta Example"`, `"name":"Zeta"`) }, verify.BadRow},
		"the last of a list cut off": {func(s served) {
			s[list] = s[list][:bytes.LastIndexByte(s[list][:len(s[list])-1], '\n')+1]
		}, verify.Dropped},
		"a number twice":         {func(s served) { s.put(t, list, `"number":2`, `"number":1`) }, verify.BadNumber},
		"what is no list":        {func(s served) { s[list] = []byte("{") }, verify.BadRow},
		"entries that are gone":  {func(s served) { delete(s, "ledger/tile/entries/000.p/"+size) }, verify.Missing},
		"hashes that are gone":   {func(s served) { delete(s, "ledger/tile/0/000.p/"+size) }, verify.Missing},
		"openings that are gone": {func(s served) { delete(s, "ledger/openings/000") }, verify.Missing},
		"openings cut short":     {func(s served) { s["ledger/openings/000"] = s["ledger/openings/000"][:200] }, verify.BadOpening},
		"an opening kept back": {func(s served) {
			lines := bytes.SplitAfter(s["ledger/openings/000"], []byte("\n"))
			for i, line := range lines { // of every signature
				if i > 4 && i < 9 && bytes.Contains(line, []byte("record")) {
					lines[i] = fmt.Appendf(nil, "{\"index\":%d,\"withheld\":true}\n", i)
				}
			}
			s["ledger/openings/000"] = bytes.Join(lines, nil)
		}, verify.BadRow},
		"a hash that is another":        {func(s served) { s["ledger/tile/0/000.p/"+size][40] ^= 1 }, verify.BadTile},
		"an entry that is none":         {func(s served) { s.put(t, "ledger/tile/entries/000.p/"+size, "pliego/1", "pliego/2") }, verify.BadEntry},
		"another log's checkpoint":      {func(s served) { s["ledger/checkpoint"] = h.signedBy(stranger) }, verify.BadCheckpoint},
		"a checkpoint that was changed": {func(s served) { s.put(t, "ledger/checkpoint", "\n"+size+"\n", "\n1\n") }, verify.BadCheckpoint},
		"no checkpoint":                 {func(s served) { delete(s, "ledger/checkpoint") }, verify.BadCheckpoint},
		"another key's history": {func(s served) {
			s["ledger/keys"] = []byte(`{"origin":"` + stranger.Name() + `","keys":["` + stranger.Verifier() + `"],"statements":[]}`)
		}, verify.BadKey},
		"another root, signed": {func(s served) {
			c, err := ledger.ParseCheckpoint(string(s["ledger/checkpoint"]))
			h.must(err)
			c.Root[0] ^= 1
			s["ledger/checkpoint"], err = h.seq.Key.Sign(c)
			h.must(err)
		}, verify.BadRoot},
	} {
		t.Run(what, func(t *testing.T) {
			s := h.serve()
			lie.tell(s)
			if _, found := h.look(s); found == nil || found.Kind != lie.caught {
				t.Errorf("the check finds %v, want one of kind %s", found, lie.caught)
			}
		})
	}
}

// signedBy is the log's checkpoint in another log's name.
func (h *house) signedBy(key *ledger.Key) []byte {
	h.t.Helper()
	c, err := ledger.ParseCheckpoint(string(h.serve()["ledger/checkpoint"]))
	h.must(err)
	c.Origin = key.Name()
	signed, err := key.Sign(c)
	h.must(err)
	return signed
}

func TestAnotherLogUnderTheSiteIsCaughtOnlyByTheKey(t *testing.T) {
	h := onSQLite(t)
	h.publish()
	s := h.serve()
	stranger, err := ledger.LoadOrCreateKey(t.TempDir()+"/stranger", true)
	h.must(err)
	s["ledger/checkpoint"], s["ledger/key"] = h.signedBy(stranger), []byte(stranger.Verifier()+"\n")
	delete(s, "ledger/keys")
	h.wantLie(verify.BadCheckpoint, s)
	report, err := verify.Check(context.Background(), verify.Config{Files: s.files(), Now: h.clock.Now})
	if err != nil || report.KeyProven {
		t.Errorf("without a key from elsewhere it is whole, and its key unproven: %v, %+v", err, report)
	}
	seen := verify.Known{Signed: h.serve()["ledger/checkpoint"], Key: h.seq.Key.Verifier()}
	if _, err := verify.Check(context.Background(), verify.Config{Files: s.files(), Known: []verify.Known{seen}}); err == nil {
		t.Error("who remembers the key does not notice another")
	}
}
