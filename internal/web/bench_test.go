package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pliego/internal/store/storetest"
)

// BenchmarkCachedPage compares a page from the cache with a bare handler that
// writes the same headers and bytes, over real connections. The page's own log
// goes to nowhere, but is written.
func BenchmarkCachedPage(b *testing.B) {
	h := newHouse(b, storetest.Open(b, storetest.SQLite(b)))
	h.site.log = slog.New(slog.NewTextHandler(io.Discard, nil))
	path := "/es/letters/" + printedLetter + "/signatories"
	model := httptest.NewRecorder()
	request := httptest.NewRequest("GET", path, nil)
	request.Header.Set("Accept-Encoding", "gzip")
	h.site.ServeHTTP(model, request)
	body := model.Body.Bytes()
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		header := w.Header()
		for name, values := range model.Header() {
			header[name] = values
		}
		_, _ = w.Write(body)
	})
	for name, handler := range map[string]http.Handler{"site": h.site, "bare": bare} {
		b.Run(name, func(b *testing.B) {
			server := httptest.NewServer(handler)
			defer server.Close()
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}
			b.SetParallelism(16)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				r, err := http.NewRequest("GET", server.URL+path, strings.NewReader(""))
				if err != nil {
					b.Fatal(err)
				}
				r.Header.Set("Accept-Encoding", "gzip")
				for pb.Next() {
					res, err := client.Do(r)
					if err != nil {
						b.Fatal(err)
					}
					if _, err := io.Copy(io.Discard, res.Body); err != nil {
						b.Fatal(err)
					}
					res.Body.Close()
				}
			})
		})
	}
}

// quiet is a writer that costs nothing, to see what the site itself costs.
type quiet struct{ header http.Header }

func (q *quiet) Header() http.Header         { return q.header }
func (q *quiet) WriteHeader(int)             {}
func (q *quiet) Write(b []byte) (int, error) { return len(b), nil }

// BenchmarkSiteItself is what a cached page costs before the network.
func BenchmarkSiteItself(b *testing.B) {
	h := newHouse(b, storetest.Open(b, storetest.SQLite(b)))
	h.site.log = slog.New(slog.NewTextHandler(io.Discard, nil))
	h.site.now = time.Now
	for _, path := range []string{"/es/letters/" + printedLetter, "/es/letters/" + printedLetter + "/signatories"} {
		b.Run(path, func(b *testing.B) {
			r := httptest.NewRequest("GET", path, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			b.ReportAllocs()
			for b.Loop() {
				h.site.ServeHTTP(&quiet{http.Header{}}, r)
			}
		})
	}
}

// BenchmarkSignForm is what the sign page costs, in which each reader gets a
// token of their own.
func BenchmarkSignForm(b *testing.B) {
	h := newHouse(b, storetest.Open(b, storetest.SQLite(b)))
	h.site.log = slog.New(slog.NewTextHandler(io.Discard, nil))
	r := httptest.NewRequest("GET", "/es/letters/"+openLetter+"/sign", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	b.ReportAllocs()
	for b.Loop() {
		h.site.ServeHTTP(&quiet{http.Header{}}, r)
	}
}
