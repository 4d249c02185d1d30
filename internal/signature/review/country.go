package review

import (
	"context"
	"net/url"
	"strings"

	"pliego/internal/place"
	"pliego/internal/signature"
)

// countriesDiffer doubts a signature whose address and website both are of one
// and the same country, and not of the one stated: many work abroad, and one
// domain alone says little.
func countriesDiffer(_ context.Context, c signature.Case) (string, bool, error) {
	address, website := domainCountry(domainOf(c.Email)), domainCountry(websiteHost(c))
	if address == "" || address != website || related(address, c.Signature.Public.Country) {
		return "", false, nil
	}
	return detailOf(address, c), true, nil
}

// countryDiffers doubts one of which either is.
func countryDiffers(_ context.Context, c signature.Case) (string, bool, error) {
	for _, domain := range []string{domainOf(c.Email), websiteHost(c)} {
		if of := domainCountry(domain); of != "" && !related(of, c.Signature.Public.Country) {
			return detailOf(of, c), true, nil
		}
	}
	return "", false, nil
}

func detailOf(domain string, c signature.Case) string {
	return domain + ", stated " + c.Signature.Public.Country
}

func websiteHost(c signature.Case) string {
	u, err := url.Parse(c.Signature.Public.Website)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// domainCountry is the country that a domain's last label stands for, or "": for
// labels of no country, and those that everybody uses for their sound.
func domainCountry(domain string) string {
	label := domain[strings.LastIndexByte(domain, '.')+1:]
	if len(label) != 2 || usedByAll[label] {
		return ""
	}
	if label == "uk" {
		return "GB"
	}
	code := strings.ToUpper(label)
	if _, known := place.ByAlpha2(code); !known {
		return ""
	}
	return code
}

// usedByAll are labels of countries that are sold to everybody as words.
var usedByAll = set("ac ag ai am as bz cc cd co cx dj fm gg gl im io la li ly me ms mu nf nu pm pw re sc sh so st su tc tk tl tm to tv us vc vg vu ws")

// related tells whether who states a country may well have a domain of another:
// none was stated, or one belongs to the other.
func related(domain, stated string) bool {
	return stated == "" || domain == stated || crown(domain) == crown(stated)
}

// crown is the country to which a territory with a code of its own belongs.
func crown(code string) string {
	if of, ok := territories[code]; ok {
		return of
	}
	return code
}

var territories = map[string]string{
	"GP": "FR", "MQ": "FR", "GF": "FR", "RE": "FR", "YT": "FR", "BL": "FR", "MF": "FR", "PM": "FR", "NC": "FR", "PF": "FR", "WF": "FR",
	"PR": "US", "VI": "US", "GU": "US", "AS": "US", "MP": "US",
	"AW": "NL", "CW": "NL", "SX": "NL", "BQ": "NL", "GL": "DK", "FO": "DK", "AX": "FI", "SJ": "NO",
	"AI": "GB", "BM": "GB", "FK": "GB", "GI": "GB", "KY": "GB", "MS": "GB", "TC": "GB", "VG": "GB", "GG": "GB", "JE": "GB", "IM": "GB", "SH": "GB",
	"HK": "CN", "MO": "CN",
}
