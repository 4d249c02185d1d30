package web

import (
	"net/http"
	"strings"
)

// scripted lets a page load a script of this site, and that script ask this site,
// and nothing else. A page whose
// script does not run loses nothing: it only shows sooner what the page holds.
func scripted(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request, lang string) error {
		header := w.Header()
		before := header["Content-Security-Policy"]
		header["Content-Security-Policy"] = headerScriptPolicy
		err := h(w, r, lang)
		if err != nil { // the page that says so has no script
			header["Content-Security-Policy"] = before
		}
		return err
	}
}

// scriptPolicy is that of every answer, and a script of this site.
var (
	scriptPolicy       = strings.Replace(policy, "default-src 'none'", "default-src 'none'; script-src 'self'; connect-src 'self'", 1)
	headerScriptPolicy = []string{scriptPolicy}
)
