// Package web is everything a reader meets in a browser: pages in four
// languages, the sign form and the signer's own pages, feeds, and the API.
//
// A request's way is straight: routes.go names the handler, the handler asks a
// use case or the store and fills a view, a template draws it. Handlers return
// an error, and serve_error.go alone turns that into a status, a line in the
// log and a page. Public pages are drawn once for each version of their letter
// and kept compressed (cache.go); pages behind a mailed token are never kept.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"

	"pliego/internal/account"
	"pliego/internal/dialogue"
	"pliego/internal/followup"
	"pliego/internal/followup/edition"
	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/penalty"
	"pliego/internal/signature"
	"pliego/internal/store"
)

// Store is what pages read. All methods may be called at once; each sees one
// consistent state.
type Store interface {
	// LetterBySlug fails with letter.ErrNotFound.
	LetterBySlug(ctx context.Context, slug string) (*letter.Letter, error)
	// LetterByID fails with letter.ErrNotFound.
	LetterByID(ctx context.Context, id string) (*letter.Letter, error)
	// TextVersions are all versions of a letter's texts, by language, the newest first.
	TextVersions(ctx context.Context, letterID string) ([]letter.Text, error)
	// Letters gives those in one of the states, newest first.
	Letters(ctx context.Context, states ...letter.State) ([]*letter.Letter, error)
	// CountInState counts the signatures that wait or were refused, by letter.
	CountInState(ctx context.Context, state signature.State) (map[string]int64, error)
	// Versions gives each letter's version by its slug. A version grows with
	// every change that a page shows.
	Versions(ctx context.Context) (map[string]int64, error)
	// Forums gives all forums by their keys.
	Forums(ctx context.Context) (map[string]dialogue.Forum, error)
	// SignaturesNumbered gives those with numbers from first to last, in order,
	// the withdrawn ones without their names.
	SignaturesNumbered(ctx context.Context, letterID string, first, last int64) ([]*signature.Signature, error)
	// SignaturesByName gives a page of the alphabetical list, and the cursor of
	// the next or "". It fails with store.ErrCursor.
	SignaturesByName(ctx context.Context, letterID string, q store.ListQuery) (list []*signature.Signature, next string, err error)
	// Conveners gives the conveners' standing signatures, by number.
	Conveners(ctx context.Context, letterID string) ([]*signature.Signature, error)
	// CountryCounts tells how many standing signatures name each country.
	CountryCounts(ctx context.Context, letterID string) (map[string]int64, error)
	// EachSignature calls fn for every numbered signature in the order of numbers.
	EachSignature(ctx context.Context, letterID string, fn func(*signature.Signature) error) error
	// PromiseOf tells until when the addresses of a letter's signers are kept.
	PromiseOf(ctx context.Context, letterID string) (signature.Promise, error)
	// NamesOut tells how often a name was taken out of a letter's list.
	NamesOut(ctx context.Context, letterID string) (int64, error)
	// RecordPrint records a file before it is handed out; false when a name was
	// taken out of the list since NamesOut gave namesOut.
	RecordPrint(ctx context.Context, p store.Print, namesOut int64) (current bool, err error)
	// Prints lists the files of a letter that were handed out, newest first.
	Prints(ctx context.Context, letterID string, limit int) ([]store.Print, error)
	// PrintByHash finds the files with a SHA-256 that were ever handed out.
	PrintByHash(ctx context.Context, hash string) ([]store.Print, error)
	// Provisions gives what forums adopted, by forum and in their order.
	Provisions(ctx context.Context) ([]*dialogue.Provision, error)
	// RecordOf gives every version of every item of a letter's record.
	RecordOf(ctx context.Context, letterID string) (followup.Record, error)
	// What addressees answer, and what the record takes from it: see store.DB.
	AnswerLink(ctx context.Context, letterID, addressee string, renew bool) (id string, generation int, err error)
	AnswerLinkOf(ctx context.Context, id string, generation int) (letterID, addressee string, err error)
	KeepAnswer(ctx context.Context, r *followup.Reply, file []byte) error
	DecideAnswer(ctx context.Context, r *followup.Reply, published bool, now time.Time) error
	Answers(ctx context.Context, letterID, addressee string) ([]*followup.Reply, error)
	AnswerFile(ctx context.Context, letterID, id string) ([]byte, error)
	AppendRecord(ctx context.Context, letterID, slug string, items []*followup.Item, now time.Time) error
	// What is on its way to the record, and what stands beside it: see store.DB.
	AddDrafts(ctx context.Context, list []*followup.Draft) error
	RewriteDraft(ctx context.Context, d *followup.Draft) error
	ShowDraft(ctx context.Context, d *followup.Draft, now time.Time) error
	TakeBackDraft(ctx context.Context, d *followup.Draft) error
	DropDraft(ctx context.Context, d *followup.Draft, by string, now time.Time) error
	ReplyToDraft(ctx context.Context, d *followup.Draft) error
	AloneAtRecord(ctx context.Context, person string) (bool, error)
	PublishDraft(ctx context.Context, slug string, d *followup.Draft, item *followup.Item, by string, now time.Time) error
	Drafts(ctx context.Context, letterID, addressee string) ([]*followup.Draft, error)
	RecordWaiting(ctx context.Context) (map[string]int, error)
	DraftByID(ctx context.Context, letterID, id string) (*followup.Draft, error)
	KeepCopy(ctx context.Context, letterID, hash, name string, content []byte, now time.Time) error
	CopyOf(ctx context.Context, letterID, hash string) (name string, content []byte, err error)
	FileContest(ctx context.Context, f *followup.Filed) error
	Contests(ctx context.Context, letterID string) ([]*followup.Filed, error)
	DecideContest(ctx context.Context, letterID, slug, id string, shown *followup.Item, now time.Time) error
	FileOpinion(ctx context.Context, o *followup.Opinion) error
	Opinions(ctx context.Context, letterID, addressee, ask, signatureID string, known time.Time) ([]*followup.Opinion, error)
	AddLook(ctx context.Context, letterID, slug string, l followup.Look) error
	Looks(ctx context.Context, letterID string) ([]followup.Look, error)
	// The agenda of a letter, and what its signatories propose: see store.DB.
	AgendaOf(ctx context.Context, letterID string) (dialogue.Agenda, error)
	AppendAgenda(ctx context.Context, letterID, slug string, items []*dialogue.AgendaItem, now time.Time) error
	ProposeAgenda(ctx context.Context, p store.AgendaProposal) error
	AgendaProposals(ctx context.Context, letterID string) ([]store.AgendaProposal, error)
	DecideProposal(ctx context.Context, letterID, id, item string, now time.Time) error
	// The frozen reports of a letter: see store.DB.
	AddEdition(ctx context.Context, letterID string, e *edition.Edition, by string) error
	Editions(ctx context.Context, letterID string) ([]store.EditionListed, error)
	Edition(ctx context.Context, letterID string, number int) (*edition.Edition, string, error)
	EditionFileOf(ctx context.Context, letterID string, number, issue int, lang, format string) (store.EditionFile, error)
	KeepEditionFile(ctx context.Context, f store.EditionFile) (store.EditionFile, error)
	EditionFilesByHash(ctx context.Context, hash string) ([]store.EditionFile, error)
	// LatestCheckpoint gives the log's newest signed checkpoint; size -1 when
	// there is none.
	LatestCheckpoint(ctx context.Context) (size int64, signed []byte, err error)
	// CheckpointTime is when the stored checkpoint of a size was signed.
	CheckpointTime(ctx context.Context, size int64) (time.Time, error)
	// KeyHistory gives the keys that the log has had, the one that signs last.
	KeyHistory(ctx context.Context) (ledger.KeyHistory, error)
	// Cosignatures gives the newest of each witness.
	Cosignatures(ctx context.Context) ([]ledger.Cosignature, error)
	// LogTile gives a tile of the log: hashes, or the bundle of entries. It
	// fails with ledger.ErrNotPublished, as LogOpenings does.
	LogTile(ctx context.Context, t ledger.Tile) ([]byte, error)
	// LogOpenings gives what opens the entries of the n-th tile of entries.
	LogOpenings(ctx context.Context, n int64) ([]ledger.Opening, error)
	// SignatureLeaves gives the log's index of the entry that recorded each
	// signature with a number from first to last, by number.
	SignatureLeaves(ctx context.Context, letterID string, first, last int64) (map[int64]int64, error)
	signature.Recorder
	signature.GivenStore
	signature.InvitationStore
	// DeskSignatures gives a page of a letter's signatures in every state; a
	// place that is none fails with store.ErrCursor.
	DeskSignatures(ctx context.Context, letterID string, q store.DeskQuery) ([]*signature.Signature, error)
	// AddDeskFile keeps a sealed file that was read at the desk until it is stored.
	AddDeskFile(ctx context.Context, f store.DeskFile) error
	// DeskFile gives one back; letter.ErrNotFound when it is gone.
	DeskFile(ctx context.Context, id, kind string) (store.DeskFile, error)
	// DropDeskFile forgets one, and DropDeskFiles those from before a time.
	DropDeskFile(ctx context.Context, id string) error
	DropDeskFiles(ctx context.Context, before time.Time) error
	// Law gives the tables of what drug laws threaten.
	Law(ctx context.Context) ([]penalty.Penalty, []penalty.Threshold, error)
	EvidenceStore
	// Snapshot runs fn on the public record as of the newest checkpoint.
	Snapshot(ctx context.Context, fn func(*store.Snapshot) error) error
}

