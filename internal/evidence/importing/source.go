package importing

import (
	"regexp"
	"strings"
	"time"

	"pliego/internal/evidence"
)

// families describe what publishers' files are, but for the vintage.
var families = map[string]evidence.Source{
	"unodc-homicide": {Title: "Intentional homicide (UNODC data portal)", Publisher: "United Nations Office on Drugs and Crime",
		Short: "UNODC, Intentional homicide", Licence: "UNODC data terms"},
	"unodc-prisons": {Title: "Prisons and prisoners (UNODC data portal)", Publisher: "United Nations Office on Drugs and Crime",
		Short: "UNODC, Prisons and prisoners", Licence: "UNODC data terms"},
	"world-bank": {Title: "World Bank Open Data", Publisher: "World Bank", Short: "World Bank", Licence: "CC BY 4.0"},
	"unodc-homicide-owid": {Title: "Intentional homicide victims (UNODC), as published by Our World in Data",
		Publisher: "United Nations Office on Drugs and Crime; Our World in Data", Short: "UNODC via Our World in Data",
		Licence: "Our World in Data, CC BY 4.0; UNODC data terms"},
	"owid": {Title: "Our World in Data", Publisher: "Our World in Data", Short: "Our World in Data", Licence: "CC BY 4.0, and the terms of its source"},
	"wpb-series": {Title: "World Prison Brief, prison population by year", Publisher: "Institute for Crime & Justice Policy Research",
		Short: "World Prison Brief", Licence: "copyright of the publisher; not to be passed on"},
	"wpb-snapshot": {Title: "World Prison Brief, highest-to-lowest tables", Publisher: "Institute for Crime & Justice Policy Research",
		Short: "World Prison Brief", Licence: "copyright of the publisher; not to be passed on"},
}

// source gives the key of a publisher's source in this file's vintage.
func (f *File) source(family string) string {
	if f.opts.Source != "" {
		return f.named(f.opts.Source)
	}
	vintage := f.opts.Vintage
	if vintage == "" {
		vintage = f.dated
	}
	if vintage == "" {
		vintage = f.opts.Today.Format(time.DateOnly)
	}
	for _, s := range f.opts.Known {
		if s.Family == family && s.Vintage == vintage {
			return s.Key
		}
	}
	key := family + "-" + vintage
	if _, ok := f.sources[key]; !ok {
		f.describe(key, family, vintage)
	}
	return key
}

var yearAtEnd = regexp.MustCompile(`^(.+)-(\d{4}(?:-\d{2}(?:-\d{2})?)?)$`)

// named gives the key of a source that the file or the user named.
func (f *File) named(key string) string {
	if _, ok := f.sources[key]; ok {
		return key
	}
	if _, ok := evidence.FindSource(f.opts.Known, key); ok {
		return key
	}
	family, vintage := key, f.opts.Vintage
	if m := yearAtEnd.FindStringSubmatch(key); m != nil {
		family = m[1]
		if vintage == "" {
			vintage = m[2]
		}
	}
	key = strings.Clone(key)
	f.describe(key, strings.Clone(family), strings.Clone(vintage))
	return key
}

func (f *File) describe(key, family, vintage string) {
	s, ok := families[family]
	if !ok {
		s = evidence.Source{Title: key, Publisher: key, Short: key, Licence: "not stated"}
	}
	s.Key, s.Family, s.Vintage = key, family, vintage
	f.sources[key] = s
}
