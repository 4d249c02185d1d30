package letter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"pliego/internal/ledger"
)

// Service carries out what a coordinator does with a letter. It is safe for
// concurrent use.
type Service struct {
	Store Store
	Now   func() time.Time
}

// Store is what the use cases need of the store. Every method that writes is
// durable when it returns nil and does all of its writes or none.
type Store interface {
	LetterBySlug(ctx context.Context, slug string) (*Letter, error)
	// CreateLetter stores a letter and its addressees, without texts;
	// ErrSlugTaken when there is one of this slug.
	CreateLetter(ctx context.Context, l *Letter, entry ledger.Pending) error
	// PublishText stores the text as the newest version in its language; one
	// with the same hash as the newest is not stored again.
	PublishText(ctx context.Context, letterID string, t Text, entry ledger.Pending) error
	// SetState moves the letter if it is still in the first state, else ErrState.
	SetState(ctx context.Context, letterID string, from, to State, at time.Time, entry ledger.Pending) error
	// Reopen moves a closed letter back to open, with a deadline (zero for none)
	// and the event that says why; ErrState when it is not closed any more.
	Reopen(ctx context.Context, letterID string, deadline time.Time, e Event, entry ledger.Pending) error
	// SetDeadline changes the deadline from one time to another and keeps the
	// event; ErrState when it was another meanwhile.
	SetDeadline(ctx context.Context, letterID string, from, to time.Time, e Event) error
	// SetOpensAt says when a letter that circulates opens by itself (zero for
	// never); ErrState when it does not circulate.
	SetOpensAt(ctx context.Context, letterID string, at time.Time) error
	// OpensDue gives the slugs of letters that circulate and should be open now.
	OpensDue(ctx context.Context, now time.Time) ([]string, error)
	// ReplaceLink raises the generation of the link of a letter.
	ReplaceLink(ctx context.Context, letterID string, from int) error
	// SetFacts changes what stands about a letter beside its texts.
	SetFacts(ctx context.Context, letterID string, f Facts) error
	// LetterEvents gives what happened to a letter, the newest first.
	LetterEvents(ctx context.Context, letterID string) ([]Event, error)
	// AddAddressee stores one more addressee; ErrAddresseeTaken when its key is there.
	AddAddressee(ctx context.Context, letterID string, a Addressee) error
	// AppendDelivery adds a version of a delivery with its sealed receipt (nil for
	// none) and its ledger entry; ErrSavedMeanwhile when the version is there.
	AppendDelivery(ctx context.Context, d Delivery, receipt []byte, entry ledger.Pending) error
	// Deliveries gives the newest version of each delivery of a letter that was
	// not taken down, the first recorded first.
	Deliveries(ctx context.Context, letterID string) ([]Delivery, error)
	// DeliveryReceipt gives a sealed receipt; ErrNotFound when there is none.
	DeliveryReceipt(ctx context.Context, id string) ([]byte, error)
	// Workings gives the texts of a letter that are still written.
	Workings(ctx context.Context, letterID string) ([]Working, error)
	// SaveWorking stores a text that is still written in the place of the
	// revision before its own; ErrSavedMeanwhile when that is not the newest.
	SaveWorking(ctx context.Context, w Working) error
}

// Create stores a new letter in the state it has, with its addressees and
// without texts, and gives it its ID.
func (s *Service) Create(ctx context.Context, l *Letter) error {
	if err := CheckSlug(l.Slug); err != nil {
		return err
	}
	if !l.State.Known() {
		return fmt.Errorf("letter %s: state %q: use one of %v", l.Slug, l.State, States)
	}
	if l.Date != "" {
		if _, err := time.Parse(time.DateOnly, l.Date); err != nil {
			return fmt.Errorf("letter %s: date %q: write it as 2013-11-19", l.Slug, l.Date)
		}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make a letter's id: %w", err)
	}
	l.ID, l.CreatedAt = id.String(), s.Now()
	if l.State == Open {
		l.OpenedAt = l.CreatedAt
	}
	entry, err := ledger.NewPending(ledger.StateChanged, l.ID, l.Slug, l.ID, "", l.CreatedAt, map[string]string{"letter": l.Slug, "state": string(l.State)})
	if err != nil {
		return err
	}
	return s.Store.CreateLetter(ctx, l, entry)
}

