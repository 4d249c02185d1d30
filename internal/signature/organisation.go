package signature

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"pliego/internal/signature/registry"
)

// Errors of the registry.
var (
	ErrNoOrganisation = errors.New("no such organisation")
	ErrNotMergeable   = errors.New("these entries cannot be decided about so: they are not two, or one is merged into another already, or is not merged")
)

// RuleSameOrganisation is the doubt that the organisation is on the letter
// already, perhaps in another spelling.
const RuleSameOrganisation = "same-organisation"

// RegistryStore is what the registry needs of the store; it promises what Store
// does.
type RegistryStore interface {
	// OrganisationsSince reads the entries changed at a time or later, merged
	// ones too.
	OrganisationsSince(ctx context.Context, since time.Time) ([]registry.Organisation, error)
	// OrganisationByID fails with ErrNoOrganisation.
	OrganisationByID(ctx context.Context, id string) (registry.Organisation, error)
	// OrganisationsNotSearched are entries beside which nobody has looked for
	// like ones yet.
	OrganisationsNotSearched(ctx context.Context, limit int) ([]registry.Organisation, error)
	// ProposePairs keeps what was found beside an entry, and that it was looked
	// for. A pair that is there, decided or not, stays as it is.
	ProposePairs(ctx context.Context, id string, found []registry.Found, at time.Time) error
	// Pairs reads the pairs in a state, the likeliest first.
	Pairs(ctx context.Context, state registry.PairState) ([]registry.Pair, error)
	// MergeOrganisations notes that an entry is the same as another one; both
	// stay as they are. ErrNotMergeable.
	MergeOrganisations(ctx context.Context, from, into string, at time.Time) error
	// UnmergeOrganisation takes that back. ErrNoOrganisation, ErrNotMergeable.
	UnmergeOrganisation(ctx context.Context, id string, at time.Time) error
	// DifferentOrganisations notes that two entries are not one. ErrNotMergeable.
	DifferentOrganisations(ctx context.Context, a, b string, at time.Time) error
	// AddOrganisationName adds a name that an entry goes by. ErrNoOrganisation.
	AddOrganisationName(ctx context.Context, id string, n registry.Name, at time.Time) error
	// OnLetter are the signatures of these organisations that stand, wait or are
	// contested on a letter, but for one.
	OnLetter(ctx context.Context, letterID, except string, organisationIDs []string) ([]*Signature, error)
	// SignaturesOfOrganisation are all that are linked to this very entry.
	SignaturesOfOrganisation(ctx context.Context, id string) ([]*Signature, error)
}

// Registry knows the organisations and finds like ones. It is a rule of review
// too. It is safe for concurrent use, and sees what other processes write.
type Registry struct {
	Store RegistryStore
	Log   *slog.Logger
	Now   func() time.Time
	// Pause is how long what was read of the registry is good: with very many
	// signers at once, each would read again what the others wrote.
	Pause time.Duration

	mu     sync.Mutex
	index  registry.Index
	seen   map[string]registry.Organisation
	newest time.Time
	read   time.Time // when it was last read
}

// overlap is how far back changes are read again: a transaction that began
// earlier may have ended later, on another machine's clock.
const overlap = 15 * time.Second

// refresh reads what has changed since the last time.
func (r *Registry) refresh(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.Pause > 0 && time.Since(r.read) < r.Pause {
		return nil
	}
	since := time.Time{}
	if !r.newest.IsZero() {
		since = r.newest.Add(-overlap)
	}
	list, err := r.Store.OrganisationsSince(ctx, since)
	if err != nil {
		return err
	}
	r.read = time.Now()
	if r.seen == nil {
		r.seen = map[string]registry.Organisation{}
	}
	for _, o := range list {
		if o.ChangedAt.After(r.newest) {
			r.newest = o.ChangedAt
		}
		if had, ok := r.seen[o.ID]; ok && had.ChangedAt.Equal(o.ChangedAt) && had.MergedInto == o.MergedInto && len(had.Names) == len(o.Names) && had.Acronym == o.Acronym {
			continue
		}
		r.seen[o.ID] = o
		r.index.Put(o.ID, o.Subject())
	}
	return nil
}

// root is the entry that an entry was merged into in the end.
func (r *Registry) root(id string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for range 100 {
		into := r.seen[id].MergedInto
		if into == "" {
			return id
		}
		id = into
	}
	return id
}

// same are an entry and all that were merged into one with it.
func (r *Registry) same(id string) []string {
	root := r.root(id)
	r.mu.Lock()
	var merged []string
	for other, o := range r.seen {
		if o.MergedInto != "" && other != root {
			merged = append(merged, other)
		}
	}
	r.mu.Unlock()
	list := []string{root}
	for _, other := range merged {
		if r.root(other) == root {
			list = append(list, other)
		}
	}
	return list
}

// likely bounds how many like entries are looked at.
const likely = 20

// Find gives the entries that may be one organisation with s, merged ones by
// the entry that they were merged into.
func (r *Registry) Find(ctx context.Context, s registry.Subject) ([]registry.Found, error) {
	if err := r.refresh(ctx); err != nil {
		return nil, err
	}
	return r.index.Search(s, likely), nil
}

