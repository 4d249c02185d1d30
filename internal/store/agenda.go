package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"pliego/internal/dialogue"
	"pliego/internal/ledger"
)

// AppendAgenda records a further version of each item of a letter's agenda, or its
// first, with the ledger entries, durably, all or none. RecordedAt is now. It fails
// with dialogue.ErrAgendaChanged when the version is there already, and with
// dialogue.ErrAgenda for what breaks its rules.
func (db *DB) AppendAgenda(ctx context.Context, letterID, slug string, items []*dialogue.AgendaItem, now time.Time) error {
	bodies, entries := make([]string, len(items)), make([]ledger.Pending, len(items))
	for n, i := range items {
		i.LetterID, i.RecordedAt = letterID, now
		body, err := json.Marshal(i)
		if err != nil {
			return fmt.Errorf("agenda item %s: %w", i.ID, err)
		}
		bodies[n] = string(body)
		record := map[string]string{"id": i.ID, "version": strconv.Itoa(i.Version), "state": string(i.State), "reason": i.Reason, "body": bodies[n]}
		if i.TakenDown {
			record = map[string]string{"id": i.ID, "version": strconv.Itoa(i.Version), "taken_down": "yes", "reason": i.Reason}
		}
		if entries[n], err = ledger.NewPending(ledger.AgendaRecorded, letterID, slug, i.ID, "", now, record); err != nil {
			return err
		}
	}
	err := db.Write(ctx, func(tx *Tx) error {
		gone := map[string]string{}
		for n, i := range items {
			if err := appendAgenda(tx, i, bodies[n]); err != nil {
				return err
			}
			if err := addPending(tx, entries[n]); err != nil {
				return err
			}
			if i.TakenDown {
				gone[i.ID] = i.Reason
			}
		}
		if err := reissueEditions(tx, letterID, gone, now); err != nil {
			return err
		}
		return bumpLetter(tx, letterID)
	})
	if err != nil {
		return fmt.Errorf("write the agenda of letter %s: %w", slug, err)
	}
	return nil
}

func appendAgenda(tx *Tx, i *dialogue.AgendaItem, body string) error {
	before := &dialogue.AgendaItem{}
	var old string
	err := tx.QueryRow(`SELECT version, body FROM agenda_item WHERE id = $1 ORDER BY version DESC LIMIT 1`, i.ID).Scan(&before.Version, &old)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		before = nil
	case err != nil:
		return err
	default:
		if err := json.Unmarshal([]byte(old), before); err != nil {
			return err
		}
	}
	there := 0
	if before != nil {
		there = before.Version
	}
	if i.Version != there+1 {
		return dialogue.ErrAgendaChanged
	}
	if err := i.Check(before); err != nil {
		return err
	}
	var corrects any
	if there > 0 {
		corrects = there
	}
	n, err := changed(tx.Exec(`INSERT INTO agenda_item (id, version, corrects, letter_id, recorded_at, recorded_by, reason, taken_down, state, shown, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
		i.ID, i.Version, corrects, i.LetterID, millis(i.RecordedAt), i.RecordedBy, i.Reason, flag(i.TakenDown), i.State, i.Shown.URL, body))
	if err == nil && n == 0 {
		return dialogue.ErrAgendaChanged
	}
	if err != nil || !i.TakenDown {
		return err
	}
	return eraseOpenings(tx, i.ID)
}

// AgendaOf reads every version of every item of a letter's agenda, in the order in
// which they were recorded.
func (db *DB) AgendaOf(ctx context.Context, letterID string) (list dialogue.Agenda, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		var i dialogue.AgendaItem
		var at, down int64
		var body string
		return each(tx, []any{&i.ID, &i.Version, &at, &i.RecordedBy, &i.Reason, &down, &body}, func() error {
			one := dialogue.AgendaItem{}
			if err := json.Unmarshal([]byte(body), &one); err != nil {
				return fmt.Errorf("%s, version %d: %w", i.ID, i.Version, err)
			}
			one.ID, one.Version, one.LetterID, one.RecordedAt, one.RecordedBy, one.Reason, one.TakenDown = i.ID, i.Version, letterID, fromMillis(at), i.RecordedBy, i.Reason, down == 1
			list = append(list, &one)
			return nil
		}, `SELECT id, version, recorded_at, recorded_by, reason, taken_down, body FROM agenda_item WHERE letter_id = $1 ORDER BY recorded_at, id, version`, letterID)
	})
	if err != nil {
		return nil, fmt.Errorf("read the agenda of a letter: %w", err)
	}
	return list, nil
}

// AgendaProposal is what a signatory proposed and nobody has decided about.
type AgendaProposal struct {
	ID          string // UUIDv7
	LetterID    string
	SignatureID string
	CreatedAt   time.Time
	Item        dialogue.AgendaItem
}

// mostProposals bounds what one signature may have waiting.
const mostProposals = 20

// ErrManyProposals says that enough of a signatory's proposals wait.
var ErrManyProposals = errors.New("enough of your proposals wait to be looked at")

// ProposeAgenda keeps a proposal until a coordinator has looked at it.
func (db *DB) ProposeAgenda(ctx context.Context, p AgendaProposal) error {
	body, err := json.Marshal(p.Item)
	if err != nil {
		return fmt.Errorf("keep a proposal: %w", err)
	}
	err = db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`INSERT INTO agenda_proposal (id, letter_id, signature_id, created_at, decided_at, item, body)
			SELECT $1, $2, $3, $4, 0, '', $5 WHERE (SELECT count(*) FROM agenda_proposal WHERE signature_id = $3 AND decided_at = 0) < `+strconv.Itoa(mostProposals),
			p.ID, p.LetterID, p.SignatureID, millis(p.CreatedAt), string(body)))
		if err == nil && n == 0 {
			return ErrManyProposals
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a proposal: %w", err)
	}
	return nil
}

// AgendaProposals are those that wait, the oldest first.
func (db *DB) AgendaProposals(ctx context.Context, letterID string) (list []AgendaProposal, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list = nil
		p := AgendaProposal{LetterID: letterID}
		var at int64
		var body string
		return each(tx, []any{&p.ID, &p.SignatureID, &at, &body}, func() error {
			p.CreatedAt, p.Item = fromMillis(at), dialogue.AgendaItem{}
			if err := json.Unmarshal([]byte(body), &p.Item); err != nil {
				return err
			}
			list = append(list, p)
			return nil
		}, `SELECT id, signature_id, created_at, body FROM agenda_proposal WHERE letter_id = $1 AND decided_at = 0 ORDER BY created_at, id LIMIT 500`, letterID)
	})
	if err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	return list, nil
}

// DecideProposal notes what became of a proposal: the item that it was made, or ""
// when it was declined. It fails with dialogue.ErrAgendaUnknown when it does not
// wait any more.
func (db *DB) DecideProposal(ctx context.Context, letterID, id, item string, now time.Time) error {
	err := db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`UPDATE agenda_proposal SET decided_at = $3, item = $4 WHERE id = $1 AND letter_id = $2 AND decided_at = 0`, id, letterID, millis(now), item))
		if err == nil && n == 0 {
			return dialogue.ErrAgendaUnknown
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("decide about a proposal: %w", err)
	}
	return nil
}