// Publish adds a text to a letter: the first in its language, or its next
// version there. The asks' keys must be those of the letter's other texts.
func (s *Service) Publish(ctx context.Context, l *Letter, t Text) error {
	if err := t.Check(); err != nil {
		return fmt.Errorf("letter %s, text in %q: %w", l.Slug, t.Lang, err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make a text's id: %w", err)
	}
	t.ID, t.PublishedAt, t.Hash = id.String(), s.Now(), t.ContentHash()
	record := map[string]string{"letter": l.Slug, "lang": t.Lang, "kind": string(t.Kind), "title": t.Title, "hash": t.Hash}
	if before, ok := l.textIn(t.Lang); ok {
		record["follows"] = before.Hash
	}
	if t.Editorial {
		record["editorial"] = "true"
	}
	if t.Reason != "" {
		record["reason"] = t.Reason
	}
	entry, err := ledger.NewPending(ledger.TextPublished, l.ID, l.Slug, t.ID, t.Hash, t.PublishedAt, record)
	if err != nil {
		return err
	}
	if err := s.Store.PublishText(ctx, l.ID, t, entry); err != nil {
		return fmt.Errorf("publish the text of letter %s in %s: %w", l.Slug, t.Lang, err)
	}
	return nil
}

// Open opens a letter for signing, from draft or circulating. A letter that is
// open already stays so.
func (s *Service) Open(ctx context.Context, slug string) error {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	switch l.State {
	case Open:
		return nil
	case Draft, Circulating:
	default:
		return fmt.Errorf("letter %s cannot be opened for signing: %w (it is %s)", slug, ErrState, l.State)
	}
	if len(l.Texts) == 0 {
		return fmt.Errorf("letter %s has no text yet to sign: %w", slug, errors.Join(ErrState, ErrNoText))
	}
	return s.move(ctx, l, Open, nil)
}

// Import stores a letter that was read from a file as a draft with its text in its
// language. When a letter of this slug exists and was published elsewhere, the
// text is attached to it in the place of a summary; its asks take the letter's
// keys in their order, and the closing call of the record, if it has more asks
// than the file, is kept out of the text. A letter of this slug that is not
// such a record is ErrSlugTaken, unless it is a draft with this very text: then
// an import that stopped half-way goes on.
func (s *Service) Import(ctx context.Context, l *Letter, t Text) (attached bool, err error) {
	old, err := s.Store.LetterBySlug(ctx, l.Slug)
	if errors.Is(err, ErrNotFound) {
		if err := t.Check(); err != nil { // before anything is stored
			return false, fmt.Errorf("letter %s: %w", l.Slug, err)
		}
		if err := s.Create(ctx, l); err != nil {
			return false, err
		}
		return false, s.Publish(ctx, l, t)
	}
	if err != nil {
		return false, err
	}
	if same, ok := old.textIn(t.Lang); ok && old.State == Draft && same.Hash == t.ContentHash() {
		*l = *old
		return false, nil
	}
	if old.Elsewhere == nil {
		return false, fmt.Errorf("%w: %q; choose another with --slug", ErrSlugTaken, l.Slug)
	}
	if len(old.Texts) > 0 {
		known := old.Texts[0].Asks
		if len(t.Asks) > len(known) {
			return false, fmt.Errorf("the file has %d asks, but the record %s has %d: they do not match, so nothing was stored", len(t.Asks), l.Slug, len(known))
		}
		for i := range t.Asks {
			t.Asks[i].Key = known[i].Key
		}
		for i := len(t.Asks); i < len(known); i++ { // recorded calls outside the file's list
			if k, ok := summaryAsk(old, t.Lang, known[i].Key); ok {
				t.Asks = append(t.Asks, k)
			}
		}
	}
	*l = *old
	return true, s.Publish(ctx, l, t)
}

// summaryAsk is the record's own ask in a language, else in any.
func summaryAsk(l *Letter, lang, key string) (Ask, bool) {
	t, ok := l.Text(lang)
	if !ok {
		return Ask{}, false
	}
	a, _, ok := t.Ask(key)
	return a, ok
}

// AskKey makes a stable key for an ask from its title: its first words in
// lower-case letters, digits and hyphens; not one of those taken.
func AskKey(folded string, number int, taken map[string]bool) string {
	var words []string
	length := 0
	for _, w := range strings.Fields(folded) {
		w = strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, w)
		if w == "" || len(w) > 40 {
			continue
		}
		if length+len(w) > 48 || len(words) == 6 {
			break
		}
		words = append(words, w)
		length += len(w) + 1
	}
	key := strings.Join(words, "-")
	if len(key) < 2 {
		key = fmt.Sprintf("ask-%d", number)
	}
	for base, n := key, 2; taken[key]; n++ {
		key = fmt.Sprintf("%s-%d", base, n)
	}
	taken[key] = true
	return key
}
