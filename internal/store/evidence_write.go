package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"pliego/internal/evidence"
)

// seriesARow is how many series one statement writes; the rest go one by one.
const seriesARow = 50

// ReplaceEvidence puts what a pack holds of evidence in the place of what the
// same pack brought before. Nothing is written when it is the same. What
// somebody imported stays.
func (db *DB) ReplaceEvidence(ctx context.Context, pack string, c *evidence.Content, now time.Time) error {
	digest, err := digestOf(c)
	if err != nil {
		return fmt.Errorf("evidence of pack %s: %w", pack, err)
	}
	err = db.Write(ctx, func(tx *Tx) error {
		if err := lockEvidence(tx); err != nil {
			return err
		}
		var has string
		err := tx.QueryRow(`SELECT sha256 FROM data_pack WHERE pack = $1`, pack).Scan(&has)
		switch absent := errors.Is(err, sql.ErrNoRows); {
		case err != nil && !absent:
			return err
		case has == digest, absent && c.Empty():
			return nil
		}
		if _, err := tx.Exec(`INSERT INTO data_pack (pack, sha256, loaded_at) VALUES ($1, $2, $3)
			ON CONFLICT (pack) DO UPDATE SET sha256 = excluded.sha256, loaded_at = excluded.loaded_at`, pack, digest, now.UnixMilli()); err != nil {
			return err
		}
		for _, clear := range []string{
			`DELETE FROM series WHERE origin = $1`,
			`DELETE FROM data_source WHERE pack = $1 AND key NOT IN (SELECT source FROM series)`,
			`DELETE FROM indicator WHERE pack = $1`,
			`DELETE FROM data_event WHERE pack = $1`,
		} {
			if _, err := tx.Exec(clear, pack); err != nil {
				return err
			}
		}
		if err := putContent(tx, pack, c, now); err != nil {
			return err
		}
		return raiseEvidence(tx)
	})
	if err != nil {
		return fmt.Errorf("store the evidence of pack %s: %w", pack, err)
	}
	return nil
}

func putContent(tx *Tx, pack string, c *evidence.Content, now time.Time) error {
	for rank, i := range c.Indicators {
		if err := putIndicator(tx, pack, rank, i); err != nil {
			return err
		}
	}
	for _, s := range c.Sources {
		if _, err := putSource(tx, pack, s, now); err != nil {
			return err
		}
	}
	if err := putSeries(tx, pack, c.Series); err != nil {
		return err
	}
	for rank, e := range c.Events {
		body, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO data_event (pack, rank, kind, date, body) VALUES ($1, $2, $3, $4, $5)`, pack, rank, e.Kind, e.Date, string(body)); err != nil {
			return err
		}
	}
	return nil
}

// DefineIndicators adds those definitions that are not there yet, so that
// figures can be imported before any pack was loaded.
func (db *DB) DefineIndicators(ctx context.Context, pack string, list []evidence.Indicator) error {
	err := db.Write(ctx, func(tx *Tx) error {
		var has int
		if err := tx.QueryRow(`SELECT COUNT(*) FROM indicator`).Scan(&has); err != nil || has > 0 {
			return err
		}
		for rank, i := range list {
			if err := putIndicator(tx, pack, rank, i); err != nil {
				return err
			}
		}
		return raiseEvidence(tx)
	})
	if err != nil {
		return fmt.Errorf("store the indicators: %w", err)
	}
	return nil
}

func putIndicator(tx *Tx, pack string, rank int, i evidence.Indicator) error {
	body, err := json.Marshal(i)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO indicator (key, pack, rank, body) VALUES ($1, $2, $3, $4)
		ON CONFLICT (key) DO UPDATE SET pack = excluded.pack, rank = excluded.rank, body = excluded.body`, i.Key, pack, rank, string(body))
	return err
}

// putSource writes a source and tells how many rows that changed. An import
// leaves the words that stand there; a pack's take their place.
func putSource(tx *Tx, pack string, s evidence.Source, now time.Time) (int64, error) {
	body, err := json.Marshal(s)
	if err != nil {
		return 0, err
	}
	conflict := ` ON CONFLICT DO NOTHING`
	if pack != "" {
		conflict = ` ON CONFLICT (key) DO UPDATE SET pack = excluded.pack, family = excluded.family,
			vintage = excluded.vintage, body = excluded.body, loaded_at = excluded.loaded_at`
	}
	return changed(tx.Exec(`INSERT INTO data_source (key, pack, family, vintage, body, loaded_at)
		VALUES ($1, $2, $3, $4, $5, $6)`+conflict, s.Key, pack, s.Family, s.Vintage, string(body), now.UnixMilli()))
}

// putSeries writes whole series over those that are there.
func putSeries(tx *Tx, origin string, list []evidence.Series) error {
	for len(list) > 0 {
		n := 1
		if len(list) >= seriesARow {
			n = seriesARow
		}
		args := make([]any, 0, 8*n)
		for _, s := range list[:n] {
			if len(s.Values) == 0 {
				return fmt.Errorf("%s of %s from %s has no values", s.Indicator, s.Place, s.Source)
			}
			args = append(args, s.Indicator, s.Place, s.Source, origin, len(s.Values),
				s.Values[0].Period.String(), s.Values[len(s.Values)-1].Period.String(), evidence.EncodeValues(s.Values))
		}
		if _, err := tx.Exec(insertSeries(n), args...); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// insertSeries is the statement for n series.
func insertSeries(n int) string {
	var b strings.Builder
	b.WriteString(`INSERT INTO series (indicator, place, source, origin, value_count, first_period, last_period, body) VALUES `)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "($%d, $%d, $%d, $%d, $%d, $%d, $%d, $%d)", 8*i+1, 8*i+2, 8*i+3, 8*i+4, 8*i+5, 8*i+6, 8*i+7, 8*i+8)
	}
	b.WriteString(` ON CONFLICT (indicator, place, source, origin) DO UPDATE SET value_count = excluded.value_count,
		first_period = excluded.first_period, last_period = excluded.last_period, body = excluded.body`)
	return b.String()
}

