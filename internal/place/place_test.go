package place

import (
	"strings"
	"testing"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

func TestEveryCountryIsNamedInEveryLanguage(t *testing.T) {
	if n := len(List("en")); n != 249 {
		t.Fatalf("%d countries, ISO 3166-1 has 249", n)
	}
	for _, lang := range languages {
		col := collate.New(language.MustParse(lang), collate.Loose)
		before := ""
		seen := map[Country]bool{}
		for _, c := range List(lang) {
			name := c.Name(lang)
			if name == "" || name == c.Alpha2 {
				t.Errorf("%s has no name in %s", c.Alpha2, lang)
			}
			if col.CompareString(before, name) > 0 {
				t.Errorf("%s: %q is sorted after %q", lang, name, before)
			}
			before = name
			if seen[c] {
				t.Errorf("%s: %s twice", lang, c.Alpha2)
			}
			seen[c] = true
			if got, ok := Parse(name); !ok || got != c {
				t.Errorf("Parse(%q) = %v, %v; want %s", name, got, ok, c.Alpha2)
			}
			if got, ok := Parse(strings.ToUpper(name) + "."); !ok || got != c {
				t.Errorf("Parse of %q in capitals = %v, %v", name, got, ok)
			}
			if got, ok := Parse(Fold(name)); !ok || got != c {
				t.Errorf("Parse of %q without accents = %v, %v", name, got, ok)
			}
			if got, ok := ByAlpha3(strings.ToLower(c.Alpha3)); !ok || got != c {
				t.Errorf("ByAlpha3(%q) = %v, %v", c.Alpha3, got, ok)
			}
			if got, ok := ByAlpha2(strings.ToLower(c.Alpha2)); !ok || got != c {
				t.Errorf("ByAlpha2(%q) = %v, %v", c.Alpha2, got, ok)
			}
		}
	}
}

func TestName(t *testing.T) {
	for _, c := range []struct{ alpha2, lang, want string }{
		{"BR", "en", "Brazil"}, {"br", "pt", "Brasil"}, {"BR", "fr", "Brésil"}, {"PE", "es", "Perú"},
		{"US", "es", "Estados Unidos"}, {"SA", "es", "Arabia Saudita"}, {"US", "de", "United States"},
		{"US", "pt-BR", "Estados Unidos"}, {"US", "fr_CA", "États-Unis"}, {"ZZ", "en", ""}, {"", "en", ""},
	} {
		if got := Name(c.alpha2, c.lang); got != c.want {
			t.Errorf("Name(%q, %q) = %q, want %q", c.alpha2, c.lang, got, c.want)
		}
	}
}

func TestListIsTheCallersOwn(t *testing.T) {
	List("es")[0] = Country{"ZZ", "ZZZ"}
	if List("es")[0].Alpha2 == "XX" {
		t.Error("a caller changed the list of all")
	}
}

func TestParse(t *testing.T) {
	for s, want := range map[string]string{
		"EEUU": "US", "EE.UU.": "US", "EE. UU.": "US", "Estados Unidos": "US", "los Estados Unidos": "US", "USA": "US",
		"U.S.": "US", "U.S.A.": "US", "US": "US", "États-Unis": "US", "Etats-Unis d’Amérique": "US", "EUA": "US", "E.U.A.": "US",
		"the United States of America": "US", "Estados Unidos Mexicanos": "MX", "Brasil": "BR", "BRAZIL": "BR", "le Brésil": "BR",
		"Bolivia (Plurinational State of)": "BO", "Bolivia, Plurinational State of": "BO", "Estado Plurinacional de Bolivia": "BO",
		"Perú": "PE", "Peru.": "PE", "  Pérou ": "PE", "UK": "GB", "Inglaterra": "GB", "Reino Unido": "GB", "Northern Ireland": "GB",
		"Trinidad y Tobago": "TT", "Trinidad & Tobago": "TT", "Trinidad and Tobago": "TT", "Rep. Dominicana": "DO",
		"República Dominicana": "DO", "Holanda": "NL", "Los Países Bajos": "NL", "Côte d'Ivoire": "CI", "Côte d’Ivoire": "CI",
		"RDC": "CD", "Congo-Kinshasa": "CD", "St. Lucia": "LC", "Saint Lucia": "LC", "Sainte-Lucie": "LC", "El Salvador": "SV",
		"Salvador": "SV", "República de El Salvador": "SV", "Venezuela (República Bolivariana de)": "VE", "República Oriental del Uruguay": "UY",
		"República Federativa do Brasil": "BR", "Republic of Korea": "KR", "Iran (Islamic Republic of)": "IR", "Republic of Ireland": "IE",
		"Niger": "NE", "Nigeria": "NG", "Dominica": "DM", "Guinea": "GN", "Guinea-Bissau": "GW", "Georgia": "GE", "México": "MX", "Canadá": "CA",
		"Haïti": "HT", "A Argentina": "AR", "Kingdom of the Netherlands": "NL", "Brasil (Brazil)": "BR", "Deutschland / Germany": "DE",
		"Republic of the Congo": "CG", "Democratic Republic of the Congo": "CD", "Antigua y Barbuda": "AG", "Bahamas (Las)": "BS", "Tanzania (United Republic of)": "TZ", "Tanzania, United Republic of": "TZ", "the US": "US", "The U.K.": "GB",
	} {
		if c, ok := Parse(s); !ok || c.Alpha2 != want {
			t.Errorf("Parse(%q) = %v, %v; want %s", s, c, ok, want)
		}
	}
	for _, s := range []string{
		"", ".", "us", "uk", "A.C.", "AC", "S.A.", "Buenos Aires", "Argentina y Chile", "República", "de", "La", "América Latina", "EU",
		"República de", "Estado de", "Mexicano", "Brasileña", "Internacional", "Regional", "Republic of Nowhere", strings.Repeat("Chile ", 99),
		"Brasil (Chile)", "CO", "PE", "ONU",
	} {
		if c, ok := Parse(s); ok {
			t.Errorf("Parse(%q) = %s, want none", s, c.Alpha2)
		}
	}
}

func TestWithin(t *testing.T) {
	for s, want := range map[string]string{
		"Instituto de Estudios Legales y Sociales del Uruguay": "UY", "Comisión Ecuménica de Derechos Humanos (CEDHU) de Ecuador": "EC",
		"Colegio Médico de Chile": "CL", "Iglesia Evangélica Protestante de El Salvador": "SV", "México Unido Contra la Delincuencia": "MX",
		"Red de Mujeres de Guinea-Bissau": "GW", "Papua New Guinea Council of Women": "PG", "Mujeres de Guinea Ecuatorial": "GQ",
		"Nigeria Lawyers Forum": "NG", "Transparencia Venezuela": "VE", "Amnesty International USA": "US", "U.S. Committee of Example": "US",
		"Foro de la República Dominicana": "DO", "Ligue des droits de l’homme au Salvador": "SV", "Ordem dos Advogados do Brasil": "BR",
		"Association des femmes de Côte d’Ivoire": "CI", "Fundación Chile-Chile": "CL", "Northern Ireland Example Forum": "GB",
		"Red de la República Democrática del Congo": "CD", "University of Jordan": "JO", "CÁRITAS DE HONDURAS": "HN", "red de honduras": "HN",
		"Saint Lucia Planned Example": "LC", "Trinidad and Tobago Example Union": "TT", "Collectif d’Haïti": "HT",
	} {
		if c, ok := Within(s); !ok || c.Alpha2 != want {
			t.Errorf("Within(%q) = %v, %v; want %s", s, c, ok, want)
		}
	}
	for _, s := range []string{
		"", "Chile", "Conselho Regional de Psicologia de São Paulo", "Universidad Militar Nueva Granada", "Universidad de Granada",
		"New Mexico Example Coalition", "Red Brasileña de Reducción de Daños", "Canadian Example Coalition", "Asociación Costarricense",
		"Michael Jordan Foundation", "Chad Example Fund", "University of Georgia", "Centro Santa Lucía", "Réunion des associations",
		"Reunión de Organizaciones", "Fundación Rosa Luxemburgo", "Cámara Brasil-Chile", "Instituto Guadalupe", "Casa Mauricio",
		"the poor of chile Example", "Niger Delta Example Forum", "Foro de Concepción del Uruguay",
		"Washington Office on latin America", "Projeto de Salvador", "SINDICATO US UNIDO",
	} {
		if c, ok := Within(s); ok {
			t.Errorf("Within(%q) = %s, want none", s, c.Alpha2)
		}
	}
}

func TestFold(t *testing.T) {
	for s, want := range map[string]string{
		"Acción  Técnica–Social": "accion tecnica social", "SÃO PAULO!": "sao paulo", "Côte d’Ivoire": "cote d ivoire", "+Info": "info",
		"A.C.": "a c", "Œuvre ßtraße": "oeuvre sstrasse", "": "", " -- ": "", "ﬁn": "fin", "Łódź": "lodz", "n.º 1": "n o 1", "東京": "東京",
	} {
		if got := Fold(s); got != want {
			t.Errorf("Fold(%q) = %q, want %q", s, got, want)
		}
	}
}

// The short way of folding must agree with the long one.
func TestFoldAny(t *testing.T) {
	for r := range rune(0x2100) {
		for _, s := range []string{string(r), "a" + string(r) + "b", string(r) + string(r)} {
			if short, long := Fold(s), foldAny(s); short != long {
				t.Errorf("Fold(%q) = %q, the long way %q", s, short, long)
			}
		}
	}
}

func FuzzPlace(f *testing.F) {
	for _, s := range []string{"EE.UU.", "Bolivia (Plurinational State of)", "República de", "A/B", "İstanbul \u0300", "U.S. of the", "(((", "Rép. dém. du Congo", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if long := foldAny(s); long != once {
			t.Errorf("Fold(%q) = %q, the long way %q", s, once, long)
		}
		if twice := Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, folded again %q", s, once, twice)
		}
		if c, ok := Parse(s); ok != (c != Country{}) {
			t.Errorf("Parse(%q) = %v, %v", s, c, ok)
		}
		if c, ok := Within(s); ok != (c != Country{}) {
			t.Errorf("Within(%q) = %v, %v", s, c, ok)
		}
	})
}
