package signature

import (
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"pliego/internal/place"
)

// Form is what somebody typed to sign, field by field as in the sign form.
type Form struct {
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	Acronym    string `json:"acronym"`
	Country    string `json:"country"` // ISO 3166-1 alpha-2, or NoCountry
	Website    string `json:"website"`
	SignerName string `json:"signer_name"`
	SignerRole string `json:"signer_role"`
	Email      string `json:"email"`
	Visibility string `json:"visibility"`
	// ShowCountry lets the country of a sealed signature be shown when four
	// others come from it.
	ShowCountry string `json:"show_country"`
	Consent     string `json:"consent"`

	Token   string       `json:"form"` // of the form's page; programs have none
	ByLink  bool         `json:"-"`    // who sends it holds the link of a letter that circulates
	Network netip.Prefix `json:"-"`    // where it came from; not valid when that says nothing
}

// NoCountry in the place of a country says that an organisation has none: it is
// regional or international.
const NoCountry = "NONE"

// Bounds of the fields, in characters.
const (
	MaxName    = 300
	MaxAcronym = 40
	MaxWebsite = 300
	MaxSigner  = 200
	MaxEmail   = 254 // RFC 5321 section 4.5.3.1.3, less the angle brackets
)

// Problem is what is wrong with one field; Code is a message key after
// "problem." (see package locale).
type Problem struct {
	Field string
	Code  string
}

// Problems are all that is wrong with a form, in the order of its fields.
type Problems []Problem

// Error names the fields, without what was typed.
func (p Problems) Error() string {
	var b strings.Builder
	b.WriteString("the form has errors in")
	for i, x := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(" " + x.Field + " (" + x.Code + ")")
	}
	return b.String()
}

// Of gives the code of a field's problem, or "".
func (p Problems) Of(field string) string {
	for _, x := range p {
		if x.Field == field {
			return x.Code
		}
	}
	return ""
}

// The codes of problems.
const (
	Missing         = "missing"
	TooLong         = "too-long"
	BadText         = "bad-text"     // control characters or bytes that are no text
	NoLetters       = "no-letters"   // a name without a letter or digit
	LinkInName      = "link-in-name" // it would be mailed to whatever address was typed
	NotAChoice      = "not-a-choice"
	UnknownCountry  = "unknown-country"
	PersonsCountry  = "persons-country" // only an organisation can be of no country
	NoAt            = "no-at"
	BadDate         = "bad-date"
	BadEmail        = "bad-email"
	BadWebsite      = "bad-website"
	SealedNotHere   = "sealed-not-here"
	ConsentRequired = "consent-required"
)

// Normalise tidies what was typed: spaces at the ends and in a row, Unicode in
// composed form (NFC), codes in their usual case, a website with its scheme.
func (f Form) Normalise() Form {
	for _, p := range []*string{&f.Name, &f.Acronym, &f.SignerName, &f.SignerRole} {
		*p = tidy(*p)
	}
	f.Kind = strings.TrimSpace(f.Kind)
	f.Email = strings.TrimSpace(f.Email)
	f.Country = strings.ToUpper(strings.TrimSpace(f.Country))
	f.Visibility = strings.TrimSpace(f.Visibility)
	if f.Visibility == "" {
		f.Visibility = string(Shown)
	}
	f.Website = strings.TrimSpace(f.Website)
	if f.Website != "" && !strings.Contains(f.Website, "://") {
		f.Website = "https://" + f.Website
	}
	return f
}

func tidy(s string) string { return norm.NFC.String(strings.Join(strings.Fields(s), " ")) }

