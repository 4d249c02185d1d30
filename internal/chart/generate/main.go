// Command generate writes the shapes of the map out of npm world-atlas:
//
//	npm pack world-atlas && tar xzf world-atlas-*.tgz
//	go run ./generate package/countries-50m.json > americas.tsv
//
// in the folder of package chart. A line holds the code of a country (or - for
// land that no figures are of) and its outlines: points as x,y in hundred
// thousandths of the map's size, in Lambert's azimuthal equal-area projection.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"os"
	"slices"
	"strings"
)

// codes are the countries of the Americas by ISO 3166-1's numbers.
var codes = map[string]string{
	"028": "ATG", "032": "ARG", "044": "BHS", "052": "BRB", "068": "BOL", "076": "BRA", "084": "BLZ", "124": "CAN", "152": "CHL", "170": "COL",
	"188": "CRI", "192": "CUB", "212": "DMA", "214": "DOM", "218": "ECU", "222": "SLV", "308": "GRD", "320": "GTM", "328": "GUY", "332": "HTI",
	"340": "HND", "388": "JAM", "484": "MEX", "558": "NIC", "591": "PAN", "600": "PRY", "604": "PER", "659": "KNA", "662": "LCA", "670": "VCT",
	"740": "SUR", "780": "TTO", "840": "USA", "858": "URY", "862": "VEN",
}

// plain are lands drawn without a name: they belong to no State of the list.
var plain = []string{"250", "304", "630", "533", "531", "136", "796", "092", "850", "660", "500", "534", "663", "652"}

type topology struct {
	Objects struct {
		Countries struct {
			Geometries []struct {
				ID   string          `json:"id"`
				Type string          `json:"type"`
				Arcs json.RawMessage `json:"arcs"`
			} `json:"geometries"`
		} `json:"countries"`
	} `json:"objects"`
	Arcs      [][][2]float64 `json:"arcs"`
	Transform struct {
		Scale, Translate [2]float64
	} `json:"transform"`
}