// Config is what a Site is made of. Every field without a default is required.
type Config struct {
	// BaseURL is the address readers know the site by, such as
	// https://letters.example.org: a scheme and a host, no path. It stands in
	// canonical links, feeds and the sitemap, and forms are taken from its
	// origin only.
	BaseURL string
	// Store is what pages read.
	Store Store
	// Signing carries out what signers do.
	Signing *signature.Service
	// Letters carries out what coordinators do with letters.
	Letters *letter.Service
	// Registry knows the organisations.
	Registry *signature.Registry
	// Accounts are the people of the desk.
	Accounts *account.Service
	// Contact is how signers reach the coalition: an address, of mail or of a
	// page. Default: they are told to answer the mail they got.
	Contact string
	// Witnesses are those whom the log's checkpoints are shown to.
	Witnesses []ledger.Witness
	// Proxies are those whose word is taken for whom they forward
	// (X-Forwarded-For). Default: none.
	Proxies []netip.Prefix
	// Log takes one line a request, and the errors. Default: slog.Default().
	Log *slog.Logger
	// Now is the clock. Default: time.Now.
	Now func() time.Time
	// CacheBytes bounds the drawn pages that are kept. Default: 32 MiB.
	CacheBytes int64
}

// Site is the whole public site. It is safe for concurrent use.
type Site struct {
	base      string // scheme and host, without a slash at the end
	secure    bool   // base is https
	store     Store
	signing   *signature.Service
	letters   *letter.Service
	registry  *signature.Registry
	accounts  *account.Service
	contact   string
	proxies   []netip.Prefix
	log       *slog.Logger
	now       func() time.Time
	assets    *assets
	pages     map[string]*templateSet // by language
	cache     *cache
	prints    prints
	witnesses []ledger.Witness
	// A place for each bundle that may be written, and each upload that may be
	// checked, at once.
	bundling, verifying chan struct{}
	tabling             chan struct{} // tables of the API that are read
	records             records
	indexes             indexes
	drawing             singleflight.Group
	versions            versions
	checkedClaims       checkedClaims
	origins             *http.CrossOriginProtection
	// recovering bounds how often phrases are tried.
	recovering *rate.Limiter
	mux        *http.ServeMux
}

