package web

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// inside is what a reader of a file sees: the text of a PDF or a DOCX, or the
// body itself.
func (h *house) inside(path string) (text, hash string) {
	h.t.Helper()
	a := h.get(path)
	if a.StatusCode != http.StatusOK {
		h.t.Fatalf("%s: status %d", path, a.StatusCode)
	}
	sum := sha256.Sum256([]byte(a.body))
	text, hash = a.body, hex.EncodeToString(sum[:])
	file := filepath.Join(h.t.TempDir(), "file")
	switch {
	case strings.HasSuffix(path, ".pdf"):
		h.must(os.WriteFile(file, []byte(a.body), 0o600))
		out, err := exec.Command("pdftotext", "-layout", file, "-").Output()
		h.must(err)
		text = string(out)
	case strings.HasSuffix(path, ".docx"):
		z, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
		h.must(err)
		text = ""
		for _, f := range z.File {
			r, err := f.Open()
			h.must(err)
			b, err := io.ReadAll(r)
			h.must(err)
			text += string(b)
		}
	}
	return text, hash
}

type listedPrints struct {
	Prints []apiPrint `json:"prints"`
}

func TestAnErasedNameLeavesEverythingThatIsHandedOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		const name = "Canaria"
		h.confirmed("Organización que se queda", "stays@example.org")
		own := h.confirmed(name, "canary@example.org")
		h.settle()
		const base = "/es/letters/" + openLetter
		paths := []string{
			base + "/letter.pdf", base + "/letter.docx", base + "/signatories", base + "/feed.atom", base,
			base + "/signatories.csv", "/api/v1/letters/" + openLetter + "/signatures", "/ledger/openings/000",
		}
		old := map[string]string{}
		for _, path := range paths {
			text, hash := h.inside(path)
			if !strings.Contains(text, name) && path != base && path != "/ledger/openings/000" {
				t.Errorf("%s lacks the name before it was erased", path)
			}
			old[path] = hash
		}
		h.clock.advance(time.Second) // less than the pause between two prints
		if a := h.post(own+"/data", map[string][]string{"act": {"erase"}}); a.StatusCode != http.StatusOK {
			t.Fatalf("erase: %d", a.StatusCode)
		}
		// What is printed with the name is not handed out again, even before the
		// log has the withdrawal.
		for _, path := range paths[:2] {
			if text, hash := h.inside(path); strings.Contains(text, name) || hash == old[path] {
				t.Errorf("%s still holds the name", path)
			}
		}
		h.settle()
		for _, path := range paths {
			if text, _ := h.inside(path); strings.Contains(text, name) {
				t.Errorf("%s still holds the name", path)
			}
		}
		if text, _ := h.inside(base + "/letter.pdf"); !strings.Contains(text, "Organización que se queda") {
			t.Error("the others' names are gone too")
		}

		var list listedPrints
		h.must(json.Unmarshal([]byte(h.get("/api/v1/letters/"+openLetter+"/prints").body), &list))
		page := h.get(base + "/prints").body
		for _, path := range paths[:2] {
			found := false
			for _, p := range list.Prints {
				if p.SHA256 == old[path] {
					found = p.Because == "names-withdrawn" && p.ReplacedAt != nil
				}
			}
			if !found || !strings.Contains(page, old[path]) {
				t.Errorf("the old hash of %s is not known as replaced: %+v", path, list.Prints)
			}
			known, err := h.db.PrintByHash(t.Context(), old[path])
			if err != nil || len(known) != 1 || !known[0].NamesOut {
				t.Errorf("by hash: %+v, %v", known, err)
			}
		}
		if !strings.Contains(page, "porque se retiraron nombres") || !strings.Contains(page, "Es el más reciente") {
			t.Errorf("the page:\n%s", page)
		}
	})
}

func TestAPrintIsRecordedOnce(t *testing.T) {
	h := onSQLite(t)
	const pdf = "/es/letters/" + printedLetter + "/letter.pdf"
	h.get(pdf)
	h.get(pdf)
	l, err := h.db.LetterBySlug(t.Context(), printedLetter)
	h.must(err)
	if list, err := h.db.Prints(t.Context(), l.ID, 10); err != nil || len(list) != 1 {
		t.Errorf("%d prints, %v", len(list), err)
	}
}

func TestAFileIsRecognised(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		own := h.confirmed("Organización Ejemplo de la Huella", "huella@example.org")
		h.settle()
		const base = "/es/letters/" + openLetter
		files := map[string][]byte{}
		for _, name := range []string{"/letter.pdf", "/letter.docx"} {
			file := []byte(h.get(base + name).body)
			files[name] = file
			a := h.upload("es", nil, file)
			if shown := textOf(a.doc); a.StatusCode != http.StatusOK || !strings.Contains(shown, "es el más reciente") {
				t.Errorf("%s: status %d\n%s", name, a.StatusCode, shown)
			}
		}
		sum := sha256.Sum256(files["/letter.pdf"])
		hash := " " + strings.ToUpper(hex.EncodeToString(sum[:])) + "\n"
		if a := h.upload("es", map[string]string{"receipt": hash}, nil); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "es el más reciente") {
			t.Errorf("by its hash: status %d\n%s", a.StatusCode, a.body)
		}
		changed := append([]byte{}, files["/letter.pdf"]...)
		changed[len(changed)/2] ^= 1
		if a := h.upload("es", nil, changed); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "nunca entregó") {
			t.Errorf("changed by one bit: status %d\n%s", a.StatusCode, a.body)
		}
		h.clock.advance(time.Second)
		if a := h.post(own+"/data", map[string][]string{"act": {"erase"}}); a.StatusCode != http.StatusOK {
			t.Fatalf("erase: %d", a.StatusCode)
		}
		if a := h.upload("es", nil, files["/letter.pdf"]); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "porque se retiraron nombres") {
			t.Errorf("after a name was taken out: status %d\n%s", a.StatusCode, a.body)
		}
	})
}
