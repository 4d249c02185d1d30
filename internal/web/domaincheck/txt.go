package domaincheck

import (
	"context"
	"errors"
	"net"
	"strings"
	"unicode"
	"unicode/utf8"

	"pliego/internal/signature"
)

// Bounds of what is looked at.
const (
	mostRecords = 100 // TXT records of one name
	mostShown   = 60  // characters of what stood there instead
)

// lookAtName looks for the code in the TXT records of a name.
func (c *Checker) lookAtName(ctx context.Context, name, code string) signature.Sighting {
	s := signature.Sighting{Place: name}
	label, host, under := strings.Cut(name, ".")
	query := ascii(name)
	if under && label == signature.ProofLabel { // no host is named so, and idna says it
		if query = ascii(host); query != "" {
			query = label + "." + query
		}
	}
	if query == "" {
		s.Sight = signature.SightNothing
		return s
	}
	// The dot at the end keeps the system from trying its own domain behind it.
	records, err := c.resolver.LookupTXT(ctx, query+".")
	var dns *net.DNSError
	switch {
	case err == nil:
		s.Sight, s.Seen = readRecords(records, code)
	case errors.As(err, &dns) && dns.IsNotFound:
		s.Sight = signature.SightNothing
	default:
		s.Sight = signature.SightNoAnswer
	}
	return s
}

// readRecords looks for the code among a name's TXT records.
func readRecords(records []string, code string) (signature.Sight, string) {
	if len(records) == 0 {
		return signature.SightNothing, ""
	}
	found, seen := signature.SightUnrelated, ""
	for _, r := range records[:min(len(records), mostRecords)] {
		value, ok := cutCode(r)
		switch {
		case ok && value == code:
			return signature.SightCode, ""
		case ok && found != signature.SightOtherCode:
			found, seen = signature.SightOtherCode, shown(value)
		}
	}
	return found, seen
}

// cutCode takes the code out of a record; whatever quotes and spaces a form of
// the domain's host put around it.
func cutCode(record string) (code string, ok bool) {
	record = strings.Trim(record, "\" \t\r\n")
	if len(record) < len(signature.ProofRecord) || !strings.EqualFold(record[:len(signature.ProofRecord)], signature.ProofRecord) {
		return "", false
	}
	return strings.ToLower(strings.Trim(record[len(signature.ProofRecord):], "\" \t\r\n")), true
}

// shown is the beginning of what stood somewhere, fit to be shown.
func shown(s string) string {
	s = s[:min(len(s), 4*mostShown)]
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > mostShown {
		s = string(r[:mostShown-1]) + "…"
	}
	return s
}
