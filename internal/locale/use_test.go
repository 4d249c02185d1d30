package locale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// In templates a key is the first argument of t.
var templateKey = regexp.MustCompile(`\bt "([^"]*)"`)

// Every key that code or a template names has a message, and every message is
// named somewhere: keys are never put together from parts.
func TestEveryKeyIsUsedAndKnown(t *testing.T) {
	used := map[string]bool{}
	use := func(file, key string) {
		if used[key] = true; !Has(key) {
			t.Errorf("%s: %q has no message", file, key)
		}
	}
	err := filepath.WalkDir("../..", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if entry.Name() == "messages" || strings.HasPrefix(entry.Name(), ".") && file != "../.." {
				return fs.SkipDir
			}
			return nil
		}
		switch {
		case strings.HasSuffix(file, ".html"):
			data, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			for _, match := range templateKey.FindAllStringSubmatch(string(data), -1) {
				use(file, match[1])
			}
		case strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, "_test.go"):
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			certain := map[*ast.BasicLit]bool{}
			ast.Inspect(parsed, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					if key := keyOf(n); key != nil {
						certain[key] = true
					}
				case *ast.BasicLit:
					if value, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil && (certain[n] || Has(value)) {
						use(file, value)
					}
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key := range catalogs()[Fallback] {
		if !used[key] {
			t.Errorf("%s is in the message files and nothing uses it", key)
		}
	}
}

// keyOf is the literal key of a call of locale.T or locale.Pieces.
func keyOf(call *ast.CallExpr) *ast.BasicLit {
	function, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) < 2 || function.Sel.Name != "T" && function.Sel.Name != "Pieces" {
		return nil
	}
	if in, ok := function.X.(*ast.Ident); !ok || in.Name != "locale" {
		return nil
	}
	key, _ := call.Args[1].(*ast.BasicLit)
	return key
}
