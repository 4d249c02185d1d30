package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"pliego/internal/signature"
	"pliego/internal/signature/registry"
)

var _ signature.RegistryStore = (*DB)(nil)

// linkOrganisation gives an organisation's signature its registry entry, in the
// transaction that confirms or records it: the one that agrees in folded name,
// country and domain, else a new one.
func linkOrganisation(tx *Tx, signatureID string, at time.Time) error {
	var kind signature.Kind
	var visibility signature.Visibility
	var p signature.Public
	err := tx.QueryRow(`SELECT kind, visibility, name, acronym, country, website FROM signature WHERE id = $1`, signatureID).
		Scan(&kind, &visibility, &p.Name, &p.Acronym, &p.Country, &p.Website)
	if err != nil {
		return fmt.Errorf("read the organisation of signature %s: %w", signatureID, err)
	}
	if kind != signature.Organisation || visibility == signature.Sealed {
		return nil
	}
	id, err := newID()
	if err != nil {
		return err
	}
	domain := registry.DomainOf(p.Website)
	key := registry.Key(p.Name, p.Country, domain)
	_, err = tx.Exec(`INSERT INTO organisation (id, key, name, acronym, country, domain, merged_into, changed_at, searched_at)
		VALUES ($1, $2, $3, $4, $5, $6, '', $7, 0) ON CONFLICT (key) DO UPDATE SET changed_at = $7,
		acronym = CASE WHEN organisation.acronym = '' THEN excluded.acronym ELSE organisation.acronym END`,
		id, key, p.Name, p.Acronym, p.Country, domain, millis(at))
	if err != nil {
		return fmt.Errorf("keep the organisation of signature %s: %w", signatureID, err)
	}
	_, err = tx.Exec(`UPDATE signature SET organisation_id = (SELECT id FROM organisation WHERE key = $2) WHERE id = $1`, signatureID, key)
	return err
}

// relinkOrganisation follows a correction: a voucher and a proof were for the
// name and the domain as they were.
func relinkOrganisation(tx *Tx, signatureID string, ownDomain bool, at time.Time) error {
	var before string
	if err := tx.QueryRow(`SELECT organisation_id FROM signature WHERE id = $1`, signatureID).Scan(&before); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE signature SET own_domain = $2 WHERE id = $1`, signatureID, flag(ownDomain)); err != nil {
		return err
	}
	if err := linkOrganisation(tx, signatureID, at); err != nil {
		return err
	}
	var after string
	if err := tx.QueryRow(`SELECT organisation_id FROM signature WHERE id = $1`, signatureID).Scan(&after); err != nil || before == after {
		return err
	}
	if _, err := tx.Exec(`UPDATE signature SET vouched_at = 0, proven_at = 0 WHERE id = $1`, signatureID); err != nil {
		return err
	}
	return dropOrganisation(tx, before)
}

// unlinkOrganisation takes a signature off the registry; an entry that nothing
// else stands on goes with it.
func unlinkOrganisation(tx *Tx, signatureID string) error {
	var id string
	err := tx.QueryRow(`SELECT organisation_id FROM signature WHERE id = $1`, signatureID).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil || id == "" {
		return err
	}
	_, err = tx.Exec(`UPDATE signature SET organisation_id = '', own_domain = 0, vouched_at = 0, proven_at = 0 WHERE id = $1`, signatureID)
	if err != nil {
		return err
	}
	return dropOrganisation(tx, id)
}

// dropOrganisation removes an entry that nothing stands on.
func dropOrganisation(tx *Tx, id string) error {
	n, err := changed(tx.Exec(`DELETE FROM organisation WHERE id = $1
		AND NOT EXISTS (SELECT 1 FROM signature WHERE organisation_id = $1)
		AND NOT EXISTS (SELECT 1 FROM organisation m WHERE m.merged_into = $1)`, id))
	if err != nil || n == 0 {
		return err
	}
	for _, erase := range []string{
		`DELETE FROM organisation_name WHERE organisation_id = $1`,
		`DELETE FROM organisation_address WHERE organisation_id = $1`,
		`DELETE FROM organisation_pair WHERE a = $1 OR b = $1`,
	} {
		if _, err := tx.Exec(erase, id); err != nil {
			return err
		}
	}
	return nil
}

const organisationColumns = `id, name, acronym, country, domain, merged_into, changed_at`

func scanOrganisation(row scanner) (registry.Organisation, error) {
	var o registry.Organisation
	var at int64
	err := row.Scan(&o.ID, &o.Name, &o.Acronym, &o.Country, &o.Domain, &o.MergedInto, &at)
	o.ChangedAt = fromMillis(at)
	return o, err
}

// organisations reads entries with their further names.
func organisations(tx *Tx, where string, args ...any) (list []registry.Organisation, err error) {
	rows, err := tx.Query(`SELECT `+organisationColumns+` FROM organisation WHERE `+where+` ORDER BY id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	place := map[string]int{}
	for rows.Next() {
		o, err := scanOrganisation(rows)
		if err != nil {
			return nil, err
		}
		place[o.ID] = len(list)
		list = append(list, o)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	var id string
	var n registry.Name
	err = each(tx, []any{&id, &n.Lang, &n.Text}, func() error {
		if i, ok := place[id]; ok {
			list[i].Names = append(list[i].Names, n)
		}
		return nil
	}, `SELECT organisation_id, lang, name FROM organisation_name WHERE organisation_id IN (SELECT id FROM organisation WHERE `+where+`)
		ORDER BY organisation_id, lang, name`, args...)
	return list, err
}

// OrganisationsSince keeps its promise in signature.RegistryStore.
func (db *DB) OrganisationsSince(ctx context.Context, since time.Time) (list []registry.Organisation, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list, err = organisations(tx, `changed_at >= $1`, millis(since))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the registry: %w", err)
	}
	return list, nil
}

