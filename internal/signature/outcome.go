package signature

import (
	"fmt"
	"strings"
)

// Words says, for the person at the command line, why a yes was not recorded;
// "" when nothing stands against it.
func (o Outcome) Words() string {
	var parts []string
	for _, p := range o.Problems {
		parts = append(parts, p.Field+": "+problemWords[p.Code])
	}
	if o.Twin != "" {
		parts = append(parts, fmt.Sprintf("%s is on the letter, or in this list above, already", o.Twin))
	}
	if o.Taken {
		parts = append(parts, "this address has signed the letter already")
	}
	return strings.Join(parts, "; ")
}

var problemWords = map[string]string{
	Missing: "is missing", TooLong: "is too long", BadText: "holds characters that are no text", NoLetters: "holds no letter",
	LinkInName: "holds a link or an address", NotAChoice: "is none of the choices", UnknownCountry: "is no country: use a code such as UY, or its name",
	PersonsCountry: "a person needs a country", NoAt: "lacks the @", BadEmail: "is no e-mail address", BadWebsite: "is no address of a website",
	BadDate: "is no day: write it as 2026-05-03",
}
