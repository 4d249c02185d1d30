package importing

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"pliego/internal/evidence"
	"pliego/pack"
)

var today = time.Date(2026, time.May, 3, 0, 0, 0, 0, time.UTC)

func definitions(t testing.TB) []evidence.Indicator {
	t.Helper()
	p, err := pack.Read(pack.Americas())
	if err != nil {
		t.Fatal(err)
	}
	return p.Evidence.Indicators
}

// everything reads a file to its end: a line a figure, as "indicator place
// period value source", "bad: …" or "passed: …".
func everything(t testing.TB, data []byte, o Options) (*File, []string) {
	t.Helper()
	if o.Today.IsZero() {
		o.Today = today
	}
	f, err := Open(bytes.NewReader(data), int64(len(data)), definitions(t), o)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for {
		x, err := f.Next()
		if errors.Is(err, io.EOF) {
			return f, out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch obs := x.Observation; {
		case x.Problem != "":
			out = append(out, fmt.Sprintf("%d bad: %s", x.Line, x.Problem))
		case x.Passed != "":
			out = append(out, fmt.Sprintf("%d passed: %s", x.Line, x.Passed))
		default:
			line := fmt.Sprintf("%d %s %s %s %s %s", x.Line, obs.Indicator, obs.Place, obs.Period, evidence.FormatNumber(obs.Value), obs.Source)
			out = append(out, strings.TrimRight(line+" "+string(obs.Flag)+" "+obs.Note, " "))
		}
	}
}

const ownFile = `place,period,indicator,value,unit,source,note
HND,2011,homicide-rate,85.1,"per 100,000",unodc-gsh-2019,a note
MEX-09,2010-03,homicide_count_total,12,deaths,mine,
HND,2011,homicide-rate,85.1,percent,mine,
HND,2011,happiness,1,,mine,
XXX,2011,homicide-rate,1,,mine,
HND,2011-13,homicide-rate,1,,mine,
HND,2011,homicide-rate,one,,mine,
HND,2011,homicide-rate,-1,,mine,
HND,2011,homicide-rate,1,,Not a key,
HND,2012,homicide-rate,"1,234.5",,mine,
HND,2013
`

const unodcFile = `UNODC,
11/05/2023
Iso3_code,Country,Region,Subregion,Indicator,Dimension,Category,Sex,Age,Year,Unit of measurement,VALUE,Source
CRI,Costa Rica,Americas,,Persons held,Total,Total,Female,Total,2016,Counts,725,CTS
CRI,Costa Rica,Americas,,Persons held,by type of criminal acts,Acts involving controlled psycho-active substances,Total,Total,2016,Counts,2000,CTS/WPB
CRI,Costa Rica,Americas,,Victims of intentional homicide,Total,Total,Total,Total,2016,"Rate per 100,000 population",11.9,CTS
CRI,Costa Rica,Americas,,Victims of intentional homicide,by mechanisms,Firearms or explosives - firearms,Total,Total,2016,Counts,386,CTS
CRI,Costa Rica,Americas,,Persons held,by citizenship,Foreign citizens,Total,Total,2016,Counts,300,CTS
GBR_E_W,England and Wales,Europe,,Persons held,Total,Total,Total,Total,2016,Counts,300,CTS
`

const worldBankFile = "\ufeff\"Data Source\",\"World Development Indicators\",\n\n\"Last Updated Date\",\"2024-06-28\",\n\n" +
	`"Country Name","Country Code","Indicator Name","Indicator Code","1960","1961","1962",
"Argentina","ARG","Population, total","SP.POP.TOTL","20386045","20726276","",
"Africa Eastern and Southern","AFE","Population, total","SP.POP.TOTL","1","2","3",
"Argentina","ARG","GDP","NY.GDP.MKTP.CD","1","2","3",
"Honduras","HND","Intentional homicides (per 100,000 people)","VC.IHR.PSRC.P5","","..","85.1",
`

const worldBankAnswer = `[{"page":1,"pages":1,"per_page":"20000","total":3,"sourceid":"2","lastupdated":"2024-06-28"},
[{"indicator":{"id":"VC.IHR.PSRC.P5","value":"Intentional homicides"},"country":{"id":"HN","value":"Honduras"},"countryiso3code":"HND","date":"2011","value":83.5,"unit":"","obs_status":"","decimal":0},
{"indicator":{"id":"VC.IHR.PSRC.P5","value":"Intentional homicides"},"country":{"id":"HN","value":"Honduras"},"countryiso3code":"HND","date":"2012","value":null,"unit":"","obs_status":"","decimal":0},
{"indicator":{"id":"VC.IHR.PSRC.P5","value":"Intentional homicides"},"country":{"id":"ZH","value":"Africa"},"countryiso3code":"AFE","date":"2011","value":1,"unit":"","obs_status":"","decimal":0},
{"indicator":{"id":"VC.IHR.PSRC.P5","value":""},"country":{"id":"HN","value":""},"countryiso3code":"HND","date":"11","value":1,"unit":"","obs_status":"","decimal":0}]]`

const owidFile = `Entity,Code,Year,"Homicide rate per 100,000 population",World region according to OWID
Honduras,HND,2011,83.2,North America
World,OWID_WRL,2011,6.5,
Honduras,HND,2012,,
`

const snapshotFile = `Country,Prison Population Rate,Female Prisoners,Occupancy level
United States of America,"666",9.3%,103.9%
Atlantis,1,2,3
`

const sdmxFile = `DATAFLOW,FREQ,REF_AREA,SERIES,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS
IAEG-SDGs:DF_SDG_GLH(1.0),A,HND,VC_IHR_PSRC,_T,2011,83.5,A
IAEG-SDGs:DF_SDG_GLH(1.0),A,HN,VC_IHR_PSRC,F,2011,13.5,E
IAEG-SDGs:DF_SDG_GLH(1.0),A,HND,SI_POV_DAY1,_T,2011,10,A
IAEG-SDGs:DF_SDG_GLH(1.0),A,HND,VC_IHR_PSRC,_T,2012,,M
`

func TestFilesAsPublishersGiveThemOut(t *testing.T) {
	for _, c := range []struct {
		name, file string
		format     Format
		o          Options
		want       []string
	}{
		{"our own", ownFile, Own, Options{}, []string{
			"2 homicide-rate HND 2011 85.1 unodc-gsh-2019  a note",
			"3 homicide-count MEX-09 2010-03 12 mine",
			`4 bad: the unit "percent" does not fit homicide-rate, which is counted in per-100k`,
			`5 bad: no indicator is called "happiness"; correct it, or define it in a pack`,
			`6 bad: "XXX" is no place; write HND, or MEX-09 for a state of Mexico`,
			`7 bad: "2011-13" is no period; write a year (2013) or a month (2013-11)`,
			`8 bad: "one" is no number; write it with a point and without spaces (1234.5)`,
			`9 bad: "-1" is below nothing`,
			`10 bad: the source "Not a key" is no key; write lower-case letters, digits and hyphens, or say --source`,
			"11 homicide-rate HND 2012 1234.5 mine",
			"12 bad: it names no indicator; add the column indicator, or say --indicator",
		}},
		{"our own, as a chart gives it", "place,period,value,unit,source\nHND,2011,85.1,\"per 100,000\",x-2019\n", Own, Options{Indicator: "homicide-rate"},
			[]string{"2 homicide-rate HND 2011 85.1 x-2019"}},
		{"under another source, with semicolons", "place;period;indicator;value\nHND;2011;homicide-rate;85.1\n", Own, Options{Source: "theirs"},
			[]string{"2 homicide-rate HND 2011 85.1 theirs"}},
		{"UNODC", unodcFile, UNODC, Options{}, []string{
			"4 women-prisoners CRI 2016 725 unodc-prisons-2023-05-11  CTS",
			"5 drug-offence-prisoners CRI 2016 2000 unodc-prisons-2023-05-11  CTS/WPB",
			"6 homicide-rate CRI 2016 11.9 unodc-homicide-2023-05-11  CTS",
			"7 homicide-count-firearms CRI 2016 386 unodc-homicide-2023-05-11  CTS",
			"8 passed: not measured here: Persons held|by citizenship|Foreign citizens|Total|Total|Counts",
			"9 passed: no country: GBR_E_W",
		}},
		{"UNODC, a release that is there", unodcFile, UNODC, Options{Known: []evidence.Source{{Key: "unodc-prisons-2023", Family: "unodc-prisons", Vintage: "2023-05-11"}}}, []string{
			"4 women-prisoners CRI 2016 725 unodc-prisons-2023  CTS",
			"5 drug-offence-prisoners CRI 2016 2000 unodc-prisons-2023  CTS/WPB",
			"6 homicide-rate CRI 2016 11.9 unodc-homicide-2023-05-11  CTS",
			"7 homicide-count-firearms CRI 2016 386 unodc-homicide-2023-05-11  CTS",
			"8 passed: not measured here: Persons held|by citizenship|Foreign citizens|Total|Total|Counts",
			"9 passed: no country: GBR_E_W",
		}},
		{"World Bank, bulk", worldBankFile, WorldBankCSV, Options{}, []string{
			"6 population ARG 1960 20386045 world-bank-2024-06-28",
			"6 population ARG 1961 20726276 world-bank-2024-06-28",
			"7 passed: no country: AFE",
			"8 passed: not measured here: NY.GDP.MKTP.CD",
			"9 homicide-rate HND 1962 85.1 world-bank-2024-06-28",
		}},
		{"World Bank, API", worldBankAnswer, WorldBankJSON, Options{}, []string{
			"1 homicide-rate HND 2011 83.5 world-bank-2024-06-28",
			"3 passed: no country: Africa",
			`4 bad: "11" is no period; write a year (2013) or a month (2013-11)`,
		}},
		{"Our World in Data", owidFile, OWID, Options{Vintage: "2025-01"}, []string{
			"2 homicide-rate HND 2011 83.2 unodc-homicide-owid-2025-01",
			"3 passed: no country: World",
		}},
		{"Our World in Data, another chart", "Entity,Code,Year,Share\nHonduras,HND,2011,5\n", OWID, Options{Indicator: "pretrial-share"},
			[]string{"2 pretrial-share HND 2011 5 owid-2026-05-03"}},
		{"Our World in Data, unknown", "Entity,Code,Year,Share\nHonduras,HND,2011,5\n", OWID, Options{},
			[]string{"2 bad: no column is known to be measured here; say with --indicator what the first one is"}},
		{"World Prison Brief, tables", snapshotFile, WPB, Options{Year: 2017}, []string{
			"2 prisoner-rate USA 2017 666 wpb-snapshot-2026-05-03",
			"2 women-prisoner-share USA 2017 9.3 wpb-snapshot-2026-05-03",
			"2 prison-occupancy USA 2017 103.9 wpb-snapshot-2026-05-03",
			"3 passed: no country: Atlantis",
		}},
		{"World Prison Brief, without a year", snapshotFile, WPB, Options{}, []string{
			"2 bad: the table names no year; say with --year of which one it is", "3 passed: no country: Atlantis",
		}},
		{"SDMX-CSV", sdmxFile, SDMX, Options{Vintage: "2024"}, []string{
			"2 homicide-rate HND 2011 83.5 sdmx-iaeg-sdgs-df-sdg-glh-2024",
			"3 homicide-rate-female HND 2011 13.5 sdmx-iaeg-sdgs-df-sdg-glh-2024 provisional",
			"4 passed: not measured here: SI_POV_DAY1",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, got := everything(t, []byte(c.file), c.o)
			if f.Format != c.format || !slices.Equal(got, c.want) {
				t.Errorf("format %s\n%s\nwant\n%s", f.Format, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestSpreadsheetsAndArchivesReadAsTheirTables(t *testing.T) {
	x := excelize.NewFile()
	if _, err := x.NewSheet("data"); err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(strings.TrimSpace(unodcFile), "\n") {
		cells := strings.Split(strings.ReplaceAll(line, `"Rate per 100,000 population"`, "Rate per 100.000 population"), ",")
		if err := x.SetSheetRow("data", fmt.Sprintf("A%d", i+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	var sheet bytes.Buffer
	if err := x.Write(&sheet); err != nil {
		t.Fatal(err)
	}
	f, got := everything(t, sheet.Bytes(), Options{})
	if f.Format != UNODC || len(got) != 6 || got[0] != "4 women-prisoners CRI 2016 725 unodc-prisons-2023-05-11  CTS" {
		t.Errorf("spreadsheet: %s %q", f.Format, got)
	}
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for name, body := range map[string]string{"Metadata_Country_API.csv": strings.Repeat("Country Code,Region\n", 200), "API_SP.POP.TOTL.csv": worldBankFile} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, body); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if f, got := everything(t, archive.Bytes(), Options{}); f.Format != WorldBankCSV || len(got) != 5 {
		t.Errorf("archive: %s %q", f.Format, got)
	}
}

func TestFilesOfNoFormatAreRefused(t *testing.T) {
	for name, data := range map[string]string{
		"nothing": "", "spaces": " \n\n", "a letter": "Dear ministers,\nwe write to you.\n", "other columns": "a,b,c\n1,2,3\n",
		"bytes": "\x00\x01\x02", "a broken archive": "PK\x03\x04and no more", "other JSON": `{"a": 1}`, "an empty list": "[]",
		"an error": `[{"message":[{"id":"120","value":"The indicator was not found"}]}]`, "one page of many": `[{"pages":3},[]]`,
	} {
		if _, err := Open(strings.NewReader(data), int64(len(data)), definitions(t), Options{Today: today}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := Open(strings.NewReader(ownFile), int64(len(ownFile)), definitions(t), Options{Indicator: "happiness"}); err == nil {
		t.Error("an unknown indicator is taken")
	}
}

func TestALineWithoutEndIsRefused(t *testing.T) {
	data := "place,period,indicator,value,source\nHND,2011,homicide-rate,\"" + strings.Repeat("9\n9", 10) + strings.Repeat("9", 3<<20)
	f, err := Open(strings.NewReader(data), int64(len(data)), definitions(t), Options{Today: today})
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Next()
	}
	if errors.Is(err, io.EOF) {
		t.Error("three megabytes in one cell were taken")
	}
}

func FuzzOpen(f *testing.F) {
	for _, s := range []string{ownFile, unodcFile, worldBankFile, worldBankAnswer, owidFile, snapshotFile, sdmxFile, "PK\x03\x04", "place,period,value\n\"", "[[", "\xff\xfeplace"} {
		f.Add([]byte(s), "")
	}
	defined := definitions(f)
	f.Fuzz(func(t *testing.T, data []byte, source string) {
		if source != "" && CheckSource(source) != nil {
			return
		}
		file, err := Open(bytes.NewReader(data), int64(len(data)), defined, Options{Source: source, Today: today})
		if err != nil {
			return
		}
		for range 10_000 {
			x, err := file.Next()
			if err != nil {
				return
			}
			o := x.Observation
			if x.Problem != "" || x.Passed != "" {
				continue
			}
			if _, ok := evidence.Find(defined, o.Indicator); !ok {
				t.Fatalf("%+v is of no indicator", o)
			}
			v := []evidence.Value{{Period: o.Period, Value: o.Value, Flag: o.Flag, Note: o.Note}}
			back, err := evidence.DecodeValues(evidence.EncodeValues(v))
			if err != nil || len(back) != 1 || back[0].Value != o.Value || back[0].Note != o.Note || o.Value < 0 || o.Source == "" {
				t.Fatalf("%+v cannot be kept: %v %v", o, back, err)
			}
		}
	})
}
