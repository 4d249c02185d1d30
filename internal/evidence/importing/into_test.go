package importing_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"pliego/internal/evidence"
	"pliego/internal/evidence/importing"
	"pliego/internal/store"
	"pliego/internal/store/storetest"
	"pliego/pack"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func TestImportsOfTwoVintagesStayApart(t *testing.T) {
	americas, err := pack.Read(pack.Americas())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.May, 3, 0, 0, 0, 0, time.UTC)
	storetest.Each(t, func(t *testing.T, open func() *store.DB) {
		ctx, db := context.Background(), open()
		if err := db.ReplaceEvidence(ctx, americas.Key, &americas.Evidence, now); err != nil {
			t.Fatal(err)
		}
		take := func(vintage, value string) importing.Tally {
			t.Helper()
			known, err := db.Sources(ctx)
			if err != nil {
				t.Fatal(err)
			}
			file := "Iso3_code,Country,Indicator,Dimension,Category,Sex,Age,Year,Unit of measurement,VALUE,Source\n" +
				"CRI,Costa Rica,Persons held,Total,Total,Female,Total,2013,Counts," + value + ",CTS\n" +
				"CRI,Costa Rica,Persons held,Total,Total,Total,Total,2013,Counts,oops,CTS\n"
			f, err := importing.Open(strings.NewReader(file), int64(len(file)), americas.Evidence.Indicators, importing.Options{Vintage: vintage, Known: known, Today: now})
			if err != nil {
				t.Fatal(err)
			}
			tally, err := f.Into(ctx, db, false, false, now, func(importing.Verdict) {})
			if err != nil {
				t.Fatal(err)
			}
			return tally
		}
		if got := take("2025-05-11", "700"); got.Fates[evidence.Added] != 1 || got.Bad != 1 {
			t.Errorf("a new vintage: %+v", got)
		}
		if got := take("2025-05-11", "700"); got.Fates[evidence.Same] != 1 {
			t.Errorf("again: %+v", got)
		}
		if got := take("2023-05-11", "700"); got.Fates[evidence.Differs] != 1 {
			t.Errorf("another value for the shipped vintage: %+v", got)
		}
		series, err := evidence.Read(ctx, db, evidence.Query{Indicators: []string{"women-prisoners"}, Places: []string{"CRI"}, From: 2013, To: 2013})
		if err != nil {
			t.Fatal(err)
		}
		if len(series) != 2 || series[0].Source != "unodc-prisons-2025-05-11" || series[1].Source != "unodc-prisons-2023" || series[0].Values[0].Value == series[1].Values[0].Value {
			t.Errorf("%+v", series)
		}
	})
}

// A figure for every row of a long file, for the time it takes.
func BenchmarkImport(b *testing.B) {
	americas, err := pack.Read(pack.Americas())
	if err != nil {
		b.Fatal(err)
	}
	var text strings.Builder
	text.WriteString("place,period,indicator,value,unit,source,note\n")
	rows := 0
	for year := 1900; year < 2020; year++ {
		for _, place := range []string{"HND", "SLV", "GTM", "MEX-09", "MEX-08"} {
			for _, i := range americas.Evidence.Indicators {
				text.WriteString(place + "," + evidence.Period{Year: year}.String() + "," + i.Key + ",12.5,,bench,\n")
				rows++
			}
		}
	}
	file := text.String()
	for b.Loop() {
		dir, err := os.MkdirTemp("", "pliego-import-*")
		if err != nil {
			b.Fatal(err)
		}
		db, err := store.Open(context.Background(), store.Config{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		f, err := importing.Open(strings.NewReader(file), int64(len(file)), americas.Evidence.Indicators, importing.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := f.Into(context.Background(), db, false, false, time.Now(), func(importing.Verdict) {}); err != nil {
			b.Fatal(err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
		os.RemoveAll(dir)
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
