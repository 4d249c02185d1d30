package store

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pliego/internal/ledger"
	"pliego/internal/signature"
)

// letterGain is what one batch adds to a letter's counts.
type letterGain struct {
	highest, organisations, persons, withdrawn int64
	signers                                    map[string]int64 // by text
	sealedOrganisations, sealedPersons         int64            // among those
}

// signer is what counting needs of a signature.
type signer struct {
	kind       signature.Kind
	text       string
	visibility signature.Visibility
}

func (g *letterGain) count(s signer, by int64) {
	g.signers[s.text] += by
	all, sealed := &g.organisations, &g.sealedOrganisations
	if s.kind == signature.Person {
		all, sealed = &g.persons, &g.sealedPersons
	}
	*all += by
	if s.visibility == signature.Sealed {
		*sealed += by
	}
}

// Place keeps its promise in ledger.Step. Signatures' rows come first, as for those
// who erase: on PostgreSQL two who hold one and wait for the other would block each
// other. Statements take many rows each: SQLite copies the pages that a statement
// changes, so that it can be undone by itself.
func (s sequenceStep) Place(first int64, entries []ledger.Pending, tiles map[ledger.TileID][]byte) error {
	gains, err := s.gains(entries)
	if err != nil {
		return err
	}
	if err := s.number(gains, entries); err != nil {
		return err
	}
	if err := s.setAside(gains, entries); err != nil {
		return err
	}
	if err := s.move(first, entries); err != nil {
		return err
	}
	for id, g := range gains {
		_, err := s.tx.Exec(`UPDATE letter SET version = version + 1, highest_number = $2, organisations = organisations + $3,
			persons = persons + $4, withdrawn = withdrawn + $5,
			sealed_organisations = sealed_organisations + $6, sealed_persons = sealed_persons + $7 WHERE id = $1`,
			id, g.highest, g.organisations, g.persons, g.withdrawn, g.sealedOrganisations, g.sealedPersons)
		if err != nil {
			return err
		}
		for text, by := range g.signers {
			if err := countSigners(s.tx, text, by); err != nil {
				return err
			}
		}
	}
	for id, hashes := range tiles {
		_, err := s.tx.Exec(`INSERT INTO ledger_tile (level, n, hashes) VALUES ($1, $2, $3)
			ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes`, id.Level, id.N, hashes)
		if err != nil {
			return fmt.Errorf("store tile %d/%d: %w", id.Level, id.N, err)
		}
	}
	return nil
}

// gains begins the counts of each letter that the entries speak of.
func (s sequenceStep) gains(entries []ledger.Pending) (map[string]*letterGain, error) {
	gains := map[string]*letterGain{}
	for _, e := range entries {
		if e.LetterID == "" || gains[e.LetterID] != nil { // it may speak of the log itself
			continue
		}
		g := &letterGain{signers: map[string]int64{}}
		if err := s.tx.QueryRow(`SELECT highest_number FROM letter WHERE id = $1`, e.LetterID).Scan(&g.highest); err != nil {
			return nil, fmt.Errorf("read the last number of letter %s: %w", e.LetterID, err)
		}
		gains[e.LetterID] = g
	}
	return gains, nil
}

// number gives each recorded signature its number. These statements take one row
// each and return none: SQLite then changes the indexes of names, which lie all
// over, without copying their pages first. What is counted is read afterwards, when
// nobody else can change it.
func (s sequenceStep) number(gains map[string]*letterGain, entries []ledger.Pending) error {
	var list []any
	of := map[string]*letterGain{} // by signature
	for _, e := range entries {
		if e.Kind != ledger.SignatureRecorded {
			continue
		}
		g := gains[e.LetterID]
		g.highest++
		n, err := changed(s.tx.Exec(`UPDATE signature SET number = $2 WHERE id = $1 AND number IS NULL`, e.Subject, g.highest))
		if err == nil && n == 0 {
			err = errors.New("it is not there, or has a number already")
		}
		if err != nil {
			return fmt.Errorf("number signature %s: %w", e.Subject, err)
		}
		list, of[e.Subject] = append(list, e.Subject), g
	}
	return inChunks(list, func(chunk []any) error {
		var id string
		var found signer
		return each(s.tx, []any{&id, &found.kind, &found.text, &found.visibility}, func() error {
			of[id].count(found, 1)
			return nil
		}, `SELECT id, kind, text_id, visibility FROM signature WHERE id IN `+tuples(1, len(chunk)), chunk...)
	})
}

