package signature

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"pliego/internal/place"
	"pliego/internal/sheet"
	"pliego/internal/signature/roll"
)

// YesOf makes a yes of a row of a list; channel and received hold where the row
// does not say them.
func YesOf(l *roll.List, r sheet.Row, channel, received string) Yes {
	cell := func(col roll.Column) string { return l.Cell(r, col) }
	y := Yes{
		Form: Form{
			Kind: KindOf(cell(roll.Kind)), Name: cell(roll.Name), Acronym: cell(roll.Acronym), Website: cell(roll.Website),
			SignerName: cell(roll.SignerName), SignerRole: cell(roll.SignerRole), Email: cell(roll.Email), Country: cell(roll.Country),
		},
		Role: cell(roll.Role), Affiliation: cell(roll.Affiliated), Lang: strings.ToLower(cell(roll.Lang)),
		Received: cell(roll.Received), Channel: ChannelOf(cell(roll.Channel)), Note: cell(roll.Note),
	}
	if _, known := place.ByAlpha2(strings.ToUpper(y.Form.Country)); !known {
		if named, ok := place.Parse(y.Form.Country); ok {
			y.Form.Country = named.Alpha2
		}
	}
	if y.Channel == "" {
		y.Channel = channel
	}
	if y.Received == "" {
		y.Received = received
	}
	return y
}

// privateColumn are the columns that an export holds only when it was asked for
// what the vault keeps.
var privateColumn = map[roll.Column]bool{
	roll.SignerName: true, roll.SignerRole: true, roll.Email: true, roll.Received: true, roll.Channel: true, roll.Note: true,
}

// ExportHeads are the headings of an export: those that an import reads, between
// the number and what cannot be imported.
func ExportHeads(private bool) []string {
	heads := []string{"number"}
	for _, col := range roll.Columns {
		if private || !privateColumn[col] {
			heads = append(heads, string(col))
		}
	}
	return append(heads, "basis", "text_sha256", "signed_at")
}

// Lister gives a letter's signatures; it promises what Store does.
type Lister interface {
	// EachSignature calls fn for every numbered signature in the order of numbers.
	EachSignature(ctx context.Context, letterID string, fn func(*Signature) error) error
}

// Export gives a row under ExportHeads for each numbered signature that stands,
// and returns how many there were.
func (s *Service) Export(ctx context.Context, from Lister, letterID string, private bool, put func([]string) error) (n int, err error) {
	heads := ExportHeads(private)
	err = from.EachSignature(ctx, letterID, func(sig *Signature) error {
		if sig.State != Standing {
			return nil
		}
		var known Private
		if private {
			var err error
			if known, err = s.PrivateOf(ctx, sig.ID); err != nil && !errors.Is(err, ErrUnknown) {
				return err
			}
		}
		n++
		cells := []string{strconv.FormatInt(sig.Number, 10)}
		for _, head := range heads[1 : len(heads)-3] {
			cells = append(cells, cellOf(sig, known, roll.Column(head)))
		}
		return put(append(cells, string(sig.Basis), sig.TextHash, sig.SignedAt.UTC().Format(time.RFC3339)))
	})
	return n, err
}

func cellOf(sig *Signature, private Private, col roll.Column) string {
	switch p := sig.Public; col {
	case roll.Name:
		if sig.Sealed() {
			return sig.SealedName("en")
		}
		return p.Name
	case roll.Kind:
		return string(sig.Kind)
	case roll.Acronym:
		return p.Acronym
	case roll.Country:
		return p.Country
	case roll.Website:
		return p.Website
	case roll.Role:
		return p.Role
	case roll.Affiliated:
		return p.Affiliation
	case roll.SignerName:
		return private.SignerName
	case roll.SignerRole:
		return private.SignerRole
	case roll.Email:
		return private.Email
	case roll.Lang:
		return sig.Lang
	case roll.Received:
		return private.Received
	case roll.Channel:
		return private.Channel
	case roll.Note:
		return private.Note
	}
	return ""
}
