package web

import (
	"bytes"
	"context"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pliego/internal/ledger"
)

// upload posts the form of the page on which receipts are checked.
func (h *house) upload(lang string, fields map[string]string, file []byte) *answered {
	h.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		h.must(form.WriteField(name, value))
	}
	name := "" // as a browser sends no file
	if file != nil {
		name = "a file"
	}
	part, err := form.CreateFormFile("file", name)
	h.must(err)
	_, err = part.Write(file)
	h.must(err)
	h.must(form.Close())
	r := h.request("POST", "/"+lang+"/verify", body.String())
	r.Header.Set("Content-Type", form.FormDataContentType())
	return h.do(r)
}

func (h *house) looksWell(c check, a *answered) {
	h.t.Helper()
	for _, fault := range c(a) {
		h.t.Errorf("%s: %s", a.Request.URL.Path, fault)
	}
}

func TestReceiptOfOnesOwnSignatureIsCheckedOnThePage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, confirm := h.signed("Organización Ejemplo <b>", "a@example.org")
		own := strings.TrimSuffix(h.post("/es/confirm/"+confirm, nil).Header.Get("Location"), "?new")

		// Nothing proves it before a checkpoint covers it.
		a := h.get(own + "/receipt")
		h.looksWell(privatePage, a)
		if a.StatusCode != 200 || strings.Contains(a.body, "tlog-proof") {
			t.Errorf("before the checkpoint: status %d\n%s", a.StatusCode, a.body)
		}
		if got := h.get(own + "/receipt.tlog-proof").StatusCode; got != http.StatusNotFound {
			t.Errorf("before the checkpoint the receipt is answered with %d", got)
		}
		h.settle()
		h.must(h.seq.SignHead(ctx))

		a = h.get(own)
		if !strings.Contains(a.body, own+"/receipt") {
			t.Error("the own page does not lead to the receipt")
		}
		a = h.get(own + "/receipt")
		h.looksWell(privatePage, a)
		if shown := textOf(a.doc); !strings.Contains(shown, "Organización Ejemplo <b>") || !strings.Contains(shown, h.seq.Key.Verifier()) {
			t.Errorf("the receipt's page shows neither name nor key:\n%s", a.body)
		}
		picture := h.get(own + "/receipt.png")
		if _, err := png.Decode(strings.NewReader(picture.body)); err != nil || picture.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("the code is no picture, or may be stored: %v, %q", err, picture.Header.Get("Cache-Control"))
		}
		file := h.get(own + "/receipt.tlog-proof")
		receipt, err := ledger.ParseReceipt([]byte(file.body))
		h.must(err)
		compact, err := receipt.Compact()
		h.must(err)

		for lang, given := range map[string]map[string]string{
			"es": {"receipt": file.body}, "pt": {"receipt": strings.ReplaceAll(file.body, "\n", "\r\n"), "key": h.seq.Key.Verifier()},
			"en": {"receipt": compact}, "fr": {"receipt": "  " + compact + "\n"},
		} {
			a := h.upload(lang, given, nil)
			h.looksWell(everyPage, a)
			if a.StatusCode != 200 || !strings.Contains(a.body, "Organización Ejemplo") {
				t.Errorf("%s: status %d\n%s", lang, a.StatusCode, a.body)
			}
			if a.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: what was checked may be stored", lang)
			}
		}
		if a := h.upload("en", nil, []byte(file.body)); a.StatusCode != 200 {
			t.Errorf("as a file: status %d", a.StatusCode)
		}
		stranger, err := ledger.LoadOrCreateKey(t.TempDir()+"/k", true)
		h.must(err)
		for what, given := range map[string]map[string]string{
			"changed":       {"receipt": strings.Replace(file.body, "index ", "index 1", 1)},
			"another key":   {"receipt": file.body, "key": stranger.Verifier()},
			"no key":        {"receipt": file.body, "key": "nonsense"},
			"no receipt":    {"receipt": "<script>alert(1)</script>"},
			"nothing":       {},
			"an empty code": {"receipt": "PLIEGO1::END"},
		} {
			a := h.upload("en", given, nil)
			h.looksWell(everyPage, a)
			if a.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("%s: status %d", what, a.StatusCode)
			}
		}

		// Once it is withdrawn nothing new proves it; what was kept still does.
		h.post(own, url.Values{"act": {"withdraw"}})
		h.settle()
		a = h.get(own + "/receipt")
		h.looksWell(privatePage, a)
		if strings.Contains(a.body, "Organización Ejemplo") || strings.Contains(a.body, "receipt.png") {
			t.Error("the receipt of a withdrawn signature is still given out")
		}
		if got := h.get(own + "/receipt.tlog-proof").StatusCode; got != http.StatusGone {
			t.Errorf("the receipt of a withdrawn signature is answered with %d", got)
		}
		if a := h.upload("es", map[string]string{"receipt": file.body}, nil); a.StatusCode != 200 {
			t.Errorf("a receipt from before: status %d", a.StatusCode)
		}
	})
}

func TestReceiptFromBeforeAChangeOfKeysStillHolds(t *testing.T) {
	h := onSQLite(t)
	ctx := context.Background()
	_, confirm := h.signed("Example Organisation", "a@example.org")
	own := strings.TrimSuffix(h.post("/es/confirm/"+confirm, nil).Header.Get("Location"), "?new")
	h.settle()
	h.must(h.seq.SignHead(ctx))
	old := h.seq.Key
	before := h.get(own + "/receipt.tlog-proof").body
	next, err := ledger.NextKey(t.TempDir()+"/next", old)
	h.must(err)
	_, err = ledger.Rotate(ctx, h.db, old, next, h.clock.Now())
	h.must(err)
	h.seq.Key = next
	h.clock.advance(time.Second)
	h.settle()
	h.must(h.seq.SignHead(ctx))
	after := h.get(own + "/receipt.tlog-proof").body
	for what, c := range map[string]struct {
		receipt, key string
		want         int
	}{
		"before, no key":      {before, "", 200},
		"before, the old key": {before, old.Verifier(), 200},
		"before, the new key": {before, next.Verifier(), 422}, // it vouches for nothing before it
		"after, no key":       {after, "", 200},
		"after, the old key":  {after, old.Verifier(), 200}, // it signed over to the new one
		"after, the new key":  {after, next.Verifier(), 200},
	} {
		if a := h.upload("en", map[string]string{"receipt": c.receipt, "key": c.key}, nil); a.StatusCode != c.want {
			t.Errorf("%s: status %d, want %d", what, a.StatusCode, c.want)
		}
	}
}

func TestBundleIsCheckedOnThePage(t *testing.T) {
	h := onSQLite(t)
	h.must(h.seq.SignHead(context.Background()))
	h.looksWell(publicPage, h.get("/pt/verify"))
	bundle := h.get("/ledger/bundle.zip").body
	a := h.upload("es", nil, []byte(bundle))
	h.looksWell(everyPage, a)
	if a.StatusCode != 200 || !strings.Contains(a.body, h.seq.Key.Name()) {
		t.Errorf("the bundle: status %d\n%s", a.StatusCode, a.body)
	}
	for what, file := range map[string][]byte{
		"cut":      []byte(bundle[:len(bundle)/2]),
		"too long": bytes.Repeat([]byte("x"), maxUpload+maxForm+1),
		"empty":    []byte("PK\x03\x04"),
		"bomb":     append([]byte("PK\x03\x04"), bytes.Repeat([]byte("PK\x01\x02"), maxUploadFiles+1)...),
	} {
		a := h.upload("fr", nil, file)
		h.looksWell(everyPage, a)
		if a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d", what, a.StatusCode)
		}
	}
}
