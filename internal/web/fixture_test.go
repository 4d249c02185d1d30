package web

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"pliego/internal/account"
	"pliego/internal/dialogue"
	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
	"pliego/internal/vault"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// house is a site with two letters behind a real server: one open for signing
// with texts in two languages only, one published elsewhere with signatories
// as printed.
type house struct {
	t        testing.TB
	db       *store.DB
	signing  *signature.Service
	accounts *account.Service
	letters  *letter.Service
	registry *signature.Registry
	seq      *ledger.Sequencer
	site     *Site
	url      string
	client   *http.Client
	log      *syncBuffer
	clock    *clock
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

const (
	openLetter    = "open-letter"
	printedLetter = "printed-letter"
	baseURL       = "https://letters.example.org"
)

func newHouse(t testing.TB, db *store.DB) *house {
	t.Helper()
	h := &house{t: t, db: db, log: &syncBuffer{}, clock: &clock{now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}}
	v, err := vault.New(bytes.Repeat([]byte{7}, vault.KeySize))
	h.must(err)
	key, err := ledger.LoadOrCreateKey(t.TempDir()+"/ledger.key", true)
	h.must(err)
	h.signing = &signature.Service{Store: db, Vault: v, Now: h.clock.Now}
	h.accounts = &account.Service{Store: db, Vault: v, Now: h.clock.Now}
	h.registry = &signature.Registry{Store: db, Now: h.clock.Now}
	h.letters = &letter.Service{Store: db, Now: h.clock.Now}
	h.seq = &ledger.Sequencer{Store: db, Key: key, Now: h.clock.Now}
	ctx := context.Background()
	h.must(db.InitLog(ctx, key.Name(), key.Verifier()))
	h.fill(ctx)
	h.site, err = New(Config{
		BaseURL: baseURL, Store: db, Signing: h.signing, Letters: h.letters, Registry: h.registry, Accounts: h.accounts, Now: h.clock.Now,
		Log: slog.New(slog.NewTextHandler(h.log, nil)),
	})
	h.must(err)
	h.must(h.site.Refresh(ctx))
	server := httptest.NewServer(h.site)
	t.Cleanup(server.Close)
	h.url, h.client = server.URL, server.Client()
	h.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return h
}

func (h *house) fill(ctx context.Context) {
	h.t.Helper()
	h.must(h.db.AddForum(ctx, dialogue.Forum{
		Key: "forum-1", Names: map[string]string{"en": "Example Meeting", "es": "Reunión Ejemplo"}, From: "2013-11-21", To: "2013-11-22",
	}))
	printed := &letter.Letter{
		Slug: printedLetter, State: letter.FollowUp, Date: "2013-11-19", OriginalLang: "en", Publisher: "Example Organisation", Forum: "forum-1",
		Elsewhere: &letter.Elsewhere{URL: "https://example.org/letter", Publisher: "Example Organisation", Lang: "en"},
		Addressees: []letter.Addressee{
			{Key: "ury", Country: "UY", Office: map[string]string{"en": "Ministry of Examples"}, OfficeNative: "Ministerio de Ejemplos", NativeLang: "es", SourceURL: "https://example.org/uy", Confidence: "seen"},
			{Key: "bra", Country: "BR", Office: map[string]string{"en": "Ministry of Examples", "pt": "Ministério de Exemplos"}, SourceURL: "https://example.org/br", Confidence: "memory"},
		},
	}
	h.must(h.letters.Create(ctx, printed))
	for _, lang := range []string{"es", "pt", "en", "fr"} {
		h.must(h.letters.Publish(ctx, printed, letter.Text{
			Lang: lang, Kind: letter.Summary, Title: "Printed letter (" + lang + ")", Body: "What it says, in short.",
			Asks: []letter.Ask{{Key: "first-ask", Title: "First ask", Body: "Do *this*."}, {Key: "second-ask", Title: "Second ask", Body: "Do that."}},
		}))
	}
	printed, err := h.db.LetterBySlug(ctx, printedLetter)
	h.must(err)
	text, _ := printed.Text("en")
	_, err = h.signing.Record(ctx, h.db, printed, text, signature.AsPrinted, []signature.Printed{
		{Kind: signature.Organisation, Number: 1, Public: signature.Public{Name: "Zeta Example", Acronym: "ZE", Country: "UY"}},
		{Kind: signature.Organisation, Number: 2, Public: signature.Public{Name: "Águila Example", Country: "BR"}},
		{Kind: signature.Organisation, Number: 3, Public: signature.Public{Name: "Boundless <b>Example</b>", Country: ""}},
	})
	h.must(err)

	open := &letter.Letter{Slug: openLetter, State: letter.Draft, OriginalLang: "es", Deadline: h.clock.Now().Add(30 * 24 * time.Hour)}
	h.must(h.letters.Create(ctx, open))
	for _, lang := range []string{"es", "en"} {
		h.must(h.letters.Publish(ctx, open, letter.Text{
			Lang: lang, Kind: letter.FullText, Title: "Open letter (" + lang + ")", AsksInBody: true,
			Body: "# A heading\n\nWe ask for [this](https://example.org/this).\n\n<script>alert(1)</script>\n\n- Benches", Closing: "Yours.",
			Asks: []letter.Ask{{Key: "benches", Title: "Benches", Body: "More of them."}},
		}))
	}
	h.must(h.letters.Open(ctx, openLetter))
	h.must(h.letters.Create(ctx, &letter.Letter{Slug: "draft-letter", State: letter.Draft, OriginalLang: "es"}))
	h.must(h.seq.SequenceAll(ctx))
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// settle gives numbers to what was confirmed, and lets the site see it.
func (h *house) settle() {
	h.t.Helper()
	h.must(h.seq.SequenceAll(context.Background()))
	h.must(h.site.Refresh(context.Background()))
}

// answered is a response with its body read.
type answered struct {
	*http.Response
	body string
	doc  *html.Node
}

func (h *house) do(r *http.Request) *answered {
	h.t.Helper()
	res, err := h.client.Do(r)
	h.must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	h.must(err)
	a := &answered{Response: res, body: string(body)}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		a.doc, err = html.Parse(strings.NewReader(a.body))
		h.must(err)
	}
	return a
}

func (h *house) request(method, path, body string) *http.Request {
	h.t.Helper()
	r, err := http.NewRequest(method, h.url+path, strings.NewReader(body))
	h.must(err)
	return r
}

func (h *house) get(path string) *answered {
	h.t.Helper()
	return h.do(h.request("GET", path, ""))
}

func (h *house) post(path string, form url.Values) *answered {
	h.t.Helper()
	r := h.request("POST", path, form.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.do(r)
}

func signForm(name, email string) url.Values {
	return url.Values{
		"kind": {"organisation"}, "name": {name}, "acronym": {"EX"}, "country": {"UY"}, "website": {"example.org"},
		"signer_name": {"Example Signer"}, "email": {email}, "visibility": {"public"}, "consent": {"1"},
	}
}

// signed posts the form and gives the path of the page after it, and the
// token of the mail.
func (h *house) signed(name, email string) (sent, confirm string) {
	h.t.Helper()
	a := h.post("/es/letters/"+openLetter+"/sign", signForm(name, email))
	if a.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("sign: status %d\n%s", a.StatusCode, a.body)
	}
	sent = a.Header.Get("Location")
	id, _, err := h.signing.Vault.ParseToken(signature.TokenWait, sent[strings.LastIndexByte(sent, '/')+1:])
	h.must(err)
	return sent, h.confirmToken(id)
}

func (h *house) confirmToken(id string) string {
	h.t.Helper()
	sig, err := h.db.SignatureByID(context.Background(), id)
	h.must(err)
	token, err := h.signing.Vault.Token(signature.TokenConfirm, id, sig.Generation)
	h.must(err)
	return token
}

// each runs a test with a house on each engine.
func each(t *testing.T, fn func(t *testing.T, h *house)) {
	storetest.Each(t, func(t *testing.T, open func() *store.DB) { fn(t, newHouse(t, open())) })
}

// onSQLite gives a house for tests of what does not touch SQL.
func onSQLite(t testing.TB) *house {
	t.Helper()
	return newHouse(t, storetest.Open(t, storetest.SQLite(t)))
}
