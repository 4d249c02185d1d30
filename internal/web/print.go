package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"sync"
	"time"

	"pliego/internal/letter"
	"pliego/internal/store"
	"pliego/internal/typeset"
	"pliego/internal/typeset/compose"
)

// drawPrintEvery is how often a letter that takes signatures is set anew for
// printing at most: until then the last one is served, with the time it was
// made.
const drawPrintEvery = time.Minute

// printed is a letter set as a file.
type printed struct {
	version  int64
	namesOut int64 // how often a name had been taken out of the letter's list
	at       time.Time
	bytes    []byte
	etag     string
}

// prints keeps the files of the letters asked for last, up to a bound of bytes.
type prints struct {
	most  int64
	mu    sync.Mutex
	files map[string]*printed
	bytes int64
}

func (p *prints) get(key string) *printed {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.files[key]
}

func (p *prints) put(key string, f *printed) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if old := p.files[key]; old != nil {
		p.bytes -= int64(len(old.bytes))
	}
	p.files[key] = f
	p.bytes += int64(len(f.bytes))
	for p.bytes > p.most && len(p.files) > 1 {
		oldest := ""
		for k, x := range p.files {
			if k != key && (oldest == "" || x.at.Before(p.files[oldest].at)) {
				oldest = k
			}
		}
		p.bytes -= int64(len(p.files[oldest].bytes))
		delete(p.files, oldest)
	}
}

// format is one of the files a letter can be had as.
type format struct {
	name        string // in the address
	contentType string
	set         func(ctx context.Context, s *Site, doc *typeset.Letter) ([]byte, error)
}

var pdfFormat = format{"letter.pdf", "application/pdf", func(ctx context.Context, s *Site, doc *typeset.Letter) ([]byte, error) {
	var b bytes.Buffer
	warnings, err := typeset.PDF(ctx, &b, doc)
	for _, w := range warnings {
		s.log.Warn("letter.pdf", "address", doc.URL, "warning", w.String())
	}
	return b.Bytes(), err
}}

var docxFormat = format{"letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	func(ctx context.Context, _ *Site, doc *typeset.Letter) ([]byte, error) {
		var b bytes.Buffer
		err := typeset.DOCX(ctx, &b, doc)
		return b.Bytes(), err
	}}

// setMost bounds the setting of one letter; 100,000 signatories take a few
// seconds.
const setMost = 90 * time.Second

// print serves a letter as a file.
func (s *Site) print(f format) handler {
	return func(w http.ResponseWriter, r *http.Request, lang string) error {
		ctx, cancel := within(r)
		defer cancel()
		l, _, err := s.letterAndText(ctx, r, lang)
		if err != nil {
			return err
		}
		file, err := s.printedFile(r.Context(), f, l, lang)
		if err != nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Type", f.contentType)
		h.Set("Content-Disposition", `inline; filename="`+l.Slug+"-"+lang+f.name[len("letter"):]+`"`)
		h.Set("Cache-Control", "public, max-age=60")
		if !l.State.Public() {
			h["Cache-Control"] = headerNoStore
		}
		h.Set("Etag", file.etag)
		if match := r.Header["If-None-Match"]; match != nil && etagMatches(match, file.etag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
		h.Set("Content-Length", strconv.Itoa(len(file.bytes)))
		w.WriteHeader(http.StatusOK)
		if r.Method != http.MethodHead {
			_, _ = w.Write(file.bytes) // a reader who went away is no fault of ours
		}
		return nil
	}
}

// printedFile gives the letter's file, setting it anew when the letter changed
// and, while it takes signatures, a minute has passed; and at once when a name
// was taken out of its list.
func (s *Site) printedFile(ctx context.Context, f format, l *letter.Letter, lang string) (*printed, error) {
	key := f.name + " " + l.Slug + " " + lang
	fresh := func() (*printed, error) {
		have := s.prints.get(key)
		if have == nil {
			return nil, nil
		}
		out, err := s.store.NamesOut(ctx, l.ID)
		if err != nil || out != have.namesOut {
			return nil, err
		}
		if have.version >= l.Version || l.SignableAt(s.now()) == nil && s.now().Sub(have.at) < drawPrintEvery {
			return have, nil
		}
		return nil, nil
	}
	if have, err := fresh(); have != nil || err != nil {
		return have, err
	}
	shared, err, _ := s.drawing.Do(key, func() (any, error) {
		if have, err := fresh(); have != nil || err != nil {
			return have, err
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), setMost)
		defer cancel()
		for ctx.Err() == nil {
			file, err := s.setPrint(ctx, f, l, lang)
			if err != nil {
				return nil, err
			}
			if file != nil {
				s.prints.put(key, file)
				return file, nil
			}
		}
		return nil, ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	return shared.(*printed), nil
}

// setPrint sets a file and records it, or gives nil when a name was taken out of
// the list meanwhile.
func (s *Site) setPrint(ctx context.Context, f format, l *letter.Letter, lang string) (*printed, error) {
	out, err := s.store.NamesOut(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	doc, err := compose.Letter(ctx, s.store, l, lang, s.base)
	if err != nil {
		return nil, err
	}
	b, err := f.set(ctx, s, doc)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	file := &printed{version: l.Version, namesOut: out, at: s.now(), bytes: b, etag: `"` + hex.EncodeToString(sum[:12]) + `"`}
	current, err := s.store.RecordPrint(ctx, store.Print{
		LetterID: l.ID, Lang: lang, Format: f.name[len("letter."):], Hash: hex.EncodeToString(sum[:]), Version: l.Version, IssuedAt: file.at,
	}, out)
	if err != nil || !current {
		return nil, err
	}
	return file, nil
}
