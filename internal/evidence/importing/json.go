package importing

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// worldBankRow is one observation of the World Bank's API.
type worldBankRow struct {
	Indicator struct {
		ID string `json:"id"`
	} `json:"indicator"`
	Country struct {
		ID    string `json:"id"`
		Value string `json:"value"`
	} `json:"country"`
	Alpha3 string       `json:"countryiso3code"`
	Date   string       `json:"date"`
	Value  *json.Number `json:"value"`
	Status string       `json:"obs_status"`
}

// openJSON reads the answer of the World Bank's API: a list of two, what the
// page is and its rows.
func (f *File) openJSON(r io.Reader, size int64) error {
	if size > maxJSON {
		return fmt.Errorf("the file has %d MB; %d at most: ask for fewer years or indicators at once", size>>20, maxJSON>>20)
	}
	f.Format = WorldBankJSON
	wrong := func(err error) error {
		return fmt.Errorf("%w: it is JSON, but not an answer of the World Bank's API (%w)", ErrFormat, err)
	}
	d := json.NewDecoder(r)
	if err := opens(d, '['); err != nil {
		return wrong(err)
	}
	var page struct {
		Pages   int    `json:"pages"`
		Updated string `json:"lastupdated"`
		Message []struct {
			Value string `json:"value"`
		} `json:"message"`
	}
	if err := d.Decode(&page); err != nil {
		return wrong(err)
	}
	if len(page.Message) > 0 {
		return fmt.Errorf("the file holds an error of the World Bank's API: %s", clip(page.Message[0].Value))
	}
	if page.Pages > 1 {
		return fmt.Errorf("the file is one page of %d; ask for all rows at once with per_page=20000", page.Pages)
	}
	if day, ok := date(page.Updated); ok {
		f.dated = day
	}
	if err := opens(d, '['); err != nil {
		return wrong(err)
	}
	n := 0
	var row worldBankRow
	f.rows = func() (int, []string, error) {
		if !d.More() {
			return 0, nil, io.EOF
		}
		n++
		row = worldBankRow{}
		if err := d.Decode(&row); err != nil {
			var kind *json.UnmarshalTypeError
			if errors.As(err, &kind) {
				return n, []string{fmt.Sprintf("%s is no %s", kind.Field, kind.Type)}, nil
			}
			return 0, nil, fmt.Errorf("row %d cannot be read: %w", n, err)
		}
		return n, nil, nil
	}
	f.read = func(line int, broken []string) []Figure {
		if len(broken) > 0 {
			return bad(line, "%s", broken[0])
		}
		i, ok := f.defined[worldBankKeys[row.Indicator.ID]]
		if !ok {
			return passed(line, "not measured here: %s", clip(row.Indicator.ID))
		}
		area, ok := f.area(row.Alpha3)
		if !ok {
			return passed(line, "no country: %s", clip(row.Country.Value))
		}
		if row.Value == nil {
			return nil
		}
		return f.figure(line, i, area, f.source("world-bank"), row.Date, row.Value.String(), "")
	}
	return nil
}

// opens wants the next sign of a JSON text to be a given one.
func opens(d *json.Decoder, want json.Delim) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != want {
		return fmt.Errorf("%v stands where %v should", t, want)
	}
	return nil
}