// setAside counts the signatures that are listed no more, or again. One that was
// set aside counts no more already when it is withdrawn: the column uncounted
// holds what the log has said so far.
func (s sequenceStep) setAside(gains map[string]*letterGain, entries []ledger.Pending) error {
	for _, e := range entries {
		if e.Kind != ledger.SignatureWithdrawn && e.Kind != ledger.SignatureContested && e.Kind != ledger.SignatureRestored {
			continue
		}
		var gone signer
		var uncounted int64
		err := s.tx.QueryRow(`SELECT kind, text_id, visibility, uncounted FROM signature WHERE id = $1`, e.Subject).
			Scan(&gone.kind, &gone.text, &gone.visibility, &uncounted)
		if err != nil {
			return fmt.Errorf("read signature %s: %w", e.Subject, err)
		}
		g := gains[e.LetterID]
		if e.Kind != ledger.SignatureWithdrawn {
			aside := flag(e.Kind == ledger.SignatureContested)
			if aside == uncounted {
				continue
			}
			if _, err := s.tx.Exec(`UPDATE signature SET uncounted = $2 WHERE id = $1`, e.Subject, aside); err != nil {
				return err
			}
			g.count(gone, uncounted-aside)
			continue
		}
		if gone.visibility == signature.Sealed { // it was listed until now
			if _, err := s.tx.Exec(`UPDATE signature SET state = 'withdrawn' WHERE id = $1 AND state = 'standing'`, e.Subject); err != nil {
				return err
			}
		}
		g.withdrawn++
		if uncounted == 0 {
			g.count(gone, -1)
		}
	}
	return nil
}

// move takes the entries out of those that wait and puts them into the log, in
// statements of many rows, whose pages lie side by side. What is
// put there is what waits now: an opening that was erased since the entry was read
// does not come back.
func (s sequenceStep) move(first int64, entries []ledger.Pending) error {
	type opening struct{ salt, record []byte }
	return inChunks(entries, func(chunk []ledger.Pending) error {
		args := make([]any, 0, 8*len(chunk))
		for _, e := range chunk {
			args = append(args, e.ID)
		}
		var id string
		var now opening
		taken := make(map[string]opening, len(chunk))
		err := each(s.tx, []any{&id, &now.salt, &now.record}, func() error {
			taken[id] = now
			now = opening{}
			return nil
		}, `DELETE FROM ledger_pending WHERE id IN `+tuples(1, len(chunk))+` RETURNING id, salt, record`, args...)
		if err != nil {
			return fmt.Errorf("take entries out of those that wait: %w", err)
		}
		args = args[:0]
		for _, e := range chunk {
			o, ok := taken[e.ID]
			if !ok {
				return fmt.Errorf("entry %s does not wait any more", e.ID)
			}
			args = append(args, first, e.ID, e.Kind, e.LetterID, e.Subject, e.Data, o.salt, o.record)
			first++
		}
		_, err = s.tx.Exec(`INSERT INTO ledger_entry (leaf, id, kind, letter_id, subject, data, salt, record) VALUES `+
			tuples(len(chunk), 8), args...)
		if err != nil {
			return fmt.Errorf("place entries up to %d: %w", first-1, err)
		}
		return nil
	})
}

// placeRows is the most rows of one statement. SQLite's driver looks each parameter
// up by its name among all of the statement's, so more rows are no gain.
const placeRows = 32

// inChunks hands out a list in pieces whose lengths are powers of two, so that few
// different statements are prepared.
func inChunks[T any](list []T, fn func([]T) error) error {
	for size := placeRows; len(list) > 0; {
		for size > len(list) {
			size /= 2
		}
		if err := fn(list[:size]); err != nil {
			return err
		}
		list = list[size:]
	}
	return nil
}

// tuples writes rows of numbered placeholders.
func tuples(rows, columns int) string {
	var out strings.Builder
	for n := range rows * columns {
		switch {
		case n == 0:
			out.WriteString("(")
		case n%columns == 0:
			out.WriteString("), (")
		default:
			out.WriteString(", ")
		}
		out.WriteString("$" + strconv.Itoa(n+1))
	}
	return out.String() + ")"
}
