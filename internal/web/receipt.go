package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"rsc.io/qr"

	"pliego/internal/ledger"
	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/signature"
)

type receiptPage struct {
	page
	Letter  letterRef
	Waiting string // why there is none yet
	Gone    string // why there is none any more
	Facts   []fact
	File    string // address of the receipt; "" when there is none
	Code    string // address of the picture; "" when it would not fit into one
	Verify  string
	Own     string
}

// receiptPage shows a signer's receipt so that it prints well.
func (s *Site) receiptPage(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	token := r.PathValue("token")
	v, receipt, err := s.signing.Receipt(ctx, token)
	if v == nil {
		return err
	}
	rest := "/signature/" + token
	p := receiptPage{
		page: s.newPrivatePage(lang, locale.T(lang, "receipt.title")), Letter: refTo(lang, v.Letter, v.Text),
		Own: "/" + lang + rest, Verify: "/" + lang + "/verify",
	}
	p.switchAt(rest + "/receipt")
	switch {
	case errors.Is(err, signature.ErrNoEntryYet):
		p.Waiting = locale.T(lang, "receipt.waits")
	case errors.Is(err, signature.ErrWithdrawn):
		p.Gone = locale.T(lang, "receipt.gone")
	case err != nil:
		return err
	default:
		p.File = p.Own + "/receipt.tlog-proof"
		if _, err := receiptCode(receipt); err == nil {
			p.Code = p.Own + "/receipt.png"
		}
		if p.Facts, err = s.receiptFacts(ctx, lang, v, receipt); err != nil {
			return err
		}
	}
	return s.draw(w, http.StatusOK, "receipt", &p)
}

// receiptFacts is what the receipt proves, and by which key.
func (s *Site) receiptFacts(ctx context.Context, lang string, v *signature.View, receipt *ledger.Receipt) ([]fact, error) {
	key, err := s.keyOf(ctx, "", receipt)
	if err != nil {
		return nil, err
	}
	proven, err := receipt.Open(key)
	if err != nil {
		return nil, err
	}
	facts := []fact{{Label: locale.T(lang, "fact.letter"), Value: v.Text.Title, Lang: v.Text.Lang, Href: letterPath(lang, v.Letter)}}
	facts = append(facts, recordFacts(lang, proven)...)
	if v.Signature.Number > 0 {
		facts = append(facts, fact{Label: locale.T(lang, "fact.number"), Value: locale.Number(lang, v.Signature.Number)})
	}
	return append(facts, logFacts(lang, proven, key)...), nil
}

// keyOf is the key that must have signed a receipt: the one that was given, or the
// one that it signed over to, or else this site's own at that size.
func (s *Site) keyOf(ctx context.Context, given string, r *ledger.Receipt) (string, error) {
	history, err := s.store.KeyHistory(ctx)
	if err != nil {
		return "", err
	}
	said, err := ledger.ParseCheckpoint(string(r.Checkpoint))
	if err != nil {
		return given, nil // opening it says what is wrong
	}
	if given == "" {
		return history.Signer(said.Size)
	}
	key := given
	if changes, err := history.Follow(given); err == nil { // else it is of another log
		for _, c := range changes {
			if said.Size > c.Size {
				key = c.Next
			}
		}
	}
	return key, nil
}

// recordFacts is what the record of a signature's entry says.
func recordFacts(lang string, p *ledger.Proven) []fact {
	r := p.Record
	var facts []fact
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, fact{Label: label, Value: value})
		}
	}
	add(locale.T(lang, "fact.name"), shownName(signature.Public{Name: r["name"], Acronym: r["acronym"]}))
	country := place.Name(r["country"], lang)
	if country == "" {
		country = r["country"]
	}
	add(locale.T(lang, "fact.country"), country)
	add(locale.T(lang, "fact.website"), r["website"])
	add(locale.T(lang, "fact.role"), r["role"])
	add(locale.T(lang, "fact.affiliation"), r["affiliation"])
	switch basis := signature.Basis(r["basis"]); basis {
	case signature.Confirmed, signature.Given, signature.AsPrinted:
		add(locale.T(lang, "fact.basis"), basisName(lang, basis))
	}
	add(locale.T(lang, "fact.recorded"), locale.DateTime(lang, p.Entry.Time))
	if p.Entry.TextHash != "" {
		facts = append(facts, fact{Label: locale.T(lang, "fact.hash"), Value: p.Entry.TextHash, Code: true})
	}
	return facts
}

// logFacts is where an entry stands, in which log, under which key.
func logFacts(lang string, p *ledger.Proven, verifier string) []fact {
	return []fact{
		{Label: locale.T(lang, "fact.entry"), Value: locale.T(lang, "fact.entry_of", "index", p.Index, "size", p.Checkpoint.Size)},
		{Label: locale.T(lang, "fact.log"), Value: p.Checkpoint.Origin, Code: true},
		{Label: locale.T(lang, "fact.key"), Value: verifier, Code: true},
	}
}

// receiptFile serves the receipt itself.
func (s *Site) receiptFile(w http.ResponseWriter, r *http.Request, _ string) error {
	ctx, cancel := within(r)
	defer cancel()
	v, receipt, err := s.signing.Receipt(ctx, r.PathValue("token"))
	if err != nil {
		return err
	}
	text, err := receipt.Text()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+v.Letter.Slug+"-"+strconv.FormatInt(v.Signature.Number, 10)+`.tlog-proof"`)
	writeBytes(w, r, text)
	return nil
}

// receiptPicture serves the receipt in its compact form as a QR code.
func (s *Site) receiptPicture(w http.ResponseWriter, r *http.Request, _ string) error {
	ctx, cancel := within(r)
	defer cancel()
	_, receipt, err := s.signing.Receipt(ctx, r.PathValue("token"))
	if err != nil {
		return err
	}
	code, err := receiptCode(receipt)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	writeBytes(w, r, code.PNG())
	return nil
}

// receiptCode makes the code. It fails when the receipt is too long for one.
func receiptCode(receipt *ledger.Receipt) (*qr.Code, error) {
	text, err := receipt.Compact()
	if err != nil {
		return nil, err
	}
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return nil, err
	}
	code.Scale = 8 // pixels for each square
	return code, nil
}
