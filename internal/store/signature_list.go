package store

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pliego/internal/place"
	"pliego/internal/signature"
)

// RegistrationPage is how many numbers one page of the registration list holds.
// Page n holds numbers 500(n-1)+1 to 500n, whatever was withdrawn, so that old
// pages stay as they are.
const RegistrationPage = 500

// SignaturesNumbered reads the signatures with numbers from first to last, in
// order, those withdrawn included (without a name).
func (db *DB) SignaturesNumbered(ctx context.Context, letterID string, first, last int64) ([]*signature.Signature, error) {
	return db.signatures(ctx, `SELECT `+signatureColumns+` FROM signature
		WHERE letter_id = $1 AND number BETWEEN $2 AND $3 ORDER BY number`, letterID, first, last)
}

// EachSignature calls fn for every numbered signature of a letter in the order of numbers,
// those withdrawn included, in steady memory.
func (db *DB) EachSignature(ctx context.Context, letterID string, fn func(*signature.Signature) error) error {
	for last := int64(0); ; {
		page, err := db.signatures(ctx, `SELECT `+signatureColumns+` FROM signature
			WHERE letter_id = $1 AND number > $2 ORDER BY number LIMIT $3`, letterID, last, RegistrationPage)
		if err != nil {
			return err
		}
		for _, s := range page {
			if err := fn(s); err != nil {
				return err
			}
			last = s.Number
		}
		if len(page) < RegistrationPage {
			return nil
		}
	}
}

// ListQuery chooses standing signatures for an alphabetical list.
type ListQuery struct {
	Country string // ISO 3166-1 alpha-2; "" for all
	Search  string // part of a name or acronym, without regard to accents and case; "" for all
	After   string // the Cursor of the last row of the page before; "" for the first
	Limit   int    // 1 to 500
}

// ErrCursor is returned for a place in a list that is not one.
var ErrCursor = errors.New("this place in the list does not exist; begin at its first page")

// SignaturesByName reads a page of standing signatures in alphabetical order
// (CLDR root collation, the same in every language), and the cursor of the next
// page, or "".
func (db *DB) SignaturesByName(ctx context.Context, letterID string, q ListQuery) (list []*signature.Signature, next string, err error) {
	limit := min(max(q.Limit, 1), RegistrationPage)
	where, args := `letter_id = $1 AND number IS NOT NULL AND state = 'standing'`, []any{letterID}
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	if q.Country != "" {
		where += ` AND country = ` + arg(q.Country)
	}
	if key := place.Fold(q.Search); key != "" {
		where += ` AND name_key LIKE ` + arg("%"+likeEscaper.Replace(key)+"%") + ` ESCAPE '\'`
	}
	if q.After != "" {
		key, number, err := parseCursor(q.After)
		if err != nil {
			return nil, "", err
		}
		where += ` AND (sort_key, number) > (` + arg(key) + `, ` + arg(number) + `)`
	}
	list, err = db.signatures(ctx, `SELECT `+signatureColumns+` FROM signature WHERE `+where+
		` ORDER BY sort_key, number LIMIT `+arg(limit+1), args...)
	if err != nil {
		return nil, "", err
	}
	if len(list) > limit {
		list = list[:limit]
		next = Cursor(list[limit-1])
	}
	return list, next, nil
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Cursor is the place of a signature in an alphabetical list.
func Cursor(s *signature.Signature) string {
	_, key := nameKeys(s.Public)
	return base64.RawURLEncoding.EncodeToString(key) + "." + strconv.FormatInt(s.Number, 10)
}

func parseCursor(c string) (key []byte, number int64, err error) {
	k, n, ok := strings.Cut(c, ".")
	if !ok || len(c) > 8192 {
		return nil, 0, ErrCursor
	}
	if key, err = base64.RawURLEncoding.DecodeString(k); err != nil {
		return nil, 0, ErrCursor
	}
	if number, err = strconv.ParseInt(n, 10, 64); err != nil {
		return nil, 0, ErrCursor
	}
	return key, number, nil
}

// Conveners reads the standing signatures of a letter's conveners by number.
func (db *DB) Conveners(ctx context.Context, letterID string) ([]*signature.Signature, error) {
	return db.signatures(ctx, `SELECT `+signatureColumns+` FROM signature
		WHERE letter_id = $1 AND convener = 1 AND number IS NOT NULL AND state = 'standing' ORDER BY number`, letterID)
}

// Withheld stands in the place of a country for sealed signatures that show none.
const Withheld = "withheld"

// CountryCounts tells how many standing signatures name each country; "" for
// none, Withheld for what is sealed.
func (db *DB) CountryCounts(ctx context.Context, letterID string) (map[string]int64, error) {
	counts := map[string]int64{}
	err := db.Read(ctx, func(tx *Tx) error {
		var country string
		var n int64
		return each(tx, []any{&country, &n}, func() error {
			counts[country] = n
			return nil
		}, `SELECT CASE WHEN visibility = 'sealed' AND country = '' THEN '`+Withheld+`' ELSE country END AS named, count(*)
			FROM signature WHERE letter_id = $1 AND number IS NOT NULL AND state = 'standing' GROUP BY named`, letterID)
	})
	if err != nil {
		return nil, fmt.Errorf("count the countries of a letter: %w", err)
	}
	return counts, nil
}

func (db *DB) signatures(ctx context.Context, query string, args ...any) (list []*signature.Signature, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		list, err = readSignatures(tx, query, args...)
		return err
	})
	return list, err
}

func readSignatures(tx *Tx, query string, args ...any) ([]*signature.Signature, error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, fmt.Errorf("list signatures: %w", err)
	}
	defer rows.Close()
	var list []*signature.Signature
	for rows.Next() {
		s, err := scanSignature(rows)
		if err != nil {
			return nil, fmt.Errorf("list signatures: %w", err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list signatures: %w", err)
	}
	return list, nil
}
