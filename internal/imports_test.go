// Package internal_test holds the house's rules of who may import whom.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A domain package knows no SQL and no HTTP; the others are built on them.
var (
	domain = []string{"letter", "signature", "ledger", "dialogue", "followup", "evidence", "penalty", "place", "locale", "account", "vault", "sheet", "search"}
	// builtOn says, for every other package, which of those it may know besides
	// the domain and itself.
	builtOn = map[string][]string{
		"store":   {},
		"typeset": {"chart"},
		"chart":   {},
		"mail":    {"store"},
		"web":     {"store", "mail", "typeset", "chart"},
		"pack":    {},
		"cmd":     {"store", "mail", "web", "typeset", "chart", "pack"},
		"e2e":     {"store"},
		"bench":   {"store", "web", "typeset"},
	}
	// closedToDomain are packages that a domain package must not import.
	closedToDomain = []string{"database/sql", "net/http", "modernc.org/sqlite", "github.com/jackc/pgx/v5", "github.com/pressly/goose/v3"}
	// testing may use these besides what the rules allow.
	inTests = []string{"store", "pack", "web", "typeset", "mail"}
)

func TestImportsKeepTheHouseRules(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			name := d.Name()
			if file != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || nestedModule(file)) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") {
			return nil
		}
		files++
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			if wrong := check(filepath.ToSlash(rel), strings.Trim(spec.Path.Value, `"`)); wrong != "" {
				t.Errorf("%s: %s", rel, wrong)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Fatalf("only %d files were looked at", files)
	}
}

func nestedModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// check says what is wrong with a file's import, or "".
func check(file, imported string) string {
	from := house(path.Dir(file))
	if from == "" {
		return "no package of the house has this folder"
	}
	if imported == "C" {
		return "cgo is not used"
	}
	test := strings.HasSuffix(file, "_test.go") || strings.Contains(file, "storetest/")
	isDomain := slices.Contains(domain, from)
	if isDomain && !test {
		for _, closed := range closedToDomain {
			if imported == closed || strings.HasPrefix(imported, closed+"/") {
				return "a domain package must not import " + imported
			}
		}
	}
	own, found := strings.CutPrefix(imported, "pliego/")
	if !found {
		return ""
	}
	to := house(own)
	switch {
	case to == from || slices.Contains(domain, to):
	case test && slices.Contains(inTests, to):
	case isDomain:
		return "a domain package must not import " + imported
	case !slices.Contains(builtOn[from], to):
		return from + " must not import " + imported
	}
	return ""
}

// house is the name of the package of the house that a folder belongs to.
func house(dir string) string {
	parts := strings.Split(dir, "/")
	if parts[0] == "internal" {
		if len(parts) == 1 {
			return "locale" // this test itself
		}
		if _, ok := builtOn[parts[1]]; ok || slices.Contains(domain, parts[1]) {
			return parts[1]
		}
		return ""
	}
	if _, ok := builtOn[parts[0]]; ok {
		return parts[0]
	}
	return ""
}

func TestTheRulesCatchABreach(t *testing.T) {
	for file, imported := range map[string]string{
		"internal/letter/x.go":     "database/sql",
		"internal/signature/x.go":  "net/http",
		"internal/ledger/x.go":     "pliego/internal/store",
		"internal/store/x.go":      "pliego/internal/web",
		"internal/mail/x.go":       "pliego/internal/web",
		"internal/typeset/x.go":    "pliego/internal/store",
		"internal/place/x_test.go": "C",
		"internal/common/x.go":     "fmt",
	} {
		if check(file, imported) == "" {
			t.Errorf("%s may import %s", file, imported)
		}
	}
}