// OrganisationByID keeps its promise in signature.RegistryStore.
func (db *DB) OrganisationByID(ctx context.Context, id string) (o registry.Organisation, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list, err := organisations(tx, `id = $1`, id)
		if err == nil && len(list) == 0 {
			return signature.ErrNoOrganisation
		}
		if err == nil {
			o = list[0]
		}
		return err
	})
	return o, err
}

// OrganisationsNotSearched keeps its promise in signature.RegistryStore.
func (db *DB) OrganisationsNotSearched(ctx context.Context, limit int) (list []registry.Organisation, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list, err = organisations(tx, `id IN (SELECT id FROM organisation WHERE searched_at = 0 ORDER BY id LIMIT $1)`, limit)
		return err
	})
	return list, err
}

// ProposePairs keeps its promise in signature.RegistryStore.
func (db *DB) ProposePairs(ctx context.Context, id string, found []registry.Found, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		for _, f := range found {
			a, b := min(id, f.ID), max(id, f.ID)
			reasons := make([]string, len(f.Reasons))
			for i, r := range f.Reasons {
				reasons[i] = string(r)
			}
			_, err := tx.Exec(`INSERT INTO organisation_pair (a, b, score, reasons, state, found_at, decided_at)
				SELECT $1, $2, $3, $4, 'open', $5, 0 FROM organisation x, organisation y WHERE x.id = $1 AND y.id = $2 ON CONFLICT DO NOTHING`,
				a, b, int64(f.Score*1000), strings.Join(reasons, " "), millis(at))
			if err != nil {
				return fmt.Errorf("propose that %s and %s are one organisation: %w", a, b, err)
			}
		}
		_, err := tx.Exec(`UPDATE organisation SET searched_at = $2 WHERE id = $1`, id, millis(at))
		return err
	})
}

// Pairs keeps its promise in signature.RegistryStore.
func (db *DB) Pairs(ctx context.Context, state registry.PairState) (list []registry.Pair, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		var p registry.Pair
		var score, found, decided int64
		var reasons string
		err := each(tx, []any{&p.A.ID, &p.B.ID, &score, &reasons, &p.State, &found, &decided}, func() error {
			p.Score, p.FoundAt, p.DecidedAt, p.Reasons = float64(score)/1000, fromMillis(found), fromMillis(decided), nil
			for r := range strings.FieldsSeq(reasons) {
				p.Reasons = append(p.Reasons, registry.Reason(r))
			}
			list = append(list, p)
			return nil
		}, `SELECT a, b, score, reasons, state, found_at, decided_at FROM organisation_pair WHERE state = $1 ORDER BY score DESC, a, b`, state)
		if err != nil {
			return err
		}
		all, err := organisations(tx, `id IN (SELECT a FROM organisation_pair WHERE state = $1) OR id IN (SELECT b FROM organisation_pair WHERE state = $1)`, state)
		if err != nil {
			return err
		}
		byID := map[string]registry.Organisation{}
		for _, o := range all {
			byID[o.ID] = o
		}
		for i := range list {
			list[i].A, list[i].B = byID[list[i].A.ID], byID[list[i].B.ID]
		}
		return nil
	})
	return list, err
}

