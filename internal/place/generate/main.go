// Command generate writes place's embedded table of countries from the
// Unicode CLDR as npm publishes it. It needs npm and the registry once, when
// the data is renewed; building and running the program needs neither.
//
//	go generate ./internal/place
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// version is the CLDR release that the table is taken from; both packages
// carry the same one.
const version = "48.2.0"

// columns are the CLDR locales of the four languages, in the table's order.
// Spanish is that of Latin America.
var columns = []string{"es-419", "pt", "en", "fr"}

func main() {
	log.SetFlags(0)
	if err := run("countries.tsv"); err != nil {
		log.Fatal("generate: ", err)
	}
}

func run(out string) error {
	codes, err := alpha3Codes()
	if err != nil {
		return err
	}
	names := map[string]map[string]string{}
	files, err := unpack("cldr-localenames-full", func(name string) bool {
		return strings.HasSuffix(name, "/territories.json")
	})
	if err != nil {
		return err
	}
	for _, locale := range append(columns, "es") {
		if names[locale], err = territories(files, locale); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Unicode CLDR %s (npm cldr-core, cldr-localenames-full), Unicode License v3: see CLDR-LICENSE.txt.\n", version)
	fmt.Fprint(&b, "# Written by go generate; alpha2, alpha3, es, pt, en, fr, other names. Further names are in variants.tsv.\n")
	for _, alpha2 := range sortedKeys(codes) {
		row := []string{alpha2, codes[alpha2]}
		for _, locale := range columns {
			name := names[locale][alpha2]
			if name == "" {
				return fmt.Errorf("%s has no name in %s", alpha2, locale)
			}
			row = append(row, name)
		}
		row = append(row, strings.Join(others(names, alpha2, row[2:]), "|"))
		fmt.Fprintln(&b, strings.Join(row, "\t"))
	}
	return os.WriteFile(out, b.Bytes(), 0o644)
}

// others collects CLDR's variant and short names of a territory, and Spain's
// names where they differ, that are not already among known. Abbreviations of
// one or two letters are left out: they collide with codes and acronyms.
func others(names map[string]map[string]string, alpha2 string, known []string) []string {
	var found []string
	for _, locale := range append([]string{"es"}, columns...) {
		for _, suffix := range []string{"", "-alt-variant", "-alt-short", "-alt-chagos"} {
			name := names[locale][alpha2+suffix]
			letters := strings.NewReplacer(".", "", " ", "", "-", "").Replace(name)
			if len([]rune(letters)) > 2 && !slices.Contains(known, name) && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	return found
}

// alpha3Codes gives the officially assigned codes of ISO 3166-1: those with a
// numeric code below the private range that CLDR does not list as replaced.
func alpha3Codes() (map[string]string, error) {
	files, err := unpack("cldr-core", func(name string) bool {
		return strings.HasSuffix(name, "/codeMappings.json") || strings.HasSuffix(name, "/aliases.json")
	})
	if err != nil {
		return nil, err
	}
	var mappings struct {
		Supplemental struct {
			CodeMappings map[string]struct {
				Numeric string `json:"_numeric"`
				Alpha3  string `json:"_alpha3"`
			} `json:"codeMappings"`
		} `json:"supplemental"`
	}
	var aliases struct {
		Supplemental struct {
			Metadata struct {
				Alias struct {
					TerritoryAlias map[string]any `json:"territoryAlias"`
				} `json:"alias"`
			} `json:"metadata"`
		} `json:"supplemental"`
	}
	if err := errors.Join(
		json.Unmarshal(files["package/supplemental/codeMappings.json"], &mappings),
		json.Unmarshal(files["package/supplemental/aliases.json"], &aliases),
	); err != nil {
		return nil, err
	}
	codes := map[string]string{}
	for alpha2, m := range mappings.Supplemental.CodeMappings {
		_, replaced := aliases.Supplemental.Metadata.Alias.TerritoryAlias[alpha2]
		if len(alpha2) == 2 && m.Alpha3 != "" && m.Numeric != "" && m.Numeric < "900" && !replaced {
			codes[alpha2] = m.Alpha3
		}
	}
	return codes, nil
}

func territories(files map[string][]byte, locale string) (map[string]string, error) {
	var doc struct {
		Main map[string]struct {
			LocaleDisplayNames struct {
				Territories map[string]string `json:"territories"`
			} `json:"localeDisplayNames"`
		} `json:"main"`
	}
	if err := json.Unmarshal(files["package/main/"+locale+"/territories.json"], &doc); err != nil {
		return nil, fmt.Errorf("names in %s: %w", locale, err)
	}
	return doc.Main[locale].LocaleDisplayNames.Territories, nil
}

// unpack fetches an npm package with npm itself and returns the files wanted.
func unpack(name string, want func(string) bool) (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "cldr")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("npm", "pack", "--silent", "--pack-destination", dir, name+"@"+version)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("npm pack %s: %w", name, err)
	}
	f, err := os.Open(filepath.Join(dir, name+"-"+version+".tgz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	zr, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for tr := tar.NewReader(zr); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if want(h.Name) {
			if files[h.Name], err = io.ReadAll(tr); err != nil {
				return nil, err
			}
		}
	}
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
