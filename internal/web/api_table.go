package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"pliego/internal/letter"
	"pliego/internal/store"
)

// dataTable is one table of public data. Its routes, as JSON and CSV, and its part
// of the OpenAPI document are made of it, so that they cannot differ.
type dataTable struct {
	name    string // the last part of the address
	of      bool   // of one letter: the address names it
	says    string // in English, for the document
	columns []column
	rows    func(ctx context.Context, s *Site, q tableQuery) ([][]any, error)
}

// column is one column of a table. Its kind is a type of JSON schema: string,
// integer, number or boolean; any of them may be null, which CSV leaves empty.
type column struct {
	name, kind, says string
	filter           bool // ?name=value keeps the rows that have it
}

// tableQuery is what a request asks of a table.
type tableQuery struct {
	letter  *letter.Letter    // of a table of one letter
	filters map[string]string // by column
	r       *http.Request
}

// tablesAtOnce bounds the tables that are read at once.
const tablesAtOnce = 4

// tablePage is how many rows a page in JSON has; CSV has all of them.
const tablePage = 500

type tableAnswer struct {
	Page  int              `json:"page"`
	Pages int              `json:"pages"`
	Total int              `json:"total"`
	Next  string           `json:"next,omitempty"`
	Rows  []map[string]any `json:"rows"`
}

// pattern is the table's address as JSON.
func (t dataTable) pattern() string {
	if t.of {
		return "/api/v1/letters/{letter}/" + t.name
	}
	return "/api/v1/" + t.name
}

// tableRoutes are the routes of all tables.
func (s *Site) tableRoutes() (list []route) {
	for _, t := range dataTables {
		list = append(list, route{"GET", t.pattern(), s.tableJSON(t), false}, route{"GET", t.pattern() + ".csv", s.tableCSV(t), false})
	}
	return list
}

// read gives the rows that a request asks for.
func (s *Site) readTable(t dataTable, r *http.Request) (q tableQuery, rows [][]any, err error) {
	ctx, cancel := within(r)
	defer cancel()
	select { // a whole table lies in memory while it is answered
	case s.tabling <- struct{}{}:
		defer func() { <-s.tabling }()
	case <-ctx.Done():
		return q, nil, fmt.Errorf("%w: %d tables are being read", store.ErrBusy, tablesAtOnce)
	}
	q = tableQuery{r: r, filters: map[string]string{}}
	if t.of {
		if q.letter, err = public(s.store.LetterBySlug(ctx, r.PathValue("letter"))); err != nil {
			return q, nil, err
		}
	}
	asked := r.URL.Query()
	for _, c := range t.columns {
		if value := asked.Get(c.name); c.filter && value != "" {
			q.filters[c.name] = value
		}
	}
	if rows, err = t.rows(ctx, s, q); err != nil {
		return q, nil, err
	}
	for n, c := range t.columns {
		if want, ok := q.filters[c.name]; ok {
			rows = slices.DeleteFunc(rows, func(row []any) bool { return cell(row[n]) != want })
		}
	}
	return q, rows, nil
}

func (s *Site) tableJSON(t dataTable) handler {
	return func(w http.ResponseWriter, r *http.Request, _ string) error {
		page := 1
		if value := r.URL.Query().Get("page"); value != "" {
			var err error
			if page, err = strconv.Atoi(value); err != nil || page < 1 {
				return fmt.Errorf("%w: page is a whole number from 1 on", errBadRequest)
			}
		}
		q, rows, err := s.readTable(t, r)
		if err != nil {
			return err
		}
		out := tableAnswer{Page: page, Pages: max((len(rows)+tablePage-1)/tablePage, 1), Total: len(rows), Rows: []map[string]any{}}
		if page > out.Pages {
			return fmt.Errorf("%w: the table has %d pages", errNotFound, out.Pages)
		}
		if page < out.Pages {
			next := r.URL.Query()
			next.Set("page", strconv.Itoa(page+1))
			out.Next = s.base + r.URL.Path + "?" + next.Encode()
		}
		for _, row := range rows[(page-1)*tablePage : min(page*tablePage, len(rows))] {
			object := make(map[string]any, len(row))
			for n, c := range t.columns {
				object[c.name] = row[n]
			}
			out.Rows = append(out.Rows, object)
		}
		d, err := s.drawJSON(q.slug(), 0, out)
		if err != nil {
			return err
		}
		d.serve(w, r)
		return nil
	}
}

func (s *Site) tableCSV(t dataTable) handler {
	return func(w http.ResponseWriter, r *http.Request, _ string) error {
		q, rows, err := s.readTable(t, r)
		if err != nil {
			return err
		}
		content, err := tableLines(t, rows)
		if err != nil {
			return err
		}
		d, err := newDrawn(q.slug(), 0, s.now(), "text/csv; charset=utf-8; header=present", content)
		if err != nil {
			return err
		}
		d.open = true
		w.Header().Set("Content-Disposition", `attachment; filename="`+t.name+`.csv"`)
		d.serve(w, r)
		return nil
	}
}

func (q tableQuery) slug() string {
	if q.letter == nil {
		return ""
	}
	return q.letter.Slug
}

// tableLines writes a table as CSV.
func tableLines(t dataTable, rows [][]any) ([]byte, error) {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	line := make([]string, len(t.columns))
	for n, c := range t.columns {
		line[n] = c.name
	}
	if err := out.Write(line); err != nil {
		return nil, err
	}
	for _, row := range rows {
		for n := range line {
			line[n] = cell(row[n])
		}
		if err := out.Write(line); err != nil {
			return nil, err
		}
	}
	out.Flush()
	return b.Bytes(), out.Error()
}

// cell writes a value as CSV has it.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// stamp is a time as the tables have it; null when there is none.
func stamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

// optional gives a number that is there, else null.
func optional[T int | float64](v T, is bool) any {
	if !is {
		return nil
	}
	return v
}

func joined[T ~string](list []T) string {
	out := make([]string, len(list))
	for n, x := range list {
		out[n] = string(x)
	}
	return strings.Join(out, " ")
}

// inLanguages gives the words in Spanish, Portuguese, English and French.
func inLanguages(w map[string]string) []any { return []any{w["es"], w["pt"], w["en"], w["fr"]} }

// columnsIn are the columns that inLanguages fills.
func columnsIn(name, says string) (list []column) {
	for _, lang := range []string{"es", "pt", "en", "fr"} {
		list = append(list, column{name: name + "_" + lang, kind: "string", says: says + ", in the language " + lang})
	}
	return list
}

// asJSON writes what is made of parts into one cell.
func asJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
