package web

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/klauspost/compress/flate"
	"golang.org/x/net/html"

	"pliego/internal/locale"
	"pliego/internal/store"
)

// WriteArchive writes the whole public site as a ZIP of files that any browser
// reads from disk: every page that the site links to in every language, with its
// links made relative, the files they lead to, and the public record as WriteBundle
// writes it, so that the archive can be checked like a bundle. progress is told how
// many files are written and how many wait.
//
// What only a running site can do, such as signing, stays a link to the site.
// Memory holds the addresses seen and one page at a time.
func (s *Site) WriteArchive(ctx context.Context, w io.Writer, progress func(written, waiting int)) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	err := s.store.Snapshot(ctx, func(snap *store.Snapshot) error {
		b := &bundler{site: s, snap: snap, zip: z, at: s.now()}
		if err := b.log(); err != nil {
			return err
		}
		return b.letters()
	})
	if err != nil {
		return fmt.Errorf("write the record into an archive: %w", err)
	}
	a := &archiver{site: s, zip: z, seen: map[string]bool{}, progress: progress}
	if err := a.pages(ctx); err != nil {
		return fmt.Errorf("write the pages into an archive: %w", err)
	}
	return z.Close()
}

// archiver walks the site by its links.
type archiver struct {
	site     *Site
	zip      *zip.Writer
	queue    []string // addresses that wait: paths with queries
	seen     map[string]bool
	written  int
	progress func(written, waiting int)
}

// mostArchived bounds the files of an archive.
const mostArchived = 200_000

func (a *archiver) pages(ctx context.Context) error {
	for _, lang := range locale.Languages {
		a.want("/" + lang + "/")
	}
	for len(a.queue) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		address := a.queue[0]
		a.queue = a.queue[1:]
		if err := a.page(ctx, address); err != nil {
			return fmt.Errorf("%s: %w", address, err)
		}
		if a.written++; a.written > mostArchived {
			return fmt.Errorf("more than %d files: the site links to too much", mostArchived)
		}
		if a.progress != nil {
			a.progress(a.written, len(a.queue))
		}
	}
	return a.front()
}

func (a *archiver) want(address string) {
	if !a.seen[address] {
		a.seen[address] = true
		a.queue = append(a.queue, address)
	}
}

// archivedAnswer keeps what the site answers.
type archivedAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *archivedAnswer) Header() http.Header { return r.header }

func (r *archivedAnswer) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *archivedAnswer) Write(b []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(b)
}

// page asks the site for an address and writes what it answers.
func (a *archiver) page(ctx context.Context, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.site.base+address, nil)
	if err != nil {
		return err
	}
	req.RemoteAddr = "127.0.0.1:0"
	got := &archivedAnswer{header: http.Header{}}
	a.site.ServeHTTP(got, req)
	if got.status != http.StatusOK {
		return fmt.Errorf("the site answers %d", got.status)
	}
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	name, content := archiveName(u), got.body.Bytes()
	switch kind, _, _ := strings.Cut(got.header.Get("Content-Type"), ";"); kind {
	case "text/html":
		if content, err = a.rewritten(content, u, name); err != nil {
			return err
		}
	case "text/css":
		content = styleAddress.ReplaceAllFunc(content, func(m []byte) []byte {
			to := styleAddress.FindSubmatch(m)[1]
			a.want(string(to))
			return []byte(`url("` + relative(name, strings.TrimPrefix(string(to), "/")) + `")`)
		})
	}
	f, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.site.now()})
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return err
}

var styleAddress = regexp.MustCompile(`url\("?(/assets/[^")]+)"?\)`)

// rewritten makes a page's links relative, and says on it that it is a copy.
func (a *archiver) rewritten(page []byte, at *url.URL, name string) ([]byte, error) {
	var out bytes.Buffer
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return nil, err
			}
			return out.Bytes(), nil
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := bytes.Clone(z.Raw())
			t := z.Token()
			if a.rewrite(&t, at, name) {
				out.WriteString(t.String())
			} else {
				out.Write(raw)
			}
			if t.Data == "main" {
				lang, _, _ := strings.Cut(strings.TrimPrefix(at.Path, "/"), "/")
				out.WriteString(`<p class="note archived">` + html.EscapeString(locale.T(lang, "archive.copy", "date", locale.Date(lang, a.site.now()))) +
					` <a href="` + html.EscapeString(a.site.base+at.String()) + `">` + html.EscapeString(host(a.site.base)) + `</a></p>`)
			}
		default:
			out.Write(z.Raw())
		}
	}
}

