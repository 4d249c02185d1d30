package store

import (
	"context"
	"fmt"

	"pliego/internal/dialogue"
)

// AddForum stores a forum; one that is there already stays as it is.
func (db *DB) AddForum(ctx context.Context, f dialogue.Forum) error {
	return db.Write(ctx, func(tx *Tx) error {
		n, err := changed(tx.Exec(`INSERT INTO forum (key, kind, country, date_from, date_to, source_url, confidence)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
			f.Key, f.Kind, f.Country, f.From, f.To, f.SourceURL, f.Confidence))
		if err != nil {
			return fmt.Errorf("store forum %s: %w", f.Key, err)
		}
		if n == 0 {
			return nil
		}
		for lang, name := range f.Names {
			if _, err := tx.Exec(`INSERT INTO forum_text (forum_key, lang, name, body, place) VALUES ($1, $2, $3, $4, $5)`,
				f.Key, lang, name, f.Body[lang], f.Place[lang]); err != nil {
				return fmt.Errorf("store forum %s: %w", f.Key, err)
			}
		}
		return nil
	})
}

// Forums reads all forums by their keys.
func (db *DB) Forums(ctx context.Context) (map[string]dialogue.Forum, error) {
	forums := map[string]dialogue.Forum{}
	err := db.Read(ctx, func(tx *Tx) error {
		var f dialogue.Forum
		err := each(tx, []any{&f.Key, &f.Kind, &f.Country, &f.From, &f.To, &f.SourceURL, &f.Confidence}, func() error {
			f.Names, f.Body, f.Place = map[string]string{}, map[string]string{}, map[string]string{}
			forums[f.Key] = f
			return nil
		}, `SELECT key, kind, country, date_from, date_to, source_url, confidence FROM forum`)
		if err != nil {
			return err
		}
		var key, lang, name, body, place string
		return each(tx, []any{&key, &lang, &name, &body, &place}, func() error {
			f := forums[key]
			f.Names[lang], f.Body[lang], f.Place[lang] = name, body, place
			return nil
		}, `SELECT forum_key, lang, name, body, place FROM forum_text`)
	})
	if err != nil {
		return nil, fmt.Errorf("read forums: %w", err)
	}
	return forums, nil
}
