package signature

import (
	"context"
	"fmt"
	"strconv"

	"pliego/internal/ledger"
	"pliego/internal/signature/phrase"
)

// SealOwn seals a public signature by its signer, from the own page: the name goes
// into the box and off the lists, the number stays. What others copied or received
// before cannot be called back. showCountry is the signer's leave to show the
// country with those of four others; words are those of the phrase that leads back
// to it. It fails as phrase.Parse does, and with ErrNotSealed when the letter offers
// no sealing.
func (s *Service) SealOwn(ctx context.Context, token, words string, showCountry bool) (*View, error) {
	v, err := s.standing(ctx, token)
	if err != nil {
		return v, err
	}
	sig, l := v.Signature, v.Letter
	switch {
	case sig.Sealed():
		return v, nil
	case l.SealedRecipients == "" || sig.Basis != Confirmed:
		return v, ErrNotSealed
	}
	secret, err := phrase.Parse(words)
	if err != nil {
		return v, err
	}
	private, err := s.PrivateOf(ctx, sig.ID)
	if err != nil {
		return v, err
	}
	p := sig.Public
	box, err := closeBox(l.SealedRecipients, Signer{
		Letter: l.Slug, Signature: sig.ID, Kind: sig.Kind, Name: p.Name, Acronym: p.Acronym, Country: p.Country, Website: p.Website,
		SignerName: private.SignerName, SignerRole: private.SignerRole, Email: private.Email, ShowCountry: showCountry,
	})
	if err != nil {
		return v, err
	}
	index, err := s.sealedIndex(ctx, l, sig.Kind, private.Email)
	if err != nil {
		return v, err
	}
	entry, err := s.sealedEntry(ledger.SignatureSealed, l, sig, sealedRecord(sig, box))
	if err != nil {
		return v, err
	}
	err = s.Store.SealShown(ctx, Sealing{
		ID: sig.ID, LetterID: l.ID, Box: box, PhraseIndex: s.phraseIndex(secret), SealedIndex: index,
		At: ledger.Day(sig.SignedAt), SealedOn: ledger.Day(s.Now()), Entry: entry,
	})
	if err != nil {
		return v, fmt.Errorf("seal a signature: %w", err)
	}
	sig.Visibility, sig.Public, sig.SignedAt, v.Phrase = Sealed, Public{}, ledger.Day(sig.SignedAt), &secret
	return v, nil
}

// Leaving tells whether a sealed signature was withdrawn today: the box is gone,
// and the list shows the gap when the day is over, with the log's entry.
func (s *Signature) Leaving() bool { return s.State == Standing && !s.EndedAt.IsZero() }

// withdrawSealed withdraws a sealed signature. It cannot be disowned: nobody but who
// made it has the phrase.
func (s *Service) withdrawSealed(ctx context.Context, v *View) (*View, error) {
	sig := v.Signature
	switch {
	case sig.Leaving():
		return v, nil
	case !sig.State.Confirmed():
		return nil, ErrUnknown
	}
	record := map[string]string{"signature": sig.ID, "reason": string(Withdrawn)}
	if sig.Number > 0 {
		record["number"] = strconv.FormatInt(sig.Number, 10)
	}
	entry, err := s.sealedEntry(ledger.SignatureWithdrawn, v.Letter, sig, record)
	if err != nil {
		return v, err
	}
	day := ledger.Day(s.Now())
	if v.Erased, err = s.Store.EndSealed(ctx, sig.ID, day, entry); err != nil {
		return v, fmt.Errorf("withdraw a sealed signature: %w", err)
	}
	sig.EndedAt, sig.Public = day, Public{}
	return v, nil
}