type xy struct{ x, y float64 }

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./generate countries-50m.json > americas.tsv")
	}
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var t topology
	if err := json.Unmarshal(data, &t); err != nil {
		log.Fatal(err)
	}
	arcs := make([][]xy, len(t.Arcs)) // in degrees: borders are shared, and reduced once
	for n, arc := range t.Arcs {
		at := [2]float64{}
		for _, d := range arc {
			at[0], at[1] = at[0]+d[0], at[1]+d[1]
			arcs[n] = append(arcs[n], xy{at[0]*t.Transform.Scale[0] + t.Transform.Translate[0], at[1]*t.Transform.Scale[1] + t.Transform.Translate[1]})
		}
	}
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(out, "# Natural Earth by npm world-atlas 2.0.2 (public domain; ISC). Written by the generator in this package's folder.")
	var lines []string
	for _, g := range t.Objects.Countries.Geometries {
		code := codes[g.ID]
		if code == "" && slices.Contains(plain, g.ID) {
			code = "-"
		}
		if code == "" {
			continue
		}
		var polygons [][][]int
		if g.Type == "Polygon" {
			polygons = make([][][]int, 1)
			err = json.Unmarshal(g.Arcs, &polygons[0])
		} else {
			err = json.Unmarshal(g.Arcs, &polygons)
		}
		if err != nil {
			log.Fatal(err)
		}
		var rings []string
		for _, p := range polygons {
			if ring := outline(p[0], arcs); ring != "" {
				rings = append(rings, ring)
			}
		}
		if len(rings) > 0 {
			lines = append(lines, code+"\t"+strings.Join(rings, ";"))
		}
	}
	slices.Sort(lines)
	for _, l := range lines {
		fmt.Fprintln(out, l)
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

// outline joins arcs to a ring, and reduces and projects it; "" when it lies
// elsewhere or is too small to be seen.
func outline(of []int, arcs [][]xy) string {
	var ring []xy
	for _, n := range of {
		var arc []xy
		if n < 0 {
			arc = slices.Clone(arcs[^n])
			slices.Reverse(arc)
		} else {
			arc = slices.Clone(arcs[n])
		}
		forward := arc[0].x < arc[len(arc)-1].x || arc[0].x == arc[len(arc)-1].x && arc[0].y <= arc[len(arc)-1].y
		if !forward {
			slices.Reverse(arc) // so that a border is reduced alike from both sides
		}
		arc = reduce(arc)
		if !forward {
			slices.Reverse(arc)
		}
		if len(ring) > 0 {
			arc = arc[1:]
		}
		ring = append(ring, arc...)
	}
	var mean xy
	west, east, south, north := 180.0, -180.0, 90.0, -90.0
	for _, p := range ring {
		mean.x, mean.y = mean.x+p.x/float64(len(ring)), mean.y+p.y/float64(len(ring))
		west, east, south, north = min(west, p.x), max(east, p.x), min(south, p.y), max(north, p.y)
	}
	small := (east-west)*(north-south) < 0.25
	caribbean := mean.x > -86 && mean.x < -58 && mean.y > 9 && mean.y < 28
	if mean.x < -170 || mean.x > -25 || mean.y > 80 || mean.y < -57 || small && !caribbean || mean.y > 74 || mean.x < -155 && mean.y < 25 {
		return ""
	}
	var b strings.Builder
	last := ""
	for _, p := range ring {
		q := project(p)
		s := fmt.Sprintf("%d,%d", int(math.Round(q.x)), int(math.Round(q.y)))
		if s == last {
			continue
		}
		if last != "" {
			b.WriteByte(' ')
		}
		b.WriteString(s)
		last = s
	}
	return b.String()
}

// reduce leaves out points nearer to their line than is seen (Douglas and
// Peucker); small islands keep theirs.
func reduce(arc []xy) []xy {
	if len(arc) < 8 {
		return arc
	}
	west, east, south, north := 180.0, -180.0, 90.0, -90.0
	for _, p := range arc {
		west, east, south, north = min(west, p.x), max(east, p.x), min(south, p.y), max(north, p.y)
	}
	least := 0.16 // degrees
	if caribbean := west > -90 && east < -58 && south > 9 && north < 28; caribbean {
		least = 0.04
	}
	if arc[0] == arc[len(arc)-1] { // a ring has no line from end to end
		half := len(arc) / 2
		return append(within(arc[:half+1], least), within(arc[half:], least)[1:]...)
	}
	return within(arc, least)
}

func within(arc []xy, least float64) []xy {
	if len(arc) < 3 {
		return arc
	}
	a, b := arc[0], arc[len(arc)-1]
	length := math.Hypot(b.x-a.x, b.y-a.y)
	far, at := 0.0, 0
	for n := 1; n < len(arc)-1; n++ {
		d := math.Hypot(arc[n].x-a.x, arc[n].y-a.y)
		if length > 0 {
			d = math.Abs((b.x-a.x)*(a.y-arc[n].y)-(a.x-arc[n].x)*(b.y-a.y)) / length
		}
		if d > far {
			far, at = d, n
		}
	}
	if far < least {
		return []xy{a, b}
	}
	head := within(arc[:at+1], least)
	return append(slices.Clone(head), within(arc[at:], least)[1:]...)
}

// project keeps areas as they are to each other: a large country looks large for
// its land and not for its latitude.
func project(p xy) xy {
	const lon0, lat0 = -85 * math.Pi / 180, 8 * math.Pi / 180
	lon, lat := p.x*math.Pi/180-lon0, p.y*math.Pi/180
	k := math.Sqrt(2 / (1 + math.Sin(lat0)*math.Sin(lat) + math.Cos(lat0)*math.Cos(lat)*math.Cos(lon)))
	x := k * math.Cos(lat) * math.Sin(lon)
	y := k * (math.Cos(lat0)*math.Sin(lat) - math.Sin(lat0)*math.Cos(lat)*math.Cos(lon))
	return xy{(x + 1.1) * 40000, (1.1 - y) * 40000}
}
