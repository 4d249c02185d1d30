package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/store"
)

func TestCachedPage(t *testing.T) {
	h := onSQLite(t)
	path := "/es/letters/" + openLetter
	plain := func(encoding, match string) *http.Response {
		r := h.request("GET", path, "")
		r.Header.Set("Accept-Encoding", encoding)
		if match != "" {
			r.Header.Set("If-None-Match", match)
		}
		res, err := h.client.Do(r)
		h.must(err)
		t.Cleanup(func() { res.Body.Close() })
		return res
	}
	packed, whole := plain("gzip", ""), plain("identity", "")
	zip, err := gzip.NewReader(packed.Body)
	h.must(err)
	a, err := io.ReadAll(zip)
	h.must(err)
	b, err := io.ReadAll(whole.Body)
	h.must(err)
	if !bytes.Equal(a, b) || packed.Header.Get("Content-Encoding") != "gzip" || whole.Header.Get("Content-Encoding") != "" {
		t.Error("the compressed page is not the plain one")
	}
	tag := packed.Header.Get("ETag")
	if tag == "" || packed.Header.Get("Vary") != "Accept-Encoding" || packed.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("headers: %v", packed.Header)
	}
	for match, want := range map[string]int{tag: 304, "W/" + strings.TrimPrefix(tag, "W/"): 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200} {
		if got := plain("gzip", match).StatusCode; got != want {
			t.Errorf("If-None-Match %s: %d, want %d", match, got, want)
		}
	}
	_, token := h.signed("Organización Ejemplo", "one@example.org")
	h.post("/es/confirm/"+token, nil)
	h.settle()
	if res := plain("gzip", tag); res.StatusCode != http.StatusOK {
		t.Error("a changed letter is served from the reader's copy")
	}
	head := h.do(h.request("HEAD", path, ""))
	if head.StatusCode != http.StatusOK || head.body != "" {
		t.Errorf("HEAD: %d, %d bytes", head.StatusCode, len(head.body))
	}
}

// counting is a store that counts how often a letter is read, and holds each
// reader until it is let go.
type counting struct {
	Store
	reads atomic.Int32
	hold  chan struct{}
}

func (c *counting) LetterBySlug(ctx context.Context, slug string) (*letter.Letter, error) {
	c.reads.Add(1)
	<-c.hold
	return c.Store.LetterBySlug(ctx, slug)
}

func TestOneDrawingForManyReaders(t *testing.T) {
	h := onSQLite(t)
	slow := &counting{Store: h.db, hold: make(chan struct{})}
	h.site.store = slow
	var readers sync.WaitGroup
	for range 20 {
		readers.Go(func() {
			rec := httptest.NewRecorder()
			h.site.ServeHTTP(rec, httptest.NewRequest("GET", "/es/letters/"+openLetter, nil))
			if rec.Code != http.StatusOK {
				t.Errorf("status %d", rec.Code)
			}
		})
	}
	close(slow.hold)
	readers.Wait()
	before := slow.reads.Load()
	if rec := httptest.NewRecorder(); true {
		h.site.ServeHTTP(rec, httptest.NewRequest("GET", "/es/letters/"+openLetter, nil))
	}
	if slow.reads.Load() != before {
		t.Error("a page that was just drawn is drawn again")
	}
	h.clock.advance(keepFor)
	h.site.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/es/letters/"+openLetter, nil))
	if slow.reads.Load() != before+1 {
		t.Error("an old page is served for ever")
	}
}

func TestCacheKeepsItsBound(t *testing.T) {
	c := newCache(100_000)
	now := time.Now()
	var v versions
	for i := range 200 {
		d, err := newDrawn("x", 1, now, htmlType, bytes.Repeat([]byte{byte(i)}, 3000))
		if err != nil {
			t.Fatal(err)
		}
		c.put(fmt.Sprint(i), d)
		c.get("0", &v, now) // the first stays in use
		if c.bytes > c.most {
			t.Fatalf("%d bytes kept, %d allowed", c.bytes, c.most)
		}
	}
	if c.get("0", &v, now) == nil {
		t.Error("the page in constant use was let go")
	}
	if c.get("100", &v, now) != nil {
		t.Error("a page nobody asked for was kept")
	}
	large, err := newDrawn("x", 1, now, htmlType, make([]byte, 100_000))
	if err != nil {
		t.Fatal(err)
	}
	c.put("large", large)
	if c.get("large", &v, now) != nil {
		t.Error("one page took the whole cache")
	}
	v.known.Store(&known{letters: map[string]int64{"x": 2}})
	if c.get("0", &v, now) != nil {
		t.Error("a page of an older version is served")
	}
}

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"gzip": true, "GZIP": true, "br, gzip;q=0.5": true, "deflate": false, "": false, "gzip;q=0": false, "gzip; q=0.000": false,
		"*": true, "*;q=0": false, "gzip;q=0, *": false, "identity;q=1, gzip;q=x": false,
	} {
		if got := acceptsGzip([]string{header}); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}