// Check says everything that is wrong with a normalised form; nil when it is
// in order. Only where sealing is offered can it ask for that, and only then can
// it do without an address.
func (f Form) Check(sealing bool) Problems {
	var ps Problems
	add := func(field, code string) {
		if code != "" {
			ps = append(ps, Problem{field, code})
		}
	}
	if k := Kind(f.Kind); k != Organisation && k != Person {
		add("kind", NotAChoice)
	}
	ps = append(ps, f.checkPublic(Kind(f.Kind))...)
	if Kind(f.Kind) == Organisation {
		add("signer_name", checkLine(f.SignerName, MaxSigner, true))
		add("signer_role", checkLine(f.SignerRole, MaxSigner, false))
	}
	if f.Email != "" || Visibility(f.Visibility) != Sealed || !sealing {
		add("email", checkEmail(f.Email))
	}
	switch v := Visibility(f.Visibility); {
	case v == Sealed && !sealing:
		add("visibility", SealedNotHere)
	case v != Shown && v != Sealed:
		add("visibility", NotAChoice)
	}
	if f.Consent != "1" {
		add("consent", ConsentRequired)
	}
	return ps
}

func (f Form) public() Public {
	p := Public{Name: f.Name, Acronym: f.Acronym, Country: f.Country, Website: f.Website}
	if p.Country == NoCountry {
		p.Country = ""
	}
	return p
}

// linkPattern finds what mail programs make a link of. The name stands in the
// mail to an address that nobody has confirmed yet, so it must not carry one.
var linkPattern = regexp.MustCompile(`(?i)://|\bwww\.|\S@\S`)

// checkPublic checks the fields that everybody sees.
func (f Form) checkPublic(kind Kind) Problems {
	var ps Problems
	add := func(field, code string) {
		if code != "" {
			ps = append(ps, Problem{field, code})
		}
	}
	name := checkLine(f.Name, MaxName, true)
	if name == "" && !strings.ContainsFunc(f.Name, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		name = NoLetters
	}
	if name == "" && linkPattern.MatchString(f.Name) {
		name = LinkInName
	}
	add("name", name)
	add("acronym", checkLine(f.Acronym, MaxAcronym, false))
	switch _, known := place.ByAlpha2(f.Country); {
	case f.Country == "":
		add("country", Missing)
	case f.Country == NoCountry && kind == Organisation:
	case f.Country == NoCountry:
		add("country", PersonsCountry)
	case !known:
		add("country", UnknownCountry)
	}
	add("website", checkWebsite(f.Website))
	return ps
}

// checkLine checks a field of one line of text.
func checkLine(s string, most int, required bool) string {
	switch {
	case s == "" && required:
		return Missing
	case !utf8.ValidString(s) || strings.ContainsFunc(s, hidden):
		return BadText
	case utf8.RuneCountInString(s) > most:
		return TooLong
	}
	return ""
}

// hidden tells characters that have no place in a name: controls, and those
// that turn the direction of the text around them.
func hidden(r rune) bool {
	return unicode.IsControl(r) || r == utf8.RuneError ||
		(r >= 0x202A && r <= 0x202E) || (r >= 0x2066 && r <= 0x2069)
}

func checkEmail(s string) string {
	switch {
	case s == "":
		return Missing
	case len(s) > MaxEmail:
		return TooLong
	case !utf8.ValidString(s) || strings.ContainsFunc(s, hidden):
		return BadText
	case !strings.Contains(s, "@"):
		return NoAt
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || a.Name != "" {
		return BadEmail
	}
	local, domain := s[:strings.LastIndexByte(s, '@')], s[strings.LastIndexByte(s, '@')+1:]
	if len(local) > 64 || !strings.Contains(domain, ".") || strings.ContainsAny(domain, "[]_ ") {
		return BadEmail
	}
	return ""
}

func checkWebsite(s string) string {
	if s == "" {
		return ""
	}
	if code := checkLine(s, MaxWebsite, false); code != "" {
		return code
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.User != nil ||
		!strings.Contains(u.Hostname(), ".") || strings.ContainsAny(s, " \"<>") {
		return BadWebsite
	}
	return ""
}

// foldAddress makes the forms of one address equal: the domain knows no case,
// and no provider of note tells case apart before the @.
func foldAddress(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
