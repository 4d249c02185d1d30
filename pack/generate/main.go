// Command generate writes the figures of the Americas pack, in the pack's own
// compact form, from a folder of collected data: observations in one layout
// (place, period, indicator, value, unit, source, note), a table of sources
// that says which may ship, and the starts of joint operations.
//
//	go run ./pack/generate FOLDER
//
// It is run by hand when the data is renewed, in the project's root. Only what
// the table of sources lets ship is written; shares are left out, because the
// program computes them from their parts.
package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pliego/internal/evidence"
)

const into = "pack/americas/evidence"

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./pack/generate FOLDER")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal("generate: ", err)
	}
}

func run(from string) error {
	ship, err := shippable(filepath.Join(from, "sources.csv"))
	if err != nil {
		return err
	}
	g := &gathering{series: map[name][]evidence.Value{}}
	files, err := filepath.Glob(filepath.Join(from, "observations", "*.csv"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := g.observations(file, ship); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	if err := g.write(); err != nil {
		return err
	}
	if !ship["joint-operations"] {
		return errors.New("the joint operations may not ship; take events.csv out of the pack")
	}
	return operations(filepath.Join(from, "mex_joint_operations.csv"))
}

// rows reads a table as fields by name.
func rows(file string, each func(map[string]string) error) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	in := csv.NewReader(bytes.NewReader(data))
	head, err := in.Read()
	if err != nil {
		return err
	}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		row := map[string]string{}
		for i, h := range head {
			row[h] = cells[i]
		}
		if err := each(row); err != nil {
			line, _ := in.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// shippable reads which sources may ship: those whose row begins with yes.
func shippable(file string) (map[string]bool, error) {
	out := map[string]bool{}
	err := rows(file, func(r map[string]string) error {
		out[r["source"]] = strings.HasPrefix(r["may_ship"], "yes")
		return nil
	})
	return out, err
}

type name struct{ source, indicator, place string }

type gathering struct{ series map[name][]evidence.Value }

func (g *gathering) observations(file string, ship map[string]bool) error {
	return rows(file, func(r map[string]string) error {
		may, known := ship[r["source"]]
		if !known {
			return fmt.Errorf("source %q is not in sources.csv", r["source"])
		}
		key, source, wanted := target(r)
		if !may || !wanted {
			return nil
		}
		period, err := evidence.ParsePeriod(r["period"])
		if err != nil {
			return err
		}
		number, err := evidence.ParseNumber(r["value"])
		if err != nil {
			return err
		}
		n := name{source, key, r["place"]}
		v := evidence.Value{Period: period, Value: number, Note: evidence.CleanNote(strings.TrimPrefix(r["note"], "UNODC source field: "))}
		doubt(n, &v)
		g.series[n] = append(g.series[n], v)
		return nil
	})
}

// write writes a file a source, and the notes of all.
func (g *gathering) write() error {
	names := make([]name, 0, len(g.series))
	for n, values := range g.series {
		slices.SortFunc(values, func(a, b evidence.Value) int { return a.Period.Compare(b.Period) })
		for i := 1; i < len(values); i++ {
			if values[i].Period == values[i-1].Period {
				return fmt.Errorf("%v has two values for %s", n, values[i].Period)
			}
		}
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b name) int {
		return slices.Compare([]string{a.source, a.indicator, a.place}, []string{b.source, b.indicator, b.place})
	})
	files := map[string][][]string{}
	notes := [][]string{{"source", "indicator", "place", "periods", "flag", "note"}}
	for _, n := range names {
		if files[n.source] == nil {
			files[n.source] = [][]string{{"indicator", "place", "from", "values"}}
		}
		values := g.series[n]
		files[n.source] = append(files[n.source], []string{n.indicator, n.place, values[0].Period.String(), runOf(values)})
		notes = append(notes, notesOf(n, values)...)
	}
	for source, table := range files {
		if err := save(filepath.Join("series", source+".csv"), table); err != nil {
			return err
		}
	}
	return save("notes.csv", notes)
}

// runOf writes values one after another, "." where there is none.
func runOf(values []evidence.Value) string {
	var words []string
	at := values[0].Period
	for _, v := range values {
		for at != v.Period {
			words = append(words, ".")
			at = at.Next()
		}
		words = append(words, evidence.FormatNumber(v.Value))
		at = at.Next()
	}
	return strings.Join(words, " ")
}

// notesOf gives a row for each note of a series, with the runs of its periods.
func notesOf(n name, values []evidence.Value) (out [][]string) {
	type remark struct {
		flag evidence.Flag
		note string
	}
	periods := map[remark][]string{}
	var order []remark
	for i := 0; i < len(values); {
		k := remark{values[i].Flag, values[i].Note}
		j := i + 1
		for j < len(values) && values[j].Flag == k.flag && values[j].Note == k.note {
			j++
		}
		if k != (remark{}) {
			if periods[k] == nil {
				order = append(order, k)
			}
			run := values[i].Period.String()
			if j-i > 1 {
				run += ".." + values[j-1].Period.String()
			}
			periods[k] = append(periods[k], run)
		}
		i = j
	}
	for _, k := range order {
		out = append(out, []string{n.source, n.indicator, n.place, strings.Join(periods[k], " "), string(k.flag), k.note})
	}
	return out
}

func save(file string, table [][]string) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(table); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(into, file), b.Bytes(), 0o644)
}

// operations writes the starts of joint operations as events.
func operations(file string) error {
	table := [][]string{{"kind", "date", "title", "lang", "places", "source", "citation", "apart", "note"}}
	err := rows(file, func(r map[string]string) error {
		if r["indicator"] != "joint_operation_start" {
			return nil
		}
		var places []string
		for code := range strings.SplitSeq(r["state_codes"], ";") {
			places = append(places, r["country_iso3"]+"-"+code)
		}
		apart := ""
		if r["date"] < "2006-12" { // before the operations of the government that took office then
			apart = "yes"
		}
		table = append(table, []string{"joint-operation", r["date"], title(r["value"]), "es", strings.Join(places, " "), "joint-operations", r["source"], apart, remark(r["note"])})
		return nil
	})
	if err != nil {
		return err
	}
	return save("events.csv", table)
}
