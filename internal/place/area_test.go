package place

import (
	"slices"
	"testing"
)

func TestAreas(t *testing.T) {
	for code, want := range map[string]string{
		"HND": "Honduras", "MEX": "México", "MEX-09": "Ciudad de México", "MEX-15": "Estado de México", "MEX-08037": "MEX-08037", "USA": "Estados Unidos",
	} {
		a, ok := AreaByCode(code)
		if !ok || a.Code != code || a.Name("es") != want {
			t.Errorf("%s: %+v, %v, %q; want %q", code, a, ok, a.Name("es"), want)
		}
	}
	for _, code := range []string{"", "hnd", "HN", "XXX", "MEX-", "MEX-00", "MEX-33", "MEX-9", "MEX-0x", "MEX-090", "HND-01", "MEX-09-1", "MEX-99001", "-09"} {
		if a, ok := AreaByCode(code); ok {
			t.Errorf("%q is taken for %+v", code, a)
		}
	}
}

func TestStatesOfMexico(t *testing.T) {
	states := States("MEX")
	if len(states) != 32 || len(States("HND")) != 0 {
		t.Fatalf("%d states", len(states))
	}
	for _, s := range states {
		if found, ok := AreaByCode(s.Code); !ok || found != s || !s.IsState() || s.IsCountry() {
			t.Errorf("%+v is not found as it is", s)
		}
		for _, lang := range languages {
			if s.Name(lang) == "" || s.Name(lang) == s.Code {
				t.Errorf("%s has no name in %s", s.Code, lang)
			}
		}
		if in, ok := s.Within(); !ok || in.Code != "MEX" || !in.IsCountry() {
			t.Errorf("%s lies within %+v", s.Code, in)
		}
	}
	borders := 0
	for _, s := range states {
		for _, n := range s.Borders() {
			borders++
			if !slices.Contains(n.Borders(), s) {
				t.Errorf("%s borders on %s, and not the other way round", s.Name("es"), n.Name("es"))
			}
		}
		if len(s.Borders()) == 0 {
			t.Errorf("%s is an island", s.Name("es"))
		}
	}
	if borders != 2*69 {
		t.Errorf("%d borders", borders/2)
	}
	city, _ := AreaByCode("MEX-08037")
	if in, ok := city.Within(); !ok || in.Name("en") != "Chihuahua" {
		t.Errorf("it lies within %+v", in)
	}
}

func FuzzAreaByCode(f *testing.F) {
	for _, s := range []string{"HND", "MEX-09", "MEX-09007", "MEX-", "-", "mex-09", "MEX-09\x00", "ÁÉÍ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a, ok := AreaByCode(s); ok && (a.Code != s || a.Name("fr") == "" || a.Country == Country{}) {
			t.Errorf("%q is taken for %+v", s, a)
		}
	})
}
