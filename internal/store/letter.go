package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/letter"
)

const letterColumns = `id, slug, state, date, original_lang, publisher, elsewhere_url, elsewhere_publisher, elsewhere_lang,
	elsewhere_copies, forum_key, conveners_first, created_at, opened_at, deadline, version, highest_number, organisations, persons, withdrawn,
	sealed_recipients, sealed_since, sealed_organisations, sealed_persons, paused_at, opens_at, link_generation`

// LetterBySlug reads a letter with its newest texts, asks and addressees; it
// fails with letter.ErrNotFound.
func (db *DB) LetterBySlug(ctx context.Context, slug string) (*letter.Letter, error) {
	return db.oneLetter(ctx, `SELECT `+letterColumns+` FROM letter WHERE slug = $1`, slug)
}

// LetterByID is LetterBySlug by the letter's ID.
func (db *DB) LetterByID(ctx context.Context, id string) (*letter.Letter, error) {
	return db.oneLetter(ctx, `SELECT `+letterColumns+` FROM letter WHERE id = $1`, id)
}

func (db *DB) oneLetter(ctx context.Context, query, arg string) (*letter.Letter, error) {
	var l *letter.Letter
	err := db.Read(ctx, func(tx *Tx) (err error) {
		l, err = db.readLetter(tx, query, arg)
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

func (db *DB) readLetter(tx *Tx, query, arg string) (*letter.Letter, error) {
	l, err := scanLetter(tx.QueryRow(query, arg))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("%w: %q", letter.ErrNotFound, arg)
	}
	if err != nil {
		return nil, fmt.Errorf("read letter %q: %w", arg, err)
	}
	if err := db.readParts(tx, l); err != nil {
		return nil, fmt.Errorf("read the parts of letter %s: %w", l.Slug, err)
	}
	return l, nil
}

// scanner is a row or the current one of several.
type scanner interface{ Scan(dest ...any) error }

func scanLetter(row scanner) (*letter.Letter, error) {
	var l letter.Letter
	var e letter.Elsewhere
	var copies string
	var conveners, created, opened, deadline, sealed, paused, opens int64
	err := row.Scan(&l.ID, &l.Slug, &l.State, &l.Date, &l.OriginalLang, &l.Publisher, &e.URL, &e.Publisher, &e.Lang,
		&copies, &l.Forum, &conveners, &created, &opened, &deadline, &l.Version, &l.Counts.Highest,
		&l.Counts.Organisations, &l.Counts.Persons, &l.Counts.Withdrawn,
		&l.SealedRecipients, &sealed, &l.Counts.SealedOrganisations, &l.Counts.SealedPersons, &paused, &opens, &l.LinkGeneration)
	if err != nil {
		return nil, err
	}
	if e.URL != "" {
		if err := json.Unmarshal([]byte(copies), &e.Copies); err != nil {
			return nil, fmt.Errorf("the copies of letter %s: %w", l.Slug, err)
		}
		l.Elsewhere = &e
	}
	l.ConvenersFirst = conveners == 1
	l.CreatedAt, l.OpenedAt, l.Deadline = fromMillis(created), fromMillis(opened), fromMillis(deadline)
	l.SealedSince, l.PausedAt, l.OpensAt = fromMillis(sealed), fromMillis(paused), fromMillis(opens)
	return &l, nil
}

// letterParts are what is kept of a letter between reads: everything that only
// changes together with its version. The slices are never written to.
type letterParts struct {
	version    int64
	texts      []letter.Text
	addressees []letter.Addressee
	countries  int64
	delivered  int64
	editions   int64
	agenda     int64
}

// maxKeptParts bounds how many letters' parts are kept.
const maxKeptParts = 256

// readParts fills in texts, asks, addressees and the count of countries. A page
// or a form asks for them far more often than they change, so they are kept for
// the version that the transaction sees.
func (db *DB) readParts(tx *Tx, l *letter.Letter) error {
	db.partsMu.Lock()
	p, ok := db.parts[l.ID]
	db.partsMu.Unlock()
	if !ok || p.version != l.Version {
		var err error
		if p, err = readLetterParts(tx, l); err != nil {
			return err
		}
		db.partsMu.Lock()
		if len(db.parts) >= maxKeptParts || db.parts == nil {
			db.parts = map[string]letterParts{}
		}
		if db.parts[l.ID].version < p.version {
			db.parts[l.ID] = p
		}
		db.partsMu.Unlock()
	}
	l.Texts, l.Addressees, l.Counts.Countries, l.Delivered, l.Editions, l.Agenda = p.texts, p.addressees, p.countries, p.delivered, p.editions, p.agenda
	return nil
}

func readLetterParts(tx *Tx, l *letter.Letter) (p letterParts, err error) {
	p.version = l.Version
	p.texts, err = readTexts(tx, `SELECT `+textColumns+` FROM letter_text t WHERE letter_id = $1
		AND version = (SELECT max(version) FROM letter_text WHERE letter_id = $1 AND lang = t.lang) ORDER BY lang`, l.ID)
	if err != nil {
		return p, err
	}
	if p.addressees, err = readAddressees(tx, l.ID); err != nil {
		return p, err
	}
	if err := tx.QueryRow(`SELECT count(DISTINCT id) FROM delivery WHERE letter_id = $1`, l.ID).Scan(&p.delivered); err != nil {
		return p, err
	}
	if err := tx.QueryRow(`SELECT count(DISTINCT number) FROM edition WHERE letter_id = $1`, l.ID).Scan(&p.editions); err != nil {
		return p, err
	}
	if err := tx.QueryRow(`SELECT count(DISTINCT id) FROM agenda_item WHERE letter_id = $1`, l.ID).Scan(&p.agenda); err != nil {
		return p, err
	}
	err = tx.QueryRow(`SELECT count(DISTINCT country) FROM signature
		WHERE letter_id = $1 AND number IS NOT NULL AND state = 'standing' AND country <> ''`, l.ID).Scan(&p.countries)
	return p, err
}

const textColumns = `id, lang, version, kind, title, body, asks_in_body, closing, hash, published_at, editorial, reason, signers`

func readTexts(tx *Tx, query string, args ...any) ([]letter.Text, error) {
	var texts []letter.Text
	var t letter.Text
	var inBody, published, editorial int64
	err := each(tx, []any{&t.ID, &t.Lang, &t.Version, &t.Kind, &t.Title, &t.Body, &inBody, &t.Closing, &t.Hash, &published,
		&editorial, &t.Reason, &t.Signers}, func() error {
		t.AsksInBody, t.PublishedAt, t.Editorial = inBody == 1, fromMillis(published), editorial == 1
		texts = append(texts, t)
		return nil
	}, query, args...)
	if err != nil {
		return nil, err
	}
	for i := range texts {
		var a letter.Ask
		err := each(tx, []any{&a.Key, &a.Title, &a.Body}, func() error {
			texts[i].Asks = append(texts[i].Asks, a)
			return nil
		}, `SELECT key, title, body FROM letter_ask WHERE text_id = $1 ORDER BY position`, texts[i].ID)
		if err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// TextByID reads one text, of whatever version; it fails with letter.ErrNotFound.
func (db *DB) TextByID(ctx context.Context, id string) (letter.Text, error) {
	var texts []letter.Text
	err := db.Read(ctx, func(tx *Tx) (err error) {
		texts, err = readTexts(tx, `SELECT `+textColumns+` FROM letter_text WHERE id = $1`, id)
		return err
	})
	if err != nil {
		return letter.Text{}, fmt.Errorf("read text %s: %w", id, err)
	}
	if len(texts) == 0 {
		return letter.Text{}, letter.ErrNotFound
	}
	return texts[0], nil
}

func readAddressees(tx *Tx, letterID string) ([]letter.Addressee, error) {
	var list []letter.Addressee
	at := map[string]int{}
	var a letter.Addressee
	err := each(tx, []any{&a.Key, &a.Country, &a.OfficeNative, &a.NativeLang, &a.SourceURL, &a.Confidence}, func() error {
		at[a.Key] = len(list)
		a.Office = map[string]string{}
		list = append(list, a)
		return nil
	}, `SELECT key, country, office_native, native_lang, source_url, confidence FROM addressee WHERE letter_id = $1 ORDER BY position`, letterID)
	if err != nil {
		return nil, err
	}
	var key, lang, office string
	err = each(tx, []any{&key, &lang, &office}, func() error {
		list[at[key]].Office[lang] = office
		return nil
	}, `SELECT key, lang, office FROM addressee_office WHERE letter_id = $1`, letterID)
	return list, err
}

// Letters reads all letters in the given states, newest first, with their texts
// but without their addressees.
func (db *DB) Letters(ctx context.Context, states ...letter.State) ([]*letter.Letter, error) {
	want := map[letter.State]bool{}
	for _, s := range states {
		want[s] = true
	}
	var list []*letter.Letter
	err := db.Read(ctx, func(tx *Tx) error {
		all, err := scanLetters(tx)
		if err != nil {
			return err
		}
		for _, l := range all {
			if !want[l.State] {
				continue
			}
			if err := db.readParts(tx, l); err != nil {
				return err
			}
			list = append(list, l)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list letters: %w", err)
	}
	return list, nil
}

// scanLetters reads all letters without their parts, newest first.
func scanLetters(tx *Tx) (list []*letter.Letter, err error) {
	rows, err := tx.Query(`SELECT ` + letterColumns + ` FROM letter ORDER BY created_at DESC, id DESC`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		l, err := scanLetter(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, rows.Err()
}

// Versions gives the version of each letter by its slug, for caches to notice
// changes by.
func (db *DB) Versions(ctx context.Context) (map[string]int64, error) {
	versions := map[string]int64{}
	err := db.Read(ctx, func(tx *Tx) error {
		var slug string
		var v int64
		return each(tx, []any{&slug, &v}, func() error {
			versions[slug] = v
			return nil
		}, `SELECT slug, version FROM letter`)
	})
	if err != nil {
		return nil, fmt.Errorf("read the letters' versions: %w", err)
	}
	return versions, nil
}

// CreateLetter stores a new letter without texts and its addressees. It fails
// with letter.ErrSlugTaken.
func (db *DB) CreateLetter(ctx context.Context, l *letter.Letter, entry ledger.Pending) error {
	return db.Write(ctx, func(tx *Tx) error {
		var e letter.Elsewhere
		if l.Elsewhere != nil {
			e = *l.Elsewhere
		}
		copies, err := json.Marshal(e.Copies)
		if err != nil {
			return fmt.Errorf("write the copies of letter %s: %w", l.Slug, err)
		}
		n, err := changed(tx.Exec(`INSERT INTO letter (`+letterColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1, 0, 0, 0, 0, '', 0, 0, 0, 0, 0, 1) ON CONFLICT DO NOTHING`,
			l.ID, l.Slug, l.State, l.Date, l.OriginalLang, l.Publisher, e.URL, e.Publisher, e.Lang,
			string(copies), l.Forum, flag(l.ConvenersFirst), millis(l.CreatedAt), millis(l.OpenedAt), millis(l.Deadline)))
		if err != nil {
			return fmt.Errorf("store letter %s: %w", l.Slug, err)
		}
		if n == 0 {
			return fmt.Errorf("%w: %q", letter.ErrSlugTaken, l.Slug)
		}
		for i, a := range l.Addressees {
			if err := addAddressee(tx, l.ID, i, a); err != nil {
				return fmt.Errorf("store addressee %s of letter %s: %w", a.Key, l.Slug, err)
			}
		}
		return addPending(tx, entry)
	})
}

func addAddressee(tx *Tx, letterID string, position int, a letter.Addressee) error {
	_, err := tx.Exec(`INSERT INTO addressee (letter_id, key, position, country, office_native, native_lang, source_url, confidence)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		letterID, a.Key, position, a.Country, a.OfficeNative, a.NativeLang, a.SourceURL, a.Confidence)
	if err != nil {
		return err
	}
	for lang, office := range a.Office {
		if _, err := tx.Exec(`INSERT INTO addressee_office (letter_id, key, lang, office) VALUES ($1, $2, $3, $4)`,
			letterID, a.Key, lang, office); err != nil {
			return err
		}
	}
	return nil
}

// PublishText stores a text as the next version in its language, and queues its
// ledger entry. A text with the same hash as the newest version is not stored
// again.
func (db *DB) PublishText(ctx context.Context, letterID string, t letter.Text, entry ledger.Pending) error {
	return db.Write(ctx, func(tx *Tx) error {
		var version int
		var hash string
		err := tx.QueryRow(`SELECT version, hash FROM letter_text WHERE letter_id = $1 AND lang = $2 ORDER BY version DESC LIMIT 1`,
			letterID, t.Lang).Scan(&version, &hash)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if hash == t.Hash {
			return nil
		}
		_, err = tx.Exec(`INSERT INTO letter_text (id, letter_id, lang, version, kind, title, body, asks_in_body, closing, hash, published_at, editorial, reason)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			t.ID, letterID, t.Lang, version+1, t.Kind, t.Title, t.Body, flag(t.AsksInBody), t.Closing, t.Hash, millis(t.PublishedAt),
			flag(t.Editorial), t.Reason)
		if err != nil {
			return err
		}
		for i, a := range t.Asks {
			if _, err := tx.Exec(`INSERT INTO letter_ask (text_id, position, key, title, body) VALUES ($1, $2, $3, $4, $5)`,
				t.ID, i+1, a.Key, a.Title, a.Body); err != nil {
				return err
			}
		}
		if err := bumpLetter(tx, letterID); err != nil {
			return err
		}
		return addPending(tx, entry)
	})
}

// SetState moves a letter from one state to another, if it is still in the
// first; else letter.ErrState.
func (db *DB) SetState(ctx context.Context, letterID string, from, to letter.State, at time.Time, entry ledger.Pending) error {
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE letter SET state = $3, version = version + 1,
			opened_at = CASE WHEN opened_at = 0 AND CAST($3 AS TEXT) = 'open' THEN $4 ELSE opened_at END
			WHERE id = $1 AND state = $2`, letterID, from, to, millis(at)))
		if err != nil {
			return fmt.Errorf("change a letter's state: %w", err)
		}
		if n == 0 {
			return fmt.Errorf("%w: it is not %s any more", letter.ErrState, from)
		}
		if to != letter.Open && to != letter.Circulating { // nobody signs it any more
			if err := dropSealedIndex(tx, letterID); err != nil {
				return err
			}
		}
		return addPending(tx, entry)
	})
}

// SetPaused keeps its promise in letter.Pauser.
func (db *DB) SetPaused(ctx context.Context, letterID string, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE letter SET paused_at = $2, version = version + 1
			WHERE id = $1 AND (paused_at = 0) <> (CAST($2 AS BIGINT) = 0)`, letterID, millis(at))
		return err
	})
}

func bumpLetter(tx *Tx, letterID string) error {
	_, err := tx.Exec(`UPDATE letter SET version = version + 1 WHERE id = $1`, letterID)
	return err
}