// New makes the site. It reads no letter yet: Watch keeps it up to date.
func New(cfg Config) (*Site, error) {
	base, err := url.Parse(cfg.BaseURL)
	if err != nil || (base.Scheme != "http" && base.Scheme != "https") || base.Host == "" ||
		strings.Trim(base.Path, "/") != "" || base.RawQuery != "" || base.Fragment != "" || base.User != nil {
		return nil, fmt.Errorf("base URL %q: give a scheme and a host, such as https://letters.example.org", cfg.BaseURL)
	}
	if cfg.Store == nil || cfg.Signing == nil || cfg.Letters == nil || cfg.Registry == nil || cfg.Accounts == nil {
		return nil, errors.New("web: Config needs a Store, the services Signing and Letters, a Registry and Accounts")
	}
	s := &Site{
		base: base.Scheme + "://" + base.Host, secure: base.Scheme == "https",
		store: cfg.Store, signing: cfg.Signing, letters: cfg.Letters, registry: cfg.Registry, accounts: cfg.Accounts, contact: cfg.Contact, proxies: cfg.Proxies, log: cfg.Log, now: cfg.Now,
		origins: http.NewCrossOriginProtection(), recovering: rate.NewLimiter(recoverEvery, recoverBurst),
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.now == nil {
		s.now = time.Now
	}
	if cfg.CacheBytes <= 0 {
		cfg.CacheBytes = 32 << 20
	}
	s.cache = newCache(cfg.CacheBytes)
	s.prints = prints{most: cfg.CacheBytes, files: map[string]*printed{}}
	s.bundling, s.verifying, s.tabling = make(chan struct{}, bundlesAtOnce), make(chan struct{}, verifiesAtOnce), make(chan struct{}, tablesAtOnce)
	s.witnesses = cfg.Witnesses
	if err := s.origins.AddTrustedOrigin(s.base); err != nil {
		return nil, fmt.Errorf("base URL %q: %w", cfg.BaseURL, err)
	}
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = parseTemplates(s.assets); err != nil {
		return nil, err
	}
	s.mux = s.routes()
	return s, nil
}

// ServeHTTP answers one request and logs it.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rec := newRecorder(w, s.now())
	defer s.finish(rec, r)
	s.setHeaders(rec.Header())
	s.mux.ServeHTTP(rec, r)
}
