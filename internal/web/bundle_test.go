package web

import (
	"bytes"
	"context"
	"net/url"
	"strings"
	"testing"

	"pliego/internal/ledger/verify"
)

// bundled fetches the bundle and opens it.
func (h *house) bundled() verify.Files {
	h.t.Helper()
	a := h.get("/ledger/bundle.zip")
	if a.StatusCode != 200 {
		h.t.Fatalf("the bundle: status %d\n%s", a.StatusCode, a.body)
	}
	files, err := verify.Bundle(bytes.NewReader([]byte(a.body)), int64(len(a.body)), 1000)
	h.must(err)
	return files
}

func TestBundleIsTheRecordAsOfItsCheckpoint(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.must(h.seq.SignHead(ctx))
		key := h.seq.Key.Verifier()
		report, err := verify.Check(ctx, verify.Config{Files: h.bundled(), Key: key, Now: h.clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		if report.Listed != 3 || report.Letters != 2 || report.Texts != 6 || !report.KeyProven || len(report.Doubts) > 0 || report.Withheld == 0 {
			t.Errorf("the report is %+v", report)
		}

		own := func(name, email string) string {
			_, confirm := h.signed(name, email)
			a := h.post("/es/confirm/"+confirm, nil)
			return strings.TrimSuffix(a.Header.Get("Location"), "?new")
		}
		first, second := own("First Example", "first@example.org"), own("Second Example", "second@example.org")
		h.settle()
		// What follows waits for its place in the log.
		own("Third Example", "third@example.org")
		h.post(first, url.Values{"act": {"correct"}, "name": {"First Example, corrected"}, "country": {"UY"}})
		h.post(second, url.Values{"act": {"withdraw"}})
		report, err = verify.Check(ctx, verify.Config{Files: h.bundled(), Key: key, Now: h.clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		if report.Listed != 4 || report.Gone != 1 || len(report.Waiting) != 1 {
			t.Errorf("before the checkpoint the report is %+v", report)
		}
		h.settle()
		report, err = verify.Check(ctx, verify.Config{Files: h.bundled(), Key: key, Now: h.clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		if report.Listed != 5 || report.Gone != 1 || len(report.Waiting) != 0 || report.Erased != 1 || report.Entries["signature-corrected"] != 1 {
			t.Errorf("after the checkpoint the report is %+v", report)
		}
	})
}
