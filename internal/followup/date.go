package followup

import (
	"fmt"
	"time"
)

// Date is a day, a month or a year, as far as a source tells: "2013-11-15",
// "2013-11" or "2013"; "" for none.
type Date string

// ParseDate reads a Date; "" is none.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return "", nil
	}
	if _, _, ok := Date(s).Days(); !ok {
		return "", fmt.Errorf("%q is no date; write YYYY, YYYY-MM or YYYY-MM-DD", s)
	}
	return Date(s), nil
}

// Valid tells whether it is a date, and not none.
func (d Date) Valid() bool {
	_, _, ok := d.Days()
	return ok
}

// Days gives the first and the last day that a date may mean.
func (d Date) Days() (first, last time.Time, ok bool) {
	for _, form := range []struct {
		layout             string
		years, months, day int
	}{{time.DateOnly, 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.Parse(form.layout, string(d)); err == nil {
			return t, t.AddDate(form.years, form.months, form.day).AddDate(0, 0, -1), true
		}
	}
	return time.Time{}, time.Time{}, false
}

// By tells whether what has this date had surely happened at the end of a day.
// "2016" had by 31 December 2016, or by the day on which it was recorded, if that
// came first.
func (d Date) By(on, recorded time.Time) bool {
	first, last, ok := d.Days()
	if !ok {
		return false
	}
	if day := dayOf(recorded); day.Before(last) && !day.Before(first) {
		last = day
	}
	return !last.After(dayOf(on))
}

// Middle is the middle of the days that a date may mean: where a mark for it
// stands among years.
func (d Date) Middle() (time.Time, bool) {
	first, last, ok := d.Days()
	return first.Add(last.Sub(first) / 2), ok
}

// After tells whether a date is surely later than a day.
func (d Date) After(day time.Time) bool {
	first, _, ok := d.Days()
	return ok && first.After(dayOf(day))
}

func dayOf(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
