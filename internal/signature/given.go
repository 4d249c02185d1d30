package signature

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
)

// Yes is a consent that was given to the coordinator: what is shown, who gave
// it, and how it is known.
type Yes struct {
	Form        Form   // email and signer are optional here
	Role        string // of a person, shown
	Affiliation string // of a person, shown
	Lang        string // of the mail to the signer; "" for the text's
	Received    string // the day, as 2006-01-02
	Channel     string // email, call, paper or other
	Note        string // what shows it
}

// Channels are the ways by which a yes reaches a coordinator.
var Channels = []string{"email", "call", "paper", "other"}

// MaxYesNote bounds the note on a yes, in characters.
const MaxYesNote = 2000

// Evidence is a file that shows what was given: a scan, a message, a list. It is
// kept in the vault.
type Evidence struct {
	ID    string
	Name  string // of the file
	Bytes []byte
}

// MaxEvidence bounds one file of evidence.
const MaxEvidence = 10 << 20

// Outcome is what became of one yes.
type Outcome struct {
	Problems Problems // what is wrong with it
	Twin     string   // the name on the letter, or in this list, that it repeats
	Taken    bool     // its address has signed the letter already
	Recorded bool
}

// Fine tells whether nothing stands against recording.
func (o Outcome) Fine() bool { return len(o.Problems) == 0 && o.Twin == "" && !o.Taken }

// GivenStore is what recording given signatures needs of the store.
type GivenStore interface {
	Store
	// AddEvidence keeps a sealed file of evidence.
	AddEvidence(ctx context.Context, id string, sealed []byte, at time.Time) error
	// EvidenceOf gives the sealed file that a signature rests on and its ID;
	// ErrUnknown when there is none.
	EvidenceOf(ctx context.Context, signatureID string) (id string, sealed []byte, err error)
	// EachName gives the name and country of each signature of the letter that
	// stands or waits.
	EachName(ctx context.Context, letterID string, fn func(name, country string)) error
	// RecordGiven stores a standing signature with its private part, its
	// evidence ("" for none) and its ledger entry, takes the address unless
	// the index is nil, and queues a mail if one is wanted. ErrTaken when
	// another signature holds the address.
	RecordGiven(ctx context.Context, s *Signature, sealed, addressIndex []byte, evidenceID string, mail bool, entry ledger.Pending) error
}

// CheckYes says what is wrong with a yes; nil when it is in order.
func (y Yes) Check() Problems {
	f := y.Form
	var ps Problems
	add := func(field, code string) {
		if code != "" {
			ps = append(ps, Problem{field, code})
		}
	}
	if k := Kind(f.Kind); k != Organisation && k != Person {
		add("kind", NotAChoice)
	}
	for _, p := range f.checkPublic(Kind(f.Kind)) {
		if p != (Problem{"country", Missing}) { // many a paper list has none
			ps = append(ps, p)
		}
	}
	add("role", checkLine(y.Role, MaxSigner, false))
	add("affiliation", checkLine(y.Affiliation, MaxSigner, false))
	add("signer_name", checkLine(f.SignerName, MaxSigner, false))
	add("signer_role", checkLine(f.SignerRole, MaxSigner, false))
	if f.Email != "" {
		add("email", checkEmail(f.Email))
	}
	if y.Lang != "" && !slices.Contains(locale.Languages, y.Lang) {
		add("language", NotAChoice)
	}
	if y.Received != "" {
		if _, err := time.Parse(time.DateOnly, y.Received); err != nil {
			add("received", BadDate)
		}
	}
	switch {
	case y.Channel == "":
		add("channel", Missing)
	case !slices.Contains(Channels, y.Channel):
		add("channel", NotAChoice)
	}
	add("note", checkLine(y.Note, MaxYesNote, false))
	return ps
}

// Given records what signers gave to the coordinator, each yes for itself: one
// that cannot be recorded stops nothing. dry looks and records nothing. The
// evidence, when there is any, is kept for all of them; without one each yes
// needs a note. mail tells those with an address what was recorded in their
// name, and gives them their own page. The outcomes are in the order of list;
// when it fails, those of the yeses not reached are empty.
func (s *Service) Given(ctx context.Context, to GivenStore, slug string, list []Yes, evidence *Evidence, mail, dry bool) ([]Outcome, error) {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	if l.State == letter.Draft {
		return nil, fmt.Errorf("letter %s is a draft, and nobody can have signed it: %w", slug, letter.ErrState)
	}
	out := make([]Outcome, len(list))
	seen := map[string]string{} // by country and folded name
	err = to.EachName(ctx, l.ID, func(name, country string) { seen[nameKey(name, country)] = name })
	if err != nil {
		return nil, err
	}
	kept := false
	for i, y := range list {
		y.Form = y.Form.Normalise()
		y.Note = tidy(y.Note)
		o := &out[i]
		if o.Problems = y.Check(); len(o.Problems) == 0 && evidence == nil && y.Note == "" {
			o.Problems = Problems{{"note", Missing}}
		}
		if len(o.Problems) > 0 {
			continue
		}
		if err := s.lookForTwin(ctx, l, y, seen, o); err != nil {
			return out, err
		}
		if dry || !o.Fine() {
			continue
		}
		if evidence != nil && !kept {
			if err := s.keepEvidence(ctx, to, evidence); err != nil {
				return out, err
			}
			kept = true
		}
		err := s.recordGiven(ctx, to, l, y, evidence, mail)
		switch {
		case errors.Is(err, ErrTaken):
			o.Taken = true
		case err != nil:
			return out, fmt.Errorf("record the yes of %s: %w", y.Form.Name, err)
		default:
			o.Recorded = true
		}
	}
	return out, nil
}