// Propose looks for like entries beside each that is new, and keeps what it
// finds for a person. It returns how many entries it looked at.
func (r *Registry) Propose(ctx context.Context) (looked int, err error) {
	for {
		list, err := r.Store.OrganisationsNotSearched(ctx, 100)
		if err != nil || len(list) == 0 {
			return looked, err
		}
		if err := r.refresh(ctx); err != nil {
			return looked, err
		}
		for _, o := range list {
			var found []registry.Found
			for _, f := range r.index.Search(o.Subject(), likely) {
				if f.ID != o.ID && r.root(f.ID) != r.root(o.ID) {
					found = append(found, f)
				}
			}
			if err := r.Store.ProposePairs(ctx, o.ID, found, r.Now()); err != nil {
				return looked, fmt.Errorf("propose like organisations: %w", err)
			}
			looked++
		}
	}
}

// Run proposes like organisations until ctx ends, soon after an entry is new.
func (r *Registry) Run(ctx context.Context) {
	tick := time.NewTicker(proposeEvery)
	defer tick.Stop()
	for {
		if _, err := r.Propose(ctx); err != nil && ctx.Err() == nil {
			r.Log.Error("propose like organisations", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// proposeEvery is how often new entries are looked for.
const proposeEvery = 5 * time.Second

// Doubt makes the registry a rule of review: an organisation that is on the
// letter already, under this name or one like it, waits for a person.
func (r *Registry) Doubt(ctx context.Context, c Case) (*Doubt, error) {
	sig := c.Signature
	if c.Moment != Confirming || sig.Kind != Organisation || sig.Sealed() {
		return nil, nil
	}
	p := sig.Public
	found, err := r.Find(ctx, registry.Subject{Names: []string{p.Name}, Acronym: p.Acronym, Country: p.Country, Domain: registry.DomainOf(p.Website)})
	if err != nil {
		return nil, err
	}
	different, err := r.Store.Pairs(ctx, registry.Different)
	if err != nil {
		return nil, err
	}
	apart := map[[2]string]bool{}
	for _, d := range different {
		apart[[2]string{d.A.ID, d.B.ID}], apart[[2]string{d.B.ID, d.A.ID}] = true, true
	}
	own := ""
	if len(found) > 0 && registry.Key(r.nameOf(found[0].ID)) == registry.Key(p.Name, p.Country, registry.DomainOf(p.Website)) {
		own = found[0].ID
	}
	for _, f := range found {
		if own != "" && apart[[2]string{own, f.ID}] {
			continue
		}
		on, err := r.Store.OnLetter(ctx, sig.LetterID, sig.ID, r.same(f.ID))
		if err != nil {
			return nil, err
		}
		if len(on) > 0 {
			return &Doubt{Rule: RuleSameOrganisation, Detail: explain(on[0], f.Reasons)}, nil
		}
	}
	return nil, nil
}

func (r *Registry) nameOf(id string) (name, country, domain string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := r.seen[id]
	return o.Name, o.Country, o.Domain
}

// explain says which signature is like the new one, and by what.
func explain(on *Signature, reasons []registry.Reason) string {
	words := make([]string, len(reasons))
	for i, x := range reasons {
		words[i] = strings.ReplaceAll(string(x), "-", " ")
	}
	what := on.ID
	if on.Number > 0 {
		what = fmt.Sprintf("number %d", on.Number)
	}
	return what + ": " + strings.Join(words, ", ")
}

// Merge notes that an entry is the same organisation as another one. Nothing is
// lost: Unmerge takes it back.
func (r *Registry) Merge(ctx context.Context, from, into string) error {
	return r.Store.MergeOrganisations(ctx, from, into, r.Now())
}

// Unmerge takes a merge back: the pair is open again.
func (r *Registry) Unmerge(ctx context.Context, id string) error {
	return r.Store.UnmergeOrganisation(ctx, id, r.Now())
}

// Different notes that two entries are two organisations: they are not proposed
// again.
func (r *Registry) Different(ctx context.Context, a, b string) error {
	return r.Store.DifferentOrganisations(ctx, a, b, r.Now())
}

// AddName adds a name that an entry goes by, in a language or "".
func (r *Registry) AddName(ctx context.Context, id, lang, name string) error {
	name = tidy(name)
	if code := checkLine(name, MaxName, true); code != "" || utf8.RuneCountInString(lang) > 10 {
		return fmt.Errorf("the name must be one line of text with at most %d characters", MaxName)
	}
	return r.Store.AddOrganisationName(ctx, id, registry.Name{Lang: lang, Text: name}, r.Now())
}

// All gives every entry in the order of their making.
func (r *Registry) All(ctx context.Context) ([]registry.Organisation, error) {
	list, err := r.Store.OrganisationsSince(ctx, time.Time{})
	slices.SortFunc(list, func(a, b registry.Organisation) int { return strings.Compare(a.ID, b.ID) })
	return list, err
}
