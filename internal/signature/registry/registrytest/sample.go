// Package registrytest makes up organisations for measurements.
package registrytest

import (
	"fmt"
	"math/rand/v2"

	"pliego/internal/signature/registry"
)

// Sample makes up an organisation out of the words that names are made of, as
// unevenly used as they are; measurements need very many.
func Sample(draw *rand.Rand) registry.Subject {
	pick := func(list []string) string {
		return list[int(float64(len(list))*draw.Float64()*draw.Float64())]
	}
	proper := func() string {
		const heads, tails = "bcdfglmnprstv", "aeiou"
		s := ""
		for range 2 + draw.IntN(3) {
			s += string(heads[draw.IntN(len(heads))]) + string(tails[draw.IntN(len(tails))])
		}
		return string(s[0]-32) + s[1:]
	}
	countries := []string{"MX", "BR", "CO", "AR", "PE", "CL", "US", "GT", "SV", "EC", "BO", "UY", "CA", "HT", "FR", "GB"}
	name := pick([]string{"Asociación", "Red", "Centro", "Fundación", "Instituto", "Colectivo", "Network", "Rede", "Comité", "Movimiento", "Réseau", "Foundation"})
	for range 1 + draw.IntN(2) {
		name += " " + pick([]string{"de Derechos Humanos", "de Mujeres", "de Estudios", "Nacional", "for Justice", "de Políticas de Drogas", "por la Paz", "da Saúde", "de Jóvenes", "for Women", "Ambiental", "des droits"})
	}
	if draw.IntN(10) > 0 {
		name += fmt.Sprintf(" %s", proper())
	}
	if draw.IntN(3) == 0 {
		name += " " + proper()
	}
	return registry.Subject{Names: []string{name}, Country: pick(countries)}
}
