package evidence

import (
	"cmp"
	"fmt"
	"strconv"
	"time"
)

// Period is a year, or a month of one.
type Period struct {
	Year  int
	Month int // 0: the whole year
}

// The years that figures may be of.
const (
	minYear = 1800
	maxYear = 2200
)

// ParsePeriod reads YYYY or YYYY-MM.
func ParsePeriod(s string) (Period, error) {
	wrong := func() (Period, error) {
		return Period{}, fmt.Errorf("%q is no period; write a year (2013) or a month (2013-11)", clip(s))
	}
	if len(s) != 4 && (len(s) != 7 || s[4] != '-') {
		return wrong()
	}
	year, ok := digits(s[:4])
	if !ok || year < minYear || year > maxYear {
		return wrong()
	}
	p := Period{Year: year}
	if len(s) == 7 {
		if p.Month, ok = digits(s[5:]); !ok || p.Month < 1 || p.Month > 12 {
			return wrong()
		}
	}
	return p, nil
}

func digits(s string) (n int, ok bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

// String is what ParsePeriod reads; the zero Period is "".
func (p Period) String() string {
	switch {
	case p == Period{}:
		return ""
	case p.Month == 0:
		return strconv.Itoa(p.Year)
	}
	return fmt.Sprintf("%04d-%02d", p.Year, p.Month)
}

// Compare orders periods by their beginnings, a year before its months.
func (p Period) Compare(q Period) int {
	return cmp.Or(cmp.Compare(p.Year, q.Year), cmp.Compare(p.Month, q.Month))
}

// Middle is when a value of the period stands.
func (p Period) Middle() time.Time {
	if p.Month == 0 {
		return time.Date(p.Year, time.July, 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(p.Year, time.Month(p.Month), 16, 0, 0, 0, 0, time.UTC)
}

// MarshalText writes what ParsePeriod reads.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (p *Period) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePeriod(string(text))
	return err
}

// clip shortens what somebody typed for an error message.
func clip(s string) string {
	const most = 60
	r := []rune(s)
	if len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// Next is the period after this one: the next year, or the next month.
func (p Period) Next() Period {
	switch p.Month {
	case 0:
		return Period{Year: p.Year + 1}
	case 12:
		return Period{Year: p.Year + 1, Month: 1}
	}
	return Period{Year: p.Year, Month: p.Month + 1}
}
