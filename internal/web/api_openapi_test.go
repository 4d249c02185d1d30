package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
)

// The document describes every route of the API and no other, and what the
// running server answers is what the document says, on both engines.
func TestTheAPIIsAsItsDocumentSays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.withEvidence()
		h.withRecord()
		raw := h.get("/api/v1/openapi.json")
		if raw.StatusCode != http.StatusOK {
			t.Fatalf("the document: %d", raw.StatusCode)
		}
		document, err := libopenapi.NewDocument([]byte(strings.Replace(raw.body, baseURL, h.url, 1)))
		h.must(err)
		check, errs := validator.NewValidator(document)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		if ok, problems := check.ValidateDocument(); !ok {
			t.Fatalf("no OpenAPI document: %v", problems)
		}
		var says struct {
			Paths map[string]map[string]any `json:"paths"`
		}
		h.must(json.Unmarshal([]byte(raw.body), &says))
		var routed, described []string
		for _, rt := range append(h.site.table(), h.site.tableRoutes()...) {
			if strings.HasPrefix(rt.pattern, "/api/v1/") {
				routed = append(routed, strings.ToLower(rt.method)+" "+rt.pattern)
			}
		}
		for path, methods := range says.Paths {
			for method := range methods {
				described = append(described, method+" "+path)
			}
		}
		slices.Sort(routed)
		slices.Sort(described)
		if !slices.Equal(routed, described) {
			t.Errorf("the routes and the document differ:\n%v\n%v", routed, described)
		}
		valid := func(path string) *answered {
			t.Helper()
			a := h.get(path)
			a.Response.Body = readAgain{bytes.NewReader([]byte(a.body))}
			if ok, problems := check.ValidateHttpRequestResponse(a.Request, a.Response); !ok {
				for _, p := range problems {
					t.Errorf("%s: %s: %s %v", path, p.Message, p.Reason, p.SchemaValidationErrors)
				}
			}
			return a
		}
		for path := range says.Paths {
			at := strings.Replace(path, "{letter}", printedLetter, 1)
			a := valid(at)
			if a.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", at, a.StatusCode)
			}
			again := h.request("GET", at, "")
			again.Header.Set("If-None-Match", a.Header.Get("Etag"))
			if got := h.do(again); got.StatusCode != http.StatusNotModified {
				t.Errorf("%s, known already: %d", at, got.StatusCode)
			}
			if strings.Contains(path, "{letter}") {
				for _, other := range []string{"none", "draft-letter"} {
					if a := valid(strings.Replace(path, "{letter}", other, 1)); a.StatusCode != http.StatusNotFound {
						t.Errorf("%s of letter %s: %d", path, other, a.StatusCode)
					}
				}
			}
		}
		h.tablesAgree(t)
	})
}

// tablesAgree: a table has the same rows in both forms; pages and filters cover it.
func (h *house) tablesAgree(t *testing.T) {
	empty := []string{"deliveries", "provisions"} // of this house
	for _, table := range dataTables {
		at := strings.Replace(table.pattern(), "{letter}", printedLetter, 1)
		var page tableAnswer
		h.must(json.Unmarshal([]byte(h.get(at).body), &page))
		lines, err := csv.NewReader(strings.NewReader(h.get(at + ".csv").body)).ReadAll()
		h.must(err)
		if len(lines)-1 != page.Total || len(page.Rows) != min(page.Total, tablePage) {
			t.Errorf("%s: %d rows as CSV, %d of %d as JSON", at, len(lines)-1, len(page.Rows), page.Total)
		}
		if page.Total == 0 && !slices.Contains(empty, table.name) {
			t.Errorf("%s is empty", at)
		}
		if (page.Next != "") != (page.Total > tablePage) {
			t.Errorf("%s: the next page is %q", at, page.Next)
		}
	}
	var page tableAnswer
	h.must(json.Unmarshal([]byte(h.get("/api/v1/observations?indicator=homicide-rate&place=HND&period=2011&source=unodc-gsh-2019").body), &page))
	if page.Total != 1 || page.Rows[0]["unit"] != "per-100k" {
		t.Errorf("one observation: %v", page)
	}
	for path, status := range map[string]int{"/api/v1/observations?page=0": 400, "/api/v1/observations?page=x": 400, "/api/v1/forums?page=9": 404, "/api/v1/letters/" + printedLetter + "/record?on=never": 400} {
		if a := h.get(path); a.StatusCode != status {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}

// readAgain is a body that was read and is read once more.
type readAgain struct{ *bytes.Reader }

func (readAgain) Close() error { return nil }
