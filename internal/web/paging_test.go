package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pliego/internal/letter"
	"pliego/internal/signature"
)

// A long list comes in pages of 500 numbers, and in alphabetical pages that
// lead from one to the next; each name is on exactly one of either.
func TestLongList(t *testing.T) {
	h := onSQLite(t)
	ctx := context.Background()
	l := &letter.Letter{Slug: "long-letter", State: letter.Closed, OriginalLang: "en", ConvenersFirst: true}
	h.must(h.letters.Create(ctx, l))
	h.must(h.letters.Publish(ctx, l, letter.Text{Lang: "en", Kind: letter.FullText, Title: "Long", Body: "Long."}))
	l, err := h.db.LetterBySlug(ctx, l.Slug)
	h.must(err)
	text, _ := l.Text("en")
	var many []signature.Printed
	for i := range 1100 {
		many = append(many, signature.Printed{
			Kind: signature.Person, Convener: i == 7,
			Public: signature.Public{Name: fmt.Sprintf("Person %04d", 1100-i), Country: []string{"UY", "BR", "AR"}[i%3]},
		})
	}
	_, err = h.signing.Record(ctx, h.db, l, text, signature.Given, many)
	h.must(err)
	h.settle()

	base := "/en/letters/long-letter/signatories"
	seen := map[string]int{}
	for page, size := range map[int]int{1: 500, 2: 500, 3: 100} {
		a := h.get(fmt.Sprintf("%s?page=%d", base, page))
		h.expect(a, http.StatusOK, publicPage)
		rows := names(a)
		if len(rows) != size {
			t.Errorf("page %d: %d rows, want %d", page, len(rows), size)
		}
		for _, row := range rows {
			seen[row]++
		}
	}
	if len(seen) != 1100 {
		t.Errorf("%d names on the pages of numbers", len(seen))
	}
	if a := h.get(base + "?page=4"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a page too far: %d", a.StatusCode)
	}

	next, count, pages := base+"?order=name", 0, 0
	for next != "" {
		a := h.get(next)
		h.expect(a, http.StatusOK, everyPage)
		rows := names(a)
		if pages == 0 { // the convener comes before the others, and among them
			if !strings.HasPrefix(rows[0], "1 Person 1093") {
				t.Errorf("the first row: %q", rows[0])
			}
			rows = rows[1:]
		}
		for _, row := range rows {
			count++
			if want := fmt.Sprintf(" Person %04d", count); !strings.Contains(row, want) || !strings.HasPrefix(strings.ReplaceAll(row, ",", ""), fmt.Sprint(count)+" ") {
				t.Fatalf("row %d: %q", count, row)
			}
		}
		pages++
		next = ""
		for _, link := range nodes(a.doc, tagged("a")) {
			if textOf(link) == "Next page" {
				next = attr(link, "href")
			}
		}
	}
	if count != 1100 || pages != 3 {
		t.Errorf("%d names on %d alphabetical pages", count, pages)
	}

	a := h.get(base + "?order=country") // too many for one page: each country leads to its list
	if rows := names(a); len(rows) != 0 {
		t.Errorf("%d names under countries", len(rows))
	}
	if !strings.Contains(a.body, "?country=UY") {
		t.Error("no link to a country's list")
	}
	if a := h.get(base + "?" + url.Values{"q": {"person"}}.Encode()); !strings.Contains(textOf(a.doc), "the first 500") {
		t.Error("nothing says that a search found more than it shows")
	}
}

func TestNumberPages(t *testing.T) {
	for _, c := range []struct {
		current, pages int64
		want           string
	}{
		{1, 1, ""},
		{1, 2, "[1] 2"},
		{2, 3, "1 [2] 3"},
		{1, 9, "[1] 2 3 … 9"},
		{5, 9, "1 … 3 4 [5] 6 7 … 9"},
		{4, 9, "1 2 3 [4] 5 6 … 9"},
		{9, 9, "1 … 7 8 [9]"},
		{1000, 2000, "1 … 998 999 [1000] 1001 1002 … 2000"},
	} {
		var got []string
		for _, p := range numberPages("en", "/list", c.current, c.pages, c.pages*500) {
			number := "1"
			if _, n, found := strings.Cut(p.Href, "?page="); found {
				number = n
			}
			switch {
			case p.Gap:
				number = "…"
			case p.Current:
				number = "[" + number + "]"
			}
			got = append(got, number)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("page %d of %d: %q, want %q", c.current, c.pages, strings.Join(got, " "), c.want)
		}
	}
}
