package web

import (
	"context"
	"net/http"

	"pliego/internal/ledger"
	"pliego/internal/locale"
)

type ledgerPage struct {
	page
	Facts     []fact
	Witnesses string
	Seen      []fact // what each witness has signed
	Command   string
}

// ledgerPage says what the ledger is, where it stands and how to check it.
func (s *Site) ledgerPage(ctx context.Context, _ *http.Request, lang string) (*drawn, error) {
	generation := s.versions.of("")
	size, signed, err := s.store.LatestCheckpoint(ctx)
	if err != nil {
		return nil, err
	}
	if size < 0 {
		return nil, errNoCheckpoint
	}
	newest, err := ledger.ParseCheckpoint(string(signed))
	if err != nil {
		return nil, err
	}
	at, err := s.store.CheckpointTime(ctx, size)
	if err != nil {
		return nil, err
	}
	keys, err := s.store.KeyHistory(ctx)
	if err != nil {
		return nil, err
	}
	key, err := keys.Signer(size)
	if err != nil {
		return nil, err
	}
	t := func(key string, args ...any) string { return locale.T(lang, key, args...) }
	p := ledgerPage{
		page: s.newPage(lang, "/ledger", t("ledger.title"), t("ledger.lead")),
		Facts: []fact{
			{Label: t("ledger.size"), Value: locale.Number(lang, size)},
			{Label: t("ledger.signed"), Value: locale.DateTime(lang, at)},
			{Label: t("ledger.root"), Value: newest.Root.String(), Code: true},
			{Label: t("ledger.origin"), Value: newest.Origin, Code: true},
			{Label: t("ledger.key"), Value: key, Code: true},
		},
		Command: "pliego ledger verify " + s.base + " --key " + key,
	}
	changes, err := keys.Follow(keys.Keys[0])
	if err != nil {
		return nil, err
	}
	for i, c := range changes {
		p.Facts = append(p.Facts, fact{Label: t("ledger.key_before", "n", c.Size), Value: keys.Keys[i], Code: true})
	}
	if err := s.tellWitnesses(ctx, &p, size); err != nil {
		return nil, err
	}
	out, err := s.render("ledger", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn("", generation, s.now(), htmlType, out)
}

// tellWitnesses says who has signed what of the log.
func (s *Site) tellWitnesses(ctx context.Context, p *ledgerPage, size int64) error {
	if len(s.witnesses) == 0 {
		p.Witnesses = locale.T(p.Lang, "ledger.witnesses_none")
		return nil
	}
	list, err := s.store.Cosignatures(ctx)
	if err != nil {
		return err
	}
	newest := map[string]ledger.Cosignature{}
	for _, c := range list {
		newest[c.Witness] = c
	}
	signed := 0
	for _, w := range s.witnesses {
		one := fact{Label: w.Name(), Value: locale.T(p.Lang, "ledger.witness_never")}
		if c, ok := newest[w.Key]; ok {
			one.Value = locale.T(p.Lang, "ledger.witness_at", "n", c.Size, "date", locale.DateTime(p.Lang, c.Time))
			if c.Size == size {
				signed++
			}
		}
		p.Seen = append(p.Seen, one)
	}
	p.Witnesses = locale.T(p.Lang, "ledger.witnesses_some", "n", signed, "all", len(s.witnesses))
	return nil
}