// Forms of other sites are refused, but for those whose path is a mailed token.
func TestCrossOrigin(t *testing.T) {
	h := onSQLite(t)
	_, token := h.signed("Organización Ejemplo", "one@example.org")
	for _, c := range []struct {
		path, origin, fetch string
		status              int
	}{
		{"/es/letters/" + openLetter + "/sign", "https://evil.example", "cross-site", 403},
		{"/es/letters/" + openLetter + "/sign", "null", "cross-site", 403},
		{"/es/letters/" + openLetter + "/sign", baseURL, "", 422}, // behind a proxy the host differs
		{"/es/letters/" + openLetter + "/sign", "", "same-origin", 422},
		{"/es/letters/" + openLetter + "/sign", "", "", 422}, // no browser
		{"/api/v1/letters/" + openLetter + "/signatures", "https://evil.example", "cross-site", 403},
		{"/es/confirm/" + token, "https://evil.example", "cross-site", 303},
	} {
		r := h.request("POST", c.path, "")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for name, value := range map[string]string{"Origin": c.origin, "Sec-Fetch-Site": c.fetch} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		if a := h.do(r); a.StatusCode != c.status {
			t.Errorf("%s from %q (%s): %d, want %d", c.path, c.origin, c.fetch, a.StatusCode, c.status)
		}
	}
}

func TestBoundsAndMethods(t *testing.T) {
	h := onSQLite(t)
	sign := "/es/letters/" + openLetter + "/sign"
	a := h.post(sign, url.Values{"name": {strings.Repeat("x", maxForm)}})
	h.expect(a, http.StatusRequestEntityTooLarge, everyPage)
	r := h.request("POST", sign, "name=%zz")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	h.expect(h.do(r), http.StatusBadRequest, everyPage)
	a = h.do(h.request("DELETE", sign, ""))
	h.expect(a, http.StatusMethodNotAllowed, everyPage)
	if a.Header.Get("Allow") != "GET, POST" {
		t.Errorf("Allow: %q", a.Header.Get("Allow"))
	}
	for path, want := range map[string]string{"/es": "/es/", "/es/privacy/": "/es/privacy", "/es/letters/" + openLetter + "/?x=1": "/es/letters/" + openLetter + "?x=1"} {
		if a := h.get(path); a.StatusCode != http.StatusMovedPermanently && a.StatusCode != http.StatusTemporaryRedirect || a.Header.Get("Location") != want {
			t.Errorf("%s: %d to %q", path, a.StatusCode, a.Header.Get("Location"))
		}
	}
	for _, path := range []string{"/de/", "/es/letters/../../etc/passwd", "/assets/look.css", "/assets/", "//evil.example/", "/\\evil.example/", "/es/letters/%00"} {
		if a := h.get(path); a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusMovedPermanently && a.StatusCode != http.StatusTemporaryRedirect ||
			strings.Contains(a.Header.Get("Location"), "evil.example/") && !strings.HasPrefix(a.Header.Get("Location"), "/evil") {
			t.Errorf("%s: %d to %q", path, a.StatusCode, a.Header.Get("Location"))
		}
	}
}

type failing struct {
	Store
	err error
}

func (f failing) LetterBySlug(context.Context, string) (*letter.Letter, error) {
	if f.err == nil {
		panic("a fault of ours")
	}
	return nil, f.err
}

func (f failing) Versions(context.Context) (map[string]int64, error) { return nil, f.err }

// failingSigning is a store whose writer is busy.
type failingSigning struct{ signature.Store }

func (failingSigning) AddSignature(context.Context, *signature.Signature, []byte, []signature.Doubt, signature.MailKind, string) error {
	return fmt.Errorf("record: %w", store.ErrBusy)
}

func TestBusyKeepsWhatWasTyped(t *testing.T) {
	h := onSQLite(t)
	h.site.signing = &signature.Service{Store: failingSigning{h.db}, Vault: h.signing.Vault, Now: h.clock.Now}
	a := h.post("/pt/letters/"+openLetter+"/sign", signForm("Kept Organisation", "kept@example.org"))
	h.expect(a, http.StatusServiceUnavailable, everyPage)
	if a.Header.Get("Retry-After") == "" || attr(field1(a, "name"), "value") != "Kept Organisation" || attr(field1(a, "email"), "value") != "kept@example.org" {
		t.Error("the form is lost, or nothing says when to try again")
	}
}

