package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"pliego/internal/evidence"
)

// Indicators gives every defined indicator, in its pack's order.
func (db *DB) Indicators(ctx context.Context) (list []evidence.Indicator, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var body string
		return each(tx, []any{&body}, func() error {
			list = append(list, evidence.Indicator{})
			return json.Unmarshal([]byte(body), &list[len(list)-1])
		}, `SELECT body FROM indicator ORDER BY pack, rank, key`)
	})
	if err != nil {
		return nil, fmt.Errorf("read the indicators: %w", err)
	}
	return list, nil
}

// Sources gives all sources, by family and the newest vintage first.
func (db *DB) Sources(ctx context.Context) (list []evidence.Source, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var body, pack string
		return each(tx, []any{&pack, &body}, func() error {
			list = append(list, evidence.Source{})
			s := &list[len(list)-1]
			err := json.Unmarshal([]byte(body), s)
			s.Imported = pack == ""
			return err
		}, `SELECT pack, body FROM data_source ORDER BY family, vintage DESC, key`)
	})
	if err != nil {
		return nil, fmt.Errorf("read the sources: %w", err)
	}
	return list, nil
}

// Observed gives the published series of a query, by indicator, place and
// source, with all their values.
func (db *DB) Observed(ctx context.Context, q evidence.Query) (list []evidence.Series, err error) {
	var c conditions
	c.in("indicator", q.Indicators)
	c.in("place", q.Places)
	c.in("source", q.Sources)
	err = db.Read(ctx, func(tx *Tx) error {
		var s evidence.Series
		var body string
		return each(tx, []any{&s.Indicator, &s.Place, &s.Source, &body}, func() (err error) {
			if s.Values, err = evidence.DecodeValues(body); err != nil {
				return fmt.Errorf("%s of %s from %s: %w", s.Indicator, s.Place, s.Source, err)
			}
			if n := len(list) - 1; n >= 0 && list[n].Same(s) { // what was imported beside what a pack brought
				list[n].Values, _ = evidence.Merge(list[n].Values, s.Values, false)
				return nil
			}
			list = append(list, s)
			return nil
		}, `SELECT indicator, place, source, body FROM series`+c.where()+` ORDER BY indicator, place, source, origin`, c.args...)
	})
	if err != nil {
		return nil, fmt.Errorf("read series: %w", err)
	}
	return list, nil
}

// Holdings lists what was published of some indicators; nil: of all.
func (db *DB) Holdings(ctx context.Context, indicators []string) (list []evidence.Holding, err error) {
	var c conditions
	c.in("indicator", indicators)
	err = db.Read(ctx, func(tx *Tx) error {
		var h evidence.Holding
		var first, last string
		return each(tx, []any{&h.Indicator, &h.Place, &h.Source, &h.Values, &first, &last}, func() (err error) {
			if h.First, err = evidence.ParsePeriod(first); err != nil {
				return err
			}
			if h.Last, err = evidence.ParsePeriod(last); err != nil {
				return err
			}
			if n := len(list) - 1; n >= 0 && list[n].Indicator == h.Indicator && list[n].Place == h.Place && list[n].Source == h.Source {
				list[n] = list[n].And(h)
				return nil
			}
			list = append(list, h)
			return nil
		}, `SELECT indicator, place, source, value_count, first_period, last_period FROM series`+c.where()+` ORDER BY indicator, place, source, origin`, c.args...)
	})
	if err != nil {
		return nil, fmt.Errorf("list the series: %w", err)
	}
	return list, nil
}

// Events gives the dated events of a kind, by date.
func (db *DB) Events(ctx context.Context, kind string) (list []evidence.Event, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		var body string
		return each(tx, []any{&body}, func() error {
			list = append(list, evidence.Event{})
			return json.Unmarshal([]byte(body), &list[len(list)-1])
		}, `SELECT body FROM data_event WHERE kind = $1 ORDER BY date, pack, rank`, kind)
	})
	if err != nil {
		return nil, fmt.Errorf("read the events: %w", err)
	}
	return list, nil
}

// EvidenceVersion grows whenever anything of the evidence changes; 0 while
// there is none.
func (db *DB) EvidenceVersion(ctx context.Context) (version int64, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return each(tx, []any{&version}, func() error { return nil }, `SELECT version FROM data_version WHERE only_row = 1`)
	})
	if err != nil {
		return 0, fmt.Errorf("read the evidence's version: %w", err)
	}
	return version, nil
}

// conditions gathers what a query asks for.
type conditions struct {
	parts []string
	args  []any
}

// in asks that a column holds one of some values; none ask for nothing.
// Statements are kept prepared, so lists come in few lengths: the last value
// is given again up to the next.
func (c *conditions) in(column string, values []string) {
	if len(values) == 0 {
		return
	}
	marks := make([]string, listSize(len(values)))
	for i := range marks {
		c.args = append(c.args, values[min(i, len(values)-1)])
		marks[i] = "$" + strconv.Itoa(len(c.args))
	}
	c.parts = append(c.parts, column+" IN ("+strings.Join(marks, ", ")+")")
}

// listSize is the next of the few sizes that lists have.
func listSize(n int) int {
	size := 1
	for size < n {
		size *= 4
	}
	return size
}

func (c *conditions) where() string {
	if len(c.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.parts, " AND ")
}
