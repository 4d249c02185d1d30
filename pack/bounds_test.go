package pack

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pliego/internal/letter"
)

func TestReadBounds(t *testing.T) {
	letterFile := "letters/a-letter/letter.yaml"
	t.Run("YAML file too large", func(t *testing.T) {
		files := good()
		files[letterFile] += "# " + strings.Repeat("x", MaxYAMLFile)
		mustName(t, mapFS(files), letterFile+": ", "larger than")
	})
	t.Run("pack too large", func(t *testing.T) {
		r := &reader{fsys: mapFS(good()), left: 10}
		if _, ok := r.bytes("pack.yaml", MaxYAMLFile, true); ok || r.problems.count() != 1 {
			t.Errorf("read beyond what is left: %v", &r.problems)
		}
	})
	t.Run("too many rows", func(t *testing.T) {
		files := good()
		files["provisions.csv"] += strings.Repeat("a,b,c,d,e,f,g,h,i\n", MaxRows)
		mustName(t, mapFS(files), fmt.Sprintf("provisions.csv:%d: ", MaxRows+2), "more than")
	})
	t.Run("too many problems", func(t *testing.T) {
		files := good()
		files["letters/a-letter/signatories.csv"] += strings.Repeat("x\n", 5000)
		_, err := Read(mapFS(files))
		var problems *Problems
		if !errors.As(err, &problems) || len(problems.List) != maxProblems || problems.More != 5000-maxProblems {
			t.Fatalf("%d kept, %d more", len(problems.List), problems.More)
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != maxPrinted+1 || lines[maxPrinted] != fmt.Sprintf("and %d more", 5000-maxPrinted) {
			t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
		}
	})
	t.Run("too many asks", func(t *testing.T) {
		files := good()
		var b strings.Builder
		b.WriteString("      - {key: second, title: Segundo, text: Otra.}\n")
		for i := range letter.MaxAsks {
			fmt.Fprintf(&b, "      - {key: more-%d, title: T, text: T}\n", i)
		}
		files[letterFile] = strings.Replace(files[letterFile], "      - {key: second, title: Segundo, text: Otra.}\n", b.String(), 1)
		mustName(t, mapFS(files), letterFile+":", "asks; 100 at most")
	})
}

// BenchmarkRead reads a letter with 20,000 signatories.
func BenchmarkRead(b *testing.B) {
	files := good()
	var rows strings.Builder
	rows.WriteString("number,kind,basis,name,acronym,country,country_basis,raw\n")
	for i := range 20_000 {
		fmt.Fprintf(&rows, "%d,organisation,printed,Example Organisation %d,EO,PY,stated,\"%d. Example Organisation %d - EO, Paraguay\"\n", i+1, i, i+1, i)
	}
	files["letters/a-letter/signatories.csv"] = rows.String()
	fsys := mapFS(files)
	for b.Loop() {
		if _, err := Read(fsys); err != nil {
			b.Fatal(err)
		}
	}
}
