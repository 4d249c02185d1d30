package place

import "testing"

func TestAdjectivesOfCountries(t *testing.T) {
	for word, want := range map[string]string{
		"Brasileña": "BR", "brasileiras": "BR", "Brazilian": "BR", "brésiliennes": "BR", "costarricense": "CR",
		"Mexicana": "MX", "mexicaine": "MX", "Canadienne": "CA", "canadiense": "CA", "haïtiens": "HT", "Peruana": "PE",
		"Uruguaya": "UY", "paraguayos": "PY", "nicaragüense": "NI", "salvadoreñas": "SV", "Chilean": "CL",
		"americana": "", "derechos": "", "": "", "s": "", "centro": "",
	} {
		if c, _ := Adjective(Fold(word)); c.Alpha2 != want {
			t.Errorf("%s: %q, want %q", word, c.Alpha2, want)
		}
	}
}
