package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"pliego/internal/place"
	"pliego/internal/signature"
)

// DeskQuery chooses signatures of a letter for the people who run it: of every
// state, in one of a few orders, a page at a time.
type DeskQuery struct {
	State   signature.State // "" for all
	Basis   signature.Basis // "" for all
	Kind    signature.Kind  // "" for all
	Country string          // ISO 3166-1 alpha-2; "" for all
	Search  string          // part of a name or acronym; "" for all
	Order   string          // DeskNewest, DeskOldest or DeskByName
	After   string          // ID of the last row of the page before; "" for the first
	Limit   int
}

// The orders of that list.
const (
	DeskNewest = "newest"
	DeskOldest = "oldest"
	DeskByName = "name"
)

// DeskSignatures reads a page of that list. A place in it that does not exist is
// ErrCursor.
func (db *DB) DeskSignatures(ctx context.Context, letterID string, q DeskQuery) ([]*signature.Signature, error) {
	where, args := `letter_id = $1`, []any{letterID}
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	for column, value := range map[string]string{"state": string(q.State), "basis": string(q.Basis), "kind": string(q.Kind), "country": q.Country} {
		if value != "" {
			where += ` AND ` + column + ` = ` + arg(value)
		}
	}
	if key := place.Fold(q.Search); key != "" {
		where += ` AND name_key LIKE ` + arg("%"+likeEscaper.Replace(key)+"%") + ` ESCAPE '\'`
	}
	order, beyond := `id DESC`, `id < `
	switch q.Order {
	case DeskOldest:
		order, beyond = `id`, `id > `
	case DeskByName:
		order = `sort_key, id`
	}
	if q.After != "" {
		s, err := db.SignatureByID(ctx, q.After)
		if errors.Is(err, signature.ErrUnknown) || err == nil && s.LetterID != letterID {
			return nil, ErrCursor
		}
		if err != nil {
			return nil, err
		}
		if q.Order == DeskByName {
			at := arg(q.After)
			where += ` AND (sort_key, id) > ((SELECT sort_key FROM signature WHERE id = ` + at + `), ` + at + `)`
		} else {
			where += ` AND ` + beyond + arg(q.After)
		}
	}
	list, err := db.signatures(ctx, `SELECT `+signatureColumns+` FROM signature WHERE `+where+` ORDER BY `+order+` LIMIT `+arg(q.Limit), args...)
	if err != nil {
		return nil, fmt.Errorf("list a letter's signatures: %w", err)
	}
	return list, nil
}
