package reading

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// The model letter stands beside the project, not in it: its text is
// somebody else's. Where it is there, it must yield its gold file.
func TestModelLetter(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "..", "shared", "letters")
	f, err := os.Open(filepath.Join(dir, "mispa-iv-2013.en.txt"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Log("the model letter is not beside the project; the corpus in testdata has the same traps")
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := Read(f.Name(), f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "mispa-iv-2013.gold.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Title, Language, Date string
		Asks                  int
		Signatories           []Signatory
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	if got.Title != want.Title || got.Language != want.Language || got.Date != want.Date {
		t.Errorf("head is %q, %q, %q; want %q, %q, %q", got.Title, got.Language, got.Date, want.Title, want.Language, want.Date)
	}
	if got.Publisher != "WOLA: Advocacy for Human Rights in the Americas" || got.AddressedTo != "Ministers Responsible for Public Security in the Americas" {
		t.Errorf("publisher %q, addressed to %q", got.Publisher, got.AddressedTo)
	}
	if len(got.Asks) != want.Asks || len(got.Signatories) != len(want.Signatories) {
		t.Fatalf("%d asks and %d signatories; want %d and %d", len(got.Asks), len(got.Signatories), want.Asks, len(want.Signatories))
	}
	for i, w := range want.Signatories {
		g := got.Signatories[i]
		if g.Number != w.Number || g.Name != w.Name || g.Acronym != w.Acronym || g.Country != w.Country || g.CountryBasis != w.CountryBasis {
			t.Errorf("signatory %d is %+v; want %+v", w.Number, g, w)
		}
	}
	if len(got.Warnings) == 0 {
		t.Error("nothing is said of the number that is not printed")
	}
}
