package penalty

import (
	"fmt"
	"time"
)

// Date is a day, a month or a year, as far as a source tells: "2013-11-15",
// "2013-11", "2013", or "" when it does not.
type Date string

// ParseDate reads a Date.
func ParseDate(s string) (Date, error) {
	if _, _, err := (Date(s)).span(); s != "" && err != nil {
		return "", err
	}
	return Date(s), nil
}

// span gives the first day of a date and the first day after it.
func (d Date) span() (first, after time.Time, err error) {
	for _, layout := range []struct {
		form               string
		years, months, day int
	}{{"2006-01-02", 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if first, err = time.Parse(layout.form, string(d)); err == nil {
			return first, first.AddDate(layout.years, layout.months, layout.day), nil
		}
	}
	return time.Time{}, time.Time{}, fmt.Errorf("%q is no date; write YYYY, YYYY-MM or YYYY-MM-DD", string(d))
}

// certainty is how sure the calculator is that something holds.
type certainty int

const (
	no certainty = iota
	perhaps
	yes
)

// inForce tells whether what held from one date until another held on a day.
// What has no beginning on record holds today; on an earlier day it may not
// have held yet.
func inForce(from, to Date, on, today time.Time) certainty {
	sure := yes
	if from == "" {
		if on.Before(today) {
			sure = perhaps
		}
	} else if first, after, err := from.span(); err != nil || on.Before(first) {
		return no
	} else if last := after.AddDate(0, 0, -1); on.Before(last) {
		sure = perhaps // some time in that month or year
	}
	if to == "" {
		return sure
	}
	first, after, err := to.span()
	last := after.AddDate(0, 0, -1)
	switch {
	case err != nil, !on.Before(last):
		return no
	case !on.Before(first):
		return perhaps
	}
	return sure
}

// MayHold tells whether a row was, or may have been, in force on a day.
func (p Penalty) MayHold(on, today time.Time) bool {
	return inForce(p.From, p.To, on, today) != no
}