// AddObservations adds figures of sources that are there, or are given here,
// and tells the fate of each in its order. What stands there stays unless
// replace is asked. With dry nothing is written. It is one transaction: long
// imports come in chunks.
func (db *DB) AddObservations(ctx context.Context, sources []evidence.Source, list []evidence.Observation, replace, dry bool, now time.Time) (fates []evidence.Fate, err error) {
	run := func(tx *Tx) error {
		fates, err = addObservations(tx, sources, list, replace, dry, now)
		return err
	}
	if dry {
		err = db.Read(ctx, run)
	} else {
		err = db.Write(ctx, run)
	}
	if err != nil {
		return nil, fmt.Errorf("add observations: %w", err)
	}
	return fates, nil
}

type seriesName struct{ indicator, place, source string }

func addObservations(tx *Tx, sources []evidence.Source, list []evidence.Observation, replace, dry bool, now time.Time) ([]evidence.Fate, error) {
	touched := false
	if !dry {
		if err := lockEvidence(tx); err != nil {
			return nil, err
		}
		for _, s := range sources {
			n, err := putSource(tx, "", s, now)
			if err != nil {
				return nil, err
			}
			touched = touched || n > 0
		}
	}
	at := map[seriesName][]int{}
	var names []seriesName
	for i, o := range list {
		n := seriesName{o.Indicator, o.Place, o.Source}
		if len(at[n]) == 0 {
			names = append(names, n)
		}
		at[n] = append(at[n], i)
	}
	fates := make([]evidence.Fate, len(list))
	var write []evidence.Series
	for _, n := range names {
		has, brought, err := oneSeries(tx, n)
		if err != nil {
			return nil, err
		}
		add := make([]evidence.Value, 0, len(at[n]))
		for _, i := range at[n] {
			add = append(add, evidence.Value{Period: list[i].Period, Value: list[i].Value, Flag: list[i].Flag, Note: list[i].Note})
		}
		merged, became := evidence.Merge(has, add, replace)
		wrote := false
		for k, i := range at[n] {
			fates[i] = became[k]
			wrote = wrote || became[k] == evidence.Added || became[k] == evidence.Replaced
		}
		if wrote {
			write = append(write, evidence.Series{Indicator: n.indicator, Place: n.place, Source: n.source, Values: evidence.Beyond(merged, brought)})
		}
	}
	if dry || !touched && len(write) == 0 {
		return fates, nil
	}
	if err := putSeries(tx, "", write); err != nil {
		return nil, err
	}
	return fates, raiseEvidence(tx)
}

// oneSeries reads all values of a series, and those among them that packs
// brought.
func oneSeries(tx *Tx, n seriesName) (all, brought []evidence.Value, err error) {
	var origin, body string
	err = each(tx, []any{&origin, &body}, func() error {
		v, err := evidence.DecodeValues(body)
		if err != nil {
			return err
		}
		if origin != "" {
			brought, _ = evidence.Merge(brought, v, false)
		}
		all, _ = evidence.Merge(all, v, false)
		return nil
	}, `SELECT origin, body FROM series WHERE indicator = $1 AND place = $2 AND source = $3 ORDER BY origin`, n.indicator, n.place, n.source)
	return all, brought, err
}

// ImportedBefore tells under which source a file was imported, by its hash.
func (db *DB) ImportedBefore(ctx context.Context, sha256 string) (source string, found bool, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return each(tx, []any{&source}, func() error { found = true; return nil }, `SELECT source FROM data_import WHERE sha256 = $1`, sha256)
	})
	if err != nil {
		return "", false, fmt.Errorf("look for an earlier import: %w", err)
	}
	return source, found, nil
}

// NoteImport remembers a file that was imported.
func (db *DB) NoteImport(ctx context.Context, sha256, source string, now time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO data_import (sha256, source, imported_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, sha256, source, now.UnixMilli())
		if err != nil {
			return fmt.Errorf("note the import: %w", err)
		}
		return nil
	})
}

// lockEvidence makes writers of evidence wait for each other: they read what
// they change.
func lockEvidence(tx *Tx) error {
	_, err := tx.Exec(`INSERT INTO data_version (only_row, version) VALUES (1, 0)
		ON CONFLICT (only_row) DO UPDATE SET version = data_version.version`)
	return err
}

func raiseEvidence(tx *Tx) error {
	_, err := tx.Exec(`INSERT INTO data_version (only_row, version) VALUES (1, 1)
		ON CONFLICT (only_row) DO UPDATE SET version = data_version.version + 1`)
	return err
}

func digestOf(c *evidence.Content) (string, error) {
	sum := sha256.New()
	enc := json.NewEncoder(sum)
	for _, x := range []any{c.Indicators, c.Sources, c.Events} {
		if err := enc.Encode(x); err != nil {
			return "", err
		}
	}
	for _, s := range c.Series {
		fmt.Fprintf(sum, "%s\t%s\t%s\n%s", s.Indicator, s.Place, s.Source, evidence.EncodeValues(s.Values))
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