func TestFaultsOfOurs(t *testing.T) {
	h := onSQLite(t)
	for name, c := range map[string]struct {
		err    error
		status int
	}{
		"panic": {nil, 500}, "unforeseen": {io.ErrUnexpectedEOF, 500}, "busy": {store.ErrBusy, 503}, "late": {context.DeadlineExceeded, 503},
	} {
		h.site.store = failing{h.db, c.err}
		a := h.get("/fr/letters/" + openLetter)
		h.expect(a, c.status, everyPage)
		if a.Header.Get("Cache-Control") != "no-store" || strings.Contains(a.body, "goroutine") || strings.Contains(a.body, "unexpected EOF") {
			t.Errorf("%s: the page may be kept, or tells of our inside", name)
		}
	}
	if log := h.log.String(); !strings.Contains(log, "a fault of ours") || !strings.Contains(log, "server_test.go") || !strings.Contains(log, "unexpected EOF") {
		t.Errorf("the log does not tell of the faults: %s", log)
	}
	h.site.store = failing{h.db, store.ErrClosed}
	if a := h.get("/readyz"); a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("readyz: %d", a.StatusCode)
	}
	if a := h.get("/healthz"); a.StatusCode != http.StatusOK {
		t.Errorf("healthz: %d", a.StatusCode)
	}
}

func TestEveryAnswerHasALine(t *testing.T) {
	h := onSQLite(t)
	h.get("/es/letters/" + openLetter + "?q=secret")
	h.get("/no/such/secret")
	lines := strings.Split(strings.TrimSpace(h.log.String()), "\n")
	if len(lines) != 2 || strings.Contains(h.log.String(), "secret") {
		t.Fatalf("the log: %s", h.log)
	}
	for _, part := range []string{"method=GET", `route=/{lang}/letters/{letter}`, "status=200", "bytes=", "took=", "lang=es"} {
		if !strings.Contains(lines[0], part) {
			t.Errorf("%s is not in %s", part, lines[0])
		}
	}
}

func TestBaseURL(t *testing.T) {
	h := onSQLite(t)
	for base, good := range map[string]bool{
		"https://letters.example.org": true, "http://127.0.0.1:8080": true, "https://letters.example.org/": true,
		"": false, "letters.example.org": false, "ftp://x.example.org": false, "https://x.example.org/path": false, "https://u:p@x.example.org": false, "https://x.example.org?q": false,
	} {
		if _, err := New(Config{BaseURL: base, Store: h.db, Signing: h.signing, Letters: h.letters, Registry: h.registry, Accounts: h.accounts}); (err == nil) != good {
			t.Errorf("%q: %v", base, err)
		}
	}
}

func TestFeedAndSitemapAreXML(t *testing.T) {
	h := onSQLite(t)
	for _, path := range []string{"/es/letters/" + printedLetter + "/feed.atom", "/sitemap.xml"} {
		a := h.get(path)
		var any struct{ XMLName xml.Name }
		if err := xml.Unmarshal([]byte(a.body), &any); err != nil || a.StatusCode != http.StatusOK {
			t.Errorf("%s: %d, %v", path, a.StatusCode, err)
		}
	}
	feed := h.get("/es/letters/" + printedLetter + "/feed.atom").body
	if !strings.Contains(feed, "Boundless &lt;b&gt;Example&lt;/b&gt;") || strings.Count(feed, "<entry>") != 4 {
		t.Errorf("the feed: %s", feed)
	}
	if robots := h.get("/robots.txt").body; !strings.Contains(robots, "Sitemap: "+baseURL+"/sitemap.xml") {
		t.Errorf("robots.txt: %s", robots)
	}
}

func FuzzLetterText(f *testing.F) {
	f.Add("# T\n\n[a](javascript:alert(1)) <img src=x onerror=alert(1)> ![i](x)")
	f.Add("| a | b |\n|---|---|\n| <svg/onload=1> | `</script>` |")
	f.Fuzz(func(t *testing.T, source string) {
		out, err := toHTML(source)
		if err != nil {
			return
		}
		a := &answered{doc: parse(t, string(out))}
		for _, fault := range nothingInline(a) {
			t.Errorf("%q drew %q: %s", source, out, fault)
		}
		for _, n := range nodes(a.doc, tagged("img", "iframe", "object", "embed", "form", "svg", "base", "meta", "h1")) {
			t.Errorf("%q drew <%s>", source, n.Data)
		}
	})
}