// MergeOrganisations keeps its promise in signature.RegistryStore.
func (db *DB) MergeOrganisations(ctx context.Context, from, into string, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		// Two people who merge the same entries the other way round at once wait
		// here for each other.
		n, err := changed(tx.Exec(`UPDATE organisation SET changed_at = $3 WHERE id IN ($1, $2) AND merged_into = ''`, from, into, millis(at)))
		if err != nil {
			return err
		}
		if n != 2 || from == into {
			return signature.ErrNotMergeable
		}
		if _, err := tx.Exec(`UPDATE organisation SET merged_into = $2 WHERE id = $1`, from, into); err != nil {
			return err
		}
		if err := forgetProofs(tx, from, into); err != nil {
			return err
		}
		return decidePair(tx, from, into, registry.Same, at)
	})
}

// UnmergeOrganisation keeps its promise in signature.RegistryStore.
func (db *DB) UnmergeOrganisation(ctx context.Context, id string, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		var into string
		err := tx.QueryRow(`SELECT merged_into FROM organisation WHERE id = $1`, id).Scan(&into)
		if errors.Is(err, sql.ErrNoRows) {
			return signature.ErrNoOrganisation
		}
		if err != nil {
			return err
		}
		n, err := changed(tx.Exec(`UPDATE organisation SET merged_into = '', changed_at = $2 WHERE id = $1 AND merged_into <> ''`, id, millis(at)))
		if err != nil {
			return err
		}
		if n == 0 {
			return signature.ErrNotMergeable
		}
		return decidePair(tx, id, into, registry.Open, at)
	})
}

// DifferentOrganisations keeps its promise in signature.RegistryStore.
func (db *DB) DifferentOrganisations(ctx context.Context, a, b string, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM organisation WHERE id IN ($1, $2) AND merged_into = ''`, a, b).Scan(&n); err != nil {
			return err
		}
		if n != 2 {
			return signature.ErrNotMergeable
		}
		return decidePair(tx, a, b, registry.Different, at)
	})
}

func decidePair(tx *Tx, a, b string, state registry.PairState, at time.Time) error {
	decided := millis(at)
	if state == registry.Open {
		decided = 0
	}
	_, err := tx.Exec(`INSERT INTO organisation_pair (a, b, score, reasons, state, found_at, decided_at) VALUES ($1, $2, 0, '', $3, $4, $5)
		ON CONFLICT (a, b) DO UPDATE SET state = excluded.state, decided_at = excluded.decided_at`, min(a, b), max(a, b), state, millis(at), decided)
	return err
}

// AddOrganisationName keeps its promise in signature.RegistryStore.
func (db *DB) AddOrganisationName(ctx context.Context, id string, n registry.Name, at time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		c, err := changed(tx.Exec(`UPDATE organisation SET changed_at = $2, searched_at = 0 WHERE id = $1`, id, millis(at)))
		if err != nil {
			return err
		}
		if c == 0 {
			return signature.ErrNoOrganisation
		}
		_, err = tx.Exec(`INSERT INTO organisation_name (organisation_id, lang, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, id, n.Lang, n.Text)
		return err
	})
}

// OnLetter keeps its promise in signature.RegistryStore.
func (db *DB) OnLetter(ctx context.Context, letterID, except string, organisationIDs []string) (list []*signature.Signature, err error) {
	args, marks := []any{letterID, except}, []string{}
	for _, id := range organisationIDs {
		args = append(args, id)
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	if len(marks) == 0 {
		return nil, nil
	}
	return db.signatures(ctx, `SELECT `+signatureColumns+` FROM signature WHERE letter_id = $1 AND id <> $2
		AND organisation_id IN (`+strings.Join(marks, ", ")+`) AND state IN ('standing', 'waiting', 'contested') ORDER BY id`, args...)
}

// SignaturesOfOrganisation keeps its promise in signature.RegistryStore.
func (db *DB) SignaturesOfOrganisation(ctx context.Context, id string) ([]*signature.Signature, error) {
	return db.signatures(ctx, `SELECT `+signatureColumns+` FROM signature WHERE organisation_id = $1 ORDER BY id`, id)
}
