package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"pliego/internal/ledger/verify"
)

// fetcher gives the files of a record as a site serves them. Tiles never change, so
// they are kept in a folder: a check that was stopped goes on from there, and the
// next one fetches what is new. Everything else is asked for each time; openings
// above all, since one that was erased must not live on here.
type fetcher struct {
	base   string
	cache  string
	client *http.Client
}

// Bounds of fetching.
const (
	fetchTime  = time.Minute // one answer
	fetchTries = 5
	maxFetched = 256 << 20 // one answer, unpacked
	maxPage    = 32 << 20  // one page of a list of signatures
)

func newFetcher(base, cache string) *fetcher {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return &fetcher{base: base, cache: cache, client: &http.Client{Transport: transport}}
}

// cacheFolder is where the tiles of a site are kept.
func (c *ledgerVerifyCommand) cacheFolder(address string) (string, error) {
	dir := c.Cache
	if dir == "" {
		var err error
		if dir, err = userFolder("XDG_CACHE_HOME", ".cache"); err != nil {
			return "", fmt.Errorf("%w; name the folder with --cache", err)
		}
		dir = filepath.Join(dir, "pliego")
	}
	sum := sha256.Sum256([]byte(address))
	return filepath.Join(dir, hex.EncodeToString(sum[:8])), nil
}

// Open keeps its promise in verify.Files.
func (f *fetcher) Open(ctx context.Context, name string) (verify.File, error) {
	if strings.HasPrefix(name, "ledger/tile/") {
		return f.tile(ctx, name)
	}
	if letter, ok := strings.CutSuffix(name, "/signatures.jsonl"); ok {
		return f.list(ctx, letter+"/signatures"), nil
	}
	b, err := f.get(ctx, strings.TrimSuffix(name, ".json"), maxFetched)
	return io.NopCloser(bytes.NewReader(b)), err
}

// tile gives a tile from the folder, or fetches it and keeps it there.
func (f *fetcher) tile(ctx context.Context, name string) (verify.File, error) {
	kept := filepath.Join(f.cache, filepath.FromSlash(name))
	b, err := readBounded(kept, maxFetched)
	if err == nil {
		return io.NopCloser(bytes.NewReader(b)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if b, err = f.get(ctx, name, maxFetched); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(kept), 0o755); err != nil {
		return nil, fmt.Errorf("keep a part of the log: %w", err)
	}
	part, err := os.CreateTemp(filepath.Dir(kept), ".part-*")
	if err != nil {
		return nil, fmt.Errorf("keep a part of the log: %w", err)
	}
	defer os.Remove(part.Name())
	_, err = part.Write(b)
	if err = errors.Join(err, part.Close()); err == nil {
		err = os.Rename(part.Name(), kept)
	}
	if err != nil {
		return nil, fmt.Errorf("keep a part of the log: %w", err)
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// list puts the pages of a list of signatures together, a line for each.
func (f *fetcher) list(ctx context.Context, name string) verify.File {
	ctx, cancel := context.WithCancel(ctx)
	r, w := io.Pipe()
	go func() {
		defer cancel()
		for page := int64(1); ; page++ {
			more, err := f.page(ctx, fmt.Sprintf("%s?page=%d", name, page), w)
			if err != nil || !more {
				w.CloseWithError(err) // nil: the end
				return
			}
		}
	}()
	return pipe{r, cancel}
}

// pipe stops what writes to it when it is closed.
type pipe struct {
	*io.PipeReader
	cancel context.CancelFunc
}

func (p pipe) Close() error {
	p.cancel()
	return p.PipeReader.Close()
}

func (f *fetcher) page(ctx context.Context, name string, w io.Writer) (more bool, err error) {
	b, err := f.get(ctx, name, maxPage)
	if err != nil {
		return false, err
	}
	var page struct {
		Signatures []json.RawMessage `json:"signatures"`
		Next       string            `json:"next"`
	}
	if err := json.Unmarshal(b, &page); err != nil {
		return false, fmt.Errorf("%s is no page of a list: %w", name, err)
	}
	var lines bytes.Buffer
	for _, row := range page.Signatures {
		if err := json.Compact(&lines, row); err != nil {
			return false, err
		}
		lines.WriteByte('\n')
	}
	_, err = w.Write(lines.Bytes())
	return page.Next != "", err
}

// get asks for a path of the site, again when the site or the line is busy.
func (f *fetcher) get(ctx context.Context, path string, limit int64) ([]byte, error) {
	for try := 1; ; try++ {
		b, wait, err := f.once(ctx, path, limit)
		if err == nil || wait == 0 || try == fetchTries || ctx.Err() != nil {
			return b, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait * time.Duration(try)):
		}
	}
}

// once asks one time. wait is 0 when asking again is of no use.
func (f *fetcher) once(ctx context.Context, path string, limit int64) (b []byte, wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.base+"/"+path, nil)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("User-Agent", "pliego-ledger-verify")
	req.Header.Set("Cache-Control", "no-cache")
	res, err := f.client.Do(req)
	if err != nil {
		return nil, time.Second, err
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusOK:
	case res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone:
		return nil, 0, fmt.Errorf("%s: %w", req.URL, fs.ErrNotExist)
	case res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= 500:
		return nil, retryAfter(res), fmt.Errorf("%s: the site answers %s", req.URL, res.Status)
	default:
		return nil, 0, fmt.Errorf("%s: the site answers %s", req.URL, res.Status)
	}
	b, err = io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil {
		return nil, time.Second, err
	}
	if int64(len(b)) > limit {
		return nil, 0, fmt.Errorf("%s: the answer is longer than %s", req.URL, bytesText(limit))
	}
	return b, 0, nil
}

// retryAfter is how long the site asks to wait, within reason.
func retryAfter(res *http.Response) time.Duration {
	seconds, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if err != nil {
		return time.Second
	}
	return time.Duration(min(max(seconds, 1), 30)) * time.Second
}
