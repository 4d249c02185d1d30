package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// keepFor is how long a drawn page is served without a change of its letter.
// It bounds how late a page can be about what no version tells: a deadline
// that passed.
const keepFor = time.Minute

// drawn is a page as it goes over the wire, twice: compressed and plain. It is
// never changed once made, but for the time of its last use.
type drawn struct {
	slug    string // of the letter it shows, "" for several
	version int64  // of that letter, or the generation of all
	at      time.Time
	gzip    body
	plain   body
	etag    string
	used    atomic.Int64 // counts up with each look-up of the whole cache

	// Header values are kept as the slices http.Header holds, so that serving
	// makes none.
	contentType, cacheControl, etagHeader []string
	open                                  bool // pages of any origin may read it

	hole *hole // when there is one, gzip and plain are empty
}

type body struct {
	bytes  []byte
	length []string
}

func newBody(b []byte) body { return body{b, []string{strconv.Itoa(len(b))}} }

// newDrawn compresses a page and takes its fingerprint.
func newDrawn(slug string, version int64, at time.Time, contentType string, page []byte) (*drawn, error) {
	var packed bytes.Buffer
	zip, err := gzip.NewWriterLevel(&packed, gzip.DefaultCompression)
	if err != nil {
		return nil, fmt.Errorf("compress a page: %w", err)
	}
	if _, err := zip.Write(page); err != nil {
		return nil, fmt.Errorf("compress a page: %w", err)
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("compress a page: %w", err)
	}
	sum := sha256.Sum256(page)
	// Weak, since both encodings share it.
	etag := `W/"` + hex.EncodeToString(sum[:12]) + `"`
	return &drawn{
		slug: slug, version: version, at: at,
		gzip: newBody(packed.Bytes()), plain: newBody(page),
		etag: etag, etagHeader: []string{etag},
		contentType: []string{contentType}, cacheControl: revalidate,
	}, nil
}

func (d *drawn) size() int64 {
	size := len(d.gzip.bytes) + len(d.plain.bytes) + 512
	if h := d.hole; h != nil {
		size += len(h.head) + len(h.tail) + len(h.packedHead) + len(h.packedTail)
	}
	return int64(size)
}

var (
	// A page is asked about anew each time and answered 304 when it stands: who
	// comes back from confirming must see the number that was given.
	revalidate   = []string{"no-cache"}
	varyEncoding = []string{"Accept-Encoding"}
	gzipEncoding = []string{"gzip"}
	anyOrigin    = []string{"*"}
)

// serve writes the page, or 304 when the reader has it.
func (d *drawn) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Etag"], h["Cache-Control"], h["Vary"] = d.etagHeader, d.cacheControl, varyEncoding
	if d.open {
		h["Access-Control-Allow-Origin"] = anyOrigin
	}
	if match := r.Header["If-None-Match"]; match != nil && etagMatches(match, d.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"] = d.contentType
	b := &d.plain
	if d.gzip.bytes != nil && acceptsGzip(r.Header["Accept-Encoding"]) {
		b = &d.gzip
		h["Content-Encoding"] = gzipEncoding
	}
	h["Content-Length"] = b.length
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		// A reader who went away is no fault of ours.
		_, _ = w.Write(b.bytes)
	}
}

// etagMatches compares weakly, as RFC 9110 section 13.1.2 says of
// If-None-Match.
func etagMatches(headers []string, etag string) bool {
	plain := strings.TrimPrefix(etag, "W/")
	for _, header := range headers {
		for candidate := range strings.SplitSeq(header, ",") {
			candidate = strings.TrimSpace(candidate)
			if candidate == "*" || strings.TrimPrefix(candidate, "W/") == plain {
				return true
			}
		}
	}
	return false
}

// acceptsGzip tells whether gzip is named in Accept-Encoding, or covered by *,
// with a weight above nothing.
func acceptsGzip(headers []string) bool {
	star := false
	for _, header := range headers {
		for part := range strings.SplitSeq(header, ",") {
			coding, params, _ := strings.Cut(part, ";")
			coding = strings.TrimSpace(coding)
			if coding != "*" && !strings.EqualFold(coding, "gzip") {
				continue
			}
			weight := 1.0
			if value, found := strings.CutPrefix(strings.TrimSpace(params), "q="); found {
				var err error
				if weight, err = strconv.ParseFloat(strings.TrimSpace(value), 64); err != nil {
					weight = 0
				}
			}
			if coding != "*" {
				return weight > 0
			}
			star = weight > 0
		}
	}
	return star
}

// cache keeps drawn pages up to a bound of bytes, and lets go of those that
// were not asked for longest.
type cache struct {
	most  int64
	mu    sync.RWMutex
	pages map[string]*drawn
	bytes int64
	clock atomic.Int64
}

func newCache(most int64) *cache { return &cache{most: most, pages: map[string]*drawn{}} }

// get finds a page that has reached version and is not too old, or nil.
func (c *cache) get(key string, v *versions, now time.Time) *drawn {
	c.mu.RLock()
	d := c.pages[key]
	c.mu.RUnlock()
	if d == nil || d.version < v.of(d.slug) || now.Sub(d.at) >= keepFor {
		return nil
	}
	if d.used.Load() != c.clock.Load() { // the page used last stays so without a write
		d.used.Store(c.clock.Add(1))
	}
	return d
}

// put keeps a page. One that is larger than an eighth of the bound is not kept.
func (c *cache) put(key string, d *drawn) {
	if d.size() > c.most/8 {
		return
	}
	d.used.Store(c.clock.Add(1))
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.pages[key]; old != nil {
		c.bytes -= old.size()
	}
	c.pages[key] = d
	c.bytes += d.size()
	for c.bytes > c.most {
		oldest, since := "", int64(0)
		for k, page := range c.pages {
			if used := page.used.Load(); oldest == "" || used < since {
				oldest, since = k, used
			}
		}
		c.bytes -= c.pages[oldest].size()
		delete(c.pages, oldest)
	}
}