// rewrite changes the addresses of a tag, and tells whether there was one.
func (a *archiver) rewrite(t *html.Token, at *url.URL, name string) (changed bool) {
	follow := true
	for _, x := range t.Attr {
		if x.Key == "rel" && (strings.Contains(x.Val, "nofollow") || t.Data == "link" && x.Val == "canonical") {
			follow = false
		}
	}
	for i, x := range t.Attr {
		if x.Key != "href" && x.Key != "src" && x.Key != "action" {
			continue
		}
		u, err := at.Parse(x.Val)
		if err != nil || x.Val == "" || strings.HasPrefix(x.Val, "#") {
			continue
		}
		if u.IsAbs() && !strings.HasPrefix(u.String(), a.site.base+"/") {
			continue // elsewhere
		}
		u.Scheme, u.Host, u.User, u.ForceQuery = "", "", nil, false
		changed = true
		fragment := u.Fragment
		u.Fragment, u.RawFragment = "", ""
		if x.Key == "action" || !archived(u, follow) {
			t.Attr[i].Val = a.site.base + u.String()
			continue
		}
		if !strings.HasPrefix(u.Path, "/api/") && !strings.HasPrefix(u.Path, "/ledger/") {
			a.want(u.String())
		}
		t.Attr[i].Val = relative(name, archiveName(u))
		if fragment != "" {
			t.Attr[i].Val += "#" + fragment
		}
	}
	return changed
}

// onDay is the one query of links that search engines do not follow which an
// archive holds: the record at the end of each year.
var onDay = regexp.MustCompile(`^on=\d{4}-\d\d-\d\d$`)

// archived tells whether an address is in an archive. What a running site alone
// can do is not, nor the endless choices of forms.
func archived(u *url.URL, follow bool) bool {
	p := u.Path
	switch {
	case strings.HasPrefix(p, "/desk"), p == "/", p == "/robots.txt", p == "/sitemap.xml", strings.HasPrefix(p, "/ledger/"):
		return p == "/ledger/checkpoint" || p == "/ledger/key" || p == "/ledger/keys"
	case strings.HasPrefix(p, "/api/"):
		return archivedAPI.MatchString(p) && u.RawQuery == ""
	case strings.HasSuffix(p, "/sign"), strings.HasSuffix(p, "/recover"), strings.HasSuffix(p, "/verify"), strings.HasSuffix(p, "/search"):
		return false
	case follow:
		return true
	}
	return strings.HasSuffix(p, "/follow-up") && onDay.MatchString(u.RawQuery)
}

// archivedAPI are the answers of the API that the record holds.
var archivedAPI = regexp.MustCompile(`^/api/v1/letters(/[^/]+)?$`)

// endings are those of files that are no pages.
var endings = map[string]bool{
	".pdf": true, ".docx": true, ".csv": true, ".json": true, ".svg": true, ".png": true, ".atom": true, ".ics": true, ".xlsx": true,
	".css": true, ".js": true, ".woff2": true, ".ico": true,
}

// archiveName is the file that holds an address.
func archiveName(u *url.URL) string {
	p := strings.TrimPrefix(u.Path, "/")
	if strings.HasPrefix(p, "api/") {
		return p + ".json"
	}
	if strings.HasPrefix(p, "ledger/") {
		return p
	}
	ending := path.Ext(p)
	if !endings[ending] {
		ending = ".html"
		if p == "" || strings.HasSuffix(p, "/") {
			p += "index"
		}
	} else {
		p = strings.TrimSuffix(p, ending)
	}
	if u.RawQuery != "" {
		sum := sha256.Sum256([]byte(u.RawQuery))
		mark := hex.EncodeToString(sum[:6])
		if onDay.MatchString(u.RawQuery) {
			mark = strings.TrimPrefix(u.RawQuery, "on=")
		}
		p += "~" + mark
	}
	return p + ending
}

// relative is the way from one file of an archive to another.
func relative(from, to string) string {
	up := strings.Repeat("../", strings.Count(from, "/"))
	parts := strings.Split(to, "/")
	for i, x := range parts {
		parts[i] = url.PathEscape(x)
	}
	return up + strings.Join(parts, "/")
}

// front writes the first page, which offers the languages.
func (a *archiver) front() error {
	f, err := a.zip.CreateHeader(&zip.FileHeader{Name: "index.html", Method: zip.Deflate, Modified: a.site.now()})
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("<!doctype html><html lang=\"" + locale.Fallback + "\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>" +
		html.EscapeString(host(a.site.base)) + "</title><main>")
	for _, lang := range locale.Languages {
		b.WriteString(`<p lang="` + lang + `"><a href="` + lang + `/index.html">` + html.EscapeString(locale.Name(lang)) + `</a>. ` +
			html.EscapeString(locale.T(lang, "archive.copy", "date", locale.Date(lang, a.site.now()))) + "</p>")
	}
	b.WriteString("</main></html>\n")
	_, err = io.WriteString(f, b.String())
	return err
}