func nameKey(name, country string) string { return country + " " + place.Fold(name) }

func (s *Service) lookForTwin(ctx context.Context, l *letter.Letter, y Yes, seen map[string]string, o *Outcome) error {
	p := y.Form.public()
	key := nameKey(p.Name, p.Country)
	if o.Twin = seen[key]; o.Twin != "" {
		return nil
	}
	seen[key] = p.Name
	if y.Form.Email == "" {
		return nil
	}
	holder, err := s.Store.AddressHolder(ctx, l.ID, s.addressIndex(l.ID, Kind(y.Form.Kind), y.Form.Email))
	o.Taken = holder != ""
	return err
}

func (s *Service) keepEvidence(ctx context.Context, to GivenStore, e *Evidence) error {
	if len(e.Bytes) == 0 || len(e.Bytes) > MaxEvidence {
		return fmt.Errorf("the evidence %s has %d bytes: it must have some, and %d MB at most", e.Name, len(e.Bytes), MaxEvidence>>20)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make an id for the evidence: %w", err)
	}
	e.ID = id.String()
	b, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write the evidence: %w", err)
	}
	if err := to.AddEvidence(ctx, e.ID, s.Vault.Seal(e.ID, b), s.Now()); err != nil {
		return fmt.Errorf("keep the evidence: %w", err)
	}
	return nil
}

// EvidenceFor opens the file that a given signature rests on; ErrUnknown when
// there is none.
func (s *Service) EvidenceFor(ctx context.Context, from GivenStore, signatureID string) (*Evidence, error) {
	id, sealed, err := from.EvidenceOf(ctx, signatureID)
	if err != nil {
		return nil, err
	}
	b, err := s.Vault.Open(id, sealed)
	if err != nil {
		return nil, fmt.Errorf("evidence %s: %w", id, err)
	}
	var e Evidence
	if err := json.Unmarshal(b, &e); err != nil {
		return nil, fmt.Errorf("read evidence %s: %w", id, err)
	}
	return &e, nil
}

func (s *Service) recordGiven(ctx context.Context, to GivenStore, l *letter.Letter, y Yes, evidence *Evidence, mail bool) error {
	lang := y.Lang
	if lang == "" {
		lang = l.OriginalLang
	}
	text, ok := l.Text(lang)
	if !ok {
		return fmt.Errorf("letter %s has no text: %w", l.Slug, letter.ErrState)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make a signature's id: %w", err)
	}
	now := s.Now()
	p := y.Form.public()
	p.Role, p.Affiliation = y.Role, y.Affiliation
	sig := &Signature{
		ID: id.String(), LetterID: l.ID, TextID: text.ID, TextHash: text.Hash, Lang: lang,
		Kind: Kind(y.Form.Kind), Basis: Given, State: Standing, Public: p, Generation: 1, CreatedAt: now, SignedAt: now,
	}
	sealed, err := s.seal(sig.ID, Private{
		Email: y.Form.Email, SignerName: y.Form.SignerName, SignerRole: y.Form.SignerRole,
		Received: y.Received, Channel: y.Channel, Note: y.Note,
	})
	if err != nil {
		return err
	}
	var index []byte
	if y.Form.Email != "" {
		index = s.addressIndex(l.ID, sig.Kind, y.Form.Email)
	}
	evidenceID := ""
	if evidence != nil {
		evidenceID = evidence.ID
	}
	entry, err := ledger.NewPending(ledger.SignatureRecorded, l.ID, l.Slug, sig.ID, sig.TextHash, now, sig.Record())
	if err != nil {
		return err
	}
	return to.RecordGiven(ctx, sig, sealed, index, evidenceID, mail && y.Form.Email != "", entry)
}

// KindOf reads the kind of a signer as lists have it, in any of the languages:
// an organisation unless it says otherwise, and what it says when it is neither.
func KindOf(s string) string {
	word, _, _ := strings.Cut(place.Fold(s), " ")
	switch word {
	case "", "organisation", "organization", "organizacion", "organizacao", "org", "entidad", "entidade", "association", "asociacion", "associacao", "ong", "ngo", "institution", "institucional":
		return string(Organisation)
	case "person", "individual", "persona", "pessoa", "personne", "individuo", "individuel", "individuelle", "particular", "particulier":
		return string(Person)
	}
	return s
}

// ChannelOf reads the channel of a yes as lists have it, in any of the
// languages; what is not known is given back.
func ChannelOf(s string) string {
	switch strings.Join(strings.Fields(strings.ReplaceAll(place.Fold(s), "-", " ")), " ") {
	case "email", "e mail", "mail", "correo", "correo electronico", "courriel":
		return "email"
	case "call", "phone", "phone call", "telephone", "telefono", "llamada", "telefone", "ligacao", "appel", "video call", "videollamada":
		return "call"
	case "paper", "paper list", "letter", "post", "papel", "lista en papel", "lista em papel", "papier", "carta", "lettre", "fax":
		return "paper"
	case "other", "otro", "otra", "outro", "outra", "autre", "in person", "en persona", "pessoalmente", "en personne":
		return "other"
	}
	return s
}
