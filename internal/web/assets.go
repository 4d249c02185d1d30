package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed assets/look.css assets/chart.js assets/follow.js assets/favicon.svg assets/fonts
var assetFiles embed.FS

// assets are the files beside the pages, each under a path that holds its
// fingerprint, so that a reader's browser may keep it for ever.
type assets struct {
	paths map[string]string // by name, such as fonts/source-sans-3-latin.woff2
	files map[string]*drawn // by path
}

var forever = []string{"public, max-age=31536000, immutable"}

var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".js": "text/javascript; charset=utf-8", ".txt": "text/plain; charset=utf-8",
}

// loadAssets fingerprints the embedded files. The stylesheet comes last: it
// names fonts, which it then finds by their fingerprinted paths.
func loadAssets() (*assets, error) {
	a := &assets{paths: map[string]string{}, files: map[string]*drawn{}}
	var renamed []string
	err := fs.WalkDir(assetFiles, "assets", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(file) == ".css" {
			return err
		}
		name := strings.TrimPrefix(file, "assets/")
		data, err := assetFiles.ReadFile(file)
		if err != nil {
			return err
		}
		if err := a.add(name, data); err != nil {
			return err
		}
		renamed = append(renamed, `"`+name+`"`, `"`+a.paths[name]+`"`)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the built-in assets: %w", err)
	}
	style, err := assetFiles.ReadFile("assets/look.css")
	if err != nil {
		return nil, fmt.Errorf("read the built-in stylesheet: %w", err)
	}
	return a, a.add("look.css", []byte(strings.NewReplacer(renamed...).Replace(string(style))))
}

func (a *assets) add(name string, data []byte) error {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	d, err := newDrawn("", 0, time.Time{}, assetTypes[ext], data)
	if err != nil {
		return err
	}
	if ext == ".woff2" {
		d.gzip = body{} // compressed already
	}
	d.cacheControl = forever
	a.paths[name] = "/assets/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	a.files[a.paths[name]] = d
	return nil
}

// asset serves a file by its fingerprinted path.
func (s *Site) asset(w http.ResponseWriter, r *http.Request, _ string) error {
	d := s.assets.files[r.URL.Path]
	if d == nil {
		return errNotFound
	}
	d.serve(w, r)
	return nil
}

// favicon answers browsers that ask at the old address.
func (s *Site) favicon(w http.ResponseWriter, r *http.Request, _ string) error {
	s.assets.files[s.assets.paths["favicon.svg"]].serve(w, r)
	return nil
}
